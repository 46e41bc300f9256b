"""The show while it is on, for scripts and Stream Decks: its state, its events, and the orders that a page may give too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from starlette.requests import HTTPConnection

from ...clock import Clock
from ..access.permission import Caller, Permission
from ..feed import Feed
from ..live.frames import Follower
from ..live.orders import Director, NotAllowed, OrderBody, TooManyOrders
from .declared import allows, needs
from .problems import Refusal

MAX_STREAMS = 32
EVERY_S = 0.1
"""At most ten events a second, however fast the chat is: changes between two collapse."""
MAX_ONLY = 400
RETRY_MS = 2000


class Wanted(BaseModel):
    """What of a picture is wanted."""

    model_config = ConfigDict(extra="forbid")

    only: str = Field(
        "",
        max_length=MAX_ONLY,
        pattern="^[a-z_,]*$",
        description="Names of the wanted cells with commas between, `m` for messages and `l` for past turns; empty = all.",
    )

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name in self.only.split(",") if name)


class Picture(BaseModel):
    """The show as it stands, or what has changed of it."""

    run: str = Field(description="Another one after the show was started again: sequence numbers begin anew then.")
    seq: int = Field(ge=0, description="Number of the latest change in this picture.")
    full: bool = Field(description="This is everything, rather than what changed.")
    at_ms: int = Field(description="Unix time of the show's machine, to which all times in the cells belong.")
    oldest: dict[str, int] = Field(description="Numbers of the oldest message (`m`) and past turn (`l`) that are still kept.")
    cells: dict[str, JsonValue] = Field(description="By name; docs/for-scripts.md says what is in each.")


class Done(BaseModel):
    """The order was obeyed before this answer was sent."""

    model_config = ConfigDict(extra="forbid")

    done: str = Field(description="The order's name.")
    note: str = Field(
        "", description="How it is done, where that is not as it was asked for: a line of which the gate bleeps a word."
    )


@dataclass(slots=True)
class Streams:
    """Who follows the events now."""

    open: int = 0
    ending: bool = False
    _ended: asyncio.Event | None = None

    @property
    def ended(self) -> asyncio.Event:
        """Made inside of the running loop."""
        if self._ended is None:
            self._ended = asyncio.Event()
        return self._ended

    async def place(self) -> AsyncIterator[None]:
        """One of those that may be open at once, for as long as it is."""
        if self.ending or self.open >= MAX_STREAMS:
            raise Refusal(503, f"{MAX_STREAMS} scripts follow the show already.", "Close one of them.", wait_s=5)
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1

    def end(self) -> None:
        """The server closes: it would wait for open streams for ever."""
        self.ending = True
        self.ended.set()


def live_api(
    feed: Feed,
    director: Director,
    clock: Clock,
    gone: Callable[[HTTPConnection, Caller], Coroutine[Any, Any, None]],
    streams: Streams,
) -> APIRouter:
    """`/api/v1/live`.

    Args:
        gone: returns once a caller, who was let in on a long connection, may no longer do all they could then.
    """
    router = APIRouter(prefix="/api/v1/live", tags=["live"])

    @router.get("/state", summary="The show as it stands")
    async def state(caller: Annotated[Caller, needs(Permission.WATCH)], wanted: Annotated[Wanted, Query()]) -> Picture:
        """Everything that the control room shows, or the cells that are asked for: `?only=status,turn,queue`."""
        return Picture.model_validate(Follower(feed, clock).picture(wanted.names))

    @router.post(
        "/orders", summary="Direct the show", response_model_exclude_defaults=True, openapi_extra=allows(unhindered=True)
    )
    async def give(body: OrderBody, caller: Annotated[Caller, needs(Permission.DIRECT)]) -> Done:
        """One order. Stop, mute and skip are never told to wait, and act before anything else."""
        try:
            note = director.give(body, caller)
        except NotAllowed as refusal:
            raise Refusal(403, refusal.what, refusal.remedy) from refusal
        except TooManyOrders as refusal:
            raise Refusal(429, refusal.what, refusal.remedy, wait_s=1) from refusal
        return Done(done=body.order, note=note)

    @router.get(
        "/events",
        summary="Follow the show",
        response_class=EventSourceResponse,
        responses={200: {"model": Picture, "description": "Server-sent events, each with a picture as its data."}},
    )
    async def events(
        request: Request,
        caller: Annotated[Caller, needs(Permission.WATCH)],
        wanted: Annotated[Wanted, Query()],
        last_event_id: Annotated[str, Header(max_length=80)] = "",
        # after the permission, so that strangers learn nothing and take no place
        placed: None = Depends(streams.place),
    ) -> AsyncIterator[ServerSentEvent]:
        """Server-sent events: first everything, then what changes, at most ten times a second.

        Whoever comes back with `Last-Event-ID` gets only what they missed. A comment every 15 s keeps the connection open. The
        stream ends when the show does, and when the caller may not watch any more.
        """
        run, _, since = last_event_id.rpartition(":")
        follower = Follower(feed, clock, run, int(since) if since.isdecimal() else -1)
        names = wanted.names
        out = asyncio.ensure_future(gone(request, caller))
        over = asyncio.ensure_future(streams.ended.wait())
        try:
            while True:
                first, picture = follower.full, follower.picture(names)
                if picture["cells"] or first:
                    yield _event(picture)
                changed = asyncio.ensure_future(_next_change(follower, clock))
                done, _ = await asyncio.wait({changed, out, over}, return_when=asyncio.FIRST_COMPLETED)
                if changed not in done:
                    changed.cancel()
                    return
        finally:
            out.cancel()
            over.cancel()

    return router


async def _next_change(follower: Follower, clock: Clock) -> None:
    await clock.sleep(EVERY_S)
    await follower.changed()


def _event(picture: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(event="picture", id=f"{picture['run']}:{picture['seq']}", data=picture, retry=RETRY_MS)
