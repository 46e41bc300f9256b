"""What is to be in OBS, what is there, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MARK = "sidecast"
"""The key under which a thing of ours carries its mark, in its settings or, for a scene, its private settings."""
VOICE_SINK = "sidecast"
"""The sink that `launcher/voice_sink.py` makes for the co-host; OBS hears its monitor."""


class Part(StrEnum):
    """What the set-up makes. Each is there at most once, but for `SHOWN_IN`: once a scene of the streamer's."""

    SCENE = "scene"
    AVATAR = "avatar"
    VOICE = "voice"
    CAPTION = "caption"
    CARDS = "cards"
    ALERTS = "alerts"
    MOOD = "mood"
    SHOWN_IN = "shown_in"


NAMES = {
    Part.SCENE: "Sidecast",
    Part.AVATAR: "Sidecast avatar",
    Part.VOICE: "Sidecast voice",
    Part.CAPTION: "Sidecast caption",
    Part.CARDS: "Sidecast cards",
    Part.ALERTS: "Sidecast alerts",
    Part.MOOD: "Sidecast mood",
}
OVERLAYS = (Part.CARDS, Part.CAPTION, Part.ALERTS, Part.MOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The app's window, as far as this side knows."""

    open: bool
    """Whether it can be captured now, so that a capture which shows nothing can be told from one that waits for it."""
    own_screen: str = ""
    """The X display that it has to itself, such as `:99`; empty: it is on the streamer's own screen."""
    transparent: bool = False
    """`stage.transparent`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Where the co-host's voice can be had apart from all other sound."""

    device: str = f"{VOICE_SINK}.monitor"
    """A source of PulseAudio or PipeWire; not looked at on Windows, where the app itself is captured."""
    heard: bool = True
    """It sounds from the streamer's loudspeakers too, so that a capture of the desktop's sound has it already."""
    ready: bool = True
    """The device is there now; else from the next start of Sidecast on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A page for a browser source."""

    part: Part
    """One of `OVERLAYS`."""
    url: str = field(repr=False)
    """Its token is a secret: never in words, logs or the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    window: Window
    voice: Voice | None = None
    """None: as it is, be it there or not."""
    overlays: tuple[Overlay, ...] | None = None
    """Exactly these; None: as it is."""
    shown_in: str = ""
    """A scene of the streamer's in which the Sidecast scene is shown, too; empty: in no further one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A thing of ours, as it is in OBS now."""

    part: Part
    mark: str
    name: str
    """The streamer may have changed it."""
    kind: str = ""
    """Of an input."""
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    in_scene: bool = True
    """An input that is in our scene, or a scene's item that is still there."""
    scene: str = ""
    """Where `SHOWN_IN` is."""
    item: int = 0
    """Its item's id there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is in OBS."""

    platform: str
    """As OBS calls it: `windows`, `macos`, or the name of a Linux."""
    kinds: frozenset[str]
    """Of inputs, with their versions (`xshm_input_v2`)."""
    names: frozenset[str]
    """Of all scenes, groups and inputs, which share one room of names."""
    scenes: tuple[str, ...]
    programme: str
    canvas: tuple[int, int]
    """Width and height in pixels."""
    collection: str
    """Of scenes, that is open."""
    desktop_audio: tuple[str, ...] = ()
    """OBS's own sources of what the streamer's machine plays, that are not muted."""
    on_air: bool = False
    """It streams or records."""
    made: tuple[Made, ...] = ()
    elsewhere: tuple[str, ...] = ()
    """Other collections of scenes in which things of ours are."""

    def of(self, part: Part) -> Made | None:
        return next((made for made in self.made if made.part is part), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of it, for the streamer."""

    said: tuple[str, ...] = ()
    """What was done, a sentence each."""
    notes: tuple[str, ...] = ()
    """What is left to do by hand, or was left as it is."""
    trouble: str = ""
    """Why it ended before its end; empty: it did not. It can be tried again: what was done stays done."""
