"""Chat's connections: raw IRC over TCP, and IRC in the text frames of a WebSocket."""

from __future__ import annotations

import asyncio
import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect

from .hall import IrcHall
from .reading import ClientLines
from .session import PENDING, Session

SUBPROTOCOL = "irc"
TRY_AGAIN = 1013
"""Close code of a server that has too many connections."""


class IrcOverTcp(asyncio.Protocol):
    """One raw connection."""

    def __init__(self, hall: IrcHall) -> None:
        self._hall = hall
        self._lines = ClientLines()
        self._session: Session | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._session = self._hall.enter()
        if self._session is None:
            transport.close()
            return
        self._session.wake = self._write

    def data_received(self, data: bytes) -> None:
        if self._session is not None:
            for line in self._lines.feed(data):
                self._session.receive(line)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._session is not None:
            self._hall.leave(self._session)

    def _write(self) -> None:
        session, transport = self._session, self._transport
        if session is None or transport is None or transport.is_closing():
            return
        transport.write(session.take().encode())
        if transport.get_write_buffer_size() > PENDING:
            session.slow = True
            transport.abort()
        elif session.over:
            transport.close()


async def irc_over_websocket(hall: IrcHall, socket: WebSocket) -> None:
    """Until either side ends it. What waits goes out in one frame, however many lines it is, as Twitch does."""
    session = hall.enter()
    wanted = socket.scope.get("subprotocols") or []
    await socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in wanted else None)
    if session is None:
        await socket.close(TRY_AGAIN)
        return
    awake = asyncio.Event()
    ended = asyncio.Event()

    def wake() -> None:
        awake.set()
        if session.slow:  # writing waits for the client for ever
            ended.set()

    session.wake = wake
    tasks = [asyncio.create_task(work) for work in (_write(session, socket, awake), _read(session, socket), ended.wait())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for done in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(done, Exception) and not isinstance(done, WebSocketDisconnect):
                raise done
        hall.leave(session)


async def _write(session: Session, socket: WebSocket, awake: asyncio.Event) -> None:
    with contextlib.suppress(RuntimeError):  # uvicorn has closed it meanwhile, as no pong came
        while True:
            await awake.wait()
            awake.clear()
            if text := session.take():
                await socket.send_text(text)
            if session.over:
                await socket.close()
                return


async def _read(session: Session, socket: WebSocket) -> None:
    """A frame is whole lines; the last one may lack its end."""
    lines = ClientLines()
    while True:
        message = await socket.receive()
        if message["type"] != "websocket.receive":
            return
        data = message.get("bytes") or (message.get("text") or "").encode()
        for line in lines.feed(data.rstrip(b"\r\n") + b"\r\n"):
            session.receive(line)
