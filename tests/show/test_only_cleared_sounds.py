"""Thousands of random shows: nothing is asked of a voice or handed to the bridge whose words the gate did not clear before.

`SIDECAST_RANDOM_SHOWS` says how many there are (default: as many as a test run has time for).
"""

from __future__ import annotations

import os
import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from fakes.witness import Asked, Clearing, Handed, Witness
from sidecast.flow.clause import ClearedClause
from sidecast.flow.line import LedgerLine
from sidecast.flow.policy import Policy
from sidecast.flow.utterance import Utterance

from .random_shows import OWN_WORD, Bad, Plan, Played, bad_words, plans, play

pytestmark = pytest.mark.show

SHOWS = int(os.environ.get("SIDECAST_RANDOM_SHOWS", "250"))


def test_nothing_sounds_that_was_not_cleared_before() -> None:
    happened: Counter[str] = Counter()

    @settings(max_examples=SHOWS, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(plans())
    def holds(plan: Plan) -> None:
        played = play(plan, "this show")
        check(played)
        happened.update(type(event).__name__ for event in played.witness.seen)
        happened.update(shows=1, refused=played.witness.refused, cut=len(played.seen.cuts))

    holds()
    told = ", ".join(f"{count} {what}" for what, count in sorted(happened.items()))
    sys.stdout.write(f"{told}\n")
    # a show in which nobody says anything proves nothing
    for what in ("Clearing", "Asked", "Handed", "refused"):
        assert happened[what] > happened["shows"] / 2, f"too little happened: {told}"


def check(played: Played) -> None:
    check_order(played.witness)
    check_words(played.witness)
    check_ledger(played)


# ---- what must hold ---------------------------------------------------------------------------------------------


def check_order(witness: Witness) -> None:
    """Each clause is cleared, then asked of the voice, then handed over: the same text, in this show, by itself."""
    cleared: list[ClearedClause] = []
    asked: list[ClearedClause] = []
    sounds: dict[int, tuple[Utterance, bytes]] = {}
    for event in witness.seen:
        match event:
            case Clearing(cleared=clause):
                cleared.append(clause)
            case Asked(cleared=clause):
                assert any(clause is each for each in cleared), f"asked of the voice, never cleared: {_of(clause)}"
                asked.append(clause)
            case Handed(utterance=utterance, number=number, pcm=pcm, begins=begins):
                clause = utterance.cleared
                assert any(clause is each for each in asked), f"sound that no voice was asked for: {_of(clause)}"
                assert (number not in sounds) == begins, f"utterance {number} begins twice, or goes on without a beginning"
                before = b"" if begins else sounds[number][1]
                sounds[number] = utterance, before + pcm
    for number, (utterance, pcm) in sounds.items():
        expected = witness.sound_of(utterance.cleared.spoken, utterance.frames)
        assert expected.startswith(pcm), f"utterance {number} sounds other than its cleared text: {_of(utterance.cleared)}"


def check_words(witness: Witness) -> None:
    """By the rule files alone, without the gate: what was cleared holds no word that the policy of that moment forbids."""
    for event in witness.seen:
        if not isinstance(event, Clearing):
            continue
        clause = event.cleared.clause
        words = set(clause.spoken.casefold().split()) | set(clause.text.casefold().split())
        words = {word.strip(".,!?… ") for word in words}
        for bad in bad_words():
            assert not (bad.word in words and forbids(event.policy, bad)), f"{bad.category} of level {bad.level} was cleared"
        assert not (OWN_WORD in words and OWN_WORD in event.policy.block), "a word of the block list was cleared"


def forbids(policy: Policy, bad: Bad) -> bool:
    return bad.level <= policy.levels_out.get(bad.category, policy.level_out)


def check_ledger(played: Played) -> None:
    """Every turn that sounded has one line, and the line names each clause, unless a removal has taken its words."""
    handed: dict[str, list[str]] = {}
    for event in played.witness.seen:
        if isinstance(event, Handed) and event.begins:
            clause = event.utterance.cleared
            handed.setdefault(clause.clause.turn_id, []).append(clause.spoken)
    lines: dict[str, list[LedgerLine]] = {}
    for line in played.seen.lines:
        lines.setdefault(line.turn_id, []).append(line)
    for turn_id, spoken in handed.items():
        assert len(lines.get(turn_id, [])) == 1, f"turn {turn_id} sounded and has {len(lines.get(turn_id, []))} lines"
        (line,) = lines[turn_id]
        if line.reason in {"removed", "held"} and not line.cleared and not line.heard:
            continue
        missing = Counter(spoken) - Counter(line.cleared)
        assert not missing, f"turn {turn_id}: the ledger does not name {missing.total()} clauses that sounded"


def _of(cleared: ClearedClause) -> str:
    """Never the words."""
    return f"clause {cleared.clause.index} of turn {cleared.clause.turn_id}"
