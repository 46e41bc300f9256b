"""What the stage reports: what was really heard and done, stamped on `now_ns`'s clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The picture stands and the mixer runs."""

    topic: ClassVar[str] = "ready"
    at_ns: int
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Audible:
    """The first sample over -50 dBFS of an utterance was handed to the mixer."""

    topic: ClassVar[str] = "audible"
    utterance: int
    at_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The last sample of an utterance was handed to the mixer."""

    topic: ClassVar[str] = "finished"
    utterance: int
    at_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A stop ended an utterance (or kept it from starting); the mixer is silent from `at_ns` on."""

    topic: ClassVar[str] = "cut"
    utterance: int
    at_ns: int
    heard_frames: int
    """Frames of it, at its own rate, that were handed to the mixer before the silence."""
    asked_ns: int = 0
    """When the stop was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotkey:
    """A key or button in the app: `skip`, `mute`, `stop`, `page`, `quit`; `stop` also from the whole desktop's stop key."""

    topic: ClassVar[str] = "hotkey"
    name: str
    at_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopKeyStands:
    """How the key stands that stops the host whatever program has the focus."""

    topic: ClassVar[str] = "stop_key"
    state: str
    """`watching`, `taken`, `no_such_key`, `no_display`, `no_library`, `unsupported`, `lost`."""
    at_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameStats:
    """Once a second."""

    topic: ClassVar[str] = "frame_stats"
    at_ns: int
    fps: float
    frame_ms_p99: float
    drain_ms_p99: float
    underruns: int
    """Times since the start that the ring ran dry in the middle of an utterance."""
    dropped: int
    """Frames of the wire dropped since the start because a queue was full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAsked:
    """Somebody has typed a channel's name into the app's field."""

    topic: ClassVar[str] = "channel"
    name: str
    """As it was typed."""
    at_ns: int


Mark = Ready | Audible | Finished | Cut | Hotkey | StopKeyStands | FrameStats | ChannelAsked
