"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    FOUND = "found"
    COMES = "comes_with_set_up"
    """Not there yet; `./sidecast run` brings it."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's answer."""

    state: State
    what: str
    """What exactly was found or is missing, in words."""
    remedy: str = ""
    """What to do; only for what is missing."""
    needed: bool = True
    """Whether no show can run without it."""
    fetches: bool = False
    """Whether set-up needs the network for it."""

    @property
    def stops(self) -> bool:
        return self.state is State.MISSING and self.needed

    def as_json(self, name: str) -> dict[str, Any]:
        return {"name": name, "state": self.state.value, "what": self.what, "remedy": self.remedy, "needed": self.needed}


def found(what: str) -> Finding:
    return Finding(State.FOUND, what)


def comes(what: str, *, fetches: bool = True) -> Finding:
    return Finding(State.COMES, what, fetches=fetches)


def missing(what: str, remedy: str, *, needed: bool = True) -> Finding:
    return Finding(State.MISSING, what, remedy, needed)
