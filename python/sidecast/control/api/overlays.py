"""`/api/v1/overlays`: the links by which OBS may show the overlays."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from ..access.accounts import Accounts
from ..access.names import Name
from ..access.permission import Caller, Permission
from ..access.rows import OverlayLink
from .declared import needs
from .people_models import Id, Millis, Taken

Owner = Annotated[Caller, needs(Permission.CONFIGURE)]


class NewLink(Taken):
    name: Name = Field(description="What it is for, such as the name of the machine on which OBS runs.")


class LinkSeen(BaseModel):
    id: str
    prefix: str = Field(description="The first characters of its token.")
    name: str
    by: str = Field(description="Who made it.")
    created_ms: Millis
    used_ms: Millis = Field(description="0: never.")


class LinkMade(LinkSeen):
    token: str = Field(description="Shown only now. A browser source opens `/overlay/caption#token=<token>`.")


def overlays_api(accounts: Accounts) -> APIRouter:
    router = APIRouter(prefix="/api/v1/overlays", tags=["overlays"])
    links = accounts.overlay_links

    @router.get("/links", summary="Links of the overlays")
    async def all_links(caller: Owner) -> list[LinkSeen]:
        return [_seen(each) for each in links.all()]

    @router.post("/links", status_code=201, summary="Make a link")
    async def make(body: NewLink, caller: Owner) -> LinkMade:
        """One token opens all of `/overlay/caption`, `cards`, `alerts` and `mood`. It may look at those and do nothing else."""
        token, link = await links.make(caller, body.name)
        return LinkMade(**_seen(link).model_dump(), token=token)

    @router.delete("/links/{link_id}", status_code=204, summary="Withdraw a link")
    async def withdraw(link_id: Annotated[Id, Path()], caller: Owner) -> None:
        """At once; for ten minutes it can be put back."""
        await links.withdraw(caller, link_id)

    @router.post("/links/{link_id}/put-back", status_code=204, summary="Let a withdrawn link work again")
    async def put_back(link_id: Annotated[Id, Path()], caller: Owner) -> None:
        await links.put_back(caller, link_id)

    return router


def _seen(link: OverlayLink) -> LinkSeen:
    return LinkSeen(id=link.id, prefix=link.prefix, name=link.name, by=link.by, created_ms=link.created_ms, used_ms=link.used_ms)
