"""The policy's own file: what is written is read back the same, and what a hand has broken is named by line and key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.errors import PolicyError
from sidecast.flow.chat import Role
from sidecast.flow.policy import Direction, OwnPattern, Policy
from sidecast.flow.verdict import Category, Decision
from sidecast.safety.policy_check import JUDGED, checked
from sidecast.safety.policy_file import as_toml, line_of, parse_policy, read_policy, write_policy

pytestmark = pytest.mark.unit

EXPRESSIONS = (
    r"free \w+ coins",
    "it's",
    r"\bspoil(er|ing)\b",
    "“quoted”",
    'say "no"',
    r"back\\slash",
    "ключ",
    "a{2,3}",
    "#tag = [x]",
)
words = st.text(max_size=30).filter(lambda word: any(char.isascii() and char.isalnum() for char in word))
words = words.filter(lambda word: all(char.isprintable() for char in word))
levels = st.dictionaries(st.sampled_from(JUDGED), st.integers(0, 4), max_size=4)
patterns = st.lists(
    st.builds(
        OwnPattern,
        name=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
        expression=st.sampled_from(EXPRESSIONS),
        direction=st.sampled_from(Direction),
        decision=st.sampled_from([Decision.HOLD, Decision.BLOCK]),
    ),
    max_size=3,
    unique_by=lambda pattern: pattern.name,
).map(tuple)
policies = st.builds(
    Policy,
    level_in=st.integers(0, 4),
    level_out=st.integers(0, 4),
    levels_in=levels,
    levels_out=levels,
    block=st.lists(words, max_size=5).map(tuple),
    allow=st.lists(words, max_size=5).map(tuple),
    patterns=patterns,
    exempt=st.frozensets(st.sampled_from(Role)),
).map(checked)


@given(policies)
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_back(policy: Policy) -> None:
    text = as_toml(policy)
    assert parse_policy(text, Policy(level_in=0, block=("other",)), "moderation.toml") == policy
    tomllib.loads(text)


@given(policies, st.data())
@settings(max_examples=200, deadline=None)
def test_a_broken_file_gives_a_policy_or_a_sentence_and_nothing_else(policy: Policy, data: st.DataObject) -> None:
    text = as_toml(policy)
    at = data.draw(st.integers(0, len(text)))
    junk = data.draw(st.text(max_size=8))
    broken = text[:at] + junk + text[at + data.draw(st.integers(0, 30)) :]
    try:
        parse_policy(broken, Policy(), "moderation.toml")
    except PolicyError as error:
        assert error.what.startswith("moderation.toml")
        assert error.remedy


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("level_in = 2\nlevel_out = 7\n", "line 2, key level_out: level_out = 7 is no level."),
        ("levle_in = 2\n", "line 1, key levle_in: “levle_in” is not known here."),
        ("# x\n[levels_in]\nswearing = 4\nsweating = 1\n", "line 4, key levels_in.sweating: “sweating” is not known here."),
        ("[levels_in]\nown = 1\n", "line 2, key levels_in.own"),
        ("[levels_out]\nsex = true\n", "line 2, key levels_out.sex: levels_out.sex = True is no level."),
        ('block = "word"\n', "line 1, key block: block must be a list of texts."),
        ('allow = ["fine", "!!!"]\n', "line 1, key allow: '!!!' in the list “allow” has no letter or digit to look for."),
        ('exempt = ["boss"]\n', "line 1, key exempt: “boss” is not known."),
        (
            "level_in = 1\n\n[[pattern]]\nname = 'one'\nexpression = 'ok'\n\n[[pattern]]\nname = 'two'\nexpression = 'a(b'\n",
            "line 7, key pattern.two: The expression of pattern “two” is not one at character 2: missing ).",
        ),
        ("[[pattern]]\nexpression = 'x'\n", "line 1, key pattern: A [[pattern]] has no name."),
        ("level_in = = 2\n", "is not valid TOML: Invalid value (at line 1"),
    ],
)
def test_errors_name_line_and_key(text: str, says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, Policy(), "moderation.toml")
    assert says in caught.value.what


def test_what_a_file_does_not_say_the_settings_say(tmp_path: Path) -> None:
    defaults = Policy(level_in=1, level_out=3, block=("from the settings",))
    file = tmp_path / "moderation.toml"
    assert read_policy(file, defaults) is None
    file.write_text("level_in = 4\n", encoding="utf-8")
    assert read_policy(file, defaults) == Policy(level_in=4, level_out=3, block=("from the settings",))


def test_the_file_is_replaced_whole_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "moderation.toml"
    write_policy(file, Policy(level_in=3))
    write_policy(file, Policy(level_in=1))
    assert [path.name for path in file.parent.iterdir()] == ["moderation.toml"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_policy(file, Policy()) == Policy(level_in=1)


@pytest.mark.parametrize(
    ("expression", "at"),
    [
        ("a(b", 1),
        ("ab)", 2),
        ("x[z-a]", 2),
        (r"ok(?!no)", 2),
        ("*x", 0),
        ("x**", 1),
        ("a{1001}", 1),
        ("tail\\", 4),
        (r"\p{Nope}", 0),
    ],
)
def test_a_bad_expression_is_refused_with_its_place(expression: str, at: int) -> None:
    with pytest.raises(PolicyError, match="is not one at character") as caught:
        checked(Policy(patterns=(OwnPattern(name="mine", expression=expression),)))
    assert caught.value.at == at


@pytest.mark.parametrize("expression", ["", "   ", "a*", "x|", "a" * 301, "((a{100}){100}){100}", "tab\there"])
def test_an_expression_that_means_everything_or_too_much_is_refused(expression: str) -> None:
    with pytest.raises(PolicyError):
        checked(Policy(patterns=(OwnPattern(name="mine", expression=expression),)))


def test_too_much_is_refused() -> None:
    with pytest.raises(PolicyError, match="10,001 words"):
        checked(Policy(block=tuple(f"word{number}" for number in range(10_001))))
    with pytest.raises(PolicyError, match="101 characters"):
        checked(Policy(allow=("x" * 101,)))
    with pytest.raises(PolicyError, match="101 patterns"):
        checked(Policy(patterns=tuple(OwnPattern(name=f"p{number}", expression="x") for number in range(101))))
    with pytest.raises(PolicyError, match="no level of its own"):
        checked(Policy(levels_in={Category.OWN: 1}))


def test_the_line_of_what_is_not_there() -> None:
    assert line_of("level_in = 1\n", "block") == 0
