"""One turn from thought to sound: think → clear → voice → mixer, each a step ahead of the next, all of it cut at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from ..clock import Clock
from ..errors import SidecastError, StageError, VoiceError
from ..flow.candidate import Reason
from ..flow.chat import ChannelEvent, EventKind
from ..flow.clause import Clause, ClearedClause
from ..flow.cue import Cue
from ..flow.line import LedgerLine, Outcome, Stages
from ..flow.mark import Audible, Cut, Finished
from ..flow.ports import Stage, Voice, Watcher
from ..flow.turn import Turn
from ..flow.utterance import Utterance
from ..flow.verdict import Verdict
from .approval import Decided
from .sounding import Sounding

log = logging.getLogger(__name__)

CLAUSES_AHEAD = 3
"""Cleared clauses that may wait for the voice: the gate runs ahead, but not endlessly."""
UTTERANCES_AHEAD = 2
"""Utterances that may lie in the mixer's ring: enough for no gap, few enough that a skip wastes little."""
MARK_GRACE_S = 5.0
"""After the sound's own length: how long to wait for a mark before the stage is taken for dead."""


class Mind(Protocol):
    """What a turn asks of the dialogue."""

    brain_name: str

    def reply(self, turn: Turn) -> AsyncIterator[Clause]: ...
    def deflection(self, turn: Turn, index: int) -> Clause: ...
    def closing(self, turn: Turn, index: int) -> Clause: ...


class Approver(Protocol):
    """Where replies wait for a human."""

    def holds(self, turn: Turn) -> bool:
        """Nothing of this turn may be heard until all of it was judged."""
        ...

    async def ask(self, turn: Turn, cleared: Sequence[ClearedClause], verdicts: Sequence[Verdict]) -> Decided: ...

    def withdraw(self) -> None:
        """Its turn was cut."""
        ...


class Gate(Protocol):
    """What a turn asks of the gate out."""

    async def listen(self, clause: Clause) -> None:
        """Comes before `clear`."""
        ...

    def clear(self, clause: Clause) -> tuple[ClearedClause | None, Verdict]: ...


class Performance:
    """Runs one turn. `cut` may come at any moment; the ledger line says what was heard up to then."""

    def __init__(
        self,
        turn: Turn,
        *,
        mind: Mind,
        gate: Gate,
        voice: Voice,
        stage: Stage,
        cues: Callable[[Utterance, int, bool], list[Cue]],
        watcher: Watcher,
        clock: Clock,
        numbers: Iterator[int],
        waiting: int = 0,
        approver: Approver | None = None,
    ) -> None:
        self.turn = turn
        self.cut_reason: Reason | None = None
        self._cause_gone = False
        self._words_gone = False
        self._mind = mind
        self._gate = gate
        self._voice = voice
        self._stage = stage
        self._cues = cues
        self._watcher = watcher
        self._clock = clock
        self._numbers = numbers
        self._waiting = waiting
        self._approver = approver if approver is not None and approver.holds(turn) else None
        self._held: list[ClearedClause] = []
        """What was cleared and waits until a human has seen all of it; empty where nobody is asked."""
        item = turn.cause.item
        self._own_words = isinstance(item, ChannelEvent) and item.kind is EventKind.SAID
        self._approved_by = ""
        self._human_asked = False
        self._epoch = stage.epoch()
        self._queue: asyncio.Queue[ClearedClause | None] = asyncio.Queue(CLAUSES_AHEAD)
        self._soundings: dict[int, Sounding] = {}
        self._verdicts: list[Verdict] = []
        self._cleared: list[str] = []
        self._stages = Stages(arrived_ns=turn.cause.item.arrived_ns, screened_ns=turn.cause.screened_ns, chosen_ns=turn.chosen_ns)
        self._work: asyncio.Task[None] | None = None

    @property
    def audible(self) -> bool:
        """True from the first sample that was heard."""
        return self._stages.audible_ns > 0

    async def run(self) -> LedgerLine:
        """Returns when the last sample was heard or the turn was cut. Does not raise: what failed is in the line."""
        self._work = asyncio.create_task(self._think_and_speak())
        if self.cut_reason is not None:
            self._work.cancel()
        await asyncio.wait({self._work})
        if not self._work.cancelled() and (error := self._work.exception()) is not None:
            self._report(error)
        await self._sound_ended()
        self._stamp(ended_ns=self._clock.now_ns())
        return self._line()

    def cut(self, reason: Reason) -> None:
        """End now. The caller has already silenced the stage."""
        self.cut_reason = self.cut_reason or reason
        if self._approver is not None:
            self._approver.withdraw()
        if self._work is not None:
            self._work.cancel()

    def take_back(self, reason: Reason, *, cause: bool) -> None:
        """As `cut`, and nothing of what was said is kept: it may quote what was removed.

        Args:
            cause: what it answers was removed; otherwise something that the brain was shown beside it.
        """
        self._words_gone = True
        self._cause_gone = self._cause_gone or cause
        self.cut(reason)

    def stage_gone(self) -> None:
        """No mark will come any more: what was told so far is all that is known."""
        self.cut(Reason.SHOW_ENDED)
        for sounding in self._soundings.values():
            sounding.ended.set()

    def mark(self, mark: Audible | Finished | Cut) -> None:
        sounding = self._soundings.get(mark.utterance)
        if sounding is None:
            return
        if isinstance(mark, Audible):
            if not self.audible:
                self._stamp(audible_ns=mark.at_ns)
            return
        sounding.heard_frames = mark.heard_frames if isinstance(mark, Cut) else sounding.frames
        sounding.ended.set()
        if isinstance(mark, Cut):
            self.cut(Reason.OVERRULED)

    async def _think_and_speak(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._think())
            group.create_task(self._speak())

    async def _think(self) -> None:
        try:
            async for clause in self._mind.reply(self.turn):
                self._stamp_once(first_clause_ns=self._clock.now_ns())
                if not await self._offer(clause):
                    if self._own_words:
                        # nobody asked the host for words of its own
                        break
                    ending = self._mind.closing if self._cleared else self._mind.deflection
                    await self._offer(ending(self.turn, clause.index + 1))
                    break
        except SidecastError as error:
            # what was already cleared is still said
            self._report(error)
        if self._approver is not None and self._held:
            await self._ask(self._approver)
        await self._queue.put(None)

    async def _ask(self, approver: Approver) -> None:
        """On to the voice with what was held, unless a human does not want it said."""
        decided = await approver.ask(self.turn, self._held, self._verdicts)
        self._human_asked = bool(decided.by)
        if decided.against is not None:
            self.cut_reason = self.cut_reason or decided.against
            return
        self._approved_by = decided.by
        for cleared in self._held:
            await self._queue.put(cleared)

    async def _offer(self, clause: Clause) -> bool:
        """To the gate, and on to the voice if it passes."""
        cleared = await self._clear(clause)
        if cleared is not None and self._approver is not None:
            self._held.append(cleared)
        elif cleared is not None:
            await self._queue.put(cleared)
        return cleared is not None

    async def _clear(self, clause: Clause) -> ClearedClause | None:
        await self._gate.listen(clause)
        cleared, verdict = self._gate.clear(clause)
        self._watcher.judged(self.turn, clause, verdict)
        self._verdicts.append(verdict)
        if cleared is not None:
            self._stamp_once(cleared_ns=self._clock.now_ns())
            self._cleared.append(cleared.spoken)
        return cleared

    async def _speak(self) -> None:
        while (cleared := await self._queue.get()) is not None:
            unsaid: ClearedClause | None = cleared
            while unsaid is not None:
                unsaid = await self._say(unsaid)

    async def _say(self, cleared: ClearedClause) -> ClearedClause | None:
        """Returns what is left of it when the voice broke off: another voice may say that."""
        utterance = await self._voice.synthesise(cleared)
        self._stamp_once(first_pcm_ns=self._clock.now_ns())
        await self._room_in_ring()
        number = next(self._numbers)
        sounding = self._soundings[number] = Sounding(utterance, utterance.frames, asyncio.Event())
        if not self._stage.play(utterance, number, self._epoch):
            del self._soundings[number]
            if self._stage.epoch() == self._epoch:
                raise StageError(f"The mixer's ring has no room for {utterance.seconds:.1f} s of speech.")
            self.cut(Reason.OVERRULED)
            return None
        for cue in self._cues(utterance, number, len(self._soundings) > 1):
            self._stage.send(cue)
        if utterance.rest is None:
            return None
        try:
            self._stage.go_on(utterance, number, self._epoch, await utterance.rest)
        except VoiceError as error:
            self._report(error)
            self._stage.go_on(utterance, number, self._epoch, b"")
            sounding.frames = len(utterance.pcm) // 2
            return await self._unsaid(sounding)
        return None

    async def _unsaid(self, sounding: Sounding) -> ClearedClause | None:
        clause, said = sounding.utterance.cleared.clause, sounding.words(sounding.frames)
        words = clause.words[said:]
        # without a word said there would be no end to it
        return await self._clear(replace(clause, words=words)) if said and any(word.spoken for word in words) else None

    async def _room_in_ring(self) -> None:
        sounding = [s for s in self._soundings.values() if not s.ended.is_set()]
        if len(sounding) >= UTTERANCES_AHEAD:
            await sounding[0].ended.wait()

    async def _sound_ended(self) -> None:
        for number, sounding in self._soundings.items():
            try:
                async with asyncio.timeout(sounding.utterance.seconds + MARK_GRACE_S):
                    await sounding.ended.wait()
            except TimeoutError:
                log.warning("turn %s: the stage never said what became of utterance %d", self.turn.id, number)

    def _report(self, error: BaseException) -> None:
        failures = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
        for failure in failures:
            if isinstance(failure, SidecastError):
                log.warning("turn %s: %s", self.turn.id, failure)
            else:
                log.error("turn %s failed", self.turn.id, exc_info=failure)

    def _stamp(self, **stamps: int) -> None:
        self._stages = replace(self._stages, **stamps)

    def _stamp_once(self, **stamps: int) -> None:
        self._stamp(**{name: at for name, at in stamps.items() if getattr(self._stages, name) == 0})

    def _line(self) -> LedgerLine:
        item = self.turn.cause.item
        heard = " ".join(filter(None, (s.heard_words() for s in self._soundings.values() if s.heard_frames > 0)))
        outcome = Outcome.SILENT if not heard else Outcome.CUT if self.cut_reason else Outcome.HEARD
        return LedgerLine(
            turn_id=self.turn.id,
            wall_ms=self._clock.wall_ms(),
            author_id=item.author.id if item.author else "",
            author_name=item.author.name if item.author else "",
            text="" if self._cause_gone else item.text,
            cause=item.kind.value if isinstance(item, ChannelEvent) else "message",
            score=self.turn.cause.score,
            parts=dict(self.turn.cause.parts),
            waiting=self._waiting,
            brain=self._mind.brain_name,
            voice=next(iter(self._soundings.values())).utterance.engine if self._soundings else "",
            verdicts=tuple(map(_told, self._verdicts)),
            cleared=() if self._words_gone else tuple(self._cleared),
            heard="" if self._words_gone else heard,
            outcome=outcome,
            reason=self._reason(outcome).value,
            # how long a human takes says nothing of how fast the host is
            was_free=self.turn.was_free and not self._human_asked,
            stages=self._stages,
            item_id=item.id,
            removed=self._cause_gone,
            asked_by=self.turn.cause.asked_by,
            asked_ns=self.turn.cause.asked_ns,
            approved_by=self._approved_by,
        )

    def _reason(self, outcome: Outcome) -> Reason:
        if self.cut_reason is not None:
            return self.cut_reason
        return Reason.FAILED if outcome is Outcome.SILENT else Reason.ANSWERED


def _told(verdict: Verdict) -> str:
    """For the ledger."""
    return " ".join(filter(None, [verdict.decision.name.lower(), verdict.category.value, verdict.rule]))
