"""The control room's HTTP side, put together: routers that say who may use them, behind one guard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, FastAPI

from ..clock import Clock
from ..flow.order import Order
from .access.accounts import Accounts
from .access.desk import Desk
from .api.declared import declared_routes
from .api.document import document_api
from .api.live import Streams, live_api
from .api.log_in import log_in_api
from .api.outside import Outsiders, outside_api
from .api.overlays import overlays_api
from .api.people import people_api
from .api.problems import speak_of_problems
from .api.qr import qr_api
from .assets import load_assets
from .entrance import Entrance
from .feed import Feed
from .guard import Guard
from .limits import Limits, Special, special_routes
from .live.orders import Director
from .live_socket import MAX_PAGES, live_socket
from .operations import operations
from .overlay.overlays import Overlays
from .overlay.pages import overlay_pages
from .overlay.socket import overlay_socket
from .page_link import no_channels
from .pages import page_files

__all__ = ["MAX_PAGES", "build_app"]


def build_app(
    feed: Feed,
    orders: Callable[[Order], str | None],
    clock: Clock,
    metrics_text: Callable[[], bytes],
    entrance: Entrance,
    *,
    accounts: Accounts | None = None,
    outsiders: Outsiders | None = None,
    examine: Callable[[], Awaitable[str]] | None = None,
    change_channel: Callable[[str], None] = no_channels,
    routers: Sequence[APIRouter] = (),
    names: Sequence[str] = (),
    overlays: Overlays | None = None,
) -> FastAPI:
    """Everything that the control room's server answers.

    Args:
        orders: acts before it returns; called on the server's loop.
        metrics_text: `/metrics`, which needs no session and so must hold no viewer text.
        change_channel: acts before it returns; raises SidecastError for a name that cannot be.
        outsiders: who else can vouch for people.
        examine: what the doctor finds, as JSON; None where there is no doctor.
        accounts: who may come in; None: only by the entrance's links, and forgotten with the app.
        routers: of other domains (`/api/v1/<domain>`).
        names: public ones under which the room is served, besides this machine's own.
        overlays: what the overlays' pages see; None: they stay empty.

    Raises:
        ControlError: a route does not say who may use it, or the page's files are missing.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    special: list[Special] = []
    app.add_middleware(Limits, clock=clock, special=special)
    app.add_middleware(Guard, names=names)
    speak_of_problems(app)
    accounts = accounts or Accounts(None, clock)
    desk = Desk(accounts)
    app.state.access = desk
    director = Director(orders, clock)
    app.state.streams = streams = Streams()
    for router in (
        page_files(assets := load_assets(), entrance, accounts, desk),
        overlay_pages(assets),
        overlay_socket(overlays or Overlays(clock), accounts.overlay_links, clock),
        overlays_api(accounts),
        live_socket(feed, director, clock, change_channel, desk),
        live_api(feed, director, clock, desk.gone, streams),
        log_in_api(accounts, desk, outsiders or Outsiders()),
        outside_api(accounts, desk, outsiders or Outsiders()),
        people_api(accounts, desk),
        operations(metrics_text, lambda: feed.state, examine),
        qr_api(),
        document_api(),
        *routers,
    ):
        app.include_router(router)
    declared_routes(app)
    special += special_routes(app)
    return app
