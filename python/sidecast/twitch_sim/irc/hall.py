"""All connections of chat, and what each of them is told when something happens."""

from __future__ import annotations

from collections.abc import Callable

from ..world.happenings import Banned, ChatSettings, Cleared, Deleted, Happening, Noticed, Said, SettingsChanged
from ..world.people import User
from ..world.world import World
from .limits import Limits
from .messages import privmsg
from .notices import usernotice
from .removals import clearchat, clearmsg, mode_notices, roomstate, shut_out
from .session import Login, Session
from .wire import MEMBERSHIP, ServerLine

GRACE_S = 30.0
CONNECTIONS = 500
"""At once; one more is turned away."""


class IrcHall:
    """`enter` for each connection, `leave` when it is gone, `tick` every second or so."""

    def __init__(self, world: World, login: Callable[[str], Login | None], now_s: Callable[[], float]) -> None:
        """`login`: whose a token is."""
        self.sessions: list[Session] = []
        self.suspended: set[str] = set()
        self.login = login
        self.full = 0
        """Connections that were turned away."""
        self.let_go = 0
        """Connections whose client did not read."""
        self._world = world
        self._limits = Limits(now_s)
        self._settings = {user.id: world.room(user).settings for user in world.users}
        self._stop = world.listen(self.hear)

    def close(self) -> None:
        self._stop()
        self.hang_up()

    def enter(self) -> Session | None:
        """None when there are too many."""
        if len(self.sessions) >= CONNECTIONS:
            self.full += 1
            return None
        session = Session(self._world, self, self._limits)
        self.sessions.append(session)
        return session

    def leave(self, session: Session) -> None:
        """However the connection ended; more than once does no harm."""
        if session not in self.sessions:
            return
        self.sessions.remove(session)
        self.let_go += session.slow
        session.end()

    def names(self, channel: User) -> list[str]:
        return sorted({session.nick for session in self._inside(channel)})

    def tell(self, channel: User, line: ServerLine, *, but: Session) -> None:
        for session in self._inside(channel):
            if session is not but and MEMBERSHIP in session.capabilities:
                session.send(line)

    def hear(self, happening: Happening) -> None:
        lines = self._lines(happening)
        for session in self._inside(happening.channel) if lines else ():
            session.hear(happening, lines)

    def tick(self) -> None:
        for session in tuple(self.sessions):
            session.tick()

    def reconnect(self, grace_s: float = GRACE_S) -> None:
        """Asks all clients to come anew, as before Twitch restarts a server; who is still there after the grace is hung up on."""
        for session in tuple(self.sessions):
            session.send(ServerLine(command="RECONNECT"))
            session.end_in(grace_s)

    def hang_up(self) -> None:
        for session in tuple(self.sessions):
            session.end()

    def _inside(self, channel: User) -> list[Session]:
        return [session for session in self.sessions if channel.login in session.rooms]

    def _lines(self, happening: Happening) -> list[ServerLine]:
        match happening:
            case Said():
                return [privmsg(happening)]
            case Noticed():
                return [usernotice(happening)]
            case Deleted():
                return [clearmsg(happening, self._world.now_ms())]
            case Cleared():
                return [clearchat(happening, self._world.now_ms())]
            case Banned():
                return [shut_out(happening)]
            case SettingsChanged():
                return self._set(happening)
            case _:
                return []

    def _set(self, changed: SettingsChanged) -> list[ServerLine]:
        channel = changed.channel
        before = self._settings.get(channel.id, ChatSettings())
        self._settings[channel.id] = changed.settings
        return [*mode_notices(channel, changed.settings, before), roomstate(channel, changed.settings, before)]
