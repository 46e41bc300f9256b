"""Replies that wait for a human: one at a time, with a countdown, and nothing of them is heard before a yes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ..clock import Clock
from ..errors import OrderRefused
from ..flow.board import AwaitsApproval
from ..flow.candidate import Reason
from ..flow.chat import ChannelEvent, EventKind
from ..flow.clause import ClearedClause
from ..flow.order import Approval
from ..flow.ports import Board
from ..flow.turn import Turn
from ..flow.verdict import Category, Decision, Verdict

BY_TIME = "time"
"""Who let a reply be said to which nobody objected in time."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a reply that was to be said."""

    against: Reason | None
    """Why it is not said; None = it is."""
    by: str = ""
    """Who decided; empty when nobody was asked."""


@dataclass(slots=True)
class _Asked:
    turn_id: str
    answer: asyncio.Future[Decided]


class Approvals:
    """Used on the show's loop. `mode` and `wait` may change at any time: they count for turns that begin afterwards."""

    def __init__(self, mode: Approval, seconds: float, clock: Clock, board: Board, *, then_say: bool) -> None:
        """
        Args:
            seconds: how long a reply waits.
            then_say: what nobody has decided on by then is said, rather than dropped.
        """
        self._mode = mode
        self._seconds = seconds
        self._then_say = then_say
        self._clock = clock
        self._board = board
        self._asked: _Asked | None = None
        board.approval_mode(mode.value)

    @property
    def mode(self) -> Approval:
        return self._mode

    @mode.setter
    def mode(self, mode: Approval) -> None:
        self._mode = mode
        self._board.approval_mode(mode.value)

    def wait(self, seconds: float, *, then_say: bool) -> None:
        """How long a reply waits from now on, and what becomes of it then."""
        self._seconds, self._then_say = seconds, then_say

    def holds(self, turn: Turn) -> bool:
        """Nothing of this turn may be heard until all of it was judged. What a human typed needs no other human."""
        item = turn.cause.item
        return self._mode is not Approval.OFF and not (isinstance(item, ChannelEvent) and item.kind is EventKind.SAID)

    async def ask(self, turn: Turn, cleared: Sequence[ClearedClause], verdicts: Sequence[Verdict]) -> Decided:
        """Returns at once when nothing is doubtful and only that is asked about.

        Args:
            verdicts: of every clause of the reply, also of those that were not cleared.
        """
        doubts = doubts_in([turn.cause.verdict, *verdicts])
        if self._mode is not Approval.ALL and not doubts:
            return Decided(None)
        asked = self._asked = _Asked(turn.id, asyncio.get_running_loop().create_future())
        seconds, then_say = self._seconds, self._then_say
        self._board.approval(
            AwaitsApproval(
                turn=turn,
                lines=tuple(each.clause.text for each in cleared),
                doubts=doubts,
                until_ms=self._clock.wall_ms() + round(seconds * 1e3),
                then_say=then_say,
            )
        )
        try:
            async with asyncio.timeout(seconds):
                return await asked.answer
        except TimeoutError:
            return Decided(None, BY_TIME) if then_say else Decided(Reason.UNAPPROVED, BY_TIME)
        finally:
            if self._asked is asked:
                self.withdraw()

    def decide(self, turn_id: str, by: str, *, yes: bool) -> None:
        """
        Raises:
            OrderRefused: this reply does not wait any more.
        """
        asked = self._asked
        if asked is None or asked.turn_id != turn_id or asked.answer.done():
            raise OrderRefused("This reply does not wait for approval any more.")
        asked.answer.set_result(Decided(None if yes else Reason.REJECTED, by))
        self.withdraw()

    def withdraw(self) -> None:
        """Nothing waits any more: it was decided on, or its turn was cut."""
        if self._asked is not None:
            self._asked = None
            self._board.approval(None)


def doubts_in(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """What the gates found, each once: decision, category and rule, never the words."""
    found = [verdict for verdict in verdicts if verdict.decision is not Decision.ALLOW or verdict.category is not Category.NONE]
    told = (" ".join(filter(None, [each.decision.name.lower(), each.category.value, each.rule])) for each in found)
    return tuple(dict.fromkeys(told))
