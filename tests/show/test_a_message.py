"""The way of a message, in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from fakes.source import deletes, moderator_says, raid, says, times_out
from fakes.voice import PiecemealVoice
from sidecast.clock import Clock
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import Incoming
from sidecast.flow.line import Outcome
from sidecast.flow.order import Skip, Stop
from sidecast.show.show import Show

from .evening import Evening

pytestmark = pytest.mark.show

QUESTION = "Kit, what game are we playing?"
LONG = "This is the first part of a long answer, and here is a second part, and there comes a third one. The end is far away."


def test_a_question_is_heard_chosen_answered_and_written_down() -> None:
    seen = Evening([(1.0, says(QUESTION))]).play()
    (line,) = seen.lines
    assert line.outcome is Outcome.HEARD
    assert line.heard.startswith("Thank you for asking, mika")
    assert line.reason == Reason.ANSWERED
    assert seen.reasons == {Reason.ANSWERED: 1}
    stamps = line.stages
    way = [stamps.arrived_ns, stamps.screened_ns, stamps.chosen_ns, stamps.first_clause_ns, stamps.cleared_ns]
    way += [stamps.first_pcm_ns, stamps.audible_ns, stamps.ended_ns]
    assert all(way)
    assert way == sorted(way)
    assert seen.states == ["listening", "speaking", "listening"]


def test_every_message_gets_exactly_one_reason() -> None:
    chat: list[tuple[float, Incoming]] = [
        (0.1 * index, says(f"Kit, what is question number {index}?", who=f"viewer{index % 17}")) for index in range(300)
    ]
    chat += [(31.0, says("LUL LUL")), (31.1, says("!uptime")), (31.2, raid(12)), (31.3, deletes(says("x")))]
    seen = Evening(chat).play()
    assert len(seen.fates) == len(seen.received) == len(chat)
    assert {id(item) for item, _ in seen.fates} == {id(item) for item in seen.received}
    assert seen.reasons[Reason.ANSWERED] == sum(1 for line in seen.lines if line.heard)
    assert seen.reasons[Reason.WAITING] == 0


def test_what_the_gate_blocks_is_never_spoken_and_the_turn_ends_gracefully() -> None:
    said = "Well, that is easy. My phone number is 555 867 5309 so call me. And more of it."
    seen = Evening([(1.0, says(QUESTION))], reply=lambda _: said).play()
    (line,) = seen.lines
    assert "867" not in line.heard
    assert "more of it" not in line.heard
    assert any(verdict.startswith("block") for verdict in line.verdicts)
    assert line.outcome is Outcome.HEARD
    assert " ".join(line.cleared) != ""


def test_a_clause_may_sound_before_all_of_it_is_there() -> None:
    seen = Evening([(1.0, says(QUESTION))], reply=lambda _: LONG, make_voice=PiecemealVoice).play()
    (line,) = seen.lines
    assert line.heard == LONG
    assert line.outcome is Outcome.HEARD


@pytest.mark.parametrize(("breaks_off", "anew"), [({0}, 1), ({1}, 1), ({0, 1}, 2), ({0, 1, 2, 3}, 3)])
def test_when_the_voice_breaks_off_the_rest_of_the_words_are_judged_and_said_anew(breaks_off: set[int], anew: int) -> None:
    evening = Evening([(1.0, says(QUESTION))], reply=lambda _: LONG, make_voice=lambda clock: PiecemealVoice(clock, breaks_off))
    (line,) = evening.play().lines
    assert line.heard == LONG
    assert len(line.verdicts) == len(line.cleared) == 3 + anew


def test_a_brain_that_fails_leaves_a_line_and_the_show_goes_on() -> None:
    chat = [(1.0, says(QUESTION)), (8.0, says("Kit, how are you?", who="bo"))]
    seen = Evening(chat, reply=lambda prompt: None if prompt.name == "mika" else "I am fine.").play()
    assert len(seen.lines) == 2
    assert seen.lines[1].heard == "I am fine."


@pytest.mark.parametrize("removal", [deletes(says(QUESTION)), times_out("mika")], ids=["message", "user"])
@pytest.mark.parametrize("at_s", [1.0, 1.005, 1.03, 2.0])
def test_a_removal_cancels_its_turn_before_or_during_speech(removal: object, at_s: float) -> None:
    seen = Evening([(1.0, says(QUESTION)), (at_s, removal)], reply=lambda _: LONG).play()  # type: ignore[list-item]
    assert seen.reasons[Reason.REMOVED] == 1
    assert all(line.outcome is not Outcome.HEARD for line in seen.lines)
    silent_from = max((cut.at_ns for cut in seen.cuts), default=0) / 1e9
    assert silent_from <= at_s + 0.1


def test_a_skip_cuts_what_is_heard_and_only_that() -> None:
    chat = [(1.0, says(QUESTION)), (2.5, moderator_says("!skip")), (9.0, says("Kit, how are you?", who="bo"))]
    seen = Evening(chat, reply=lambda _: LONG).play()
    first, second = seen.lines
    assert first.outcome is Outcome.CUT
    assert LONG.startswith(first.heard)
    assert 0 < len(first.heard) < len(LONG)
    assert second.outcome is Outcome.HEARD


def test_history_holds_what_was_heard() -> None:
    evening = Evening(
        [(1.0, says(QUESTION)), (2.0, moderator_says("!skip")), (9.0, says("Kit, why?", who="bo"))], reply=lambda _: LONG
    )
    seen = evening.play()
    (exchange,) = evening.brain.asked[-1].history
    assert exchange.heard == seen.lines[0].heard != LONG


def test_a_stop_silences_at_once_and_lasts() -> None:
    def stop_soon(show: Show, clock: Clock) -> asyncio.Task[None]:
        async def stop() -> None:
            await clock.sleep(2.5)
            show.order(Stop(by="page", at_ns=clock.now_ns()))

        return asyncio.get_running_loop().create_task(stop())

    chat = [(1.0, says(QUESTION)), (4.0, says("Kit, how are you?", who="bo"))]
    seen = Evening(chat, reply=lambda _: LONG, meanwhile=stop_soon, seconds=10).play()
    (line,) = seen.lines
    assert line.outcome is Outcome.CUT
    assert all(cut.at_ns - cut.asked_ns <= 100e6 for cut in seen.cuts)
    assert seen.reasons[Reason.MUTED] == 1
    assert seen.states[-1] == "stopped"


def test_orders_do_nothing_when_nothing_is_said() -> None:
    def skip_early(show: Show, clock: Clock) -> None:
        asyncio.get_running_loop().call_later(0.5, lambda: show.order(Skip(by="page", at_ns=clock.now_ns())))

    seen = Evening([(1.0, says(QUESTION))], meanwhile=skip_early).play()
    assert [line.outcome for line in seen.lines] == [Outcome.HEARD]


def test_the_same_evening_twice_is_the_same() -> None:
    chat = [(0.3 * index, says(f"Kit, is {index} a good number?", who=f"viewer{index % 5}")) for index in range(60)]
    assert Evening(chat).play().lines == Evening(chat).play().lines


def test_an_overfull_intake_drops_with_a_reason() -> None:
    flood = [(1.0, says(f"Kit, what about {index}?", who=f"v{index}")) for index in range(20_000)]
    seen = Evening(flood, seconds=5).play()
    assert len(seen.fates) == len(seen.received) == 20_000
    assert seen.reasons[Reason.OVERLOADED] > 0


def test_a_stage_that_goes_away_ends_the_show_and_the_turn_is_written_down() -> None:
    def leave(show: Show, clock: Clock) -> None:
        asyncio.get_running_loop().call_later(2.0, evening.stage.close)

    evening = Evening([(1.0, says(QUESTION))], reply=lambda _: LONG, meanwhile=leave)
    seen = evening.play()
    assert [line.reason for line in seen.lines] == [Reason.SHOW_ENDED]
    assert len(seen.fates) == 1
