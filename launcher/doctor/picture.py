"""What is seen: Godot, the bridge to Python, and a display with its stop key."""

from __future__ import annotations

import os
import sys

from sidecast.errors import SidecastError
from sidecast.flow.stop_key import DEFAULT, key_combination

from .. import bridge as building
from .. import debian, environment, godot_debian, libpython, project, screen, system
from ..godot import REMEDY, Godot
from ..trouble import Trouble
from .asking import ask
from .case import Case
from .finding import Finding, comes, found, missing

LOAD = "import ctypes, sys; ctypes.CDLL(sys.argv[1], mode=ctypes.RTLD_GLOBAL)"


def godot(case: Case) -> Finding:
    there = case.godot
    if isinstance(there, Trouble):
        return missing(there.what, there.remedy)
    if there is not None:
        return found(f"{there.version} ({there.program})")
    if os.environ.get("SIDECAST_GODOT_ARCHIVE"):
        return comes("not here yet; set-up unpacks the archive that SIDECAST_GODOT_ARCHIVE names")
    if not debian.here():
        return missing("There is no Godot on this machine, and none can be fetched because this is not Debian.", REMEDY)
    if debian.architecture() not in godot_debian.LOADERS:
        return missing(f"There is no Godot here, and Debian's is not fetched for the processor {debian.architecture()}.", REMEDY)
    return comes(f"not here yet; set-up fetches Debian's {godot_debian.VERSION} into your cache (150 MB; no rights needed)")


def bridge(case: Case) -> Finding:
    there, places = case.godot, case.places
    if isinstance(there, Godot) and (library := building.built(places, there)):
        again = "Run  ./sidecast clean  and start again."
        if not ask([sys.executable, "-c", LOAD, library], 10).well:
            return missing(f"The bridge {library} cannot be loaded here.", again)
        python = libpython.find(places)
        if python and not ask([sys.executable, "-c", LOAD, python], 10).well:
            return missing(f"Python's library {python} cannot be loaded here.", again)
        if python and environment.ready(places) and project.imported(places, there):
            return found("built for this Godot and this Python")
        return comes("built; set-up imports the project", fetches=python is None)
    if not system.COMPILER.met():
        if not debian.can_install():
            return missing("There is no C++ compiler to build the bridge with.", debian.how_to_install(system.COMPILER.packages))
        return comes("set-up installs a C++ compiler and builds it")
    return comes("set-up builds it", fetches=not environment.ready(places) or not libpython.find(places))


def display(case: Case) -> Finding:
    there = case.godot
    opengl = [] if isinstance(there, Godot) and case.places.cache in there.program.parents else [system.OPENGL]
    if not isinstance(there, Godot):
        opengl = []  # the one that is fetched carries its own
    if screen.usable():
        name = f"Wayland ({os.environ['WAYLAND_DISPLAY']})" if screen.only_wayland() else f"X ({os.environ.get('DISPLAY', '')})"
        return _with([need for need in opengl if not need.met()], name)
    return _with(
        [need for need in (system.SCREEN, *opengl) if not need.met()], "none here, so the show gets a virtual one (Xvfb)"
    )


def stop_key(case: Case) -> Finding:
    """As the settings have it. Whether another program holds it, only the show finds out: it asks for the key."""
    setting = case.setting("stage", "stop_key")
    wanted = DEFAULT if setting is None else str(setting).strip()
    if not wanted:
        return found("none, as stage.stop_key is empty")
    try:
        key = key_combination(wanted)
    except SidecastError as error:
        return missing(error.what, error.remedy, needed=False)
    if os.environ.get("WAYLAND_DISPLAY") and screen.usable():
        return found(f"{key}; on Wayland only while a program that draws by X has the focus, else `!stop` or the control page")
    return found(f"{key}, whatever program has the focus")


def _with(lacking: list[system.Need], what: str) -> Finding:
    if not lacking:
        return found(what)
    packages = [package for need in lacking for package in need.packages]
    if debian.can_install():
        return comes(f"{what}; set-up installs {', '.join(packages)}")
    lack = " and ".join(need.purpose for need in lacking)
    return missing(f"Missing for {lack}: {', '.join(packages)}.", f"{debian.how_to_install(packages)} Or run with --stage none.")
