"""Whatever stands in a rules file: it is read, or what is wrong with it is said. Nothing else comes out."""

from __future__ import annotations

import random
import string

import pytest
import tomlkit

from sidecast.errors import RulesError
from sidecast.rules.reading import read_rules
from sidecast.rules.reading_do import STEPS
from sidecast.rules.reading_when import TRIGGERS
from sidecast.rules.table import MOST_PROBLEMS, Problem

pytestmark = pytest.mark.unit

GOOD = """\
[[rule]]
name = "Raid welcome"
when = [ { event = "raid", at_least = 5 }, { obs = "scene", to = "Game" } ]
if = { scene = ["Game", "Pause"], between = ["22:00", "02:00"], chance = 0.5 }
cooldown = "1 min 30 s"
do = [
  { scene = "Raid", transition = "Fade", over = "500 ms" },
  { set_text = "Label", to = "Welcome {who}, {amount} of you!" },
  { poll = "Which?", choices = ["left", "right"], for = "2 min" },
]
"""
NOISE = string.printable + "äß🦊\u2028\x00"
VALUES = (
    "raid",
    "!x",
    "",
    "{who}",
    "{",
    "22:30",
    "8 s",
    "x" * 500,
    0,
    -1,
    5,
    10**30,
    10**400,
    0.5,
    float("nan"),
    float("inf"),
    True,
    False,
)
CONDITIONS = ("scene", "streaming", "between", "days", "by", "viewer", "chance", "at_least", "mood", "storm", "first_message")
OTHERS = (
    "to",
    "of",
    "in",
    "for",
    "over",
    "at_least",
    "reward",
    "by",
    "days",
    "where",
    "kind",
    "db",
    "x",
    "choices",
    "wait_for_end",
)


def outcome(text: str) -> list[Problem]:
    """Fails with whatever else is raised."""
    try:
        read_rules(text)
    except RulesError as error:
        found = [each for each in error.problems if isinstance(each, Problem)]
        assert found, error
        assert len(found) <= MOST_PROBLEMS
        lines = text.count("\n") + 1
        for problem in found:
            assert 0 <= problem.line <= lines
            assert problem.what
            assert len(str(problem)) < 4000
        return found
    return []


def test_a_file_in_which_letters_are_lost_and_come_in() -> None:
    chance = random.Random(7)
    broken = 0
    for _ in range(400):
        letters = list(GOOD)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(letters))
            match chance.randrange(3):
                case 0:
                    del letters[place]
                case 1:
                    letters.insert(place, chance.choice(NOISE))
                case _:
                    letters[place] = chance.choice(NOISE)
        broken += bool(outcome("".join(letters)))
    assert 200 < broken < 400


def value(chance: random.Random, depth: int = 0) -> object:
    match chance.randrange(10 if depth < 3 else 8):
        case 8:
            return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
        case 9:
            return {chance.choice(OTHERS): value(chance, depth + 1) for _ in range(chance.randrange(3))}
        case _:
            return chance.choice(VALUES)


def table(chance: random.Random, keys: tuple[str, ...]) -> object:
    if chance.random() < 0.1:
        return value(chance)
    made: dict[str, object] = {chance.choice(keys): value(chance)}
    for _ in range(chance.randrange(4)):
        made[chance.choice(OTHERS)] = value(chance)
    return made


def test_a_file_of_any_keys_with_any_values() -> None:
    chance = random.Random(11)
    for _ in range(400):
        rule = {
            "name": value(chance),
            "when": table(chance, tuple(TRIGGERS)),
            "if": table(chance, CONDITIONS),
            "do": [table(chance, tuple(STEPS)) for _ in range(chance.randrange(4))],
            chance.choice(("cooldown", "enabled", "while_running", "note", "wen")): value(chance),
        }
        outcome(tomlkit.dumps({"rule": [rule]}))


def test_a_file_cut_off_anywhere() -> None:
    for end in range(0, len(GOOD), 7):
        outcome(GOOD[:end])


def test_a_number_without_end() -> None:
    (problem,) = outcome(f"a = {'9' * 5000}")
    assert "more digits" in problem.what


def test_as_many_problems_as_anybody_reads_are_told() -> None:
    assert len(outcome("[[rule]]\n" * 100)) == MOST_PROBLEMS
