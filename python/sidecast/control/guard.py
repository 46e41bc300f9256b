"""Before every request: the right Host and Origin, against DNS rebinding and foreign pages. On every answer: strict headers."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware. Answers 421 to a foreign Host and 403 to a foreign Origin; WebSockets are refused with the same."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = refused(scope)
        if refusal is not None:
            await _refuse(scope, receive, send, *refusal)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_guarded)


def refused(scope: Scope) -> tuple[int, str] | None:
    """Status and sentence for a request that is not ours to answer; None for one that is."""
    headers = Headers(scope=scope)
    port = scope["server"][1] if scope.get("server") else None
    hosts = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == 80 else set())
    host = headers.getlist("host")
    if len(host) != 1 or host[0].lower() not in hosts:
        return 421, "This address is not served here."
    origins = headers.getlist("origin")
    if scope["type"] == "websocket" and not origins:
        return 403, "A WebSocket without an Origin is not served here."
    if any(origin.lower() != f"http://{host[0].lower()}" for origin in origins):
        return 403, "Pages of other origins are not served here."
    return None


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, sentence: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        # closing before accepting makes the server answer the handshake with 403
        await send({"type": "websocket.close", "code": 1008})
        return
    body = sentence.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    headers += [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
