"""Asking the voice, and what the gate out makes of its answer, in virtual time, with made-up words for forbidden ones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import pytest

from fakes.voice import FakeVoice
from sidecast.flow.clause import Clause, Word
from sidecast.flow.policy import Policy
from sidecast.flow.verdict import Category, Decision
from sidecast.safety.compiled import Compiled
from sidecast.safety.gate_out import GateOut
from sidecast.safety.hearing import ear as module
from sidecast.safety.hearing.ear import MOST_ASKED, PATIENCE_LATER_S, PATIENCE_S, Ear, forbidden_words
from sidecast.safety.holder import PolicyHolder
from sidecast.safety.rules import shipped_rules
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

BLOCK = ("glozzert", "mepplin")
"""Forbidden by the streamer: no rule and no person knows these."""


@dataclass
class Room:
    ear: Ear
    gate: GateOut
    holder: PolicyHolder
    voice: FakeVoice
    """The one that speaks; another one may be put in its place."""


def clause(text: str, index: int = 0, turn: str = "t") -> Clause:
    return Clause(turn_id=turn, index=index, words=tuple(Word(word, word) for word in text.split()))


def play(
    act: Callable[[Room], Awaitable[None]],
    delays_s: Iterable[float | None] = (0.001,),
) -> Room:
    """`act` once every forbidden word is known, when the voice ever answers."""

    async def whole() -> Room:
        clock = loop_clock()
        holder = PolicyHolder(Compiled(Policy(block=BLOCK), ()))
        voice = FakeVoice(clock, delays_s)
        ear = Ear(lambda: room.voice, holder, clock)
        room = Room(ear, GateOut(holder, ear=ear), holder, voice)
        running = asyncio.create_task(ear.run())
        if delays_s == (0.001,):
            await ear.prepared()
        await act(room)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        return room

    return run_virtual(whole())


async def judged(room: Room, text: str, index: int = 0, turn: str = "t") -> tuple[bool, str]:
    await room.gate.listen(clause(text, index, turn))
    cleared, verdict = room.gate.clear(clause(text, index, turn))
    return cleared is not None, verdict.rule


@pytest.fixture(autouse=True)
def few_usual_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "USUAL", 64)


def test_what_is_said_like_a_forbidden_word_is_refused_and_the_rule_says_how() -> None:
    async def act(room: Room) -> None:
        assert await judged(room, "what a lovely mepplonk tree") == (True, "")
        room.voice.pronounced.clear()
        assert await judged(room, "what a lovely mepplen tree") == (False, "sound.own.block")
        cleared, verdict = room.gate.clear(clause("what a lovely mepplen tree"))
        assert (cleared, verdict.decision, verdict.category) == (None, Decision.BLOCK, Category.OWN)
        assert "mepp" not in verdict.rule

    play(act)


def test_a_word_in_two_is_refused_over_the_border_of_clauses_too() -> None:
    async def act(room: Room) -> None:
        assert await judged(room, "look at mepp len now") == (False, "sound.own.block")
        assert await judged(room, "look at mepp", turn="u") == (True, "")
        assert await judged(room, "len now", 1, "u") == (False, "sound.own.block")

    play(act)


def test_ordinary_words_are_asked_once_and_nobody_waits_for_them() -> None:
    async def act(room: Room) -> None:
        before = loop_clock().now_ns()
        assert await judged(room, "what a lovely evening at the harbour") == (True, "")
        assert loop_clock().now_ns() == before
        assert room.ear.asked == 0
        await asyncio.sleep(1)
        assert sum("harbour" in texts for texts in room.voice.pronounced) == 1
        asked = len(room.voice.pronounced)
        await judged(room, "what a lovely evening at the harbour", turn="u")
        await asyncio.sleep(1)
        assert len(room.voice.pronounced) == asked

    play(act)


def test_an_unknown_word_is_asked_once_with_those_beside_it() -> None:
    async def act(room: Room) -> None:
        room.voice.pronounced.clear()
        await judged(room, "hello zzorpyx welcome", turn="a")
        await judged(room, "hello zzorpyx welcome", turn="b")
        assert [texts for texts in room.voice.pronounced if "zzorpyx" in texts] == [("hello", "zzorpyx", "welcome")]
        assert (room.ear.asked, room.ear.unanswered) == (1, 0)

    play(act)


@pytest.mark.parametrize(("first", "patience_s"), [(True, PATIENCE_S), (False, PATIENCE_LATER_S)])
def test_a_voice_that_does_not_answer_in_time_is_not_waited_for(first: bool, patience_s: float) -> None:
    async def act(room: Room) -> None:
        before = loop_clock().now_ns()
        await room.ear.listen("", "the mepplen", first=first)
        assert (loop_clock().now_ns() - before) / 1e9 == pytest.approx(patience_s)
        assert room.gate.clear(clause("the mepplen"))[0] is not None
        assert room.ear.unanswered == 1

    play(act, delays_s=(10.0,))


def test_a_late_answer_serves_the_next_clause() -> None:
    async def act(room: Room) -> None:
        await room.ear.prepared()
        room.voice = FakeVoice(loop_clock(), (0.5,))
        assert await judged(room, "the mepplen") == (True, "")
        await asyncio.sleep(1)
        assert await judged(room, "the mepplen", turn="u") == (False, "sound.own.block")

    play(act)


def test_a_voice_that_fails_delays_nothing_and_is_asked_again() -> None:
    async def act(room: Room) -> None:
        before = loop_clock().now_ns()
        assert await judged(room, "the mepplen") == (True, "")
        assert loop_clock().now_ns() == before
        assert room.ear.unanswered == 1
        await room.ear.prepared()
        assert await judged(room, "the mepplen", turn="u") == (False, "sound.own.block")

    play(act, delays_s=(None, None, 0.001))


def test_more_words_than_are_asked_for_count_as_unanswered() -> None:
    async def act(room: Room) -> None:
        room.voice.pronounced.clear()
        strange = [f"{a}{b}zzq" for a in "bcdfgh" for b in "klmnprst"]
        await room.gate.listen(clause(" ".join(strange)))
        assert max(map(len, room.voice.pronounced)) == MOST_ASKED < len(strange)
        assert room.ear.unanswered == 1

    play(act)


def test_a_new_policy_forbids_new_words_and_spares_others() -> None:
    async def act(room: Room) -> None:
        assert await judged(room, "the mepplen") == (False, "sound.own.block")
        room.holder.now = Compiled(Policy(block=(*BLOCK, "tarvossel"), allow=("mepplen",)), ())
        assert await judged(room, "the tarvossil") == (True, "")
        await asyncio.sleep(1)
        assert await judged(room, "the tarvossil", turn="u") == (False, "sound.own.block")
        assert await judged(room, "the mepplen", turn="v") == (True, "")

    play(act)


def test_another_voice_is_prepared_when_it_speaks() -> None:
    async def act(room: Room) -> None:
        room.voice = other = FakeVoice(loop_clock(), (0.001,), name="other")
        await asyncio.sleep(2)
        assert any("mepplin" in texts for texts in other.pronounced)
        assert await judged(room, "the mepplen") == (False, "sound.own.block")

    play(act)


def test_no_forbidden_word_is_left_out_that_a_rule_lists() -> None:
    rules = shipped_rules()
    listed = {word for rule in rules for word in rule.listed if word.isascii() and word.isalpha()}
    assert listed <= set(forbidden_words(rules))
    assert list(islice(forbidden_words((), ("Two words", "glozzert")), 3)) == ["glozzert"]
