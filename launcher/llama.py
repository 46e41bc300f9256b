"""Step: llama.cpp for Python, built once into a wheel cache of ours; and a look whether it can run the chosen model.

The wheel is built here because the ones that pip would keep are made for the processor that built them, and end at the first
word on another. It serves every checkout, and needs the network only once.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from . import debian, environment
from .beside import Beside
from .commands import Runner
from .console import Console, Step
from .places import Places
from .stamps import Stamp, key_of, whole_folder
from .system import COMPILER
from .trouble import Trouble

TITLE = "llama.cpp (built once, a few minutes)"
FLAGS = "-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF -DLLAMA_BUILD_COMMON=OFF -DLLAMA_OPENSSL=OFF"
"""For any processor of this kind, and no more than is used. Flags of the user's own CMAKE_ARGS come after them and win."""
WITHOUT_COMMON = "set(LLAMA_BUILD_COMMON OFF)\n"
"""CMake reads it after the package's `project()`. The package turns this flag on again, but in the cache, and a variable is
stronger. What is left out serves llama.cpp's own programs: it takes as long to build as all the rest, and nothing loads it."""
TARGET = "llama"
"""Needs all of ggml; other targets, such as llama.cpp's web server, are built for nobody."""
TAG = f"{sys.implementation.name}-{sys.version_info[0]}.{sys.version_info[1]}-{platform.system()}-{platform.machine()}"
NINJA = re.compile(r"^\s*\[(\d+)/(\d+)\]")
BUILDING = 0.12
"""Of the whole time that is over when the compiler starts: a download and what the build needs."""


def prepare(places: Places, console: Console) -> str:
    """Builds the wheel and puts it into the environment. Returns the key of what is installed.

    Raises:
        Trouble: there is no compiler and none can be installed, or the download or the build failed.
    """
    if must_be_built(places) and not COMPILER.met():
        with console.step("C++ compiler") as step:
            debian.install(COMPILER.packages, Runner(step, places.logs / "system.log"))
    with Building(places) as building:
        return building.finish(console)


class Building:
    """Begins with its making, beside the other steps, and needs a compiler; `finish` waits for it. A context manager."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._beside = Beside(TITLE, lambda step: _build(places, step)) if must_be_built(places) else None

    def __enter__(self) -> Building:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._beside is not None:
            self._beside.__exit__(kind, error, trace)

    def finish(self, console: Console) -> str:
        """Puts the wheel into the environment. Returns and raises the same as `prepare`."""
        places, key = self._places, _key(self._places)
        if self._beside is not None:
            self._beside.finish(console)
        if not ready(places):
            with console.step("llama.cpp into the environment") as step:
                pip: list[str | Path] = [places.python, "-m", "pip", "install", "--no-deps", "--no-index", "--force-reinstall"]
                Runner(step, places.logs / "llama.log").run([*pip, *_wheels(places).glob("*.whl")])
            _stamp(places).set(key)
        return key


def must_be_built(places: Places) -> bool:
    """Whether there is neither an environment with it nor a wheel."""
    return not ready(places) and not _wheels(places).is_dir()


def ready(places: Places) -> bool:
    """Whether the environment has what `prepare` would put there."""
    return _stamp(places).holds(_key(places)) and (environment.site_packages(places).resolve() / "llama_cpp").is_dir()


def _key(places: Places) -> str:
    return key_of(_wanted(places), TAG, _flags())


def _wheels(places: Places) -> Path:
    return places.cache / "wheels" / f"gguf-{_key(places)[:12]}"


def _wanted(places: Places) -> Path:
    return places.repository / "requirements" / "gguf.txt"


def _flags() -> str:
    return f"{FLAGS} {os.environ.get('CMAKE_ARGS', '')}".strip()


def _stamp(places: Places) -> Stamp:
    return Stamp(environment.site_packages(places).resolve().parents[2] / "sidecast-gguf")


def try_out(model: Path, key: str, places: Places, console: Console) -> None:
    """Loads the model and lets it write a few words, once for each model and build.

    Raises:
        Trouble: it cannot.
    """
    about = model.stat()
    stamp = Stamp(places.stamps / f"gguf-{key_of(str(model))[:12]}")
    tried = key_of(key, str(model), f"{about.st_size} {about.st_mtime_ns}")
    if stamp.holds(tried):
        return
    with console.step(f"Trying {model.name}") as step:
        done = subprocess.run(
            [places.python, "-m", "sidecast.dialogue.brains.smoke", model],
            env={**os.environ, "PYTHONPATH": str(places.repository / "python")},
            capture_output=True,
            text=True,
            check=False,
        )
        step.failed = done.returncode != 0
    if done.returncode < 0:
        remedy = "Remove the wheel cache with  ./sidecast clean  and start again; if it stays so, take another model."
        raise Trouble(f"llama.cpp crashed ({signal.Signals(-done.returncode).name}) while it ran {model.name}.", remedy)
    if done.returncode > 0:
        said = done.stderr.strip().splitlines() or ["It did not say why."]
        raise Trouble(f"The model cannot be used: {said[-1]}", "Choose another file, or start without --brain.")
    stamp.set(tried)


def _build(places: Places, step: Step) -> None:
    def heard(line: str) -> None:
        if match := NINJA.match(line):
            step.progress(BUILDING + (1 - BUILDING) * int(match[1]) / int(match[2]), "building")
        elif line.lstrip().startswith(("Downloading", "Collecting")):
            step.progress(None, "downloading")

    # its own pip cache is what the wheel must not come from
    pip: list[str | Path] = [places.python, "-m", "pip", "wheel", "-v", "--no-cache-dir", "--no-deps", "--require-hashes"]
    building = places.home / "llama-build"  # pip leaves its own behind when it is interrupted
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    without_common = building / "without-common.cmake"
    without_common.write_text(WITHOUT_COMMON, "utf-8")
    variables = {
        "CMAKE_ARGS": _flags(),
        # not in CMAKE_ARGS, which ends a path at its first blank
        "SKBUILD_CMAKE_DEFINE": f"CMAKE_PROJECT_llama_cpp_INCLUDE={without_common}",
        "SKBUILD_BUILD_TARGETS": TARGET,
        "TMPDIR": str(building),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PATH": os.pathsep.join((str(places.venv / "bin"), os.environ.get("PATH", os.defpath))),
    }
    runner = Runner(step, places.logs / "llama.log")
    remedy = "Check the network and the free space of your disk, and start again; or choose another brain."
    with whole_folder(_wheels(places)) as making:
        runner.run([*pip, "-r", _wanted(places), "-w", making], env=variables, heard=heard, remedy=remedy)
    shutil.rmtree(building, ignore_errors=True)
