"""What viewers hear when a brain fails in every way that brains fail: the real app, a real server that misbehaves.

A healthy question, one on which the brain fails, one right after it, and one when it had time to come back.
"""

from __future__ import annotations

import asyncio
import functools
import os
import random
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.brain_app import Evening, app
from fakes.chat_server import Answer, Call, chat_server, event, hangs_up, refuses, says, silence, stalls_after
from fakes.tiny_gguf import make_tiny_gguf

HEALTHY_S, FAULT_S, AFTER_S, BACK_S = 6.0, 16.0, 26.0, 37.0
AT_ONCE = 3
"""When the questions come; the first after the app has started and the brain passed its first probe."""
QUESTIONS = (
    (HEALTHY_S, "hey Kit, what do you think of the old bridge?"),
    (FAULT_S, "Kit, what do you think of the lantern?"),
    (AFTER_S, "Kit, do you know where we are going next?"),
    (BACK_S, "hey Kit, what is your plan for the evening?"),
)
WORD = "lantern"
"""Of the question on which the brain fails."""
TOKENS = (
    "[happy]",
    " I like",
    " how it",
    " sounds",
    " tonight.",
    " Let us",
    " take",
    " it with",
    " us,",
    " and see",
    " what comes.",
)
"""Of every healthy answer, behind a few words of its own."""
OPENINGS = ("Well now!", "Oh, nice one!", "Hmm, hmm!", "Good to see you!", "You again!", "There we are!")
FIRST = "The lantern looks very old to me."


@dataclass(frozen=True, slots=True)
class Row:
    """Of the fault table, about the turn in which the brain failed."""

    fault: str
    heard: str
    by: str
    """Which brain answered."""
    first_word_ms: float
    """From the message to the first audible sample."""
    next_by: str
    back: bool
    """The last question was answered by the brain again."""
    twice: int
    """Clauses that were said twice within one turn."""


async def faults(folder: Path, only: Sequence[str] = ()) -> list[Row]:
    """One evening for each fault, in `folder`, which is there; a few at a time, for they mostly wait."""
    evenings: dict[str, Callable[[], Awaitable[Row]]] = {
        name: functools.partial(_with_server, name, answer, folder / name) for name, answer in ANSWERS.items()
    }
    evenings |= {
        "dead": functools.partial(_dead, folder / "dead"),
        "killed_worker": functools.partial(_killing, "killed_worker", folder / "killed", FAULT_S - 0.2),
        "killed_worker_midway": functools.partial(_killing, "killed_worker_midway", folder / "midway", FAULT_S + 1.5),
    }
    free = asyncio.Semaphore(AT_ONCE)

    async def one(evening: Callable[[], Awaitable[Row]]) -> Row:
        async with free:
            return await evening()

    chosen = [evening for name, evening in evenings.items() if not only or name in only]
    return list(await asyncio.gather(*map(one, chosen)))


async def _with_server(name: str, answer: Answer, folder: Path) -> Row:
    async with chat_server(_on_the_word(answer)) as server:
        return await _evening(name, f"openai:{server.url}", folder)


async def _dead(folder: Path) -> Row:
    async with chat_server(_on_the_word(says())) as server:

        async def meanwhile(_: int) -> None:
            await asyncio.sleep(FAULT_S - 2 - HEALTHY_S)
            await server.shut()
            await asyncio.sleep(AFTER_S + 2 - FAULT_S)
            await server.open()

        return await _evening("dead", f"openai:{server.url}", folder, meanwhile)


async def _killing(name: str, folder: Path, at_s: float) -> Row:
    """The model has no end of its own, so that it is in the middle of its answer as long as it is heard."""
    model = make_tiny_gguf(folder.with_suffix(".gguf"), endless=True)

    async def meanwhile(pid: int) -> None:
        await asyncio.sleep(at_s - HEALTHY_S)
        os.kill(_worker_of(pid), signal.SIGKILL)

    return await _evening(name, f"gguf:{model}", folder, meanwhile)


def _worker_of(pid: int) -> int:
    return next(
        int(child.pid) for child in psutil.Process(pid).children(recursive=True) if "gguf_engine" in " ".join(child.cmdline())
    )


async def _evening(name: str, brain: str, folder: Path, meanwhile: Callable[[int], Awaitable[None]] | None = None) -> Row:
    async def from_the_first_word(pid: int) -> None:
        await running.first_word()
        if meanwhile is not None:
            await meanwhile(pid)

    async with app(brain, QUESTIONS, folder, SIDECAST_DIALOGUE__MAX_CLAUSES="3") as running:
        other = asyncio.create_task(from_the_first_word(running.pid))
        evening = await running.wait()
        if not other.done():
            other.cancel()
            raise RuntimeError(f"The evening “{name}” was over before its fault was.")
        other.result()
    return _row(name, evening, brain.partition(":")[0])


def _row(name: str, evening: Evening, kind: str) -> Row:
    by_text = {line.text: (line, turn) for line, turn in zip(evening.lines, evening.turns, strict=True)}
    missing = [text for _, text in QUESTIONS if text not in by_text]
    if missing:
        raise RuntimeError(f"The evening “{name}” left unanswered: {missing}.")
    (line, turn), (after, _), (last, _) = (by_text[text] for _, text in QUESTIONS[1:])
    ours = "gguf" if kind == "gguf" else "127.0.0.1"
    return Row(
        fault=name,
        heard=line.heard,
        by=line.brain,
        first_word_ms=(turn["audible_ns"] - turn["arrived_ns"]) / 1e6 if turn["audible_ns"] else float("nan"),
        next_by=after.brain,
        back=last.brain.startswith(ours),
        twice=sum(len(each.cleared) - len(set(each.cleared)) for each in evening.lines),
    )


def _on_the_word(answer: Answer) -> Answer:
    """Misbehaves for the question that has the word in it, and answers all others."""
    chance = random.Random(1)  # noqa: S311

    async def either(call: Call) -> None:
        asked = call.body["messages"][-1]["content"]
        if WORD in asked:
            await answer(call)
        else:
            await says(chance.choice(OPENINGS), *TOKENS)(call)

    return either


async def _slow(call: Call) -> None:
    await asyncio.sleep(10)
    await says("Sorry,", " I was", " far away.")(call)


async def _garbage(call: Call) -> None:
    await call.begin()
    await call.send(b"data: \xff\xfe{nonsense\n\n")


async def _garbage_midway(call: Call) -> None:
    await call.begin()
    await call.events(FIRST, " And ", "it ")
    await call.send(b"data: {]\n\n")


async def _flood(call: Call) -> None:
    await call.begin()
    while True:
        await call.send(event({"choices": [{"delta": {"content": "lantern lantern "}}]}))


def _busy(after_s: int) -> Answer:
    """Once; then it answers."""
    refused: list[bool] = []

    async def answer(call: Call) -> None:
        if refused:
            await says("Now I", " have time.", *TOKENS)(call)
        else:
            refused.append(True)
            await refuses(429, f"Retry-After: {after_s}")(call)

    return answer


ANSWERS: dict[str, Answer] = {
    "slow_first_token": _slow,
    "garbage_stream": _garbage,
    "garbage_midway": _garbage_midway,
    "half_open_socket": silence,
    "half_open_midway": stalls_after(FIRST, " And ", "it "),
    "hangs_up": hangs_up,
    "busy_1s_429": _busy(1),
    "busy_15s_429": _busy(15),
    "repeats_itself": says(*[FIRST, " "] * 40),
    "endless": _flood,
    "says_nothing": says(),
}
