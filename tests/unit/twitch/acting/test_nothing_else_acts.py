"""Nothing that reads chat or writes replies can act: read off the source, so that no path escapes a test run.

Causes are made in one place, actions in one place, and no module on the way of a message reaches either, through any import.
"""

from __future__ import annotations

import ast
import dataclasses
from functools import cache
from pathlib import Path

import pytest

import sidecast
from fakes.samples import CANDIDATE, EVENT, MESSAGE, TURN
from sidecast.flow import action
from sidecast.flow.action import Action, Shield

pytestmark = pytest.mark.unit

PACKAGE = Path(sidecast.__file__).parent
MAKERS = {
    "Person": {"control/api/acting.py"},
    "Granted": {"rules/granting.py"},
    "Action": {"twitch/acting/acting.py"},
}
"""Which module makes them. Plugins will be added here, and nowhere else, when there are any."""
ON_THE_WAY = ("chat", "safety", "audience", "dialogue", "memory", "speech", "stage", "show", "worker")
"""The way of a message: whatever viewers write or a model says goes through these alone."""
ACTS = {
    *("sidecast.flow.action", "sidecast.flow.acting", "sidecast.flow.obs_act"),
    *("sidecast.twitch", "sidecast.obs", "sidecast.desks", "sidecast.control", "sidecast.rules"),
}
"""From where one could act."""


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = ("sidecast", *path.relative_to(PACKAGE).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path, known: dict[str, Path], source: str | None = None) -> set[str]:
    """Modules of Sidecast that it imports anywhere, also within functions and for types alone."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8") if source is None else source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {
            "import_module",
            "__import__",
        }:
            found |= {str(each.value) for each in node.args if isinstance(each, ast.Constant)}
    return {each for each in found if each in known}


@cache
def imports_of(name: str) -> frozenset[str]:
    return frozenset(imports(name, KNOWN[name], KNOWN))


def reach(start: str) -> set[str]:
    seen, todo = set[str](), [start]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += imports_of(name)
    return seen


def may_act(names: set[str]) -> set[str]:
    return {name for name in names if any(name == each or name.startswith(f"{each}.") for each in ACTS)}


KNOWN = modules()
STARTS = sorted(name for name in KNOWN if name.split(".")[1:2] and name.split(".")[1] in ON_THE_WAY)


@pytest.mark.parametrize("start", STARTS)
def test_nothing_on_the_way_of_a_message_reaches_what_acts(start: str) -> None:
    assert may_act(reach(start)) == set()


def test_the_walk_finds_what_does_reach_it() -> None:
    assert "sidecast.flow.action" in reach("sidecast.desks.acting")
    assert "sidecast.twitch.acting.performing" in reach("sidecast.desks.acting")
    assert "sidecast.obs.acting.holding" in reach("sidecast.desks.obs")
    path = KNOWN["sidecast.dialogue.dialogue"]
    for source in (
        "from ..flow.obs_act import SwitchScene",
        "from ..obs.link.connection import ObsLink",
        "from ..flow.action import Write",
        "from ..flow import action",
        "def f():\n    from sidecast.flow import action",
        "import sidecast.flow.action",
        "importlib.import_module('sidecast.flow.action')",
    ):
        assert may_act(imports("sidecast.dialogue.dialogue", path, KNOWN, source)), source


def made_in(path: Path) -> set[str]:
    """Which of `MAKERS` are handled as values there: called, subclassed, handed on. Annotations and `isinstance` are not."""
    tree = ast.parse(path.read_text("utf-8"))
    types: set[int] = set()
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            types |= {id(inner) for inner in ast.walk(part)} if isinstance(part, ast.AST) else set()
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
            types |= {id(inner) for inner in ast.walk(node.args[1])}
        if isinstance(node, ast.Subscript):
            types |= {id(inner) for inner in ast.walk(node.slice)}
    ours = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("flow.action")
        for alias in node.names
    }
    named = {ours.get(node.id, "") for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in types}
    through = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in {"acts", "action"}
    }
    return (named | through) & set(MAKERS)


@pytest.mark.parametrize("what", sorted(MAKERS))
def test_causes_and_actions_are_made_in_one_place(what: str) -> None:
    home = PACKAGE / "flow" / "action.py"
    made = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if path != home and what in made_in(path)}
    assert made == MAKERS[what]


@pytest.mark.parametrize("cause", [TURN, CANDIDATE, MESSAGE, EVENT, "mika", None], ids=lambda cause: type(cause).__name__)
def test_no_turn_no_message_and_no_text_is_a_cause(cause: object) -> None:
    with pytest.raises(TypeError, match="causes no action"):
        Action(id="a", act=Shield(on=True), cause=cause, at_ms=0)  # type: ignore[arg-type]


@pytest.mark.parametrize("act", [TURN, MESSAGE, "ban mika", {"act": "ban"}], ids=lambda act: type(act).__name__)
def test_no_words_are_an_act(act: object) -> None:
    with pytest.raises(TypeError, match="no act"):
        Action(id="a", act=act, cause=TURN, at_ms=0)  # type: ignore[arg-type]


def test_no_field_of_what_acts_holds_a_turn_a_message_or_a_candidate() -> None:
    strangers = {"Turn", "Candidate", "ChatMessage", "ChannelEvent", "Clause", "Prompt"}
    for kind in vars(action).values():
        if dataclasses.is_dataclass(kind):
            told = " ".join(str(field.type) for field in dataclasses.fields(kind))
            assert not any(each in told for each in strangers), kind
            assert not any("turn" in field.name for field in dataclasses.fields(kind)), kind
