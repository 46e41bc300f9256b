"""Rooms import `flow/` and never each other; only what wires the show, and the desks beside it, know several rooms."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sidecast

pytestmark = pytest.mark.unit

PACKAGE = Path(sidecast.__file__).parent
BESIDE_THE_ROOMS = {"assembly", "commands", "desks", "show"}
"""They know many rooms; no room knows them."""
ROOMS = sorted(
    child.name
    for child in PACKAGE.iterdir()
    if (child / "__init__.py").exists() and child.name not in {"flow", "worker", "personas"} | BESIDE_THE_ROOMS
)
FOR_ALL = {"flow", "errors", "clock", "worker", "settings"}
"""What a room may import besides itself."""


def imported(path: Path) -> set[str]:
    """Names directly below `sidecast` that the module imports."""
    depth = len(path.relative_to(PACKAGE).parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("sidecast.")}
        elif isinstance(node, ast.ImportFrom):
            names = (node.module or "").split(".") if node.module else []
            if node.level == depth:
                found |= {names[0]} if names else {alias.name for alias in node.names}
            elif node.level == 0 and names[:1] == ["sidecast"]:
                found |= {names[1]} if len(names) > 1 else {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_no_other_room(room: str) -> None:
    for path in (PACKAGE / room).rglob("*.py"):
        strangers = imported(path) - FOR_ALL - {room, "__version__"}
        assert not strangers, f"{path.relative_to(PACKAGE)} imports {sorted(strangers)}"


def test_modules_stay_small() -> None:
    root = PACKAGE.parents[1]
    sources = [
        *root.glob("python/**/*.py"),
        *root.glob("launcher/**/*.py"),
        *root.glob("addons/*/src/*"),
        *root.glob("scenes/**/*.gd"),
    ]
    too_long = {str(path.relative_to(root)): n for path in sources if (n := path.read_text("utf-8").count("\n")) > 400}
    assert not too_long
