"""The ledger against a real file system: a full disk, SIGKILL in mid-write, a damaged file, a lock, a folder without rights."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.ledger_lines import line
from sidecast.clock import SystemClock
from sidecast.ledger.ledger import Ledger
from sidecast.ledger.reader import LedgerReader
from sidecast.vault.opening import open_vault
from sidecast.vault.vault import Vault

pytestmark = pytest.mark.peers

ROOT = Path(__file__).resolve().parents[2]

# Writes lines for as long as it lives, and says after each flush how many were acknowledged.
WRITER = """
import asyncio, sys
from pathlib import Path
from fakes.ledger_lines import line
from sidecast.clock import SystemClock
from sidecast.ledger.ledger import Ledger
from sidecast.vault.opening import open_vault

async def main(folder):
    ledger = Ledger(folder / "ledger.db", open_vault(folder), SystemClock(), run="killed")
    ledger.start()
    number = 0
    while True:
        for _ in range(20):
            number += 1
            ledger.ended(line(number, author=f"viewer-{number % 40}"))
        await ledger.flush()
        print(ledger.committed, flush=True)

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(tmp_path / "vault")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 600 kB."""
    mount = tmp_path / "disk"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", mount], check=False).returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield mount
    subprocess.run(["umount", "-l", mount], check=True)


async def until(condition: asyncio.Event) -> None:
    async with asyncio.timeout(20):
        await condition.wait()


@pytest.mark.parametrize("fill", ["before", "during"])
async def test_a_full_disk_loses_nothing_and_goes_on_when_there_is_space(small_disk: Path, vault: Vault, fill: str) -> None:
    notes: list[str] = []
    full, well = asyncio.Event(), asyncio.Event()

    def note(sentence: str) -> None:
        notes.append(sentence)
        (full if sentence else well).set()

    ballast = small_disk / "ballast"
    if fill == "before":
        _fill(ballast)
    ledger = Ledger(small_disk / "ledger.db", vault, SystemClock(), on_note=note)
    ledger.start()
    told = 0
    while not full.is_set():
        told += 1
        assert told < 3000, "the disk never got full"
        ledger.ended(line(told, text="x" * 2000))
        await _either(ledger.flush(), full.wait())
    acknowledged = ledger.committed
    assert "is full. Free some space" in notes[0]
    if fill == "before":
        ballast.unlink()
    else:
        _grow(small_disk)
    await until(well)
    await ledger.flush()
    ledger.ended(line(told + 1))
    assert await ledger.close() == 0
    kept = [found.turn_id for found in reversed(LedgerReader(small_disk / "ledger.db", vault).last(5000))]
    assert kept == [f"turn-{number}" for number in range(1, told + 2)]
    assert (acknowledged == 0) == (fill == "before")
    assert notes.count("") == 1


async def _either(*work: Coroutine[Any, Any, Any]) -> None:
    tasks = [asyncio.ensure_future(one) for one in work]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _grow(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)


def _set_aside(folder: Path) -> Path:
    (aside,) = folder.glob("ledger.db.damaged-*[0-9]")
    return aside


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return


async def test_a_disk_that_stays_full_does_not_hold_up_the_end(small_disk: Path, vault: Vault) -> None:
    full = asyncio.Event()
    _fill(small_disk / "ballast")
    ledger = Ledger(small_disk / "ledger.db", vault, SystemClock(), on_note=lambda _: full.set())
    ledger.start()
    for number in range(7):
        ledger.ended(line(number))
    await until(full)
    async with asyncio.timeout(3):
        assert await ledger.close() == 7


@pytest.mark.parametrize("acknowledgements", [1, 7, 30])
def test_sigkill_in_mid_write_loses_nothing_acknowledged(tmp_path: Path, acknowledgements: int) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'python'}{os.pathsep}{ROOT / 'tests'}"}
    writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, env=environment, text=True)
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(acknowledgements)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += [int(rest) for rest in writer.stdout.read().split()]
    assert writer.wait(10) == -signal.SIGKILL
    kept = list(reversed(LedgerReader(tmp_path / "ledger.db", open_vault(tmp_path)).last(100_000)))
    assert len(kept) >= acknowledged[-1] >= 20 * acknowledgements
    assert kept == [line(number, author=f"viewer-{number % 40}") for number in range(1, len(kept) + 1)]
    with sqlite3.connect(tmp_path / "ledger.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


@pytest.mark.parametrize("damage", ["not a database", "torn pages"])
async def test_a_damaged_ledger_is_set_aside_and_a_new_one_begun(tmp_path: Path, vault: Vault, damage: str) -> None:
    path = tmp_path / "ledger.db"
    first = Ledger(path, vault, SystemClock())
    first.start()
    for number in range(400):
        first.ended(line(number))
    await first.close()
    content = bytearray(path.read_bytes())
    if damage == "torn pages":
        content[4096:] = os.urandom(len(content) - 4096)
    else:
        content[:] = b"scribble " * (len(content) // 9)
    path.write_bytes(content)

    notes: list[str] = []
    ledger = Ledger(path, vault, SystemClock(), on_note=notes.append)
    ledger.start()
    ledger.ended(line(1000))
    await ledger.flush()
    assert await ledger.close() == 0
    assert [found.turn_id for found in LedgerReader(path, vault).last(9)] == ["turn-1000"]
    assert _set_aside(tmp_path).read_bytes() == content
    assert _set_aside(tmp_path).name in notes[-1]


async def test_a_locked_ledger_waits_for_the_lock(tmp_path: Path, vault: Vault) -> None:
    path = tmp_path / "ledger.db"
    locked, well = asyncio.Event(), asyncio.Event()
    notes: list[str] = []

    def note(sentence: str) -> None:
        notes.append(sentence)
        (locked if sentence else well).set()

    ledger = Ledger(path, vault, SystemClock(), on_note=note)
    ledger.start()
    ledger.ended(line(1))
    await ledger.flush()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ledger.ended(line(2))
    await until(locked)
    assert "locked by another program" in notes[0]
    other.execute("ROLLBACK")
    other.close()
    await until(well)
    await ledger.flush()
    await ledger.close()
    assert [found.turn_id for found in LedgerReader(path, vault).last(9)] == ["turn-2", "turn-1"]


async def test_a_ledger_that_vanishes_under_the_show_is_said_so(tmp_path: Path, vault: Vault) -> None:
    """The folder is taken away and comes back: what was told in between is kept."""
    folder = tmp_path / "data"
    ledger = Ledger(folder / "ledger.db", vault, SystemClock())
    ledger.start()
    ledger.ended(line(1))
    await ledger.flush()
    await ledger.close()
    shutil.move(folder, tmp_path / "away")
    folder.write_text("a file in the folder's place")
    troubled, well = asyncio.Event(), asyncio.Event()
    ledger = Ledger(folder / "ledger.db", vault, SystemClock(), on_note=lambda sentence: (troubled if sentence else well).set())
    ledger.start()
    ledger.ended(line(2))
    await until(troubled)
    folder.unlink()
    shutil.move(tmp_path / "away", folder)
    await until(well)
    await ledger.flush()
    await ledger.close()
    assert [found.turn_id for found in LedgerReader(folder / "ledger.db", vault).last(9)] == ["turn-2", "turn-1"]
