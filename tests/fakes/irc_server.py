"""A chat server that speaks IRC as Twitch does: on a socket, with TLS if asked, or in memory for virtual time."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Sequence

from sidecast.chat.irc.connection import Connection


class FakeTwitch:
    """What a test says here, every client in the channel hears. What clients say is in `heard`."""

    def __init__(self, channels: Sequence[str] = ("kit",)) -> None:
        self.channels = set(channels)
        self.suspended: set[str] = set()
        self.clients: list[Client] = []
        self.logins = 0
        self.heard: list[str] = []
        self.away = False
        """Refuses connections."""
        self.mute = False
        """Takes what clients say and answers nothing, as a dead network does."""
        self.gives_tags = True
        self.takes_anybody = True
        self.on_joined: Callable[[Client], None] = lambda client: None

    @property
    def joined(self) -> list[Client]:
        return [client for client in self.clients if client.channel]

    def tell(self, *lines: str) -> None:
        """One write, however many lines."""
        self.write("".join(f"{line}\r\n" for line in lines).encode())

    def write(self, data: bytes) -> None:
        for client in self.joined:
            client.send(data)

    def hang_up(self) -> None:
        for client in list(self.clients):
            client.close()

    async def in_memory(self) -> Connection:
        """An `Opener` of the client's side."""
        if self.away:
            raise ConnectionRefusedError
        return _Pipe(self)

    @contextlib.asynccontextmanager
    async def on_socket(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        """Serves on 127.0.0.1; yields the port."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            self.hang_up()
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Client(self, writer.write, writer.transport.abort)
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                client.feed(data)
        client.close()


class Client:
    """The server's side of one connection."""

    def __init__(self, server: FakeTwitch, send: Callable[[bytes], None], close: Callable[[], None]) -> None:
        self.channel = ""
        self._server = server
        self._send = send
        self._close = close
        self._pending = b""
        self._nick = ""
        server.clients.append(self)

    def send(self, data: bytes) -> None:
        if not self._server.mute:
            self._send(data)

    def tell(self, line: str) -> None:
        self.send(f"{line}\r\n".encode())

    def close(self) -> None:
        if self in self._server.clients:
            self._server.clients.remove(self)
            self._close()

    def feed(self, data: bytes) -> None:
        *lines, self._pending = (self._pending + data).split(b"\r\n")
        for line in lines:
            self._server.heard.append(line.decode())
            self._answer(line.decode())

    def _answer(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        match command.upper():
            case "CAP" if rest.startswith("REQ"):
                verdict = "ACK" if self._server.gives_tags else "NAK"
                self.tell(f":tmi.twitch.tv CAP * {verdict} :{rest.partition(':')[2]}")
            case "NICK":
                self._nick = rest
                self._server.logins += 1
                self._welcome()
            case "JOIN":
                self._join(rest.removeprefix("#"))
            case "PING":
                self.tell(f":tmi.twitch.tv PONG tmi.twitch.tv {rest}")

    def _welcome(self) -> None:
        if not self._server.takes_anybody:
            self.tell(":tmi.twitch.tv NOTICE * :Login authentication failed")
            return
        self.tell(f":tmi.twitch.tv 001 {self._nick} :Welcome, GLHF!")
        self.tell(f":tmi.twitch.tv 376 {self._nick} :>")

    def _join(self, channel: str) -> None:
        if channel in self._server.suspended:
            gone = "This channel does not exist or has been suspended."
            self.tell(f"@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #{channel} :{gone}")
            return
        self.tell(f":{self._nick}!{self._nick}@{self._nick}.tmi.twitch.tv JOIN #{channel}")
        self.tell(f":{self._nick}.tmi.twitch.tv 353 {self._nick} = #{channel} :{self._nick}")
        self.tell(f":{self._nick}.tmi.twitch.tv 366 {self._nick} #{channel} :End of /NAMES list")
        if channel in self._server.channels:  # of any other Twitch says no more
            self.tell(f"@emote-only=0;followers-only=-1;r9k=0;room-id=1;slow=0;subs-only=0 :tmi.twitch.tv ROOMSTATE #{channel}")
            self.channel = channel
            self._server.on_joined(self)


class _Pipe:
    """The client's side of a connection in memory."""

    def __init__(self, server: FakeTwitch) -> None:
        self._coming: asyncio.Queue[bytes] = asyncio.Queue()
        self._ended = False
        self._client = Client(server, self._coming.put_nowait, lambda: self._coming.put_nowait(b""))

    async def read(self) -> bytes:
        if self._ended:
            return b""
        data = await self._coming.get()
        self._ended = not data
        return data

    def write(self, data: bytes) -> None:
        self._client.feed(data)

    def close(self) -> None:
        self._client.close()


def privmsg(text: str, who: str = "mika", number: int = 1, channel: str = "kit", **tags: str | int) -> str:
    """A line as a viewer's message comes; tags by their names, with `_` for `-`."""
    of = {
        "badge-info": "",
        "badges": "",
        "color": "#1E90FF",
        "display-name": who.capitalize(),
        "emotes": "",
        "first-msg": "0",
        "id": f"m-{number}",
        "mod": "0",
        "room-id": "1",
        "subscriber": "0",
        "tmi-sent-ts": str(1_767_225_600_000 + number),
        "user-id": f"id-{who}",
        "user-type": "",
    }
    of |= {name.replace("_", "-"): str(value) for name, value in tags.items()}
    return f"@{_joined(of)} :{who}!{who}@{who}.tmi.twitch.tv PRIVMSG #{channel} :{text}"


def usernotice(kind: str, text: str = "", who: str = "mika", number: int = 1, **tags: str | int) -> str:
    of = {
        "badges": "subscriber/3",
        "display-name": who.capitalize(),
        "id": f"n-{number}",
        "login": who,
        "msg-id": kind,
        "room-id": "1",
        "system-msg": "",
        "tmi-sent-ts": str(1_767_225_600_000 + number),
        "user-id": f"id-{who}",
    }
    of |= {name.replace("_", "-"): str(value) for name, value in tags.items()}
    said = f" :{text}" if text else ""
    return f"@{_joined(of)} :tmi.twitch.tv USERNOTICE #kit{said}"


def _joined(tags: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in tags.items())


def deleted(number: int) -> str:
    return f"@login=mika;room-id=1;target-msg-id=m-{number};tmi-sent-ts=1767225700{number:03} :tmi.twitch.tv CLEARMSG #kit :gone"


def timed_out(who: str, sent: int = 1_767_225_700_000) -> str:
    return f"@ban-duration=600;room-id=1;target-user-id=id-{who};tmi-sent-ts={sent} :tmi.twitch.tv CLEARCHAT #kit :{who}"
