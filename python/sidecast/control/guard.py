"""Before every request: the right Host and Origin, against DNS rebinding and foreign pages. On every answer: strict headers."""

from __future__ import annotations

import json
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
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
RAW_HEADERS = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
OWN = frozenset({"cache-control"})
"""What an answer may say for itself."""
HSTS = "max-age=31536000"
"""A year of HTTPS only. Never for this machine's own names: they are shared with whatever else is developed here."""
REMEDY = "Open it by an address that is in control.names."

DENIED = "websocket.http.response."
"""How ASGI begins the kinds of messages that answer a handshake with something else than a WebSocket."""

Refused = tuple[int, str, str]
"""Status, sentence, remedy."""


class Guard:
    """ASGI middleware. Answers 421 to a foreign Host and 403 to a foreign page, also when they ask for a WebSocket."""

    def __init__(self, app: ASGIApp, names: Sequence[str] = ()) -> None:
        """`names`: public ones under which the room is served too, without ports."""
        self._app = app
        self._names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = refused(scope, self._names)
        if refusal is not None:
            await refuse(scope, receive, send, refusal)
            return
        public = scope["scheme"] in ("https", "wss") and _name_of(Headers(scope=scope)["host"]) in self._names

        async def send_guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", DENIED + "start"):
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    if name in OWN and name in headers:
                        continue
                    headers[name] = value
                if public:
                    headers["strict-transport-security"] = HSTS
            await send(message)

        await self._app(scope, receive, send_guarded)


def refused(scope: Scope, names: frozenset[str] = frozenset()) -> Refused | None:
    """Status, sentence and remedy for a request that is not ours to answer; None for one that is."""
    headers = Headers(scope=scope)
    port = scope["server"][1] if scope.get("server") else None
    secure = scope["scheme"] in ("https", "wss")
    hosts = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == (443 if secure else 80) else set())
    host = headers.getlist("host")
    if len(host) != 1 or not (host[0].lower() in hosts or _name_of(host[0]) in names):
        return 421, "This address is not served here.", REMEDY
    here = f"{'https' if secure else 'http'}://{host[0].lower()}"
    origins = headers.getlist("origin")
    # no page can send this header with a WebSocket
    if scope["type"] == "websocket" and not origins and "authorization" not in headers:
        return 403, "A WebSocket without an Origin is not served here.", "Scripts send a key."
    if any(origin.lower() != here for origin in origins) or not _same_site(scope, headers):
        return 403, "Pages of other origins are not served here.", "Open the control room itself."
    return None


def _same_site(scope: Scope, headers: Headers) -> bool:
    """What browsers say of who asks. Following a link from elsewhere is all that others may do."""
    site = headers.get("sec-fetch-site", "same-origin")
    if site in ("same-origin", "none"):
        return True
    followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest", "document") == "document"
    return scope["type"] == "http" and scope["method"] == "GET" and followed


def _name_of(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()


async def refuse(scope: Scope, receive: Receive, send: Send, refusal: Refused) -> None:
    """Answers instead of the app, in the form of the API's errors."""
    kind = DENIED if scope["type"] == "websocket" else "http.response."
    if kind is DENIED:
        await receive()
    status, what, remedy = refusal
    body = json.dumps({"what": what, "remedy": remedy}).encode()
    # what is still under way of the request is not read: the connection cannot be used again
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    headers += RAW_HEADERS
    await send({"type": f"{kind}start", "status": status, "headers": headers})
    await send({"type": f"{kind}body", "body": body})
