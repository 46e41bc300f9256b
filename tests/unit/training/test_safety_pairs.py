"""Our own contrast lines and the swapped rows: what is filled in, what label it gets, and that nothing leaks between folds."""

from __future__ import annotations

import re

import pytest

from training.safety import swaps
from training.safety.data import HATE, INJECTION, Row
from training.safety.folds import fold_of
from training.safety.pairs import edited, expanded, lines, listed_words, lists, quotable

pytestmark = pytest.mark.unit

GROUPS = {name for group in lists()["group"] for form in ("many", "one", "adj") for name in group[form]}


def licensed(text: str, key: str = "1", label: float = 1.0, source: str = "toxigen") -> Row:
    return Row(text, HATE, label, 1.0, source, key)


def test_there_are_as_many_lines_as_the_readme_says() -> None:
    heads = [line.head for line in lines()]
    assert heads.count(HATE) >= 1_500
    assert heads.count(INJECTION) >= 800
    assert {line.label for line in lines() if line.head == INJECTION} == {0.0, 1.0}


def test_no_line_holds_hate_of_its_own() -> None:
    """What is hateful comes through a slot, from the licensed sets."""
    hateful = [line for line in lines() if line.head == HATE and line.label == 1]
    assert hateful
    assert all(line.slots & {"hate", "slur"} for line in hateful)


def test_lines_are_of_chat_length() -> None:
    assert max(len(line.text) for line in lines()) <= 500
    attacks = [line for line in lines() if line.head == INJECTION and line.label == 1]
    assert sum(len(line.text) < 60 for line in attacks) > len(attacks) / 2


def test_slots_are_filled_and_differently() -> None:
    rows = list(expanded([licensed("a text of the licensed sets")]))
    assert not any(re.search(r"\{(?:groups|one|adj|things|thing|one_thing|slur|own|hate)\}", row.text) for row in rows)
    assert any("a text of the licensed sets" in row.text and row.label == 0 for row in rows)
    assert any("a text of the licensed sets" in row.text and row.label == 1 for row in rows)
    several = [line for line in lines() if line.slots == {"groups"}]
    first = {row.text for row in rows if row.twin == str(lines().index(several[0]))}
    assert len(first) > 1
    assert rows == list(expanded([licensed("a text of the licensed sets")]))


def test_only_wanted_lines_are_expanded() -> None:
    some = list(expanded([licensed("a text of the licensed sets")], lambda line: fold_of(line.text) == 0))
    rest = list(expanded([licensed("a text of the licensed sets")], lambda line: fold_of(line.text) != 0))
    assert some
    assert rest
    assert not {row.twin for row in some} & {row.twin for row in rest}


def test_what_is_quoted_is_certain_and_short() -> None:
    rows = [
        licensed("certainly of some length"),
        licensed("perhaps of some length", label=0.8),
        licensed("long " * 60),
        licensed("own", source="own"),
    ]
    assert quotable(rows) == ["certainly of some length"]


def test_edits_belong_to_the_fold_of_their_text() -> None:
    rows = list(edited([licensed("whatever it says", "510")]))
    assert rows
    assert {row.twin for row in rows} == {"toxigen:510"}
    assert {row.label for row in rows} == {0.0}
    assert not list(edited([]))


def test_a_target_is_found_when_it_is_the_only_one() -> None:
    assert swaps.target_of("so many trans women live here") == ("trans women", "many", "trans")
    assert swaps.target_of("gays and muslims live here") is None
    assert swaps.target_of("nobody lives here") is None
    assert swaps.target_of("women " + "and so on " * 30) is None
    assert swaps.target_of(f"women and a {listed_words()[0]}") is None


def test_swapped_rows_keep_the_label_with_groups_and_lose_it_with_things() -> None:
    row = licensed("I saw muslims in town")
    made = list(swaps.swapped([row], each=3))
    people, things = made[:3], made[3:]
    assert [each.label for each in people] == [1, 1, 1]
    assert len({each.group for each in people}) == 3
    assert all(each.text.removeprefix("I saw ").removesuffix(" in town") in GROUPS for each in people)
    assert [each.label for each in things] == [0]
    assert things[0].text.removeprefix("I saw ").removesuffix(" in town") in lists()["things"]["many"]
    assert all(each.weight < row.weight for each in made)


def test_neutral_and_doubtful_rows() -> None:
    assert all(each.label == 0 for each in swaps.swapped([licensed("muslims in town", label=0.0)]))
    assert not list(swaps.swapped([licensed("muslims in town", label=0.4)]))
    assert not list(swaps.swapped([licensed("females in town", label=1.0, source="vader")]))
