"""What stands between a language model and the voice: the first clause through worker and server, over the model's own time.

The model is a tiny real one (tests/fakes/tiny_gguf.py), decoded by llama.cpp in three ways, in turns: directly in this process
(`own`: until the token that completes the first clause), in the app's worker process, and by llama_cpp.server behind HTTP.
`*_over_ms` is each answer's first clause less the direct one's for the same prompt. Then the whole app answers a chat with
each (`show_*`), and then brains fail in every way they can: the fault table. `first_word_ms` counts from the message to the
first audible sample of a stage that keeps time but plays nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import os
import random
import socket
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.brain_app import app
from benchmarks.brain_faults import Row, faults
from benchmarks.report import Report, percentile, raw_writer
from fakes.source import says
from fakes.tiny_gguf import make_tiny_gguf
from sidecast.clock import SystemClock, ms_between
from sidecast.dialogue.brains.build import OwnBrain, build_brain
from sidecast.dialogue.brains.chosen import read
from sidecast.dialogue.brains.gguf_engine import GgufEngine, gguf
from sidecast.dialogue.brains.messages import MAX_TOKENS, messages_of
from sidecast.dialogue.clauses import ClauseSplitter
from sidecast.dialogue.dialogue import Dialogue
from sidecast.dialogue.persona import load_persona
from sidecast.flow.candidate import Candidate, Kind, Understanding
from sidecast.flow.turn import Turn
from sidecast.flow.verdict import Decision, Verdict
from sidecast.settings import Dialogue as DialogueSettings

Write = Callable[[Mapping[str, Any]], None]

REPOSITORY = Path(__file__).resolve().parent.parent
SERVER_S = 60.0
CONTEXT = 4096
ASKED = (
    "Kit, what do you think of the left door?",
    "do you like soup?",
    "what is the plan for tonight?",
    "I finally beat that boss!",
    "which lantern should we take first",
    "hello from the mossy forest",
    "Kit what would you do with 3.5 metres of rope",
)
SHOW_EVERY_S = 1.5


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench brains", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures as JSON")
    parser.add_argument("--raw", type=Path, help="write one JSON line an answer and a fault")
    parser.add_argument("--turns", type=int, default=150, help="answers each way (default 150)")
    parser.add_argument("--show-turns", type=int, default=40, help="questions to the whole app with each brain (default 40)")
    parser.add_argument("--faults", action="append", default=[], metavar="NAME", help="only this fault (default: all)")
    parser.add_argument("--no-faults", action="store_true", help="leave the fault table out")
    options = parser.parse_args()
    report = Report("brains")
    with tempfile.TemporaryDirectory(prefix="sidecast-brains-") as name, raw_writer(options.raw) as write:
        asyncio.run(measure(report, options, Path(name), write))
    report.finish(options.json)
    return 0


async def measure(report: Report, options: argparse.Namespace, folder: Path, write: Write) -> None:
    model = make_tiny_gguf(folder / "tiny.gguf")
    async with llama_server(model) as url:
        own = await overhead(report, model, f"openai:{url}", options.turns, write)
        for name, brain in (("worker", f"gguf:{model}"), ("server", f"openai:{url}")) if options.show_turns else ():
            times = await whole_show(name, brain, options.show_turns, folder / name, write)
            report.n += len(times)
            report.figure(f"show_{name}_turns", len(times))
            for q in (50, 95):
                report.figure(f"show_{name}_first_clause_ms_p{q}", percentile(times, q))
            report.figure(f"show_{name}_p95_over_own_p95_ms", percentile(times, 95) - percentile(own, 95))
    if not options.no_faults:
        rows = await faults(folder, options.faults)
        tell(report, rows, write)


@asynccontextmanager
async def llama_server(model: Path) -> AsyncIterator[str]:
    """llama-cpp-python's own OpenAI-compatible server, one thread; gives the API's root."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"model": model, "n_ctx": CONTEXT, "n_threads": 1, "n_threads_batch": 1, "host": "127.0.0.1", "port": port}
    arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "llama_cpp.server",
        *arguments,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/v1"
    try:
        async with asyncio.timeout(SERVER_S):
            while not await asyncio.to_thread(_answers, f"{url}/models"):
                if process.returncode is not None:
                    raise RuntimeError(f"llama_cpp.server ended with code {process.returncode}.")
                await asyncio.sleep(0.2)
        yield url
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310  our own loopback address
            return bool(response.status == 200)
    except OSError:
        return False


async def overhead(report: Report, model: Path, server: str, turns: int, write: Write) -> list[float]:
    """Every prompt three times, in turns: the same words, the same history. Returns the model's own times."""
    persona, clock, settings = load_persona(), SystemClock(), DialogueSettings()
    direct = gguf({"path": str(model), "context": CONTEXT})
    brains: dict[str, OwnBrain] = {}
    for name, choice in (("worker", f"gguf:{model}"), ("server", server)):
        brain = build_brain(read(choice), persona.instructions, settings, None, clock=clock, rng=random.Random(1))  # noqa: S311
        assert brain is not None
        brains[name] = brain
    dialogues = {name: Dialogue(brain, [], persona, settings, clock) for name, brain in brains.items()}
    took: dict[str, list[float]] = {"own": [], "worker": [], "server": []}
    try:
        for number in range(-3, turns):  # the first ones warm everything up
            turn = turn_for(number)
            messages = messages_of(persona.instructions, dialogues["worker"].prompt(turn))
            sample = {"own": directly(direct, json.dumps(messages).encode(), settings.temperature)}
            for name, dialogue in dialogues.items():
                sample[name] = await first_clause_ms(dialogue, turn, clock)
            for dialogue in dialogues.values():
                dialogue.heard(turn, "Oh, that is a lovely question. I would try the left door first.")
            if number >= 0:
                for name, value in sample.items():
                    took[name].append(value)
                write({"turn": number, **{f"{name}_first_clause_ms": round(value, 3) for name, value in sample.items()}})
    finally:
        for brain in brains.values():
            await brain.close()
    report.n += turns
    for name, values in took.items():
        for q in (50, 95):
            report.figure(f"{name}_first_clause_ms_p{q}", percentile(values, q))
    for name in brains:
        over = [value - own for value, own in zip(took[name], took["own"], strict=True)]
        for q in (50, 95):
            report.figure(f"{name}_over_ms_p{q}", percentile(over, q))
        report.figure(f"{name}_p95_over_own_p95_ms", percentile(took[name], 95) - percentile(took["own"], 95))
    return took["own"]


def directly(engine: GgufEngine, messages: bytes, temperature: float) -> float:
    """Milliseconds until the token that completes the first clause."""
    splitter, started = ClauseSplitter(("wave", "nod", "shake")), time.perf_counter()
    taken = 0.0
    for reply in engine.answer({"max_tokens": MAX_TOKENS, "temperature": temperature}, messages):
        if splitter.feed(reply.header["text"]) and not taken:
            taken = (time.perf_counter() - started) * 1e3
    return taken


async def first_clause_ms(dialogue: Dialogue, turn: Turn, clock: SystemClock) -> float:
    """The rest of the answer is read too: what is given up costs the next one."""
    started_ns, taken = clock.now_ns(), 0.0
    async for _ in dialogue.reply(turn):
        taken = taken or ms_between(started_ns, clock.now_ns())
    return taken


def turn_for(number: int) -> Turn:
    item = says(ASKED[number % len(ASKED)], who=f"viewer{number}")
    understanding = Understanding(frozenset({Kind.QUESTION}), 0.0, 0.0, item.text, 6)
    return Turn(id=f"t{number}", cause=Candidate(item, Verdict(Decision.ALLOW, item.text), understanding, 0), chosen_ns=0)


async def whole_show(name: str, brain: str, turns: int, folder: Path, write: Write) -> list[float]:
    """Milliseconds from chosen to the first clause, in the running app."""
    chat = [(5.0 + SHOW_EVERY_S * n, f"Kit, {ASKED[n % len(ASKED)].removeprefix('Kit, ')}") for n in range(turns)]
    async with app(brain, chat, folder, SIDECAST_DIALOGUE__MAX_CLAUSES="1") as running:
        evening = await running.wait()
    times = []
    for turn in evening.turns:
        if turn["first_clause_ns"] and not turn["brain"].startswith(("embedded", "stand-in")):
            times.append(ms_between(turn["chosen_ns"], turn["first_clause_ns"]))
            write({"show": name, "turn": turn["turn"], "first_clause_ms": round(times[-1], 3), "brain": turn["brain"]})
    return times


def tell(report: Report, rows: Sequence[Row], write: Write) -> None:
    width = max(len(row.fault) for row in rows)
    print(f"\n{'fault':<{width}}  first word  by                       next by                  back  twice  heard")
    for row in rows:
        write(dataclasses.asdict(row))
        print(
            f"{row.fault:<{width}}  {row.first_word_ms / 1e3:8.2f} s  {row.by:<23.23}  {row.next_by:<23.23}  "
            f"{'yes' if row.back else 'NO':<4}  {row.twice:>5}  {row.heard}"
        )
        report.figure(f"fault_{row.fault}_first_word_ms", round(row.first_word_ms))
        report.figure(f"fault_{row.fault}_back", int(row.back))
    report.figure("fault_said_twice", sum(row.twice for row in rows))
    print()


if __name__ == "__main__":
    sys.exit(main())
