"""How quickly and how evenly the voices speak: from a cleared clause to its PCM in the app, through the worker's pipe.

`*_first_pcm_ms` is what the show waits for: as much of a clause as is enough to begin with. `*_onset_ms` is how much of the
PCM passes before its first sample over -50 dBFS, `*_rtf` the time until all of it is there as a part of the sound's length,
`*_cpu_ms_mean` the worker's processor time, which a busy machine does not distort. `loudness_error_lu_max` is over all engines.
`failover_ms` is from killing a worker with a clause under way to the other voice's PCM of the same clause.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import psutil

from benchmarks.report import Report, percentile, raw_writer
from sidecast.clock import SystemClock, ms_between
from sidecast.errors import SidecastError
from sidecast.flow.clause import Clause, ClearedClause, Word
from sidecast.flow.utterance import Utterance
from sidecast.flow.verdict import Decision, Verdict
from sidecast.settings import Speech
from sidecast.speech.fallback import FallbackVoice
from sidecast.speech.loudness import lufs
from sidecast.speech.voices import WorkerVoice, build_voice

Engine = Literal["flite", "espeak"]
AUDIBLE_DBFS = -50.0
TEXTS = (
    "Hello chat!",
    "Welcome back to the stream,",
    "Oh, that is a good question.",
    "Honestly, I would try the left door first.",
    "Yes!",
    "No way, that actually worked?",
    "Thank you so much for the raid,",
    "three hundred of you,",
    "make yourselves at home.",
    "I have been thinking about that boss all day,",
    "and I still have no plan.",
    "Let's see what happens.",
    "Hmm.",
    "That was a really close fight, but we made it through,",
    "We are playing a cozy little puzzle game tonight.",
    "Good night, sleep well!",
)
"""Clauses as the dialogue makes them: most of them short."""

Write = Callable[[Mapping[str, Any]], None]


@dataclass(slots=True)
class Sample:
    """Of one engine, one value a clause."""

    first_pcm_ms: list[float] = field(default_factory=list)
    onset_ms: list[float] = field(default_factory=list)
    error_lu: list[float] = field(default_factory=list)
    spoken_s: float = 0.0
    made_s: float = 0.0
    """Waited for all of the PCM."""
    cpu_s: float = 0.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench speech", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write one JSON line a clause")
    parser.add_argument(
        "--rounds", type=int, default=20, help=f"how often each of the {len(TEXTS)} clauses is spoken (default 20)"
    )
    options = parser.parse_args()
    report = Report("speech")
    try:
        with raw_writer(options.raw) as write:
            asyncio.run(measure(report, options.rounds, write))
    except SidecastError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    report.finish(options.json)
    return 0


async def measure(report: Report, rounds: int, write: Write) -> None:
    errors: list[float] = []
    for engine in get_args(Engine):
        sample = await speak(engine, rounds, write)
        report.n += len(sample.first_pcm_ms)
        errors += sample.error_lu
        for q in (50, 95):
            report.figure(f"{engine}_first_pcm_ms_p{q}", percentile(sample.first_pcm_ms, q))
        report.figure(f"{engine}_first_pcm_ms_max", max(sample.first_pcm_ms))
        report.figure(f"{engine}_onset_ms_p95", percentile(sample.onset_ms, 95))
        report.figure(f"{engine}_rtf", sample.made_s / sample.spoken_s)
        report.figure(f"{engine}_cpu_ms_mean", sample.cpu_s * 1e3 / len(sample.first_pcm_ms))
    report.figure("loudness_error_lu_max", max(errors))
    report.figure("failover_ms_max", max([await fail_over() for _ in range(3)]))


async def speak(engine: Engine, rounds: int, write: Write) -> Sample:
    """Every text, `rounds` times, one after another as the show asks for them."""
    settings, clock, sample = Speech.model_validate({"voice": engine}), SystemClock(), Sample()
    voice = build_voice(settings, clock, random.Random(1))  # noqa: S311 - jitter
    try:
        await voice.start()
        process = psutil.Process(_worker_pid(voice))
        cpu_before = _cpu_s(process)
        for turn in range(rounds):
            for text in TEXTS:
                started_ns = clock.now_ns()
                utterance = await voice.synthesise(cleared(text, turn))
                taken_ms = ms_between(started_ns, clock.now_ns())
                pcm = await utterance.whole()
                sample.made_s += ms_between(started_ns, clock.now_ns()) / 1e3
                _note(sample, utterance, pcm, taken_ms, settings.loudness_lufs)
                write({"engine": utterance.engine, "text": text, "first_pcm_ms": taken_ms, "seconds": utterance.seconds})
        sample.cpu_s = _cpu_s(process) - cpu_before
    finally:
        await voice.close()
    return sample


async def fail_over() -> float:
    """Milliseconds from the worker's death, with a clause under way, to that clause's PCM by the other voice."""
    clock = SystemClock()
    voice = build_voice(Speech(), clock, random.Random(1))  # noqa: S311 - jitter
    try:
        await voice.start()
        pid = _worker_pid(voice)
        # stopped first, so that the clause is certainly under way
        os.kill(pid, signal.SIGSTOP)
        asked = asyncio.create_task(voice.synthesise(cleared(TEXTS[1], 0)))
        await asyncio.sleep(0)
        killed_ns = clock.now_ns()
        os.kill(pid, signal.SIGKILL)
        await asked
        return ms_between(killed_ns, clock.now_ns())
    finally:
        await voice.close()


def cleared(text: str, turn: int) -> ClearedClause:
    """These texts are the benchmark's own; there is nothing for the gate to judge."""
    clause = Clause(turn_id=f"bench-{turn}", index=0, words=tuple(Word(word, word) for word in text.split()))
    return ClearedClause(clause, Verdict(Decision.ALLOW, clause.spoken))


def _note(sample: Sample, utterance: Utterance, pcm: bytes, taken_ms: float, target_lufs: float) -> None:
    wave = np.frombuffer(pcm, "<i2") / 32768.0
    audible = np.flatnonzero(np.abs(wave) > 10 ** (AUDIBLE_DBFS / 20))
    spoken = wave[: np.flatnonzero(wave)[-1] + 1]
    sample.first_pcm_ms.append(taken_ms)
    sample.onset_ms.append(float(audible[0]) / utterance.rate * 1e3)
    sample.error_lu.append(abs(lufs(spoken, utterance.rate) - target_lufs))
    sample.spoken_s += utterance.seconds


def _worker_pid(voice: FallbackVoice) -> int:
    in_use = voice.in_use
    assert isinstance(in_use, WorkerVoice)
    assert in_use.worker.pid is not None
    return in_use.worker.pid


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    sys.exit(main())
