"""How things stand for acting at Twitch: what could be done, what runs, what waits."""

from __future__ import annotations

from dataclasses import dataclass

from .action import NOBODY, Hindrance, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenItem:
    """What is needed of a message or event of the chat to act on it."""

    id: str
    target: Target = NOBODY
    """Whose it is."""
    is_message: bool = True
    reward_id: str = ""
    redemption_id: str = ""
    title: str = ""
    """Of the reward."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Could:
    """One kind of act."""

    kind: str
    missing: Hindrance | None = None
    """What has to be set up first; None: nothing."""
    wait_s: float = 0.0
    """For how long Twitch's limits do not allow it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice of a poll, or an outcome of a prediction."""

    id: str
    title: str
    count: int
    """Votes, or people who bet."""
    points: int = 0
    """Channel points that were bet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A poll or a prediction that runs."""

    id: str
    title: str
    options: tuple[Option, ...]
    locked: bool = False
    """Nobody can bet any more; a poll never is."""
    until_ms: int = 0
    """Unix time at which it closes by itself; 0: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActingNow:
    """What the control room shows."""

    streamer: str = ""
    """Name of the account, or empty."""
    writer: str = ""
    """In whose name is written."""
    could: tuple[Could, ...] = ()
    poll: Vote | None = None
    prediction: Vote | None = None
    shield: bool | None = None
    """None: not known."""
