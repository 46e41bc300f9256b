"""What the parts of the world have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .happenings import Occurred
from .people import User
from .shapes import moderate

if TYPE_CHECKING:
    from .world import World


class Part:
    def __init__(self, world: World) -> None:
        self._world = world

    def _tell(self, channel: User, kind: str, event: Mapping[str, Any], version: str = "1") -> None:
        """To EventSub alone."""
        self._world.emit(Occurred(channel=channel, type=kind, event=event, version=version))

    def _moderated(self, channel: User, moderator: User, action: str, what: Mapping[str, Any] | None = None) -> None:
        self._tell(channel, "channel.moderate", moderate(channel, moderator, action, what), "2")
