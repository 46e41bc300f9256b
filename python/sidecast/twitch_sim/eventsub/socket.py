"""One WebSocket, from its handshake to its end. It writes its own bytes: a fault may need any, and no library sends those."""

from __future__ import annotations

import asyncio
import socket as sockets
import struct
from collections import deque
from typing import Protocol, cast

from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

UNREAD = 16 * 1024 * 1024
"""Bytes that may wait for a client that does not read."""
GOODBYE_S = 2.0
"""A client that does not answer a close frame is cut off."""
REASONS = {
    4000: "internal server error",
    4001: "sent inbound traffic",
    4002: "failed ping-pong",
    4003: "connection unused",
    4004: "reconnect grace time expired",
    4005: "network timeout",
    4006: "network error",
    4007: "invalid reconnect",
}
"""Source: https://dev.twitch.tv/docs/eventsub/handling-websocket-events/#close-message"""


class Owner(Protocol):
    """Whom a socket tells of its life."""

    def opening(self, socket: Socket, path: str) -> tuple[int, str] | None:
        """A status and words refuse it."""
        ...

    def opened(self, socket: Socket, path: str) -> None: ...

    def inbound(self, socket: Socket) -> None:
        """The client has sent a message, which Twitch forbids."""
        ...

    def lost(self, socket: Socket, why: str) -> None: ...


class Socket(asyncio.Protocol):
    def __init__(self, number: int, owner: Owner) -> None:
        self.number = number
        """Counts from 1."""
        self.answered = True
        """The last ping was."""
        self._owner = owner
        self._protocol = ServerProtocol(max_size=64 * 1024)
        self._transport: asyncio.Transport | None = None
        self._why = ""
        self._slow: deque[int] = deque()
        self._per_s = 0
        self._feeding: asyncio.Task[None] | None = None

    @property
    def open(self) -> bool:
        """A message that is written now reaches a client that reads."""
        ready = self._transport is not None and not self._transport.is_closing()
        return ready and self._protocol.state is State.OPEN and not self._why

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        self._take()

    def eof_received(self) -> bool:
        self._why = self._why or "client hung up"
        self._protocol.receive_eof()
        self._take()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        if self._feeding:
            self._feeding.cancel()
        self._owner.lost(self, self._why or ("client hung up" if error is None else f"client: {type(error).__name__}"))

    def _take(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._shake(event)
            elif isinstance(event, Frame):
                self._frame(event)
        self._flush()

    def _shake(self, request: Request) -> None:
        refusal = self._owner.opening(self, request.path)
        response = self._protocol.reject(*refusal) if refusal else self._protocol.accept(request)
        self._protocol.send_response(response)
        self._flush()
        if self._protocol.state is State.OPEN:
            self._owner.opened(self, request.path)

    def _frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.PONG:
            self.answered = True
        elif frame.opcode is Opcode.CLOSE:
            self._why = self._why or f"client closed ({self._protocol.close_code})"
        elif frame.opcode in {Opcode.TEXT, Opcode.BINARY, Opcode.CONT} and self.open:
            self._owner.inbound(self)

    def send(self, message: str | bytes) -> bool:
        """False: the socket is not open, or the client has not read for long and is cut off."""
        if not self.open:
            return False
        assert self._transport is not None
        if self._transport.get_write_buffer_size() + len(self._slow) > UNREAD:
            self.close(4005)
            return False
        if isinstance(message, str):
            self._protocol.send_text(message.encode())
        else:
            self._protocol.send_binary(message)
        self._flush()
        return True

    def ping(self) -> None:
        if self.open:
            self.answered = False
            self._protocol.send_ping(b"")
            self._flush()

    def send_raw(self, data: bytes) -> None:
        """Bytes below the level of frames: half a frame, text that is not UTF-8."""
        if self.open:
            self._put(data)

    def close(self, code: int, reason: str = "") -> None:
        """With a close frame, as Twitch does."""
        if not self.open:
            return
        self._hurry()
        self._why = f"closed {code}"
        try:
            self._protocol.send_close(code, reason or REASONS.get(code, ""))
        except InvalidState:
            return  # the client closed it in this very moment
        self._flush()
        asyncio.get_running_loop().call_later(GOODBYE_S, self._cut)

    def drop(self) -> None:
        """The connection ends without a word; what was written before still arrives."""
        self._end("dropped")
        if self._transport:
            self._transport.close()

    def reset(self) -> None:
        """The connection is torn: what was written just before may be lost."""
        self._end("reset")
        if self._transport:
            raw = self._transport.get_extra_info("socket")
            if raw is not None:
                raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
            self._transport.abort()

    def half_close(self) -> None:
        """Nothing more comes from here, and the other direction stays open until the client ends it."""
        self._end("half-closed")
        if self._transport and self._transport.can_write_eof():
            self._transport.write_eof()

    def slow(self, bytes_per_s: int) -> None:
        """What is written trickles from now on; 0 = at full speed again, with what has piled up first."""
        self._per_s = bytes_per_s
        if bytes_per_s <= 0:
            self._hurry()
        elif self._feeding is None:
            self._feeding = asyncio.get_running_loop().create_task(self._trickle())

    async def _trickle(self) -> None:
        """Small pieces, so that frames and characters are cut anywhere."""
        while self._per_s > 0:
            await asyncio.sleep(0.02)
            count = min(len(self._slow), max(1, self._per_s // 50))
            if count and self._transport and not self._transport.is_closing():
                self._transport.write(bytes(self._slow.popleft() for _ in range(count)))

    def _hurry(self) -> None:
        self._per_s = 0
        if self._feeding:
            self._feeding.cancel()
            self._feeding = None
        if self._slow and self._transport and not self._transport.is_closing():
            self._transport.write(bytes(self._slow))
            self._slow.clear()

    def _end(self, why: str) -> None:
        self._hurry()
        self._why = self._why or why

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._put(data)
            elif self._transport:  # both sides have closed
                self._hurry()
                self._transport.close()

    def _put(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._per_s > 0:
            self._slow.extend(data)
        else:
            self._transport.write(data)

    def _cut(self) -> None:
        """What is on its way still arrives, if the client reads at all."""
        if self._transport and not self._transport.is_closing():
            self._transport.close()
            asyncio.get_running_loop().call_later(GOODBYE_S, self._transport.abort)
