"""The shared report: percentiles, the object that trends are read from, raw lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.report import Report, percentile, raw_writer

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("q", "expected"), [(0, 1.0), (50, 2.5), (100, 4.0), (95, 3.85)])
def test_percentile_interpolates_between_ranks(q: float, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], q) == pytest.approx(expected)


def test_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="was anything measured"):
        percentile([], 50)


def test_finish_prints_and_writes_the_same_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("bridge")
    report.n = 3
    report.figure("post_us_p50", 1.25)
    report.finish(tmp_path / "deep" / "bridge.json")
    written = json.loads((tmp_path / "deep" / "bridge.json").read_text())
    assert set(written) == {"bench", "commit", "machine", "n", "figures"}
    assert (written["bench"], written["n"], written["figures"]) == ("bridge", 3, {"post_us_p50": 1.25})
    assert "post_us_p50  1.25" in capsys.readouterr().out


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_figure_must_be_a_number_that_json_can_hold(value: float) -> None:
    with pytest.raises(ValueError, match="leave it out"):
        Report("bridge").figure("x", value)


def test_a_figure_is_given_once() -> None:
    report = Report("bridge")
    report.figure("x", 1)
    with pytest.raises(ValueError, match="twice"):
        report.figure("x", 2)


def test_raw_lines_can_be_read_again(tmp_path: Path) -> None:
    with raw_writer(tmp_path / "raw.jsonl") as write:
        write({"ms": 1.5})
        write({"ms": 2.5})
    lines = (tmp_path / "raw.jsonl").read_text().splitlines()
    assert [json.loads(line)["ms"] for line in lines] == [1.5, 2.5]
