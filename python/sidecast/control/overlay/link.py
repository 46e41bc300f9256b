"""One overlay page's WebSocket: its cells down, nothing but confirmations up."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...clock import Clock
from ..access.overlay_links import MAX_TOKEN
from ..live.frames import Follower
from ..live.pushing import BadPageMessageError, Pushing
from .overlays import Overlays

FRAME_EVERY_S = 0.02
"""Few cells change, and the eye sees how late a word is."""
PAGES = {"caption": ("caption",), "cards": ("card",), "alerts": ("alert",), "mood": ("mood",)}
"""The pages, `/overlay/<page>`, and the cells that each sees."""


class Hello(BaseModel):
    """A page's first message."""

    model_config = ConfigDict(extra="forbid", strict=True)

    token: str = Field(min_length=1, max_length=MAX_TOKEN, repr=False)
    page: str = Field(max_length=20)


def read_hello(text: str) -> Hello:
    """
    Raises:
        BadPageMessageError: it is none, or of a page that there is not. Does not hold what was sent.
    """
    try:
        hello = Hello.model_validate_json(text)
    except ValidationError:
        raise BadPageMessageError from None
    if hello.page not in PAGES:
        raise BadPageMessageError
    return hello


class OverlayLink:
    """Down: `{run, seq, full, at_ms, cells}`. Up: `{seen: seq}`."""

    def __init__(self, overlays: Overlays, clock: Clock, send: Callable[[str], Awaitable[None]], hello: Hello) -> None:
        self._pushing = Pushing(Follower(overlays, clock), clock, send, every_s=FRAME_EVERY_S, only=PAGES[hello.page])

    async def push(self) -> None:
        """Sends frames until it is cancelled.

        Raises:
            PageGoneError: the page no longer confirms what it gets.
        """
        await self._pushing.push()

    async def take(self, text: str) -> None:
        """
        Raises:
            BadPageMessageError: it is not of this protocol.
        """
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadPageMessageError from error
        match message:
            case {"seen": int(seq)} if len(message) == 1:
                self._pushing.seen(seq)
            case _:
                raise BadPageMessageError
