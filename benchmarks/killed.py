"""Kills what writes with SIGKILL at random moments, again and again: does everything open, and is what was acknowledged there?

    ./sidecast bench killed [--times 100] [--only vault|rotate|settings|backup|restore] [--json FILE]

Each round starts a process that writes and says after each write that it is done; it is killed at a random moment; then this
one opens what is there. The ledger's own is `killed_ledger`.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.report import Figure, Report
from sidecast.control.settings_file import SettingsFile, changed, parsed
from sidecast.desks.keeping import Opens, back_up, prepare
from sidecast.errors import SidecastError
from sidecast.keep import reading, swapping
from sidecast.keep.container import read_header
from sidecast.keep.estate import Estate
from sidecast.vault.changing import Changes
from sidecast.vault.opening import open_vault
from sidecast.vault.ring import NoRing
from sidecast.vault.ways import Holder

LONGEST_S = 1.2
WRITES = ("vault", "rotate", "settings", "backup", "restore")


def estate(folder: Path) -> Estate:
    return Estate(folder / "config", folder / "data", folder / "data" / "ledger.db")


def opened(folder: Path) -> Changes:
    return Changes(open_vault(folder / "data" / "vault"), Holder(folder / "data" / "vault", NoRing()))


def prepared(folder: Path) -> None:
    """A vault with a hundred viewers, a ledger of 4 MB, settings, and a backup of it."""
    changes = opened(folder)
    for number in range(100):
        changes._vault.seal(f"viewer-{number}", "hello", "lines:1:text")
    changes._vault.set("brain.key", "generation-0-of-the-secret")
    with closing(sqlite3.connect(folder / "data" / "ledger.db")) as db, db:
        db.execute("CREATE TABLE lines (number INTEGER, filler BLOB)")
        db.execute("INSERT INTO lines VALUES (0, randomblob(4000000))")
    SettingsFile(folder / "config" / "sidecast.toml").write("# mine\n[audience]\nwaiting_limit = 100\n")
    back_up(changes, estate(folder), folder / "first.sidecast-backup", 1, only_here=True)


def say(number: int) -> None:
    os.write(1, f"{number}\n".encode())


def write(what: str, folder: Path) -> None:
    """Until it is killed; each number that is said is acknowledged."""
    if what == "settings":
        file = SettingsFile(folder / "config" / "sidecast.toml")
        number = int(parsed(file.read())["audience"]["waiting_limit"])
        while True:
            number = number + 1 if number < 1000 else 100
            file.write(changed(file.read(), {"audience.waiting_limit": number}))
            say(number)
    if what == "restore":
        swapping.finish(folder / "data")
    changes = opened(folder)
    number = 0
    while True:
        number += 1
        if what == "vault":
            changes._vault.set("brain.key", f"generation-{os.getpid()}-{number}")
            changes._vault.seal(f"new-{os.getpid()}-{number}", "hello", "lines:1:text")
        elif what == "rotate":
            changes.rotate()
        elif what == "backup":
            back_up(changes, estate(folder), folder / "again.sidecast-backup", number, only_here=True, replace=True)
        else:
            with (folder / "first.sidecast-backup").open("rb") as stream:
                prepare(stream, Opens(changes=changes), estate(folder))
            changes._vault.close()
            swapping.finish(folder / "data")
            changes = opened(folder)
        say(number)


def check(what: str, folder: Path, pid: int, acknowledged: int) -> None:
    """Raises AssertionError or SidecastError: something does not open, or something acknowledged is not there."""
    swapping.finish(folder / "data")
    changes = opened(folder)
    try:
        secret = changes._vault.get("brain.key") or ""
        assert secret.startswith("generation-"), "the secret is gone"
        if what == "vault" and acknowledged:
            assert secret.startswith(f"generation-{pid}-"), "an acknowledged secret is gone"
            assert int(secret.rpartition("-")[2]) >= acknowledged, "an older secret came back"
        for number in range(0, 100, 9):
            sealed = changes._vault.seal(f"viewer-{number}", "again", "lines:2:text")
            assert changes._vault.open(f"viewer-{number}", sealed, "lines:2:text") == "again"
        if what == "settings" and acknowledged:
            now = parsed(SettingsFile(folder / "config" / "sidecast.toml").read())["audience"]["waiting_limit"]
            assert now in (acknowledged, acknowledged + 1, 100), f"acknowledged {acknowledged}, there is {now}"
        if what == "backup" and acknowledged:
            with (folder / "again.sidecast-backup").open("rb") as stream:
                header, _ = read_header(stream)
                assert header.created_ms in (acknowledged, acknowledged + 1)
                stream.seek(0)
                unpacked = prepare(stream, Opens(changes=changes), estate(folder))
                assert unpacked.put
            assert swapping.call_off(folder / "data")
        with closing(sqlite3.connect(folder / "data" / "ledger.db")) as db:
            assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)
            assert db.execute("SELECT length(filler) FROM lines").fetchone() == (4_000_000,)
        keys = list((folder / "data" / "vault").glob("*.key"))
        assert len(keys) == 1, f"{len(keys)} keys lie about"
    finally:
        changes._vault.close()
    reading.discard({}, estate(folder))


def kill(what: str, times: int, chance: random.Random) -> dict[str, Figure]:
    lost: list[str] = []
    acknowledged = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared(folder)
        for _ in range(times):
            process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.killed", "--write", what, name], stdout=subprocess.PIPE, text=True
            )
            assert process.stdout is not None
            # imports take most of a second: from the first word on, or sooner
            first = process.stdout.readline() if chance.random() < 0.8 else ""
            time.sleep(chance.random() * LONGEST_S)
            process.send_signal(signal.SIGKILL)
            said = [first, *process.stdout.readlines()]
            process.wait()
            # the last word may be cut
            numbers = [int(line) for line in said if line.endswith("\n")]
            acknowledged += len(numbers)
            try:
                check(what, folder, process.pid, numbers[-1] if numbers else 0)
            except (AssertionError, SidecastError, sqlite3.Error) as error:
                lost.append(f"{type(error).__name__}: {error}")
    found: dict[str, Figure] = {"kills": times, "acknowledged": acknowledged, "failures": len(lost)}
    return found | ({"first_failure": lost[0]} if lost else {})


def main() -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench killed", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--only", choices=WRITES)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        write(asked.write[0], Path(asked.write[1]))
    chance = random.Random(asked.seed)  # noqa: S311 - moments, nothing secret
    report = Report("killed")
    failures = 0
    for what in [asked.only] if asked.only else WRITES:
        found = kill(what, asked.times, chance)
        for name, value in found.items():
            report.figure(f"{what}_{name}", value)
        report.n += asked.times
        failures += int(found["failures"])
    report.finish(asked.json)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
