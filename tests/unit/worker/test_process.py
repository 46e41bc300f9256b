"""A real child process behind real pipes. Every wait here is for an event; nothing sleeps."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from sidecast.clock import SystemClock
from sidecast.errors import WorkerError
from sidecast.worker import pipe
from sidecast.worker.engine import Refused
from sidecast.worker.process import WorkerProcess
from sidecast.worker.spec import WorkerSpec, child_environment

pytestmark = pytest.mark.peers

TESTS = str(Path(__file__).resolve().parents[2])
LONG_S = 20.0
"""For what must happen, on however busy a machine."""
SHORT_S = 0.3
"""For what must not happen."""


@asynccontextmanager
async def worker(engine: str = "obedient", **spec: Any) -> AsyncIterator[WorkerProcess]:
    process = WorkerProcess(
        WorkerSpec(name="test", engine=f"fakes.worker_engines:{engine}", environment={"PYTHONPATH": TESTS}, **spec),
        clock=SystemClock(),
        rng=random.Random(1),
    )
    process.start()
    try:
        yield process
    finally:
        await process.close()


async def test_it_answers_with_the_very_bytes_it_got() -> None:
    body = bytes(range(256)) * 4000
    async with worker(options={"size": 3}) as process:
        reply = await process.ask({"op": "echo", "argument": "grüße"}, body, timeout_s=LONG_S)
        assert reply.body == body
        assert reply.header == {"calls": 1, "argument": "grüße"}
        assert process.about == {"options": {"size": 3}, "main_thread": True}


async def test_many_calls_at_once_each_get_their_own_answer() -> None:
    async with worker() as process:
        calls = [process.ask({"op": "echo", "argument": n}, timeout_s=LONG_S) for n in range(20)]
        replies = await asyncio.gather(*calls)
        assert [reply.header["argument"] for reply in replies] == list(range(20))


async def test_a_stream_comes_in_order_and_ends() -> None:
    async with worker() as process:
        numbers = [reply.header.get("n") async for reply in process.stream({"op": "count", "to": 50}, timeout_s=LONG_S)]
        assert numbers == [*range(50), None]


async def test_a_stream_that_nobody_reads_on_is_stopped_in_the_child() -> None:
    async with worker() as process:
        async for reply in process.stream({"op": "count", "to": 10**9}, timeout_s=LONG_S):
            if reply.header["n"] == 3:
                break
        # the child is serial: it answers the next call only because it gave up counting
        reply = await process.ask({"op": "echo"}, timeout_s=LONG_S)
        assert reply.header["calls"] == 2


async def test_the_answer_to_a_cancelled_call_reaches_nobody() -> None:
    async with worker() as process:
        await process.ready(LONG_S)
        given_up = asyncio.create_task(process.ask({"op": "echo", "argument": "old"}, timeout_s=LONG_S))
        await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        reply = await process.ask({"op": "echo", "argument": "new"}, timeout_s=LONG_S)
        assert reply.header["argument"] == "new"
        assert process.starts == 1


async def test_what_an_engine_prints_does_not_spoil_the_frames() -> None:
    async with worker() as process:
        await process.ask({"op": "print"}, timeout_s=LONG_S)
        reply = await process.ask({"op": "echo"}, b"still here", timeout_s=LONG_S)
        assert reply.body == b"still here"
        assert process.starts == 1


async def test_complaints_are_logged_bounded(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "sidecast.worker.complaints")
    async with worker() as process:
        await process.ask({"op": "complain"}, timeout_s=LONG_S)
    lines = [r.getMessage() for r in caplog.records if r.name.startswith("sidecast.worker.complaints")]
    assert lines[0].startswith("\\xffxxx")
    assert len(lines) <= 201
    assert max(map(len, lines)) <= 410


async def test_an_error_of_the_engine_comes_back_with_its_remedy_and_the_worker_lives_on() -> None:
    async with worker() as process:
        with pytest.raises(Refused, match=r"cannot be said.* Say something else"):
            await process.ask({"op": "refuse"}, timeout_s=LONG_S)
        await process.ask({"op": "echo"}, timeout_s=LONG_S)
        assert process.starts == 1


async def test_a_defect_of_the_engine_is_reported_without_what_it_quotes() -> None:
    async with worker() as process:
        with pytest.raises(WorkerError, match="KeyError") as error:
            await process.ask({"op": "defect"}, timeout_s=LONG_S)
        assert not isinstance(error.value, Refused)
        assert "secret" not in str(error.value)
        await process.ask({"op": "echo"}, timeout_s=LONG_S)
        assert process.starts == 1


@pytest.mark.parametrize("op", ["die", "hang"])
async def test_a_killed_worker_fails_its_calls_at_once_and_comes_back(op: str) -> None:
    async with worker() as process:
        await process.ready(LONG_S)
        calls = [asyncio.create_task(process.ask({"op": op}, timeout_s=LONG_S)) for _ in range(3)]
        await asyncio.sleep(0)
        if op == "hang":
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
        done = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(result, WorkerError) for result in done)
        await process.ready(LONG_S, through_failures=True)
        assert (await process.ask({"op": "echo"}, b"again", timeout_s=LONG_S)).body == b"again"
        assert process.starts == 2
        assert process.last_error == ("was ended by SIGKILL" if op == "hang" else "ended with exit code 7")


async def test_a_hung_worker_is_killed_after_the_time_out_and_started_again() -> None:
    async with worker() as process:
        await process.ready(LONG_S)
        old = process.pid
        with pytest.raises(WorkerError, match="gave no answer"):
            await process.ask({"op": "hang"}, timeout_s=SHORT_S)
        await process.ready(LONG_S, through_failures=True)
        assert process.starts == 2
        assert process.pid != old
        await process.ask({"op": "echo"}, timeout_s=LONG_S)


async def test_a_worker_that_is_closed_is_gone_even_while_it_hangs() -> None:
    async with worker() as process:
        await process.ready(LONG_S)
        pid = process.pid
        assert pid is not None
        hanging = asyncio.create_task(process.ask({"op": "hang"}, timeout_s=LONG_S))
        await asyncio.sleep(0)
    with pytest.raises(WorkerError):
        await hanging
    assert not psutil.pid_exists(pid)
    with pytest.raises(WorkerError, match="not running"):
        await process.ask({"op": "echo"}, timeout_s=LONG_S)


async def test_the_child_ends_when_its_stdin_does() -> None:
    """What happens when the app itself is killed: nobody is left to send a signal."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sidecast.worker",
        "fakes.worker_engines:obedient",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=child_environment({"PYTHONPATH": TESTS}),
    )
    assert child.stdin is not None
    assert child.stdout is not None
    async with asyncio.timeout(LONG_S):
        assert await pipe.read_async(child.stdout) is not None
        child.stdin.write(pipe.pack({"id": 1, "call": {"op": "hang"}}))
        child.stdin.close()
        assert await pipe.read_async(child.stdout) is None
        assert await child.wait() == 0


async def test_an_engine_that_cannot_be_made_says_why_and_is_tried_again() -> None:
    async with worker("missing") as process:
        with pytest.raises(WorkerError, match=r"library of this engine is missing.*Install it"):
            await process.ready(LONG_S)
        with pytest.raises(WorkerError, match="not ready within"):
            await process.ready(0.5, through_failures=True)
        assert process.starts >= 2
        assert process.about == {}


async def test_an_engine_that_dies_at_its_start_is_tried_until_it_lives(tmp_path: Path) -> None:
    async with worker("dies_twice", options={"file": str(tmp_path / "starts")}) as process:
        await process.ready(LONG_S, through_failures=True)
        assert process.starts == 3
        assert process.last_error == "ended with exit code 5"


async def test_an_engine_that_does_not_exist_is_named() -> None:
    async with worker("nothing_of_that_name") as process:
        with pytest.raises(WorkerError, match="nothing_of_that_name"):
            await process.ready(LONG_S)


async def test_more_calls_than_the_limit_are_refused() -> None:
    async with worker(pending_limit=2) as process:
        await process.ready(LONG_S)
        hanging = [asyncio.create_task(process.ask({"op": "hang"}, timeout_s=LONG_S)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(WorkerError, match="2 calls under way"):
            await process.ask({"op": "echo"}, timeout_s=LONG_S)
        for task in hanging:
            task.cancel()


async def test_a_worker_that_writes_rubbish_is_replaced() -> None:
    async with worker() as process:
        await process.ready(LONG_S)
        with pytest.raises(WorkerError):
            await process.ask({"op": "spoil"}, timeout_s=LONG_S)
        await process.ready(LONG_S, through_failures=True)
        await process.ask({"op": "echo"}, timeout_s=LONG_S)
        assert process.starts == 2


def test_it_works_in_a_loop_on_another_thread() -> None:
    """Inside Godot, Python's loop never runs on the process's first thread."""
    results: list[object] = []

    async def talk() -> bytes:
        async with worker() as process:
            await process.ready(LONG_S)
            with pytest.raises(WorkerError):
                await process.ask({"op": "die"}, timeout_s=LONG_S)
            await process.ready(LONG_S, through_failures=True)
            return (await process.ask({"op": "echo"}, b"hello", timeout_s=LONG_S)).body

    thread = threading.Thread(target=lambda: results.append(asyncio.run(talk())))
    thread.start()
    thread.join(3 * LONG_S)
    assert results == [b"hello"]


def test_an_end_that_is_broken_off_leaves_neither_a_process_nor_a_pipe() -> None:
    async def show() -> int:
        spec = WorkerSpec(name="test", engine="fakes.worker_engines:obedient", environment={"PYTHONPATH": TESTS})
        process = WorkerProcess(spec, clock=SystemClock(), rng=random.Random(1))
        process.start()
        await process.ready(LONG_S)
        assert process.pid is not None
        # it cannot end by itself, and nobody waits until it is killed
        os.kill(process.pid, signal.SIGSTOP)
        closing = asyncio.create_task(process.close())
        for _ in range(3):
            await asyncio.sleep(0)
        assert not closing.done()
        return process.pid

    before = psutil.Process().num_fds()
    pid = asyncio.run(show())
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(LONG_S)
    assert psutil.Process().num_fds() <= before
