"""Asking somebody else's log-in server: only hosts that were configured, only encrypted, no redirects, small answers, soon."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import SplitResult, urlsplit

import certifi
import httpx2

from ...errors import SettingsError
from ..api.problems import Refusal

log = logging.getLogger(__name__)

MAX_BYTES = 256 * 1024
TIME_S = 10.0
"""For one exchange, from name look-up to the last byte."""


def checked(url: str, what: str) -> SplitResult:
    """
    Raises:
        SettingsError: it is not an https address (http on this machine itself), or holds what does not belong there.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    remedy = "Use one such as https://login.example.org."
    if not parts.hostname or parts.username or parts.query or parts.fragment or port == 0 or not url.isascii():
        raise SettingsError(f"{what} is no address: “{url[:100]}”.", remedy)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise SettingsError(f"{what} is not encrypted: “{url[:100]}”.", remedy)
    return parts


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Outside:
    """Goes to `hosts` and nowhere else, whatever an answer says."""

    def __init__(self, who: str, hosts: Iterable[str], transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """
        Args:
            who: as people call the other side, for sentences.
            hosts: `name` or `name:port`, as in addresses.
        """
        self.who = who
        self._hosts = frozenset(host.lower() for host in hosts)
        self._inner = transport
        self.transport = _Careful(self)
        """For clients of httpx2, such as Authlib's."""

    def check(self, url: str) -> str:
        """It, if one may go there.

        Raises:
            Refusal: another host, or not encrypted (503).
        """
        parts = urlsplit(url)
        scheme_ok = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        if not scheme_ok or parts.username or parts.netloc.lower() not in self._hosts:
            log.warning("%s names an address on a host that is not configured: %r", self.who, parts.netloc[:100])
            remedy = "The owner can name that host in control.oidc.hosts, if it belongs to it."
            raise Refusal(503, f"{self.who} sends to a host that is not configured.", remedy)
        return url

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx2.AsyncClient]:
        """For one exchange. What goes wrong in it becomes a Refusal (503)."""
        async with self.told(), httpx2.AsyncClient(transport=self.transport, timeout=None) as client:
            yield client

    @asynccontextmanager
    async def told(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(TIME_S):
                yield
        except TimeoutError:
            raise Refusal(503, f"{self.who} did not answer in time.", "Try again, or log in another way.") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            log.warning("%s cannot be asked: %s", self.who, type(error).__name__)
            raise Refusal(503, f"{self.who} cannot be reached.", "Try again, or log in another way.") from None

    async def send(self, request: httpx2.Request) -> httpx2.Response:
        self.check(str(request.url))
        if self._inner is None:
            # not before it is needed: reading the system's certificates takes as long as a few frames
            self._inner = await asyncio.to_thread(_transport)
        response = await self._inner.handle_async_request(request)
        try:
            body = bytearray()
            async for piece in response.stream:  # type: ignore[union-attr]
                body += piece
                if len(body) > MAX_BYTES:
                    raise Refusal(503, f"{self.who} sent an answer that is too large.", "Log in another way.")
        finally:
            await response.aclose()
        headers = [(name, value) for name, value in response.headers.raw if name.lower() == b"content-type"]
        return httpx2.Response(response.status_code, headers=headers, content=bytes(body))

    async def close(self) -> None:
        if self._inner is not None:
            await self._inner.aclose()


class _Careful(httpx2.AsyncBaseTransport):
    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        # compressed, a small answer could become a large one
        request.headers["accept-encoding"] = "identity"
        return await self._outside.send(request)


def object_in(response: httpx2.Response) -> dict[str, Any]:
    """The JSON object that was answered; empty for anything else."""
    try:
        content = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _transport() -> httpx2.AsyncBaseTransport:
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    return httpx2.AsyncHTTPTransport(verify=context, limits=httpx2.Limits(max_connections=4, keepalive_expiry=5))
