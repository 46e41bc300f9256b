from __future__ import annotations

from pathlib import Path

import pytest

from sidecast.audience.sentiment import Sentiment, energy, fold, read_lexicon
from sidecast.errors import SettingsError

pytestmark = pytest.mark.unit

SENTIMENT = Sentiment(read_lexicon())


@pytest.mark.parametrize(
    "text", ["poggers", "LETS GOOOO", "lets go", "KEKW", "GG", "POGGGG", "you are wonderful", "tysm ily", "🎉 yay"]
)
def test_warm(text: str) -> None:
    assert SENTIMENT.of(text) > 0.2


@pytest.mark.parametrize("text", ["sadge", "this is trash", "I hate this", "F", "notlikethis", "boring", "so toxic"])
def test_cold(text: str) -> None:
    assert SENTIMENT.of(text) < -0.1


@pytest.mark.parametrize("text", ["", "the door is over there", "kill him", "40 iron for the upgrade"])
def test_neither(text: str) -> None:
    assert abs(SENTIMENT.of(text)) <= 0.1


def test_negation_is_still_vaders() -> None:
    assert SENTIMENT.of("that was not good") < 0 < SENTIMENT.of("that was good")


def test_energy_rises_with_capitals_marks_and_drawn_out_letters() -> None:
    calm, loud = energy("that was nice", 0.4), energy("THAT WAS NIIIICE!!!", 0.4)
    assert 0 <= calm < 0.15
    assert 0.7 < loud <= 1
    assert energy("OK", 0.0) == 0, "two capitals are no shout"


def test_fold() -> None:
    assert fold("GOOOOO") == "goo"
    assert fold("good") == "good"


@pytest.mark.parametrize("line", ["word\tx\tcheer", "word\t9\tcheer", "word\t1\tnonsense", "Word\t1\tcheer", "one cell"])
def test_a_wrong_lexicon_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text(f"# head\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="line 2"):
        read_lexicon(path)
