"""The show: the way of a message from the chat to the avatar, and the orders that overrule it.

chat → safety → audience → dialogue → safety → speech → stage. Each step is one method here, in that order;
what a step does is in the room of its name. Beside this file: what has arrived waits in `intake`, one turn from thought to
sound is a `performance`, the one that is on is `on_air`, orders `overrule` it, and what is said of the host is its `presence`.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from ..clock import Clock
from ..errors import OrderRefused
from ..flow.board import Queued
from ..flow.candidate import TAKEN_AWAY, Candidate, Reason
from ..flow.chat import ChannelEvent, ChatMessage, Incoming, Removal, RemovalScope, left_alone
from ..flow.line import LedgerLine, Outcome
from ..flow.mark import Audible, ChannelAsked, Cut, Finished, Hotkey, Mark, Ready, StopKeyStands
from ..flow.order import Answer, Order, Say
from ..flow.turn import Priority, Turn
from ..flow.verdict import Decision, Verdict
from .approval import Approvals
from .channels import Channels
from .intake import Intake
from .on_air import OnAir
from .overrule import Overrule, order_of
from .own_lines import OwnLines
from .parts import Parts
from .presence import Presence
from .removed import Removed
from .watching import Boarded, settle_all

log = logging.getLogger(__name__)

STALE_CHECK_S = 1.0
QUEUE_SEEN_EVERY_S = 0.5
MAX_TYPED = 200
"""Characters of a channel's name or address."""


class Show:
    """`run()` until `end()`. Everything happens in one event loop; nothing here blocks it."""

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self._parts = parts
        self._clock = clock
        self._watcher = parts.watcher
        self._floor = parts.floor
        self._intake = Intake(parts.intake_limit, parts.watcher)
        self._presence = Presence(parts)
        self._board = Boarded(parts.board)
        self.approvals = Approvals(parts.approval, parts.approval_s, clock, self._board, then_say=parts.approval_then_say)
        self._on_air = OnAir(parts, self._presence, self.approvals, self._board, clock)
        self._own_lines = OwnLines(parts, clock)
        self._overrule = Overrule(
            parts, clock, self._presence, on_air=self._on_air, own_lines=self._own_lines, approvals=self.approvals
        )
        self._removed = Removed()
        self._channels = Channels(parts, self.receive)
        self._something_to_say = asyncio.Event()
        self._hurry = asyncio.Event()
        self._waited = False
        """What is said next had to wait for the streamer."""
        self._seen_ns, self._unseen = -(10**18), False
        """When the board last looked at the queue, and whether it has changed since."""
        self._ready = asyncio.Event()
        self._ending = asyncio.Event()
        self._chat_over = False

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

    def end(self) -> None:
        """Ask the show to end; what is being said is cut."""
        self._ending.set()

    def order(self, order: Order) -> str:
        """Acts before it returns: the mixer is told to be silent, the turn is cut, the queue is as it was wished.

        Returns what whoever gave it should know of how it is done, in a sentence; mostly nothing.

        Raises:
            OrderRefused: it cannot be obeyed as things are, and nothing has changed. Never for silence.
        """
        try:
            told = self._overrule.order(order)
        except OrderRefused as refusal:
            self._parts.ordered(order, str(refusal))
            raise
        if isinstance(order, Answer | Say) and (not self._floor.speaking or getattr(order, "cut", False)):
            self._floor.hurry(self._clock.now_ns())
            self._hurry.set()
        self._look_at_queue()
        self._something_to_say.set()
        self._parts.ordered(order, "")
        return told

    def streamer_changed(self) -> None:
        """They have begun to speak, or ended: whoever waits for them looks again."""
        self._hurry.set()

    def note(self, part: str, sentence: str) -> None:
        """A part is in trouble (or, with an empty sentence, well again): the stage shows the oldest trouble."""
        if part != "chat" or not self._channels.note(sentence):
            self._presence.note(part, sentence)

    def change_channel(self, name: str) -> None:
        """Read another channel's chat (empty: the demo). Nothing of the old one is answered any more.

        Raises:
            SettingsError: there can be no such channel.
        """
        self._channels.change(name)
        self._presence.note("chat", "")
        self._on_air.silence(Reason.CHANNEL_LEFT)
        self._intake.drain(Reason.CHANNEL_LEFT)
        settle_all(self._watcher, self._own_lines.drain(Reason.CHANNEL_LEFT))
        settle_all(self._watcher, self._parts.audience.drain(Reason.CHANNEL_LEFT))
        self._parts.audience.forget_all()
        self._look_at_queue()
        self._parts.dialogue.forget(Removal(scope=RemovalScope.CHAT, arrived_ns=self._clock.now_ns()))

    @property
    def waiting_to_be_read(self) -> int:
        return len(self._intake)

    @property
    def waiting_for_an_answer(self) -> int:
        return len(self._parts.audience)

    # ---- chat: what arrives -------------------------------------------------------------------------------------

    async def _hear(self) -> None:
        await self._ready.wait()
        await self._clock.sleep(self._parts.on_ready())
        self._presence.listen(self._parts.page_link())
        await self._channels.read()
        self._chat_over = True
        self._something_to_say.set()

    def receive(self, item: Incoming) -> None:
        """One item of the chat. Removals and commands act at once; the rest waits, bounded, to be read."""
        if isinstance(item, Removal):
            self._remove(item)
            return
        if removed := self._removed.takes(item):
            item = removed
        alone = item.author is not None and self._parts.opted_out(item.author.id)
        told = left_alone(item) if alone else item
        self._watcher.heard(told)
        if removed:
            self._watcher.settled(told, Reason.REMOVED, None)
            return
        if isinstance(item, ChatMessage) and self._parts.own(item):
            self._watcher.settled(told, Reason.OWN, None)
            return
        if isinstance(item, ChatMessage) and (order := self._parts.order_from(item)) is not None:
            self.order(order)
        if alone:
            self._watcher.settled(told, Reason.OPTED_OUT, None)
            return
        self._intake.put(item)

    def release(self, item: ChatMessage) -> None:
        """What the gate held comes again, as if it had just been written; the gate must know that it may pass."""
        self.receive(replace(item, arrived_ns=self._clock.now_ns()))

    def recheck(self) -> None:
        """Policy or care have changed: whoever waits and would not be let in now does not wait any longer."""
        settle_all(self._watcher, self._parts.audience.recheck(self._refused_now))
        self._look_at_queue()
        self._something_to_say.set()

    def _refused_now(self, candidate: Candidate) -> tuple[Candidate, Reason] | None:
        verdict = self._parts.gate_in.screen(candidate.item)
        if verdict.decision >= Decision.HOLD:
            return _refused(candidate, verdict)
        return None if self._parts.admits(candidate) else (candidate, Reason.CAREFUL)

    def _remove(self, removal: Removal) -> None:
        """Silence first; then everybody who holds its words lets go of them before this returns."""
        removal = self._removed.note(removal)
        removal = replace(removal, cut=self._on_air.remove(removal))
        self._parts.dialogue.forget(removal)
        self._watcher.heard(removal)
        self._intake.remove(removal)
        settle_all(self._watcher, self._parts.audience.remove(removal))
        self._look_at_queue()
        self._watcher.settled(removal, Reason.INFORMATION, None)

    # ---- safety and audience: what it means, and whether it waits for an answer ------------------------------------

    async def _read(self) -> None:
        async for batch in self._intake.batches():
            understood = self._parts.understander.understand(batch)
            for item, understanding in zip(batch, understood, strict=True):
                verdict = self._parts.gate_in.screen(item)
                candidate = Candidate(item, verdict, understanding, screened_ns=self._clock.now_ns())
                self._parts.understood(candidate)
                if not self._floor.open:
                    self._parts.audience.remember(candidate)
                    self._watcher.settled(item, Reason.MUTED, verdict)
                    continue
                if verdict.decision < Decision.HOLD and not self._parts.admits(candidate):
                    self._parts.audience.remember(candidate)
                    self._watcher.settled(item, Reason.CAREFUL, verdict)
                    continue
                settle_all(self._watcher, self._parts.audience.offer(candidate))
            self._look_at_queue(soon=True)
            self._something_to_say.set()

    async def _grow_stale(self) -> None:
        while True:
            await self._clock.sleep(STALE_CHECK_S)
            now_ns = self._clock.now_ns()
            late = [*self._own_lines.expire(now_ns), *self._parts.audience.expire(now_ns)]
            settle_all(self._watcher, late)
            if late or self._unseen:
                self._look_at_queue()
            self._something_to_say.set()

    # ---- dialogue, safety, speech, stage: one turn after another ------------------------------------------------

    async def _talk(self) -> None:
        while True:
            await self._pause()
            # what still waits when the show ends gets its reason from there
            candidate = self._next() if self._floor.open and not self._ending.is_set() else None
            if candidate is not None:
                await self._perform(candidate)
            elif self._chat_over and not (self._intake or self._own_lines or self._parts.audience):
                self.end()
                return
            else:
                self._something_to_say.clear()
                await self._something_to_say.wait()

    async def _pause(self) -> None:
        """Until the host may begin: the quiet time between two turns, and the streamer's own words. An order to speak ends it."""
        while (wait_s := self._floor.wait_s(self._clock.now_ns()) or self._wait_for_streamer_s()) > 0:
            self._hurry.clear()
            try:
                async with asyncio.timeout(wait_s):
                    await self._hurry.wait()
            except TimeoutError:
                continue

    def _wait_for_streamer_s(self) -> float:
        manners = self._parts.manners
        if manners is None:
            return 0.0
        waiting = self._parts.audience.waiting() if self._floor.open and not self._ending.is_set() else []
        if not waiting or self._own_lines or any(each.asked_by for each in waiting):
            manners.gave_up()
            wait_s = 0.0
        else:
            wait_s = manners.wait_s(self._clock.now_ns())
        self._waited = wait_s > 0 or (self._waited and bool(waiting))
        return wait_s

    def _next(self) -> Candidate | None:
        """A line of the streamer's own, or the best of those that wait."""
        chosen = self._own_lines.next() or self._choose()
        if chosen is not None:
            self._look_at_queue()
        return chosen

    def _choose(self) -> Candidate | None:
        """Of those that may still be answered after a closer look, or that a human has asked for."""
        while (chosen := self._parts.audience.choose(self._clock.now_ns())) is not None:
            verdict = self._parts.gate_in.screen(chosen.item, closely=not chosen.asked_by)
            if verdict.decision < Decision.HOLD:
                return chosen
            settle_all(self._watcher, [_refused(chosen, verdict)])
        return None

    def _look_at_queue(self, *, soon: bool = False) -> None:
        """`soon`: a fast chat changes it more often than anybody can see; within a second is soon enough for that."""
        now_ns = self._clock.now_ns()
        if soon and now_ns - self._seen_ns < QUEUE_SEEN_EVERY_S * 1e9:
            self._unseen = True
            return
        self._seen_ns, self._unseen = now_ns, False
        self._board.queue(self._queue)

    def _queue(self) -> list[Queued]:
        return [*self._own_lines, *self._parts.audience.queue(self._clock.now_ns())]

    async def _perform(self, candidate: Candidate) -> None:
        """Answers it. Thought anew when a removal took what the brain had been shown beside it, and nothing was heard yet."""
        while True:
            line = await self._take_turn(candidate)
            reason, heard = Reason(line.reason), line.outcome is not Outcome.SILENT
            if heard or line.removed or reason not in TAKEN_AWAY:
                break
            if not self._floor.open or self._ending.is_set():
                reason = Reason.SHOW_ENDED if self._ending.is_set() else Reason.OVERRULED
                break
        if heard:
            self._parts.audience.answered(line.author_id, self._clock.now_ns())
            if not line.removed or reason not in TAKEN_AWAY:
                reason = Reason.ANSWERED
        if not candidate.recalled:
            self._watcher.settled(candidate.item, reason, candidate.verdict)

    async def _take_turn(self, candidate: Candidate) -> LedgerLine:
        turn = Turn(
            id=self._parts.new_turn_id(),
            cause=candidate,
            chosen_ns=self._clock.now_ns(),
            priority=Priority.HIGH if isinstance(candidate.item, ChannelEvent) else Priority.MEDIUM,
            # what a human asked for has waited for the human
            was_free=not (candidate.asked_by or self._waited) and candidate.item.arrived_ns >= self._floor.free_since_ns,
        )
        parts = self._parts
        waiting = parts.audience.waiting()
        self._floor.turn_started()
        self._waited = False
        if parts.manners is not None and (noted := parts.manners.began(turn.chosen_ns)):
            log.info("%s", noted)
        self._watcher.chosen(turn, waiting)
        line = await self._on_air.perform(turn, len(waiting))
        self._floor.turn_ended(self._clock.now_ns())
        if line.heard and line.reason != Reason.CHANNEL_LEFT:
            parts.dialogue.heard(turn, line.heard)
        self._watcher.ended(line)
        self._on_air.clear()
        return line

    # ---- marks: what was really heard ---------------------------------------------------------------------------

    async def _listen(self) -> None:
        async for mark in self._parts.stage.marks():
            self._watcher.marked(mark)
            self._note(mark)
        self._on_air.stage_gone()
        self.end()

    def _note(self, mark: Mark) -> None:
        match mark:
            case Ready():
                self._ready.set()
            case Audible() | Finished() | Cut():
                self._on_air.mark(mark)
            case ChannelAsked(name=name):
                self._channels.asked(name[:MAX_TYPED], self.change_channel)
            case StopKeyStands():
                self._parts.key_stands(mark)
            case Hotkey(name="page"):
                self._presence.tell(self._parts.page_link())
            case Hotkey(name="quit"):
                self.end()
            case Hotkey():
                self._press(mark)

    def _press(self, hotkey: Hotkey) -> None:
        order = order_of(hotkey, self._floor)
        if order is None:
            log.warning("the stage sent a key that is not known here: %r", hotkey.name[:40])
        else:
            self.order(order)

    # ---- the end --------------------------------------------------------------------------------------------------

    async def _end_after(self, seconds: float) -> None:
        await self._ready.wait()
        await self._clock.sleep(seconds)
        self.end()

    async def _wind_down(self) -> None:
        """Cut what is being said, give its marks a moment, and account for everything that still waits."""
        self._on_air.silence(Reason.SHOW_ENDED)
        await self._on_air.over()
        self._intake.drain(Reason.SHOW_ENDED)
        settle_all(self._watcher, self._own_lines.drain(Reason.SHOW_ENDED))
        settle_all(self._watcher, self._parts.audience.drain(Reason.SHOW_ENDED))


def _refused(candidate: Candidate, verdict: Verdict) -> tuple[Candidate, Reason]:
    return replace(candidate, verdict=verdict), Reason.BLOCKED if verdict.decision is Decision.BLOCK else Reason.HELD
