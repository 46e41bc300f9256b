"""What the stage is told. Each cue goes down the wire as one frame whose topic is the cue's `topic`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class TimedViseme:
    """A mouth shape (names of facts: sil PP FF TH DD L kk CH SS RR aa E ih oh ou) and when it is held."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A caption word and when it is heard, in seconds from the utterance's first sample."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speak:
    """An utterance is on its way to the mixer: its mouth track. The PCM itself goes straight to the ring."""

    topic: ClassVar[str] = "speak"
    utterance: int
    """Number that the ring's stamps and the marks carry."""
    turn_id: str
    rate: int
    frames: int
    visemes: tuple[TimedViseme, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The words of an utterance, swept as they are heard. An empty `words` takes the caption away."""

    topic: ClassVar[str] = "caption"
    utterance: int
    turn_id: str
    words: tuple[TimedWord, ...]
    more: bool = False
    """It goes on from the same turn's caption before it (append) rather than replacing it."""
    at_once: bool = False
    """Taken away in the very next frame, without fading: what it says was removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Express:
    topic: ClassVar[str] = "express"
    mood: str
    utterance: int = -1
    """Show it when this utterance starts; -1 = now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    topic: ClassVar[str] = "gesture"
    name: str
    utterance: int = -1


class CardStyle:
    MESSAGE = "message"
    QUESTION = "question"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The message or event being answered. Empty `turn_id` takes the card away."""

    topic: ClassVar[str] = "card"
    turn_id: str
    name: str = ""
    colour: str = ""
    text: str = ""
    style: str = CardStyle.MESSAGE
    at_once: bool = False
    """Taken away in the very next frame, without fading: what it says was removed."""


class HostState:
    """What the state pill says."""

    STARTING = "starting"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"
    MUTED = "muted"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    topic: ClassVar[str] = "status"
    state: str
    note: str = ""
    """One short sentence for the streamer (a fallback is in use, the chat is away), or empty."""
    page: str = ""
    """The control page's one-time link for the app's button; only in the first status."""


class FieldState:
    """What the app shows of the field for a channel's name."""

    OPEN = "open"
    """It can be typed into."""
    LOOKING = "looking"
    """The channel is being connected to."""
    READING = "reading"
    """Its chat is read: the field has done its work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelField:
    topic: ClassVar[str] = "channel"
    state: str
    name: str = ""
    """As it was typed."""
    problem: str = ""
    """One sentence that says why it is not read, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mouth:
    """Show this mouth shape while nothing is said: somebody looks whether the avatar draws it."""

    topic: ClassVar[str] = "mouth"
    shape: str
    """As of `TimedViseme`."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How the app's window looks besides the avatar."""

    topic: ClassVar[str] = "window"
    transparent: bool
    """Without a backdrop, for capture over a game."""


Cue = Speak | Caption | Express | Gesture | Card | Status | ChannelField | Mouth | Window
