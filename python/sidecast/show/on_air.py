"""The performance that is on: one at a time, seen on the stage, told its marks, and silenced at any moment."""

from __future__ import annotations

import asyncio
import itertools
import logging
from dataclasses import replace

from ..clock import Clock
from ..flow.candidate import Reason, fate_by
from ..flow.chat import ChannelEvent, EventKind, Removal
from ..flow.clause import Mood
from ..flow.cue import Caption, Card, Cue, Express, HostState
from ..flow.line import LedgerLine
from ..flow.mark import Audible, Cut, Finished
from ..flow.ports import Board
from ..flow.turn import Turn
from ..flow.utterance import Utterance
from .approval import Approvals
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

    def __init__(self, parts: Parts, presence: Presence, approvals: Approvals, board: Board, clock: Clock) -> None:
        self._parts = parts
        self._approvals = approvals
        self._board = board
        self._stage = parts.stage
        self._presence = presence
        self._clock = clock
        self._numbers = itertools.count(1)
        """Of the show's utterances."""
        self._performance: Performance | None = None
        self._moods: dict[int, str] = {}
        """By the number of the turn's utterances."""
        self._mood = Mood.NEUTRAL
        self._held_mood = ("", "")
        """What is shown whatever is said, and who wants that; or empty."""
        board.mood(Mood.NEUTRAL, "")

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
            cues=self._cues,
            watcher=parts.watcher,
            clock=self._clock,
            numbers=self._numbers,
            waiting=waiting,
            approver=self._approvals,
        )
        item = turn.cause.item
        if not (isinstance(item, ChannelEvent) and item.kind is EventKind.SAID):
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
        self._moods.clear()
        self._show_mood(Mood.NEUTRAL)
        self._presence.rest()

    def hold_mood(self, mood: str, by: str) -> None:
        """Shown whatever is said, until it is given back with an empty one."""
        self._held_mood = (mood, by if mood else "")
        self._show_mood(self._mood)

    def answers(self, item_id: str) -> bool:
        """True while this item is being answered."""
        return self._performance is not None and item_id != "" and self._performance.turn.cause.item.id == item_id

    def mark(self, mark: Audible | Finished | Cut) -> None:
        if self._performance is None:
            return
        self._performance.mark(mark)
        if isinstance(mark, Audible):
            self._presence.show(HostState.SPEAKING)
            if mark.utterance in self._moods:
                self._mood = self._moods.pop(mark.utterance)
                self._tell_mood()

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

    def _cues(self, utterance: Utterance, number: int, more: bool) -> list[Cue]:
        """As the parts make them, except that a mood that somebody holds goes before what the words ask for."""
        cues = self._parts.cues(utterance, number, more)
        held, _ = self._held_mood
        for cue in cues:
            if isinstance(cue, Caption):
                self._board.caption(cue)
            elif isinstance(cue, Express):
                self._moods[number] = cue.mood
        return [replace(cue, mood=held) if held and isinstance(cue, Express) else cue for cue in cues]

    def _show_mood(self, mood: str) -> None:
        self._mood = mood
        self._stage.send(Express(mood=self._held_mood[0] or mood))
        self._tell_mood()

    def _tell_mood(self) -> None:
        held, by = self._held_mood
        self._board.mood(held or self._mood, by)
