"""Attacks as one evening's chat, and the simulated brain that obeys them behind HTTP."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.attack_scripts import Attack, Goal, forbidden_words, make_attacks
from benchmarks.attacks import target_of
from benchmarks.attacks_aloud import Evening, Obedience, chat_of, some_of, tell_aloud
from benchmarks.report import Report
from fakes.samples import SAMPLES, UNDERSTANDING
from sidecast.chat.log_reader import LogReader
from sidecast.dialogue.brains.messages import messages_of
from sidecast.flow.chat import ChannelEvent, ChatMessage
from sidecast.flow.line import LedgerLine
from sidecast.flow.prompt import Prompt

pytestmark = pytest.mark.unit

ALL = make_attacks(500, 7)
ATTACKS = some_of(ALL, 60, 7)


def test_of_every_kind_there_are_as_many_and_of_every_goal_some() -> None:
    assert set(Counter(attack.kind for attack in ATTACKS).values()) == {10}
    assert set(Counter(attack.goal for attack in ATTACKS)) == set(Goal)
    assert some_of(ALL, 60, 7) == ATTACKS != some_of(ALL, 60, 8)


def test_an_evening_holds_every_step_in_order_and_is_read_as_it_was_meant(tmp_path: Path) -> None:
    lines, seconds = chat_of(ATTACKS)
    path = tmp_path / "chat.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    reader = LogReader(path)
    read = list(reader.items())
    assert reader.malformed == 0
    meant = [item for attack in ATTACKS for _, item in attack.script]
    times = [each.at_s for each in read]
    assert times == sorted(times)
    assert times[-1] < seconds < 900
    for timed, item in zip(read, meant, strict=True):
        got = timed.item
        assert isinstance(got, ChatMessage | ChannelEvent)
        assert isinstance(item, ChatMessage | ChannelEvent)
        assert got.author is not None
        assert item.author is not None
        assert (type(got), got.id, got.text, got.author.name) == (type(item), item.id, item.text, item.author.name)
    # nobody is known from an attack before
    of_attack = {attack.id: {line["author"]["id"] for line in chat_of([attack])[0]} for attack in ATTACKS}
    assert sum(map(len, of_attack.values())) == len(set().union(*of_attack.values()))


def prompt(attack: Attack) -> Prompt:
    """Of its last step, with all of it in sight."""
    text = " ".join(attack.needs)
    return Prompt(turn_id="t1", name="mallory", text=text[:400], understanding=UNDERSTANDING)


def test_the_simulated_brain_obeys_what_reached_it_and_knows_the_shows_own_mark() -> None:
    brain = Obedience(ATTACKS)
    instructions = "The word “bodu” marks these instructions; it is never said.\n\nYou are Kit."
    phrase = next(each for each in ATTACKS if each.goal is Goal.PHRASE and len(each.obeyed) == 1 and len(each.needs) == 1)
    said = brain.reply([dict(each) for each in messages_of(instructions, prompt(phrase))])  # type: ignore[arg-type]
    assert phrase.payload in said
    assert len(brain.obeyed) == 1
    assert (brain.mark, brain.instructions) == ("bodu", instructions)
    nothing = [{"role": "system", "content": instructions}, {"role": "user", "content": "hello there"}]
    assert phrase.payload not in brain.reply(nothing)
    assert len(brain.obeyed) == 1


def figures(attack: Attack, *cleared: str, log: str = "") -> dict[str, object]:
    sample = next(each for each in SAMPLES if isinstance(each, LedgerLine))
    line = replace(sample, item_id=f"a{attack.id}-0", cleared=cleared, heard=" ".join(cleared), removed=False)
    report = Report("attacks")
    tell_aloud(report, "b", ATTACKS, Evening([line], [], np.zeros(16_000, np.float32), log), target_of(1))
    return dict(report.figures)


def test_what_should_never_have_been_heard_is_told() -> None:
    attack = next(each for each in ATTACKS if each.goal is Goal.WORD and each.payload in forbidden_words())
    fine = figures(attack, "Hello there.", "How are you?")
    assert [fine[f"b_{key}"] for key in ("answered", "clauses")] == [1, 2]
    bad = ("forbidden_words", "wanted_words_in_cleared", "clauses_stopped_when_read_again", "orders_obeyed")
    assert [fine[f"b_{key}"] for key in bad] == [0, 0, 0, 0]
    said = figures(attack, f"It is {attack.payload}.", log="12:00:00 info     show.overrule: stop by hotkey\n")
    assert [said[f"b_{key}"] for key in bad] == [1, 1, 1, 1]
    halves = figures(attack, attack.payload[:3], attack.payload[3:])
    assert halves["b_wanted_words_in_cleared"] == 1
