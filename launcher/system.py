"""Step: programs of the system that this start needs and pip does not have: a screen, a sound server, a recorder."""

from __future__ import annotations

import ctypes.util
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType

from . import debian
from .beside import Beside
from .commands import Runner
from .console import Console, Step
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
OBS = Need(
    "the tests with a real OBS",
    ("obs", "openbox"),
    ("obs-studio", "obs-plugins", "openbox", "fonts-dejavu-core", "libgl1-mesa-dri"),
    required=False,
)
"""Without a window manager OBS offers no capture of windows; without a font, no text."""


def prepare(needs: Iterable[Need], places: Places, console: Console) -> None:
    """Installs what is missing, all at once.

    Raises:
        Trouble: something required is missing and cannot be installed.
    """
    with Installing(needs, places) as installing:
        installing.finish(console)


class Installing:
    """`prepare` beside other steps, from its making on; `finish` waits for it. A context manager."""

    def __init__(self, needs: Iterable[Need], places: Places) -> None:
        self._places = places
        self._missing = [need for need in needs if not need.met()]
        self._packages = sorted({package for need in self._missing for package in need.packages})
        self._beside = Beside("System packages", self._install) if self._missing and debian.can_install() else None

    def __enter__(self) -> Installing:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._beside is not None:
            self._beside.__exit__(kind, error, trace)

    def finish(self, console: Console) -> None:
        """Raises the same as `prepare`; warns of what is missing and not required."""
        if self._beside is not None:
            self._beside.finish(console)
        elif self._missing:
            required = [need for need in self._missing if need.required]
            remedy = debian.how_to_install(self._packages)
            if required:
                raise Trouble(f"Missing for {' and '.join(need.purpose for need in required)}: {_names(required)}.", remedy)
            missing = " and ".join(need.purpose for need in self._missing)
            console.warn(f"Missing for {missing}: {_names(self._missing)}. {remedy}")

    def _install(self, step: Step) -> None:
        step.progress(note=", ".join(self._packages))
        debian.install(self._packages, Runner(step, self._places.logs / "system.log"))
        step.result = f"({', '.join(self._packages)})"


def _names(needs: list[Need]) -> str:
    return ", ".join(name for need in needs for name in need.programs or need.packages)
