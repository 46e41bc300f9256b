"""Chat of the simulated Twitch without sockets: clients that say lines and keep what they are told."""

from __future__ import annotations

from dataclasses import dataclass, field

from irctokens.line import Line, tokenise

from sidecast.clock import LoopClock
from sidecast.twitch_sim.ids import Ids
from sidecast.twitch_sim.irc.hall import IrcHall
from sidecast.twitch_sim.irc.reading import ClientLines
from sidecast.twitch_sim.irc.session import Login, Session
from sidecast.twitch_sim.world.cast import BOT, STREAMER, furnished

ALL = "twitch.tv/tags twitch.tv/commands twitch.tv/membership"
ROOM = f"#{STREAMER}"


class IrcRoom:
    """The token of each account is its login; `read-LOGIN` may only read, `none-LOGIN` not even that."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.world = furnished(LoopClock(lambda: self.now_s), Ids(1))
        self.hall = IrcHall(self.world, self._login, lambda: self.now_s)

    def _login(self, token: str) -> Login | None:
        for prefix, scopes in (("read-", {"chat:read"}), ("none-", {"bits:read"}), ("", {"chat:read", "chat:edit"})):
            if token.startswith(prefix) and (user := self.world.find(token.removeprefix(prefix))):
                return Login(user=user, scopes=frozenset(scopes))
        return None

    def client(self, capabilities: str = ALL) -> Client:
        session = self.hall.enter()
        assert session is not None
        client = Client(session)
        if capabilities:
            client.say(f"CAP REQ :{capabilities}")
        return client

    def reader(self, capabilities: str = ALL) -> Client:
        """An anonymous one who has joined; what it was told until then is forgotten."""
        client = self.client(capabilities)
        client.say("NICK justinfan123", f"JOIN {ROOM}")
        client.told()
        return client

    def member(self, login: str = BOT, token: str = "", capabilities: str = ALL) -> Client:
        client = self.client(capabilities)
        client.say(f"PASS oauth:{token or login}", f"NICK {login}", f"JOIN {ROOM}")
        client.told()
        return client


@dataclass(slots=True)
class Client:
    session: Session
    lines: ClientLines = field(default_factory=ClientLines)

    def say(self, *lines: str) -> None:
        for line in self.lines.feed("".join(f"{line}\r\n" for line in lines).encode()):
            self.session.receive(line)

    def raw(self) -> list[str]:
        return self.session.take().split("\r\n")[:-1]

    def told(self) -> list[Line]:
        """What has come since it was last asked."""
        return [tokenise(line) for line in self.raw()]

    def commands(self) -> list[str]:
        return [line.command for line in self.told()]
