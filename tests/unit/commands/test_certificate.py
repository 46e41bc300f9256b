from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sidecast.commands.certificate import certificate
from sidecast.errors import SidecastError
from sidecast.settings import Settings

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def said(data: Path, *names: str, **more: Any) -> str:
    lines: list[str] = []
    about: dict[str, Any] = {"now": NOW, "new": False, "machine": "studio", "file": Path("sidecast.toml")} | more
    certificate(names, data, Settings(), lines.append, **about)
    return "\n".join(lines)


def test_it_makes_one_once_and_explains_what_to_do(tmp_path: Path) -> None:
    first = said(tmp_path)
    assert first.startswith("Made a certificate for localhost, 127.0.0.1, ::1, studio, studio.local")
    for word in ("own = true", "Windows", "Firefox", "Android", "iPhone", "https://studio.local:8787", str(tmp_path)):
        assert word in first
    authority = (tmp_path / "tls" / "sidecast-authority.crt").read_bytes()
    assert said(tmp_path).startswith("There is a certificate")
    assert (tmp_path / "tls" / "sidecast-authority.crt").read_bytes() == authority
    assert "PRIVATE" not in first


def test_another_name_needs_a_new_authority_where_the_old_one_may_not(tmp_path: Path) -> None:
    said(tmp_path)
    assert said(tmp_path, "10.0.0.7").startswith("Renewed a certificate")
    with pytest.raises(SidecastError, match=r"may not vouch for room\.example\.org.*--new"):
        said(tmp_path, "room.example.org")
    assert said(tmp_path, "room.example.org", new=True).startswith("Made")


@pytest.mark.parametrize("name", ["a b", "", "x/y", "*.example.org", "ü.example", "x" * 300])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SidecastError, match="no name or address"):
        said(tmp_path, name)
    assert not (tmp_path / "tls").exists()
