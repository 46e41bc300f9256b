"""Step: the voices Flite and eSpeak NG: the system's where they are installed, unpacked packages otherwise. Needs no rights."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import debian, environment
from .commands import Runner
from .console import Console
from .places import Places
from .private_apt import PrivateApt, find_each_other, unpack
from .stamps import whole_folder

ESPEAK_DATA = "espeak-ng-data"
HOSTS_OWN = ("libc6_", "libgcc-s1_", "libstdc++6_", "gcc-")
"""Packages that must stay the host's: two of them in one process end in a crash."""
CHECK = """import ctypes, os, sys
data = sys.argv.pop(1)
for path in sys.argv[1:]:
    library = ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
# AUDIO_OUTPUT_SYNCHRONOUS, espeakINITIALIZE_DONT_EXIT
if hasattr(library, "espeak_Initialize") and library.espeak_Initialize(2, 0, os.fsencode(data), 0x8000) <= 0:
    sys.exit("eSpeak NG finds no data")
"""


@dataclass(frozen=True, slots=True)
class Voice:
    """An engine, and the Debian packages that bring it."""

    name: str
    variable: str
    """Names the folder of its libraries to the app."""
    libraries: tuple[str, ...]
    """In the order in which they must be loaded, because one needs the symbols of another."""
    packages: tuple[str, ...]

    def lies_in(self, folder: Path) -> bool:
        return all((folder / library).exists() for library in self.libraries)


FLITE = Voice(
    "Flite",
    "SIDECAST_FLITE_LIB",
    ("libflite.so.1", "libflite_usenglish.so.1", "libflite_cmulex.so.1", "libflite_cmu_us_slt.so.1"),
    ("libflite1",),
)
ESPEAK = Voice("eSpeak NG", "SIDECAST_ESPEAK_LIB", ("libespeak-ng.so.1",), ("libespeak-ng1", "espeak-ng-data"))
VOICES = (FLITE, ESPEAK)


def prepare(places: Places, console: Console) -> dict[str, str]:
    """The variables by which the app finds its voices. Without any the show would be mute: that is said, and is no error."""
    ours = _unpacked(places)
    missing = [voice for voice in VOICES if not find(voice, places)]
    if missing and not debian.here():
        packages = [package for voice in missing for package in voice.packages]
        console.warn(f"Not installed: {' and '.join(voice.name for voice in missing)}. {debian.how_to_install(packages)}")
    elif missing:
        wanted = [voice for voice in VOICES if not _folder_of(voice, None)]
        _fetch(wanted, ours, places, console)
    found = {voice.variable: str(folder) for voice in VOICES if (folder := find(voice, places))}
    if found.get(ESPEAK.variable) == str(ours):
        found["SIDECAST_ESPEAK_DATA"] = str(ours)  # the folder that contains espeak-ng-data
    return found


def find(voice: Voice, places: Places) -> Path | None:
    """The folder of its libraries: the system's, else what was unpacked."""
    return _folder_of(voice, _unpacked(places))


def check(python: Path, data: Path, libraries: Iterable[Path]) -> list[str | Path]:
    """The command that tries whether libraries can be loaded and find their data; in a process of its own, as they may crash."""
    return [python, "-c", CHECK, data, *libraries]


def _unpacked(places: Places) -> Path:
    return places.cache / f"voices-{debian.codename()}"


def _folder_of(voice: Voice, ours: Path | None) -> Path | None:
    triplet = sysconfig.get_config_var("MULTIARCH") or "."
    system = (Path("/usr/lib") / triplet, Path("/usr/lib64"), Path("/usr/lib"))
    return next((folder for folder in (*system, *([ours] if ours else [])) if voice.lies_in(folder)), None)


def _fetch(voices: list[Voice], destination: Path, places: Places, console: Console) -> None:
    with console.step("Voices") as step:
        runner = Runner(step, places.logs / "voices.log")
        apt_folder = places.cache / ".apt-voices"
        shutil.rmtree(apt_folder, ignore_errors=True)
        try:
            apt = PrivateApt(apt_folder, runner)
            apt.update()
            packages = apt.download([package for voice in voices for package in voice.packages])
            with whole_folder(destination) as making:
                for package in packages:
                    if not package.name.startswith(HOSTS_OWN):
                        unpack(package, making / "root", runner)
                _gather(making)
                find_each_other(making, environment.program(places, "patchelf"), runner)
                for voice in voices:
                    libraries = [making / library for library in voice.libraries]
                    remedy = f"{voice.name} was unpacked but cannot be loaded."
                    runner.run(check(places.python, making, libraries), remedy=remedy)
        finally:
            shutil.rmtree(apt_folder, ignore_errors=True)
        step.result = f"({', '.join(voice.name for voice in voices)})"


def _gather(making: Path) -> None:
    """All libraries side by side, so that one folder is the answer to where they are."""
    root = making / "root"
    for path in root.rglob("*.so*"):
        if path.is_file():
            shutil.copy2(path, making / path.name)
    data = next((path for path in root.rglob(ESPEAK_DATA) if (path / "phontab").is_file()), None)
    if data:
        shutil.copytree(data, making / ESPEAK_DATA)
    shutil.rmtree(root)
