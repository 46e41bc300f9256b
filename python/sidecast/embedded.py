"""Sidecast inside Godot: `PythonBridge` imports this module on Python's own thread and calls `main`."""

from __future__ import annotations

from .app import run


def main(args: list[str]) -> int:
    """Runs the show until Godot closes the bridge. Returns the process's exit code."""
    import _pybridge  # exists only inside Godot

    return run(args, bridge=_pybridge)
