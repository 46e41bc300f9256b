"""`./sidecast bench obs` with a real OBS: that it measures what it says. Its figures are for the benchmark's own run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import obs
from fakes.real_obs import missing

pytestmark = pytest.mark.peers


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_it_measures(tmp_path: Path) -> None:
    told, raw = tmp_path / "told.json", tmp_path / "raw.jsonl"
    code = obs.main(["--requests", "20", "--events", "6", "--faults", "1", "--json", str(told), "--raw", str(raw)])
    figures = json.loads(told.read_text("utf-8"))["figures"]
    assert set(obs.PROMISED) <= set(figures)
    assert figures["wrong_answers"] == 0
    assert all(value >= 0 for value in figures.values())
    assert code == int(any(figures[key] > most for key, most in obs.PROMISED.items()))
    lines = [json.loads(line) for line in raw.read_text("utf-8").splitlines()]
    assert sum(each["what"] == "event_to_obs_ms" for each in lines) == 6
    assert sum(each["what"] == "reconnect_s" for each in lines) == 1
