"""`/api/v1/people/log-in`: the ways in, for who is not in yet."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ..access.accounts import Accounts
from ..access.desk import Desk
from ..access.tokens import csrf_of
from . import people_models as told
from .declared import open_to_all
from .outside import Outsiders
from .people import me_of

OPEN = open_to_all("it is the way in")


def log_in_api(accounts: Accounts, desk: Desk, outsiders: Outsiders) -> APIRouter:
    router = APIRouter(prefix="/api/v1/people", tags=["log-in"])

    def enter(request: Request, response: Response, token: str) -> told.In:
        desk.let_in(request, response, token)
        return told.In(csrf=csrf_of(token))

    @router.get("/log-in", dependencies=[OPEN], summary="How one can log in here")
    async def ways(request: Request) -> told.WaysIn:
        members, caller = accounts.register.members.values(), desk.look(request)
        return told.WaysIn(
            me=me_of(caller, accounts.members.of(caller) if caller.by_cookie else None, desk.csrf(request)) if caller else None,
            empty=not members,
            passphrase=any(member.passphrase for member in members),
            oidc=told.Provider(name=outsiders.oidc.name) if outsiders.oidc else None,
            twitch=outsiders.twitch is not None,
        )

    @router.post("/log-in/passphrase", dependencies=[OPEN], summary="Log in by a passphrase")
    async def by_passphrase(body: told.PassphraseLogIn, request: Request, response: Response) -> told.In:
        """After five wrong tries each further one has to wait longer: the header Retry-After says how long."""
        token = await accounts.log_in.by_passphrase(body.name, body.passphrase, desk.where(request))
        return enter(request, response, token)

    @router.post("/invitations/look", dependencies=[OPEN], summary="What an invitation is for")
    async def look(body: told.InvitationKey, request: Request) -> told.InvitedAs:
        invitation = accounts.log_in.invited(body.key, desk.where(request))
        return told.InvitedAs(role=invitation.role, by=invitation.by, expires_ms=invitation.expires_ms)

    @router.post("/invitations/accept", dependencies=[OPEN], status_code=201, summary="Become a member with a passphrase")
    async def accept(body: told.Join, request: Request, response: Response) -> told.In:
        token = await accounts.log_in.by_invitation(body.key, body.name, body.passphrase, desk.where(request))
        return enter(request, response, token)

    return router
