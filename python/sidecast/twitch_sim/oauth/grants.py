"""Codes, tokens, and who gave them to whom. Pure.

Source: https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/ and …/refresh-tokens/, …/validate-tokens/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from ..ids import Ids
from ..refusal import Refused
from ..world.people import User
from ..world.world import World
from .apps import App

USER_TOKEN_S = 14_400
APP_TOKEN_S = 5_184_000
REFRESH_S = 30 * 86_400
"""A public client's refresh token is good for 30 days, and once."""
DEVICE_S = 1800
INTERVAL_S = 5
CODE_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    """Empty: an app's own token."""
    client_id: str
    user_id: str = ""
    scopes: tuple[str, ...] = ()
    expires_ms: int
    refresh_until_ms: int = 0
    """0 = for as long as the user does not take it back."""


@dataclass(slots=True, kw_only=True)
class Device:
    """A device that waits for its person to type `user_code`."""

    code: str = field(repr=False)
    user_code: str
    client_id: str
    scopes: tuple[str, ...]
    expires_ms: int
    user_id: str = ""
    """Who has agreed."""
    denied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    code: str = field(repr=False)
    client_id: str
    user_id: str
    scopes: tuple[str, ...]
    redirect: str
    expires_ms: int


class Grants:
    def __init__(self, world: World, ids: Ids, apps: Iterable[App]) -> None:
        self._world = world
        self._ids = ids
        self.apps = {app.client_id: app for app in apps}
        self.user_token_s = USER_TOKEN_S
        """How long user tokens given from now on are good; tests shorten it."""
        self.interval_s = INTERVAL_S
        """How often a device may ask."""
        self.on_gone: Callable[[str, str], None] = lambda user_id, client_id: None
        """A user has taken back what they had granted an app."""
        self._access: dict[str, Token] = {}
        self._refresh: dict[str, Token] = {}
        self._devices: dict[str, Device] = {}
        self._codes: dict[str, Code] = {}

    def app(self, client_id: str) -> App:
        if not client_id:
            raise Refused(400, "missing client id")
        if client_id not in self.apps:
            raise Refused(400, "invalid client")
        return self.apps[client_id]

    def authenticated(self, client_id: str, secret: str) -> App:
        """For what needs the client's secret."""
        app = self.app(client_id)
        if not secret:
            raise Refused(400, "missing client secret")
        if app.public or secret != app.secret:
            raise Refused(403, "invalid client secret")
        return app

    def issue(self, app: App, user: User | None, scopes: Iterable[str] = ()) -> Token:
        """A token, as if all that leads to one had happened; `user` None = the app's own."""
        now = self._world.now_ms()
        token = Token(
            access=self._ids.secret(),
            refresh=self._ids.secret(50) if user else "",
            client_id=app.client_id,
            user_id=user.id if user else "",
            scopes=tuple(scopes),
            expires_ms=now + (self.user_token_s if user else APP_TOKEN_S) * 1000,
            refresh_until_ms=now + REFRESH_S * 1000 if app.public else 0,
        )
        self._access[token.access] = token
        if token.refresh:
            self._refresh[token.refresh] = token
        return token

    def good(self, access: str) -> Token | None:
        """The token, if it is one and not expired."""
        token = self._access.get(access)
        return token if token and token.expires_ms > self._world.now_ms() else None

    def refreshed(self, client_id: str, refresh: str, secret: str) -> Token:
        """A new pair. A public client's refresh token is used up by it; another client keeps its one."""
        app = self.app(client_id)
        if not app.public:
            self.authenticated(client_id, secret)
        if not refresh:
            raise Refused(400, "missing refresh token")
        old = self._refresh.get(refresh)
        over = old is not None and 0 < old.refresh_until_ms <= self._world.now_ms()
        user = self._world.by_id(old.user_id) if old else None
        if old is None or user is None or over or old.client_id != client_id:
            raise Refused(400, "Invalid refresh token")
        new = self.issue(app, user, old.scopes)
        if app.public:
            del self._refresh[refresh]
            return new
        del self._refresh[new.refresh]
        new = replace(new, refresh=refresh)
        self._access[new.access] = self._refresh[refresh] = new
        return new

    def revoke(self, client_id: str, access: str) -> None:
        if not client_id:
            raise Refused(400, "missing client id")
        if client_id not in self.apps:
            raise Refused(404, "client does not exist")
        if not access:
            raise Refused(400, "missing oauth token")
        token = self.good(access)
        if token is None or token.client_id != client_id:
            raise Refused(400, "Invalid token")
        self._forget(token)

    def disconnect(self, user: User, client_id: str = "") -> int:
        """The user removes an app (or all) from their connections: every token and refresh token dies. Returns how many."""
        hit = [each for each in self._access.values() if each.user_id == user.id and client_id in {"", each.client_id}]
        for token in hit:
            self._forget(token)
        for refresh in [
            key for key, each in self._refresh.items() if each.user_id == user.id and client_id in {"", each.client_id}
        ]:
            del self._refresh[refresh]
        for gone in {each.client_id for each in hit}:
            self.on_gone(user.id, gone)
        return len(hit)

    def expire(self, user: User | None = None) -> int:
        """Access tokens of the user (or of everybody) are over; their refresh tokens are still good. Returns how many."""
        hit = [each for each in self._access.values() if user is None or each.user_id == user.id]
        for token in hit:
            del self._access[token.access]
        return len(hit)

    def _forget(self, token: Token) -> None:
        self._access.pop(token.access, None)
        self._refresh.pop(token.refresh, None)

    def begin_device(self, client_id: str, scopes: Iterable[str]) -> Device:
        app = self.app(client_id)
        self._sweep()
        device = Device(
            code=self._ids.secret(40),
            user_code=self._ids.user_code(),
            client_id=app.client_id,
            scopes=tuple(scopes),
            expires_ms=self._world.now_ms() + DEVICE_S * 1000,
        )
        self._devices[device.code] = device
        return device

    def device(self, user_code: str) -> Device | None:
        """Whose page shows that code."""
        typed = user_code.replace("-", "").strip().upper()
        self._sweep()
        return next((each for each in self._devices.values() if each.user_code == typed and not each.user_id), None)

    def redeem_device(self, client_id: str, code: str) -> Token:
        app = self.app(client_id)
        self._sweep()
        device = self._devices.get(code)
        if device is None or device.client_id != client_id or device.denied:
            raise Refused(400, "invalid device code")
        user = self._world.by_id(device.user_id)
        if user is None:
            raise Refused(400, "authorization_pending")
        del self._devices[code]
        return self.issue(app, user, device.scopes)

    def agree(self, app: App, user: User, scopes: Iterable[str], redirect: str) -> Code:
        """The person has agreed on the page of the code flow."""
        code = Code(
            code=self._ids.secret(),
            client_id=app.client_id,
            user_id=user.id,
            scopes=tuple(scopes),
            redirect=redirect,
            expires_ms=self._world.now_ms() + CODE_S * 1000,
        )
        self._codes[code.code] = code
        return code

    def redeem_code(self, client_id: str, secret: str, code: str, redirect: str) -> Token:
        app = self.authenticated(client_id, secret)
        self._sweep()
        found = self._codes.pop(code, None)
        user = self._world.by_id(found.user_id) if found else None
        if found is None or user is None or found.client_id != client_id:
            raise Refused(400, "Invalid authorization code")
        if found.redirect != redirect:
            raise Refused(400, "Parameter redirect_uri does not match registered URI")
        return self.issue(app, user, found.scopes)

    def _sweep(self) -> None:
        now = self._world.now_ms()
        self._devices = {key: each for key, each in self._devices.items() if each.expires_ms > now}
        self._codes = {key: each for key, each in self._codes.items() if each.expires_ms > now}
