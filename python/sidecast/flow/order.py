"""What a human overrules. Orders do not queue behind anything.

`by` is who ordered: `hotkey`, `moderator`, or the name of whoever uses the control room; `by_id` their stable id there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Approval(StrEnum):
    """Which replies wait for a human before anything of them is heard."""

    OFF = "off"
    DOUBTFUL = "doubtful"
    """Those in which a gate found something, though not enough to stop them."""
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """End this turn now and go on with the next."""

    by: str
    at_ns: int
    by_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Say nothing until unmuted; what is being said ends at once."""

    by: str
    at_ns: int
    on: bool
    by_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Silence now, drop what waits, and stay silent until `on` is False."""

    by: str
    at_ns: int
    on: bool = True
    by_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """This message is next, whatever its score; also one that was passed over a while ago."""

    by: str
    at_ns: int
    item_id: str
    cut: bool = False
    """End the turn that is on, rather than wait for its end."""
    by_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """Do not answer this message, nor the same words of the same author this evening; with `on` False: do again."""

    by: str
    at_ns: int
    item_id: str
    on: bool = True
    by_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Put a waiting message at a place in the queue, where nothing overtakes it."""

    by: str
    at_ns: int
    item_id: str
    to: int
    """0 = next; beyond the end = last."""
    by_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """A line of the streamer's own, said by the host before everything that waits, if the gate lets it pass."""

    by: str
    at_ns: int
    text: str
    by_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """Say, or with `yes` False drop, the reply that waits for a human."""

    by: str
    at_ns: int
    turn_id: str
    yes: bool = True
    by_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetApproval:
    """From the next turn on, these replies wait for a human."""

    by: str
    at_ns: int
    mode: Approval
    by_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMood:
    """The avatar shows this mood, whatever is said, until it is given back with an empty one."""

    by: str
    at_ns: int
    mood: str
    by_id: str = ""


Order = Skip | Mute | Stop | Answer | Never | Move | Say | Approve | SetApproval | SetMood
