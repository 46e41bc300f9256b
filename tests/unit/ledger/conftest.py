"""A vault and a ledger path for every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecast.vault.vault import Vault, open_vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(tmp_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"
