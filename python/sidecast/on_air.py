"""The performance that is on: one at a time, seen on the stage, told its marks, and silenced at any moment."""

from __future__ import annotations

import asyncio
import itertools
import logging

from .clock import Clock
from .flow.candidate import Reason, fate_by
from .flow.chat import Removal
from .flow.clause import Mood
from .flow.cue import Caption, Card, Express, HostState
from .flow.line import LedgerLine
from .flow.mark import Audible, Cut, Finished
from .flow.turn import Turn
from .parts import Parts
from .performance import Performance
from .presence import Presence

log = logging.getLogger(__name__)

THINKING_SHOWN_AFTER_S = 0.15
"""A thought that is quicker than this needs no "thinking" on the stage."""
LAST_MARKS_WITHIN_S = 1.0
"""How long the end of the show waits for the stage to say what was heard."""


class OnAir:
    """All but `perform` may be called whether or not a performance is on."""

    def __init__(self, parts: Parts, presence: Presence, clock: Clock) -> None:
        self._parts = parts
        self._stage = parts.stage
        self._presence = presence
        self._clock = clock
        self._numbers = itertools.count(1)
        """Of the show's utterances."""
        self._performance: Performance | None = None

    async def perform(self, turn: Turn, waiting: int) -> LedgerLine:
        """From the card on the stage to the last mark.

        Args:
            waiting: how many others wait for an answer, for the ledger.
        """
        parts = self._parts
        self._performance = performance = Performance(
            turn,
            mind=parts.dialogue,
            gate=parts.gate_out,
            voice=parts.voice,
            stage=parts.stage,
            cues=parts.cues,
            watcher=parts.watcher,
            clock=self._clock,
            numbers=self._numbers,
            waiting=waiting,
        )
        self._stage.send(parts.card(turn))
        thinking = asyncio.create_task(self._show_thinking(performance))
        line = await performance.run()
        thinking.cancel()
        self._performance = None
        return line

    def clear(self) -> None:
        """Take away what the last turn has left on the stage."""
        self._stage.send(Caption(utterance=-1, turn_id="", words=()))
        self._stage.send(Card(turn_id=""))
        self._stage.send(Express(mood=Mood.NEUTRAL))
        self._presence.rest()

    def mark(self, mark: Audible | Finished | Cut) -> None:
        if self._performance is None:
            return
        self._performance.mark(mark)
        if isinstance(mark, Audible):
            self._presence.show(HostState.SPEAKING)

    def silence(self, reason: Reason) -> None:
        """The mixer is told to be silent and the turn is cut before this returns."""
        if self._performance is not None:
            self._stage.stop()
            self._performance.cut(reason)

    def remove(self, removal: Removal) -> str:
        """Silence what answers, or may quote, what was removed. Ask before the dialogue is told to forget it.

        Returns:
            Id of the turn that was cut, or empty.
        """
        performance = self._performance
        if performance is None:
            return ""
        cause = removal.reaches(performance.turn.cause.item)
        if not cause and not self._parts.dialogue.may_quote(performance.turn, removal):
            return ""
        self._stage.stop()
        performance.take_back(fate_by(removal), cause=cause)
        self._stage.send(Caption(utterance=-1, turn_id="", words=(), at_once=True))
        if cause:
            self._stage.send(Card(turn_id="", at_once=True))
        return performance.turn.id

    def stage_gone(self) -> None:
        if self._performance is not None:
            self._performance.stage_gone()

    async def over(self) -> None:
        """Returns when the performance that is on has ended, or when the stage has had its time to say so."""
        performance = self._performance
        try:
            async with asyncio.timeout(LAST_MARKS_WITHIN_S):
                while self._performance is performance is not None:
                    await self._clock.sleep(0.01)
        except TimeoutError:
            log.warning("the stage did not confirm the end of the last turn within %.0f s", LAST_MARKS_WITHIN_S)

    async def _show_thinking(self, performance: Performance) -> None:
        await self._clock.sleep(THINKING_SHOWN_AFTER_S)
        if not performance.audible:
            self._presence.show(HostState.THINKING)
