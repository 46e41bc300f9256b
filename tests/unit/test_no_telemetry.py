"""Nobody is told that Sidecast runs: what its libraries would report stays off."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

PROGRAM = """import os, tempfile
import sidecast
import onnxruntime
print(os.listdir(tempfile.gettempdir()))
"""


def test_onnx_runtime_begins_no_session_for_its_reports(tmp_path: Path) -> None:
    # it would leave its session's number in the folder for temporary files
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=_environment(tmp_path), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _environment(temporary: Path) -> dict[str, str]:
    """Without this test's own, in which the package has set it already."""
    return {"TMPDIR": str(temporary), "PYTHONPATH": str(Path(__file__).parents[2] / "python"), "PATH": "/usr/bin:/bin"}
