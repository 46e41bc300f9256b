"""The show: the way of a message from the chat to the avatar, and the orders that overrule it.

chat → safety → audience → dialogue → safety → speech → stage. Each step is one method here, in that order;
what a step does is in the room of its name.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .audience.turn_taking import Floor
from .audience.waiting import Audience
from .clock import Clock
from .dialogue.dialogue import Dialogue
from .flow.candidate import Candidate, Reason
from .flow.chat import ChannelEvent, ChatMessage, Incoming, Removal
from .flow.clause import Mood
from .flow.cue import Caption, Card, Cue, Express, HostState, Status
from .flow.mark import Audible, Cut, Finished, Hotkey, Mark, Ready
from .flow.order import Mute, Order, Skip, Stop
from .flow.ports import ChatSource, Stage, Understander, Voice, Watcher
from .flow.turn import Priority, Turn
from .flow.utterance import Utterance
from .flow.verdict import Verdict
from .performance import Performance
from .safety.gate_in import GateIn
from .safety.gate_out import GateOut

log = logging.getLogger(__name__)

BATCH = 256
"""Items that are screened and understood in one go when the chat runs faster than one at a time."""
STALE_CHECK_S = 1.0
THINKING_SHOWN_AFTER_S = 0.15
"""A thought that is quicker than this needs no "thinking" on the stage."""
WIND_DOWN_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a show is made of; `assemble.py` builds it from the settings, tests from fakes."""

    source: ChatSource
    gate_in: GateIn
    understander: Understander
    audience: Audience
    floor: Floor
    dialogue: Dialogue
    gate_out: GateOut
    voice: Voice
    stage: Stage
    cues: Callable[[Utterance, int, bool], list[Cue]]
    card: Callable[[Turn], Card]
    order_from: Callable[[ChatMessage], Order | None]
    watcher: Watcher
    new_turn_id: Callable[[], str]
    page_link: Callable[[], str]
    on_ready: Callable[[], float] = lambda: 0.0
    """Called once, when the picture stands; says how many seconds later the chat may begin."""
    intake_limit: int = 4096


class Show:
    """`run()` until `end()`. Everything happens in one event loop; nothing here blocks it."""

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self._parts = parts
        self._clock = clock
        self._watcher = parts.watcher
        self._floor = parts.floor
        self._intake: deque[ChatMessage | ChannelEvent] = deque()
        self._arrived = asyncio.Event()
        self._something_to_say = asyncio.Event()
        self._ready = asyncio.Event()
        self._ending = asyncio.Event()
        self._chat_over = False
        self._performance: Performance | None = None
        self._utterances = itertools.count(1)
        self._state = HostState.STARTING
        self._notes: dict[str, str] = {}

    async def run(self, seconds: float | None = None) -> None:
        """Until `end()`, the end of the chat, or `seconds` after the stage was ready."""
        async with asyncio.TaskGroup() as group:
            steps = (self._listen, self._hear, self._read, self._talk, self._grow_stale)
            running = [group.create_task(step(), name=step.__name__) for step in steps]
            if seconds is not None:
                running.append(group.create_task(self._end_after(seconds)))
            await self._ending.wait()
            await self._wind_down()
            for task in running:
                task.cancel()

    @property
    def waiting_to_be_read(self) -> int:
        return len(self._intake)

    @property
    def waiting_for_an_answer(self) -> int:
        return len(self._parts.audience)

    def end(self) -> None:
        """Ask the show to end; what is being said is cut."""
        self._ending.set()

    async def _end_after(self, seconds: float) -> None:
        await self._ready.wait()
        await self._clock.sleep(seconds)
        self.end()

    # ---- chat: what arrives -------------------------------------------------------------------------------------

    async def _hear(self) -> None:
        await self._ready.wait()
        await self._clock.sleep(self._parts.on_ready())
        self._state = HostState.LISTENING
        self._send_status(self._parts.page_link())
        async for item in self._parts.source.incoming():
            self.receive(item)
        self._chat_over = True
        self._something_to_say.set()

    def receive(self, item: Incoming) -> None:
        """One item of the chat. Removals and commands act at once; the rest waits, bounded, to be read."""
        self._watcher.heard(item)
        if isinstance(item, Removal):
            self._remove(item)
            return
        if isinstance(item, ChatMessage) and (order := self._parts.order_from(item)) is not None:
            self.order(order)
        if len(self._intake) >= self._parts.intake_limit:
            self._settle(item, Reason.OVERLOADED)
            return
        self._intake.append(item)
        self._arrived.set()

    def _remove(self, removal: Removal) -> None:
        kept: deque[ChatMessage | ChannelEvent] = deque()
        for item in self._intake:
            if removal.hits(item):
                self._settle(item, Reason.REMOVED)
            else:
                kept.append(item)
        self._intake = kept
        self._settle_all(self._parts.audience.remove(removal))
        if self._performance is not None and removal.hits(self._performance.turn.cause.item):
            self._silence(Reason.REMOVED)
        self._parts.dialogue.forget(removal)
        self._settle(removal, Reason.INFORMATION)

    # ---- safety and audience: what it means, and whether it waits for an answer ------------------------------------

    async def _read(self) -> None:
        while True:
            await self._arrived.wait()
            self._take([self._intake.popleft() for _ in range(min(BATCH, len(self._intake)))])
            if not self._intake:
                self._arrived.clear()
            await asyncio.sleep(0)

    def _take(self, batch: list[ChatMessage | ChannelEvent]) -> None:
        understood = self._parts.understander.understand(batch)
        for item, understanding in zip(batch, understood, strict=True):
            verdict = self._parts.gate_in.screen(item)
            if not self._floor.open:
                self._settle(item, Reason.MUTED, verdict)
                continue
            candidate = Candidate(item, verdict, understanding, screened_ns=self._clock.now_ns())
            self._settle_all(self._parts.audience.offer(candidate))
        self._something_to_say.set()

    async def _grow_stale(self) -> None:
        while True:
            await self._clock.sleep(STALE_CHECK_S)
            self._settle_all(self._parts.audience.expire(self._clock.now_ns()))
            self._something_to_say.set()

    # ---- dialogue, safety, speech, stage: one turn after another ------------------------------------------------

    async def _talk(self) -> None:
        while True:
            await self._clock.sleep(self._floor.wait_s(self._clock.now_ns()))
            candidate = self._parts.audience.choose(self._clock.now_ns()) if self._floor.open else None
            if candidate is not None:
                await self._perform(candidate)
            elif self._chat_over and not self._intake and not self._parts.audience.waiting():
                self.end()
                return
            else:
                self._something_to_say.clear()
                await self._something_to_say.wait()

    async def _perform(self, candidate: Candidate) -> None:
        turn = Turn(
            id=self._parts.new_turn_id(),
            cause=candidate,
            chosen_ns=self._clock.now_ns(),
            priority=Priority.HIGH if isinstance(candidate.item, ChannelEvent) else Priority.MEDIUM,
            was_free=candidate.item.arrived_ns >= self._floor.free_since_ns,
        )
        parts = self._parts
        waiting = parts.audience.waiting()
        self._floor.turn_started()
        self._watcher.chosen(turn, waiting)
        self._performance = Performance(
            turn,
            mind=parts.dialogue,
            gate=parts.gate_out,
            voice=parts.voice,
            stage=parts.stage,
            cues=parts.cues,
            watcher=self._watcher,
            clock=self._clock,
            numbers=self._utterances,
            waiting=len(waiting),
        )
        parts.stage.send(parts.card(turn))
        thinking = asyncio.create_task(self._show_thinking(self._performance))
        line = await self._performance.run()
        thinking.cancel()
        self._performance = None
        self._floor.turn_ended(self._clock.now_ns())
        if line.heard:
            parts.dialogue.heard(turn, line.heard)
            parts.audience.answered(line.author_id, self._clock.now_ns())
        reason = Reason(line.reason)
        self._settle(
            candidate.item, Reason.ANSWERED if line.heard and reason is not Reason.REMOVED else reason, candidate.verdict
        )
        self._watcher.ended(line)
        parts.stage.send(Caption(utterance=-1, turn_id="", words=()))
        parts.stage.send(Card(turn_id=""))
        parts.stage.send(Express(mood=Mood.NEUTRAL))
        self._show_state(self._resting_state())

    async def _show_thinking(self, performance: Performance) -> None:
        await self._clock.sleep(THINKING_SHOWN_AFTER_S)
        if not performance.audible:
            self._show_state(HostState.THINKING)

    # ---- marks: what was really heard ---------------------------------------------------------------------------

    async def _listen(self) -> None:
        async for mark in self._parts.stage.marks():
            self._watcher.marked(mark)
            self._note(mark)
        if self._performance is not None:
            self._performance.stage_gone()
        self.end()

    def _note(self, mark: Mark) -> None:
        match mark:
            case Ready():
                self._ready.set()
            case Audible() | Finished() | Cut():
                if self._performance is not None:
                    self._performance.mark(mark)
                    if isinstance(mark, Audible):
                        self._show_state(HostState.SPEAKING)
            case Hotkey():
                self._press(mark)

    def _press(self, hotkey: Hotkey) -> None:
        match hotkey.name:
            case "skip":
                self.order(Skip(by="hotkey", at_ns=hotkey.at_ns))
            case "mute":
                self.order(Mute(by="hotkey", at_ns=hotkey.at_ns, on=not self._floor.muted))
            case "stop":
                self.order(Stop(by="hotkey", at_ns=hotkey.at_ns, on=not self._floor.stopped))
            case "page":
                self._send_status(self._parts.page_link())
            case "quit":
                self.end()
            case _:
                log.warning("the stage sent a key that is not known here: %r", hotkey.name[:40])

    # ---- orders: what a human overrules ---------------------------------------------------------------------------

    def order(self, order: Order) -> None:
        """Acts before it returns: the mixer is told to be silent, the turn is cut."""
        log.info("%s by %s", type(order).__name__.lower(), order.by)
        match order:
            case Skip():
                self._silence(Reason.OVERRULED)
            case Mute(on=on):
                self._floor.muted = on
                if on:
                    self._silence(Reason.MUTED)
            case Stop(on=on):
                self._floor.stopped = on
                if on:
                    self._parts.stage.stop()
                    self._silence(Reason.OVERRULED)
                    self._settle_all(self._parts.audience.drain(Reason.OVERRULED))
        self._something_to_say.set()
        self._show_state(self._resting_state())

    def _silence(self, reason: Reason) -> None:
        if self._performance is not None:
            self._parts.stage.stop()
            self._performance.cut(reason)

    # ---- bookkeeping ----------------------------------------------------------------------------------------------

    def _settle(self, item: Incoming, reason: Reason, verdict: Verdict | None = None) -> None:
        self._watcher.settled(item, reason, verdict)

    def _settle_all(self, settled: Iterable[tuple[Candidate, Reason]]) -> None:
        for candidate, reason in settled:
            self._settle(candidate.item, reason, candidate.verdict)

    def _resting_state(self) -> str:
        if self._floor.stopped:
            return HostState.STOPPED
        return HostState.MUTED if self._floor.muted else HostState.LISTENING

    def _show_state(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self._send_status()

    def note(self, part: str, sentence: str) -> None:
        """A part is in trouble (or, with an empty sentence, well again): the stage shows the oldest trouble."""
        self._notes.pop(part, None)
        if sentence:
            self._notes[part] = sentence
        self._send_status()

    def _send_status(self, page: str = "") -> None:
        status = Status(state=self._state, note=next(iter(self._notes.values()), ""), page=page)
        self._parts.stage.send(status)
        self._watcher.status(status)

    async def _wind_down(self) -> None:
        """Cut what is being said, give its marks a moment, and account for everything that still waits."""
        self._silence(Reason.SHOW_ENDED)
        performance = self._performance
        try:
            async with asyncio.timeout(WIND_DOWN_S):
                while self._performance is performance is not None:
                    await self._clock.sleep(0.01)
        except TimeoutError:
            log.warning("the stage did not confirm the end of the last turn within %.0f s", WIND_DOWN_S)
        for item in self._intake:
            self._settle(item, Reason.SHOW_ENDED)
        self._intake.clear()
        self._settle_all(self._parts.audience.drain(Reason.SHOW_ENDED))
