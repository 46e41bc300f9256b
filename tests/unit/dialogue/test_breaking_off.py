"""A brain may break off anywhere, in any way: what was said stays, nothing is said twice, and every turn gets an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.brain import ScriptedBrain
from fakes.source import says
from sidecast.dialogue.brains.trouble import BrainTrouble
from sidecast.dialogue.clauses import ClauseSplitter
from sidecast.dialogue.dialogue import Dialogue
from sidecast.dialogue.persona import load_persona
from sidecast.flow.candidate import Candidate, Understanding
from sidecast.flow.prompt import Prompt
from sidecast.flow.turn import Turn
from sidecast.flow.verdict import Decision, Verdict
from sidecast.settings import Dialogue as DialogueSettings
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

KIT = load_persona()
ITEM = says("what is that?")
TURN = Turn(
    id="t1",
    cause=Candidate(ITEM, Verdict(Decision.ALLOW, ITEM.text), Understanding(frozenset(), 0.0, 0.0, ITEM.text, 3), 0),
    chosen_ns=0,
)
SENTENCES = (
    "[happy] Oh, that is a lovely question. ",
    "I would try the left door first, ",
    "and then we see how it goes! ",
    "(nod) Really. ",
)
REPLY = "".join(SENTENCES)
FALLBACK = "The built-in one has this to say."


class Breaking:
    """Writes `text` in pieces of `step` characters, and at `at` does what `how` says."""

    name = "breaking"

    def __init__(self, text: str, step: int, at: int, how: str) -> None:
        self._text, self._step, self._at, self._how = text, step, at, how

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        for start in range(0, min(self._at, len(self._text)), self._step):
            yield self._text[start : min(start + self._step, self._at)]
        if self._at < len(self._text):
            match self._how:
                case "raises":
                    raise BrainTrouble("It broke off.")
                case "stalls":
                    await asyncio.sleep(3600)
                case "dies":
                    raise OSError("anything")
                case "raves":
                    # more of it than of what came before, for a slip in a good sentence is no raving
                    yield (
                        " qxz wrtk plmn zzkp vbnq trrt xxkw qqqz gfds hjkl zxcv bnmq wrtp pqsd lkjh "
                        + "brrt grrk " * 9
                        + ". More words. "
                    )


@given(step=st.integers(1, 20), at=st.integers(0, len(REPLY)), how=st.sampled_from(["raises", "stalls", "dies", "raves", "ends"]))
@settings(max_examples=300, deadline=None)
def test_wherever_it_breaks_off(step: int, at: int, how: str) -> None:
    async def main() -> tuple[list[str], list[str]]:
        clock, told = loop_clock(), list[str]()
        fallback = ScriptedBrain(clock, lambda prompt: FALLBACK)
        dialogue = Dialogue(Breaking(REPLY, step, at, how), [fallback], KIT, DialogueSettings(), clock, on_change=told.append)
        clauses = [clause async for clause in dialogue.reply(replace(TURN))]
        assert [clause.index for clause in clauses] == list(range(len(clauses)))
        await dialogue.close()
        return [clause.text for clause in clauses], told

    said, told = run_virtual(main())
    splitter = ClauseSplitter(KIT.gestures)
    whole = [piece.text for piece in splitter.feed(REPLY) + splitter.close()]
    closings = [line.split("] ", 1)[1] for line in KIT.closings]
    assert said, "every turn gets words"
    assert len(set(said)) == len(said)
    if said == [FALLBACK]:
        assert told
    elif said[-1] in closings:
        assert said[:-1] == whole[: len(said) - 1]
        assert told
    else:
        # it ended by itself: the last clause may be a part of what was meant
        assert said[:-1] == whole[: len(said) - 1]
        assert how == "ends" or at == len(REPLY)
        assert not told
