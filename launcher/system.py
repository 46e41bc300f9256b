"""Step: programs of the system that this start needs and pip does not have: a screen, a sound server, a recorder."""

from __future__ import annotations

import ctypes.util
import shutil
from collections.abc import Iterable
from dataclasses import dataclass

from . import debian
from .commands import Runner
from .console import Console
from .places import Places
from .trouble import Trouble


@dataclass(frozen=True, slots=True)
class Need:
    """A program, or a library, and the Debian packages that bring it."""

    purpose: str
    programs: tuple[str, ...]
    packages: tuple[str, ...]
    library: str = ""
    required: bool = True
    """Without it: an error if True, a warning if False."""
    instead: tuple[str, ...] = ()
    """Any one of these programs does as well."""

    def met(self) -> bool:
        if any(map(shutil.which, self.instead)):
            return True
        return all(map(shutil.which, self.programs)) and (not self.library or ctypes.util.find_library(self.library) is not None)


SCREEN = Need("a screen of its own", ("Xvfb", "xkbcomp"), ("xvfb", "x11-xkb-utils"))
SOUND = Need("a sound server of its own", ("pulseaudio", "pactl", "parec"), ("pulseaudio", "pulseaudio-utils"))
SOUND_IF_POSSIBLE = Need(SOUND.purpose, SOUND.programs, SOUND.packages, required=False)
OPENGL = Need("drawing without a graphics card", (), ("libgl1", "libgl1-mesa-dri"), library="GL")
COMPILER = Need("building the bridge", ("g++",), ("g++",), instead=("c++", "clang++"))
FFMPEG = Need("recording", ("ffmpeg",), ("ffmpeg",))
BROWSER = Need("the tests of the control page", ("chromium",), ("chromium",), required=False)


def prepare(needs: Iterable[Need], places: Places, console: Console) -> None:
    """Installs what is missing, all at once.

    Raises:
        Trouble: something required is missing and cannot be installed.
    """
    missing = [need for need in needs if not need.met()]
    if not missing:
        return
    packages = sorted({package for need in missing for package in need.packages})
    required = [need for need in missing if need.required]
    if not debian.can_install():
        remedy = debian.how_to_install(packages)
        if required:
            raise Trouble(f"Missing for {' and '.join(need.purpose for need in required)}: {_names(required)}.", remedy)
        console.warn(f"Missing for {' and '.join(need.purpose for need in missing)}: {_names(missing)}. {remedy}")
        return
    with console.step("System packages") as step:
        step.progress(note=", ".join(packages))
        debian.install(packages, Runner(step, places.logs / "system.log"))
        step.result = f"({', '.join(packages)})"


def _names(needs: list[Need]) -> str:
    return ", ".join(name for need in needs for name in need.programs or need.packages)
