"""`./sidecast score safety`: every line answered in order, whatever stands in it; scores that go with the verdicts."""

from __future__ import annotations

import io
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecast.commands import score as command
from sidecast.flow.clause import Word
from sidecast.flow.policy import Direction, Policy
from sidecast.flow.verdict import Category, Decision
from sidecast.safety.gate_in import GateIn
from sidecast.safety.judge import MAX_TEXT
from sidecast.safety.scored import RANGES, Scored, Scorer, pieces
from sidecast.settings import Safety
from unit.safety.samples import words_of

pytestmark = pytest.mark.unit

SLUR = words_of(Category.RACE_RELIGION, 0, 1)[0]
SWEAR = words_of(Category.SWEARING, 3, 1)[0]
INWARD = Scorer(Policy(), Direction.IN)
OUTWARD = Scorer(Policy(), Direction.OUT)


def answers(*lines: bytes, outward: bool = False) -> list[dict[str, Any]]:
    written: list[dict[str, Any]] = []
    command.score(io.BytesIO(b"\n".join(lines)), written.append, OUTWARD if outward else INWARD, outward=outward)
    return written


def line(text: str, known: str | int = 1) -> bytes:
    return json.dumps({"id": known, "text": text}).encode()


def test_each_text_gets_the_verdict_of_its_gate() -> None:
    texts = ["what a lovely evening", f"you {SLUR}", f"{SWEAR} that was good", "see example.com/x"]
    gate = GateIn(Safety())
    found = answers(*(line(text, f"t{number}") for number, text in enumerate(texts)))
    assert [each["id"] for each in found] == ["t0", "t1", "t2", "t3"]
    for text, each in zip(texts, found, strict=True):
        verdict = gate.judge(text)
        assert (each["verdict"], each["category"], each["rule"]) == (
            verdict.decision.name.lower(),
            verdict.category.value,
            verdict.rule,
        )
        assert each["us"] > 0
    assert [each["verdict"] for each in answers(*map(line, texts), outward=True)] == ["allow", "block", "soften", "block"]


def test_the_host_s_clauses_are_judged_as_they_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    scored = OUTWARD.scored

    def noted(text: str, words: tuple[Word, ...] = ()) -> Scored:
        found = scored(text, words)
        judged.append(found.verdict.judged)
        return found

    monkeypatch.setattr(OUTWARD, "scored", noted)
    answers(line("42 foxes!"), outward=True)
    assert judged == ["forty two foxes!"]


def test_scores_rise_with_the_verdict_and_tell_allowed_texts_apart() -> None:
    lovely, swearing, link, slur = (
        each["score"] for each in answers(*map(line, ["lovely", SWEAR, "www.example.com", f"you {SLUR}"]))
    )
    assert 0 == lovely < swearing < link < slur <= 1
    ranges = [RANGES[decision] for decision in Decision]
    assert all(low[1] <= high[0] for low, high in itertools.pairwise(ranges))


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"{", "JSON"),
        (b"\xff", "JSON"),
        (b'"text"', "object"),
        (b'{"id": 1}', "text"),
        (b'{"id": 1, "text": 2}', "text"),
        (b'{"text": "x"}', "id"),
        (b'{"id": true, "text": "x"}', "id"),
        (b"[" * 100_000, "JSON"),
        (b"x" * (command.MAX_LINE + 7), "longer"),
    ],
)
def test_a_bad_line_is_answered_by_its_number_and_the_others_go_on(bad: bytes, says: str) -> None:
    good, wrong, after = answers(line("hello", 1), bad, line("hello", 2))
    assert (good["id"], after["id"]) == (1, 2)
    assert wrong["line"] == 2
    assert says in wrong["error"]


@given(st.text(max_size=1_500))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_one_score_within_its_verdict_s_range(text: str) -> None:
    for scorer in (INWARD, OUTWARD):
        first, again = scorer.scored(text), scorer.scored(text)
        assert first == again
        low, high = RANGES[first.verdict.decision]
        assert low <= first.score <= high


@given(st.text("ab  ", max_size=400), st.integers(1, 50))
def test_pieces_are_short_and_lose_nothing(text: str, limit: int) -> None:
    cut = list(pieces(text, limit))
    assert all(len(piece) <= limit for piece in cut)
    assert "".join(cut).replace(" ", "") == text.replace(" ", "")


def test_a_text_longer_than_a_message_is_judged_to_its_end() -> None:
    calm = "a calm sentence about nothing much, number {} "
    text = "".join(calm.format(number) for number in range(60))
    assert len(text) > 3 * MAX_TEXT
    assert answers(line(text))[0]["verdict"] == "allow"
    assert answers(line(text + SLUR))[0]["verdict"] == "block"


def test_files_are_read_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts, verdicts = tmp_path / "texts.jsonl", tmp_path / "verdicts.jsonl"
    texts.write_bytes(line("hello") + b"\n\n" + line("there", 2))
    asked = ["safety", "--in", str(texts), "--out", str(verdicts)]
    assert command.main(asked) == 0
    assert [json.loads(each)["id"] for each in verdicts.read_text().splitlines()] == [1, 2]
    texts.write_bytes(b"nothing\n")
    assert command.main(asked) == command.BAD_LINES
    assert command.main(["safety", "--in", str(tmp_path / "none"), "--out", str(verdicts)]) == 1
    assert "none" in capsys.readouterr().err


def test_a_level_can_be_asked_for(tmp_path: Path) -> None:
    texts, verdicts = tmp_path / "texts.jsonl", tmp_path / "verdicts.jsonl"
    texts.write_bytes(line(f"{SWEAR} that was good"))
    found = []
    for level in ("2", "3"):
        assert command.main(["safety", "--in", str(texts), "--out", str(verdicts), "--level", level]) == 0
        found.append(json.loads(verdicts.read_text())["verdict"])
    assert found == ["allow", "block"]
