"""Every route that any domain of the control room has, found by reflection, so that new ones are in the tests by themselves."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Sequence
from unittest.mock import MagicMock

from fastapi import APIRouter

from sidecast.control import api

OWN = frozenset({"document", "live", "log_in", "outside", "overlays", "people", "qr"})
"""Modules whose routers the app always has."""


def further_routers() -> Sequence[APIRouter]:
    """Of the other domains, over ports that are not there: good for asking who is let in, not for what happens then."""
    found = []
    for module in pkgutil.iter_modules(api.__path__):
        if module.name in OWN:
            continue
        content = importlib.import_module(f"{api.__name__}.{module.name}")
        for name, make in vars(content).items():
            if name.endswith("_api") and not name.startswith("_") and make.__module__ == content.__name__:
                needed = [each for each in inspect.signature(make).parameters.values() if each.default is each.empty]
                named = {each.name: MagicMock() for each in needed if each.kind is each.KEYWORD_ONLY}
                found.append(make(*[MagicMock() for each in needed if each.name not in named], **named))
    return found
