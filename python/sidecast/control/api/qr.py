"""QR codes for the page: a phone then need not type an invitation's link or Twitch's code."""

from __future__ import annotations

from itertools import groupby

import segno
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from .declared import allows, open_to_all

COST = 50
"""As requests: strangers must not keep a core busy with it."""


class QrText(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=300)


class QrCode(BaseModel):
    size: int = Field(description="Modules of a side, with the quiet zone of two.")
    path: str = Field(description="SVG path of the dark modules, each 1 × 1.")


def qr_api() -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["people"])

    # not async: half a hundred milliseconds of pure Python must not hold up the show's loop
    @router.post(
        "/qr",
        dependencies=[open_to_all("it draws what it is given, and keeps nothing")],
        openapi_extra=allows(cost=COST),
        summary="Draw a QR code",
    )
    def draw(body: QrText) -> QrCode:
        """In the body rather than the address: what is drawn may be a secret."""
        code = segno.make_qr(body.text, error="m", boost_error=False)
        rows = list(code.matrix_iter(border=2))
        return QrCode(size=len(rows), path="".join(_row(y, bytes(row)) for y, row in enumerate(rows)))

    return router


def _row(y: int, modules: bytes) -> str:
    path, x = [], 0
    for dark, run in groupby(modules):
        length = len(list(run))
        if dark:
            path.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return "".join(path)
