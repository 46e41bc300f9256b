"""`/api/v1/twitch`: the streamer's and the bot's account at Twitch, what they are used for, log-in. Owners only, in person."""

from __future__ import annotations

import hmac
from html import escape
from typing import Annotated, Protocol

from fastapi import APIRouter, Path, Request, Response

from ...errors import SidecastError
from ...flow.twitch import Account, Feature
from ..access.audit import Audit
from ..access.desk import cookie_name, is_secure
from ..access.permission import Caller, Permission
from . import twitch_models as told
from .declared import needs, open_to_all
from .problems import Refusal

Owner = Annotated[Caller, needs(Permission.CONFIGURE)]
Which = Annotated[Account, Path(description="Whose account.")]
RETURN = "/api/v1/twitch/log-in/return"
COOKIE = "sidecast_twitch"
AWAY_S = 600
_HTML = "text/html; charset=utf-8"
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Sidecast</title>{head}
<link rel="icon" href="/page/mark.svg"><meta name="color-scheme" content="dark light"><main><p>{words}</p>
<p><a href="/#/set-up/twitch">Back to the control room</a></p></main></html>"""


class Twitching(Protocol):
    """The desk behind it. What cannot be done is a SidecastError."""

    async def shown(self) -> told.TwitchShown: ...

    async def begin(self, account: Account) -> None: ...

    async def begin_in_browser(self, account: Account, redirect_uri: str) -> tuple[str, str]:
        """Where the browser goes, and what it must bring back."""
        ...

    async def come_back(self, state: str, code: str, error: str) -> None: ...

    async def confirm(self) -> None: ...

    async def cancel(self) -> None: ...

    async def log_out(self, account: Account) -> bool:
        """False when Twitch could not be told."""
        ...

    async def switch(self, feature: Feature, *, on: bool) -> None: ...

    async def check(self) -> None: ...


def twitch_api(twitching: Twitching, audit: Audit) -> APIRouter:
    router = APIRouter(prefix="/api/v1/twitch", tags=["twitch"])
    _add_state(router, twitching, audit)
    _add_log_in(router, twitching, audit)
    _add_browser(router, twitching, audit)
    return router


def _add_state(router: APIRouter, twitching: Twitching, audit: Audit) -> None:
    @router.get("", summary="Accounts at Twitch")
    async def shown(caller: Owner) -> told.TwitchShown:
        """Who is logged in, what that allows, and what is missing for the features that are on."""
        return await twitching.shown()

    @router.post("/check", summary="Ask Twitch whether the log-ins are valid")
    async def check(caller: Owner) -> told.TwitchShown:
        """It happens hourly by itself."""
        await twitching.check()
        return await twitching.shown()

    @router.put("/features/{feature}", summary="Switch a feature on or off")
    async def switch(feature: Feature, body: told.SwitchFeature, caller: Owner) -> told.TwitchShown:
        """Holds at once. What it may not do for want of a permission is in the answer: log in again to grant it."""
        await twitching.switch(feature, on=body.on)
        audit.note(caller, "twitch.feature", feature.value, {"on": body.on})
        return await twitching.shown()


def _add_log_in(router: APIRouter, twitching: Twitching, audit: Audit) -> None:
    @router.post("/log-in", summary="Begin a log-in by a code")
    async def begin(body: told.Begin, caller: Owner) -> told.TwitchShown:
        """Somebody types the code on Twitch's page, on any device; meanwhile ask `GET /api/v1/twitch`. Asks for what the features
        that are on need, and for nothing less than is granted already."""
        _person(caller)
        await twitching.begin(body.account)
        audit.note(caller, "twitch.log_in_begun", body.account.value)
        return await twitching.shown()

    @router.post("/log-in/confirm", summary="Keep the account although it looks like a mix-up")
    async def confirm(caller: Owner) -> told.TwitchShown:
        _person(caller)
        await twitching.confirm()
        audit.note(caller, "twitch.mix_up_confirmed")
        return await twitching.shown()

    @router.delete("/log-in", summary="Put a log-in away")
    async def cancel(caller: Owner) -> told.TwitchShown:
        """Ends it when it is under way; what was granted to it is given back."""
        _person(caller)
        await twitching.cancel()
        return await twitching.shown()

    @router.delete("/accounts/{account}", summary="Log an account out")
    async def log_out(account: Which, caller: Owner) -> told.TwitchShown:
        """Its tokens are given back to Twitch and deleted here."""
        _person(caller)
        knows = await twitching.log_out(account)
        audit.note(caller, "twitch.logged_out", account.value, {"twitch_knows": knows})
        after = await twitching.shown()
        if not knows:
            remedy = "To be sure, disconnect Sidecast at twitch.tv/settings/connections."
            after.words = f"It is logged out here, but Twitch could not be told. {remedy}"
        return after


def _add_browser(router: APIRouter, twitching: Twitching, audit: Audit) -> None:
    @router.post("/log-in/browser", summary="Begin a log-in in this browser")
    async def begin_in_browser(body: told.Begin, caller: Owner, request: Request, response: Response) -> told.GoThere:
        """For an application with a secret, which is in the vault. The browser goes to the answer's address, and comes back by
        itself to `/api/v1/twitch/log-in/return`, which must be registered with the application."""
        _person(caller)
        url, state = await twitching.begin_in_browser(body.account, _return_address(request))
        # Lax: the way back comes from Twitch's page
        name, secure = cookie_name(request, COOKIE), is_secure(request)
        response.set_cookie(name, state, max_age=AWAY_S, httponly=True, samesite="lax", secure=secure, path="/")
        audit.note(caller, "twitch.log_in_begun", body.account.value)
        return told.GoThere(url=url)

    @router.get(
        "/log-in/return", dependencies=[open_to_all("only the browser that began it has its key")], include_in_schema=False
    )
    async def come_back(request: Request) -> Response:
        """For a browser that comes from Twitch: a page, not JSON."""
        query = {name: request.query_params.get(name, "")[:2000] for name in ("state", "code", "error")}
        key = request.cookies.get(cookie_name(request, COOKIE), "")[:200]
        response = Response(_page("Twitch has let you back.", go_on=True), media_type=_HTML)
        try:
            if not key or not hmac.compare_digest(key.encode(), query["state"].encode("utf-8", "replace")):
                raise Refusal(403, "No log-in to Twitch was begun in this browser, or too long ago.", "Begin it again.")
            await twitching.come_back(query["state"], query["code"], query["error"])
        except SidecastError as refusal:
            response = Response(_page(str(refusal)), getattr(refusal, "status", 403), media_type=_HTML)
        name, secure = cookie_name(request, COOKIE), is_secure(request)
        response.delete_cookie(name, httponly=True, samesite="lax", secure=secure, path="/")
        return response


def _person(caller: Caller) -> None:
    """A script with a key must not put another account in the streamer's place."""
    if not caller.by_cookie:
        raise Refusal(403, "Only a person who is logged in can do this.", "Do it on the page, or: ./sidecast twitch login")


def _return_address(request: Request) -> str:
    return str(request.base_url).rstrip("/") + RETURN


def _page(words: str, *, go_on: bool = False) -> str:
    # a redirect would not carry the strict session cookie: it still counts as coming from Twitch's page
    head = '<meta http-equiv="refresh" content="0; url=/#/set-up/twitch">' if go_on else ""
    return _PAGE.format(head=head, words=escape(words))
