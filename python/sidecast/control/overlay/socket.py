"""`/overlay/ws`: the only place where an overlay link's token is asked for, and all that it opens."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from ...clock import Clock
from ..access.overlay_links import OverlayLinks
from ..access.pace import Pace
from ..api.declared import open_to_all
from ..live.pushing import BadPageMessageError
from ..live.serving import serve
from .link import OverlayLink, read_hello
from .overlays import Overlays

HELLO_WITHIN_S = 5.0
MAX_STRANGERS = 16
"""Connections that have not said their token yet."""
MAX_PAGES = 32
"""Eight scenes of four overlays."""
MESSAGES_A_SECOND = 1600
"""Of one link over all of its pages: what so many confirm at their fastest."""
NOT_LET_IN = 4401
"""Close code: the page stays silent and asks again later, for the link may be put back."""


def overlay_socket(overlays: Overlays, links: OverlayLinks, clock: Clock) -> APIRouter:
    """The token comes as the first message, so that it stands in no address, header or log."""
    router = APIRouter()
    pages: set[WebSocket] = set()
    strangers: set[WebSocket] = set()
    pace = Pace(clock, a_second=MESSAGES_A_SECOND, burst=3 * MESSAGES_A_SECOND)

    @router.websocket("/overlay/ws", dependencies=[open_to_all("its first message must hold the token of an overlay link")])
    async def follow(socket: WebSocket) -> None:
        await socket.accept()
        # who has gone by itself meanwhile needs no farewell
        with suppress(WebSocketDisconnect):
            if len(strangers) >= MAX_STRANGERS or len(pages) >= MAX_PAGES:
                await socket.close(1013, "too many overlays are open")
                return
            strangers.add(socket)
            try:
                hello = read_hello(await _first(socket, clock))
            except BadPageMessageError:
                await socket.close(1003, "not a message of this protocol")
                return
            finally:
                strangers.discard(socket)
            link = links.find(hello.token)
            if link is None:
                await socket.close(NOT_LET_IN, "this link does not work")
                return
            pages.add(socket)
            try:
                page = OverlayLink(overlays, clock, socket.send_text, hello)
                out = (NOT_LET_IN, "this link does not work any more")
                await serve(socket, page, lambda: bool(pace.take(link.id)), links.gone(link), out=out)
            finally:
                pages.discard(socket)

    return router


async def _first(socket: WebSocket, clock: Clock) -> str:
    """The first message; empty when none comes in time."""
    coming, timer = asyncio.ensure_future(socket.receive_text()), asyncio.ensure_future(clock.sleep(HELLO_WITHIN_S))
    try:
        await asyncio.wait({coming, timer}, return_when=asyncio.FIRST_COMPLETED)
        return coming.result() if coming.done() else ""
    except KeyError:
        # bytes, not text
        return ""
    finally:
        coming.cancel()
        timer.cancel()
