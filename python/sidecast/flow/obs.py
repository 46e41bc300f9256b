"""OBS as the show sees it: what is asked of it, what it answers, what it tells, how it stands.

Names of requests, events and their fields are those of obs-websocket's protocol, version 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..errors import ObsError


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    request: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one request of a batch."""

    data: Mapping[str, Any] = field(default_factory=dict)
    error: ObsError | None = None


@dataclass(frozen=True, slots=True)
class ObsEvent:
    """Something happened in OBS."""

    name: str
    data: Mapping[str, Any]
    at_ns: int
    """When it arrived here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObsVersion:
    """Of the OBS that is connected."""

    obs: str
    websocket: str
    platform: str
    requests: frozenset[str]
    """All that it knows (`availableRequests`)."""
    image_formats: frozenset[str] = frozenset()


class ObsApi(Protocol):
    """A connection that is made again for ever."""

    @property
    def version(self) -> ObsVersion | None:
        """None while there is no connection."""
        ...

    @property
    def trouble(self) -> str:
        """Why there is none, in a sentence for the streamer; empty while there is one, or while OBS is not used at all."""
        ...

    async def call(self, request: str, data: Mapping[str, Any] | None = None, *, timeout_s: float = 2.0) -> Mapping[str, Any]:
        """The answer's data.

        Raises:
            ObsAwayError: at once while there is no connection; after `timeout_s` when no answer comes.
            ObsLacksError: without asking.
            ObsRefusedError: OBS says why.
        """
        ...

    async def batch(self, calls: Sequence[Call], *, halt: bool = False, timeout_s: float = 2.0) -> tuple[Answered, ...]:
        """All in one message, in order, and as many answers; with `halt` none after the first that fails.

        Raises:
            ObsAwayError: as `call`.
        """
        ...

    def follow(self, tell: Callable[[ObsEvent], None], *, meters: bool = False) -> Callable[[], None]:
        """`tell` is called in the show's loop for each event, in order; returns what ends that. It must not block or raise.

        Args:
            meters: it gets `InputVolumeMeters`, twenty a second, and nothing else. Nobody else gets them, and OBS is asked for
                them only while somebody wants them.
        """
        ...

    def on_change(self, tell: Callable[[], None]) -> Callable[[], None]:
        """`tell` is called in the show's loop each time that a connection was made or lost; returns what ends that."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ObsState:
    """What goes on in OBS, as far as the show cares. The names are the streamer's own: never viewers' words."""

    connected: bool = False
    scene: str = ""
    """On the programme."""
    streaming: bool = False
    recording: bool = False
    paused: bool = False
    """The recording."""
    replay_buffer: bool = False
    streamer_speaks: bool = False
    """Their microphone has been loud enough for speech, and was not silent for long."""
    playing: frozenset[str] = frozenset()
    """Inputs of media that play now."""
