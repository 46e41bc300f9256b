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
VERSION = sys.version.split()[0]


def prepare(places: Places, console: Console) -> Path:
    """The library of the Python that runs this.

    Raises:
        Trouble: this Python has none, and it is not Debian's, whose library is a package of its own.
    """
    check(places)
    return find(places) or _fetch(_destination(places), places, console)


def check(places: Places) -> None:
    """Whether this Python can be embedded, asked before anything is downloaded for it.

    Raises:
        Trouble: it cannot; says which one can.
    """
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        what = f"The Python {VERSION} in {sys.base_prefix} is the free-threaded build, for which most packages do not exist."
        raise Trouble(what, f"Start Sidecast with the usual build of it.{_debians_own()}")
    if not find(places) and not can_be_fetched():
        what = f"The Python {VERSION} in {sys.base_prefix} has no shared library {NAME}, without which Godot cannot embed it."
        build = "Use a Python built with --enable-shared (pyenv: PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install -f 3.13)."
        raise Trouble(what, f"{build}{_debians_own()}")


def _debians_own() -> str:
    return " Or start it with the system's:  /usr/bin/python3 ./sidecast run" if debian.here() and not can_be_fetched() else ""


def find(places: Places) -> Path | None:
    """Beside this Python, or fetched before."""
    folders = [sysconfig.get_config_var("LIBDIR"), Path(sys.base_prefix) / "lib", _destination(places)]
    return next((path for folder in folders if folder and (path := Path(folder) / NAME).exists()), None)


def can_be_fetched() -> bool:
    """Debian's, whose library is a package of its own."""
    return sys.base_prefix == "/usr" and debian.here()


def _destination(places: Places) -> Path:
    return places.cache / f"libpython-{MINOR}-{debian.codename()}"


def _fetch(destination: Path, places: Places, console: Console) -> Path:
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
