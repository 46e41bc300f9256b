"""Counts what happens on the message path, a few microseconds a message. What it counts is written with the ledger's lines."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from ...clock import Clock
from ...flow.budget import audible_ms, stage_times
from ...flow.candidate import Candidate, Kind, Reason
from ...flow.chat import ChannelEvent, ChatMessage, EventKind, Incoming, Removal, RemovalScope
from ...flow.clause import Clause
from ...flow.cue import Status
from ...flow.line import LedgerLine, Outcome
from ...flow.mark import Cut, FrameStats, Mark
from ...flow.turn import Turn
from ...flow.verdict import Decision, Verdict
from .buckets import bucket_of
from .load import Load
from .moment import Moment
from .piece import Happening, Piece, without
from .words import Words

MINUTE_MS = 60_000
MINUTES_HELD = 24 * 60
"""Minutes that wait while the database is away; the oldest go."""
PER_MINUTE = 50_000
"""Different chatters of one minute that are told apart."""
PER_STRETCH = 200_000
"""Chatters who are known to have been told to the store; it knows the others too, and is only told them again."""
HAPPENINGS_HELD = 2_000
MOST = 10**9
"""Of anything that a platform says there are."""
TURNS_HELD = 64
TOPICS_EVERY_MS = 60_000
UNMARKED = frozenset(
    {
        EventKind.UNKNOWN,
        EventKind.FOLLOW,
        EventKind.REDEMPTION,
        EventKind.SAID,
        EventKind.ANNOUNCEMENT,
        EventKind.NOTICE,
        EventKind.MODERATION,
    }
)
"""Too frequent or too vague for a mark in a chart; they are counted like all others."""


_REASONS = {reason: ("reason", reason.value) for reason in Reason}
_LET_IN = ("in", "allow none")


class Counter:
    """A `Watcher`. Also told what was understood of each message, the machine's load, and which source is read.

    Used on the loop's thread, but for `read_words`. `take` gives what came since; a piece that could not be written is
    kept by whoever took it and tried again: it is never merged, so that it is never written twice.
    """

    def __init__(self, clock: Clock, source: str, new_stretch: Callable[[], str] = lambda: secrets.token_hex(8)) -> None:
        self._clock = clock
        self._new_stretch = new_stretch
        self._over: list[Piece] = []
        self.uncounted_minutes = 0
        """Minutes lost since the start because the database was away for more than a day."""
        self._begin(source)

    def _begin(self, source: str) -> None:
        self._source = source
        self._stretch = self._new_stretch()
        self._number = 0
        self._begun_ms = self._until_ms = self._topics_ms = self._clock.wall_ms()
        self._moments: dict[int, Moment] = {}
        self._minute_ms = -1
        self._now = Moment()
        self._seen: set[int] = set()
        """Chatters of the minute `_seen_ms`, by the hash of their id."""
        self._seen_ms = -1
        self._told: set[int] = set()
        self._chatters: list[tuple[str, int]] = []
        self._happenings: list[Happening] = []
        self._asked: dict[str, None] = {}
        """Turns that answer a question."""
        self._words = Words()
        self._frames_before: tuple[int, int] | None = None

    # ---- what the writer asks -----------------------------------------------------------------------------------

    @property
    def empty(self) -> bool:
        return not (self._moments or self._over)

    def read_words(self) -> None:
        """Slow; on the ledger's thread, before `take`."""
        words = self._words
        words.read()
        if self._until_ms - self._topics_ms >= TOPICS_EVERY_MS:
            words.rank()

    def take(self) -> list[Piece]:
        """What came since, oldest first; nothing when nothing did."""
        pieces, self._over = self._over, []
        if self._moments:
            pieces.append(self._piece(over=False))
        return pieces

    def end(self) -> None:
        """The show ends."""
        if self._moments or self._number:
            self._over.append(self._piece(over=True))
        self._begin(self._source)

    def reads(self, source: str) -> None:
        """Another source is read from now on: another stream."""
        if source == self._source:
            return
        if self._moments or self._number:
            self._over.append(self._piece(over=True))
        self._begin(source)

    def forget(self, author_id: str) -> None:
        """This viewer is erased: what is not written of them never will be."""
        self._chatters = [each for each in self._chatters if each[0] != author_id]
        self._words.take_away(author_id)
        self._over = [without(piece, author_id) for piece in self._over]

    def _piece(self, *, over: bool) -> Piece:
        self._number += 1
        topics = None
        if over:
            self._words.read()
            self._words.rank()
        if over or self._until_ms - self._topics_ms >= TOPICS_EVERY_MS:
            topics, self._topics_ms = self._words.ranked, self._until_ms
        piece = Piece(
            stretch=self._stretch,
            number=self._number,
            source=self._source,
            begun_ms=self._begun_ms,
            until_ms=self._until_ms,
            over=over,
            moments=self._moments,
            chatters=tuple(self._chatters),
            happenings=tuple(self._happenings),
            topics=topics,
        )
        self._moments, self._chatters, self._happenings = {}, [], []
        self._minute_ms = -1
        return piece

    # ---- what the show tells ------------------------------------------------------------------------------------

    def heard(self, item: Incoming) -> None:
        now = self._moment()
        if isinstance(item, ChatMessage):
            now.messages += 1
            self._see(item.author.id, now)
        elif isinstance(item, ChannelEvent):
            now.events += 1
            now.tallies["event", item.kind.value] += 1
            if item.kind not in UNMARKED and len(self._happenings) < HAPPENINGS_HELD:
                self._happenings.append(Happening(self._until_ms, item.kind.value, min(item.amount, MOST)))
        else:
            now.removals += 1
            self._remove(item)

    def understood(self, candidate: Candidate) -> None:
        """A message was screened and understood, before it is decided whether it is answered."""
        item, understanding = candidate.item, candidate.understanding
        if not isinstance(item, ChatMessage):
            return
        now = self._moment()
        now.understood += 1
        now.sentiment += understanding.sentiment
        now.energy += understanding.energy
        if Kind.QUESTION in understanding.kinds:
            now.questions += 1
        if candidate.verdict.passes and understanding.subject:
            self._words.put(understanding.subject, item.author.id, item.author.name)

    def settled(self, item: Incoming, reason: Reason, verdict: Verdict | None) -> None:
        now = self._moment()
        if isinstance(item, ChatMessage):
            now.tallies[_REASONS[reason]] += 1
            if reason is Reason.ANSWERED:
                now.answered += 1
        if verdict is not None:
            if verdict.decision is Decision.ALLOW:
                now.tallies[_LET_IN] += 1
            else:
                now.tallies["in", _words_of(verdict)] += 1
                now.in_stopped += 1

    def chosen(self, turn: Turn, waiting: Sequence[Candidate]) -> None:
        self._moment().most("waiting_most", len(waiting))
        if isinstance(turn.cause.item, ChatMessage) and Kind.QUESTION in turn.cause.understanding.kinds:
            self._asked[turn.id] = None
            if len(self._asked) > TURNS_HELD:
                del self._asked[next(iter(self._asked))]

    def judged(self, turn: Turn, clause: Clause, verdict: Verdict) -> None:
        now = self._moment()
        now.tallies["out", _words_of(verdict)] += 1
        now.out_stopped += not verdict.passes

    def ended(self, line: LedgerLine) -> None:
        now = self._moment()
        now.turns += 1
        now.turns_heard += line.outcome is Outcome.HEARD
        now.turns_cut += line.outcome is Outcome.CUT
        asked = line.turn_id in self._asked
        self._asked.pop(line.turn_id, None)
        age_ms = audible_ms(line.stages)
        if age_ms is not None:
            now.questions_answered += asked
            now.latency["age", bucket_of(age_ms)] += 1
        if not line.was_free:
            return
        if age_ms is not None:
            now.latency["arrival_to_audible", bucket_of(age_ms)] += 1
        for stage, ms in stage_times(line.stages).items():
            now.latency[stage, bucket_of(ms)] += 1

    def status(self, status: Status) -> None:
        """Not counted."""

    def marked(self, mark: Mark) -> None:
        if isinstance(mark, Cut) and mark.asked_ns > 0:
            self._moment().latency["stop", bucket_of((mark.at_ns - mark.asked_ns) / 1e6)] += 1
        elif isinstance(mark, FrameStats):
            now = self._moment()
            now.pictures += 1
            now.fps += mark.fps
            now.least("fps_least", mark.fps)
            now.most("frame_ms_most", mark.frame_ms_p99)
            before, self._frames_before = self._frames_before, (mark.underruns, mark.dropped)
            if before is not None:
                now.underruns += max(0, mark.underruns - before[0])
                now.dropped += max(0, mark.dropped - before[1])

    def sampled(self, load: Load) -> None:
        """How busy the machine is; also the sign that the show runs though nobody writes."""
        now = self._moment()
        now.samples += 1
        now.cpu += load.cpu_percent
        now.most("cpu_most", load.cpu_percent)
        now.machine += load.machine_percent
        now.most("memory_mb_most", load.memory_mb)
        now.most("lag_ms_most", load.lag_ms)
        now.most("intake_most", load.intake)
        now.most("backlog_most", load.backlog)

    # ---- how ------------------------------------------------------------------------------------------------------

    def _moment(self) -> Moment:
        """This minute's."""
        self._until_ms = now_ms = self._clock.wall_ms()
        minute_ms = now_ms - now_ms % MINUTE_MS
        if minute_ms == self._minute_ms:
            return self._now
        known = self._moments.get(minute_ms)
        if known is None:
            if len(self._moments) >= MINUTES_HELD:
                del self._moments[next(iter(self._moments))]
                self.uncounted_minutes += 1
            known = self._moments[minute_ms] = Moment()
        if minute_ms != self._seen_ms:
            self._seen_ms = minute_ms
            self._seen.clear()
        self._minute_ms, self._now = minute_ms, known
        return known

    def _see(self, author_id: str, now: Moment) -> None:
        marked = hash(author_id)
        if marked in self._seen:
            return
        if len(self._seen) >= PER_MINUTE:
            return
        self._seen.add(marked)
        now.chatters += 1
        now.most("chatters_most", len(self._seen))
        if marked in self._told:
            return
        if len(self._told) < PER_STRETCH:
            self._told.add(marked)
        if len(self._chatters) < PER_STRETCH:
            self._chatters.append((author_id, self._minute_ms))

    def _remove(self, removal: Removal) -> None:
        if removal.scope is RemovalScope.CHAT:
            self._words.take_away(None)
        elif removal.author_id:
            self._words.take_away(removal.author_id)


def _words_of(verdict: Verdict) -> str:
    """As it is tallied; what is let through has no category."""
    if verdict.decision is Decision.ALLOW:
        return _LET_IN[1]
    return f"{verdict.decision.name.lower()} {verdict.category.value}"
