"""The page's HTTP side: files, the entrance, the WebSocket, metrics and health. No page without a session."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect

from ..clock import Clock
from ..errors import SidecastError
from ..flow.order import Order
from .assets import load_assets
from .entrance import Entrance
from .feed import Feed
from .guard import Guard
from .page_link import BadPageMessageError, PageGoneError, PageLink, no_channels

log = logging.getLogger(__name__)

MAX_PAGES = 16
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# A redirect would not carry the new cookie when the link was followed from another site's page.
_ENTERED = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Sidecast</title>
<meta http-equiv="refresh" content="0; url=/"><link rel="icon" href="/page/mark.svg"><link rel="stylesheet" href="/page/base.css">
<main class="lone"><p><a href="/">Open the control page</a></p></main></html>"""


def build_app(
    feed: Feed,
    orders: Callable[[Order], None],
    clock: Clock,
    metrics_text: Callable[[], bytes],
    entrance: Entrance,
    *,
    examine: Callable[[], Awaitable[str]] | None = None,
    change_channel: Callable[[str], None] = no_channels,
) -> FastAPI:
    """Everything that the page's server answers.

    Args:
        orders: acts before it returns; called on the server's loop.
        metrics_text: `/metrics`, which needs no session and so must hold no viewer text.
        change_channel: acts before it returns; raises SidecastError for a name that cannot be.
        examine: what the doctor finds, as JSON; None where there is no doctor.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard)
    assets = load_assets()
    pages: set[WebSocket] = set()

    def admitted(connection: Request | WebSocket) -> bool:
        return entrance.knows(connection.cookies.get(_cookie(connection), ""))

    def file(name: str, status: int = 200) -> Response:
        asset = assets.get(name)
        if asset is None:
            return Response("There is no such file.", 404, media_type="text/plain")
        return Response(asset.content, status, media_type=asset.media_type)

    @app.get("/")
    async def index(request: Request) -> Response:
        return file("index.html") if admitted(request) else file("locked.html", 401)

    @app.get("/open")
    async def enter(request: Request, key: str = "") -> Response:
        token = entrance.use(key)
        if token is None:
            # a page that is open already stays open, whatever link is followed again
            return file("index.html") if admitted(request) else file("locked.html", 401)
        answer = Response(_ENTERED, media_type="text/html; charset=utf-8")
        answer.set_cookie(_cookie(request), token, httponly=True, samesite="strict", path="/")
        return answer

    @app.get("/session")
    async def session(request: Request) -> Response:
        """Tells a page that lost its connection whether to try again or to ask for a new link."""
        return Response(status_code=204 if admitted(request) else 401)

    @app.get("/page/{name}")
    async def page_file(name: str) -> Response:
        return Response(status_code=404) if name.endswith(".html") else file(name)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(metrics_text(), headers={"content-type": METRICS_TYPE})

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok", "state": feed.state}

    @app.get("/doctor")
    async def doctor(request: Request) -> Response:
        if not admitted(request):
            return Response(status_code=401)
        if examine is None:
            return Response("This show was started without ./sidecast, so there is no doctor.", 404, media_type="text/plain")
        try:
            return Response(await examine(), media_type="application/json")
        except SidecastError as error:
            log.warning("%s", error)
            return Response(str(error), 503, media_type="text/plain")

    @app.websocket("/ws")
    async def follow(socket: WebSocket, run: str = "", since: int = 0) -> None:
        if not admitted(socket):
            await socket.close(1008)
            return
        await socket.accept()
        if len(pages) >= MAX_PAGES:
            await socket.close(1013, "too many pages are open")
            return
        pages.add(socket)
        try:
            link = PageLink(feed, orders, clock, socket.send_text, run=run, since=since, change_channel=change_channel)
            await _serve_page(socket, link)
        finally:
            pages.discard(socket)

    return app


async def _serve_page(socket: WebSocket, link: PageLink) -> None:
    """Until the page goes, or does not keep to the protocol."""

    async def listen() -> None:
        while True:
            await link.take(await socket.receive_text())

    tasks = [asyncio.ensure_future(listen()), asyncio.ensure_future(link.push())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
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


def _cookie(connection: Request | WebSocket) -> str:
    """Cookies ignore ports: the name keeps two shows on one machine apart."""
    return f"sidecast_{connection.scope['server'][1]}"
