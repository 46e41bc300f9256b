"""A program of the doctor's, run by the environment's Python: logs in to OBS once, and tells as JSON how that went.

    python obs_log_in.py VAULT [SETTINGS]

It says no password. A vault whose key is in a keyring or under a passphrase stays shut: nobody is asked for anything.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any


def main(vault: Path, settings: Path | None) -> dict[str, Any]:
    """`where` it was tried, `why` it failed (empty: it did not) in `what` and `remedy`, `obs` its version; `shut`: the vault has
    a password that was not tried."""
    from sidecast.desks.obs_finding import attempt
    from sidecast.obs.link.own_config import read_own
    from sidecast.obs.link.place import place
    from sidecast.obs.link.troubles import trouble
    from sidecast.settings import load_settings

    kept, shut = _kept(vault)
    own = read_own()
    found = place(load_settings(settings).obs, kept, own)
    if found is None:
        return {"where": ""}
    said: dict[str, Any] = {"where": f"{found.host}:{found.port}", "shut": shut, "own": found.own is not None, "why": ""}
    if why := attempt(found):
        wrong = trouble(why, found)
        return said | {"why": wrong.why.value, "what": wrong.what, "remedy": wrong.remedy}
    return said | {"obs": _version(found)}


def _kept(folder: Path) -> tuple[str | None, bool]:
    from sidecast.errors import VaultError
    from sidecast.obs.link.place import PASSWORD
    from sidecast.vault.opening import DATABASE, open_vault

    try:
        with closing(sqlite3.connect(f"{(folder / DATABASE).as_uri()}?mode=ro", uri=True, timeout=1)) as db:
            has = db.execute("SELECT 1 FROM secrets WHERE name = ?", (PASSWORD,)).fetchone()
    except sqlite3.Error:
        has = None
    if not has:
        return None, False
    try:
        with closing(open_vault(folder)) as vault:
            return vault.get(PASSWORD), False
    except VaultError:
        return None, True


def _version(found: Any) -> str:
    from sidecast.obs.link.wire import Broken, CannotConnect, Wire

    for password in found.passwords or ("",):
        try:
            wire = Wire(found, password)
        except CannotConnect:
            continue
        with closing(wire):
            try:
                return str(wire.ask("GetVersion", {}, 2.0)["responseData"]["obsVersion"])
            except (Broken, KeyError, TypeError):
                return ""
    return ""


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)))
