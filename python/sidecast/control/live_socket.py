"""One WebSocket a page: until the page goes, does not keep to the protocol, or is no longer let in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from ..clock import Clock
from .access.desk import Desk
from .access.pace import Pace
from .access.permission import Caller, Permission
from .api.declared import needs
from .feed import Feed
from .live.orders import Director
from .live.serving import serve
from .page_link import PageLink

MAX_PAGES, MAX_LOOKING = 64, 32
"""20 tabs and 4 overlays must live at once; every page costs a picture of the show. Pages of people who may only look never
keep out who directs."""

MESSAGES_A_SECOND = 1000
"""Of one caller over all of their pages: twice what twenty tabs and four overlays confirm. More is no page of ours."""


def live_socket(feed: Feed, director: Director, clock: Clock, change_channel: Callable[[str], None], desk: Desk) -> APIRouter:
    """`/ws`."""
    router = APIRouter()
    pages: dict[WebSocket, Caller] = {}
    pace = Pace(clock, a_second=MESSAGES_A_SECOND, burst=3 * MESSAGES_A_SECOND)

    @router.websocket("/ws")
    async def follow(
        socket: WebSocket, caller: Annotated[Caller, needs(Permission.WATCH)], run: str = "", since: int = 0
    ) -> None:
        await socket.accept()
        only_look = [each for each in pages.values() if not each.may(Permission.DIRECT)]
        if len(pages) >= MAX_PAGES or (len(only_look) >= MAX_LOOKING and not caller.may(Permission.DIRECT)):
            await socket.close(1013, f"{len(pages)} pages are open already: close one of them")
            return

        def change(name: str) -> None:
            change_channel(name)
            desk.audit.note(caller, "live.channel", name or "demo")

        pages[socket] = caller
        try:
            link = PageLink(feed, director, clock, socket.send_text, caller=caller, run=run, since=since, change_channel=change)
            # who has gone by itself meanwhile needs no farewell
            with suppress(WebSocketDisconnect):
                await serve(socket, link, lambda: bool(pace.take(caller.id)), desk.gone(socket, caller))
        finally:
            del pages[socket]

    return router
