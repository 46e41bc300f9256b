"""What a human overrules. Orders do not queue behind anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """End this turn now and go on with the next."""

    by: str
    """Who ordered: `page`, `hotkey`, `moderator`."""
    at_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Say nothing until unmuted; what is being said ends at once."""

    by: str
    at_ns: int
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Silence now, drop what waits, and stay silent until `on` is False."""

    by: str
    at_ns: int
    on: bool = True


Order = Skip | Mute | Stop
