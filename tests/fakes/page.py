"""The control room's page, built by the launcher's own step, for tests that look at it. Quick when nothing has changed."""

from __future__ import annotations

import functools
import io
import os
from pathlib import Path

from launcher import page
from launcher.console import Console
from launcher.places import Places

AXE = Path("node_modules/axe-core/axe.min.js")


@functools.cache
def built_page() -> tuple[Path | None, str]:
    """The folder, and why there is none. `$SIDECAST_PAGE` names one that is built already."""
    if named := os.environ.get(page.VARIABLE):
        return Path(named), ""
    made = page.Building(Places.of_this_user(), dev=True).finish(Console(io.StringIO()))
    if page.WHY_NOT in made:
        return None, made[page.WHY_NOT]
    os.environ[page.VARIABLE] = made[page.VARIABLE]
    return Path(made[page.VARIABLE]), ""


def why_no_page() -> str:
    """Why nothing can be looked at; empty when it can."""
    return built_page()[1]


def axe() -> str:
    """axe-core's source, which finds what assistive technology cannot use; empty where it is not installed."""
    path = page.workshop(Places.of_this_user()) / AXE
    return path.read_text("utf-8") if path.exists() else ""
