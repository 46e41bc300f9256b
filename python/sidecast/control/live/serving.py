"""A WebSocket's life: what comes in and what goes out at once, until one of them ends, and a close that says why."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from fastapi import WebSocket, WebSocketDisconnect

from .pushing import BadPageMessageError, PageGoneError

log = logging.getLogger(__name__)


class Link(Protocol):
    """One page's connection."""

    async def take(self, text: str) -> None: ...

    async def push(self) -> None: ...


OUT = (1008, "logged out, or the role has changed")


async def serve(
    socket: WebSocket,
    link: Link,
    too_many: Callable[[], bool],
    gone: Coroutine[Any, Any, None],
    *,
    out: tuple[int, str] = OUT,
) -> None:
    """Returns when the page has gone, does not keep to the protocol, or `gone` has returned.

    Args:
        too_many: counts a message; says whether that was one too many.
        gone: returns once whoever asks is no longer let in.
        out: code and sentence of the close then.
    """

    async def listen() -> None:
        while True:
            text = await socket.receive_text()
            if too_many():
                raise BadPageMessageError
            await link.take(text)

    leaving = asyncio.ensure_future(gone)
    tasks = [asyncio.ensure_future(listen()), asyncio.ensure_future(link.push()), leaving]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    if leaving.done() and not leaving.cancelled() and leaving.exception() is None:
        await socket.close(*out)
        return
    for task in tasks:
        match None if task.cancelled() else task.exception():
            case PageGoneError():
                await socket.close(1013, "nothing was confirmed for too long")
            case BadPageMessageError() | KeyError():
                await socket.close(1003, "not a message of this protocol")
            case WebSocketDisconnect() | None:
                pass
            case error:
                log.error("a control page's connection failed", exc_info=error)
