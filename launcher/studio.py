"""Where tests and benchmarks work: a screen and a sound server of their own, and the environment's programs on PATH."""

from __future__ import annotations

import os
from pathlib import Path

from . import node, screen, sound
from .process import Family
from .setup import Ready


def studio(ready: Ready, family: Family, folder: Path) -> dict[str, str]:
    """The variables that lead to all of it.

    Raises:
        Trouble: the screen or the sound server did not start.
    """
    places = ready.places
    surroundings = {**screen.start(family, folder).variables(), **sound.start(family, folder).variables()}
    programs = [places.venv / "bin", *node.for_path(places, folder / "node")]
    return {
        **ready.environment(),
        **surroundings,
        "PYTHONPATH": os.pathsep.join(map(str, (places.repository / "python", places.repository, places.repository / "tests"))),
        "PATH": os.pathsep.join(map(str, (*programs, os.environ.get("PATH", os.defpath)))),
        # a test's vault has no business in the keyring of whoever runs it
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        # what the environment has; make is not among what a compiler brings
        "CMAKE_GENERATOR": "Ninja",
    }
