"""`/overlay/<page>`: one small page for all four, which sees by its address what it is to show."""

from __future__ import annotations

from fastapi import APIRouter, Response

from ..api.declared import open_to_all
from ..assets import BARE, Asset
from .link import PAGES

FILE = "overlay.html"


def overlay_pages(assets: dict[str, Asset]) -> APIRouter:
    """Without a token it shows nothing; the token stands behind the address's `#`, which browsers send nowhere."""
    router = APIRouter(include_in_schema=False)
    # a page that was built by an earlier version, or none at all: empty rather than a sentence on the stream
    asset = assets.get(FILE) or Asset((BARE / FILE).read_bytes(), "text/html; charset=utf-8", lasts=False)

    @router.get("/overlay/{page}", dependencies=[open_to_all("the program, which shows nothing without a link's token")])
    async def overlay(page: str) -> Response:
        if page not in PAGES:
            return Response("There is no such overlay.", 404, media_type="text/plain")
        return Response(asset.content, media_type=asset.media_type, headers={"cache-control": asset.caching})

    return router
