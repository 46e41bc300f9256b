"""A file that has no tables yet is a ledger with nothing in it: the writer makes them a moment after it has opened the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sidecast.errors import LedgerError
from sidecast.ledger.acts import ActReader
from sidecast.ledger.reading import is_there
from sidecast.ledger.runs import RunReader
from sidecast.ledger.streams.reader import StreamReader
from sidecast.ledger.viewers import ViewerReader
from sidecast.vault.vault import Vault

pytestmark = pytest.mark.unit


@pytest.fixture
def just_opened(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=WAL")
    assert path.exists()
    return path


def test_every_reader_finds_nothing_in_it(just_opened: Path, vault: Vault) -> None:
    assert not is_there(just_opened)
    assert ActReader(just_opened, vault).last(5) == []
    assert RunReader(just_opened).last(5) == []
    assert ViewerReader(just_opened, vault).lines("4711", 5) == []
    assert StreamReader(just_opened, lambda: 0).page(after=0, limit=5, source="", rehearsals=True).streams == []


def test_what_is_no_database_is_told_by_whoever_reads(path: Path, vault: Vault) -> None:
    path.write_bytes(b"no database at all " * 100)
    assert is_there(path)
    with pytest.raises(LedgerError):
        ActReader(path, vault).last(5)
