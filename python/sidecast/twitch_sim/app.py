"""The web application of the one port: Helix, the id server and its pages, IRC over WebSocket, and `/sim/…`."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from . import control
from .cli_paths import CliPaths
from .helix.call import refusal
from .helix.gate import Helix
from .irc.sockets import irc_over_websocket
from .oauth.answers import IdServer
from .oauth.pages import Pages

if TYPE_CHECKING:
    from .simulator import Simulator

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def web(sim: Simulator) -> ASGIApp:
    helix = Helix(sim.world, sim.eventsub, sim.grants, sim.helix_faults, sim.clock)
    ids = IdServer(sim.grants, sim.world, lambda: sim.http_url)
    pages = Pages(sim.grants, sim.world)

    async def irc(socket: WebSocket) -> None:
        await irc_over_websocket(sim.irc, socket)

    async def eventsub_without_upgrade(request: Request) -> Response:
        return JSONResponse(refusal(400, "Open a WebSocket here."), 400)

    async def front(request: Request) -> Response:
        return JSONResponse({"eventsub": sim.eventsub_url, "helix": sim.helix_url, "id": sim.id_url, "irc": sim.irc_url})

    routes: list[BaseRoute] = [
        Route("/helix/{path:path}", helix.answer, methods=_METHODS),
        Route("/oauth2/device", ids.device, methods=["POST"]),
        Route("/oauth2/token", ids.token, methods=["POST"]),
        Route("/oauth2/validate", ids.validate),
        Route("/oauth2/revoke", ids.revoke, methods=["POST"]),
        Route("/oauth2/authorize", pages.authorize, methods=["GET", "POST"]),
        Route("/activate", pages.activate, methods=["GET", "POST"]),
        Route("/ws", eventsub_without_upgrade),
        WebSocketRoute("/irc", irc),
        WebSocketRoute("/", irc),
        *control.routes(sim),
        Route("/", front),
    ]
    return _Twitch(CliPaths(Starlette(routes=routes)), sim)


class _Twitch:
    """Twitch's own clock in every answer's `Date`; and an answer that never comes, where a fault asks for it."""

    def __init__(self, app: ASGIApp, sim: Simulator) -> None:
        self._app = app
        self._sim = sim

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._sim.world.now_ms() / 1000, usegmt=True)
                message["headers"] = [*message["headers"], (b"date", date.encode())]
            await send(message)

        # uvicorn's own callable knows the connection; there is no other way to end one without an answer
        cycle = getattr(send, "__self__", None)
        scope["sidecast.hang_up"] = cycle.transport.abort if cycle is not None else lambda: None
        await self._app(scope, receive, dated if scope["type"] == "http" else send)
