"""Has Helix do it: bounded, at Twitch's pace, with a time-out, and tried again only where twice is the same as once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...clock import Clock
from ...flow import action as acts
from ...flow.action import Act, Action, Ending, Hindrance, Obstacle, Performed, Sending, Target
from ...flow.twitch import Answer, TwitchApi
from .done import done_in_words
from .limits import ChatPace
from .refusals import dropped, no_answer, refused
from .undo import undo_of

PATIENCE_S = 8.0
"""For one answer: whoever waits in the control room is told before their browser gives up."""
AGAIN_S = 1.0
"""Before the one other try."""
MOST_AT_ONCE = 32
MOST_WRITING = 10
"""Texts that may wait for chat's pace."""
WRITTEN_KEPT = 32
_SAME_TWICE = (acts.Delete, acts.LetBack, acts.TimeOut, acts.Ban, acts.EndPoll)
"""Done twice, these leave everything as once. Writing and starting are not: they might happen twice."""
_MAYBE_DONE = frozenset({0, 500, 502, 504})
"""With these nobody knows whether it happened."""


@dataclass(slots=True)
class Lane:
    """Who works on something now, and at most how many may."""

    most: int
    busy: int = 0


class Performing:
    def __init__(self, api: TwitchApi, clock: Clock, pace: Callable[[], ChatPace]) -> None:
        """`pace`: of the account that writes."""
        self._api = api
        self._clock = clock
        self._pace = pace
        self._one_after_another = asyncio.Lock()
        self._writing = Lane(MOST_WRITING)
        self._others = Lane(MOST_AT_ONCE)
        self.written: deque[str] = deque(maxlen=WRITTEN_KEPT)
        """The texts that were sent last, whether or not they arrived."""
        self.turned_away = 0
        """Actions that were not taken because too many waited."""

    async def perform(self, action: Action, sendings: Sequence[Sending], writer: Target) -> Performed:
        """What was checked already. Never raises for what Twitch does."""
        writes = isinstance(action.act, acts.Write)
        lane = self._writing if writes else self._others
        if lane.busy >= lane.most:
            self.turned_away += 1
            what = f"{lane.most} {'texts wait to be written' if writes else 'things are being done at Twitch'} already."
            return _not_done(action, Hindrance(obstacle=Obstacle.LIMIT, what=what, remedy="Try again in a moment.", wait_s=5))
        lane.busy += 1
        try:
            if writes:
                # first come, first written; moderation never waits behind it
                async with self._one_after_another:
                    rows, hindrance = await self._write(sendings)
            else:
                rows, hindrance = await self._do(action.act, sendings)
        finally:
            lane.busy -= 1
        if hindrance is not None and not rows:
            return _not_done(action, hindrance)
        undo = undo_of(action.act, rows, writer)
        if hindrance is not None:
            words = f"{len(rows)} of {len(sendings)} messages went out. {hindrance.what}"
            return Performed(action=action, ending=Ending.PART, words=words, hindrance=hindrance, undo=undo)
        return Performed(action=action, ending=Ending.DONE, words=done_in_words(action.act, len(sendings)), undo=undo)

    async def _write(self, sendings: Sequence[Sending]) -> tuple[list[Mapping[str, Any]], Hindrance | None]:
        """The rows of what went out, and what kept the rest from it."""
        rows: list[Mapping[str, Any]] = []
        for sending in sendings:
            text, pace = str(sending.body["message"]), self._pace()
            while (wait_s := pace.wait_s(text, self._clock.now_ns())) > 0:
                await self._clock.sleep(wait_s)
            pace.sent(text, self._clock.now_ns())
            self.written.append(text)
            answer = await self._ask(sending)
            if not answer.ok:
                return rows, no_answer() if answer.status in _MAYBE_DONE else refused(acts.Write(text=text), answer)
            row = first_row(answer)
            if row.get("is_sent") is False:
                reason = row.get("drop_reason")
                reason = reason if isinstance(reason, Mapping) else {}
                return rows, dropped(str(reason.get("code", "")), str(reason.get("message", "")))
            rows.append(row)
        return rows, None

    async def _do(self, act: Act, sendings: Sequence[Sending]) -> tuple[list[Mapping[str, Any]], Hindrance | None]:
        rows: list[Mapping[str, Any]] = []
        for sending in sendings:
            answer = await self._ask(sending)
            tried_again = isinstance(act, _SAME_TWICE) and (answer.status in _MAYBE_DONE or answer.status in {409, 503})
            if tried_again:
                await self._clock.sleep(AGAIN_S)
                answer = await self._ask(sending)
            if not answer.ok and not (tried_again and _was_done_before(act, answer)):
                return rows, no_answer() if answer.status in _MAYBE_DONE else refused(act, answer)
            rows.append(first_row(answer))
        return rows, None

    async def _ask(self, sending: Sending) -> Answer:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._api.call(
                    sending.method, sending.path, account=sending.account, query=dict(sending.query), body=sending.body or None
                )
        except TimeoutError:
            return Answer(status=0, message="no answer in time")


def first_row(answer: Answer) -> Mapping[str, Any]:
    """Helix answers with a table."""
    rows = answer.data.get("data")
    row = rows[0] if isinstance(rows, list) and rows else {}
    return row if isinstance(row, Mapping) else {}


def _was_done_before(act: Act, answer: Answer) -> bool:
    """The first try had been heard: the second one found nothing left to do."""
    match act:
        case acts.Delete():
            return answer.status == 404
        case acts.LetBack():
            return answer.status == 400
        case acts.Ban():
            return answer.status == 400 and "already banned" in answer.message.lower()
        case acts.EndPoll():
            return answer.status in {400, 404}
        case _:
            return False


def _not_done(action: Action, hindrance: Hindrance) -> Performed:
    ending = Ending.UNSURE if hindrance.obstacle is Obstacle.NO_ANSWER else Ending.REFUSED
    return Performed(action=action, ending=ending, words=hindrance.what, hindrance=hindrance)
