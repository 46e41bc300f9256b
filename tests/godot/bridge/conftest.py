from __future__ import annotations

from pathlib import Path

import pytest

from godot.bridge.scratch import Project
from godot.real_godot import Godot


@pytest.fixture
def project(tmp_path: Path, godot: Godot) -> Project:
    return Project(tmp_path, godot.program, godot.python)
