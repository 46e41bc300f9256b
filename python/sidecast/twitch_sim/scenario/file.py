"""A scenario file → a `Scenario`, or an error that names file, line and entry.

title = "A raid"
about = "What one sees, in a sentence or two."

[[step]]
at = 5                                            # seconds after the start
raid = { from = "captain_quill", viewers = 120 }
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ...errors import SidecastError
from .steps import HOUR_S, KINDS, Step

MAX_BYTES = 1 << 20
MAX_STEPS = 5000
LONGEST_S = 4 * HOUR_S
SHIPPED = Path(__file__).resolve().parent.parent / "scenarios"
_STEP = re.compile(r"^[ \t]*\[\[\s*step\s*\]\]", re.MULTILINE)
_TOP = ("title", "about", "step")


class ScenarioError(SidecastError):
    """A scenario file that cannot be played as it is."""

    code = "scenario"


@dataclass(frozen=True, slots=True)
class At:
    """A step and when it is due, in seconds from the start."""

    at_s: float
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    name: str
    """The file's name without its ending."""
    title: str
    about: str
    steps: tuple[At, ...]
    """In the order of their times."""


def shipped() -> dict[str, Path]:
    """The scenarios that come with Sidecast, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def find(name_or_path: str) -> Path:
    """A file, or the name of one that comes with Sidecast.

    Raises:
        ScenarioError: there is neither.
    """
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return path
    known = shipped()
    if name_or_path in known:
        return known[name_or_path]
    near = difflib.get_close_matches(name_or_path, known, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(known)}; or give the path of a file of your own."
    raise ScenarioError(f"There is no scenario “{name_or_path}”.", hint)


def load(path: Path) -> Scenario:
    """Raises ScenarioError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ScenarioError(f"The scenario {path} is larger than {MAX_BYTES >> 20} MB.", "Cut it into several.")
        text = path.read_text("utf-8")
    except OSError as error:
        raise ScenarioError(f"The scenario {path} cannot be read: {error.strerror}.", "Check its name and rights.") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"The scenario {path} is not text in UTF-8.", "Save it as UTF-8.") from None
    return parse(text, path.name)


def parse(text: str, file: str) -> Scenario:
    """`file`: its name, for errors and for `Scenario.name`.

    Raises:
        ScenarioError: it is not TOML, or a step is not one.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{file} is not TOML: {error}.", "Compare it with one of the scenarios that come along.") from None
    unknown = [key for key in content if key not in _TOP]
    if unknown:
        raise ScenarioError(f"{file}: “{unknown[0]}” means nothing at the top of a scenario.", _did_you_mean(unknown[0], _TOP))
    steps = content.get("step")
    if not isinstance(steps, list) or not steps or not all(isinstance(step, dict) for step in steps):
        raise ScenarioError(f"{file} has no steps.", "Add at least one: [[step]], then at = 5, then what happens.")
    if len(steps) > MAX_STEPS:
        raise ScenarioError(f"{file} has {len(steps)} steps; {MAX_STEPS} is the most.", "Use “burst” for what repeats.")
    places = _places(text, len(steps), file)
    read = [_step(step, place) for step, place in zip(steps, places, strict=True)]
    return Scenario(
        name=Path(file).stem,
        title=_text(content, "title", file) or Path(file).stem,
        about=_text(content, "about", file),
        steps=tuple(sorted(read, key=lambda at: at.at_s)),
    )


def _text(content: Mapping[str, Any], key: str, file: str) -> str:
    value = content.get(key, "")
    if not isinstance(value, str):
        raise ScenarioError(f"{file}: {key} is not a text.", "Put it into quotes.")
    return value.strip()


def _places(text: str, count: int, file: str) -> list[str]:
    """Where each step stands; without lines where a text of many lines makes counting them unsure."""
    lines = [text.count("\n", 0, match.start()) + 1 for match in _STEP.finditer(text)]
    if len(lines) != count:
        return [f"{file}, step {number}" for number in range(1, count + 1)]
    return [f"{file}, line {line} (step {number})" for number, line in enumerate(lines, 1)]


def _step(step: Mapping[str, Any], place: str) -> At:
    at = step.get("at")
    if isinstance(at, bool) or not isinstance(at, int | float) or not math.isfinite(at) or not 0 <= at <= LONGEST_S:
        raise ScenarioError(f"{place}: “at” must be a number of seconds from 0 to {LONGEST_S:.0f}.", "For example: at = 5")
    kinds = [key for key in step if key != "at"]
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise ScenarioError(f"{place}: there is no “{unknown[0]}”.", _did_you_mean(unknown[0], KINDS))
    if len(kinds) != 1:
        what = " and ".join(f"“{kind}”" for kind in kinds) if kinds else "nothing"
        raise ScenarioError(f"{place}: one thing happens in a step, but this one has {what}.", "Begin another [[step]].")
    [kind] = kinds
    given = step[kind]
    if not isinstance(given, dict):
        raise ScenarioError(f"{place}: “{kind}” must be a table.", f"Write {kind} = {{ … }}")
    try:
        return At(float(at), KINDS[kind].model_validate(given))
    except ValidationError as error:
        raise ScenarioError(f"{place}: {_why(error, kind)}.", _remedy(error, kind)) from None


def _why(error: ValidationError, kind: str) -> str:
    """The first thing that is wrong, without what was given: a viewer's words have no place in an error."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in (kind, *first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"“{where}” means nothing here"
    if first["type"] == "missing":
        return f"“{where}” is missing"
    if first["type"] == "string_pattern_mismatch":
        return f"“{where}” is no login (letters, digits and _, at most 25)"
    return f"“{where}”: {first['msg'].removeprefix('Value error, ')}"


def _remedy(error: ValidationError, kind: str) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    if first["type"] == "extra_forbidden":
        return _did_you_mean(str(first["loc"][-1]), _keys(KINDS[kind]))
    return f"“{kind}” takes: {', '.join(_keys(KINDS[kind])) or 'nothing'}."


def _keys(kind: type[Step]) -> list[str]:
    return [field.alias or name for name, field in kind.model_fields.items()]


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    names: Sequence[str] = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    return f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(names)}."
