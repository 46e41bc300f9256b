from __future__ import annotations

from pathlib import Path

import pytest

from sidecast.commands.key import keep
from sidecast.dialogue.brains.key import SECRET, VARIABLE, find_key
from sidecast.errors import SettingsError
from sidecast.vault.opening import open_vault

pytestmark = pytest.mark.unit


def kept(folder: Path) -> str | None:
    vault = open_vault(folder)
    try:
        return vault.get(SECRET)
    finally:
        vault.close()


def test_a_key_is_kept_found_and_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    said = keep(tmp_path / "vault", lambda: "sk-0123456789\n")
    assert "sk-" not in said
    key = find_key(kept(tmp_path / "vault"))
    assert key is not None
    assert key.reveal() == "sk-0123456789"
    assert not any(b"sk-0123456789" in file.read_bytes() for file in (tmp_path / "vault").iterdir())
    monkeypatch.setenv(VARIABLE, "sk-stronger")
    stronger = find_key(kept(tmp_path / "vault"))
    assert stronger is not None
    assert stronger.reveal() == "sk-stronger"
    keep(tmp_path / "vault", lambda: "")
    assert kept(tmp_path / "vault") is None


def test_what_is_no_key_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        keep(tmp_path / "vault", lambda: "two words")
    assert not (tmp_path / "vault").exists()
