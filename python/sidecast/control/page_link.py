"""One page's WebSocket: the picture down, coalesced; orders up, at once, each with its giver's permission looked at."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from ..clock import Clock
from ..errors import OrderRefused, SettingsError, SidecastError
from .access.permission import Caller, Permission
from .feed import Feed
from .live.frames import Follower
from .live.orders import Director, read_order, require

log = logging.getLogger(__name__)

FRAME_EVERY_S = 0.05
"""At most 20 frames a second, however fast the chat is."""
HEARTBEAT_S = 2.0
UNSEEN_FRAMES = 3
"""Frames that may be on their way; then changes collapse into the next one until the page has caught up."""
UNSEEN_FOR_S = 20.0


def no_channels(name: str) -> None:
    raise SettingsError("This show cannot change its channel.")


class PageGoneError(Exception):
    """The page has not confirmed a frame for too long."""


class BadPageMessageError(Exception):
    """What came is not of this protocol."""


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
        self._clock = clock
        self._send = send
        self._change_channel = change_channel
        self._follower = Follower(feed, clock, run, since)
        self._unseen: deque[int] = deque()
        self._caught_up = asyncio.Event()

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
            await self._wait_for(self._follower.changed(), HEARTBEAT_S)

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

    def _frame(self) -> str:
        frame = self._follower.picture()
        self._unseen.append(self._follower.sent)
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
