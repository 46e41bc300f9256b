"""Asks Twitch over HTTP: encrypted, no redirects, small answers, soon; what goes wrong is an answer too, never an exception."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import certifi
import httpx2

log = logging.getLogger(__name__)

MAX_BYTES = 2 * 1024 * 1024
TIME_S = 10.0
"""For one exchange, from name look-up to the last byte."""
MAX_WORDS, MAX_ECHO = 300, 10_000
"""Characters of a refusal that are quoted, and that are looked through for what must not be."""
SECRET_FIELDS = ("token", "refresh_token", "device_code", "client_secret", "code")
Query = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back."""

    status: int
    """HTTP status; 0 = none came."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By names in small letters."""
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The JSON object, or empty. New tokens may be in it."""
    why: str = ""
    """Why there is no answer that can be used."""
    sent: bool = True
    """False: the request never left, so that it can be sent again whatever it does."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What was sent, and must not be quoted should the other side, or a proxy, echo it."""

    @property
    def words(self) -> str:
        """What the other side says of a refusal, on one short line."""
        said = str(self.data.get("message") or self.data.get("error") or self.why)[:MAX_ECHO]
        for secret in self.secrets:
            said = said.replace(secret, "<hidden>")
        return " ".join("".join(c if c.isprintable() else " " for c in said[:MAX_WORDS]).split())


class Web:
    """One connection pool for the id server and Helix. Makes it when it is first needed."""

    def __init__(self, transport: httpx2.AsyncBaseTransport | None = None, time_s: float = TIME_S) -> None:
        """`transport`: in place of the network."""
        self._transport = transport
        self._client: httpx2.AsyncClient | None = None
        self._making = asyncio.Lock()
        self._time_s = time_s

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Query | None = None,
        form: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Tokens go into `headers` and `form`, never into `url` or `query`: addresses are logged."""
        client = await self._ready()
        content = form if form is None else dict(form)
        request = client.build_request(method, url, headers=dict(headers or {}), params=_pairs(query), data=content, json=body)
        try:
            async with asyncio.timeout(self._time_s):
                response = await client.send(request, stream=True)
                try:
                    return replace(await _read(response), secrets=_secrets(headers or {}, form or {}))
                finally:
                    await response.aclose()
        except TimeoutError:
            return Reply(status=0, why="there was no answer in time")
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            log.info("Twitch cannot be reached: %s", type(error).__name__)
            return Reply(status=0, why="it cannot be reached", sent=False)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
            log.info("Twitch's answer broke off: %s", type(error).__name__)
            return Reply(status=0, why="its answer broke off")

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _ready(self) -> httpx2.AsyncClient:
        async with self._making:
            if self._client is None:
                # reading the system's certificates takes as long as a few frames
                transport = self._transport or await asyncio.to_thread(_network)
                headers = {"accept-encoding": "identity", "user-agent": "sidecast"}
                self._client = httpx2.AsyncClient(headers=headers, transport=transport, timeout=None, follow_redirects=False)
            return self._client


async def _read(response: httpx2.Response) -> Reply:
    headers = {name.lower(): value for name, value in response.headers.items()}
    if headers.get("content-encoding", "identity") != "identity":
        # compressed, a small answer could become a large one
        return Reply(status=0, why="its answer is compressed, which was not asked for")
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > MAX_BYTES:
            return Reply(status=0, why="its answer is too large")
    if response.is_redirect:
        return Reply(status=response.status_code, why="it leads elsewhere, and no redirect is followed")
    return Reply(status=response.status_code, headers=headers, data=_object(bytes(content)))


def _secrets(headers: Mapping[str, str], form: Mapping[str, str]) -> tuple[str, ...]:
    sent = [headers.get("authorization", "").rpartition(" ")[2], *(form.get(name, "") for name in SECRET_FIELDS)]
    return tuple(secret for secret in sent if secret)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(content) if content else {}
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _pairs(query: Query | None) -> Any:
    if query is None:
        return None
    return [(name, each) for name, value in query.items() for each in ([value] if isinstance(value, str) else value)]


LIMITS = httpx2.Limits(max_connections=8, keepalive_expiry=2)
"""Servers close what is idle after some seconds, and a call just then is lost; the polls of a log-in are five apart."""


def _network() -> httpx2.AsyncBaseTransport:
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    return httpx2.AsyncHTTPTransport(verify=context, limits=LIMITS)
