"""Figures of streams against SIGKILL in mid-write: the database opens, nothing acknowledged is lost, nothing is counted twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.peers

ROOT = Path(__file__).resolve().parents[2]


def test_a_killed_writer_loses_no_acknowledged_figure(tmp_path: Path) -> None:
    """Three of the hundred kills that `./sidecast bench killed_ledger` does, on the same files."""
    raw = tmp_path / "kills.jsonl"
    path = os.pathsep.join(str(ROOT / folder) for folder in ("python", "tests", ""))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.killed_ledger", "--times", "3", "--seed", "7", "--raw", str(raw)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    kills = [json.loads(row) for row in raw.read_text("utf-8").splitlines()]
    assert len(kills) == 3
    before = 0
    for kill in kills:
        assert kill["opened"] == kill["agree"] == 1
        assert kill["changed"] == 0
        assert kill["lines"] >= kill["acknowledged"] > 0
        assert kill["told"] >= kill["messages"] - before >= kill["acknowledged"]
        before = kill["messages"]
