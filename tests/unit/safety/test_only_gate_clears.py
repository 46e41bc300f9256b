"""Nothing in Sidecast but the gate out makes a `ClearedClause`: read off the source, so that no path escapes a test run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sidecast

pytestmark = pytest.mark.unit

PACKAGE = Path(sidecast.__file__).parent
GATE = PACKAGE / "safety" / "gate_out.py"
HOME = PACKAGE / "flow" / "clause.py"


def makes_cleared(tree: ast.AST) -> list[int]:
    """Lines where `ClearedClause` is called, handed on as a value, or subclassed; imports and annotations are not."""
    annotations: set[int] = set()
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if part is not None:
                annotations |= {id(inner) for inner in ast.walk(part)}
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
            annotations |= {id(inner) for inner in ast.walk(node.args[1])}
        if isinstance(node, ast.Subscript):  # Queue[ClearedClause]: a type
            annotations |= {id(inner) for inner in ast.walk(node.slice)}
    lines = []
    for node in ast.walk(tree):
        named = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if named == "ClearedClause" and isinstance(node, ast.expr) and id(node) not in annotations:
            lines.append(node.lineno)
        if isinstance(node, ast.alias) and node.name == "ClearedClause" and node.asname:
            lines.append(node.lineno)
        if isinstance(node, ast.Constant) and node.value == "ClearedClause" and id(node) not in annotations:
            lines.append(node.lineno)
    return lines


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_gate_makes_cleared_clauses(path: Path) -> None:
    lines = makes_cleared(ast.parse(path.read_text(encoding="utf-8")))
    if path == GATE:
        assert len(lines) == 2, "the gate makes them in two places: as given, and softened"
    elif path != HOME:
        assert lines == [], f"{path.relative_to(PACKAGE)} handles ClearedClause as a value"


@pytest.mark.parametrize(
    "source",
    [
        "x = ClearedClause(a, b)",
        "x = clause.ClearedClause(a, b)",
        "make = ClearedClause",
        "from .clause import ClearedClause as C",
        "class Mine(ClearedClause): pass",
        "x = object.__new__(ClearedClause)",
        "x = getattr(clause, 'ClearedClause')",
        "x = [f(ClearedClause) for f in y]",
    ],
)
def test_the_scan_finds_every_way_to_make_one(source: str) -> None:
    assert makes_cleared(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "from .clause import ClearedClause",
        "def f(x: ClearedClause) -> ClearedClause | None: ...",
        "queue: Queue[ClearedClause] = make()",
        "queue = Queue[ClearedClause]()",
        "isinstance(x, ClearedClause)",
    ],
)
def test_the_scan_lets_types_be(source: str) -> None:
    assert makes_cleared(ast.parse(source)) == []
