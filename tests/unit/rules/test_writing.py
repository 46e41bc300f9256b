"""What is written as a file is read back as it was, whatever the rules; and each key is found on its line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.drawn_rules import BOOKS, NAMES
from sidecast.rules.lines import Lines
from sidecast.rules.model import Rule
from sidecast.rules.reading import read_rules
from sidecast.rules.table import as_span, seconds_of
from sidecast.rules.words import do_words, if_words, often_words, when_words
from sidecast.rules.writing import as_toml

pytestmark = pytest.mark.unit


@given(BOOKS)
@settings(max_examples=60, deadline=None)
def test_written_rules_are_read_back_as_they_were(rules: tuple[Rule, ...]) -> None:
    read = read_rules(as_toml(rules))
    assert tuple(replace(rule, line=0) for rule in read) == rules


@given(BOOKS)
@settings(max_examples=15, deadline=None)
def test_every_key_of_a_written_file_is_on_its_line(rules: tuple[Rule, ...]) -> None:
    text = as_toml(rules)
    lines, written = Lines(text), text.split("\n")
    for path, _ in leaves(tomllib.loads(text)):
        if isinstance(path[-1], str) and "where" not in path:
            assert f"{path[-1]} = " in written[lines.of(path) - 1], path


@given(BOOKS)
@settings(max_examples=15, deadline=None)
def test_every_rule_can_be_told_in_words(rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        said = [when_words(rule), *if_words(rule), often_words(rule), *do_words(rule)]
        assert all(each.endswith(".") for each in said if each)
        assert len(do_words(rule)) == len(rule.do)


@given(st.floats(0.001, 86_400).map(lambda seconds: round(seconds, 3)))
def test_a_span_is_read_back_to_the_millisecond(seconds: float) -> None:
    assert seconds_of(as_span(seconds)) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (0.2, "200 ms"), (1.5, "1.5 s"), (90, "1 min 30 s"), (3600, "1 h"), (86_400, "24 h")]
)
def test_spans_are_said_as_people_do(seconds: float, words: str) -> None:
    assert as_span(seconds) == words


def test_lines_are_right_amid_everything_that_toml_allows() -> None:
    text = '''\
# [[rule]] in a remark
title = """
[[rule]]
a = "not a key" """  # here
[[rule]]
"quoted key" = 'x # y'
a.b . c = 1
list = [
  1,  # one
  { deep = [ "x]", "}" ] , other = 2 },
]
[rule.table]
x = \'\'\'
[no]\'\'\'
[[rule]]
y = 1979-05-27T07:32:00Z
'''
    lines = Lines(text)
    assert [
        lines.of(path)
        for path in (
            ("title",),
            ("rule",),
            ("rule", 0),
            ("rule", 0, "quoted key"),
            ("rule", 0, "a", "b", "c"),
            ("rule", 0, "list"),
            ("rule", 0, "list", 0),
            ("rule", 0, "list", 1, "deep", 1),
            ("rule", 0, "list", 1, "other"),
            ("rule", 0, "table", "x"),
            ("rule", 1),
            ("rule", 1, "y"),
            ("rule", 1, "missing", "deeper"),
        )
    ] == [2, 5, 5, 6, 7, 8, 9, 10, 10, 13, 15, 16, 15]
    assert Lines("").of(("rule",)) == 0


@given(st.dictionaries(NAMES, NAMES, min_size=1, max_size=5), st.integers(0, 5))
def test_quoted_keys_are_found_below_any_number_of_empty_lines(pairs: dict[str, str], blank: int) -> None:
    keys = [key for key in pairs if "\x7f" not in key]
    quoted = [key.replace("\\", "\\\\").replace('"', '\\"') for key in keys]
    text = "\n" * blank + "".join(f'"{key}" = "[[x]]"\n' for key in quoted)
    lines = Lines(text)
    assert [lines.of((key,)) for key in keys] == list(range(blank + 1, blank + len(keys) + 1))


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path, value


def test_the_examples_that_streamers_read_can_be_used() -> None:
    page = (Path(__file__).parents[3] / "docs" / "for-streamers-rules.md").read_text("utf-8")
    examples = [part.partition("```")[0] for part in page.split("```toml\n")[1:]]
    assert len(examples) >= 10
    for example in examples:
        assert read_rules(example), example
