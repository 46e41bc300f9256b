"""A rule as it stands in the file: what sets it off, what must hold, how often, and what is done, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ..flow.action import Act
from ..flow.chat import EventKind, Role
from ..flow.obs_act import ObsAct
from .happening import ObsTrigger, Voice

EVERYONE = frozenset({""})
"""Of `by`: no role is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnEvent:
    kind: EventKind
    at_least: int = 0
    at_most: int = 0
    """0: no limit."""
    reward: str = ""
    """Title or id of the reward; empty: any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCommand:
    words: tuple[str, ...]
    """Each with its exclamation mark, in small letters."""
    by: frozenset[str]
    """Roles, or `EVERYONE`. The streamer always may, and a moderator whatever a VIP or a subscriber may."""

    def allows(self, roles: frozenset[Role]) -> bool:
        if self.by is EVERYONE or "" in self.by or Role.BROADCASTER in roles or not self.by.isdisjoint(roles):
            return True
        return Role.MODERATOR in roles and not self.by.isdisjoint({Role.VIP, Role.SUBSCRIBER})


@dataclass(frozen=True, slots=True, kw_only=True)
class OnMood:
    mood: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSpeech:
    starts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OnWords:
    """Words that the host was heard to say, in a turn that no viewer has caused."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSilence:
    seconds: float
    of: frozenset[Voice]
    """All of these are silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnStorm:
    begins: bool
    kind: str = ""
    """Empty: any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnObs:
    what: ObsTrigger
    name: str = ""
    """Of the scene, source or filter; empty: any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnObsEvent:
    """One of the protocol's events, by its own name."""

    event: str
    where: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Fields that must have these values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTime:
    minute: int
    """Of the day, by the machine's clock."""
    days: frozenset[int] = frozenset()
    """0 = Monday; empty: every day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnEvery:
    seconds: float


Trigger = OnEvent | OnCommand | OnMood | OnSpeech | OnWords | OnSilence | OnStorm | OnObs | OnObsEvent | OnTime | OnEvery


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """All of them must hold; None and empty: not asked."""

    scene: tuple[str, ...] = ()
    not_scene: tuple[str, ...] = ()
    streaming: bool | None = None
    recording: bool | None = None
    mood: tuple[str, ...] = ()
    not_mood: tuple[str, ...] = ()
    between: tuple[int, int] | None = None
    """Minutes of the day, from and until; over midnight when the second is the smaller."""
    days: frozenset[int] = frozenset()
    by: frozenset[str] = frozenset()
    """As of `OnCommand.by`; empty: not asked."""
    viewers: frozenset[str] = frozenset()
    """Names in small letters, or ids."""
    first_message: bool | None = None
    at_least: int = 0
    at_most: int = 0
    storm: bool | None = None
    streamer_speaks: bool | None = None
    host_speaks: bool | None = None
    chance: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Do:
    """An act. Placeholders stand in `SetText.text` and `Write.text` alone; a target that is nobody is who caused the run."""

    act: ObsAct | Act
    reply: bool = False
    """A `Write` answers the message that caused the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speak:
    """A line of the streamer's, said by the host, if the gate lets it pass. Holds no viewer's words."""

    text: str


Step = Do | Wait | Speak


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    name: str
    when: tuple[Trigger, ...]
    """Any of them sets it off."""
    do: tuple[Step, ...]
    conditions: Conditions = Conditions()
    cooldown_s: float = 0.0
    cooldown_per_viewer_s: float = 0.0
    waits: bool = False
    """Set off again while it runs, it runs again afterwards; else it does not."""
    enabled: bool = True
    note: str = ""
    """The streamer's own remark."""
    line: int = 0
    """Where it begins in the file; 0: nowhere."""
