"""Folders whose names the tools of the set-up cannot work with: found out before anything is fetched into them."""

from __future__ import annotations

from .places import Places
from .trouble import Trouble

UNFIT = '":;<[\\|'
"""Python makes no environment where there is a colon, and CMake reads the others as its own language. Spaces, umlauts, emoji,
apostrophes and the rest are well."""


def check(places: Places) -> None:
    """Raises Trouble: names the folder and the character."""
    for folder, remedy in (
        (places.repository, "Move the folder, or give it another name."),
        (places.home, "Let SIDECAST_HOME name another folder."),
        (places.cache, "Let XDG_CACHE_HOME name another folder."),
    ):
        unfit = next((sign for sign in str(folder) if sign in UNFIT or not sign.isprintable()), None)
        if unfit:
            sign = unfit if unfit.isprintable() else f"U+{ord(unfit):04X}"
            name = "".join(each if each.isprintable() else "�" for each in str(folder))
            raise Trouble(f"The folder {name} has a “{sign}” in its name, which CMake or Python cannot work with.", remedy)
