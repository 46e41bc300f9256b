"""A film of the show, looked at and listened to: is the mouth in step, was every sound cleared, does the picture flow?

Skew is the lag of the picture behind its sound, positive = late. The avatar leads on purpose by a few ms (`LEAD_S` of
`scenes/stage/viseme_track.gd`); that counts as it is, so an avatar that does exactly what it is meant to do has a skew of -20.

- `mouth_skew_ms_*`: from picture and sound alone, for every stretch of speech between pauses. How far such an estimate is off
  is measured on the same sound with an ideal mouth: `estimator_*`.
- `mouth_skew_matched_ms_*`: against the phonemes that the engine says it spoke, found in the film's sound by their own wave;
  exact to a millisecond if the engine's borders are right, which `engine_border_ms_p95` judges by energy alone.
- p95 is of the absolute skew, p50 of the signed one. `drift_ms`: last quarter of the film less the first.
- A frame stands for the moment at which it was grabbed; a player shows it during the 33 ms after that.
- `sound_off_mark_ms_p95`: how unevenly the sound lies against the mixer's marks; `utterances_found` of `utterances`: how many
  sound as their engine spoke them. More than a few ms, or fewer than all, means that the machine was too busy to play or
  film without gaps, and that no other figure here is worth much.
- The launcher aligns picture and sound of a film by a flash and a click. That takes out what flash and mouth have in common:
  the time from the mixer to the screen. `sound_moved_ms` is how much it took out, the recorder's own latencies included.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import engine_borders, evidence, verdicts
from benchmarks.film import Film
from benchmarks.report import Report, raw_writer
from sidecast.errors import SidecastError
from sidecast.flow.line import LedgerLine
from sidecast.ledger.reader import LedgerReader
from sidecast.settings import data_dir
from sidecast.vault.opening import open_vault

REPOSITORY = Path(__file__).resolve().parent.parent
SETTLE_S = 900
"""Set-up, shut-down and encoding that a filmed show may take on top of its own seconds."""
MOST_LINES = 10_000
INTACT_PART = 0.9
"""Of the utterances, at least, that must sound as their engine spoke them."""


def main() -> int:
    options = _options()
    report = Report("lipsync")
    with tempfile.TemporaryDirectory(prefix="sidecast-lipsync-") as name:
        try:
            judge(options, Path(name), report)
        except (SidecastError, ValueError, OSError, subprocess.SubprocessError) as error:
            sys.stderr.write(f"lipsync: {error}\n")
            return 1
    report.finish(options.json)
    return 0


def judge(options: argparse.Namespace, folder: Path, report: Report) -> None:
    """Raises SidecastError or ValueError when there is no film, or nothing to judge in it."""
    film_path, trace_path, data = options.film, options.trace, options.data or data_dir()
    if film_path is None:
        film_path, trace_path, data = options.keep or folder / "film.mp4", folder / "trace", folder / "data" / "sidecast"
        make_film(film_path, trace_path, options.seconds, folder)
        say_alignment(report)
    trace = [json.loads(line) for line in trace_path.read_text("utf-8").splitlines()]
    seen = evidence.gather(Film.open(film_path), trace, read_ledger(data, trace))
    with raw_writer(options.raw) as write:
        verdicts.judge_mouth(seen, report, write)
        asyncio.run(engine_borders.measure(report, write))
        verdicts.judge_sound(seen, report, write)
        verdicts.judge_flow(seen, report)
    warn(report)
    if options.strips is not None:
        verdicts.draw_strips(seen, options.strips)


def warn(report: Report) -> None:
    """Says on stderr what makes the figures worthless."""
    figures = report.figures
    if figures.get("alignment_pairs") == 0:
        sys.stderr.write("lipsync: the film has no flash with a click to align it by; its skew means nothing.\n")
    whole = float(figures["utterances_found"]) / float(figures["utterances"])
    if whole < INTACT_PART:
        sys.stderr.write(f"lipsync: only {whole:.0%} of the utterances sound whole; measure again on a quieter machine.\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./sidecast bench lipsync", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write one JSON line a stretch, an utterance and a border")
    parser.add_argument("--seconds", type=float, default=90, help="length of the film that is made (default 90)")
    parser.add_argument("--keep", type=Path, metavar="FILE.mp4", help="keep the film that is made")
    parser.add_argument("--film", type=Path, help="judge this film instead; needs --trace of the same show")
    parser.add_argument("--trace", type=Path, help="the trace of --film")
    parser.add_argument("--data", type=Path, help="data folder of --film's show, with its ledger.db (default: yours)")
    parser.add_argument("--strips", type=Path, metavar="FOLDER", help="write pictures of some utterances, for your own eyes")
    options = parser.parse_args()
    if (options.film is None) != (options.trace is None):
        parser.error("--film and --trace belong together")
    return options


def make_film(film: Path, trace: Path, seconds: float, folder: Path) -> None:
    """Films the demo, in a data folder of its own. Raises ValueError when the show ended with an error."""
    environment = os.environ | {
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "SIDECAST_CONTROL__PORT": "0",
    }
    command = [sys.executable, str(REPOSITORY / "sidecast"), "run", "--demo", "--for", str(seconds)]
    command += ["--record", str(film.absolute()), "--trace", str(trace)]
    done = subprocess.run(command, env=environment, timeout=seconds + SETTLE_S, check=False)
    if done.returncode != 0 or not film.exists():
        raise ValueError(f"The filmed show ended with code {done.returncode}; its own words are above.")


def say_alignment(report: Report) -> None:
    """What the launcher wrote about the film that it made last; no pairs when it found no flash with a click."""
    home = Path(os.environ.get("SIDECAST_HOME") or REPOSITORY / ".sidecast")
    words = (home / "logs" / "film.log").read_text("utf-8").splitlines()[-1]
    aligned = json.loads(words.removeprefix("alignment ")) if words.startswith("alignment ") else None
    report.figure("alignment_pairs", aligned["pairs"] if aligned else 0)
    if aligned:
        report.figure("sound_moved_ms", aligned["delay_s"] * 1e3)


def read_ledger(data: Path, trace: Sequence[Mapping[str, Any]]) -> list[LedgerLine]:
    """The lines of the traced show. Raises LedgerError or VaultError when they cannot be read."""
    turns = {entry["turn"] for entry in trace if "turn" in entry}
    vault = open_vault(data / "vault")
    try:
        return [line for line in LedgerReader(data / "ledger.db", vault).last(MOST_LINES) if line.turn_id in turns]
    finally:
        vault.close()


if __name__ == "__main__":
    sys.exit(main())
