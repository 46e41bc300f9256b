"""SIGKILL in the middle of writing the ledger, again and again: does it open, and is all there that was acknowledged?

A writer of its own process tells the ledger lines, messages and viewers for as long as it lives, and says after each flush how
many were acknowledged. It is killed at a random moment, also while SQLite commits or empties its journal, and the next one goes
on with the same files. After every kill: the database must pass SQLite's own check, hold every acknowledged line, unchanged and
in order, and figures that agree with each other (minutes = hours = stream) and are no fewer than acknowledged and no more
than told.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Report, percentile, raw_writer
from fakes.ledger_lines import line
from sidecast.ledger.reader import LedgerReader
from sidecast.vault.opening import open_vault

ROOT = Path(__file__).resolve().parent.parent
LINES = 20
"""Of each flush, and as many messages."""
VIEWERS = 40

WRITER = f"""
import asyncio, sys
from pathlib import Path
from fakes.ledger_lines import line
from sidecast.clock import SystemClock
from sidecast.flow.chat import Author, ChatMessage
from sidecast.ledger.ledger import Ledger
from sidecast.ledger.streams.counter import Counter
from sidecast.ledger.streams.store import Streams
from sidecast.ledger.streams.viewer_marks import viewer_marks
from sidecast.vault.opening import open_vault

async def main(folder, run):
    clock, vault = SystemClock(), open_vault(folder)
    counter = Counter(clock, "twitch:kit")
    ledger = Ledger(folder / "ledger.db", vault, clock, run=run, counter=counter, streams=Streams(viewer_marks(vault)))
    ledger.start()
    number = 0
    while True:
        for _ in range({LINES}):
            number += 1
            author = Author(id=f"v{{number % {VIEWERS}}}", name="v")
            message = ChatMessage(id=f"m{{number}}", author=author, text="hi", arrived_ns=1)
            counter.heard(message)
            ledger.heard(message)
            ledger.ended(line(number, author=f"viewer-{{number % {VIEWERS}}}"))
        print("told", number, flush=True)
        await ledger.flush()
        print("kept", number, flush=True)

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench killed_ledger", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write one JSON line a kill")
    parser.add_argument("--times", type=int, default=100, help="kills (default 100)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 -- moments, and the same every time
    report = Report("killed_ledger")
    kept_lines = lost = unopened = disagreed = 0
    checks: list[float] = []
    with tempfile.TemporaryDirectory() as name, raw_writer(options.raw) as write:
        folder, messages = Path(name), 0
        for kill in range(options.times):
            told, kept = _killed(folder, f"run{kill}", chance.uniform(0.0, 0.35))
            began = time.perf_counter()
            found = _look(folder, f"run{kill}")
            checks.append((time.perf_counter() - began) * 1000)
            write({"kill": kill, "told": told, "acknowledged": kept, **found})
            unopened += found["opened"] == 0
            disagreed += found["agree"] == 0
            fewer = found["lines"] < kept or not kept <= found["messages"] - messages <= told or found["changed"] > 0
            lost += fewer
            kept_lines += kept
            messages = found["messages"]
    report.n = options.times
    report.figure("kills", options.times)
    report.figure("acknowledged_lines", kept_lines)
    report.figure("databases_that_did_not_open", unopened)
    report.figure("kills_that_lost_something_acknowledged", lost)
    report.figure("kills_after_which_figures_disagreed", disagreed)
    report.figure("open_and_check_ms_p95", percentile(checks, 95))
    report.finish(options.json)
    return 1 if unopened or lost or disagreed else 0


def _killed(folder: Path, run: str, after_s: float) -> tuple[int, int]:
    """Lines told and acknowledged; killed so long after the first acknowledgement."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'python'}{os.pathsep}{ROOT / 'tests'}"}
    command = [sys.executable, "-c", WRITER, str(folder), run]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert writer.stdout is not None
    said = [writer.stdout.readline(), writer.stdout.readline()]
    time.sleep(after_s)
    writer.send_signal(signal.SIGKILL)
    said += writer.stdout.read().split("\n")
    writer.wait(10)
    numbers = {"told": 0, "kept": 0}
    for word, number in (each.split() for each in said if each.count(" ") == 1):
        numbers[word] = int(number)
    # what comes after the last flush was told but not said yet
    return numbers["told"] + LINES, numbers["kept"]


def _look(folder: Path, run: str) -> dict[str, int]:
    db = sqlite3.connect(folder / "ledger.db")
    try:
        opened = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        keys = [key for (key,) in db.execute("SELECT key FROM lines WHERE key LIKE ? ORDER BY id", (f"{run}-%",))]
        sums = {
            span_s: db.execute("SELECT SUM(messages), SUM(newcomers) FROM figures WHERE span_s = ?", (span_s,)).fetchone()
            for span_s in (60, 3600, 0)
        }
        (viewers,) = db.execute("SELECT COUNT(*) FROM viewers").fetchone()
    finally:
        db.close()
    vault = open_vault(folder)
    lines = list(reversed(LedgerReader(folder / "ledger.db", vault).last(len(keys))))
    vault.close()
    changed = sum(each != line(number, author=f"viewer-{number % VIEWERS}") for number, each in enumerate(lines, start=1))
    changed += keys != [f"{run}-{number}" for number in range(1, len(keys) + 1)]
    agree = sums[60] == sums[3600] == sums[0] and sums[0][1] == viewers
    return {"opened": int(opened), "lines": len(keys), "changed": changed, "messages": sums[0][0], "agree": int(agree)}


if __name__ == "__main__":
    sys.exit(main())
