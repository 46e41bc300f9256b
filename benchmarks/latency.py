"""From a message's arrival to its first audible sample: the whole show, in Godot, judged by the captured mix.

Three shows, one after the other, each started with `./sidecast run` in a data folder of its own: chat log 20 in real time
(where the replays are at hand), the demo, and a made-up chat whose moderator skips every answer in mid-sentence. Pauses
between turns are 0 and replies one clause long, so that many turns fit in; nothing else differs from a streamer's evening.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.captured_mix import CapturedMix, Listening
from benchmarks.report import Report, percentile, raw_writer

REPOSITORY = Path(__file__).resolve().parent.parent
SHORT_REPLIES = {"SIDECAST_AUDIENCE__PAUSE_S": "0", "SIDECAST_DIALOGUE__MAX_CLAUSES": "1", "SIDECAST_CONTROL__PORT": "0"}
STAGES = ("arrived", "screened", "chosen", "first_clause", "cleared", "first_pcm", "audible")
SETTLE_S = 120
"""Set-up and shut-down that a show may take on top of its own seconds."""


@dataclass(frozen=True, slots=True)
class Show:
    """What one run of the app left behind."""

    name: str
    turns: list[dict[str, Any]]
    cuts: list[dict[str, Any]]
    mix: Listening

    def heard_ns(self, turn: dict[str, Any]) -> int | None:
        """When the captured mix has the turn's first audible sample."""
        if not turn["audible_ns"]:
            return None
        return self.mix.onset_after(turn["first_pcm_ns"], within_s=1.0)


def run_show(name: str, arguments: list[str], seconds: float, folder: Path) -> Show:
    """Start the app, listen until it ends, and read its trace.

    Raises:
        RuntimeError: the app ended with an error.
    """
    trace = folder / f"{name}.trace"
    environment = os.environ | SHORT_REPLIES | {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
    command = [sys.executable, str(REPOSITORY / "sidecast"), "run", *arguments, "--for", str(seconds), "--trace", str(trace)]
    with CapturedMix() as mix:
        done = subprocess.run(command, env=environment, timeout=seconds + SETTLE_S, check=False)
        listening = mix.listen()
    if done.returncode != 0:
        raise RuntimeError(f"The show “{name}” ended with code {done.returncode}; its own words are above.")
    lines = [json.loads(line) for line in trace.read_text("utf-8").splitlines()]
    return Show(
        name,
        turns=[line for line in lines if "turn" in line and "outcome" in line],
        cuts=[line for line in lines if line.get("mark") == "cut"],
        mix=listening,
    )


def write_skipped_chat(path: Path, answers: int) -> None:
    """A chat in our own format: a question every four seconds, and a moderator who skips the answer 0.4–1.6 s into it."""
    with path.open("w", encoding="utf-8") as file:
        for index in range(answers):
            at_s = 4.0 * index
            skip_s = at_s + 0.6 + 0.03 * (index * 7 % 40)
            question = {
                "at": at_s,
                "kind": "message",
                "author": f"viewer{index}",
                "text": f"hey Kit, what do you think of {index}?",
            }
            skip = {
                "at": skip_s,
                "kind": "message",
                "author": {"id": "mod", "name": "mod", "roles": ["moderator"]},
                "text": "!skip",
            }
            file.write(json.dumps(question) + "\n" + json.dumps(skip) + "\n")


def stop_times_ms(show: Show) -> list[float]:
    """From the order to the last audible sample in the captured mix, for every utterance that was cut while it sounded."""
    times = []
    for cut in show.cuts:
        if cut["heard_frames"] == 0 or not cut["asked_ns"]:
            continue
        last_ns = show.mix.silent_from(cut["asked_ns"], within_s=0.5)
        times.append(max(0.0, (last_ns - cut["asked_ns"]) / 1e6) if last_ns is not None else 0.0)
    return times


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench latency", description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write one JSON line a turn")
    parser.add_argument("--seconds", type=float, default=240, help="length of each of the two chats (default 240)")
    parser.add_argument("--stops", type=int, default=40, help="answers that are skipped (default 40)")
    options = parser.parse_args()

    report = Report("latency")
    log = (
        Path(os.environ.get("SIDECAST_DATA", REPOSITORY.parent / "shared" / "data")) / "twitch-chat-replays" / "20_typical.tsv.gz"
    )
    with tempfile.TemporaryDirectory(prefix="sidecast-latency-") as name:
        folder = Path(name)
        shows = [run_show("demo", ["--demo"], options.seconds, folder)]
        if log.exists():
            shows.append(run_show("log 20", ["--replay", str(log)], options.seconds, folder))
        else:
            print("latency: the chat replays are not at hand; only the demo is played", file=sys.stderr)
        write_skipped_chat(folder / "skips.jsonl", options.stops)
        skipped = run_show("skips", ["--replay", str(folder / "skips.jsonl")], 4.0 * options.stops + 2, folder)

    samples = [sample(show, turn) for show in shows for turn in show.turns]
    with raw_writer(options.raw) as write:
        for line in samples:
            write(line)
    summarise(report, samples, stop_times_ms(skipped))
    report.finish(options.json)
    return 0


def sample(show: Show, turn: dict[str, Any]) -> dict[str, Any]:
    """One turn as a raw line: milliseconds from arrival to each stage, and what the captured mix says."""
    heard_ns = show.heard_ns(turn)
    since = {f"{stage}_ms": (turn[f"{stage}_ns"] - turn["arrived_ns"]) / 1e6 for stage in STAGES[1:] if turn[f"{stage}_ns"]}
    return {
        "show": show.name,
        "turn": turn["turn"],
        "was_free": turn["was_free"],
        "outcome": turn["outcome"],
        "stages": since,
        "heard_ms": None if heard_ns is None else (heard_ns - turn["arrived_ns"]) / 1e6,
        "mark_error_ms": None if heard_ns is None else (heard_ns - turn["audible_ns"]) / 1e6,
    }


def summarise(report: Report, samples: list[dict[str, Any]], stops: list[float]) -> None:
    """`audible_ms` counts turns whose cause came while the host was free, from arrival to the captured mix."""
    heard = [line for line in samples if line["heard_ms"] is not None]
    free = [line for line in heard if line["was_free"]]
    report.n = len(heard)
    report.figure("turns", len(heard))
    report.figure("turns_free", len(free))
    for q, key in ((50, "p50"), (95, "p95"), (99, "p99"), (100, "max")):
        report.figure(f"audible_ms_{key}", percentile([line["heard_ms"] for line in free], q))
    for q in (50, 95):
        report.figure(f"answered_age_ms_p{q}", percentile([line["heard_ms"] for line in heard], q))
    report.figure("stop_ms_p95", percentile(stops, 95))
    report.figure("stops", len(stops))
    for before, stage in itertools.pairwise(STAGES):
        lasted = [line["stages"][f"{stage}_ms"] - line["stages"].get(f"{before}_ms", 0.0) for line in free]
        report.figure(f"{stage}_ms_p95" if stage != "audible" else "mixed_ms_p95", percentile(lasted, 95))
    errors = [abs(line["mark_error_ms"]) for line in heard]
    report.figure("mark_error_ms_p50", percentile(errors, 50))
    report.figure("mark_error_ms_p95", percentile(errors, 95))


if __name__ == "__main__":
    sys.exit(main())
