"""One page's WebSocket: the picture down, coalesced; orders up, at once."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from ..clock import Clock
from ..errors import SettingsError, SidecastError
from ..flow.order import Mute, Order, Skip, Stop
from .feed import Feed

log = logging.getLogger(__name__)

FRAME_EVERY_S = 0.05
"""At most 20 frames a second, however fast the chat is."""
HEARTBEAT_S = 2.0
UNSEEN_FRAMES = 3
"""Frames that may be on their way; then changes collapse into the next one until the page has caught up."""
UNSEEN_FOR_S = 20.0
ORDERS_A_SECOND = 20


def no_channels(name: str) -> None:
    raise SettingsError("This show cannot change its channel.")


class PageGoneError(Exception):
    """The page has not confirmed a frame for too long."""


class BadPageMessageError(Exception):
    """What came is not of this protocol."""


class PageLink:
    """Down: `{run, seq, full, oldest, cells}`; `{done|refused: id, …}`. Up: `{seen: seq}`; `{order, on, id}`; `{channel, id}`."""

    def __init__(
        self,
        feed: Feed,
        orders: Callable[[Order], None],
        clock: Clock,
        send: Callable[[str], Awaitable[None]],
        *,
        run: str = "",
        since: int = 0,
        change_channel: Callable[[str], None] = no_channels,
    ) -> None:
        """
        Args:
            run, since: the last frame that the page has from an earlier connection, so that it goes on from there.
            change_channel: raises SidecastError for a name that cannot be.
        """
        self._feed = feed
        self._orders = orders
        self._clock = clock
        self._send = send
        self._change_channel = change_channel
        known = run == feed.run and 0 <= since <= feed.cells.seq
        self._sent = since if known else 0
        self._full = not known
        self._unseen: deque[int] = deque()
        self._caught_up = asyncio.Event()
        self._ordered_ns: deque[int] = deque(maxlen=ORDERS_A_SECOND)

    async def push(self) -> None:
        """Sends frames until it is cancelled.

        Raises:
            PageGoneError: the page no longer confirms what it gets.
        """
        while True:
            await self._send(self._frame())
            await self._clock.sleep(FRAME_EVERY_S)
            if len(self._unseen) >= UNSEEN_FRAMES:
                await self._wait_for(self._seen(), UNSEEN_FOR_S)
                if len(self._unseen) >= UNSEEN_FRAMES:
                    raise PageGoneError
            await self._wait_for(self._feed.cells.changed(self._sent), HEARTBEAT_S)

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
                while self._unseen and self._unseen[0] <= seq:
                    self._unseen.popleft()
                self._caught_up.set()
            case {"order": str(name), "id": int(number)}:
                await self._take_order(name, on=message.get("on", True) is True, number=number)
            case {"channel": str(name), "id": int(number)}:
                await self._take_channel(name, number)
            case _:
                raise BadPageMessageError

    async def _take_channel(self, name: str, number: int) -> None:
        if self._busy():
            await self._answer({"refused": number, "why": "Too many orders at once."})
            return
        try:
            self._change_channel(name)
        except SidecastError as error:
            await self._answer({"refused": number, "why": str(error)})
        else:
            await self._answer({"done": number, "channel": name})

    async def _take_order(self, name: str, *, on: bool, number: int) -> None:
        order = _order(name, on=on, at_ns=self._clock.now_ns())
        # silence is never refused
        hushes = isinstance(order, Skip) or (order is not None and order.on)
        busy = self._busy()
        if order is None:
            await self._answer({"refused": number, "why": "unknown order"})
        elif busy and not hushes:
            await self._answer({"refused": number, "why": "too many orders at once"})
        else:
            try:
                self._orders(order)
            except SidecastError as error:
                await self._answer({"refused": number, "why": str(error)})
            except Exception:
                log.exception("an order of the control page failed: %s", name[:20])
                await self._answer({"refused": number, "why": "it failed; the log says why"})
            else:
                await self._answer({"done": number, "order": name, "on": on})

    def _busy(self) -> bool:
        """More orders than anybody gives; counts this one."""
        now = self._clock.now_ns()
        busy = len(self._ordered_ns) == ORDERS_A_SECOND and now - self._ordered_ns[0] < 1_000_000_000
        self._ordered_ns.append(now)
        return busy

    async def _answer(self, answer: dict[str, Any]) -> None:
        await self._send(json.dumps(answer))

    def _frame(self) -> str:
        cells = self._feed.cells
        frame = {
            "run": self._feed.run,
            "seq": cells.seq,
            "full": self._full,
            "at_ms": self._clock.wall_ms(),
            "oldest": self._feed.oldest(),
            "cells": cells.since(self._sent),
        }
        self._sent = cells.seq
        self._full = False
        self._unseen.append(cells.seq)
        return json.dumps(frame, separators=(",", ":"))

    async def _seen(self) -> None:
        while len(self._unseen) >= UNSEEN_FRAMES:
            self._caught_up.clear()
            await self._caught_up.wait()

    async def _wait_for(self, event: Any, seconds: float) -> None:
        """Returns when `event` is over or the time is."""
        waiting, timer = asyncio.ensure_future(event), asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({waiting, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            timer.cancel()


def _order(name: str, *, on: bool, at_ns: int) -> Order | None:
    match name:
        case "skip":
            return Skip(by="page", at_ns=at_ns)
        case "mute":
            return Mute(by="page", at_ns=at_ns, on=on)
        case "stop":
            return Stop(by="page", at_ns=at_ns, on=on)
        case _:
            return None
