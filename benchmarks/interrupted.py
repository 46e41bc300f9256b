"""Set-up, broken off at random moments and taken up again: does it end in a show, and is nothing left behind?

Works on a copy of this checkout's last commit, in a folder whose name has spaces, quotes and umlauts, as a new user. A set-up is
interrupted (SIGINT, SIGTERM or SIGKILL, after a random time) and started again, `--each` times or until it is done; then the
show must run, the doctor must find everything, a start without any network must work (needs root for its namespace), and
`./sidecast clean` must leave what was there before. Then the next set-up begins with nothing, until there were `--times`
interruptions. It takes a quarter of an hour and fetches Godot with each set-up: run it by hand.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.report import Report, percentile, raw_writer

REPOSITORY = Path(__file__).resolve().parent.parent
AWKWARD = "Kit's “stage” äöü 🎙/side cast $HOME #1"
"""Below the folder in which everything is tried."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
AHEAD = (0, 1, 2, 2)
"""Steps that a start completes before it is interrupted: most of the time goes by in one of them, and each shall be hit."""
DONE = "✓".encode()
ENDS_WITHIN_S, GONE_WITHIN_S, DONE_WITHIN_S = 30.0, 30.0, 900.0
MARK = "SIDECAST_TRIAL"
ONNX_SESSION = ".ses"
"""ONNX Runtime writes it into the folder for temporary files: two lines, of each program that loads it."""
LEFTOVERS = (".making-*", ".apt-*", ".venv-new", "*-build", ".*.new", "pip-*")
"""What only an unfinished step has."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """One, and what came of it."""

    signal: str
    after_s: float
    during: str
    code: int
    ended_s: float
    wrong: list[str]


@dataclass(slots=True)
class Finished:
    """One set-up in the end."""

    interruptions: int
    last_s: float
    again_s: float = 0.0
    offline_s: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Trial:
    """One new user with one copy of the checkout."""

    def __init__(self, folder: Path, python: str, picture: bool) -> None:
        self.folder = folder
        self.checkout = folder / AWKWARD
        self.checkout.mkdir(parents=True)
        _copy_checkout(self.checkout)
        self._python = python
        self.stage = () if picture else ("--stage", "none")
        self._mark = f"{os.getpid()}-{time.monotonic_ns()}"
        below = self.checkout.parent
        self.temporary = below / "tmp"
        self.temporary.mkdir()
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("SIDECAST_", "XDG_", "PYTHON", "VIRTUAL_ENV"))
        }
        self.environment = kept | {
            MARK: self._mark,
            "TMPDIR": str(self.temporary),
            "XDG_CACHE_HOME": str(below / "the cache"),
            "XDG_DATA_HOME": str(below / "the data"),
            "XDG_CONFIG_HOME": str(below / "the config"),
            # what pip has downloaded once is not what is tried here
            "PIP_CACHE_DIR": str(folder.parent / "pip"),
        }
        self.before = _files(self.checkout)

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as output:
            command = [self._python, str(self.checkout / "sidecast"), "run", "--for", "2", *self.stage]
            return subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, process_group=0
            )

    def ask(self, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        command = [*before, self._python, str(self.checkout / "sidecast"), *arguments]
        return subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=DONE_WITHIN_S,
            stdin=subprocess.DEVNULL,
        )

    def end(self) -> None:
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def processes(self) -> list[int]:
        """Those that this trial started, whoever their parent is now."""
        sought = f"{MARK}={self._mark}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if sought in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found


def main() -> int:
    options = _options()
    chance = random.Random(options.seed)  # noqa: S311 - moments, nothing secret
    interruptions: list[Interruption] = []
    finished: list[Finished] = []
    with raw_writer(options.raw) as write, tempfile.TemporaryDirectory(prefix="sidecast-trial-", dir=options.folder) as parent:
        while len(interruptions) < options.times:
            trial = Trial(Path(parent) / str(len(finished)), options.python, options.stage == "godot")
            try:
                done = _one_set_up(trial, options, chance, interruptions, write)
                finished.append(complete(trial, done))
            finally:
                trial.end()
            write(asdict(finished[-1]))
            sys.stderr.write(f"  set up: {finished[-1]}\n")
            shutil.rmtree(trial.folder)
            if not done and finished[-1].wrong:
                break  # it does not even work when it is left alone
    return _tell(interruptions, finished, options)


def _one_set_up(
    trial: Trial,
    options: argparse.Namespace,
    chance: random.Random,
    interruptions: list[Interruption],
    write: Callable[[Mapping[str, Any]], None],
) -> int:
    """Interrupts it until it is done or often enough; returns how often."""
    done = 0
    while done < options.each and len(interruptions) < options.times:
        one = interrupt(trial, SIGNALS[len(interruptions) % 3], chance.choice(AHEAD), chance.uniform(0, options.within))
        if one is None:
            break
        interruptions.append(one)
        done += 1
        write(asdict(one))
        sys.stderr.write(f"  {one.signal} after {one.after_s:.1f} s during “{one.during}”: {one.wrong or 'well'}\n")
    return done


def interrupt(trial: Trial, with_signal: signal.Signals, steps: int, after_s: float) -> Interruption | None:
    """Lets it complete so many steps and go on for so long. None when set-up was done before it could be interrupted."""
    log = trial.folder / "log"
    process = trial.start(log)
    started = time.monotonic()
    while process.poll() is None and log.read_bytes().count(DONE) < steps:
        time.sleep(0.01)
    until = time.monotonic() + after_s
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    after_s = time.monotonic() - started
    during, done = _place(log.read_text("utf-8", "replace"))
    if done or process.returncode is not None:
        process.wait(DONE_WITHIN_S)
        return None
    process.send_signal(with_signal)
    at = time.monotonic()
    wrong = []
    try:
        process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        wrong.append("it did not end")
        process.kill()
    code = process.wait()
    ended_s = time.monotonic() - at
    while (left := trial.processes()) and time.monotonic() - at < GONE_WITHIN_S:
        time.sleep(0.05)
    if left:
        wrong.append(f"{len(left)} processes go on")
        trial.end()
    said = log.read_text("utf-8", "replace")
    if "Traceback" in said:
        wrong.append("a trace: " + said.strip().splitlines()[-1])
    expected = -with_signal if with_signal == signal.SIGKILL else 128 + with_signal
    # before the launcher listens to signals, Python's own way of ending is right too
    if code not in (expected, -with_signal):
        wrong.append(f"exit code {code}")
    return Interruption(with_signal.name, round(after_s, 2), during, code, round(ended_s, 2), wrong)


def complete(trial: Trial, interruptions: int) -> Finished:
    """Takes it up for the last time, and looks at everything afterwards."""
    log = trial.folder / "log"
    started = time.monotonic()
    code = trial.start(log).wait(DONE_WITHIN_S)
    finished = Finished(interruptions, round(time.monotonic() - started, 1))
    if code != 0:
        finished.wrong.append(f"exit code {code}: {log.read_text('utf-8', 'replace')[-600:]}")
    started = time.monotonic()
    again = trial.ask("run", "--for", "2", *trial.stage)
    finished.again_s = round(time.monotonic() - started, 1)
    if again.returncode != 0 or "Set up in" in again.stderr:
        finished.wrong.append(f"a second start had something to do: {again.stderr[-300:]}")
    doctor = json.loads(trial.ask("doctor", "--json", *trial.stage).stdout)
    lacking = [f"{check['name']}: {check['what']}" for check in doctor["checks"] if check["state"] != "found"]
    finished.wrong += [f"the doctor lacks {each}" for each in lacking]
    if os.geteuid() == 0:
        started = time.monotonic()
        offline = trial.ask("run", "--for", "2", *trial.stage, before=("unshare", "-n"))
        finished.offline_s = round(time.monotonic() - started, 1)
        if offline.returncode != 0:
            finished.wrong.append(f"offline: {offline.stderr[-300:]}")
    finished.wrong += [f"left behind: {name}" for name in _left_behind(trial)]
    clean = trial.ask("clean", "--yes")
    if clean.returncode != 0:
        finished.wrong.append(f"clean: {clean.stderr[-300:]}")
    finished.wrong += [f"clean left {name}" for name in sorted(_files(trial.checkout) - trial.before)[:5]]
    finished.wrong += [f"clean took {name}" for name in sorted(trial.before - _files(trial.checkout))[:5]]
    if (cache := Path(trial.environment["XDG_CACHE_HOME"]) / "sidecast").exists():
        finished.wrong.append(f"clean left {cache.name}")
    return finished


def _left_behind(trial: Trial) -> Iterator[str]:
    cache = Path(trial.environment["XDG_CACHE_HOME"]) / "sidecast"
    for folder in (trial.checkout / ".sidecast", cache, trial.temporary):
        for pattern in LEFTOVERS:
            yield from (str(path.relative_to(trial.folder)) for path in folder.glob(pattern))
    yield from (str(path.relative_to(trial.folder)) for path in trial.temporary.iterdir() if path.name != ONNX_SESSION)


def _place(said: str) -> tuple[str, bool]:
    """The step that is under way, and whether all are done."""
    steps = [line.strip() for line in said.splitlines()]
    begun = [line.removeprefix("… ") for line in steps if line.startswith("… ")]
    ended = [line for line in steps if line.startswith(("✓ ", "✗ "))]
    return (begun[-1] if len(begun) > len(ended) else "between steps", "Set up in" in said)


def _copy_checkout(destination: Path) -> None:
    packed = subprocess.run(["git", "-C", REPOSITORY, "archive", "HEAD"], capture_output=True, check=True).stdout
    subprocess.run(["tar", "x", "-C", destination], input=packed, check=True)


def _files(folder: Path) -> set[str]:
    """Python's compiled modules left aside: they are made by reading, not by set-up."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "__pycache__" not in path.parts}


def _tell(interruptions: list[Interruption], finished: list[Finished], options: argparse.Namespace) -> int:
    wrong = [each for one in interruptions for each in one.wrong] + [each for one in finished for each in one.wrong]
    report = Report("interrupted")
    report.n = len(interruptions)
    report.figure("resumed", sum(one.interruptions for one in finished if not one.wrong))
    report.figure("set_ups", len(finished))
    report.figure("wrong", len(wrong))
    for name, count in sorted(Counter(one.signal for one in interruptions).items()):
        report.figure(f"by_{name.lower()}", count)
    report.figure("steps_hit", len({one.during for one in interruptions}))
    ended = [one.ended_s for one in interruptions]
    report.figure("ended_s_p50", percentile(ended, 50))
    report.figure("ended_s_max", max(ended))
    report.figure("second_start_s_max", max(one.again_s for one in finished))
    report.figure("offline_start_s_max", max(one.offline_s for one in finished))
    report.finish(options.json)
    for each in wrong:
        sys.stderr.write(f"  wrong: {each}\n")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    reading = argparse.ArgumentParser(prog="./sidecast bench interrupted", description=(__doc__ or "").splitlines()[0])
    reading.add_argument("--json", type=Path, help="write the figures as JSON")
    reading.add_argument("--raw", type=Path, help="write one JSON line an interruption and a set-up")
    reading.add_argument("--times", type=int, default=20, help="interruptions in all (default 20)")
    reading.add_argument("--each", type=int, default=7, help="interruptions of one set-up at most (default 7)")
    reading.add_argument(
        "--within", type=float, default=12.0, metavar="SECONDS", help="a step is interrupted by then (default 12)"
    )
    reading.add_argument("--seed", type=int, default=1, help="of the moments and signals")
    reading.add_argument("--python", default=getattr(sys, "_base_executable", sys.executable), help="the Python of the new user")
    reading.add_argument("--stage", choices=("godot", "none"), default="godot", help="none: without Godot and the bridge")
    reading.add_argument("--folder", type=Path, help="where to try it (3 GB); default: the folder for temporary files")
    return reading.parse_args()


if __name__ == "__main__":
    sys.exit(main())
