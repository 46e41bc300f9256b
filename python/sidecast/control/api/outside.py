"""Log-ins that somebody else vouches for: a provider of OpenID Connect, or Twitch."""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Request, Response

from ..access.accounts import Accounts
from ..access.desk import Desk
from ..access.device import Denied, Expired
from ..access.permission import Caller, Permission
from . import people_models as told
from .declared import needs, open_to_all
from .outside_flow import RETURN, OutsideFlow, Outsiders
from .problems import Refusal

__all__ = ["Outsiders", "outside_api"]

OPEN = open_to_all("it is the way in")
Watcher = Annotated[Caller, needs(Permission.WATCH)]
_HTML = "text/html; charset=utf-8"
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Sidecast</title>{head}
<link rel="icon" href="/page/mark.svg"><meta name="color-scheme" content="dark light"><main><p>{words}</p>
<p><a href="/">{link}</a></p></main></html>"""


def outside_api(accounts: Accounts, desk: Desk, outsiders: Outsiders) -> APIRouter:
    router = APIRouter(tags=["log-in"])
    flow = OutsideFlow(accounts, desk, outsiders)
    people = "/api/v1/people"

    @router.post(f"{people}/log-in/oidc", dependencies=[OPEN], summary="Log in by OpenID Connect")
    async def log_in_by_oidc(body: told.OutsideLogIn, request: Request, response: Response) -> told.GoThere:
        """The browser goes to the address in the answer, and comes back by itself."""
        return await flow.to_provider(request, response, body.invitation)

    @router.post(f"{people}/me/oidc", summary="Link an account of OpenID Connect")
    async def link_oidc(request: Request, response: Response, caller: Watcher) -> told.GoThere:
        """As a log-in by it; afterwards one can log in by it."""
        return await flow.to_provider(request, response, "", flow.person(request, caller))

    @router.get(RETURN, dependencies=[OPEN], include_in_schema=False)
    async def come_back(request: Request) -> Response:
        """For browsers that come from the provider: a page, not JSON."""
        response = Response(_page("You are in.", go_on=True), media_type=_HTML)
        try:
            await flow.from_provider(request, response)
        except Refusal as refusal:
            response = Response(_page(f"{refusal.what} {refusal.remedy}"), refusal.status, media_type=_HTML)
        flow.forget(request, response)
        return response

    @router.post(f"{people}/log-in/twitch", dependencies=[OPEN], summary="Log in by Twitch")
    async def log_in_by_twitch(body: told.OutsideLogIn, request: Request, response: Response) -> told.DeviceCode:
        """The person types the code on Twitch's page, on any device; meanwhile ask `log-in/twitch/state`."""
        return await flow.to_twitch(request, response, body.invitation)

    @router.post(f"{people}/me/twitch", summary="Link a Twitch account")
    async def link_twitch(request: Request, response: Response, caller: Watcher) -> told.DeviceCode:
        """As a log-in by it; afterwards one can log in by it."""
        return await flow.to_twitch(request, response, "", flow.person(request, caller))

    @router.post(f"{people}/log-in/twitch/state", dependencies=[OPEN], summary="Whether the code was typed")
    async def twitch_state(request: Request, response: Response) -> told.DeviceState:
        """With `in` comes the session's cookie (or the account is linked); then ask `me`."""
        try:
            arrived = await flow.ask_twitch(request, response)
        except Denied:
            return told.DeviceState(state="denied")
        except Expired:
            return told.DeviceState(state="expired")
        return told.DeviceState(state="in" if arrived else "waiting")

    return router


def _page(words: str, *, go_on: bool = False) -> str:
    # a redirect would not carry the new cookie: it still counts as coming from the provider's page
    head = '<meta http-equiv="refresh" content="0; url=/">' if go_on else ""
    return _PAGE.format(head=head, words=escape(words), link="Open the control room" if go_on else "Back to the control room")
