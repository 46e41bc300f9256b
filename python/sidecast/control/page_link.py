"""One page's WebSocket: the picture down, coalesced; orders up, at once, each with its giver's permission looked at."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from ..clock import Clock
from ..errors import OrderRefused, SettingsError, SidecastError
from .access.permission import Caller, Permission
from .feed import Feed
from .live.frames import Follower
from .live.orders import Director, read_order, require
from .live.pushing import UNSEEN_FRAMES, BadPageMessageError, PageGoneError, Pushing

__all__ = ["FRAME_EVERY_S", "UNSEEN_FRAMES", "BadPageMessageError", "PageGoneError", "PageLink", "no_channels"]

log = logging.getLogger(__name__)

FRAME_EVERY_S = 0.05
"""At most 20 frames a second, however fast the chat is."""


def no_channels(name: str) -> None:
    raise SettingsError("This show cannot change its channel.")


class PageLink:
    """Down: `{run, seq, full, oldest, cells}`; `{done|refused: id, …}`. Up: `{seen: seq}`; `{order, …, id}`; `{channel, id}`."""

    def __init__(
        self,
        feed: Feed,
        director: Director,
        clock: Clock,
        send: Callable[[str], Awaitable[None]],
        *,
        caller: Caller,
        run: str = "",
        since: int = 0,
        change_channel: Callable[[str], None] = no_channels,
    ) -> None:
        """
        Args:
            caller: whose page it is; what they may do is looked at with every message.
            run, since: the last frame that the page has from an earlier connection, so that it goes on from there.
            change_channel: raises SidecastError for a name that cannot be.
        """
        self._director = director
        self._caller = caller
        self._send = send
        self._change_channel = change_channel
        self._pushing = Pushing(Follower(feed, clock, run, since), clock, send, every_s=FRAME_EVERY_S)

    async def push(self) -> None:
        """Sends frames until it is cancelled.

        Raises:
            PageGoneError: the page no longer confirms what it gets.
        """
        await self._pushing.push()

    async def take(self, text: str) -> None:
        """One message of the page.

        Raises:
            BadPageMessageError: it is not of this protocol.
        """
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadPageMessageError from error
        match message:
            case {"seen": int(seq)}:
                self._pushing.seen(seq)
            case {"order": str(name), "id": int(number)}:
                await self._take_order(name, {key: value for key, value in message.items() if key != "id"}, number)
            case {"channel": str(name), "id": int(number)}:
                await self._take_channel(name, number)
            case _:
                raise BadPageMessageError

    async def _take_channel(self, name: str, number: int) -> None:
        try:
            require(self._caller, Permission.CONFIGURE)
            self._director.pace(self._caller)
            self._change_channel(name)
        except SidecastError as error:
            await self._answer({"refused": number, "why": str(error)})
        else:
            await self._answer({"done": number, "channel": name})

    async def _take_order(self, name: str, order: dict[str, Any], number: int) -> None:
        if name == "skip":
            # a switch that has only one side
            order.pop("on", None)
        try:
            body = read_order(order)
            note = self._director.give(body, self._caller)
        except OrderRefused as refusal:
            await self._answer({"refused": number, "why": str(refusal)})
        except Exception:
            log.exception("an order of the control page failed: %s", name[:20])
            await self._answer({"refused": number, "why": "It failed; the log says why."})
        else:
            done = {"done": number, "order": name, "on": getattr(body, "on", True)}
            await self._answer(done | {"note": note} if note else done)

    async def _answer(self, answer: dict[str, Any]) -> None:
        await self._send(json.dumps(answer))
