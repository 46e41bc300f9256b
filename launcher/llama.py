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

from . import debian, environment
from .commands import Runner
from .console import Console
from .places import Places
from .stamps import Stamp, key_of, whole_folder
from .system import COMPILER
from .trouble import Trouble

FLAGS = "-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF -DLLAMA_BUILD_COMMON=OFF -DLLAMA_OPENSSL=OFF"
"""For any processor of this kind, and no more than is used. Flags of the user's own CMAKE_ARGS come after them and win."""
TAG = f"{sys.implementation.name}-{sys.version_info[0]}.{sys.version_info[1]}-{platform.system()}-{platform.machine()}"
NINJA = re.compile(r"^\s*\[(\d+)/(\d+)\]")
BUILDING = 0.12
"""Of the whole time that is over when the compiler starts: a download and what the build needs."""


def prepare(places: Places, console: Console) -> str:
    """Builds the wheel and puts it into the environment. Returns the key of what is installed.

    Raises:
        Trouble: there is no compiler and none can be installed, or the download or the build failed.
    """
    wanted, flags = _wanted(places), _flags()
    key = key_of(wanted, TAG, flags)
    if ready(places):
        return key
    wheels = places.cache / "wheels" / f"gguf-{key[:12]}"
    if not wheels.is_dir():
        _build(wanted, wheels, flags, places, console)
    with console.step("llama.cpp into the environment") as step:
        runner = Runner(step, places.logs / "llama.log")
        runner.run([places.python, "-m", "pip", "install", "--no-deps", "--no-index", "--force-reinstall", *wheels.glob("*.whl")])
    _stamp(places).set(key)
    return key


def ready(places: Places) -> bool:
    """Whether the environment has what `prepare` would put there."""
    key = key_of(_wanted(places), TAG, _flags())
    return _stamp(places).holds(key) and (environment.site_packages(places).resolve() / "llama_cpp").is_dir()


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


def _build(wanted: Path, wheels: Path, flags: str, places: Places, console: Console) -> None:
    if not COMPILER.met():
        with console.step("C++ compiler") as step:
            debian.install(COMPILER.packages, Runner(step, places.logs / "system.log"))
    with console.step("llama.cpp (built once, a few minutes)") as step:

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
        programs = os.pathsep.join((str(places.venv / "bin"), os.environ.get("PATH", os.defpath)))
        variables = {
            "CMAKE_ARGS": flags,
            "TMPDIR": str(building),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INPUT": "1",
            "PATH": programs,
        }
        runner = Runner(step, places.logs / "llama.log")
        remedy = "Check the network and the free space of your disk, and start again; or choose another brain."
        with whole_folder(wheels) as making:
            runner.run([*pip, "-r", wanted, "-w", making], env=variables, heard=heard, remedy=remedy)
        shutil.rmtree(building, ignore_errors=True)
