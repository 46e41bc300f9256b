"""What `/api/v1/obs` takes and tells. No password is in any of what it tells."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, SecretStr

from .settings_common import Body

Host = Annotated[str, Field(max_length=255, description="Where OBS runs; empty: on this machine.")]
Port = Annotated[int, Field(ge=0, le=65535, description="Of its WebSocket server; 0: as OBS's own configuration says, or 4455.")]


class PasswordFrom(StrEnum):
    VAULT = "vault"
    OBS = "obs"
    """Read in OBS's own configuration on this machine, each time."""
    NONE = "none"


class Connect(Body):
    host: Host = ""
    port: Port = 0
    password: SecretStr | None = Field(
        None, min_length=1, max_length=1024, description="As OBS shows it; into the vault. Left out: the one that is known."
    )


class OverlayPart(StrEnum):
    CAPTION = "caption"
    """What is being said."""
    CARDS = "cards"
    """The message that is being answered."""
    ALERTS = "alerts"
    MOOD = "mood"


class SetUpWish(Body):
    """What the set-up is to make. What is there already is left as it is."""

    shown_in: str = Field("", max_length=256, description="A scene of yours that shows the co-host's, too; empty: none.")
    voice: bool = Field(True, description="The co-host's voice as a source of its own.")
    overlays: list[OverlayPart] = Field(
        default_factory=list, max_length=4, description="Web pages in OBS, besides what the avatar's window shows."
    )


class SetUpSeen(SetUpWish):
    steps: list[Annotated[str, Field(max_length=2000)]] = Field(
        max_length=100, description="The words of the preview's steps. When they are others by now, nothing is done."
    )


class ObsNow(BaseModel):
    """How it stands. The names are the streamer's own."""

    scene: str
    streaming: bool
    recording: bool
    paused: bool = Field(description="The recording.")
    replay_buffer: bool
    streamer_speaks: bool = Field(description="Their microphone has been loud enough for speech.")
    playing: list[str] = Field(description="Media that play now.")


class MadeShown(BaseModel):
    """As the set-up named it; the streamer may have changed that."""

    part: str = Field(description="`scene`, `avatar`, `voice`, `shown_in` or an overlay's name.")
    name: str
    scene: str = Field(description="Where `shown_in` is; empty for the others.")


class ObsShown(BaseModel):
    used: bool = Field(description="Whether it is connected to at all (obs.enabled).")
    connected: bool
    words: str = Field(description="Why it is not connected, and what to do; empty while all is well.")
    address: str = Field(description="That is tried, or connected to.")
    found: str = Field(description="How the address was found, a sentence.")
    host: str = Field(description="As in the settings; empty: on this machine.")
    port: int = Field(description="As in the settings; 0: as OBS says.")
    fixed_by: str = Field(description="The variable that says where OBS is; empty when the page may.")
    password: PasswordFrom
    obs: str = Field(description="Its version; empty while there is no connection.")
    websocket: str
    platform: str
    lacks: list[str] = Field(description="What this version cannot do, in words.")
    now: ObsNow
    microphone: str = Field(description="The sources that the streamer is heard by; empty: none.")
    sound_words: str = Field(description="What is wrong with microphone or ducking; empty when all is well.")
    ducked: list[str] = Field(description="What is quieter right now, because the co-host speaks.")
    made: list[MadeShown] = Field(description="What the set-up has made and undo takes away.")


class Sound(BaseModel):
    name: str
    kind: str = Field(description="As OBS calls it.")
    microphone: bool = Field(description="It is a microphone of OBS's own audio settings.")
    ours: bool = Field(description="It is the co-host's own voice.")


class StockShown(BaseModel):
    """What OBS has, to choose from."""

    scenes: list[str]
    sounds: list[Sound] = Field(description="All that can be made louder or quieter.")


class StepShown(BaseModel):
    words: str
    done: bool | None = Field(description="Null: it is only a plan.")
    trouble: str = Field(description="Why it was not done; empty when it was.")


class PlanShown(BaseModel):
    """What would be, or was, done."""

    steps: list[StepShown]
    notes: list[str] = Field(description="What the streamer should know, such as what OBS here cannot do.")
    words: str = Field(description="What came of it; empty for a plan.")
