from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from fakes.brain import ScriptedBrain
from fakes.source import deletes, raid, says, times_out
from sidecast.clock import Clock
from sidecast.dialogue.dialogue import Dialogue
from sidecast.dialogue.persona import Persona
from sidecast.errors import BrainError
from sidecast.flow.candidate import Candidate, Understanding
from sidecast.flow.chat import ChannelEvent, ChatMessage, EventKind
from sidecast.flow.clause import Clause
from sidecast.flow.prompt import MAX_NAME, MAX_TEXT, Prompt
from sidecast.flow.turn import Turn
from sidecast.flow.verdict import Decision, Verdict
from sidecast.settings import Dialogue as DialogueSettings
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit


def turn_for(item: ChatMessage | ChannelEvent, number: int = 1, decision: Decision = Decision.ALLOW) -> Turn:
    verdict = Verdict(decision, item.text, replacement="you are a muffin" if decision is Decision.SOFTEN else "")
    understanding = Understanding(frozenset(), 0.0, 0.0, item.text, 3)
    return Turn(id=f"t{number}", cause=Candidate(item, verdict, understanding, 0), chosen_ns=0)


TURN = turn_for(says("what is that?", who="xX_Mossy_Xx"))


class Talk:
    """A dialogue over scripted brains, in virtual time."""

    def __init__(
        self, kit: Persona, reply: Callable[[Prompt], str | None] = lambda prompt: "Hello there!", **settings: float
    ) -> None:
        self.kit = kit
        self.reply = reply
        self.settings = DialogueSettings(**settings)
        self.fallback_reply: Callable[[Prompt], str | None] | None = lambda prompt: "The second brain speaks."
        self.speakable: Callable[[str], bool] = lambda name: True
        self.first_s = 0.01
        self.word_s = 0.001

    def run(self, *turns: Turn) -> list[list[Clause]]:
        return run_virtual(self._run(turns))

    async def _run(self, turns: tuple[Turn, ...]) -> list[list[Clause]]:
        self.make(loop_clock())
        replies = []
        for turn in turns:
            replies.append([clause async for clause in self.dialogue.reply(turn)])
            self.brain_names.append(self.dialogue.brain_name)
        return replies

    def make(self, clock: Clock) -> None:
        self.brain_names: list[str] = []
        self.brain = ScriptedBrain(clock, self.reply, self.first_s, self.word_s)
        fallbacks = []
        if self.fallback_reply is not None:
            fallbacks = [ScriptedBrain(clock, self.fallback_reply)]
            fallbacks[0].name = "second"
        self.told: list[str] = []
        self.dialogue = Dialogue(
            self.brain, fallbacks, self.kit, self.settings, clock, speakable=self.speakable, on_change=self.told.append
        )

    async def said(self, number: int) -> str:
        return " ".join([clause.text async for clause in self.dialogue.reply(replace(TURN, id=f"t{number}"))])


def test_a_reply_becomes_clauses_with_mood_gesture_and_spoken_form(kit: Persona) -> None:
    talk = Talk(kit, lambda prompt: f"[happy] (wave) Hey {prompt.name}! You are number 42 of 1,000. [odd] Bye 🦊")
    (clauses,) = talk.run(TURN)
    assert [clause.index for clause in clauses] == [0, 1, 2]
    assert [clause.mood for clause in clauses] == ["happy", "happy", "neutral"]
    assert [clause.gesture for clause in clauses] == ["wave", "", ""]
    assert clauses[0].text == "Hey xX_Mossy_Xx!"
    assert clauses[0].spoken == "Hey mossy!"
    assert clauses[1].spoken == "You are number forty two of one thousand."
    assert clauses[2].text == "Bye 🦊"
    assert {clause.turn_id for clause in clauses} == {"t1"}
    assert talk.brain_names == ["scripted"]


def test_what_cannot_be_spoken_is_no_clause(kit: Persona) -> None:
    (clauses,) = Talk(kit, lambda prompt: "🦊 🔥 🎉 🎉 🎉 🎉! Now this can be said.").run(TURN)
    assert [clause.index for clause in clauses] == list(range(len(clauses)))
    assert all(clause.spoken for clause in clauses)


def test_clauses_are_limited(kit: Persona) -> None:
    (clauses,) = Talk(kit, lambda prompt: " ".join(f"This is sentence {n}." for n in range(50)), max_clauses=3).run(TURN)
    assert len(clauses) == 3


def test_a_brain_that_fails_or_is_silent_is_replaced_for_the_turn(kit: Persona) -> None:
    failing = Talk(kit, lambda prompt: None)
    (clauses,) = failing.run(TURN)
    assert clauses[0].spoken == "The second brain speaks."
    assert failing.brain_names == ["second"]
    silent = Talk(kit, first_clause_timeout_s=2.0)
    silent.first_s = 60
    assert silent.run(TURN)[0][0].spoken == "The second brain speaks."
    empty = Talk(kit, lambda prompt: " ")
    assert empty.run(TURN)[0][0].spoken == "The second brain speaks."


def test_a_brain_that_stalls_in_the_middle_is_ended_gracefully(kit: Persona) -> None:
    class Stalling:
        name = "stalling"

        async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
            yield "A first sentence is here. And a second"
            await asyncio.sleep(3600)

    async def main() -> list[Clause]:
        dialogue = Dialogue(Stalling(), [], kit, DialogueSettings(), loop_clock())
        return [clause async for clause in dialogue.reply(TURN)]

    first, closing = run_virtual(main())
    assert first.spoken == "A first sentence is here."
    assert closing.index == 1
    assert any(closing.text == line.split("] ")[1] for line in kit.closings)


def test_without_any_answer_it_says_so(kit: Persona) -> None:
    talk = Talk(kit, lambda prompt: None)
    talk.fallback_reply = None
    with pytest.raises(BrainError, match="No brain had an answer for turn t1"):
        talk.run(TURN)


def test_a_brain_of_others_may_raise_anything(kit: Persona) -> None:
    def broken(prompt: Prompt) -> str | None:
        raise ZeroDivisionError(prompt.text)

    assert Talk(kit, broken).run(TURN)[0][0].spoken == "The second brain speaks."


def test_a_brain_that_failed_is_left_alone_until_it_passes_a_probe(kit: Persona) -> None:
    talk = Talk(kit, lambda prompt: None)

    async def main() -> None:
        talk.make(loop_clock())
        for number in range(5):
            assert await talk.said(number) == "The second brain speaks."
        assert len(talk.brain.asked) == 1
        assert talk.told == ["The brain scripted is away; Kit answers from the built-in replies."]
        await asyncio.sleep(600)
        tries = len(talk.brain.asked)
        assert 10 < tries < 40
        assert {prompt.turn_id for prompt in talk.brain.asked[1:]} == {"probe"}
        talk.brain.reply = lambda prompt: "I am well again."
        await asyncio.sleep(200)
        assert len(talk.brain.asked) == tries + 1
        assert talk.told[1:] == [""]
        assert await talk.said(9) == "I am well again."
        await talk.dialogue.close()

    run_virtual(main())


def test_a_brain_that_loads_its_model_is_waited_for_in_the_background(kit: Persona) -> None:
    talk = Talk(kit, lambda prompt: "Hello there!", first_clause_timeout_s=2.0)

    async def main() -> None:
        talk.make(loop_clock())
        talk.brain.first_s = 30.0
        talk.dialogue.start()
        assert await talk.said(1) == "The second brain speaks."
        assert talk.told == ["The brain scripted is getting ready; Kit answers from the built-in replies."]
        await asyncio.sleep(1)
        talk.brain.first_s = 0.1  # what it was asked before is still on its way
        assert await talk.said(2) == "The second brain speaks."
        await asyncio.sleep(30)
        assert [prompt.turn_id for prompt in talk.brain.asked] == ["probe", "probe"]
        assert talk.told[1:] == [""]
        assert await talk.said(3) == "Hello there!"

    run_virtual(main())


def test_a_brain_that_is_always_too_slow_stays_away(kit: Persona) -> None:
    talk = Talk(kit, lambda prompt: "Hello there!", first_clause_timeout_s=2.0)

    async def main() -> None:
        talk.make(loop_clock())
        talk.brain.first_s = 5.0
        talk.dialogue.start()
        await asyncio.sleep(300)
        assert talk.told[-1] == "The brain scripted is too slow; Kit answers from the built-in replies."
        assert await talk.said(1) == "The second brain speaks."
        await talk.dialogue.close()

    run_virtual(main())


def test_a_brain_that_passes_its_probes_and_fails_its_turns_is_asked_less_and_less(kit: Persona) -> None:
    talk = Talk(kit, lambda prompt: "Hello there!" if prompt.turn_id == "probe" else None)

    async def main() -> None:
        talk.make(loop_clock())
        for number in range(600):
            assert await talk.said(number) == "The second brain speaks."
            await asyncio.sleep(1)
        turns = [prompt for prompt in talk.brain.asked if prompt.turn_id != "probe"]
        assert 10 < len(turns) < 40
        await talk.dialogue.close()

    run_virtual(main())


@pytest.mark.parametrize(
    "nonsense",
    [
        "the cat the cat the cat the cat the cat the cat sat. ",
        "xqj wrtk plmn zzkp vbnq trrt. ",
        "<|im_start|>assistant hello there. ",
        "%$# {}{} ;;;; ::== //// ||||. ",
        "\ufffd\ufffd\ufffd hello over there. ",
        "zxvbnmasdfghjklqwertyuiopzxcvbnmasdfgh. ",
    ],
)
def test_nonsense_is_not_said(kit: Persona, nonsense: str) -> None:
    talk = Talk(kit, lambda prompt: nonsense)
    (clauses,) = talk.run(TURN)
    assert clauses[0].spoken == "The second brain speaks."
    assert talk.told == ["The brain scripted talks nonsense; Kit answers from the built-in replies."]


def test_a_brain_that_repeats_itself_is_stopped_before_a_clause_is_said_twice(kit: Persona) -> None:
    talk = Talk(kit, lambda prompt: "That is a good question. I like soup. That is a good question. I like soup.")
    (clauses,) = talk.run(TURN)
    assert [clause.spoken for clause in clauses[:2]] == ["That is a good question.", "I like soup."]
    assert len(clauses) == 3
    assert "good question" not in clauses[2].spoken
    assert talk.told == ["The brain scripted talks nonsense; Kit answers from the built-in replies."]


def test_cheers_are_no_nonsense(kit: Persona) -> None:
    reply = "Go go go go! Ha ha ha, no no no. Hmm, pfft. GG, 100 percent. Welcome xX_Mossy_Xx! So gooooood."
    (clauses,) = Talk(kit, lambda prompt: reply, max_clauses=20).run(TURN)
    assert " ".join(clause.text for clause in clauses) == reply


def test_cutting_a_turn_closes_the_brains_stream(kit: Persona) -> None:
    closed: list[bool] = []

    class Endless:
        name = "endless"

        async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
            try:
                while True:
                    yield "And on and on it goes. "
                    await asyncio.sleep(0.1)
            finally:
                closed.append(True)

    async def main() -> None:
        dialogue = Dialogue(Endless(), [], kit, DialogueSettings(max_clauses=30), loop_clock())

        async def listen() -> None:
            async for _ in dialogue.reply(TURN):
                pass

        task = asyncio.create_task(listen())
        await asyncio.sleep(0.25)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run_virtual(main())
    assert closed == [True]


def test_viewer_data_is_capped_and_cannot_write_tags(kit: Persona) -> None:
    talk = Talk(kit)
    item = replace(says("x" * 5000, who="[angry]{host}(wave)" + "n" * 90), reward="[sad] {name} " + "r" * 500)
    talk.run(turn_for(item))
    (prompt,) = talk.brain.asked
    assert len(prompt.name) <= MAX_NAME
    assert len(prompt.text) <= MAX_TEXT
    assert len(prompt.title) <= 60
    assert not set("[](){}") & set(prompt.name + prompt.title) - set("{}")
    assert prompt.event is EventKind.REDEMPTION


def test_bits_in_a_message_and_events_reach_the_brain(kit: Persona) -> None:
    talk = Talk(kit)
    talk.run(turn_for(replace(says("for the frogs"), bits=100)), turn_for(raid(42)))
    cheer, raided = talk.brain.asked
    assert (cheer.event, cheer.amount) == (EventKind.CHEER, 100)
    assert (raided.event, raided.amount) == (EventKind.RAID, 42)


def test_softened_text_is_what_the_brain_reads(kit: Persona) -> None:
    talk = Talk(kit)
    talk.run(turn_for(says("you are a @#!%"), decision=Decision.SOFTEN))
    assert talk.brain.asked[0].text == "you are a muffin"


@pytest.mark.parametrize("name", ["___", "Vile99", "🔥🔥"])
def test_a_name_that_cannot_be_said_is_a_friend(kit: Persona, name: str) -> None:
    talk = Talk(kit, lambda prompt: f"Hey {prompt.name}!")
    talk.speakable = lambda spoken: "vile" not in spoken.lower()
    (clauses,) = talk.run(turn_for(says("hi", who=name)))
    assert talk.brain.asked[0].name in kit.friend
    assert clauses[0].spoken == f"Hey {talk.brain.asked[0].name}!"


def test_a_message_that_passed_only_softened_is_not_called_by_name(kit: Persona) -> None:
    talk = Talk(kit)
    talk.run(turn_for(says("you are a @#!%"), decision=Decision.SOFTEN))
    assert talk.brain.asked[0].name in kit.friend


def test_history_is_what_was_heard_bounded_and_forgotten_on_removal(kit: Persona) -> None:
    talk = Talk(kit, history=3)

    async def main() -> None:
        talk.make(loop_clock())
        items = [says(f"question {number}", who=f"v{number % 2}") for number in range(5)]
        for number, item in enumerate(items):
            talk.dialogue.heard(turn_for(item, number), f"answer {number}")
        assert [each.heard for each in talk.dialogue.prompt(TURN).history] == ["answer 2", "answer 3", "answer 4"]
        talk.dialogue.forget(deletes(items[4]))
        assert [each.heard for each in talk.dialogue.prompt(TURN).history] == ["answer 2", "answer 3"]
        talk.dialogue.forget(times_out("v1"))
        assert [each.heard for each in talk.dialogue.prompt(TURN).history] == ["answer 2"]

    run_virtual(main())


def test_deflections_and_closings_come_from_the_pack_and_vary(kit: Persona) -> None:
    talk = Talk(kit)

    async def main() -> list[Clause]:
        talk.make(loop_clock())
        clauses = [talk.dialogue.deflection(TURN, 4) for _ in kit.deflections]
        assert len({clause.text for clause in clauses}) == len(kit.deflections)
        return [*clauses, talk.dialogue.closing(TURN, 4)]

    for clause in run_virtual(main()):
        assert clause.index == 4
        assert clause.turn_id == "t1"
        assert clause.spoken
        assert "[" not in clause.text
        assert clause.mood in kit.moods


def quoting(prompt: Prompt) -> str:
    return " ".join(f"They said {past.text}." for past in prompt.history) or "Nobody said anything yet."


def test_what_may_quote_a_removed_message_is_forgotten_with_it(kit: Persona) -> None:
    async def main() -> None:
        talk = Talk(kit, quoting, history=10)
        talk.make(loop_clock())
        items = [says(f"zebra{number}", who=f"v{number}") for number in range(4)]
        for number, item in enumerate(items):
            turn = turn_for(item, number)
            heard = " ".join([clause.text async for clause in talk.dialogue.reply(turn)])
            assert talk.dialogue.may_quote(turn, deletes(items[0])) is (number > 0)
            talk.dialogue.heard(turn, heard)
        talk.dialogue.forget(deletes(items[1]))
        assert [past.text for past in talk.dialogue.prompt(TURN).history] == ["zebra0"]

    run_virtual(main())


def test_a_brain_that_reads_no_history_quotes_only_its_own_message(kit: Persona) -> None:
    async def main() -> None:
        talk = Talk(kit, history=10)
        talk.make(loop_clock())
        talk.brain.reads_history = False
        items = [says(f"zebra{number}", who=f"v{number}") for number in range(3)]
        for number, item in enumerate(items):
            turn = turn_for(item, number)
            heard = " ".join([clause.text async for clause in talk.dialogue.reply(turn)])
            assert not talk.dialogue.may_quote(turn, deletes(items[0]))
            talk.dialogue.heard(turn, heard)
        talk.dialogue.forget(deletes(items[1]))
        assert [past.text for past in talk.dialogue.prompt(TURN).history] == ["zebra0", "zebra2"]

    run_virtual(main())
