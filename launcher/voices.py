"""Step: the voices Flite and eSpeak NG: the system's where they are installed, unpacked packages otherwise. Needs no rights."""

from __future__ import annotations

import shutil
import sysconfig
from pathlib import Path

from . import debian, environment
from .commands import Runner
from .console import Console
from .places import Places
from .private_apt import PrivateApt, find_each_other, unpack
from .stamps import whole_folder
from .trouble import Trouble

FLITE, ESPEAK, ESPEAK_DATA = "libflite_cmu_us_slt.so.1", "libespeak-ng.so.1", "espeak-ng-data"
PACKAGES = ("libflite1", "libespeak-ng1", "espeak-ng-data")
HOSTS_OWN = ("libc6_", "libgcc-s1_", "libstdc++6_", "gcc-")
"""Packages that must stay the host's: two of them in one process end in a crash."""
CHECK = """import ctypes, sys
for path in sys.argv[2:]:
    library = ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
rate = library.espeak_Initialize(2, 0, sys.argv[1].encode(), 0x8000)  # AUDIO_OUTPUT_SYNCHRONOUS, espeakINITIALIZE_DONT_EXIT
sys.exit(0 if rate > 0 else "eSpeak NG finds no data")
"""
IN_ORDER = ("libflite.so.1", "libflite_usenglish.so.1", "libflite_cmulex.so.1", FLITE, ESPEAK)
"""A voice needs the symbols of what is before it."""


def prepare(places: Places, console: Console) -> dict[str, str]:
    """The variables by which the voices are found; empty values are never among them.

    Without voices that can be fetched the show would be mute, so that is said and not an error.
    """
    system = _system_folder()
    if system and (system / FLITE).exists() and (system / ESPEAK).exists() and (data := _system_data(system)):
        return _variables(system, data)
    ours = places.cache / f"voices-{debian.codename()}"
    if not (ours / FLITE).exists():
        if not debian.here():
            console.warn(f"No voice: {FLITE} and {ESPEAK} are not installed. {debian.how_to_install(PACKAGES)}")
            return {}
        _fetch(ours, places, console)
    return _variables(ours, ours)


def _variables(libraries: Path, data: Path) -> dict[str, str]:
    return {
        "SIDECAST_FLITE_LIB": str(libraries),
        "SIDECAST_ESPEAK_LIB": str(libraries),
        "SIDECAST_ESPEAK_DATA": str(data),  # the folder that contains espeak-ng-data
    }


def _system_folder() -> Path | None:
    triplet = sysconfig.get_config_var("MULTIARCH")
    folders = [Path("/usr/lib") / triplet] if triplet else []
    return next((folder for folder in [*folders, Path("/usr/lib64"), Path("/usr/lib")] if (folder / ESPEAK).exists()), None)


def _system_data(libraries: Path) -> Path | None:
    return next((folder for folder in (libraries, Path("/usr/share")) if (folder / ESPEAK_DATA).is_dir()), None)


def _fetch(destination: Path, places: Places, console: Console) -> None:
    with console.step("Voices") as step:
        runner = Runner(step, places.logs / "voices.log")
        apt_folder = places.cache / ".apt-voices"
        shutil.rmtree(apt_folder, ignore_errors=True)
        try:
            # as if none of them were installed, so that all of them come, and of the rest what this machine lacks
            apt = PrivateApt(apt_folder, runner, forget=PACKAGES)
            apt.update()
            packages = [path for path in apt.download(PACKAGES) if not path.name.startswith(HOSTS_OWN)]
            with whole_folder(destination) as making:
                for package in packages:
                    unpack(package, making / "root", runner)
                _gather(making)
                find_each_other(making, environment.program(places, "patchelf"), runner)
                libraries = [making / name for name in IN_ORDER]
                runner.run(
                    [places.python, "-c", CHECK, making, *libraries], remedy="The voices were unpacked but cannot be loaded."
                )
        finally:
            shutil.rmtree(apt_folder, ignore_errors=True)
        step.result = "(Flite, eSpeak NG)"


def _gather(making: Path) -> None:
    """All libraries side by side, so that one folder is the answer to where they are."""
    root = making / "root"
    for path in root.rglob("*.so*"):
        if path.is_file():
            shutil.copy2(path, making / path.name)
    data = next((path for path in root.rglob(ESPEAK_DATA) if (path / "phontab").is_file()), None)
    if data is None:
        raise Trouble("Debian's packages hold no data for eSpeak NG.", "Install espeak-ng-data and start again.")
    shutil.copytree(data, making / ESPEAK_DATA)
    shutil.rmtree(root)
