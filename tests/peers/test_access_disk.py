"""`access.db` and SIGKILL: whatever was answered with a yes is there afterwards, and the file always opens."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sidecast.control.access.store import Store

pytestmark = pytest.mark.peers

ROOT = Path(__file__).resolve().parents[2]
KILLS = 40
WRITER = """
import sys
from pathlib import Path
from sidecast.control.access.permission import Role
from sidecast.control.access.rows import Member, Note, Session
from sidecast.control.access.store import Change, Store

store, first = Store(Path(sys.argv[1])), int(sys.argv[2])
for number in range(first, first + 100_000):
    name = f"member {number}"
    member = Member(id=f"m{number}", name=name, role=Role.VIEWER, created_ms=number)
    words = {"how": "", "browser": "", "address": ""}
    session = Session(id=f"s{number}", digest=name.encode(), member_id=member.id, created_ms=0, seen_ms=0, **words)
    note = Note(at_ms=1, who_id=member.id, who=name, action="people.joined", about=name)
    store.apply(Change(put=(member, session), note=note))
    print(number, flush=True)
"""


def test_nothing_that_was_acknowledged_is_lost(tmp_path: Path) -> None:
    path, chance = tmp_path / "access.db", random.Random(4)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "python")}
    acknowledged = -1
    told: set[int] = set()
    for _ in range(KILLS):
        command = [sys.executable, "-c", WRITER, str(path), str(acknowledged + 2)]
        writer = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for _ in range(chance.randrange(1, 40)):
            acknowledged = int(writer.stdout.readline())
            told.add(acknowledged)
        writer.send_signal(signal.SIGKILL)
        # what it still said before the signal came counts as well
        told |= {int(line) for line in writer.stdout.read().splitlines()}
        acknowledged = max(told)
        assert writer.wait() == -signal.SIGKILL
        store = Store(path)
        kept = store.everything()
        members = {int(member.id[1:]) for member in kept.members}
        noted = {int(note.who_id[1:]) for note in store.notes(2**53, 100_000)}
        store.close()
        # at most the one under way is there without having been acknowledged; and it is there whole
        assert acknowledged in members
        assert max(members) <= acknowledged + 1
        assert {int(session.id[1:]) for session in kept.sessions} == members == noted
        assert told <= members
