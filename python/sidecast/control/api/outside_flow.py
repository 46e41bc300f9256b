"""What happens between a log-in that is begun here, goes on elsewhere, and comes back to the same browser."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request, Response

from ..access.accounts import Accounts
from ..access.desk import Desk, cookie_name, is_secure
from ..access.device import Denied, DeviceTry, Expired, Twitch
from ..access.lockout import network_of
from ..access.log_in import Identity
from ..access.oidc import Oidc, OidcTry
from ..access.pace import Pace
from ..access.pending import MINUTES, Pending, PendingLogIns
from ..access.permission import GRANTS, Caller
from ..access.sessions import is_over
from . import people_models as told
from .problems import Refusal

RETURN = "/api/v1/people/log-in/oidc/return"
COOKIE = "sidecast_login"


@dataclass(frozen=True, slots=True)
class Outsiders:
    """Who else can vouch for people here."""

    oidc: Oidc | None = None
    twitch: Twitch | None = None

    async def close(self) -> None:
        for each in (self.oidc, self.twitch):
            if each is not None:
                await each.close()


class OutsideFlow:
    def __init__(self, accounts: Accounts, desk: Desk, outsiders: Outsiders) -> None:
        self._accounts = accounts
        self._desk = desk
        self._outsiders = outsiders
        self._pending = PendingLogIns(accounts.clock)
        self._pace = Pace(accounts.clock, a_second=0.2, burst=10)
        """Beginnings of one address: each makes us ask somebody else."""

    def person(self, request: Request, caller: Caller) -> str:
        """The id of the session in which a member links an account.

        Raises:
            Refusal: a key asks (403).
        """
        session = self._desk.session(request)
        if not caller.by_cookie or session is None:
            raise Refusal(403, "Only a person who is logged in can do this.", "Do it on the page.")
        return session.id

    async def to_provider(self, request: Request, response: Response, invitation: str, session_id: str = "") -> told.GoThere:
        """
        Args:
            invitation: key of one, for strangers.
            session_id: of who links an account.

        Raises:
            Refusal: there is no provider (404), it is away (503), the invitation is over (404), too many tries (429).
        """
        if self._outsiders.oidc is None:
            raise Refusal(404, "No provider of OpenID Connect is configured.", "The owner sets control.oidc.issuer.")
        self._begin(request, invitation)
        url, tried = await self._outsiders.oidc.start(str(request.base_url).rstrip("/") + RETURN)
        self._remember(request, response, Pending(tried, invitation, session_id))
        return told.GoThere(url=url)

    async def to_twitch(self, request: Request, response: Response, invitation: str, session_id: str = "") -> told.DeviceCode:
        """As `to_provider`."""
        if self._outsiders.twitch is None:
            raise Refusal(404, "Log-in by Twitch is not configured.", "The owner sets control.twitch.client_id.")
        self._begin(request, invitation)
        tried = await self._outsiders.twitch.start()
        self._remember(request, response, Pending(tried, invitation, session_id))
        return told.DeviceCode(
            user_code=tried.user_code,
            verification_uri=tried.verification_uri,
            verification_uri_complete=tried.verification_uri_complete,
            expires_in_s=max(0, (tried.expires_ns - self._accounts.clock.now_ns()) // 10**9),
            interval_s=tried.interval_s,
        )

    async def from_provider(self, request: Request, response: Response) -> None:
        """Lets in who comes back.

        Raises:
            Refusal: nothing was begun in this browser, or it is not what was begun (403); or as `LogIn.by_identity`.
        """
        found = self._pending.take(self._cookie(request))
        if self._outsiders.oidc is None or found is None or not isinstance(found.what, OidcTry):
            raise Refusal(403, "No log-in was begun in this browser, or too long ago.", "Begin it again.")
        query = {name: value[:4000] for name, value in request.query_params.items()}
        await self._arrive(request, response, found, await self._outsiders.oidc.finish(found.what, query))

    async def ask_twitch(self, request: Request, response: Response) -> bool:
        """Lets in, once the code was typed; False before.

        Raises:
            Denied, Expired: it will not be any more.
            Refusal: Twitch is away (503); or as `LogIn.by_identity`.
        """
        token = self._cookie(request)
        found = self._pending.find(token)
        if self._outsiders.twitch is None or found is None or not isinstance(found.what, DeviceTry):
            raise Expired
        try:
            identity = await self._outsiders.twitch.ask(found.what)
        except (Denied, Expired):
            self._pending.take(token)
            raise
        if identity is None:
            return False
        # two that ask at once must not both come in
        if self._pending.take(token) is None:
            raise Expired
        await self._arrive(request, response, found, identity)
        return True

    def forget(self, request: Request, response: Response) -> None:
        secure = is_secure(request)
        response.delete_cookie(cookie_name(request, COOKIE), httponly=True, samesite="lax", secure=secure, path="/")

    def _begin(self, request: Request, invitation: str) -> None:
        if invitation:
            self._accounts.invitations.find(invitation)
        wait_s = self._pace.take(network_of(self._desk.where(request).address))
        if wait_s:
            raise Refusal(429, "Too many log-ins were begun.", f"Go on in {wait_s} s.", wait_s=wait_s)

    def _remember(self, request: Request, response: Response, pending: Pending) -> None:
        token, secure = self._pending.keep(pending), is_secure(request)
        name = cookie_name(request, COOKIE)
        # Lax: the way back comes from the provider's page
        response.set_cookie(name, token, max_age=MINUTES * 60, httponly=True, samesite="lax", secure=secure, path="/")

    async def _arrive(self, request: Request, response: Response, found: Pending, identity: Identity) -> None:
        if not found.session_id:
            token = await self._accounts.log_in.by_identity(identity, found.invitation, self._desk.where(request))
            self._desk.let_in(request, response, token)
            return
        # whoever was logged out in the meantime must not get a new way in by it
        sessions, now = self._accounts.register.sessions.values(), self._accounts.clock.wall_ms()
        session = next((each for each in sessions if each.id == found.session_id and not is_over(each, now)), None)
        member = self._accounts.register.members.get(session.member_id) if session else None
        if member is None:
            raise Refusal(401, "You were logged out before the account was linked.", "Log in, then link it again.")
        caller = Caller(id=f"member:{member.id}", name=member.name, permissions=GRANTS[member.role], role=member.role)
        await self._accounts.log_in.link(caller, member.id, identity)

    def _cookie(self, request: Request) -> str:
        return request.cookies.get(cookie_name(request, COOKIE), "")[:200]
