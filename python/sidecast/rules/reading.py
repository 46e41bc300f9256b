"""The rules file: text in, rules out, or everything that is wrong with it, each with its line and what to do."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from ..errors import RulesError
from .lines import Lines
from .model import Conditions, OnSpeech, Rule, Speak, Step, Trigger, Wait
from .reading_do import STEPS, read_step
from .reading_if import read_conditions
from .reading_when import read_trigger
from .table import MOST_PROBLEMS, Notes, Problem, Table, nearest

MOST_BYTES = 1 << 20
MOST_RULES = 500
MOST_STEPS = 50
MOST_TRIGGERS = 20
DAY_S = 86_400.0
TALKS_AGAIN_S = 30.0
"""A rule on the host's speech that has it speak must be at least as long silent."""
_HEAD = "Each rule begins with a line [[rule]]."
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def read_rules(text: str, where: str = "rules.toml") -> tuple[Rule, ...]:
    """All rules of a file, also those that are switched off.

    Raises:
        RulesError: something in it cannot be used; `problems` has all of it, up to fifty.
    """
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise _error(where, [Problem(line=0, what=f"The file is larger than {MOST_BYTES >> 20} MiB.", remedy="Shorten it.")])
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _error(where, [_broken(str(error), text)]) from error
    except ValueError as error:
        what = "There is a number in it with more digits than anybody needs."
        raise _error(where, [Problem(line=0, what=what, remedy="Make it shorter.")]) from error
    except RecursionError as error:
        raise _error(where, [Problem(line=0, what="Its brackets are nested too deeply.", remedy="Close them sooner.")]) from error
    notes = Notes(Lines(text))
    found = _all(values, notes)
    if notes.problems:
        raise _error(where, notes.problems)
    return found


def _all(values: dict[str, Any], notes: Notes) -> tuple[Rule, ...]:
    for key in values:
        if key != "rule":
            near = nearest(key, ("rule",)) if key not in {"when", "if", "do", "name"} else ""
            notes.note((key,), f"`{key}` stands outside of any rule.", f"{_HEAD} {near if 'Did' in near else ''}".strip())
    listed = values.get("rule", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        notes.note(("rule",), "`rule` has single brackets or none.", "Write [[rule]], with two brackets on each side.")
        return ()
    if len(listed) > MOST_RULES:
        notes.note(("rule", MOST_RULES), f"There are {len(listed)} rules; at most {MOST_RULES} will do.", "Take some out.")
    rules = [_rule(each, number, notes) for number, each in enumerate(listed[:MOST_RULES])]
    first: dict[str, Rule] = {}
    for number, rule in enumerate(rules):
        same = first.setdefault(rule.name.casefold(), rule)
        if rule.name and same is not rule:
            notes.rule = rule.name
            notes.note(
                ("rule", number, "name"), f"The rule in line {same.line} has this name, too.", "Give each a name of its own."
            )
    return tuple(rules)


def _rule(values: dict[str, Any], number: int, notes: Notes) -> Rule:
    table = Table(values, ("rule", number), notes)
    named = values.get("name")
    notes.rule = named[:60] if isinstance(named, str) else ""
    if "name" not in table:
        table.note("", "This rule has no name.", 'Add name = "…": the control room and the ledger call it by that.')
    name = table.text("name", most=60).strip()
    if name and ("/" in name or not any(map(str.isalnum, name))):
        # it is part of an address in the control room
        table.note("name", f"A rule cannot be called “{name}”.", "A name holds a letter or a digit, and no slash.")
    conditions, seconds = values.get("if"), table.span("cooldown", 0, DAY_S)
    per_viewer = table.span("cooldown_per_viewer", 0, DAY_S)
    enabled, waits = table.flag("enabled"), table.text("while_running").strip().casefold()
    if waits not in {"", "skip", "wait"}:
        table.note("while_running", f"`while_running` is “{waits[:40]}”.", 'It is "skip" or "wait".')
    made = Rule(
        name=name,
        when=_when(table, number, notes),
        conditions=_if(table, conditions, number, notes),
        do=_do(table, number, notes),
        cooldown_s=seconds or 0.0,
        cooldown_per_viewer_s=per_viewer or 0.0,
        waits=waits == "wait",
        enabled=enabled is not False,
        note=table.text("note", most=1000, needed=False),
        line=notes.line(("rule", number)),
    )
    table.end()
    if made.cooldown_s < TALKS_AGAIN_S and any(isinstance(each, OnSpeech) for each in made.when):
        for place, step in enumerate(made.do):
            if isinstance(step, Speak):
                what = "What the host says sets this rule off, and it has the host say something: it would never end."
                notes.note(("rule", number, "do", place), what, 'Add cooldown = "1 min", or more.')
    notes.rule = ""
    return made


def _when(table: Table, number: int, notes: Notes) -> tuple[Trigger, ...]:
    path = ("rule", number, "when")
    value = table.raw("when")
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(each, dict) for each in listed) or len(listed) > MOST_TRIGGERS:
        what = "It is not said when this happens." if value is None else "`when` is no table {…}, nor a list of up to 20 of them."
        table.note("" if value is None else "when", what, 'Write when = { event = "raid" }, for example.')
        return ()
    found = []
    for place, each in enumerate(listed):
        trigger = read_trigger(Table(each, (*path, place) if isinstance(value, list) else path, notes))
        if trigger is not None:
            found.append(trigger)
    return tuple(found)


def _if(table: Table, value: object, number: int, notes: Notes) -> Conditions:
    table.raw("if")
    if value is None:
        return Conditions()
    if not isinstance(value, dict):
        table.note("if", "`if` is no table {…}.", 'Write if = { scene = "Game" }, for example.')
        return Conditions()
    return read_conditions(Table(value, ("rule", number, "if"), notes))


def _do(table: Table, number: int, notes: Notes) -> tuple[Step, ...]:
    path = ("rule", number, "do")
    value = table.raw("do")
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(each, dict) for each in listed):
        what = "It is not said what is done." if value is None else "`do` is no table {…}, nor a list of them."
        table.note("" if value is None else "do", what, 'Write do = [ { scene = "Be right back" } ], for example.')
        return ()
    if len(listed) > MOST_STEPS:
        table.note("do", f"`do` has {len(listed)} steps; at most {MOST_STEPS} will do.", "Split the rule.")
    found = []
    for place, each in enumerate(listed[:MOST_STEPS]):
        step = read_step(Table(each, (*path, place) if isinstance(value, list) else path, notes))
        if step is not None:
            found.append(step)
    if found and not notes.problems and all(isinstance(step, Wait) for step in found):
        table.note("do", "All that this rule does is wait.", f"Add a step: {', '.join(sorted(STEPS))}.")
    return tuple(found)


def _broken(error: str, text: str) -> Problem:
    """What `tomllib` says, in words for people who do not know TOML."""
    at = _AT_LINE.search(error)
    lines = text.split("\n")
    line = int(at[1]) if at else len(lines)
    written = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    said = _AT_LINE.sub("", error).replace("(at end of document)", "").strip()
    remedy = "Texts stand in quotes, lists in [ ] and tables in { }, which must stand on one line; every one of them is closed."
    if written.count('"') % 2:
        remedy = "A quotation mark is missing in this line."
    elif written.count("{") > written.count("}"):
        remedy = "A table { … } must be closed on the same line."
    elif said == "Cannot overwrite a value":
        remedy = "The same key stands twice in this rule; take one of them out. A new rule begins with [[rule]]."
    return Problem(line=line, what=f"This cannot be read: {said}.", remedy=remedy)


def _error(where: str, problems: list[Problem]) -> RulesError:
    problems = sorted(problems, key=lambda each: each.line)
    first = str(problems[0]) if problems[0].line else problems[0].what
    more = len(problems) - 1
    told = "" if not more else f" And {more}{' or more' if len(problems) == MOST_PROBLEMS else ''} more."
    return RulesError(f"{where}: {first}{told}", problems=tuple(problems))
