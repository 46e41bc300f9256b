"""The rules as the show sees them: told what happens, they set their runs off beside it and never in its way."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from ..clock import Clock
from ..flow.candidate import TAKEN_AWAY, Candidate, Reason
from ..flow.chat import ChannelEvent, ChatMessage, Incoming, Removal
from ..flow.clause import Clause
from ..flow.cue import Status
from ..flow.line import LedgerLine
from ..flow.mark import Audible, Mark
from ..flow.moderation import Storm
from ..flow.obs import ObsEvent, ObsState
from ..flow.rule import RunLine
from ..flow.turn import Turn
from ..flow.verdict import Decision as GateDecision
from ..flow.verdict import Verdict
from . import telling
from .book import RuleFile
from .engine import Decision, Engine
from .happening import Happening, Situation, Voice, What
from .hour import Hour
from .ports import Actor, Judge, Speaks
from .run import Hands
from .runs import Runs

log = logging.getLogger(__name__)

TICK_S = 1.0
MOST_TOLD = 1024
"""Happenings that wait to be looked at; they wait for one turn of the loop."""
MOST_LINES = 200
SOUND_EVERY_NS = 1_000_000_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the rules are given of the show."""

    clock: Clock
    actor: Actor
    say: Speaks
    judge: Judge
    """Judges what is shown or written as both gates do: as the host's own words, and as a viewer's."""
    new_id: Callable[[], str]
    on_line: Callable[[RunLine], None]
    on_note: Callable[[str], None] = lambda _: None
    """One sentence when the file cannot be used, an empty one when it can again."""
    chance: Callable[[], float] = random.random
    local: Callable[[int], datetime] = lambda ms: datetime.fromtimestamp(ms / 1000).astimezone()


async def _in_thread(work: Callable[[], T]) -> T:
    return await asyncio.to_thread(work)


class Rules:
    """A `Watcher`. Nothing happens before `run`, and nothing after it has ended."""

    def __init__(
        self, path: Path, given: Given, *, off_loop: Callable[[Callable[[], bool]], Awaitable[bool]] = _in_thread
    ) -> None:
        """`off_loop`: where the file is read."""
        self.file = RuleFile(path)
        self._given = given
        self._clock = given.clock
        self._off_loop = off_loop
        self.engine = Engine((), chance=given.chance, local=given.local, now_ns=given.clock.now_ns())
        hands = Hands(actor=given.actor, say=given.say, judge=given.judge, clock=given.clock)
        self.runs = Runs(hands, new_id=given.new_id, on_line=self._ran)
        self.hour = Hour()
        self.situation = Situation()
        self.held = False
        """Nothing is set off; the test button works."""
        self.lines: deque[RunLine] = deque(maxlen=MOST_LINES)
        """Newest last."""
        self.ran: dict[str, tuple[int, int]] = {}
        """Rule → its runs since the start, and when the last was (Unix milliseconds)."""
        self.dropped = 0
        """Happenings since the start that nobody looked at because too many waited."""
        self._told: deque[Happening] = deque()
        self._work = asyncio.Event()
        self._storm = Storm()
        self._sounded: Counter[Voice] = Counter()
        self._running = False
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Until cancelled; then whatever runs is ended, and told so."""
        await self.look_at_file()
        self._running = True
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._decide(), name="rules")
                group.create_task(self._tick(), name="rules: clock")
        finally:
            self._running = False
            await self.runs.stop("The show ended.")

    async def look_at_file(self) -> bool:
        """True when something else stands in it than before."""
        async with self._looking:
            changed = await self._off_loop(self.file.look)
            if changed:
                self._adopt()
            return changed

    def hold(self, on: bool) -> None:
        """All rules off, or on again. What runs goes on to its end."""
        self.held = on

    def forget(self, viewer_id: str) -> None:
        """An erased viewer: nothing in memory names them any more."""
        self.engine.forget(viewer_id)
        self.hour.forget(viewer_id)
        self.lines = deque(
            (replace(line, viewer_id="") if line.viewer_id == viewer_id else line for line in self.lines), maxlen=MOST_LINES
        )

    # ---- what OBS and the storm desk tell ------------------------------------------------------------------------

    def obs(self, event: ObsEvent) -> None:
        if event.name == "CurrentProgramSceneChanged":
            # conditions see the scene that the event tells of, whoever was told of it first
            self.situation = replace(self.situation, scene=str(event.data.get("sceneName", "")))
        self._tell(telling.of_obs(event, self._clock.wall_ms()))

    def state(self, old: ObsState, new: ObsState) -> None:
        self.situation = replace(
            self.situation,
            obs=new.connected,
            scene=new.scene,
            streaming=new.streaming,
            recording=new.recording,
            streamer_speaks=new.streamer_speaks,
        )
        if old.streamer_speaks != new.streamer_speaks:
            self._sound(Voice.STREAMER)
        self._tell(telling.of_state(old, new, self._clock.now_ns(), self._clock.wall_ms()))

    def storm(self, storm: Storm) -> None:
        before, self._storm = self._storm, storm
        self.situation = replace(self.situation, storm=telling.storm_name(storm))
        found = telling.of_storm(before, storm, self._clock.now_ns(), self._clock.wall_ms())
        self._tell([found] if found else [])

    def mood(self, mood: str, held_by: str) -> None:
        """As `Board.mood`; `held_by` does not matter."""
        if mood != self.situation.mood:
            known, self.situation = self.situation.mood, replace(self.situation, mood=mood)
            # the first is how the avatar looks when the show begins
            self._tell([self._now(What.MOOD, mood)] if known else [])

    # ---- what the show tells ---------------------------------------------------------------------------------------

    def heard(self, item: Incoming) -> None:
        if isinstance(item, Removal):
            self._told = deque(each for each in self._told if not telling.is_taken(item, each))
            self.runs.remove(item)
            self.hour.remove(item)
        elif isinstance(item, ChatMessage):
            self._sound(Voice.CHAT)
            self._tell(telling.of_message(item, self._clock.wall_ms()))
        elif found := telling.of_event(item, self._clock.wall_ms()):
            self._tell([found])

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        """The host's own line, come back from the platform, sets nothing off; blocked and removed words are not shown."""
        if isinstance(item, ChatMessage | ChannelEvent) and item.id:
            if reason is Reason.OWN or reason in TAKEN_AWAY:
                self._told = deque(each for each in self._told if each.item_id != item.id)
            if verdict is not None and verdict.decision >= GateDecision.HOLD:
                self.runs.bar(item.id)

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        """A turn begins when it is heard."""

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        """What counts is what is heard."""

    def ended(self, line: LedgerLine) -> None:
        now_ns, now_ms = self._clock.now_ns(), self._clock.wall_ms()
        if said := telling.of_turn(line, now_ns, now_ms):
            self._tell([said])
        if self.situation.host_speaks:
            self.situation = replace(self.situation, host_speaks=False)
            self._sound(Voice.HOST)
            self._tell([self._now(What.SPEECH, "ends")])

    def status(self, status: Status) -> None:
        """Sets nothing off."""

    def marked(self, mark: Mark) -> None:
        if isinstance(mark, Audible) and not self.situation.host_speaks:
            self.situation = replace(self.situation, host_speaks=True)
            self._tell([self._now(What.SPEECH, "starts")])

    # ---- what becomes of it ----------------------------------------------------------------------------------------

    def _tell(self, happenings: Iterable[Happening]) -> None:
        for happening in happenings:
            if not self._running:
                return
            if len(self._told) >= MOST_TOLD:
                self.dropped += 1
                continue
            self._told.append(happening)
            self._work.set()

    async def _decide(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            while self._told:
                happening = self._told.popleft()
                if happening.what is not What.OBS_EVENT or self.engine.wants(happening):
                    self.hour.note(happening, self.situation)
                self._start_all(self.engine.tell(happening, self.situation) if not self.held else [])

    async def _tick(self) -> None:
        while True:
            await self._clock.sleep(TICK_S)
            await self.look_at_file()
            now = self.engine.tick(self._clock.now_ns(), self._clock.wall_ms(), self.situation)
            self._start_all(now if not self.held else [])

    def _start_all(self, decisions: Iterable[Decision]) -> None:
        for decision in decisions:
            if decision.runs and (why := self.runs.start(decision)):
                self.engine.pass_over(decision.rule, why)

    def _sound(self, voice: Voice) -> None:
        now_ns = self._clock.now_ns()
        if self._sounded[voice] and now_ns - self._sounded[voice] < SOUND_EVERY_NS:
            return
        self._sounded[voice] = now_ns
        happening = self._now(What.SOUND, voice.value)
        self.hour.note(happening, self.situation)
        self.engine.tell(happening, self.situation)

    def _now(self, what: What, name: str) -> Happening:
        return Happening(what=what, name=name, at_ns=self._clock.now_ns(), at_ms=self._clock.wall_ms())

    def _adopt(self) -> None:
        book = self.file.book
        names = {rule.name for rule in book.rules}
        self.ran = {name: ran for name, ran in self.ran.items() if name in names}
        self.engine.adopt(book.rules, self._clock.now_ns())
        if book.trouble:
            log.warning("%s", book.trouble)
        self._given.on_note(book.trouble)

    def _ran(self, line: RunLine) -> None:
        runs, _ = self.ran.get(line.rule, (0, 0))
        self.ran[line.rule] = (runs + 1, line.at_ms)
        self.lines.append(line)
        self._given.on_line(line)
