"""A real show in a process of its own, as `./sidecast run` starts it but without a picture, and its control room."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fakes.until import until

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"(http://127\.0\.0\.1:\d+)/open\?key=\S+")


@dataclass(frozen=True, slots=True)
class Served:
    """A show that runs."""

    address: str
    link: str
    """The owner's, which works once."""
    folder: Path

    @property
    def data(self) -> Path:
        return data_of(self.folder)

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])


def data_of(folder: Path) -> Path:
    """Where a show in `folder` keeps its ledger and accounts."""
    return folder / "data" / "sidecast"


@asynccontextmanager
async def served(folder: Path, *options: str) -> AsyncIterator[Served]:
    """With data and settings of its own in `folder`. It must go on until the end, end in order, and log no traceback."""
    variables = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "python"), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
        "SIDECAST_CONTROL__PORT": "0",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    log = folder / "app.log"
    command = [sys.executable, "-m", "sidecast", "--stage", "none", *options]
    with log.open("wb") as output:
        app = await asyncio.create_subprocess_exec(*command, env=variables, stdout=output, stderr=output)
    try:
        await until(lambda: LINK.search(log.read_text("utf-8")) or app.returncode is not None)
        found = LINK.search(log.read_text("utf-8"))
        assert found is not None, log.read_text("utf-8")
        yield Served(found[1], found[0], folder)
        assert app.returncode is None, log.read_text("utf-8")
        app.terminate()
        assert await asyncio.wait_for(app.wait(), 30) == 0, log.read_text("utf-8")
    finally:
        if app.returncode is None:
            app.kill()
            await app.wait()
    said = log.read_text("utf-8")
    assert "Traceback" not in said, said
