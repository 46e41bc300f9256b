"""Where a scenario is played: the simulated Twitch, and the accounts that are made up on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..world.cast import BOT, MODERATOR, RAIDER, STREAMER
from ..world.people import User
from ..world.world import World
from .names import made, viewer

_NOT_VIEWERS = frozenset({STREAMER, BOT, MODERATOR, RAIDER})
STRANGERS = 20_000
"""Accounts that all scenarios of a run may make up."""


class Irc(Protocol):
    def reconnect(self) -> None: ...

    def hang_up(self) -> None: ...


class Scene:
    """`inject`: `Faults.inject`."""

    def __init__(self, world: World, inject: Callable[..., Any], irc: Irc) -> None:
        self.world = world
        self.inject = inject
        self.irc = irc
        self.regulars = [user.login for user in world.users if user.login not in _NOT_VIEWERS]
        self._crowd: list[str] = []
        self._made = 0

    def user(self, login: str) -> User:
        return self.world.user(login.lower())

    def strangers(self, count: int, *, new: bool = False) -> list[str]:
        """Logins of viewers who come from elsewhere; the same ones again, unless they have to be `new`.

        Those have names of one pattern, as accounts have that somebody makes by the hundred.
        """
        if new:
            return [self._unused(made) for _ in range(count)]
        while len(self._crowd) < count:
            self._crowd.append(self._unused(viewer))
        return self._crowd[:count]

    def _unused(self, name: Callable[[int], str]) -> str:
        """A name that nobody has; when there were too many, the names come again."""
        while self._made < STRANGERS:
            self._made += 1
            login = name(self._made)
            if self.world.find(login) is None:
                return login
        self._made = 0
        return name(1)
