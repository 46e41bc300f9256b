"""Godot out of Debian's packages, unpacked into a folder of ours with its own libraries and loader. Needs no rights.

A Debian that has no Godot 4 itself takes it from a newer one. Nothing of it is installed: see private_apt.py.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from . import debian, environment
from .commands import Runner
from .console import Console
from .places import Places
from .private_apt import PrivateApt, unpack
from .stamps import whole_folder
from .trouble import Trouble

SUITE = "forky"
VERSION = "4.6.3+ds-2"
"""Tried first, because everything was measured with it; when the pool has moved on, its newest 4.x."""
LOADERS = {"amd64": ("x86_64-linux-gnu", "ld-linux-x86-64.so.2"), "arm64": ("aarch64-linux-gnu", "ld-linux-aarch64.so.1")}
WITH_IT = ("libgl1", "libgl1-mesa-dri", "libegl1", "libgles2")
REMEDY = "Install Godot 4.5 or newer and name it:  GODOT=/path/to/godot ./sidecast run"
WRAPPER = """#!/bin/sh
# the libraries in here know only their own font configuration
here=$(dirname "$(readlink -f "$0")")
export FONTCONFIG_FILE="${{FONTCONFIG_FILE:-$here/root/etc/fonts/fonts.conf}}"
exec "$here/bin/{program}" "$@"
"""


def fetch(places: Places, console: Console) -> Path:
    """Downloads, unpacks and patches; the program to start.

    Raises:
        Trouble: not a Debian, not its processor, or the download failed.
    """
    if not debian.here():
        raise Trouble("There is no Godot on this machine, and none can be fetched because this is not Debian.", REMEDY)
    if debian.architecture() not in LOADERS:
        raise Trouble(f"Debian's Godot is not fetched for the processor {debian.architecture()}.", REMEDY)
    with console.step("Godot") as step:
        runner = Runner(step, places.logs / "godot.log")
        apt_folder = places.cache / ".apt-godot"
        shutil.rmtree(apt_folder, ignore_errors=True)
        try:
            apt = PrivateApt(apt_folder, runner, suite=SUITE)
            step.progress(note="package lists")
            apt.update()
            version = _choose(apt.versions("godot"))
            packages = apt.download([f"godot={version}", *WITH_IT])
            number = version.split("+")[0].split("-")[0]
            destination = places.cache / f"godot-{number}"
            with whole_folder(destination) as making:
                _assemble(making, destination, packages, environment.program(places, "patchelf"), runner)
        finally:
            shutil.rmtree(apt_folder, ignore_errors=True)
        step.result = number
    return destination / "godot"


def _choose(versions: list[str]) -> str:
    if VERSION in versions:
        return VERSION
    for version in versions:
        if version.startswith("4."):
            return version
    raise Trouble(f"Debian {SUITE} offers no Godot 4 (on offer: {', '.join(versions) or 'none'}).", REMEDY)


def _assemble(making: Path, destination: Path, packages: list[Path], patchelf: Path, runner: Runner) -> None:
    triplet, loader = LOADERS[debian.architecture()]
    root = making / "root"
    for index, package in enumerate(packages):
        runner.step.progress(index / len(packages), "unpacking")
        unpack(package, root, runner)
    libraries = root / "usr" / "lib" / triplet
    runner.step.progress(note="fitting libraries")
    _free_of_runpaths(libraries, patchelf, runner)
    (making / "bin").mkdir()
    program = making / "bin" / "godot"
    (root / "usr" / "bin" / "godot").rename(program)
    place = "$ORIGIN/../root/usr/lib/" + triplet
    # the kernel takes the loader's path as it stands, so it is the final one, and the folder cannot be moved
    interpreter = destination / "root" / "usr" / "lib" / triplet / loader
    paths = f"{place}:{place}/pulseaudio"
    runner.run([patchelf, "--set-interpreter", interpreter, "--force-rpath", "--set-rpath", paths, program])
    wrapper = making / "godot"
    wrapper.write_text(WRAPPER.format(program="godot"), "utf-8")
    wrapper.chmod(0o755)
    _write_lock(making / "godot.lock", packages)
    shutil.rmtree(root / "usr" / "share" / "doc", ignore_errors=True)


def _free_of_runpaths(libraries: Path, patchelf: Path, runner: Runner) -> None:
    """A library with a RUNPATH of its own ignores the program's RPATH (libLLVM, libpulse), and GL set-up crashes."""
    quiet = Runner(runner.step, Path("/dev/null"))
    for path in sorted(libraries.glob("*.so*")):
        if path.is_file() and not path.is_symlink() and _is_elf(path) and quiet.run([patchelf, "--print-rpath", path]).strip():
            runner.run([patchelf, "--force-rpath", "--set-rpath", "$ORIGIN:$ORIGIN/pulseaudio", path])


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _write_lock(path: Path, packages: list[Path]) -> None:
    """What exactly was unpacked: SHA-256 and name of every package."""
    lines = [f"{hashlib.sha256(package.read_bytes()).hexdigest()}  {package.name}\n" for package in packages]
    path.write_text("".join(lines), "utf-8")
