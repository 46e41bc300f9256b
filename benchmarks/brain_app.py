"""The app without a picture, with a brain of choice, as the benchmark of brains runs it; and what it left behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sidecast.flow.line import LedgerLine
from sidecast.ledger.reader import LedgerReader
from sidecast.vault.opening import open_vault

REPOSITORY = Path(__file__).resolve().parent.parent
END_S = 150.0
ENVIRONMENT = {
    "SIDECAST_AUDIENCE__PAUSE_S": "0",
    "SIDECAST_CONTROL__PORT": "0",
    "PYTHONFAULTHANDLER": "1",
    "PYTHONPATH": str(REPOSITORY / "python"),
}


@dataclass(frozen=True, slots=True)
class Evening:
    """What a run left."""

    turns: Sequence[Mapping[str, Any]]
    """Of the trace, in order: stamps and which brain answered."""
    lines: Sequence[LedgerLine]
    """Of the ledger, in order: what was cleared and heard."""


@dataclass(slots=True)
class App:
    """While it runs."""

    pid: int
    folder: Path
    process: asyncio.subprocess.Process
    evening: Evening | None = None

    async def wait(self) -> Evening:
        """Until it ends by itself.

        Raises:
            RuntimeError: it failed.
        """
        try:
            async with asyncio.timeout(END_S):
                code = await self.process.wait()
        except TimeoutError:
            self.process.send_signal(signal.SIGABRT)  # its threads' places are among its last words
            code = await self.process.wait()
        if code != 0:
            said = (self.folder / "words").read_text("utf-8", "replace").splitlines()[-40:]
            raise RuntimeError(f"The app ended with code {code}: {chr(10).join(said)}")
        return self._read()

    async def first_word(self) -> None:
        """Until the first answer begins to sound."""
        while not await asyncio.to_thread(self._sounded):  # noqa: ASYNC110  another process writes it
            await asyncio.sleep(0.05)

    def _sounded(self) -> bool:
        trace = self.folder / "trace"
        return trace.exists() and '"mark":"audible"' in trace.read_text("utf-8")

    def _read(self) -> Evening:
        trace = [json.loads(line) for line in (self.folder / "trace").read_text("utf-8").splitlines()]
        data = self.folder / "data" / "sidecast"
        with contextlib.closing(open_vault(data / "vault")) as vault:
            lines = LedgerReader(data / "ledger.db", vault).last(1000)
        return Evening([line for line in trace if "outcome" in line], list(reversed(lines)))


@asynccontextmanager
async def app(brain: str, chat: Sequence[tuple[float, str]], folder: Path, **settings: str) -> AsyncIterator[App]:
    """Runs it with a chat of `(seconds, text)`, each text by another viewer; it ends when everything was answered."""
    replay = _written(chat, folder)
    environment = os.environ | ENVIRONMENT | settings
    environment |= {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
    arguments = ["--stage", "none", "--brain", brain, "--replay", str(replay), "--trace", str(folder / "trace"), "--seed", "1"]
    with (folder / "words").open("wb") as words:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sidecast", *arguments, env=environment, cwd=REPOSITORY, stdout=words, stderr=words
        )
    try:
        yield App(process.pid, folder, process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _written(chat: Sequence[tuple[float, str]], folder: Path) -> Path:
    folder.mkdir(parents=True)
    replay = folder / "chat.jsonl"
    lines = [{"at": at, "kind": "message", "author": f"viewer{n}", "text": text} for n, (at, text) in enumerate(chat)]
    replay.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return replay
