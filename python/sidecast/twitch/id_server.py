"""Twitch's log-in (id.twitch.tv/oauth2): codes, tokens, validation, refresh, revocation. https://dev.twitch.tv/docs/authentication

Twitch knows no PKCE. A public client needs no secret, not even to refresh, and its refresh tokens work once; the code flow needs
a confidential client's secret.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..clock import Clock
from ..errors import TwitchError
from ..flow.twitch import Identity
from .hidden import Hidden, hidden
from .kept import MAX_SCOPES, Grant
from .web import Reply, Web

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
LONGEST_S = 1800
"""A code is not waited for any longer, whatever the server says."""
SLOWER_S = 5
"""RFC 8628, 3.5."""
_WAITING = frozenset({"authorization_pending", "slow_down", "invalid device code"})
"""Twitch says the last one, too, while it waits (facts/twitch.md); that a code is over is known by its time."""
_OVER = ("Nobody typed the code in time, or somebody said no at Twitch.", "Ask for a new one.")
"""Twitch tells the one from the other no more than from waiting."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Away(TwitchError):
    """Twitch's log-in does not answer or is in trouble: it may be asked again."""

    code = "twitch_away"


class Refused(TwitchError):
    """Twitch's log-in says no: asking again will not help."""

    code = "twitch_refused"


class CodeOver(TwitchError):
    """The code was not typed in time."""

    code = "twitch_code_over"


@dataclass(slots=True)
class DeviceCode:
    """A log-in that waits for its code to be typed."""

    device_code: Hidden
    user_code: str
    page: str
    """Where it is typed; the code may be in it already."""
    expires_ns: int
    interval_s: int
    next_ns: int = field(default=0)
    """When the server may be asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """What a token is, as Twitch says."""

    client_id: str
    user_id: str
    login: str
    scopes: frozenset[str]
    expires_in_s: int


class IdServer:
    """For one application. Raises `Away` where it may be asked again, `Refused` where not."""

    def __init__(self, url: str, client_id: str, secret: Callable[[], Awaitable[Hidden | None]], web: Web, clock: Clock) -> None:
        """`secret`: of the application, from the vault; None for a public client. May raise SidecastError."""
        self.client_id = client_id
        self._url = url.rstrip("/")
        self._secret = secret
        self._web = web
        self._clock = clock

    async def begin(self, scopes: Iterable[str]) -> DeviceCode:
        """A code for somebody to type."""
        reply = await self._post("device", {"client_id": self.client_id, "scopes": _joined(scopes)})
        said = reply.data
        code, user_code = hidden(said.get("device_code")), said.get("user_code")
        if reply.status != 200 or code is None or not isinstance(user_code, str) or not re.fullmatch(r"[\w-]{1,40}", user_code):
            raise _no(reply, "gives no code for a log-in", "Check the client id: the application must be a public client.")
        return DeviceCode(
            device_code=code,
            user_code=user_code,
            page=_page(said.get("verification_uri")),
            expires_ns=self._clock.now_ns() + _seconds(said.get("expires_in"), LONGEST_S) * 10**9,
            interval_s=_seconds(said.get("interval"), 60, otherwise=5),
        )

    async def ask(self, code: DeviceCode, scopes: Iterable[str]) -> Grant | None:
        """What was granted, or None while nobody has typed the code. Asks no more often than the server allows.

        Raises:
            CodeOver: there will be nothing.
        """
        now = self._clock.now_ns()
        if now >= code.expires_ns:
            raise CodeOver(*_OVER)
        if now < code.next_ns:
            return None
        code.next_ns = now + code.interval_s * 10**9
        form = {"client_id": self.client_id, "scopes": _joined(scopes), "device_code": code.device_code.reveal()}
        reply = await self._post("token", await self._with_secret(form | {"grant_type": DEVICE_GRANT}))
        if reply.status == 200:
            return _grant(reply)
        why = {str(reply.data.get(name, "")).strip().lower() for name in ("error", "message")}
        if "slow_down" in why:
            code.interval_s = min(code.interval_s + SLOWER_S, 60)
            code.next_ns = now + code.interval_s * 10**9
        if why & _WAITING:
            return None
        if "expired_token" in why:
            raise CodeOver(*_OVER)
        if why & {"access_denied", "access denied"}:
            raise Refused("The log-in was refused on Twitch's page.", "Begin again, if that was not meant.")
        raise _no(reply, "ended the log-in", "Begin again.")

    def authorize_url(self, redirect_uri: str, scopes: Iterable[str], state: str) -> str:
        """Where a browser goes for the code flow. `force_verify` lets people choose another account there."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": _joined(scopes),
            "state": state,
            "force_verify": "true",
        }
        return f"{self._url}/authorize?{urlencode(query)}"

    async def by_code(self, code: Hidden, redirect_uri: str) -> Grant:
        """For what the browser brought back."""
        form = {"client_id": self.client_id, "code": code.reveal(), "grant_type": "authorization_code"}
        form = await self._with_secret(form | {"redirect_uri": redirect_uri})
        if "client_secret" not in form:
            raise Refused("This way of logging in needs the application's secret.", "Put it into the vault, or log in by a code.")
        reply = await self._post("token", form)
        if reply.status != 200:
            raise _no(reply, "did not take the log-in", "Check the client id and its secret, and begin again.")
        return _grant(reply)

    async def refresh(self, refresh: Hidden) -> Grant:
        """A new pair. The old refresh token is of no use afterwards, whether the answer arrives or not.

        Raises:
            Refused: only where the user's permission has ended. A wrong id or secret of the application ends nothing.
        """
        form = {"client_id": self.client_id, "grant_type": "refresh_token", "refresh_token": refresh.reveal()}
        reply = await self._post("token", await self._with_secret(form))
        if reply.status != 200:
            ended = reply.status == 401 or (reply.status == 400 and "refresh token" in reply.words.lower())
            raise _no(reply, "does not renew the log-in", "" if ended else "Check the client id and its secret.", again=not ended)
        return _grant(reply, otherwise=refresh)

    async def validate(self, access: Hidden) -> Valid | None:
        """Who it belongs to; None when it is over or was taken back."""
        reply = await self._web.ask("GET", f"{self._url}/validate", headers={"authorization": f"OAuth {access.reveal()}"})
        if reply.status == 401:
            return None
        said = reply.data
        client, user, login = (said.get(name) for name in ("client_id", "user_id", "login"))
        if reply.status != 200 or not all(isinstance(each, str) and 0 < len(each) <= 100 for each in (client, user, login)):
            raise _no(reply, "does not say whose log-in this is", "Wait a moment.", again=True)
        return Valid(
            client_id=str(client),
            user_id=str(user),
            login=str(login),
            scopes=_scopes(said.get("scopes")),
            expires_in_s=_seconds(said.get("expires_in"), 10**8, otherwise=0, least=0),
        )

    async def revoke(self, access: Hidden) -> bool:
        """Gives it back; False when Twitch could not be told."""
        reply = await self._post("revoke", {"client_id": self.client_id, "token": access.reveal()})
        # 400: it is none any more
        return reply.status in (200, 400, 404)

    async def _with_secret(self, form: dict[str, str]) -> dict[str, str]:
        secret = await self._secret()
        return form if secret is None else form | {"client_secret": secret.reveal()}

    async def _post(self, path: str, form: Mapping[str, str]) -> Reply:
        return await self._web.ask("POST", f"{self._url}/{path}", form=form)


async def who_is(web: Web, api: str, client_id: str, access: Hidden, valid: Valid) -> Identity:
    """With the name as it is displayed, which only Helix knows; without it, the login does."""
    headers = {"authorization": f"Bearer {access.reveal()}", "client-id": client_id}
    reply = await web.ask("GET", f"{api.rstrip('/')}/users", headers=headers)
    users = reply.data.get("data")
    first = users[0] if isinstance(users, list) and users and isinstance(users[0], dict) else {}
    name = first.get("display_name") if first.get("id") == valid.user_id else None
    usable = isinstance(name, str) and 0 < len(name) <= 100 and name.isprintable()
    return Identity(user_id=valid.user_id, login=valid.login, name=str(name) if usable else valid.login)


def _grant(reply: Reply, otherwise: Hidden | None = None) -> Grant:
    access, refresh = hidden(reply.data.get("access_token")), hidden(reply.data.get("refresh_token"))
    if access is None:
        raise Away("Twitch's log-in gave an answer without a token.", "Try again.")
    return Grant(
        access=access,
        refresh=refresh or otherwise,
        scopes=_scopes(reply.data.get("scope")),
        expires_in_s=_seconds(reply.data.get("expires_in"), 10**8, otherwise=3600, least=0),
    )


def _no(reply: Reply, what: str, remedy: str, *, again: bool = False) -> TwitchError:
    """Twitch's own words are quoted; what we had sent is not in them, should it be echoed."""
    if reply.status in {0, 429} or reply.status >= 500:
        why = reply.words or f"status {reply.status}"
        return Away(f"Twitch's log-in is not to be had: {why}.", "Try again in a moment.")
    said = f" It says: “{reply.words}”." if reply.words else ""
    kind = Away if again or 200 <= reply.status < 400 else Refused
    return kind(f"Twitch {what} (status {reply.status}).{said}", remedy)


def _scopes(said: Any) -> frozenset[str]:
    """A list, or words (RFC 6749)."""
    each = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
    return frozenset(scope for scope in each[:MAX_SCOPES] if isinstance(scope, str) and 0 < len(scope) <= 100)


def _joined(scopes: Iterable[str]) -> str:
    return " ".join(sorted(scopes))


def _seconds(value: object, most: int, *, least: int = 1, otherwise: int = 600) -> int:
    good = isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124 - no NaN
    return max(least, min(int(value), most)) if good and abs(value) < 1e15 else otherwise  # type: ignore[call-overload, arg-type]


def _page(url: object) -> str:
    """Shown as a link and a QR code, so that it must lead to a web page.

    Raises:
        Refused: it does not.
    """
    try:
        text = url if isinstance(url, str) and len(url) <= 500 and url.isascii() and url.isprintable() else ""
        parts = urlsplit(text)
        good = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    except ValueError:
        good = False
    if not good or not parts.hostname or parts.username:
        raise Refused("Twitch's log-in names no web page for its code.", "Check twitch.id in the settings.")
    return text
