"""The page's files and the way in by a one-time link."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from .access.accounts import Accounts
from .access.desk import Desk
from .api.declared import open_to_all
from .assets import Asset
from .entrance import Entrance

# A redirect would not carry the new cookie when the link was followed from another site's page.
ENTERED = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Sidecast</title>
<meta http-equiv="refresh" content="0; url=/"><link rel="icon" href="/page/mark.svg"><meta name="color-scheme" content="dark">
<main><p><a href="/">Open the control page</a></p></main></html>"""


def page_files(assets: dict[str, Asset], entrance: Entrance, accounts: Accounts, desk: Desk) -> APIRouter:
    """`/`, `/open`, `/session` and `/page/…`."""
    router = APIRouter(include_in_schema=False)

    def file(name: str, status: int = 200) -> Response:
        asset = assets.get(name)
        if asset is None:
            return Response("There is no such file.", 404, media_type="text/plain")
        return Response(asset.content, status, media_type=asset.media_type, headers={"cache-control": asset.caching})

    @router.get("/", dependencies=[open_to_all("the program, which shows strangers only how to come in")])
    async def index() -> Response:
        return file("index.html")

    @router.get("/open", dependencies=[open_to_all("the one-time key in it is the log-in")])
    async def enter(request: Request, key: str = "") -> Response:
        if not entrance.use(key):
            # a page that is open already stays open, whatever link is followed again
            if desk.look(request):
                return file("index.html")
            accounts.log_in.no_link(desk.where(request))
            return file("index.html", 401)
        token = await accounts.log_in.by_link(desk.where(request))
        answer = Response(ENTERED, media_type="text/html; charset=utf-8")
        desk.let_in(request, answer, token)
        return answer

    @router.get("/session", dependencies=[open_to_all("says only whether whoever asks is logged in")])
    async def session(request: Request) -> Response:
        """Tells a page that lost its connection whether to try again or to ask for a new link."""
        return Response(status_code=204 if desk.look(request) else 401)

    @router.get("/page/{name}", dependencies=[open_to_all("the program, not what it shows")])
    async def page_file(name: str) -> Response:
        return Response(status_code=404) if name.endswith(".html") else file(name)

    return router
