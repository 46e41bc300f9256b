"""Every type of `flow/` has an example, is frozen and slotted, and imports nothing of the rooms."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

from fakes.samples import CLAUSE, EVENT, MESSAGE, REMOVAL, SAMPLES
from sidecast import flow
from sidecast.errors import NotCleared
from sidecast.flow.chat import Removal, RemovalScope
from sidecast.flow.clause import ClearedClause
from sidecast.flow.verdict import Decision, Verdict

pytestmark = pytest.mark.unit

FLOW = Path(flow.__file__).parent
TYPES = sorted(
    {
        member
        for module in pkgutil.iter_modules(flow.__path__)
        for _, member in inspect.getmembers(importlib.import_module(f"sidecast.flow.{module.name}"), dataclasses.is_dataclass)
        if inspect.isclass(member) and member.__module__.startswith("sidecast.flow.")
    },
    key=lambda kind: kind.__qualname__,
)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__qualname__)
def test_type_has_a_sample(kind: type) -> None:
    assert any(type(sample) is kind for sample in SAMPLES), f"add an example of {kind.__qualname__} to tests/fakes/samples.py"


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__qualname__)
def test_type_is_frozen_and_slotted(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(kind)


@pytest.mark.parametrize("path", sorted(FLOW.glob("*.py")), ids=lambda path: path.stem)
def test_flow_imports_only_itself_and_errors(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level > 0:
            inside = node.level == 1 or node.module == "errors"
            assert inside, f"{path.name} imports {'.' * node.level}{node.module}"


def test_removal_hits_its_message_its_user_and_everything() -> None:
    assert REMOVAL.hits(MESSAGE)
    assert not REMOVAL.hits(EVENT)
    assert Removal(scope=RemovalScope.USER, author_id="u1", arrived_ns=0).hits(EVENT)
    assert not Removal(scope=RemovalScope.USER, author_id="u2", arrived_ns=0).hits(MESSAGE)
    assert Removal(scope=RemovalScope.CHAT, arrived_ns=0).hits(EVENT)


@pytest.mark.parametrize("decision", [Decision.SOFTEN, Decision.HOLD, Decision.BLOCK])
def test_a_clause_that_is_not_allowed_cannot_be_cleared(decision: Decision) -> None:
    with pytest.raises(NotCleared, match="not allowed"):
        ClearedClause(CLAUSE, Verdict(decision, CLAUSE.spoken))


def test_a_verdict_about_another_text_clears_nothing() -> None:
    with pytest.raises(NotCleared, match="another text"):
        ClearedClause(CLAUSE, Verdict(Decision.ALLOW, CLAUSE.spoken + " and more"))
