"""What rules are told, in one shape: something happened, perhaps because of somebody; and how things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..flow.chat import Role

STILL = "still"
"""In the `data` of a storm: there was one already, of another kind."""


class What(StrEnum):
    """Of which sort a happening is. With its `name` it finds the rules that wait for it."""

    EVENT = "event"
    """Name: an `EventKind`."""
    COMMAND = "command"
    """Name: the word, with its exclamation mark."""
    MOOD = "mood"
    """Name: the mood that is shown from now on."""
    SPEECH = "speech"
    """Name: `starts` or `ends`: a turn of the host's is heard."""
    SAYS = "says"
    """`text` is what was heard of the host, in a turn that no viewer has caused."""
    STORM = "storm"
    """Name: `begins` or `ends`; `title` is its kind."""
    OBS = "obs"
    """Name: an `ObsTrigger`; `title` is the scene, source or filter that it is about."""
    OBS_EVENT = "obs_event"
    """Name: one of the protocol's events, with its `data`."""
    SOUND = "sound"
    """Name: a `Voice`: somebody is not silent. Sets no rule off, but ends silences."""
    SILENCE = "silence"
    AT = "at"
    EVERY = "every"
    """These three come of the clock, for one rule each."""
    TEST = "test"
    """The test button of one rule."""


class Voice(StrEnum):
    """Who may be silent."""

    CHAT = "chat"
    HOST = "host"
    STREAMER = "streamer"


class ObsTrigger(StrEnum):
    """What happens in OBS, in a streamer's words."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    SCENE = "scene"
    STREAM_STARTS = "stream_starts"
    STREAM_STOPS = "stream_stops"
    RECORDING_STARTS = "recording_starts"
    RECORDING_STOPS = "recording_stops"
    RECORDING_PAUSES = "recording_pauses"
    RECORDING_RESUMES = "recording_resumes"
    REPLAY_SAVED = "replay_saved"
    MEDIA_STARTS = "media_starts"
    MEDIA_ENDS = "media_ends"
    MUTED = "muted"
    UNMUTED = "unmuted"
    FILTER_ON = "filter_on"
    FILTER_OFF = "filter_off"
    STREAMER_SPEAKS = "streamer_speaks"
    STREAMER_SILENT = "streamer_silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who caused something. `name` is personal."""

    id: str
    name: str
    roles: frozenset[Role] = frozenset()
    first: bool = False
    """The platform says that they write here for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Viewers' words stand in `text`, `title` and `viewer.name` alone."""

    what: What
    name: str = ""
    at_ns: int
    at_ms: int
    """The same in Unix milliseconds."""
    viewer: Viewer | None = None
    amount: int = 0
    """As of `ChannelEvent.amount`; bits of a message."""
    title: str = ""
    text: str = ""
    item_id: str = ""
    """The platform's id of the message or event."""
    about: str = ""
    """The platform's id of a redemption."""
    reward_id: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What it was, for ledger and page; no viewer's words."""
        match self.what:
            case What.EVENT:
                return f"{self.name.replace('_', ' ')} of {self.amount}" if self.amount else self.name.replace("_", " ")
            case What.OBS:
                return f"OBS: {self.name.replace('_', ' ')}"
            case What.OBS_EVENT:
                return f"OBS: {self.name}"
            case What.SAYS:
                return "the host's words"
            case What.SILENCE | What.TEST:
                return self.what.value
            case _:
                return f"{self.what.value} {self.name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How things stand when something happens: what conditions ask for."""

    obs: bool = False
    """OBS is connected; without it nothing is known of the next lines."""
    scene: str = ""
    streaming: bool = False
    recording: bool = False
    streamer_speaks: bool = False
    mood: str = ""
    host_speaks: bool = False
    storm: str = ""
    """Its kind; `hand` when a person has made the host careful; empty: there is none."""
