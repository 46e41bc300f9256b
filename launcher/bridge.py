"""Step: the bridge, built with CMake against the interface that this Godot writes; and the file that says how to start Python."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

from . import debian, environment
from .commands import Runner
from .console import Console
from .godot import Godot
from .places import Places
from .stamps import Stamp, key_of, write_whole
from .system import COMPILER

NINJA = re.compile(r"^\[(\d+)/(\d+)\]")
MODULE = "sidecast.embedded"


def folder(places: Places) -> Path:
    return places.repository / "addons" / "python_bridge"


def prepare(places: Places, godot: Godot, libpython: Path, console: Console) -> None:
    """Builds what its sources, Godot's version and the way it is built ask for, and writes `bridge.json`.

    Raises:
        Trouble: there is no compiler and none can be installed, or the build failed.
    """
    _configure_python(places, libpython)
    if built(places, godot):
        return
    if not COMPILER.met():
        with console.step("C++ compiler") as step:
            debian.install(COMPILER.packages, Runner(step, places.logs / "system.log"))
    with console.step("Bridge") as step:
        _build(places, godot, Runner(step, places.logs / "bridge.log"))
    _stamp(places).set(_key(places, godot))


def built(places: Places, godot: Godot) -> Path | None:
    """The library that fits its sources and this Godot, if it is there."""
    if not _stamp(places).holds(_key(places, godot)):
        return None
    return next((folder(places) / "bin").glob("libpython_bridge.*"), None)


def ever_built(places: Places) -> bool:
    """Whether there is one at all, for whichever Godot."""
    return any((folder(places) / "bin").glob("libpython_bridge.*"))


def _stamp(places: Places) -> Stamp:
    return Stamp(places.stamps / "bridge")


def _key(places: Places, godot: Godot) -> str:
    source = folder(places)
    return key_of(source / "src", source / "CMakeLists.txt", godot.version)


def _build(places: Places, godot: Godot, runner: Runner) -> None:
    # a folder of its own each time: what an interruption or another Godot left behind cannot do harm
    building = places.home / "bridge-build"
    shutil.rmtree(building, ignore_errors=True)
    # not bin/cmake: a script whose first line names the folder in which the environment was made
    cmake: list[str | Path] = [places.python, "-m", "cmake"]
    ninja = environment.program(places, "ninja")
    # the linker replaces the library in place, so a Godot that runs must not have it open: build aside, then rename
    made = building / "made"
    options = {
        "GODOT": godot.program,
        "PYTHON_BRIDGE_OUTPUT": made,
        "CMAKE_MAKE_PROGRAM": ninja,
        "CMAKE_BUILD_TYPE": "Release",
    }
    definitions = [f"-D{name}={value}" for name, value in options.items()]
    runner.run([*cmake, "-G", "Ninja", "-S", folder(places), "-B", building, *definitions])

    def heard(line: str) -> None:
        if match := NINJA.match(line):
            runner.step.progress(int(match[1]) / int(match[2]))

    # not through cmake, which leaves ninja's compilers alive when it is told to end
    runner.run([ninja, "-C", building], heard=heard)
    target = folder(places) / "bin"
    target.mkdir(exist_ok=True)
    for library in made.iterdir():
        partial = target / f".{library.name}.new"
        shutil.copy(library, partial)
        partial.replace(target / library.name)
    shutil.rmtree(building)


def _configure_python(places: Places, libpython: Path) -> None:
    config = {
        "library": str(libpython),
        "home": sys.base_prefix,
        "site": str(environment.site_packages(places)),
        "executable": str(places.python),
        "code": str(places.repository / "python"),
        "module": MODULE,
    }
    text = json.dumps(config, indent=2) + "\n"
    path = places.bridge_config
    if not path.exists() or path.read_text("utf-8") != text:
        write_whole(path, text)
