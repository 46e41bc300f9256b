"""The real Godot, and the bridge built for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ADDON = REPOSITORY / "addons" / "python_bridge"
LIBRARY = ADDON / "bin" / "libpython_bridge.so"


@dataclass(frozen=True)
class Godot:
    """A Godot, and a Python that the bridge can load into it."""

    program: Path
    python: dict[str, str]
    """The bridge's config without `code`, `module` and `args`."""


def find_python() -> dict[str, str]:
    """The launcher's choice where there is one, else the Python that runs the tests."""
    chosen = os.environ.get("SIDECAST_BRIDGE")
    if chosen:
        config = json.loads(Path(chosen).read_text("utf-8"))
        return {key: config[key] for key in ("library", "home", "site", "executable")}
    library = Path(sysconfig.get_config_var("LIBDIR") or "") / f"libpython3.{sys.version_info[1]}.so.1.0"
    if not library.is_file():
        pytest.skip(f"the Python {sys.version.split()[0]} that runs the tests has no shared library")
    return {
        "library": str(library),
        "home": sys.base_prefix,
        "site": sysconfig.get_path("purelib"),
        "executable": sys.executable,
    }


def build_bridge(program: Path) -> None:
    sources = [ADDON / "CMakeLists.txt", *(ADDON / "src").iterdir()]
    if LIBRARY.exists() and LIBRARY.stat().st_mtime >= max(source.stat().st_mtime for source in sources):
        return
    if shutil.which("cmake") is None:
        pytest.skip("the bridge is not built, and there is no CMake on PATH")
    build = ADDON / "build" / "tests"
    made = build / "made"
    configure = ["cmake", "-S", str(ADDON), "-B", str(build), f"-DGODOT={program}", f"-DPYTHON_BRIDGE_OUTPUT={made}"]
    for command in (configure, ["cmake", "--build", str(build), "--parallel", "2"]):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    LIBRARY.parent.mkdir(exist_ok=True)
    # Renamed into its place: a Godot that runs now keeps the old one.
    partial = LIBRARY.with_suffix(".new")
    shutil.copy(made / LIBRARY.name, partial)
    partial.replace(LIBRARY)
