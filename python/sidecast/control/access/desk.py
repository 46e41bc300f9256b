"""Knows who is behind a request, and believes a change by cookie only when our own page asks for it."""

from __future__ import annotations

import asyncio
import secrets

from starlette.requests import HTTPConnection
from starlette.responses import Response

from ..api.problems import Refusal
from .accounts import Accounts
from .audit import Audit
from .pace import Pace
from .permission import GRANTS, Caller
from .rows import Session
from .sessions import LONGEST_DAYS, Where, browser_in_words, find
from .tokens import csrf_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""
CSRF_HEADER = "x-sidecast-csrf"
A_SECOND, BURST = 30.0, 300
"""Requests of one caller."""
LOOK_AGAIN_S = 30.0
MAX_TOKEN = 200


class Desk:
    """See `api.declared.Access`."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._pace = Pace(accounts.clock, a_second=A_SECOND, burst=BURST)

    @property
    def audit(self) -> Audit:
        return self._accounts.audit

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        """See `api.declared.Access`.

        Raises:
            Refusal: a change by cookie that our page did not ask for (403), or too much at once (429).
        """
        caller = self.look(connection)
        if caller is None:
            return None
        if caller.by_cookie and connection.scope["type"] == "http" and connection.scope["method"] not in SAFE:
            self._check_asked_by_page(connection)
        wait_s = 0 if connection.scope.get("unhindered") else self._pace.take(caller.id)
        if wait_s:
            raise Refusal(429, f"That was too much at once. Go on in {wait_s} s.", "Ask less often.", wait_s=wait_s)
        return caller

    def look(self, connection: HTTPConnection) -> Caller | None:
        """Who it is, whatever it wants. An API key goes before a cookie, so that a script is never taken for a person."""
        authorization = connection.headers.get("authorization")
        if authorization is not None:
            scheme, _, text = authorization.partition(" ")
            key = self._accounts.keys.find(text.strip()) if scheme.lower() == "bearer" and len(text) <= MAX_TOKEN else None
            if key is None:
                return None
            return Caller(id=f"key:{key.id}", name=key.name, permissions=self._accounts.keys.permissions(key))
        session = self.session(connection)
        member = self._accounts.register.members.get(session.member_id) if session else None
        if member is None:
            return None
        return Caller(
            id=f"member:{member.id}", name=member.name, permissions=GRANTS[member.role], role=member.role, by_cookie=True
        )

    def session(self, connection: HTTPConnection) -> Session | None:
        return find(self._accounts.register, self._token(connection))

    async def gone(self, connection: HTTPConnection, caller: Caller) -> None:
        """Returns once `caller`, who was let in on a long connection, may no longer do all it could then."""
        while True:
            change = self._accounts.register.next_change
            now = self.look(connection)
            if now is None or now.id != caller.id or not caller.permissions <= now.permissions:
                return
            # ages pass without a change, and an open page counts as seen
            waits = [
                asyncio.ensure_future(change.wait()),
                asyncio.ensure_future(self._accounts.clock.sleep(LOOK_AGAIN_S)),
            ]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()

    def csrf(self, connection: HTTPConnection) -> str:
        """What our page sends with every change; empty for who has no session."""
        token = self._token(connection)
        return csrf_of(token) if token else ""

    def where(self, connection: HTTPConnection) -> Where:
        address = connection.client.host if connection.client else ""
        return Where(address, browser_in_words(connection.headers.get("user-agent", "")), self._token(connection))

    def let_in(self, connection: HTTPConnection, answer: Response, token: str) -> None:
        """Puts a new session's cookie into the answer."""
        secure = is_secure(connection)
        age = LONGEST_DAYS * 86_400
        name = cookie_name(connection)
        answer.set_cookie(name, token, max_age=age, httponly=True, samesite="strict", secure=secure, path="/")

    def let_out(self, connection: HTTPConnection, answer: Response) -> None:
        secure = is_secure(connection)
        answer.delete_cookie(cookie_name(connection), httponly=True, samesite="strict", secure=secure, path="/")

    def _token(self, connection: HTTPConnection) -> str:
        return connection.cookies.get(cookie_name(connection), "")[:MAX_TOKEN]

    def _check_asked_by_page(self, connection: HTTPConnection) -> None:
        headers = connection.headers
        if "origin" not in headers and "sec-fetch-site" not in headers:
            raise Refusal(403, "A change needs the header Origin, which every browser sends.", "Scripts use a key instead.")
        if not secrets.compare_digest(headers.get(CSRF_HEADER, "").encode(), self.csrf(connection).encode()):
            raise Refusal(403, "This change was not asked for by this page as it is now.", "Load the page again.")


def is_secure(connection: HTTPConnection) -> bool:
    """By TLS of ours, or of a reverse proxy that is trusted to say so."""
    return connection.scope.get("scheme") in ("https", "wss")


def cookie_name(connection: HTTPConnection, what: str = "sidecast") -> str:
    """Cookies ignore ports: the name keeps two shows on one machine apart.

    `__Host-` makes the browser refuse such a cookie from another host or without TLS.
    """
    return f"{'__Host-' if is_secure(connection) else ''}{what}_{connection.scope['server'][1]}"
