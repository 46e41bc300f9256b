"""The control room's HTTP side, put together: routers that say who may use them, behind one guard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, FastAPI

from ..clock import Clock
from ..flow.order import Order
from .access.desk import Desk
from .api.declared import declared_routes
from .api.document import document_api
from .api.problems import speak_of_problems
from .assets import load_assets
from .entrance import Entrance
from .feed import Feed
from .guard import Guard
from .live_socket import MAX_PAGES, live_socket
from .operations import operations
from .page_link import no_channels
from .pages import page_files

__all__ = ["MAX_PAGES", "build_app"]


def build_app(
    feed: Feed,
    orders: Callable[[Order], None],
    clock: Clock,
    metrics_text: Callable[[], bytes],
    entrance: Entrance,
    *,
    examine: Callable[[], Awaitable[str]] | None = None,
    change_channel: Callable[[str], None] = no_channels,
    routers: Sequence[APIRouter] = (),
) -> FastAPI:
    """Everything that the control room's server answers.

    Args:
        orders: acts before it returns; called on the server's loop.
        metrics_text: `/metrics`, which needs no session and so must hold no viewer text.
        change_channel: acts before it returns; raises SidecastError for a name that cannot be.
        examine: what the doctor finds, as JSON; None where there is no doctor.
        routers: of other domains (`/api/v1/<domain>`).

    Raises:
        ControlError: a route does not say who may use it, or the page's files are missing.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.add_middleware(Guard)
    speak_of_problems(app)
    desk = Desk(entrance)
    app.state.access = desk
    for router in (
        page_files(load_assets(), entrance, desk),
        live_socket(feed, orders, clock, change_channel),
        operations(metrics_text, lambda: feed.state, examine),
        document_api(),
        *routers,
    ):
        app.include_router(router)
    declared_routes(app)
    return app
