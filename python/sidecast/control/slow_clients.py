"""Connections that are held open without asking anything, and ones that do not take their answer, are closed."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0
"""From the connection, or the first byte of a later request, to the end of its headers."""
TAKE_S = 30.0
"""Longest pause in which nothing of an answer is taken."""


class TimedProtocol(H11Protocol):
    """uvicorn counts the time between requests only."""

    _head: asyncio.TimerHandle | None = None
    _take: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head = self.loop.call_later(HEAD_S, self._too_slow)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            self._forget()
        elif self.cycle is not None and not self.cycle.response_complete:
            self._forget_head()
        elif self._head is None and self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._head = self.loop.call_later(HEAD_S, self._too_slow)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._forget()
        super().handle_websocket_upgrade(event)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._take is None:
            self._take = self.loop.call_later(TAKE_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._take is not None:
            self._take.cancel()
            self._take = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _too_slow(self) -> None:
        self._head = None
        self.transport.abort()

    def _forget_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _forget(self, *_: Any) -> None:
        self._forget_head()
        if self._take is not None:
            self._take.cancel()
            self._take = None
