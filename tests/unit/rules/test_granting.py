"""A rule is granted what its own steps need, as the room that acts at Twitch says it, and nothing that only people may."""

from __future__ import annotations

import pytest

from sidecast.flow.action import Ban, Engine, Granted
from sidecast.flow.twitch import Feature
from sidecast.rules.granting import NEEDS, granted
from sidecast.rules.reading import read_rules
from sidecast.twitch.acting.kinds import KINDS

pytestmark = pytest.mark.unit


def test_each_act_needs_what_twitch_says_and_none_is_for_people_alone() -> None:
    assert {act: KINDS[act].feature for act in NEEDS} == dict(NEEDS)
    assert not any(KINDS[act].by_person for act in NEEDS)
    assert Ban not in NEEDS


@pytest.mark.parametrize(
    ("do", "features"),
    [
        ('{ scene = "A" }, { say = "Hi" }, { wait = "1 s" }', set[Feature]()),
        ('{ write = "Hi" }, { shield = true }', {Feature.WRITE, Feature.MODERATE}),
        ("{ shout_out = true }", {Feature.SHOUT_OUT}),
        ('{ poll = "Q", choices = ["a", "b"], for = 60 }', {Feature.RUN_POLLS}),
        ("{ fulfil = true }", {Feature.FULFIL}),
    ],
)
def test_a_rule_is_granted_no_more_than_its_steps_need(do: str, features: set[Feature]) -> None:
    (rule,) = read_rules(f'[[rule]]\nname = "R"\nwhen = {{ event = "raid" }}\ndo = [{do}]\n')
    assert granted(rule) == Granted(engine=Engine.RULE, name="R", features=frozenset(features))
