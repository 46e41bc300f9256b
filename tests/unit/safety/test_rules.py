"""Rule files load whole or not at all; every word in them is found as it stands and as it is commonly disguised."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sidecast.errors import SettingsError
from sidecast.flow.policy import MAX_LEVEL
from sidecast.flow.verdict import Category, Decision
from sidecast.safety.reading.folding import fold
from sidecast.safety.rules import RULES, RuleSet, shipped_rules
from unit.safety.samples import rules_with_words, tables, words_of

pytestmark = pytest.mark.unit

ALL = RuleSet(shipped_rules(), MAX_LEVEL, outward=True)
"""Everything that the host may not say."""


def hit(text: str, rules: RuleSet = ALL) -> str:
    index = rules.first_hit(fold(text))
    return "" if index is None else rules.rules[index].name


@pytest.mark.parametrize("table", rules_with_words(), ids=lambda table: str(table["name"]))
def test_every_listed_word_is_refused_in_what_the_host_says(table: dict[str, Any]) -> None:
    missed = [index for index, word in enumerate(table["words"]) if not hit(f"well {word}, you know") and table["out"] != "allow"]
    assert missed == [], "numbers of words in the list that are not found"


GRAVE = [
    *words_of(Category.RACE_RELIGION, 0, 12),
    *words_of(Category.SEXUALITY, 0, 6),
    *words_of(Category.MISOGYNY, 2, 6),
    *words_of(Category.SWEARING, 3, 12),
]
LEET = str.maketrans("aeiost", "431057")
DISGUISES: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "wide": lambda word: "".join(chr(ord(char) + 0xFEE0) for char in word),
    "bold": lambda word: "".join(chr(0x1D41A + ord(char) - 97) for char in word),
    "zero_width": "\u200b".join,
    "marks": lambda word: "".join(char + "\u0336" for char in word),
    "dots": ".".join,
    "spaces": " ".join,
    "dashes": "-".join,
    "stretched": lambda word: "".join(char * 4 for char in word),
    "leet": lambda word: word.translate(LEET),
    "starred": lambda word: f"{word[0]}{word[1:-1].replace(word[2], '*')}{word[-1]}",
    "cyrillic": lambda word: word.translate(str.maketrans("aeopcx", "аеорсх")),
}


def test_there_are_words_to_test_with() -> None:
    assert len(GRAVE) == 36


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_word_is_refused(disguise: str) -> None:
    missed = [index for index, word in enumerate(GRAVE) if not hit(DISGUISES[disguise](word))]
    assert missed == [], "numbers of the sample's words that are not found"


@pytest.mark.parametrize(
    "text",
    [
        "the bass in this track is a classic",
        "I was born in Scunthorpe and studied in Essex",
        "a cockatoo and a peacock, and a shiitake mushroom",
        "assassin's creed is a massive game, assume nothing",
        "my cocktail dress, the analyst said, was in the title",
        "raccoon city, what a snigger, niggling doubts",
        "pass it on, push it, miss hitting",
        "spikes on the wall, woop woop",
        "dickens wrote that, and a dickie bird",
        "kill him! shoot the boss, die die die",
        "from 10 to 100 in 5 seconds, gg ez",
        "Therapist. The rapid grape scraped the drapes",
        "see you at 19:30, it's 2026-11-23 and version 1.2.3",
        "what is the meaning of life, Kit?",
        "OMG THIS IS SO GOOD I LOVE IT LETS GOOOOO",
        "it's so hot in here, 31.5 degrees",
    ],
)
def test_innocent_text_passes_the_chat_s_usual_level(text: str) -> None:
    assert hit(text, RuleSet(shipped_rules(), 2, outward=False)) == ""


def test_an_allowed_word_is_no_reason_but_hides_nothing_else() -> None:
    mild, other = words_of(Category.SWEARING, 4, 2)
    rules = RuleSet(shipped_rules(), MAX_LEVEL, outward=True, allow=(mild,))
    assert hit(mild) and hit(other)
    assert hit(f"oh {mild}!", rules) == ""
    assert hit(f"oh {mild} {other}!", rules) == hit(other)


def test_a_higher_level_only_adds_rules() -> None:
    for outward in (False, True):
        names = [{rule.name for rule in RuleSet(shipped_rules(), level, outward=outward).rules} for level in range(MAX_LEVEL + 1)]
        assert all(low < high or low == high for low, high in itertools.pairwise(names))
        assert names[0] < names[-1]


def test_every_category_that_words_can_tell_has_a_rule() -> None:
    judged_elsewhere = {Category.NONE, Category.OWN, Category.MALFORMED}
    assert {rule.category for rule in shipped_rules()} == set(Category) - judged_elsewhere


def test_the_strictest_and_gravest_rule_is_named() -> None:
    rules = RuleSet(shipped_rules(), MAX_LEVEL, outward=True)
    assert list(rules.decisions) == sorted(rules.decisions, reverse=True)
    assert rules.decisions[0] is Decision.BLOCK


def test_every_file_says_where_its_words_come_from() -> None:
    for path in RULES.glob("*.toml"):
        assert "\nsource = " in path.read_text(encoding="utf-8"), path.name
    assert len(tables()) == len(shipped_rules())


GOOD = '[[rule]]\nname = "a.b"\ncategory = "spam"\nlevel = 1\nin = "block"\nout = "block"\nwords = ["tulip"]\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[rule]", "r.toml"),
        ("x = 1", "r.toml"),
        (GOOD.replace("level = 1", "level = 9"), "level"),
        (GOOD.replace('"spam"', '"rudeness"'), "rudeness"),
        (GOOD.replace('in = "block"', 'in = "shout"'), "SHOUT"),
        (GOOD.replace("words", "wrods"), "wrods"),
        (GOOD.replace('words = ["tulip"]', ""), "nothing"),
        (GOOD + 'check = "mood"\n', "mood"),
        (GOOD + GOOD, "a.b"),
    ],
)
def test_a_rule_file_that_is_wrong_names_the_fault(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "r.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=says):
        shipped_rules(tmp_path)


def test_an_expression_that_re2_refuses_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(GOOD.replace('words = ["tulip"]', "patterns = ['(a)\\1']"), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"a\.b"):
        RuleSet(shipped_rules(tmp_path), MAX_LEVEL, outward=False)
