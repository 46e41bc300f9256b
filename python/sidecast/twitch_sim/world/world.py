"""The world that the simulator shows: accounts and channels, and what happens in them. Pure: no socket, no HTTP.

    world = furnished(SystemClock(), Ids(seed=7))
    stop = world.listen(lambda happening: ...)
    world.chat.say(world.user("wren"), "hello")

Whoever acts calls a method of a part (`chat`, `moderation`, `support`, `points`, `votes`, `air`); the part changes the
channel's `Room` and emits `Happening`s, which all listeners hear at once and in order.
"""

from __future__ import annotations

from collections.abc import Callable

from ...clock import Clock
from ...errors import SidecastError
from ..ids import Ids
from .air import Air
from .chat import Chat
from .happenings import Happening
from .moderation import Moderation
from .people import User
from .points import Points
from .room import Room
from .support import Support
from .votes import Votes


class WorldError(SidecastError):
    """Something was asked of the simulated Twitch that cannot be: nobody of that name, no such message."""

    code = "twitch_sim"


class World:
    def __init__(self, clock: Clock, ids: Ids) -> None:
        self.clock = clock
        self.ids = ids
        self.skew_ms = 0
        """By how much Twitch's clock is ahead of this machine's."""
        self._users: dict[str, User] = {}
        self._logins: dict[str, User] = {}
        self._rooms: dict[str, Room] = {}
        self._channel: User | None = None
        self._listeners: list[Callable[[Happening], None]] = []
        self.chat = Chat(self)
        self.moderation = Moderation(self)
        self.support = Support(self)
        self.points = Points(self)
        self.votes = Votes(self)
        self.air = Air(self)

    def now_ms(self) -> int:
        """Twitch's own time."""
        return self.clock.wall_ms() + self.skew_ms

    @property
    def channel(self) -> User:
        """The streamer whom all is about: the first account that was added."""
        if self._channel is None:
            raise WorldError("The simulated Twitch has no accounts.", "Add one first.")
        return self._channel

    def add_user(self, login: str, *, name: str = "", user_id: str = "", colour: str = "", kind: str = "") -> User:
        """Raises WorldError when the login or the id is taken."""
        login = login.lower()
        user = User(id=user_id or str(100_001 + len(self._users)), login=login, name=name or login, colour=colour, kind=kind)
        if login in self._logins or user.id in self._users:
            raise WorldError(f"There is already an account “{login}”, or one with its id.", "Choose another name.")
        self._users[user.id] = self._logins[login] = user
        self._rooms[user.id] = Room(user)
        self._channel = self._channel or user
        return user

    def find(self, login: str) -> User | None:
        return self._logins.get(login.lower().removeprefix("#"))

    def by_id(self, user_id: str) -> User | None:
        return self._users.get(user_id)

    def user(self, who: str | User) -> User:
        """By login or id; a login that nobody has becomes an account, as viewers come from anywhere."""
        if isinstance(who, User):
            return who
        return self.find(who) or self.by_id(who) or self.add_user(who)

    @property
    def users(self) -> tuple[User, ...]:
        return tuple(self._users.values())

    def room(self, channel: User | None = None) -> Room:
        return self._rooms[(channel or self.channel).id]

    def tick(self) -> None:
        """What ends by itself ends now; to be called every second or so."""
        for room in [each for each in self._rooms.values() if each.polls or each.predictions or each.train]:
            self.votes.tick(channel=room.channel)
            self.air.tick(channel=room.channel)

    def listen(self, listener: Callable[[Happening], None]) -> Callable[[], None]:
        """Returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, happening: Happening) -> None:
        for listener in tuple(self._listeners):
            listener(happening)
