"""The machine under the show: Python and its packages, the settings, the disk, the clock."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import tomllib
import zoneinfo
from pathlib import Path

from .. import debian, environment, libpython, paths
from ..places import Places
from ..trouble import Trouble
from .asking import ask
from .case import Case
from .finding import Finding, comes, found, missing

PACKAGES = Path(__file__).with_name("packages.py")
SETTINGS = """import sys
from pathlib import Path
from sidecast.errors import SidecastError
from sidecast.settings import load_settings
try:
    load_settings(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
except SidecastError as error:
    sys.exit(f"{error.what}\\n{error.remedy}")
"""
BEFORE_SET_UP_MB, AFTER_MB, TEMPORARY_MB = 2000, 200, 100
"""Free space: for a first set-up with all that it fetches and builds; for a show and its ledger; for sockets and films."""
CLOCK_SAMPLES = 2000
COARSE_S = 0.001
BEHIND_S = 86_400
"""Files of ours may be this much newer than now: the time zone of an archive that was unpacked."""


def python(case: Case) -> Finding:
    version = f"Python {environment.VERSION}"
    try:
        paths.check(case.places)
    except Trouble as trouble:
        return missing(trouble.what, trouble.remedy)
    if case.picture and not libpython.find(case.places) and not libpython.can_be_fetched():
        what = f"The Python {environment.VERSION} in {sys.base_prefix} has no shared library {libpython.NAME}."
        return missing(what, "Start ./sidecast with a Python built with --enable-shared, such as your distribution's.")
    if environment.ready(case.places):
        return _packages(version, case.places)
    if not environment.can_be_made() and not debian.can_install():
        remedy = debian.how_to_install([environment.VENV_PACKAGE])
        return missing(f"{version} lacks its modules venv and ensurepip, which make environments.", remedy)
    count = len(environment.PINNED.findall(environment.base_of(case.places).read_text("utf-8")))
    return comes(f"{version}; set-up makes an environment with {count} packages")


def _packages(version: str, places: Places) -> Finding:
    remedy = f"Remove the folder {places.venv.resolve()} and start again."
    answer = ask([places.python, "-I", PACKAGES, environment.base_of(places)], 20)
    if not answer.well:
        return missing(f"The Python of the environment {places.venv} does not start.", remedy)
    count, wrong = json.loads(answer.said)
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        return missing(f"Packages of the environment are damaged: {', '.join(wrong[:3])}{more}.", remedy)
    return found(f"{version} and its {count} packages")


def settings(case: Case) -> Finding:
    path = case.settings_file
    if environment.ready(case.places):
        code = {"PYTHONPATH": str(case.places.repository / "python")}
        answer = ask([case.places.python, "-c", SETTINGS, *([path] if path.exists() or case.settings else [])], 20, code)
        if not answer.well:
            what, _, remedy = answer.last_words.rpartition("\n")
            return missing(what or "The settings cannot be read.", remedy)
    else:
        try:
            tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            return missing(f"{path} cannot be used: {error}.", "Correct it, or move it away to start with the defaults.")
    return found(str(path) if path.exists() else "the defaults; ./sidecast settings shows them all")


def disk(case: Case) -> Finding:
    places = case.places
    needs = AFTER_MB if environment.ready(places) else BEFORE_SET_UP_MB
    wanted = {places.home: needs, places.cache: needs, places.data: AFTER_MB, Path(_temporary()): TEMPORARY_MB}
    least = None
    for folder, megabytes in wanted.items():
        there = _nearest(folder)
        if not os.access(there, os.W_OK | os.X_OK):
            return missing(
                f"{folder} cannot be written.", f"Give yourself the right to write in {there}, or choose another place."
            )
        free = shutil.disk_usage(there).free // 1_000_000
        if free < megabytes:
            what = f"Only {free} MB are free for {folder}, and {megabytes} are needed."
            return missing(what, "Free some space, or let SIDECAST_HOME and XDG_CACHE_HOME name folders on a bigger disk.")
        least = free if least is None else min(least, free)
    return found(f"{(least or 0) / 1000:.0f} GB free")


def _temporary() -> str:
    import tempfile  # what it imports costs more than most checks

    return tempfile.gettempdir()


def _nearest(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())


def clock(case: Case) -> Finding:
    samples = [time.monotonic_ns() for _ in range(CLOCK_SAMPLES)]
    if samples != sorted(samples):
        return missing("This machine's monotonic clock runs backwards at times.", "Choose another clock source for its kernel.")
    resolution = time.get_clock_info("monotonic").resolution
    if resolution > COARSE_S:
        return missing(f"The monotonic clock only ticks every {resolution * 1000:.0f} ms.", "Run on another kernel.")
    newest = max(file.stat().st_mtime for file in (case.places.repository / "launcher").glob("*.py"))
    now = time.time()
    if now < newest - BEHIND_S:
        what = f"The clock says {time.strftime('%Y-%m-%d', time.localtime(now))}, which is before Sidecast's files were written."
        return missing(
            what, "Set the clock (timedatectl set-ntp true): with a wrong one no encrypted connection is trusted.", needed=False
        )
    zone = os.environ.get("TZ", "").removeprefix(":")
    if zone and "/" in zone and not zone.startswith("/") and zone not in zoneinfo.available_timezones():
        return missing(f"There is no time zone TZ={zone}; times are shown in UTC.", "Correct TZ, or unset it.", needed=False)
    return found(time.strftime("%Y-%m-%d %H:%M %Z (UTC%z)", time.localtime(now)))
