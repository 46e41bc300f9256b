"""The gate out lets nobody hear the instructions: not in one clause, not over several, not in the shown words."""

from __future__ import annotations

import pytest

from sidecast.assembly.instructions import marked
from sidecast.dialogue.persona import load_persona
from sidecast.dialogue.spoken import words_of
from sidecast.flow.clause import Clause, Word
from sidecast.flow.verdict import Category, Decision
from sidecast.safety.gate_out import GateOut
from sidecast.safety.leaks import CANARY
from sidecast.settings import Safety

pytestmark = pytest.mark.unit

PERSONA, LEAKS = marked(load_persona())
MARK = PERSONA.instructions.split("“")[1].split("”")[0]


def gate() -> GateOut:
    return GateOut(Safety(), leaks=LEAKS)


def clause(text: str, index: int = 0) -> Clause:
    return Clause(turn_id="t", index=index, words=words_of(text))


def test_two_shows_have_two_marks() -> None:
    other, _ = marked(load_persona())
    assert other.instructions != PERSONA.instructions
    assert MARK not in load_persona().instructions


def test_the_mark_is_never_spoken() -> None:
    cleared, verdict = gate().clear(clause(f"My secret word is {MARK}."))
    assert cleared is None
    assert (verdict.decision, verdict.category, verdict.rule) == (Decision.BLOCK, Category.SECRETS, CANARY)


def test_nor_in_pieces_over_clauses_nor_shown_beside_other_words() -> None:
    half = len(MARK) // 2
    judging = gate()
    assert judging.clear(clause(f"It begins with {MARK[:half]}"))[0] is not None
    assert judging.clear(clause(f"{MARK[half:]} is how it ends.", 1))[0] is None
    shown = Clause(turn_id="t", index=0, words=(Word(written=MARK, spoken="hello"),))
    assert gate().clear(shown)[0] is None


def test_no_sentence_of_the_instructions_is_read_out() -> None:
    sentences = [line for line in PERSONA.instructions.splitlines() if len(line.split()) >= 14]
    about = set(PERSONA.about.split())
    read_out = [gate().clear(clause(line[:500]))[0] for line in sentences if not set(line.split()) <= about]
    assert read_out
    assert not any(read_out)


def test_what_the_pack_has_the_host_say_is_said() -> None:
    judging = gate()
    lines = [*PERSONA.deflections, *PERSONA.closings, *(reply for topic in PERSONA.topics for reply in topic.replies)]
    texts = [PERSONA.fill(line, {"name": "mika", "friend": "friend"}) for line in lines]
    refused = [judging.foresee([clause(text)]) for text in texts]
    assert not [verdict.rule for verdict in refused if verdict is not None and verdict.rule.startswith("leak.")]
