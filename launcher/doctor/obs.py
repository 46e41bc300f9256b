"""OBS: whether it is found, lets us in, and is new enough; and if not, why. A show runs without it."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path
from typing import Any

from sidecast.obs.link.own_config import OwnConfig, read_own

from .. import environment
from .asking import ask
from .case import Case
from .finding import Finding, comes, found, missing

HERE, PORT = "127.0.0.1", 4455
"""As in the app's settings."""
LOG_IN = Path(__file__).with_name("obs_log_in.py")
LOG_IN_S = 12
"""It waits two seconds for each of a few steps."""
ASK_S = 4
OLDEST = 28
"""The first OBS that has the WebSocket server."""
PROCESSES = Path("/proc")
MENU = "Tools → WebSocket Server Settings"
OFF = ("false", "0", "no", "off")
LATER = "Set-up → OBS on the control page says how."


def obs(case: Case) -> Finding:
    if str(case.setting("obs", "enabled")).lower() in OFF:
        return found("not used: the settings leave it out (obs.enabled)")
    if not environment.ready(case.places):
        return _before_set_up(case)
    said = _log_in(case)
    if said is None:
        return missing("OBS could not be looked for.", "Try again, or look at Set-up → OBS on the control page.", needed=False)
    where, why = said.get("where", ""), said.get("why", "")
    if not why:
        return found(f"OBS {said.get('obs', '')} lets Sidecast in at {where}".replace("  ", " "))
    if why == "away":
        return _away(where, has_config=bool(said.get("own")), here=where.startswith(f"{HERE}:"))
    if said.get("shut") and why in ("password_wanted", "password_wrong"):
        return found(f"OBS answers at {where}; its password is in the vault, which the doctor does not open")
    return missing(str(said.get("what", "")), str(said.get("remedy", "")), needed=False)


def _log_in(case: Case) -> dict[str, Any] | None:
    command: list[str | Path] = [case.places.python, LOG_IN, case.places.data / "vault"]
    if case.settings is not None:
        command.append(case.settings)
    answer = ask(command, LOG_IN_S, {"PYTHONPATH": str(case.places.repository / "python")})
    try:
        said = json.loads(answer.said) if answer.well else None
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _away(where: str, *, has_config: bool, here: bool) -> Finding:
    """Nothing listens there."""
    if not here:
        return missing(f"Nothing answers at {where}.", f"Start OBS there, and compare the port with {MENU}.", needed=False)
    version = installed()
    if version is not None and version < OLDEST:
        what = f"OBS {version} is too old: Sidecast speaks with OBS {OLDEST} and newer."
        return missing(what, "Install a newer one, such as from obsproject.com.", needed=False)
    if runs():
        what = f"OBS runs, but nothing listens at {where}."
        return missing(what, f"Tick “Enable WebSocket server” in OBS ({MENU}), and compare the port there.", needed=False)
    if not has_config and version is None:
        return found(f"no OBS was found on this machine; a show runs without. {LATER}")
    return found(f"OBS does not run now; it is looked for at {where} for as long as a show runs")


def _before_set_up(case: Case) -> Finding:
    """Without the packages that speak with it."""
    own = read_own()
    if own is not None and not own.enabled:
        return missing("OBS's WebSocket server is off.", f"Tick “Enable WebSocket server” in OBS ({MENU}).", needed=False)
    if _listens(case, own):
        return comes("OBS's port answers; whether it lets Sidecast in is looked at after the set-up", fetches=False)
    return comes("looked for after the set-up", fetches=False)


def _listens(case: Case, own: OwnConfig | None) -> bool:
    written = str(case.setting("obs", "port") or "")
    port = int(written) if written.isdigit() and 0 < int(written) < 65536 else own.port if own else PORT
    try:
        with socket.create_connection((str(case.setting("obs", "host") or HERE), port), timeout=1):
            return True
    except OSError:
        return False


def installed() -> int | None:
    """The main number of the OBS that a terminal would start; None when there is none, or it does not say."""
    program = shutil.which("obs")
    if program is None:
        return None
    # “OBS Studio - 29.0.2 (linux)”; it needs no screen for that
    words = ask([program, "--version"], ASK_S).said.split()
    number = next((word for word in words if word[0].isdigit()), "").partition(".")[0]
    return int(number) if number.isdigit() else None


def runs(processes: Path = PROCESSES) -> bool:
    """Whether a program called `obs` runs, where the system tells."""
    for name in processes.glob("[0-9]*/comm"):
        try:
            if name.read_text("utf-8").strip() in ("obs", "obs-studio"):
                return True
        except OSError:
            continue  # it has ended
    return False
