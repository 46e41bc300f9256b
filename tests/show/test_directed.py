"""What somebody who directs the show can overrule, in virtual time."""

from __future__ import annotations

import pytest

from fakes.source import deletes, says
from fakes.voice import FakeVoice
from sidecast.flow.candidate import Reason
from sidecast.flow.chat import Incoming
from sidecast.flow.cue import Cue, Express
from sidecast.flow.line import LedgerLine, Outcome
from sidecast.flow.order import Approval
from sidecast.settings import Settings
from sidecast.stage.silent import SilentStage

from .directed import LONG, Directed, answer, approval, approve, mood, move, mute, never, say, skip, stop
from .evening import Evening

pytestmark = pytest.mark.show

KIT, BO = says("Kit, what game are we playing?", id="m1"), says("Kit, how are you today?", who="bo", id="m2")
AYLA, DULL = says("Kit, do you like rain at all?", who="ayla", id="m3"), says("the weather is rather nice", who="rowan", id="m4")
SHORT = "Fine, thank you."
PATIENT = Settings.model_validate({"audience": {"answer_within_s": 600}})


def answered(lines: list[LedgerLine]) -> list[str]:
    return [line.item_id for line in lines if line.heard]


# ---- answer, never, move ------------------------------------------------------------------------------------------------


def test_an_answer_goes_before_better_ones_and_cuts_nothing() -> None:
    chat = [(1.0, KIT), (1.1, BO), (1.2, AYLA), (1.3, DULL)]
    directed = Directed(chat, [(2.0, answer("m4"))])
    seen = directed.play()
    assert answered(seen.lines)[:2] == ["m1", "m4"]
    first, second, *_ = seen.lines
    assert (first.outcome, first.asked_by, second.asked_by) == (Outcome.HEARD, "", "Ada")
    assert second.asked_ns == 2_000_000_000
    assert not second.was_free
    assert seen.reasons[Reason.ANSWERED] == 4
    assert directed.ordered == [(answer("m4"), "")]


def test_an_answer_may_cut_and_then_does_not_wait_for_the_pause() -> None:
    seen = Directed([(1.0, KIT), (1.1, DULL)], [(3.0, answer("m4", cut=True))]).play()
    first, second = seen.lines
    assert (first.outcome, first.reason) == (Outcome.CUT, Reason.OVERRULED)
    assert 0 < second.stages.audible_ns - 3_000_000_000 < 250_000_000


def test_an_answer_within_the_pause_ends_it() -> None:
    seen = Directed([(1.0, KIT), (9.0, DULL)], [(2.0, skip()), (2.1, answer("m4"))], reply=lambda _: SHORT).play()
    assert answered(seen.lines)[0] == "m1"
    directed = Directed([(1.0, KIT), (1.5, DULL)], [(2.0, skip()), (2.1, answer("m4"))])
    seen = directed.play()
    assert seen.lines[1].stages.chosen_ns == 2_100_000_000
    assert seen.lines[1].stages.audible_ns - 2_100_000_000 < 250_000_000, "an order is answered as fast as a message"


def test_what_was_passed_over_long_ago_is_answered_and_counted_once() -> None:
    chat = [(1.0, says("LUL LUL", id="m5")), (2.0, says("!uptime", id="m6"))]
    directed = Directed(
        chat, [(50.0, answer("m5")), (55.0, answer("m6")), (58.0, answer("m5"))], reply=lambda _: SHORT, seconds=70
    )
    seen = directed.play()
    assert answered(seen.lines) == ["m5", "m6", "m5"]
    assert seen.reasons == {Reason.REACTION: 1, Reason.COMMAND: 1}
    assert directed.refused == []


@pytest.mark.parametrize(
    ("item_id", "sentence"), [("m7", "The gate has blocked"), ("nobody's", "not known any more"), ("m1", "answered right now")]
)
def test_what_cannot_be_answered_gets_a_sentence_and_changes_nothing(item_id: str, sentence: str) -> None:
    chat = [(0.5, says("kill yourself", who="troll", id="m7")), (1.0, KIT)]
    plain = Directed(chat).play()
    directed = Directed(chat, [(2.0, answer(item_id))])
    assert directed.play().lines == plain.lines
    assert sentence in directed.refused[0]
    assert directed.ordered[0][1] == directed.refused[0]


def test_an_answer_that_is_removed_is_not_given() -> None:
    chat: list[tuple[float, Incoming]] = [(1.0, KIT), (1.1, DULL), (2.5, deletes(DULL))]
    directed = Directed(chat, [(2.0, answer("m4")), (3.0, answer("m4"))])
    seen = directed.play()
    assert answered(seen.lines) == ["m1"]
    assert seen.reasons[Reason.REMOVED] == 1
    assert "removed" in directed.refused[0]


def test_never_takes_it_out_and_the_same_words_stay_unanswered_until_undone() -> None:
    chat = [
        (1.0, KIT),
        (1.1, BO),
        (30.0, says("kit, HOW are you today??", who="bo", id="m8")),
        (60.0, says(BO.text, who="bo", id="m9")),
    ]
    directed = Directed(chat, [(2.0, never("m2")), (59.0, never("m2", on=False))], seconds=90)
    seen = directed.play()
    assert answered(seen.lines) == ["m1", "m9"]
    assert seen.reasons == {Reason.ANSWERED: 2, Reason.NEVER: 2}


def test_never_ends_what_is_being_said_to_it() -> None:
    seen = Directed(
        [(1.0, KIT), (20.0, KIT.__class__(id="m9", author=KIT.author, text=KIT.text, arrived_ns=0))], [(3.0, never("m1"))]
    ).play()
    (line,) = seen.lines
    assert (line.outcome, line.reason) == (Outcome.CUT, Reason.NEVER)
    assert seen.reasons == {Reason.ANSWERED: 1, Reason.NEVER: 1}


def test_a_moved_message_keeps_its_place_until_it_is_answered() -> None:
    chat = [(1.0, KIT), (1.1, BO), (1.2, AYLA), (1.3, DULL)]
    seen_queue: list[list[str]] = []
    directed = Directed(
        chat,
        [(2.0, move("m4", 1)), (2.0, lambda directed: seen_queue.append(directed.board.waiting))],
        options={"settings": PATIENT},
    )
    seen = directed.play()
    assert seen_queue[0].index("m4") == 1
    assert answered(seen.lines)[2] == "m4"
    assert len(answered(seen.lines)) == 4


def test_a_stop_drops_what_was_put_there_by_hand_too_and_orders_to_speak_are_refused_then() -> None:
    directed = Directed([(1.0, KIT), (1.1, BO)], [(1.5, answer("m2")), (2.0, stop()), (3.0, answer("m2")), (3.1, say("Hello!"))])
    seen = directed.play()
    assert seen.reasons == {Reason.ANSWERED: 1, Reason.OVERRULED: 1}
    assert [sentence.split(".")[0] for sentence in directed.refused] == ["The host is stopped", "The host is stopped"]


def test_what_came_while_the_host_was_muted_can_be_asked_for() -> None:
    directed = Directed([(2.0, KIT)], [(1.0, mute()), (3.0, answer("m1")), (4.0, mute(on=False))])
    seen = directed.play()
    assert answered(seen.lines) == ["m1"]
    assert seen.lines[0].stages.chosen_ns == 4_000_000_000
    assert seen.reasons == {Reason.MUTED: 1}


# ---- say ----------------------------------------------------------------------------------------------------------------


def test_a_line_of_the_streamers_own_is_said_before_the_queue_and_kept_with_who_asked() -> None:
    directed = Directed(
        [(1.0, KIT), (1.1, BO), (1.2, AYLA)], [(2.0, say("Welcome back,  everybody! [happy] We start in a minute."))]
    )
    seen = directed.play()
    line = seen.lines[1]
    assert (line.cause, line.asked_by, line.outcome, line.reason) == ("said", "Ada", Outcome.HEARD, Reason.ANSWERED)
    assert line.heard == "Welcome back, everybody! We start in a minute."
    assert line.verdicts == ("allow none", "allow none")
    assert line.author_id == ""
    assert len(directed.evening.brain.asked) == 3, "no brain is asked for it"
    assert ("happy", "") in directed.board.moods
    # it is counted like everything that comes in
    assert len(seen.received) == len(seen.fates) == 4


def test_a_line_is_said_at_once_when_the_host_is_free() -> None:
    seen = Directed([], [(5.0, say("Hello there, everybody!"))], seconds=20).play()
    (line,) = seen.lines
    assert 0 < line.stages.audible_ns - 5_000_000_000 < 250_000_000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("you should just kill yourself", "The gate does not let this be said: self harm"),
        (
            "Call me. It is five five five, two three four, nine eight seven six.",
            "The gate does not let this be said: personal data",
        ),
        ("   ", "There is nothing to say."),
        ("🦊 🦊", "nothing in this that can be said aloud"),
        ("la " * 150, "This has 449 characters"),
    ],
)
def test_a_line_that_may_not_be_said_gets_a_sentence_and_is_never_voiced(text: str, sentence: str) -> None:
    directed = Directed([(1.0, KIT)], [(2.0, say(text))])
    seen = directed.play()
    assert sentence in directed.refused[0]
    assert len(seen.lines) == 1
    assert len(seen.received) == 1


def test_whoever_has_a_word_bleeped_is_told_before_it_is_heard() -> None:
    directed = Directed([], [(2.0, say("That was fucking great.")), (9.0, say("That was great."))], seconds=20)
    seen = directed.play()
    assert directed.told == ["The gate bleeps a part of it: swearing (rule swearing.strong).", ""]
    assert [line.heard for line in seen.lines] == ["That was bleep great.", "That was great."]


def test_what_is_too_much_to_say_is_refused_and_what_waits_too_long_is_dropped() -> None:
    orders = [(2.0, say(f"Line number {word}.")) for word in ("one", "two", "three", "four", "five", "six")]
    directed = Directed([(1.0, KIT)], [*orders, (2.5, mute())], seconds=90)
    seen = directed.play()
    assert "5 lines of yours wait" in directed.refused[0]
    assert seen.reasons == {Reason.ANSWERED: 1, Reason.STALE: 5}


def test_a_line_that_waits_can_be_taken_back() -> None:
    directed = Directed(
        [(1.0, KIT)], [(2.0, say("One.")), (2.0, say("Two and three.")), (3.0, never("said-1")), (3.1, never("said-1"))]
    )
    seen = directed.play()
    assert [line.heard for line in seen.lines if line.cause == "said"] == ["Two and three."]
    assert seen.reasons == {Reason.ANSWERED: 2, Reason.NEVER: 1}
    assert "not known any more" in directed.refused[0]


def test_history_holds_what_the_host_was_made_to_say() -> None:
    directed = Directed([(1.0, KIT), (15.0, BO)], [(10.0, say("We play chess now."))], reply=lambda _: SHORT)
    directed.play()
    past = directed.evening.brain.asked[-1].history
    assert [(each.name, each.heard) for each in past] == [("mika", SHORT), ("the streamer", "We play chess now.")]


def test_no_removal_of_chat_takes_a_line_of_the_streamers_own() -> None:
    clear = deletes(KIT).__class__(scope=deletes(KIT).scope.CHAT, arrived_ns=0)
    seen = Directed([(1.0, KIT), (2.5, clear)], [(2.0, say("Let us all calm down."))]).play()
    assert [line.heard for line in seen.lines if line.cause == "said"] == ["Let us all calm down."]


# ---- approval -----------------------------------------------------------------------------------------------------------


def voiced(evening: Evening) -> list[str]:
    assert isinstance(evening.voice, FakeVoice)
    return list(evening.voice.asked)


def test_nothing_is_voiced_before_a_human_has_said_yes() -> None:
    before: list[int] = []
    directed = Directed(
        [(1.0, KIT)],
        [(4.0, lambda d: before.append(len(voiced(d.evening)))), (5.0, approve("t1"))],
        approval=Approval.ALL,
    )
    seen = directed.play()
    (line,) = seen.lines
    assert before == [0]
    assert (line.heard, line.approved_by, line.was_free) == (LONG, "Ada", False)
    assert line.stages.first_pcm_ns > 5_000_000_000
    asked = [value for what, _, value in directed.board.log if what == "approval"]
    assert [getattr(each, "lines", None) for each in asked] == [tuple(asked[0].lines), None]  # type: ignore[attr-defined]
    assert " ".join(asked[0].lines) == LONG  # type: ignore[attr-defined]


def test_the_countdown_ends_in_silence_or_in_speech_as_set() -> None:
    seen = Directed([(1.0, KIT)], approval=Approval.ALL).play()
    (line,) = seen.lines
    assert (line.outcome, line.reason, line.approved_by) == (Outcome.SILENT, Reason.UNAPPROVED, "")
    assert 8e9 <= line.stages.ended_ns - line.stages.chosen_ns < 9e9
    assert seen.reasons == {Reason.UNAPPROVED: 1}
    seen = Directed([(1.0, KIT)], approval=Approval.ALL, then_say=True).play()
    (line,) = seen.lines
    assert (line.heard, line.approved_by) == (LONG, "time")


def test_a_no_drops_the_reply_and_the_next_is_asked_about() -> None:
    directed = Directed([(1.0, KIT), (1.1, BO)], [(3.0, approve("t1", yes=False)), (6.0, approve("t2"))], approval=Approval.ALL)
    seen = directed.play()
    assert [(line.outcome, line.reason) for line in seen.lines] == [
        (Outcome.SILENT, Reason.REJECTED),
        (Outcome.HEARD, Reason.ANSWERED),
    ]
    assert seen.reasons == {Reason.REJECTED: 1, Reason.ANSWERED: 1}


@pytest.mark.parametrize("end", [stop(), skip(), mute(), never("m1")], ids=lambda order: type(order).__name__)
def test_what_ends_the_turn_takes_the_question_away_at_once(end: object) -> None:
    gone: list[object] = []
    directed = Directed(
        [(1.0, KIT)],
        [(3.0, end), (3.0, lambda d: gone.append(d.board.awaits)), (3.0, approve("t1"))],  # type: ignore[list-item]
        approval=Approval.ALL,
    )
    seen = directed.play()
    assert gone == [None]
    assert directed.refused == ["This reply does not wait for approval any more."]
    assert voiced(directed.evening) == []
    assert [line.outcome for line in seen.lines] == [Outcome.SILENT]


def test_a_removal_takes_the_question_away_even_after_the_yes() -> None:
    directed = Directed([(1.0, KIT), (3.0, deletes(KIT))], approval=Approval.ALL)
    seen = directed.play()
    assert directed.board.awaits is None
    assert seen.reasons[Reason.REMOVED] == 1
    assert voiced(directed.evening) == []

    def yes_and_gone(directed: Directed) -> None:
        directed.order(approve("t1"))
        directed.show.receive(deletes(KIT))

    directed = Directed([(1.0, KIT)], [(3.0, yes_and_gone)], approval=Approval.ALL)
    seen = directed.play()
    assert voiced(directed.evening) == []
    assert seen.reasons[Reason.REMOVED] == 1


def test_a_yes_for_another_reply_is_refused_and_so_is_a_second_one() -> None:
    directed = Directed(
        [(1.0, KIT)], [(3.0, approve("t9")), (4.0, approve("t1")), (4.0, approve("t1", yes=False))], approval=Approval.ALL
    )
    seen = directed.play()
    assert len(directed.refused) == 2
    assert seen.lines[0].heard == LONG


def test_only_doubtful_replies_are_asked_about() -> None:
    damned = "That is a damn good question, and I like it. It really is."

    def reply(prompt: object) -> str:
        return damned if getattr(prompt, "name", "") == "bo" else LONG

    directed = Directed([(1.0, KIT), (20.0, BO)], [(24.0, approve("t2"))], reply=reply, approval=Approval.DOUBTFUL)
    seen = directed.play()
    first, second = seen.lines
    assert (first.approved_by, first.was_free, first.heard) == ("", True, LONG)
    assert second.approved_by == "Ada"
    (asked,) = [value for what, _, value in directed.board.log if what == "approval" and value is not None]
    assert "swearing" in " ".join(asked.doubts)  # type: ignore[attr-defined]


def test_the_queue_stays_patient_while_a_reply_waits() -> None:
    chat = [(1.0, KIT), (1.1, BO), (3.0, AYLA)]
    hasty = Settings.model_validate({"audience": {"answer_within_s": 5}})
    seen = Directed(chat, approval=Approval.ALL, options={"settings": hasty}).play()
    assert seen.reasons == {Reason.UNAPPROVED: 1, Reason.STALE: 2}


def test_the_mode_is_changed_for_the_next_turn_while_the_show_is_on() -> None:
    directed = Directed([(1.0, KIT), (20.0, BO)], [(10.0, approval(Approval.ALL))])
    seen = directed.play()
    assert [line.outcome for line in seen.lines] == [Outcome.HEARD, Outcome.SILENT]
    assert directed.board.mode == "all"
    directed = Directed([(1.0, KIT), (20.0, BO)], [(3.0, approval(Approval.OFF))], approval=Approval.ALL)
    assert [line.outcome for line in directed.play().lines] == [Outcome.SILENT, Outcome.HEARD]


def test_what_a_human_typed_needs_no_other_human() -> None:
    seen = Directed([], [(2.0, say("Hello there, everybody!"))], approval=Approval.ALL, seconds=20).play()
    assert [line.outcome for line in seen.lines] == [Outcome.HEARD]


# ---- mood ---------------------------------------------------------------------------------------------------------------


class MoodyStage(SilentStage):
    """Remembers what the avatar was asked to show."""

    def send(self, cue: Cue) -> None:
        super().send(cue)
        if isinstance(cue, Express):
            self.__dict__.setdefault("moods", []).append(cue.mood)


def test_a_held_mood_is_shown_whatever_is_said_until_it_is_given_back() -> None:
    chat = [(1.0, KIT), (11.0, BO), (21.0, AYLA)]
    directed = Directed(
        chat,
        [(10.0, mood("sad")), (20.0, mood("")), (30.0, mood("jealous"))],
        reply=lambda _: "[happy] How nice of you to ask!",
        options={"make_stage": MoodyStage},
    )
    directed.play()
    moods: list[str] = directed.evening.stage.moods  # type: ignore[attr-defined]
    assert moods == ["happy", "neutral", "sad", "sad", "sad", "neutral", "happy", "neutral"]
    assert directed.board.moods[-1] == ("neutral", "")
    assert ("sad", "Ada") in directed.board.moods
    assert "no mood “jealous”" in directed.refused[0]


# ---- what a fast chat costs those who look ------------------------------------------------------------------------------


def test_a_fast_chat_does_not_have_the_queue_drawn_more_often_than_anybody_can_see() -> None:
    chat = [(1 + index / 200, says(f"Kit, how many is {index}?", who=f"viewer{index}")) for index in range(4000)]
    directed = Directed(chat, [(5.0, move("viewer1: Kit, how many is 1?", 0))], seconds=25)
    seen = directed.play()
    drawn = [at_ns for what, at_ns, _ in directed.board.log if what == "queue"]
    assert len(drawn) <= 25 * (2 + 1) + len(seen.turns) + 2
    assert 5_000_000_000 in drawn, "what a human did is seen at once"


def test_the_last_of_a_few_messages_is_seen_within_a_second() -> None:
    directed = Directed([(1.0, KIT), (1.01, BO), (1.02, AYLA)], [(2.1, lambda d: looks.append(d.board.log[-1][1]))])
    looks: list[int] = []
    directed.play()
    assert 1_020_000_000 <= looks[0] <= 2_020_000_000
