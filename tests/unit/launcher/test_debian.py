"""The mirror is the one that the machine's apt already uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.debian import mirror
from launcher.trouble import Trouble

pytestmark = pytest.mark.unit

OTHERS = """
# deb http://old.example/debian bookworm main
deb [signed-by=/usr/share/keyrings/x.gpg] https://engine.example/linux/debian bookworm stable
deb http://mirror.example/debian-security bookworm-security main
deb http://mirror.example/debian bookworm-updates main
deb-src http://source.example/debian bookworm main
"""


def test_one_line_sources(tmp_path: Path) -> None:
    (tmp_path / "sources.list").write_text(OTHERS + "deb [arch=amd64] http://mirror.example/debian/ bookworm main contrib\n")
    assert mirror(tmp_path) == "http://mirror.example/debian/"


def test_sources_in_stanzas(tmp_path: Path) -> None:
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    (folder / "debian.sources").write_text(
        "Types: deb\nURIs: http://mirror.example/debian-security\nSuites: bookworm-security\nComponents: main\n\n"
        "Types: deb\n# a comment\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: bookworm bookworm-updates\n"
        "Components: main\n"
    )
    assert mirror(tmp_path) == "mirror+file:///etc/apt/mirrors/debian.list"


def test_other_peoples_packages_are_no_mirror(tmp_path: Path) -> None:
    (tmp_path / "sources.list").write_text(OTHERS)
    with pytest.raises(Trouble, match="no Debian mirror"):
        mirror(tmp_path)
