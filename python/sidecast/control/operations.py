"""What operators and monitoring ask for: metrics, health, the doctor."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Response

from ..errors import SidecastError
from .access.permission import Caller, Permission
from .api.declared import needs, open_to_all

log = logging.getLogger(__name__)

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def operations(
    metrics_text: Callable[[], bytes], state: Callable[[], str], examine: Callable[[], Awaitable[str]] | None
) -> APIRouter:
    """
    Args:
        metrics_text: must hold no viewer text: anybody may read it.
        examine: what the doctor finds, as JSON; None where there is no doctor.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics", dependencies=[open_to_all("figures without a name or a word of anybody, for Prometheus")])
    async def metrics() -> Response:
        return Response(metrics_text(), headers={"content-type": METRICS_TYPE})

    @router.get("/healthz", dependencies=[open_to_all("says only that the show runs, for whoever restarts it")])
    async def healthz() -> dict[str, str]:
        return {"status": "ok", "state": state()}

    @router.get("/doctor")
    async def doctor(caller: Annotated[Caller, needs(Permission.WATCH)]) -> Response:
        if examine is None:
            return Response("This show was started without ./sidecast, so there is no doctor.", 404, media_type="text/plain")
        try:
            return Response(await examine(), media_type="application/json")
        except SidecastError as error:
            log.warning("%s", error)
            return Response(str(error), 503, media_type="text/plain")

    return router
