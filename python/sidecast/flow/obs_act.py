"""What can be done in OBS on purpose. A cause is a person or something that the streamer granted it to, as in `action.py`.

Names of scenes, sources and filters come from the streamer's rules or from the control room, never from chat.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .action import Ending
from .obs import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchScene:
    scene: str
    transition: str = ""
    """Empty: the one that is set in OBS."""
    transition_ms: int = 0
    """0: as set in OBS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSource:
    """Switch a source on or off in a scene."""

    source: str
    on: bool
    scene: str = ""
    """Empty: the one on the programme."""
    for_s: float = 0.0
    """After this it is put back as it was; 0: it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchFilter:
    source: str
    filter: str
    on: bool
    for_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SetText:
    """What a text source shows. Viewers' words may stand in `text`, which went through the gate and is only ever shown."""

    source: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayMedia:
    """From its beginning; with `wait` the act is over when the media is."""

    source: str
    wait: bool = False
    at_most_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVolume:
    source: str
    db: float
    """-100 … 26; -100 is silence."""
    over_s: float = 0.0
    """Gliding."""
    for_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    source: str
    on: bool
    for_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """Only what is given changes; positions in pixels of the canvas, rotation in degrees clockwise."""

    source: str
    scene: str = ""
    x: float | None = None
    y: float | None = None
    scale: float | None = None
    rotation: float | None = None
    over_s: float = 0.0
    for_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """Into Sidecast's own folder of pictures; empty source: what is on the programme."""

    source: str = ""


class RecordStep(StrEnum):
    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    step: RecordStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A mark in the recording, where OBS and its format can; else a line in a file beside it, said so."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveReplay:
    """What the replay buffer holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Only where the streamer has allowed it by name (`obs.may_stream`)."""

    start: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotkey:
    """One of OBS's own, by its name there."""

    name: str


ObsAct = (
    SwitchScene
    | ShowSource
    | SwitchFilter
    | SetText
    | PlayMedia
    | SetVolume
    | Mute
    | Transform
    | Screenshot
    | Record
    | Chapter
    | SaveReplay
    | Stream
    | Hotkey
)


class ObsObstacle(StrEnum):
    """Why something cannot be done in OBS."""

    ROLE = "role"
    """Whoever causes it may not."""
    FORBIDDEN = "forbidden"
    """The streamer has not allowed it (`obs.may_stream`)."""
    AWAY = "away"
    """There is no connection to OBS."""
    LACKS = "lacks"
    """The OBS that runs is too old, or too new, for it."""
    NAME = "name"
    """OBS has no scene, source, filter … of that name."""
    WRONG = "wrong"
    """What was asked for cannot be, whatever OBS has."""
    STATE = "state"
    """Not as OBS stands now: it does not record, the replay buffer is off, it already streams."""
    LIMIT = "limit"
    """Too much of it goes on already."""
    REFUSED = "refused"
    """OBS says no, for a reason of its own."""
    TIME = "time"
    """It was not over in time."""
    FILE = "file"
    """What OBS gave could not be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObsHindrance:
    """One reason why not, in sentences for the streamer. Holds no words of viewers."""

    obstacle: ObsObstacle
    what: str
    remedy: str = ""
    nearest: str = ""
    """The name that OBS has and that is most like the one that it has not, or empty."""

    @property
    def words(self) -> str:
        return f"{self.what} {self.remedy}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObsChecked:
    """A dry run: nothing was changed. Without hindrances OBS would be asked what `calls` say."""

    kind: str
    """`switch_scene`, `show_source` …: the act's name in the ledger."""
    words: str
    """What it does, in a sentence. Holds no words of viewers."""
    calls: tuple[Call, ...] = ()
    """In order, in the fewest messages; of a glide only the last step. Of `SetText` they hold the text."""
    hindrances: tuple[ObsHindrance, ...] = ()
    notes: tuple[str, ...] = ()
    """What is good to know though it stands in no way."""

    @property
    def possible(self) -> bool:
        return not self.hindrances


@dataclass(frozen=True, slots=True, kw_only=True)
class ObsDone:
    """An act that is over. What `for_s` puts back later does not belong to it."""

    kind: str
    ending: Ending
    """`UNSURE`: the connection broke before OBS answered, so it may have happened; `PART`: see `words`."""
    words: str
    """What happened, in a sentence. Holds no words of viewers."""
    took_ms: float = 0.0
    """From the call to OBS's last answer; glides and waiting for the end of media included."""
    hindrance: ObsHindrance | None = None
    file: Path | None = None
    """What was written: a picture, or chapters."""

    @property
    def ok(self) -> bool:
        return self.ending is Ending.DONE
