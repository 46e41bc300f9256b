"""How much a request may bring, how slowly, and how many of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.datastructures import Headers
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..clock import Clock
from .access.lockout import network_of
from .access.pace import Pace
from .api.declared import BODY, COST, UNHINDERED
from .guard import Refused, refuse

BODY_BYTES = 64 * 1024
HEADER_BYTES = 16 * 1024
BODY_S = 20.0
SLOWEST_BYTES_S = 16 * 1024
"""A larger body has as much more time as it takes at this speed."""
A_SECOND, BURST = 200.0, 2000
"""Requests of one address, whoever asks: twenty tabs that load at once stay below."""


@dataclass(frozen=True, slots=True)
class Special:
    """A route that takes more than others, is never told to wait, or sooner."""

    methods: frozenset[str]
    path: re.Pattern[str]
    body_bytes: int
    unhindered: bool
    cost: int


def special_routes(app: FastAPI) -> list[Special]:
    """What routes say by `openapi_extra=allows(…)`."""
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        extra = (route.openapi_extra or {}) if isinstance(route, APIRoute) else {}
        if extra.keys() & {BODY, COST, UNHINDERED}:
            path, _, _ = compile_path(context.path or "")
            methods = frozenset(context.methods or ())
            found.append(Special(methods, path, extra.get(BODY, BODY_BYTES), bool(extra.get(UNHINDERED)), extra.get(COST, 1)))
    return found


class Limits:
    """ASGI middleware: 413 for too large a body, 408 for too slow a one, 429 for too many requests of one address."""

    def __init__(self, app: ASGIApp, clock: Clock, special: Sequence[Special]) -> None:
        """`special` is read at every request: the app fills it when all routes are known."""
        self._app = app
        self._clock = clock
        self._special = special
        self._pace = Pace(clock, a_second=A_SECOND, burst=BURST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        special = self._find(scope) if scope["type"] == "http" else None
        scope["unhindered"] = special is not None and special.unhindered
        client = scope.get("client")
        who, cost = network_of(client[0] if client else ""), special.cost if special else 1
        wait_s = 0 if scope["unhindered"] else self._pace.take(who, cost)
        if wait_s:
            await refuse(scope, receive, send, (429, "That was too much at once.", f"Go on in {wait_s} s."))
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        most = special.body_bytes if special else BODY_BYTES
        said = Headers(scope=scope).get("content-length", "")
        if said.isdecimal() and int(said) > most:
            await refuse(scope, receive, send, _too_large(most))
            return
        await _Request(self._app, self._clock, most).run(scope, receive, send)

    def _find(self, scope: Scope) -> Special | None:
        return next((each for each in self._special if scope["method"] in each.methods and each.path.match(scope["path"])), None)


class _StopReadingError(Exception):
    pass


class _Request:
    """One request whose body is counted and timed while the app reads it."""

    def __init__(self, app: ASGIApp, clock: Clock, most: int) -> None:
        self._app = app
        self._clock = clock
        self._most = most
        self._read = 0
        self._whole = False
        self._answered = False
        self._refusal: Refused | None = None

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        until_ns = self._clock.now_ns() + round((BODY_S + self._most / SLOWEST_BYTES_S) * 1e9)

        async def receive_limited() -> Message:
            if self._whole:
                return await receive()
            message = await self._in_time(receive, until_ns)
            if message["type"] == "http.request":
                self._read += len(message.get("body", b""))
                self._whole = not message.get("more_body", False)
            if self._read > self._most:
                self._refusal = _too_large(self._most)
                raise _StopReadingError
            return message

        async def send_once(message: Message) -> None:
            if self._refusal is None:
                self._answered = True
                await send(message)

        try:
            await self._app(scope, receive_limited, send_once)
        except Exception:
            if self._refusal is None:
                raise
        if self._refusal is not None and not self._answered:
            await refuse(scope, receive, send, self._refusal)

    async def _in_time(self, receive: Receive, until_ns: int) -> Message:
        reading = asyncio.ensure_future(receive())
        timer = asyncio.ensure_future(self._clock.sleep(max(0.0, (until_ns - self._clock.now_ns()) / 1e9)))
        try:
            await asyncio.wait({reading, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            if not reading.done():
                reading.cancel()
        if not reading.done() or reading.cancelled():
            self._refusal = 408, "The rest of this request did not come in time.", "Check the connection, then try again."
            raise _StopReadingError
        return reading.result()


def _too_large(most: int) -> Refused:
    return 413, "That is too large.", f"At most {most:,} bytes are taken here."
