"""Scores, and weights that are missing, damaged or of another version."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.safety.classify.linear import Linear
from sidecast.safety.classify.scorer import LazyScorer, Scorer, Scores, load
from sidecast.safety.classify.weights import BRANCHES, CARD, ENCODER_FILES, LINEAR, WeightsError, read_card
from unit.safety.classify import small_models

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_models.write_all(tmp_path_factory.mktemp("weights"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_models.write_all(tmp_path)


@pytest.fixture(scope="module")
def scorer(whole: Path) -> Scorer:
    found, problems = load(whole)
    assert problems == ()
    return found


@pytest.mark.parametrize("way", ["quick", "deep"])
def test_each_head_answers_for_its_own(scorer: Scorer, way: str) -> None:
    score: Callable[[list[str]], list[Scores]] = getattr(scorer, way)
    good, bad, trick = score(["good day", "bad day", "trick"])
    assert bad.hate > 0.5 > bad.injection
    assert trick.injection > 0.5 > trick.hate
    assert max(good) < 0.1


@pytest.mark.parametrize("way", ["quick", "deep"])
def test_the_worst_wording_counts(scorer: Scorer, way: str) -> None:
    score: Callable[[list[str]], list[Scores]] = getattr(scorer, way)
    plain, disguised = score(["bad", "b4d"])
    assert disguised.hate == pytest.approx(plain.hate, abs=1e-6)


def test_deep_lies_between_the_two_of_which_it_is_made(scorer: Scorer) -> None:
    for text in ("good day", "bad day", "a trick"):
        quick, deep = scorer.quick([text])[0], scorer.deep([text])[0]
        assert 0 <= deep.hate <= 1
        assert (deep.hate > 0.5) is (quick.hate > 0.5)


def test_order_and_company_change_nothing(scorer: Scorer) -> None:
    texts = ["bad", "good day good day good", "trick", "", "b4d day", "🐈"] * 9
    assert scorer.quick(texts) == [scorer.quick([text])[0] for text in texts]
    together, alone = scorer.deep(texts), [scorer.deep([text])[0] for text in texts]
    assert np.allclose(together, alone, atol=1e-5)


def test_nothing_gives_nothing(scorer: Scorer) -> None:
    assert scorer.quick([]) == []
    assert scorer.deep([]) == []


@settings(max_examples=60)
@given(st.text(max_size=5_000))
def test_any_text_has_scores_between_0_and_1(text: str) -> None:
    for each in SMALL.quick([text])[0]:
        assert 0 <= each <= 1


SMALL = Scorer(small_models.card(), small_models.linear())
"""Not a fixture, which hypothesis would not make anew for each example."""


def test_without_an_encoder_there_is_no_deep_score() -> None:
    assert not SMALL.has_deep
    with pytest.raises(WeightsError):
        SMALL.deep(["good day"])


def test_thresholds_flag_more_at_higher_levels(scorer: Scorer) -> None:
    flagged = [scorer.card.quick.flagged("hate", 0.75, level) for level in range(5)]
    assert flagged == [False, False, True, True, True]


@pytest.mark.parametrize("name", ENCODER_FILES)
def test_a_damaged_encoder_leaves_the_linear_classifier(folder: Path, name: str) -> None:
    damaged = bytearray((folder / name).read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (folder / name).write_bytes(damaged)
    found, problems = load(folder)
    assert not found.has_deep
    assert found.quick(["bad"])[0].hate > 0.5
    assert len(problems) == 1
    assert name in problems[0]


@pytest.mark.parametrize("name", ENCODER_FILES)
def test_an_encoder_that_is_not_one_is_refused_even_when_the_card_fits(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"something else")
    small_models.write_card(folder)
    found, problems = load(folder)
    assert not found.has_deep
    assert "does not load" in problems[0]


def test_an_encoder_that_gives_other_scores_is_refused(folder: Path) -> None:
    for head, name in enumerate(BRANCHES.values()):
        onnx.save(small_models.branch_model(head, columns=3), folder / name)
    small_models.write_card(folder)
    found, problems = load(folder)
    assert not found.has_deep
    assert "3" in problems[0]


def test_a_head_that_is_not_asked_for_does_not_run(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["bad trick", "good day"]
    both = scorer.deep(texts)
    encoder = scorer._encoder
    assert encoder is not None
    monkeypatch.delitem(encoder._branches, "injection")
    alone = scorer.deep(texts, ["hate"])
    assert [score.hate for score in alone] == [score.hate for score in both]
    assert {score.injection for score in alone} == {0}


@pytest.mark.parametrize("name", [LINEAR, CARD])
def test_without_the_linear_classifier_or_the_card_there_is_no_scorer(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(WeightsError, match=name.replace(".", r"\.")):
        load(folder)


def test_linear_weights_of_another_shape_are_refused(folder: Path) -> None:
    for arrays in (
        {"weights": np.zeros((8, 2), np.float16), "biases": np.zeros(2, np.float32)},
        {"weights": np.zeros(linear_shape(), np.float64), "biases": np.zeros(2, np.float32)},
        {"weights": np.full(linear_shape(), np.nan, np.float16), "biases": np.zeros(2, np.float32)},
        {"weights": np.zeros(linear_shape(), np.float16)},
        {"weights": np.array([object()]), "biases": np.zeros(2, np.float32)},
    ):
        np.savez(folder / LINEAR, **arrays)
        with pytest.raises(WeightsError):
            Linear.load(folder / LINEAR)
    (folder / LINEAR).write_bytes(b"PK not a zip file")
    with pytest.raises(WeightsError):
        Linear.load(folder / LINEAR)


def linear_shape() -> tuple[int, int]:
    weights, _ = small_models.linear().state()
    rows, heads = weights.shape
    return rows, heads


@pytest.mark.parametrize(
    "change",
    [
        {"quick_hate": "[0.5, 0.6, 0.7, 0.8, 0.9]"},
        {"quick_hate": "[0.9, 0.8]"},
        {"deep_injection": "[2.0, 0.8, 0.7, 0.6, 0.5]"},
        {"deep_hate": '"high"'},
        {"share": '"much"'},
    ],
)
def test_a_card_with_impossible_thresholds_is_refused(folder: Path, change: dict[str, str]) -> None:
    small_models.write_card(folder, **change)
    with pytest.raises(WeightsError, match="not as it should be"):
        read_card(folder)


@pytest.mark.parametrize("content", ["", "files = 3", "not toml", '[files."x"]\nbytes = 3'])
def test_a_card_that_is_none_is_refused(folder: Path, content: str) -> None:
    (folder / CARD).write_text(content, "utf-8")
    with pytest.raises(WeightsError):
        read_card(folder)


def test_lazy_loading_ends_with_a_scorer(folder: Path) -> None:
    lazy = LazyScorer(folder)
    assert lazy.now is None
    found = lazy.wait()
    assert found is not None
    assert lazy.now is found
    lazy.start()
    assert lazy.wait() is found
    assert lazy.problems == ()


def test_lazy_loading_ends_with_a_line_for_the_doctor(tmp_path: Path) -> None:
    lazy = LazyScorer(tmp_path / "nothing here")
    assert lazy.wait() is None
    assert lazy.now is None
    assert len(lazy.problems) == 1
    assert "cannot be read" in lazy.problems[0]
