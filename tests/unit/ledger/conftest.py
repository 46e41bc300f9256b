"""A vault and a ledger path for every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecast.vault.opening import open_vault
from sidecast.vault.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(tmp_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"
