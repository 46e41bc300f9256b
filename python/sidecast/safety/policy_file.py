"""`moderation.toml`: the policy as a file that a person can read, edit and keep. Written whole or not at all."""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from ..errors import PolicyError
from ..flow.chat import Role
from ..flow.policy import Direction, OwnPattern, Policy
from ..flow.verdict import Category, Decision
from .policy_check import JUDGED, checked

MAX_BYTES = 4 << 20
E = TypeVar("E", bound=StrEnum)
_KEYS = ("level_in", "level_out", "exempt", "block", "allow", "levels_in", "levels_out", "pattern")
_PATTERN_KEYS = ("name", "expression", "direction", "decision")
_HEAD = """\
# Sidecast's moderation policy. The control room writes this file; you may edit it too while no show runs.
# Levels: 0 only the worst, 1 harmful, 2 unpleasant, 3 swearing, 4 everything doubtful.
# Where a key is missing, the settings' [safety] section counts.
"""


def read_policy(path: Path, defaults: Policy) -> Policy | None:
    """None when there is no such file.

    Raises:
        PolicyError: it cannot be read, is not TOML, or holds something that cannot be; says which line and key.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PolicyError(f"{path} is larger than {MAX_BYTES >> 20} MiB.", "Move it away, or shorten its lists.")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path} cannot be read: {error}.", "Check the file's rights and that it is UTF-8 text.") from error
    return parse_policy(text, defaults, str(path))


def parse_policy(text: str, defaults: Policy, where: str) -> Policy:
    """
    Raises:
        PolicyError: as `read_policy`.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        remedy = "Correct that line, or move the file away to start with the settings' [safety] section."
        raise PolicyError(f"{where} is not valid TOML: {error}.", remedy) from error
    try:
        return checked(_policy(values, defaults))
    except PolicyError as error:
        line = line_of(text, error.key)
        at = f"{where}, line {line}" if line else where
        named = f", key {error.key}" if error.key else ""
        raise PolicyError(f"{at}{named}: {error.what}", error.remedy, key=error.key, at=error.at) from error


def write_policy(path: Path, policy: Policy) -> None:
    """
    Raises:
        OSError: as it comes; the file is then as it was.
    """
    write_whole(path, as_toml(policy).encode())


def as_toml(policy: Policy) -> str:
    lines = [_HEAD, f"level_in = {policy.level_in}    # what viewers write"]
    lines += [f"level_out = {policy.level_out}   # what the co-host says"]
    lines += ["", "# Roles whose messages are judged at level 0.", f"exempt = {_strings(sorted(policy.exempt))}"]
    lines += ["", "# Words that are never let in and never said.", f"block = {_strings(policy.block)}"]
    lines += ["", "# Words that are never a reason to block.", f"allow = {_strings(policy.allow)}"]
    for key, levels in (("levels_in", policy.levels_in), ("levels_out", policy.levels_out)):
        lines += ["", f"[{key}]", *(f"{category.value} = {level}" for category, level in levels.items())]
    for pattern in policy.patterns:
        lines += [
            "",
            "[[pattern]]",
            f"name = {_string(pattern.name)}",
            f"expression = {_literal(pattern.expression)}",
            f"direction = {_string(pattern.direction.value)}",
            f"decision = {_string(pattern.decision.name.lower())}",
        ]
    return "\n".join(lines) + "\n"


def line_of(text: str, key: str) -> int:
    """The line, from 1, where a key of the file stands (`levels_in.swearing`, `pattern.<name>`, `block`); 0 = nowhere."""
    table, _, name = key.partition(".")
    section = ""
    pattern_line = 0
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if stripped.startswith("["):
            section = stripped.strip("[] \t").partition("]")[0]
            pattern_line = number if section == "pattern" else 0
            if not name and section == table:
                return number
        found = re.match(r"([A-Za-z0-9_\"'-]+)\s*=\s*(.*)", stripped)
        if not found:
            continue
        written = found[1].strip("\"'")
        if (section == "" and not name and written == table) or (section == table != "pattern" and written == name):
            return number
        if section == table == "pattern" and written == "name" and found[2].strip().strip("\"'") == name:
            return pattern_line
    return 0


def write_whole(path: Path, content: bytes) -> None:
    """Either the old file or the new one is there, whatever happens in between."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        if os.name == "posix":
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()


def _policy(values: Mapping[str, Any], defaults: Policy) -> Policy:
    _no_strangers(values, _KEYS, "")
    patterns = values.get("pattern", [])
    if not isinstance(patterns, list) or not all(isinstance(each, dict) for each in patterns):
        raise PolicyError("pattern must be [[pattern]] tables.", "Write [[pattern]] above each.", key="pattern")
    return Policy(
        level_in=values.get("level_in", defaults.level_in),
        level_out=values.get("level_out", defaults.level_out),
        levels_in=_levels(values, "levels_in"),
        levels_out=_levels(values, "levels_out"),
        block=_texts(values, "block", defaults.block),
        allow=_texts(values, "allow", defaults.allow),
        patterns=tuple(_pattern(each) for each in patterns),
        exempt=frozenset(_choice(Role, name, "exempt") for name in _texts(values, "exempt", ())),
    )


def _pattern(table: Mapping[str, Any]) -> OwnPattern:
    name = table.get("name")
    if not isinstance(name, str):
        raise PolicyError("A [[pattern]] has no name.", 'Write name = "…" into it.', key="pattern")
    key = f"pattern.{name}"
    _no_strangers(table, _PATTERN_KEYS, key)
    expression = table.get("expression")
    if not isinstance(expression, str):
        raise PolicyError("There is no expression.", "Write expression = '…' into it.", key=key)
    decision = _choice(_Decided, table.get("decision", "block"), key)
    return OwnPattern(
        name=name,
        expression=expression,
        direction=_choice(Direction, table.get("direction", "both"), key),
        decision=Decision[decision.name],
    )


class _Decided(StrEnum):
    HOLD = "hold"
    BLOCK = "block"


def _levels(values: Mapping[str, Any], key: str) -> dict[Category, int]:
    table = values.get(key, {})
    if not isinstance(table, dict):
        raise PolicyError(f"{key} must be a table.", f"Write [{key}] and below it a line such as swearing = 4.", key=key)
    _no_strangers(table, tuple(category.value for category in JUDGED), key)
    return {Category(name): level for name, level in table.items()}


def _texts(values: Mapping[str, Any], key: str, default: Iterable[str]) -> tuple[str, ...]:
    texts = values.get(key, list(default))
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise PolicyError(f"{key} must be a list of texts.", f'Write {key} = ["one", "two"].', key=key)
    return tuple(texts)


def _choice(kind: type[E], name: object, key: str) -> E:
    try:
        return kind(str(name))
    except ValueError:
        known = ", ".join(member.value for member in kind)
        raise PolicyError(f"“{str(name)[:40]}” is not known.", f"There are: {known}.", key=key) from None


def _no_strangers(values: Mapping[str, Any], known: tuple[str, ...], table: str) -> None:
    for name in values:
        if name not in known:
            _unknown(name, known, table)


def _unknown(name: str, known: tuple[str, ...], table: str) -> NoReturn:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    remedy = f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(known)}."
    key = table if table.startswith("pattern") else f"{table}.{name}".lstrip(".")
    raise PolicyError(f"“{name[:40]}” is not known here.", remedy, key=key)


def _strings(texts: Iterable[str]) -> str:
    quoted = [_string(text) for text in texts]
    return "[" + "".join(f"\n    {text}," for text in quoted) + "\n]" if quoted else "[]"


def _string(text: str) -> str:
    # JSON's strings are TOML's, but for the delete character
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _literal(text: str) -> str:
    """Backslashes as they are, where that can be written."""
    return f"'{text}'" if text.isprintable() and "'" not in text else _string(text)
