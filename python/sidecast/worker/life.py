"""One process of a worker, from its start to its end."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..errors import BadFrame, WorkerError
from . import pipe
from .spec import WorkerSpec, child_environment

STREAM_LIMIT = 1024 * 1024
"""Bytes that asyncio buffers of a worker's output before the pipe holds the worker back."""
END_S = 1.0
"""How long a worker may take to end by itself after its stdin was closed."""


async def spawn(spec: WorkerSpec) -> tuple[asyncio.SubprocessTransport, asyncio.subprocess.Process]:
    """As `asyncio.create_subprocess_exec`, which does not give the transport: the only thing that frees all pipes at once."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.subprocess_exec(
        lambda: asyncio.subprocess.SubprocessStreamProtocol(limit=STREAM_LIMIT, loop=loop),
        sys.executable,
        "-m",
        "sidecast.worker",
        spec.engine,
        json.dumps(dict(spec.options)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=child_environment(spec.environment),
        # a Ctrl-C in the terminal is for the app, which then closes its workers
        start_new_session=True,
    )
    return transport, asyncio.subprocess.Process(transport, protocol, loop)


async def greet(stdout: asyncio.StreamReader, spec: WorkerSpec) -> Mapping[str, Any] | None:
    """Wait until it is ready. Returns what its engine declares; None when it ended before.

    Raises:
        WorkerError: the engine cannot be made, or nothing was said in time.
        BadFrame: it said something else.
    """
    try:
        async with asyncio.timeout(spec.start_timeout_s):
            message = await pipe.read_async(stdout)
    except TimeoutError:
        raise WorkerError(f"was not ready {spec.start_timeout_s:g} s after its start") from None
    if message is None:
        return None
    header = message[0]
    if "failed" in header:
        raise WorkerError(f"cannot start: {header['failed']}", str(header.get("remedy", "")))
    about = header.get("ready")
    if not isinstance(about, dict):
        raise BadFrame("greeted with something else than ready or failed")
    return about


async def end(process: asyncio.subprocess.Process) -> int:
    """Close stdin, on which a worker ends; kill it if it does not. Returns the exit code."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(END_S):
            code = await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        code = await process.wait()
    return code


def cause_of_death(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-code).name}"
    return f"was ended by signal {-code}"
