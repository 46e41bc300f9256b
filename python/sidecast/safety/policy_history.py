"""The last versions of the policy: who changed what, when, and how to go back. One JSON file, written whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import PolicyError
from ..flow.chat import Role
from ..flow.policy import Direction, OwnPattern, Policy, PolicyChange, PolicyVersion
from ..flow.verdict import Category, Decision
from .policy_change import applied
from .policy_file import write_whole

VERSIONS = 50
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Step:
    """A version and the way back from it."""

    version: PolicyVersion
    back: PolicyChange
    """Makes of this version's policy the one before."""


@dataclass(frozen=True, slots=True)
class History:
    """Oldest first; immutable."""

    policy: Policy
    """After the last step."""
    number: int = 1
    """Of the policy: 1 is what Sidecast started with."""
    steps: tuple[Step, ...] = ()

    def and_then(self, step: Step, policy: Policy) -> History:
        return History(policy, step.version.number, (*self.steps, step)[-VERSIONS:])

    def policy_at(self, number: int) -> Policy:
        """
        Raises:
            PolicyError: there was no such version, or it is too long ago.
        """
        policy = self.policy
        for step in reversed(self.steps):
            if step.version.number == number:
                return policy
            policy = applied(policy, step.back)
        first = self.steps[0].version.number - 1 if self.steps else self.number
        if number == first:
            return policy
        raise PolicyError(f"Version {number} of the policy is not kept any more.", f"The oldest that is kept is {first}.")


def read_history(path: Path) -> History | None:
    """None when there is none.

    Raises:
        PolicyError: the file cannot be read, or is none.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] != _FORMAT:
            raise ValueError(f"format {values['format']}")  # noqa: TRY301 - it ends as every other fault of the file
        steps = tuple(Step(_version(each["version"]), _change(each["back"])) for each in values["steps"])
        return History(_policy(values["policy"]), int(values["number"]), steps)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        remedy = "Restore it from a backup, or move it away: then only the way back to earlier versions is lost."
        raise PolicyError(f"The policy's history {path} cannot be read: {error!r}.", remedy) from error


def write_history(path: Path, history: History) -> None:
    """
    Raises:
        OSError: as it comes.
    """
    steps = [{"version": asdict(step.version), "back": _plain(step.back)} for step in history.steps]
    content = {"format": _FORMAT, "number": history.number, "policy": _plain(history.policy), "steps": steps}
    write_whole(path, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace"))


def _plain(of: Policy | PolicyChange) -> dict[str, Any]:
    values = asdict(of)
    if values["exempt"] is not None:
        values["exempt"] = sorted(values["exempt"])
    return values


def _version(values: Mapping[str, Any]) -> PolicyVersion:
    return PolicyVersion(**{**values, "what": tuple(values["what"])})


def _policy(values: Mapping[str, Any]) -> Policy:
    return Policy(**_typed(values, "patterns"))


def _change(values: Mapping[str, Any]) -> PolicyChange:
    return PolicyChange(**_typed(values, "patterns_put"))


def _typed(values: Mapping[str, Any], patterns: str) -> dict[str, Any]:
    typed = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    for key in ("levels_in", "levels_out"):
        typed[key] = {Category(name): level for name, level in values[key].items()}
    typed[patterns] = tuple(_pattern(each) for each in values[patterns])
    typed["exempt"] = None if values["exempt"] is None else frozenset(map(Role, values["exempt"]))
    return typed


def _pattern(values: Mapping[str, Any]) -> OwnPattern:
    pattern = OwnPattern(**values)
    return replace(pattern, direction=Direction(pattern.direction), decision=Decision(pattern.decision))
