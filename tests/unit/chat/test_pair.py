"""IRC and EventSub as one source, in virtual time: who is heard, who stands in, and who has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.source import ScriptedSource, deletes, says
from sidecast.chat.left_out import LeftOut
from sidecast.chat.pair import Hearing, OnNote, Pair
from sidecast.chat.twins import KEPT_S
from sidecast.clock import Clock
from sidecast.errors import SourceError
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Incoming
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

HI = says("hi Kit", who="bo")
CHEER = ChannelEvent(
    id="e-1",
    kind=EventKind.CHEER,
    arrived_ns=0,
    author=Author(id="id-ayla", name="ayla"),
    amount=100,
    raw_kind="channel.cheer",
)


@dataclass(frozen=True)
class Away:
    """From and to, in seconds; what is told meanwhile is lost."""

    since: float
    until: float


class Flaky(ScriptedSource):
    """A source that is away for a while, and says so."""

    def __init__(
        self, clock: Clock, script: Sequence[tuple[float, Incoming]], away: Sequence[Away], on_note: OnNote, linger_s: float
    ) -> None:
        super().__init__(clock, [each for each in script if not any(a.since <= each[0] < a.until for a in away)], linger_s)
        self._away = away
        self._on_note = on_note
        self.hears_chat = True

    async def incoming(self) -> AsyncIterator[Incoming]:
        notes = asyncio.create_task(self._come_and_go())
        try:
            async for item in super().incoming():
                yield item
        finally:
            notes.cancel()

    async def _come_and_go(self) -> None:
        start_ns = self._clock.now_ns()
        for away in self._away:
            for at, here in ((away.since, False), (away.until, True)):
                await self._clock.sleep(max(0.0, at - (self._clock.now_ns() - start_ns) / 1e9))
                self.hears_chat = here
                self._on_note("" if here else "It is away.")


@dataclass
class Heard:
    items: list[tuple[float, Incoming]]
    notes: list[tuple[float, str]]
    labels: list[str]
    pair: Pair


def hear(
    irc: Sequence[tuple[float, Incoming]],
    eventsub: Sequence[tuple[float, Incoming]],
    *,
    irc_away: Sequence[Away] = (),
    eventsub_away: Sequence[Away] = (),
    linger_s: float = 5.0,
) -> Heard:
    async def show() -> Heard:
        clock = loop_clock()
        notes: list[tuple[float, str]] = []
        labels: list[str] = []
        pair = Pair(
            "twitch:kit",
            {
                "EventSub": lambda on_note: Flaky(clock, eventsub, eventsub_away, on_note, linger_s),
                "IRC": lambda on_note: Flaky(clock, irc, irc_away, on_note, linger_s),
            },
            clock,
            lambda sentence: notes.append((clock.now_ns() / 1e9, sentence)),
            labels.append,
        )
        items = [(clock.now_ns() / 1e9, item) async for item in pair.incoming()]
        return Heard(items, notes, labels, pair)

    return run_virtual(show())


def told(heard: Heard) -> list[Incoming]:
    return [replace(item, arrived_ns=0) for _, item in heard.items]


def test_what_both_tell_comes_once_and_from_the_faster() -> None:
    heard = hear([(1.0, HI), (2.2, deletes(HI))], [(1.4, HI), (2.0, deletes(HI))])
    assert told(heard) == [HI, deletes(HI)]
    assert [at for at, _ in heard.items] == pytest.approx([1.0, 2.0], abs=0.01)
    assert heard.pair.left_out[LeftOut.TWICE] == 2
    assert heard.labels == ["EventSub and IRC"]


def test_one_stands_in_at_once_and_nothing_is_doubled_when_the_other_is_back() -> None:
    lines = [(float(second), says("hi", id=f"m-{second}")) for second in range(1, 30)]
    heard = hear(lines, lines, eventsub_away=[Away(9.5, 14.5)], irc_away=[Away(19.5, 24.5)])
    assert told(heard) == [item for _, item in lines]
    assert [at for at, _ in heard.items] == pytest.approx([at for at, _ in lines], abs=0.01)
    assert heard.labels == ["EventSub and IRC", "IRC", "EventSub and IRC", "EventSub", "EventSub and IRC"]
    assert [(at, note) for at, note in heard.notes if at < 25] == [
        (0.0, ""),
        (9.5, "It is away. Meanwhile the chat is heard over IRC."),
        (14.5, ""),
        (19.5, "It is away. Meanwhile the chat is heard over EventSub."),
        (24.5, ""),
    ]


def test_nobody_is_heard_while_both_are_away() -> None:
    heard = hear([(1.0, HI)], [], irc_away=[Away(0.5, 3.0)], eventsub_away=[Away(0.5, 4.0)])
    assert told(heard) == []
    assert "" in heard.labels
    assert next(note for _, note in heard.notes if note).startswith("It is away.")


def test_what_waits_for_its_twin_comes_in_time_though_nothing_else_does() -> None:
    heard = hear([], [(1.0, CHEER)], linger_s=20.0)
    assert told(heard) == [CHEER]
    assert [at for at, _ in heard.items] == pytest.approx([1.0 + KEPT_S], abs=0.01)


def test_what_waits_at_the_end_comes_before_it() -> None:
    assert told(hear([], [(1.0, CHEER)], linger_s=0.5)) == [CHEER]


class Broken:
    name = "broken"
    malformed = 3
    hears_chat = False

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def incoming(self) -> AsyncIterator[Incoming]:
        raise self._error
        yield HI


def beside(error: Exception, *others: tuple[float, Incoming]) -> tuple[list[Incoming], list[str], Pair]:
    async def show() -> tuple[list[Incoming], list[str], Pair]:
        clock, notes = loop_clock(), list[str]()
        makers: dict[str, Callable[[OnNote], Hearing]] = {
            "EventSub": lambda on_note: Broken(error),
            "IRC": lambda on_note: Flaky(clock, others, (), on_note, 1.0),
        }
        if not others:
            makers["IRC"] = lambda on_note: Broken(error)
        pair = Pair("twitch:kit", makers, clock, notes.append)
        return [replace(item, arrived_ns=0) async for item in pair.incoming()], notes, pair

    return run_virtual(show())


def test_a_source_that_is_over_is_said_and_the_other_goes_on() -> None:
    items, notes, pair = beside(SourceError("Nothing can be read there."), (1.0, HI))
    assert items == [HI]
    assert next(filter(None, notes)) == "Nothing can be read there. Meanwhile the chat is heard over IRC."
    assert pair.malformed == 3


def test_when_all_are_over_it_is_over() -> None:
    with pytest.raises(SourceError, match="Nothing can be read there"):
        beside(SourceError("Nothing can be read there."))


def test_what_a_source_should_not_raise_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        beside(ZeroDivisionError(), (1.0, HI))


SPANS = st.lists(st.tuples(st.floats(0, 30), st.floats(0, 10)), max_size=3)


@settings(max_examples=60, deadline=None)
@given(SPANS, SPANS, st.lists(st.floats(0, 30), max_size=20))
def test_with_any_outages_what_anybody_heard_comes_once(
    irc: list[tuple[float, float]], eventsub: list[tuple[float, float]], times: list[float]
) -> None:
    lines = [(at, says("hi", id=f"m-{number}")) for number, at in enumerate(sorted(times))]
    away = [sorted((Away(at, at + long) for at, long in spans), key=lambda each: each.since) for spans in (irc, eventsub)]
    heard = hear(lines, [(at + 0.3, item) for at, item in lines], irc_away=away[0], eventsub_away=away[1])
    expected = {
        item.id
        for at, item in lines
        if not any(each.since <= at < each.until for each in away[0])
        or not any(each.since <= at + 0.3 < each.until for each in away[1])
    }
    ids = [item.id for _, item in heard.items if isinstance(item, ChatMessage)]
    assert len(ids) == len(set(ids))
    assert set(ids) == expected
