"""What the server says on one connection: log-in, rooms, writing. No socket and no clock in here.

Source: https://dev.twitch.tv/docs/chat/irc/.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from irctokens.line import Line

from ..world.happenings import Happening, Said
from ..world.people import User
from ..world.world import World
from .author import looks, standing
from .limits import Limits
from .removals import roomstate
from .wire import CAPABILITIES, HOST, MEMBERSHIP, ServerLine, notice, server, user

ANONYMOUS = re.compile(r"justinfan\d{1,14}")
LONGEST = 500
"""Characters of a message."""
ROOMS = 100
"""That one connection may be in."""
PING_S, PONG_S = 300.0, 15.0
"""How often it is asked whether the client is there, and how long it may take to answer."""
PENDING = 1 << 20
"""Characters that wait for a client that does not read; then it is let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Whose token it is, and what it allows."""

    user: User
    scopes: frozenset[str]


class Hall(Protocol):
    """What one connection needs to know beside the world: whose a token is, and who else is there."""

    suspended: set[str]
    """Channels that Twitch has closed, by login."""

    def login(self, token: str) -> Login | None:
        """None for a token that is not valid (any more)."""
        ...

    def names(self, channel: User) -> list[str]:
        """Logins of those in the room."""
        ...

    def tell(self, channel: User, line: ServerLine, *, but: Session) -> None:
        """To all others in the room who asked for membership."""
        ...


class Session:
    """Feed it every line of a connection, and send what `take` gives whenever `wake` is called."""

    def __init__(self, world: World, hall: Hall, limits: Limits) -> None:
        self.over = False
        """The connection is to be closed once everything is sent."""
        self.slow = False
        """It was let go because it does not read."""
        self.refused_joins = 0
        """Left out because there were too many, without a word, as at Twitch."""
        self.wake: Callable[[], None] = lambda: None
        self.nick = ""
        self.rooms: dict[str, User] = {}
        self.capabilities: frozenset[str] = frozenset()
        self._login: Login | None = None
        self._password = ""
        self._wanted_nick = ""
        self._world = world
        self._hall = hall
        self._limits = limits
        self._speaking = False
        self._pending: list[str] = []
        self._waiting = 0
        self._asked_s = limits.now_s()
        self._unanswered = False
        self._until_s = math.inf
        self._answers: dict[str, Callable[[Line], None]] = {
            "CAP": self._capability,
            "PASS": self._pass,
            "NICK": self._nick,
            "JOIN": self._join,
            "PART": self._part,
            "PING": self._pong,
            "PONG": self._answered,
            "PRIVMSG": self._privmsg,
            "QUIT": self._quit,
            "USER": lambda line: None,
        }

    @property
    def anonymous(self) -> bool:
        return self._login is None

    def take(self) -> str:
        """Everything that waits, in one piece."""
        lines, self._pending, self._waiting = self._pending, [], 0
        return "".join(f"{line}\r\n" for line in lines)

    def receive(self, line: Line) -> None:
        if self.over:
            return
        answer = self._answers.get(line.command)
        if answer is not None:
            answer(line)
        elif self.nick:
            self.send(server("421", self.nick, line.command, "Unknown command"))

    def hear(self, happening: Happening, lines: Iterable[ServerLine]) -> None:
        """Something that happened in one of its rooms; one's own message comes back as a USERSTATE instead."""
        if self._speaking and isinstance(happening, Said):
            return
        for line in lines:
            self.send(line)

    def send(self, line: ServerLine) -> None:
        text = line.seen_by(self.capabilities)
        if text is None or self.over:
            return
        self._waiting += len(text)
        if self._waiting > PENDING:
            self._pending, self.slow = [], True
            self.end()
            return
        self._pending.append(text)
        self.wake()

    def end_in(self, seconds: float) -> None:
        self._until_s = self._limits.now_s() + seconds

    def tick(self) -> None:
        """Asks now and then whether the client is there; lets it go when it does not answer."""
        if self._limits.now_s() >= self._until_s:
            self.end()
        since_s = self._limits.now_s() - self._asked_s
        if self._unanswered and since_s >= PONG_S:
            self.end()
        elif since_s >= PING_S:
            self._asked_s, self._unanswered = self._limits.now_s(), True
            self._plain(f"PING :{HOST}")

    def end(self) -> None:
        self.over = True
        self.wake()

    def _plain(self, text: str) -> None:
        self._pending.append(text)
        self.wake()

    def _capability(self, line: Line) -> None:
        match line.params:
            case ["LS", *_]:
                self.send(server("CAP", "*", "LS", " ".join(sorted(CAPABILITIES))))
            case ["REQ", *wanted]:
                names = " ".join(wanted).split()
                granted = CAPABILITIES.issuperset(names)
                if granted:
                    self.capabilities |= set(names)
                self.send(server("CAP", "*", "ACK" if granted else "NAK", " ".join(names)))

    def _pass(self, line: Line) -> None:
        self._password = line.params[0] if line.params else ""
        self._log_in()

    def _nick(self, line: Line) -> None:
        self._wanted_nick = line.params[0].lower() if line.params else ""
        self._log_in()

    def _log_in(self) -> None:
        """When both PASS and NICK are there, in whatever order; an anonymous reader needs no password."""
        if self.nick or not self._wanted_nick:
            return
        if ANONYMOUS.fullmatch(self._wanted_nick):
            self._welcome(self._wanted_nick)
            return
        if not self._password:
            return
        kind, colon, token = self._password.partition(":")
        if kind != "oauth" or not colon or not token:
            self._refuse("Improperly formatted auth")
            return
        login = self._hall.login(token)
        if login is None or not login.scopes & {"chat:read", "chat:edit"}:
            self._refuse("Login authentication failed")
        elif not self._limits.logins.take(login.user.id):
            self._refuse("Login unsuccessful")
        else:
            self._login = login
            self._welcome(login.user.login)

    def _refuse(self, why: str) -> None:
        self.send(server("NOTICE", "*", why, always=True))
        self.end()

    def _welcome(self, nick: str) -> None:
        self.nick, self._password = nick, ""
        for number, text in (
            ("001", "Welcome, GLHF!"),
            ("002", f"Your host is {HOST}"),
            ("003", "This server is rather new"),
            ("004", "-"),
            ("375", "-"),
            ("372", "You are in a maze of twisty passages, all alike."),
            ("376", ">"),
        ):
            self.send(server(number, nick, text))
        if self._login:
            who = self._login.user
            tags = {**looks(who, ()), "emote-sets": "0", "user-id": who.id, "user-type": ""}
            self.send(ServerLine(command="GLOBALUSERSTATE", tags=tags))

    def _join(self, line: Line) -> None:
        for name in _rooms(line) if self.nick else ():
            if name in self.rooms:
                continue
            if len(self.rooms) >= ROOMS or not self._limits.joins.take(self.nick):
                self.refused_joins += 1
                continue
            self._enter(name)

    def _enter(self, name: str) -> None:
        if name in self._hall.suspended:
            gone = "This channel does not exist or has been suspended."
            self.send(notice(name, "msg_channel_suspended", gone))
            return
        channel = self._world.find(name)
        ban = self._world.moderation.ban_of(self._login.user, channel=channel) if channel and self._login else None
        if ban is not None and ban.ends_ms is None:
            self.send(notice(name, "msg_banned", f"You are permanently banned from talking in {name}."))
            return
        entering = ServerLine(command="JOIN", params=(f"#{name}",), source=user(self.nick))
        self.send(entering)
        names = self._hall.names(channel) if channel and MEMBERSHIP in self.capabilities else []
        own = f"{self.nick}.{HOST}"
        listed = " ".join([self.nick, *(other for other in names if other != self.nick)])
        self.send(ServerLine(command="353", params=(self.nick, "=", f"#{name}", listed), source=own, trailing=True))
        self.send(ServerLine(command="366", params=(self.nick, f"#{name}", "End of /NAMES list"), source=own, trailing=True))
        if channel is None:  # of a name that nobody has, Twitch says no more
            return
        self._hall.tell(channel, entering, but=self)
        self.rooms[name] = channel
        if self._login:
            self._userstate(channel)
        self.send(roomstate(channel, self._world.room(channel).settings))

    def _userstate(self, channel: User, **tags: str) -> None:
        who = self._login.user if self._login else None
        if who is None:
            return
        worn = self._world.room(channel).standing.badges(who, channel)
        named = {name.replace("_", "-"): value for name, value in tags.items() if value}
        told = {**looks(who, worn), "emote-sets": "0", **standing(worn), **named}
        del told["turbo"]
        self.send(ServerLine(command="USERSTATE", params=(f"#{channel.login}",), tags=told))

    def _part(self, line: Line) -> None:
        for name in _rooms(line):
            channel = self.rooms.pop(name, None)
            if channel is None:
                continue
            leaving = ServerLine(command="PART", params=(f"#{name}",), source=user(self.nick))
            self.send(leaving)
            self._hall.tell(channel, leaving, but=self)

    def _pong(self, line: Line) -> None:
        self.send(server("PONG", HOST, *line.params[-1:]))

    def _answered(self, line: Line) -> None:
        self._unanswered = False

    def _quit(self, line: Line) -> None:
        self.end()

    def _privmsg(self, line: Line) -> None:
        if self._login is None or len(line.params) < 2:
            return
        channel = self._world.find(line.params[0])
        text = line.params[-1].strip()
        if channel is None or not text:
            return
        action, text = _unwrapped(text)
        text = text[:LONGEST]
        if refused := self._refusal(channel, text, action=action):
            self.send(notice(channel.login, *refused))
            return
        tags = line.tags or {}
        nonce = tags.get("client-nonce", "")
        self._speaking = True
        try:
            said = self._world.chat.say(
                self._login.user,
                text,
                channel=channel,
                action=action,
                reply_to=tags.get("reply-parent-msg-id", ""),
                client_nonce=nonce,
            )
        finally:
            self._speaking = False
        self._userstate(channel, id=said.id, client_nonce=nonce)

    def _refusal(self, channel: User, text: str, *, action: bool) -> tuple[str, str] | None:
        """Kind and words of the NOTICE; None = the message may stand."""
        assert self._login is not None
        if "chat:edit" not in self._login.scopes:
            return "no_permission", "You don't have permission to perform that action."
        if not action and text[0] in "/." and text[1:2].isalpha():
            return "unrecognized_cmd", f"Unrecognized command: {text.split(maxsplit=1)[0]}"
        ban = self._world.moderation.ban_of(self._login.user, channel=channel)
        if ban is not None and ban.ends_ms is None:
            return "msg_banned", f"You are permanently banned from talking in {channel.login}."
        if ban is not None and ban.ends_ms is not None:
            left_s = -(-(ban.ends_ms - self._world.now_ms()) // 1000)
            return "msg_timedout", f"You are timed out for {left_s} more seconds."
        dropped = self._world.chat.refusal(self._login.user, text, channel=channel)
        return (dropped.code, dropped.message) if dropped else None


def _rooms(line: Line) -> list[str]:
    names = line.params[0].split(",") if line.params else []
    return [name[1:].lower() for name in names if name.startswith("#") and len(name) > 1]


def _unwrapped(text: str) -> tuple[bool, str]:
    """Whether it is a `/me`, and its text."""
    if text.startswith("\x01ACTION ") and len(text) > 8:
        return True, text[8:].removesuffix("\x01")
    if text[:4].lower() in ("/me ", ".me ") and text[4:].strip():
        return True, text[4:].strip()
    return False, text
