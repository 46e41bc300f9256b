"""From what is there and what is wanted to steps, each in words. Nothing is asked of OBS here and nothing is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import capturing, hearing
from .capturing import Way
from .wanted import NAMES, OVERLAYS, Found, Made, Overlay, Part, Wanted

BROWSER = "browser_source"
CORNER = 0.4
"""How much of the picture's width and height the co-host takes in a scene of the streamer's, when it is not clear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where something stands on the canvas, in pixels; it is fitted in, in its own proportions."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeScene:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeInput:
    """By the first of the ways that shows something."""

    scene: str
    name: str
    ways: tuple[Way, ...]
    area: Area | None = None
    """None: it is only heard."""
    tracks: Mapping[str, bool] = field(default_factory=dict)
    must_show: bool = False
    """One that shows nothing is taken away again for the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is there already, put into a scene."""

    scene: str
    name: str
    area: Area | None = None
    remembered: bool = False
    """The scene is not ours: the item is journalled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    name: str
    settings: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeAway:
    made: Made


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    part: Part
    words: str
    deed: MakeScene | MakeInput | Place | Change | TakeAway


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    """What cannot be done here, or is left to do by hand; true whether or not there are steps."""
    collection: str = ""
    """For which this was planned."""

    @property
    def empty(self) -> bool:
        return not self.steps


def plan(found: Found, wanted: Wanted) -> Plan:
    """What it takes. A second plan after the first was carried out is empty."""
    return _Planner(found, wanted).plan()


class _Planner:
    def __init__(self, found: Found, wanted: Wanted) -> None:
        self._found = found
        self._wanted = wanted
        self._taken = set(found.names)
        self._steps: list[Step] = []
        self._notes: list[str] = []
        width, height = found.canvas
        self._full = Area(x=0, y=0, width=width, height=height)
        self._scene = ""

    def plan(self) -> Plan:
        self._scene = self._own_scene()
        self._avatar()
        self._overlays()
        self._voice()
        self._shown_in()
        return Plan(steps=tuple(self._steps), notes=tuple(self._notes), collection=self._found.collection)

    def _own_scene(self) -> str:
        if made := self._found.of(Part.SCENE):
            return made.name
        name = self._free(Part.SCENE)
        self._notes.append(f"To come to “{name}” with a key of yours: OBS → Settings → Hotkeys → “{name}” → Switch to scene.")
        self._step(Part.SCENE, f"Make the scene “{name}”: the whole co-host, for a hotkey of yours.", MakeScene(name=name))
        return name

    def _avatar(self) -> None:
        window = self._wanted.window
        found = capturing.ways(self._found, window)
        if not found:
            if window.own_screen:
                self._notes.append(f"This OBS has no source that captures the screen {window.own_screen} (xshm_input).")
            else:
                self._notes.append(
                    "This OBS has no window capture that Sidecast knows. Add one by hand and choose the window “Sidecast”."
                )
            return
        words = f"Show the avatar in “{self._scene}”, {found[0].words}"
        for other in found[1:]:
            words += f"; where that shows nothing, {other.words}"
        if found[0].keyed:
            words += ". Black is taken out by a colour key"
            self._notes.append(
                "This capture cannot pass on what is clear, so a colour key takes out what is black: soft edges get a dark rim, "
                "and what is quite black in your avatar is lost. Without it: stage.transparent = false."
            )
        self._input(Part.AVATAR, found, f"{words}.", self._full, must_show=window.open)
        if any(way.never_run for way in found):
            self._notes.append("This way of capturing the window has never been run by Sidecast's makers: look whether it shows.")
        if not window.open and not window.own_screen:
            self._notes.append("The app's window is not open, so nobody has looked whether the capture shows it.")

    def _overlays(self) -> None:
        if self._wanted.overlays is None:
            return
        kind = capturing.newest(self._found.kinds, BROWSER)
        wanted = {overlay.part: overlay for overlay in self._wanted.overlays}
        for part in OVERLAYS:
            overlay, made = wanted.get(part), self._found.of(part)
            if overlay is None and made is not None:
                self._step(part, f"Take “{made.name}” away: it is not wanted any more.", TakeAway(made=made))
            elif overlay is not None and kind:
                words = f"Show the overlay “{part.value}” in “{self._scene}” as a page."
                self._input(part, (self._page(kind, overlay),), words, self._full)
        if wanted and not kind:
            self._notes.append(
                "This OBS has no browser source, so overlays cannot be pages in it: caption and card are in the avatar's own "
                "window (stage.captions, stage.cards)."
            )

    def _page(self, kind: str, overlay: Overlay) -> Way:
        width, height = self._found.canvas
        # closed while it is not seen, so that it comes up to date with the show
        settings = {"url": overlay.url, "width": width, "height": height, "shutdown": True}
        return Way(kind=kind, words="", settings=settings, never_run=True)

    def _voice(self) -> None:
        voice = self._wanted.voice
        if voice is None:
            return
        way = hearing.way(self._found, voice)
        if way is None:
            self._notes.append(
                "This OBS cannot hear one program alone, so the co-host's voice is a source of its own only if you make one."
            )
            return
        words = f"Hear the co-host in “{self._scene}” as a source of its own: {way.words}"
        if hearing.is_doubled(self._found, voice):
            names = ", ".join(f"“{name}”" for name in self._found.desktop_audio)
            words += f", on track {hearing.OWN_TRACK} alone"
            self._notes.append(
                f"{names} has the co-host's voice already, so its own source is on track {hearing.OWN_TRACK} alone and is not "
                f"heard twice. To have it apart everywhere: mute {names}, and tick all tracks of “{NAMES[Part.VOICE]}” in OBS's "
                "Advanced Audio Properties."
            )
        else:
            self._notes.append(
                f"The voice is heard in scenes that have “{self._scene}” or “{NAMES[Part.VOICE]}” in them: add it to the others "
                "(Add → Audio Output Capture → Add Existing)."
            )
        if not voice.ready and self._found.of(Part.VOICE) is None:
            self._notes.append("The voice comes to OBS from the next start of Sidecast on.")
        self._input(Part.VOICE, (way,), f"{words}.", None, tracks=hearing.tracks(self._found, voice))

    def _shown_in(self) -> None:
        scene = self._wanted.shown_in
        if not scene:
            return
        if scene == self._scene or scene not in self._found.scenes:
            known = ", ".join(f"“{each}”" for each in self._found.scenes if each != self._scene)
            self._notes.append(f"There is no scene “{scene}” of yours to show the co-host in. There are: {known or 'none'}.")
            return
        if any(made.scene == scene and made.in_scene for made in self._found.made if made.part is Part.SHOWN_IN):
            return
        clear = self._wanted.window.transparent
        area = self._full if clear else self._corner()
        where = "over the whole picture" if clear else "at the lower right"
        words = f"Show “{self._scene}” in your scene “{scene}”, {where}."
        self._step(Part.SHOWN_IN, words, Place(scene=scene, name=self._scene, area=area, remembered=True))

    def _corner(self) -> Area:
        width, height = self._full.width * CORNER, self._full.height * CORNER
        return Area(x=self._full.width - width, y=self._full.height - height, width=width, height=height)

    def _input(
        self,
        part: Part,
        found: tuple[Way, ...],
        words: str,
        area: Area | None,
        *,
        tracks: Mapping[str, bool] | None = None,
        must_show: bool = False,
    ) -> None:
        """Made, or brought up to date where it is there."""
        made = self._found.of(part)
        name = made.name if made else ""
        if made is not None:
            way = next((way for way in found if way.kind == made.kind), None)
            if way is not None:
                self._up_to_date(made, way, area)
                return
            self._step(part, f"Take “{made.name}” away: here, another kind of source is right.", TakeAway(made=made))
        name = name or self._free(part)
        deed = MakeInput(scene=self._scene, name=name, ways=found, area=area, tracks=tracks or {}, must_show=must_show)
        self._step(part, words, deed)

    def _up_to_date(self, made: Made, way: Way, area: Area | None) -> None:
        differing = {
            key: value for key, value in way.settings.items() if key != way.window_property and made.settings.get(key) != value
        }
        if differing:
            self._step(made.part, f"Bring “{made.name}” up to date.", Change(name=made.name, settings=differing))
        if not made.in_scene:
            words = f"Put “{made.name}” back into “{self._scene}”."
            self._step(made.part, words, Place(scene=self._scene, name=made.name, area=area))

    def _free(self, part: Part) -> str:
        """A name that nothing has."""
        name, number = NAMES[part], 2
        while name in self._taken:
            name = f"{NAMES[part]} {number}"
            number += 1
        self._taken.add(name)
        return name

    def _step(self, part: Part, words: str, deed: MakeScene | MakeInput | Place | Change | TakeAway) -> None:
        self._steps.append(Step(part=part, words=words, deed=deed))
