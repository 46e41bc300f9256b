"""The network, asked for no more than set-up asks of it; and the port of the control page."""

from __future__ import annotations

import errno
import socket
import sys
import sysconfig
import time
from pathlib import Path

from .. import environment, lock
from .asking import ask
from .case import Case
from .finding import Finding, comes, found, missing

CONNECT_S, ALL_S = 4, 20
HOST, PORT = "127.0.0.1", 8787
"""As in the app's settings."""
ONLY_LOOK = ("install", "--dry-run", "--ignore-installed", "--no-deps", "--no-cache-dir", "--retries", "0")
PIP = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_FIND_LINKS": ""}


def network(case: Case, *, needed: bool) -> Finding:
    """Asks the package index that pip is configured for, through pip, whose mirrors, proxies and certificates count.

    Args:
        needed: whether set-up has something to fetch.
    """
    pip = _pip(case)
    if pip is None:
        return comes("pip comes with set-up; until then the package index cannot be asked")
    started = time.monotonic()
    answer = ask([*pip, *ONLY_LOOK, "--timeout", str(CONNECT_S), _first(case)], ALL_S, {**PIP, **_wheel(pip)})
    if answer.well:
        return found(f"the package index answers ({time.monotonic() - started:.1f} s)")
    what = "The package index that pip is configured for does not answer."
    if not needed:
        return missing(f"{what} Nothing has to be fetched, so a show runs without it.", "", needed=False)
    return missing(what, "Check the network, and pip's settings for a mirror or a proxy:  pip config list")


def _pip(case: Case) -> list[str | Path] | None:
    """The environment's, this Python's own, or the wheel that it would put into an environment."""
    if environment.ready(case.places):
        return [case.places.python, "-m", "pip"]
    if ask([sys.executable, "-m", "pip", "--version"], CONNECT_S).well:
        return [sys.executable, "-m", "pip"]
    return [sys.executable, "-m", "pip"] if _bundled() else None


def _bundled() -> Path | None:
    import importlib.util  # costs more than most checks

    folders = [Path(folder) for folder in (sysconfig.get_config_var("WHEEL_PKG_DIR"),) if folder]
    spec = importlib.util.find_spec("ensurepip")
    if spec and spec.origin:
        folders.append(Path(spec.origin).parent / "_bundled")
    return next((wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))), None)


def _wheel(pip: list[str | Path]) -> dict[str, str]:
    wheel = _bundled()
    return {"PYTHONPATH": str(wheel)} if pip[0] == sys.executable and wheel else {}


def _first(case: Case) -> str:
    """One of the locked packages in its version; the first, for it is small."""
    lines = environment.base_of(case.places).read_text("utf-8").splitlines()
    return next(line.split()[0] for line in lines if environment.PINNED.match(line))


def ports(case: Case) -> Finding:
    """A taken port stops nothing: the page then takes the next free one."""
    if str(case.setting("control", "enabled")).lower() in ("false", "0", "no", "off"):
        return found("none: the settings leave the control page out")
    host = str(case.setting("control", "host") or HOST)
    written = case.setting("control", "port")
    number = int(written) if str(written).isdigit() and int(written) < 65536 else PORT
    if number == 0:
        return found("any free one for the control page")
    if process := lock.running(case.places):
        return found(f"the show that runs (process {process}) has its control page on {number} or the next free one")
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, number))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return found(f"{number} is taken by another program; the control page takes the next free one")
        what = f"The control page cannot listen on {host}:{number} ({error.strerror or error})."
        return missing(
            what, "Correct control.host and control.port in the settings. The show runs without the page.", needed=False
        )
    return found(f"{number} is free for the control page")
