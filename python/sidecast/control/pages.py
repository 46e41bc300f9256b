"""The page's files and the way in by a one-time link."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from .access.desk import Desk, cookie_name
from .api.declared import open_to_all
from .assets import Asset
from .entrance import Entrance

# A redirect would not carry the new cookie when the link was followed from another site's page.
ENTERED = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Sidecast</title>
<meta http-equiv="refresh" content="0; url=/"><link rel="icon" href="/page/mark.svg"><link rel="stylesheet" href="/page/base.css">
<main class="lone"><p><a href="/">Open the control page</a></p></main></html>"""


def page_files(assets: dict[str, Asset], entrance: Entrance, desk: Desk) -> APIRouter:
    """`/`, `/open`, `/session` and `/page/…`."""
    router = APIRouter(include_in_schema=False)

    def file(name: str, status: int = 200) -> Response:
        asset = assets.get(name)
        if asset is None:
            return Response("There is no such file.", 404, media_type="text/plain")
        return Response(asset.content, status, media_type=asset.media_type)

    @router.get("/", dependencies=[open_to_all("tells strangers only how to come in")])
    async def index(request: Request) -> Response:
        return file("index.html") if await desk.caller(request) else file("locked.html", 401)

    @router.get("/open", dependencies=[open_to_all("the one-time key in it is the log-in")])
    async def enter(request: Request, key: str = "") -> Response:
        token = entrance.use(key)
        if token is None:
            # a page that is open already stays open, whatever link is followed again
            return file("index.html") if await desk.caller(request) else file("locked.html", 401)
        answer = Response(ENTERED, media_type="text/html; charset=utf-8")
        answer.set_cookie(cookie_name(request), token, httponly=True, samesite="strict", path="/")
        return answer

    @router.get("/session", dependencies=[open_to_all("says only whether whoever asks is logged in")])
    async def session(request: Request) -> Response:
        """Tells a page that lost its connection whether to try again or to ask for a new link."""
        return Response(status_code=204 if await desk.caller(request) else 401)

    @router.get("/page/{name}", dependencies=[open_to_all("the program, not what it shows")])
    async def page_file(name: str) -> Response:
        return Response(status_code=404) if name.endswith(".html") else file(name)

    return router
