"""Log-in by a code that is typed on another page (RFC 8628), and what Twitch makes of it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import Any

import httpx2

from ...clock import Clock
from ...errors import SettingsError
from ..api.problems import Refusal
from .log_in import Identity
from .outside import Outside, checked, object_in

log = logging.getLogger(__name__)

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
MAX_EXPIRES_S = 1800
SLOWER_S = 5
_WAITING = frozenset({"authorization_pending", "slow_down", "invalid device code"})
"""Twitch says the last one while it waits (facts/twitch.md); a code that is over is known by its time."""


@dataclass(slots=True)
class DeviceTry:
    """A log-in that waits for its code to be typed."""

    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_ns: int
    interval_s: int
    next_ns: int = 0
    """When the server may be asked again."""


class Denied(Exception):
    """The person, or the server, said no."""


class Expired(Exception):
    """The code was not typed in time."""


class DeviceFlow:
    """A public client: there is no secret."""

    def __init__(self, client_id: str, urls: tuple[str, str], scope: str, outside: Outside, clock: Clock) -> None:
        """`urls`: where codes are given, and where tokens are."""
        self._client_id = client_id
        self._device_url, self._token_url = urls
        self._scope = scope
        self._outside = outside
        self._clock = clock

    async def start(self) -> DeviceTry:
        """
        Raises:
            Refusal: the server is away or refuses (503).
        """
        # Twitch calls it `scopes`
        form = {"client_id": self._client_id, "scope": self._scope, "scopes": self._scope}
        async with self._outside.client() as client:
            response = await client.post(self._device_url, data=form)
        said = object_in(response)
        codes = [said.get(name) for name in ("device_code", "user_code", "verification_uri")]
        if response.status_code != httpx2.codes.OK or not all(isinstance(code, str) and 0 < len(code) <= 500 for code in codes):
            log.warning("%s gives no device code: status %d", self._outside.who, response.status_code)
            raise Refusal(503, f"{self._outside.who} does not begin a log-in.", "The owner checks the client id in the settings.")
        complete = said.get("verification_uri_complete")
        return DeviceTry(
            device_code=str(codes[0]),
            user_code=str(codes[1]),
            verification_uri=_web(codes[2]),
            verification_uri_complete=_web(complete) if isinstance(complete, str) else "",
            expires_ns=self._clock.now_ns() + _seconds(said.get("expires_in"), MAX_EXPIRES_S) * 10**9,
            interval_s=_seconds(said.get("interval"), 60, least=1, otherwise=5),
        )

    async def ask(self, tried: DeviceTry) -> dict[str, Any] | None:
        """The token's answer, or None while nobody has typed the code. Asks the server no more often than it allows.

        Raises:
            Denied, Expired: there will be none.
            Refusal: the server is away (503); it may be asked again.
        """
        now = self._clock.now_ns()
        if now >= tried.expires_ns:
            raise Expired
        if now < tried.next_ns:
            return None
        tried.next_ns = now + tried.interval_s * 10**9
        form = {"client_id": self._client_id, "scope": self._scope, "scopes": self._scope}
        async with self._outside.client() as client:
            response = await client.post(self._token_url, data=form | {"device_code": tried.device_code, "grant_type": GRANT})
        said = object_in(response)
        if response.status_code == httpx2.codes.OK and isinstance(said.get("access_token"), str):
            return said
        why = str(said.get("error") if said.get("error") in _KNOWN else said.get("message", "")).lower()
        if why == "slow_down":
            tried.interval_s += SLOWER_S
        if why in _WAITING:
            return None
        if why == "expired_token":
            raise Expired
        if response.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
            raise Refusal(503, f"{self._outside.who} is in trouble.", "Wait a moment.")
        log.info("%s ended a log-in: status %d", self._outside.who, response.status_code)
        raise Denied


_KNOWN = frozenset({"authorization_pending", "slow_down", "expired_token", "access_denied"})


class Twitch:
    """Asks for no right at all: only who it is. The token is given back at once."""

    def __init__(self, client_id: str, url: str, clock: Clock, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """
        Raises:
            SettingsError: `url` is no https address (http on this machine itself).
        """
        self._client_id = client_id
        self._url = url.rstrip("/")
        self._outside = Outside("Twitch", [checked(url, "control.twitch.url").netloc], transport)
        self._flow = DeviceFlow(client_id, (f"{self._url}/device", f"{self._url}/token"), "", self._outside, clock)

    async def start(self) -> DeviceTry:
        """See `DeviceFlow.start`."""
        return await self._flow.start()

    async def ask(self, tried: DeviceTry) -> Identity | None:
        """Who it is, or None while nobody has typed the code. Raises as `DeviceFlow.ask` does."""
        token = await self._flow.ask(tried)
        if token is None:
            return None
        access = token["access_token"]
        async with self._outside.client() as client:
            response = await client.get(f"{self._url}/validate", headers={"authorization": f"OAuth {access}"})
            said = object_in(response)
            await client.post(f"{self._url}/revoke", data={"client_id": self._client_id, "token": access})
        user, login = said.get("user_id"), said.get("login")
        if said.get("client_id") != self._client_id or not isinstance(user, str) or not 0 < len(user) <= 60:
            log.warning("Twitch does not say who it is: status %d", response.status_code)
            raise Denied
        return Identity("twitch", "", user, login if isinstance(login, str) else "")

    async def close(self) -> None:
        await self._outside.close()


def _seconds(value: object, most: int, least: int = 1, otherwise: int = 600) -> int:
    return max(least, min(int(value), most)) if isinstance(value, int | float) and value == value else otherwise  # noqa: PLR0124


def _web(url: object) -> str:
    """Shown as a link, so it must lead to a web page."""
    try:
        checked(re.split("[?#]", str(url))[0], "its page")
    except SettingsError:
        raise Refusal(503, "The log-in server names no web page for its code.", "Log in another way.") from None
    return str(url)
