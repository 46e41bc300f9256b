"""`python -m sidecast --stage none`: the same show without Godot, for tests, servers and development."""

import sys

from .app import run

sys.exit(run([*sys.argv[1:], "--stage", "none"]))
