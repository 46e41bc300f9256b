"""Step: Python as a shared library, which the bridge loads into Godot."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from . import debian
from .commands import Runner
from .console import Console
from .places import Places
from .private_apt import PrivateApt, unpack
from .stamps import whole_folder
from .trouble import Trouble

MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
NAME = f"libpython{MINOR}.so.1.0"


def prepare(places: Places, console: Console) -> Path:
    """The library of the Python that runs this.

    Raises:
        Trouble: this Python has none, and it is not Debian's, whose library is a package of its own.
    """
    folders = [sysconfig.get_config_var("LIBDIR"), Path(sys.base_prefix) / "lib"]
    for folder in (Path(folder) for folder in folders if folder):
        if (folder / NAME).exists():
            return folder / NAME
    destination = places.cache / f"libpython-{MINOR}-{debian.codename()}"
    library = destination / NAME
    return library if library.exists() else _fetch(destination, places, console)


def _fetch(destination: Path, places: Places, console: Console) -> Path:
    if sys.base_prefix != "/usr" or not debian.here():
        what = f"The Python {sys.version.split()[0]} in {sys.base_prefix} has no shared library {NAME}."
        raise Trouble(what, "Use a Python built with --enable-shared, such as Debian's, and start ./sidecast with it.")
    package = f"libpython{MINOR}"
    with console.step("Python's shared library") as step:
        runner = Runner(step, places.logs / "libpython.log")
        with whole_folder(destination) as making:
            apt = PrivateApt(making / "apt", runner)
            apt.update()
            # the standard library on disk belongs to this version
            asked = ["dpkg-query", "-W", "-f", "${Version}", f"{package}-minimal"]
            installed = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
            exact = installed in apt.versions(package)
            unpack(apt.download_alone(f"{package}={installed}" if exact else package), making / "root", runner)
            found = next((making / "root").rglob(NAME), None)
            if found is None:
                raise Trouble(f"Debian's package {package} holds no {NAME}.", f"Install {package} and start again.")
            shutil.copy(found, making / NAME)
            ctypes.CDLL(str(making / NAME))
            shutil.rmtree(making / "root")
            shutil.rmtree(making / "apt")
    return destination / NAME
