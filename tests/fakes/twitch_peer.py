"""A client of Twitch that we did not write, in its own process, pointed at the simulated Twitch."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

LIMIT_S = 60.0
"""pyTwitchAPI takes 20 s to come back."""


@dataclass(slots=True)
class Peer:
    """A client in its own process. It is told by lines, so that no token stands in a list of processes."""

    process: asyncio.subprocess.Process
    told: list[dict[str, Any]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self.told.append(json.loads(line))
            self._news.set()

    def do(self, **order: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [{key: value for key, value in each.items() if key != "kind"} for each in self.told if each["kind"] == kind]

    async def tells(self, kind: str, what: Callable[[dict[str, Any]], bool] = lambda told: True) -> dict[str, Any]:
        """The first of that kind that fits, now or later."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                for each in self.of(kind):
                    if what(each):
                        return each
                if self.process.returncode is not None:
                    pytest.fail(f"the client has ended; it told {self.told[-5:]}")
                self._news.clear()
                with contextlib.suppress(TimeoutError):  # to look again whether it still runs
                    async with asyncio.timeout(1.0):
                        await self._news.wait()


@contextlib.asynccontextmanager
async def started(command: list[str], **config: Any) -> AsyncIterator[Peer]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={key: value for key, value in os.environ.items() if key not in ("NODE_PATH", "PYTHONPATH")},
    )
    peer = Peer(process)
    reading = asyncio.create_task(peer.read())
    try:
        peer.do(**config)
        yield peer
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading
