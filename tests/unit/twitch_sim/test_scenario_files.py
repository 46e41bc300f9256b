"""Scenario files: what is right is read, and what is wrong is named with its place and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecast.twitch_sim.scenario.file import ScenarioError, find, load, parse, shipped
from sidecast.twitch_sim.scenario.steps import KINDS, Raid, Say

pytestmark = pytest.mark.unit


def test_a_file_is_read_in_the_order_of_its_times() -> None:
    scenario = parse(
        'title = "Two"\n[[step]]\nat = 5\nraid = { from = "x", viewers = 3 }\n'
        '[[step]]\nat = 1.5\nsay = { from = "wren", text = "hi" }',
        "two.toml",
    )
    assert (scenario.name, scenario.title) == ("two", "Two")
    assert [(at.at_s, at.step) for at in scenario.steps] == [
        (1.5, Say.model_validate({"from": "wren", "text": "hi"})),
        (5.0, Raid.model_validate({"from": "x", "viewers": 3})),
    ]


HEAD = 'title = "x"\n\n[[step]]\nat = 0\nclear = {}\n\n'

WRONG = [
    ("at = = 5", "x.toml is not TOML: Invalid value (at line 7, column 6). Compare it"),
    (
        "[[step]]\nat = -1\nclear = {}",
        "x.toml, line 7 (step 2): “at” must be a number of seconds from 0 to 14400. For example: at = 5",
    ),
    ("[[step]]\nat = true\nclear = {}", "x.toml, line 7 (step 2): “at” must be"),
    ("[[step]]\nat = nan\nclear = {}", "x.toml, line 7 (step 2): “at” must be"),
    ("[[step]]\nclear = {}", "x.toml, line 7 (step 2): “at” must be"),
    ("[[step]]\nat = 1\nraide = {}", "x.toml, line 7 (step 2): there is no “raide”. Did you mean “raid”?"),
    (
        "[[step]]\nat = 1",
        "x.toml, line 7 (step 2): one thing happens in a step, but this one has nothing.",
    ),
    (
        "[[step]]\nat = 1\nclear = {}\nads = {}",
        "one thing happens in a step, but this one has “clear” and “ads”.",
    ),
    ("[[step]]\nat = 1\nraid = 5", "x.toml, line 7 (step 2): “raid” must be a table. Write raid = { … }"),
    ('[[step]]\nat = 1\nraid = { from = "x" }', "line 7 (step 2): “raid.viewers” is missing. “raid” takes: from, viewers."),
    ('[[step]]\nat = 1\nraid = { from = "x", viewer = 5 }', "“raid.viewers” is missing"),
    (
        '[[step]]\nat = 1\nraid = { from = "x", viewers = 5, viewes = 6 }',
        "“raid.viewes” means nothing here. Did you mean “viewers”?",
    ),
    ('[[step]]\nat = 1\nraid = { from = "x", viewers = 0 }', "“raid.viewers”: Input should be greater than or equal to 1."),
    ('[[step]]\nat = 1\nsay = { from = "a b", text = "x" }', "“say.from” is no login (letters, digits and _, at most 25)."),
    ("[[step]]\nat = 1\nfault = { name = 'closed' }", "there is no fault “closed”; did you mean “close”?"),
    ("[[step]]\nat = 1\nfault = { name = 'close', cod = 4006 }", "the fault “close” has no “cod”; it takes: code"),
    ("[[step]]\nat = 1\nfault = { name = 'close', code = '4006' }", "“code” of the fault “close” must be a whole number"),
    ("[[step]]\nat = 1\nfault = { name = 'late_welcome' }", "the fault “late_welcome” needs “seconds”"),
    (
        "[[step]]\nat = 1\nprediction = { title = 'x', outcomes = ['a', 'b'], winner = 3 }",
        "“prediction”: winner is 3, but there are only 2 outcomes.",
    ),
]


@pytest.mark.parametrize(("wrong", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_wrong_is_named_with_its_place(wrong: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        parse(HEAD + wrong, "x.toml")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"), [("", "x.toml has no steps."), ("step = 5", "has no steps"), ("titel = 'x'", "mean “title”?")]
)
def test_a_file_without_steps(text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        parse(text, "x.toml")
    assert said in str(error.value)


def test_an_error_repeats_nothing_that_a_viewer_would_say() -> None:
    with pytest.raises(ScenarioError) as error:
        parse('[[step]]\nat = 1\nsay = { from = "wren", text = 5, secret_words = "secret words" }', "x.toml")
    assert "secret words" not in str(error.value)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'title = "\xfc"')
    (tmp_path / "folder.toml").mkdir()
    for name, said in (
        ("latin.toml", "is not text in UTF-8"),
        ("folder.toml", "cannot be read"),
        ("none.toml", "cannot be read"),
    ):
        with pytest.raises(ScenarioError) as error:
            load(tmp_path / name)
        assert said in str(error.value)


def test_scenarios_are_found_by_name_or_path(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(HEAD)
    assert find(str(own)) == own
    assert find("hate-raid") == shipped()["hate-raid"]
    with pytest.raises(ScenarioError, match="Did you mean “raid”"):
        find("raidd")
    with pytest.raises(ScenarioError, match="There are: bad-network, busy-chat"):
        find("x")


@pytest.mark.parametrize("name", shipped())
def test_what_comes_along_is_right(name: str) -> None:
    scenario = load(shipped()[name])
    assert scenario.title
    assert len(scenario.about) > 40


def test_what_comes_along_shows_every_kind_of_step() -> None:
    shown = {type(at.step) for path in shipped().values() for at in load(path).steps}
    assert shown == set(KINDS.values())


@given(st.text(max_size=200), st.sampled_from(sorted(KINDS)))
def test_whatever_a_file_holds_it_is_read_or_refused(text: str, kind: str) -> None:
    for content in (text, f"[[step]]\nat = 1\n{kind} = {{ {text} }}", f"[[step]]\n{text}"):
        try:
            assert parse(content, "x.toml").steps
        except ScenarioError as error:
            assert str(error).startswith("x.toml")
