"""An evening's figures: what the counter says is what the show told everybody else, to the message."""

from __future__ import annotations

from collections import Counter as Counted
from functools import cache

import pytest

from fakes.source import deletes, raid, says
from sidecast.clock import Clock
from sidecast.flow.candidate import Kind, Reason
from sidecast.flow.chat import ChatMessage, Incoming
from sidecast.flow.line import Outcome
from sidecast.ledger.streams.counter import Counter
from sidecast.ledger.streams.moment import Moment
from sidecast.ledger.streams.piece import Piece

from .evening import UNDERSTANDER, Evening

pytestmark = pytest.mark.show

QUESTIONS = [(1.0 + 2.0 * index, says(f"Kit, what is question number {index}?", who=f"viewer{index % 7}")) for index in range(90)]
OTHERS: list[tuple[float, Incoming]] = [
    (182.0, says("LUL LUL")),
    (182.1, says("!uptime")),
    (182.2, raid(12)),
    (182.3, deletes(says("x"))),
    (182.4, says("buy followers at cheap-viewers dot com now, best viewers best price", who="spam")),
]


class Played:
    def __init__(self) -> None:
        self._made: list[Counter] = []
        evening = Evening([*QUESTIONS, *OTHERS], also=[self._make], more=lambda _: {"understood": self._counter.understood})
        self.seen = evening.play()
        counter = self._counter
        counter.read_words()
        counter.end()
        self.pieces: list[Piece] = counter.take()
        self.moments: list[Moment] = [moment for piece in self.pieces for moment in piece.moments.values()]

    def _make(self, clock: Clock) -> Counter:
        self._made.append(Counter(clock, "script"))
        return self._made[0]

    @property
    def _counter(self) -> Counter:
        return self._made[0]

    def sum(self, name: str) -> int:
        return sum(getattr(moment, name) for moment in self.moments)


@cache
def played() -> Played:
    return Played()


def test_it_is_one_stream_of_several_minutes() -> None:
    (piece,) = played().pieces
    assert piece.over
    assert len(piece.moments) >= 4


def test_every_message_is_counted_with_its_reason() -> None:
    seen, messages = played().seen, [item for item in played().seen.received if isinstance(item, ChatMessage)]
    assert played().sum("messages") == len(messages)
    assert played().sum("understood") == len(messages)
    assert (played().sum("events"), played().sum("removals")) == (1, 1)
    reasons = Counted(reason.value for item, reason in seen.fates if isinstance(item, ChatMessage))
    told: Counted[str] = Counted()
    for moment in played().moments:
        told.update({name: count for (kind, name), count in moment.tallies.items() if kind == "reason"})
    assert told == reasons
    assert played().sum("answered") == reasons[Reason.ANSWERED] > 5


def test_who_wrote_is_told_once() -> None:
    chatters = [viewer for piece in played().pieces for viewer, _ in piece.chatters]
    assert sorted(chatters) == sorted({item.author.id for item in played().seen.received if isinstance(item, ChatMessage)})


def test_questions_and_sentiment_are_those_that_were_understood() -> None:
    messages = [item for item in played().seen.received if isinstance(item, ChatMessage)]
    understood = UNDERSTANDER.understand(messages)
    assert played().sum("questions") == sum(Kind.QUESTION in each.kinds for each in understood) >= len(QUESTIONS)
    assert played().sum("sentiment") == pytest.approx(sum(each.sentiment for each in understood))
    heard = [line for line in played().seen.lines if line.outcome is not Outcome.SILENT and line.cause == "message"]
    assert played().sum("questions_answered") == len(heard)


def test_every_turn_and_its_latency_is_there() -> None:
    lines = played().seen.lines
    assert played().sum("turns") == len(lines)
    assert played().sum("turns_heard") == sum(line.outcome is Outcome.HEARD for line in lines)
    latency: Counted[str] = Counted()
    for moment in played().moments:
        for (stage, _), count in moment.latency.items():
            latency[stage] += count
    heard = [line for line in lines if line.stages.audible_ns]
    assert latency["age"] == len(heard)
    assert latency["arrival_to_audible"] == latency["audible"] == sum(line.was_free for line in heard)


def test_verdicts_are_those_of_the_gates() -> None:
    seen, told = played().seen, Counted[str]()
    for moment in played().moments:
        for (kind, name), count in moment.tallies.items():
            if kind in ("in", "out"):
                told[f"{kind} {name.split()[0]}"] += count
    assert told["out allow"] == sum(verdict.passes for _, verdict in seen.verdicts)
    assert (
        told["in block"] + told["in hold"]
        == played().sum("in_stopped")
        == seen.reasons[Reason.BLOCKED] + seen.reasons[Reason.HELD]
    )
    assert seen.reasons[Reason.BLOCKED] + seen.reasons[Reason.HELD] >= 1
