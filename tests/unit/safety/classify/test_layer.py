"""The classifiers as a layer of the gates: held and never blocked, said by whom, at the levels of the policy."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sidecast.dialogue.spoken import words_of
from sidecast.flow.chat import Author, ChatMessage, Role
from sidecast.flow.clause import Clause
from sidecast.flow.policy import Direction, Policy
from sidecast.flow.verdict import Category, Decision
from sidecast.safety.classify.layer import ClassifierLayer, against
from sidecast.safety.classify.scorer import LazyScorer, Scorer, Scores
from sidecast.safety.classify.weights import HEADS
from sidecast.safety.compiled import Compiled
from sidecast.safety.gate_in import GateIn
from sidecast.safety.gate_out import GateOut
from sidecast.safety.holder import PolicyHolder
from sidecast.safety.scored import Scorer as TextScorer
from unit.safety.classify.small_models import card, linear, write_all

pytestmark = pytest.mark.unit

IDS = itertools.count()


@dataclass
class Fixed:
    """A scorer that is there, or not yet."""

    now: Scorer | None


@dataclass
class Counted(Scorer):
    """Quick: the small classifier's; deep: whatever is given."""

    given: Scores
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(card(), linear())

    @property
    def has_deep(self) -> bool:
        return True

    def deep(self, texts: Sequence[str], heads: Sequence[str] = HEADS) -> list[Scores]:
        self.asked += texts
        return [Scores(*(score if head in heads else 0.0 for head, score in zip(HEADS, self.given, strict=True)))] * len(texts)


def says(text: str, *roles: Role) -> ChatMessage:
    author = Author(id="a", name="mossy", roles=frozenset(roles))
    return ChatMessage(id=f"m{next(IDS)}", author=author, text=text, arrived_ns=1)


def gate(scorer: Scorer | None, policy: Policy | None = None) -> GateIn:
    return GateIn(PolicyHolder(Compiled(policy or Policy(), classifiers=Fixed(scorer))))


def clause(text: str, index: int = 0) -> Clause:
    return Clause(turn_id="t", index=index, words=words_of(text))


SMALL = Scorer(card(), linear())


def test_what_is_flagged_is_held_with_its_score_and_never_blocked() -> None:
    verdict = gate(SMALL, Policy(level_in=4)).screen(says("a bad bad bad bad day for women"))
    assert (verdict.decision, verdict.category, verdict.rule) == (Decision.HOLD, Category.MISOGYNY, "classifier.hate")
    assert 0.5 <= verdict.confidence <= 1
    attack = gate(SMALL, Policy(level_in=4)).judge("trick trick trick")
    assert (attack.decision, attack.category, attack.rule) == (Decision.HOLD, Category.INJECTION, "classifier.injection")


def test_without_classifiers_the_rules_decide_alone() -> None:
    for scorer in (None, SMALL):
        assert gate(scorer).screen(says("good day")).passes
    assert gate(None, Policy(level_in=4)).screen(says("bad bad bad bad")).passes


def test_milder_levels_need_higher_scores_and_a_category_may_have_its_own() -> None:
    score = SMALL.quick(["bad day for women"])[0].hate
    thresholds = card().quick.by_level["hate"]
    for level in range(5):
        for policy in (Policy(level_in=level), Policy(level_in=0, levels_in={Category.MISOGYNY: level})):
            verdict = gate(SMALL, policy).judge("bad day for women")
            assert verdict.passes == (score < thresholds[level])


def test_only_what_the_quick_one_doubts_is_looked_at_closely_unless_it_will_be_answered() -> None:
    scorer = Counted(Scores(0.99, 0))
    quick = gate(scorer)
    assert quick.screen(says("good day")).passes
    assert scorer.asked == []
    assert quick.screen(says("bad bad bad bad")).decision is Decision.HOLD
    assert scorer.asked == ["bad bad bad bad"]
    assert quick.screen(says("good day"), closely=True).decision is Decision.HOLD


def test_the_closer_look_overrules_the_quick_one() -> None:
    assert gate(Counted(Scores(0, 0)), Policy(level_in=4)).screen(says("bad bad bad bad")).passes


def test_exempt_roles_are_judged_at_level_0() -> None:
    limit = card().deep.by_level["hate"]
    between = Counted(Scores((limit[0] + limit[2]) / 2, 0))
    policy = Policy(exempt=frozenset({Role.MODERATOR}))
    assert not gate(between, policy).screen(says("good day"), closely=True).passes
    assert gate(between, policy).screen(says("good day", Role.MODERATOR), closely=True).passes


def test_words_that_the_streamer_allows_are_not_held_against_a_text() -> None:
    assert not gate(SMALL, Policy(level_in=4)).judge("bad bad bad bad").passes
    assert gate(SMALL, Policy(level_in=4, allow=("bad",))).judge("bad bad bad bad").passes


def test_the_host_says_nothing_that_is_flagged_alone_or_with_what_it_said_before() -> None:
    def out(scorer: Scorer) -> GateOut:
        return GateOut(PolicyHolder(Compiled(Policy(), classifiers=Fixed(scorer))))

    cleared, verdict = out(Counted(Scores(0.99, 0))).clear(clause("Good day."))
    assert cleared is None
    assert (verdict.decision, verdict.rule) == (Decision.BLOCK, "classifier.hate")
    # nobody takes the host over by its own words
    cleared, _ = out(Counted(Scores(0, 0.99))).clear(clause("Good day."))
    assert cleared is not None
    seen = Counted(Scores(0, 0))
    both = out(seen)
    both.clear(clause("Good day."))
    both.clear(clause("And bad.", 1))
    assert seen.asked[-1] == "Good day. And bad."


def test_a_new_policy_keeps_the_classifiers() -> None:
    before = Compiled(Policy(level_in=4), classifiers=Fixed(SMALL))
    after = Compiled(Policy(level_in=4, block=("mossy",)), before=before)
    assert GateIn(PolicyHolder(after)).judge("bad bad bad bad").rule == "classifier.hate"


def test_the_score_of_an_allowed_text_rises_with_what_the_classifiers_think() -> None:
    scores = [
        TextScorer(Policy(), Direction.IN, Fixed(Counted(Scores(hate, 0)))).scored("good day").score
        for hate in (0, 0.2, 0.6, 0.9)
    ]
    assert scores == sorted(set(scores))


def test_weights_that_are_there_count_as_soon_as_they_are_loaded(tmp_path: Path) -> None:
    lazy = LazyScorer(write_all(tmp_path))
    judging = GateIn(PolicyHolder(Compiled(Policy(level_in=4), classifiers=lazy)))
    assert judging.judge("bad bad bad bad").passes
    lazy.wait()
    assert not judging.judge("bad bad bad bad").passes


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("all those Women there", Category.MISOGYNY),
        ("gay people", Category.SEXUALITY),
        ("the autistic one", Category.DISABILITY),
        ("immigrants", Category.RACE_RELIGION),
        ("they", Category.RACE_RELIGION),
    ],
)
def test_whom_a_flagged_text_is_about(text: str, category: Category) -> None:
    assert against(text) is category


def test_nothing_is_doubted_before_the_weights_are_there() -> None:
    assert ClassifierLayer(Fixed(None), 2).doubt("bad bad", closely=True) is None
