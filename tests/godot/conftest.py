"""The real Godot for tests: `$SIDECAST_GODOT`, which `./sidecast test` sets. The bridge is built where it is missing or old."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from godot.real_godot import Godot, build_bridge, find_python


@pytest.fixture(scope="session")
def godot_program() -> Path:
    named = os.environ.get("SIDECAST_GODOT")
    if not named:
        pytest.skip("SIDECAST_GODOT is not set; run the tests with ./sidecast test, which gets Godot")
    program = Path(named)
    assert program.is_file(), f"SIDECAST_GODOT names {named}, which is no file."
    return program


@pytest.fixture(scope="session")
def godot(godot_program: Path) -> Godot:
    """Godot with the built bridge."""
    python = find_python()
    build_bridge(godot_program)
    return Godot(godot_program, python)
