"""Sidecast's own chat log: one JSON object a line. Described for people in docs/chat-log-format.md."""

from __future__ import annotations

import dataclasses
import json
import math
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from ..flow.chat import (
    Author,
    ChannelEvent,
    ChatMessage,
    EventKind,
    Fragment,
    FragmentKind,
    Incoming,
    Removal,
    RemovalScope,
    Role,
)

MAX_DECLARED_AUTHORS = 10_000
"""Authors declared by `kind: author` lines that a reader remembers; the oldest are forgotten first."""

MAX_TEXT = 16 * 1024
"""Characters of any one string. Far over what a platform allows, so that the gate sees and judges what is merely too long."""


class BadLine(ValueError):
    """A line that is not of this format. Carries no content of the line."""


@dataclasses.dataclass(frozen=True, slots=True)
class Timed:
    """What a log holds: an item and when it comes, in seconds from the log's start. `item.arrived_ns` is 0 until it is played."""

    at_s: float
    item: Incoming


class LineParser:
    """Lines → items. Remembers the authors that `kind: author` lines declare, so that a script stays readable."""

    def __init__(self) -> None:
        self._authors: OrderedDict[str, Author] = OrderedDict()

    def parse(self, line: str, default_id: str) -> Timed | None:
        """The item of one line; None for a line that only declares (`log`, `author`) or is empty.

        Raises:
            BadLine: not JSON, not an object, of an unknown kind, or with a field of the wrong type.
        """
        if not line.strip():
            return None
        fields = _object(line)
        kind = fields.get("kind")
        if kind == "log":
            return None
        if kind == "author":
            self._declare(_author(fields))
            return None
        at_s = _seconds(fields)
        if kind == "message":
            return Timed(at_s, self._message(fields, default_id))
        if kind == "event":
            return Timed(at_s, self._event(fields, default_id))
        if kind == "removal":
            return Timed(at_s, _removal(fields))
        raise BadLine("unknown kind")

    def _declare(self, author: Author) -> None:
        self._authors[author.id] = author
        self._authors.move_to_end(author.id)
        if len(self._authors) > MAX_DECLARED_AUTHORS:
            self._authors.popitem(last=False)

    def _who(self, value: Any) -> Author:
        if isinstance(value, str) and 0 < len(value) <= MAX_TEXT:
            return self._authors.get(value) or Author(id=value, name=value)
        if isinstance(value, dict):
            return _author(value)
        raise BadLine("no author")

    def _message(self, fields: Mapping[str, Any], default_id: str) -> ChatMessage:
        return ChatMessage(
            id=_text(fields, "id") or default_id,
            author=self._who(fields.get("author")),
            text=_text(fields, "text"),
            arrived_ns=0,
            channel=_text(fields, "channel"),
            fragments=_fragments(fields.get("fragments", ())),
            reply_to=_text(fields, "reply_to"),
            sent_ms=_optional_int(fields, "sent_ms"),
            first=fields.get("first") is True,
            bits=_int(fields, "bits"),
            reward=_text(fields, "reward"),
            reward_id=_text(fields, "reward_id"),
        )

    def _event(self, fields: Mapping[str, Any], default_id: str) -> ChannelEvent:
        name = _text(fields, "event")
        if not name:
            raise BadLine("event without a name")
        known = name in _EVENT_KINDS
        return ChannelEvent(
            id=_text(fields, "id") or default_id,
            kind=EventKind(name) if known else EventKind.UNKNOWN,
            arrived_ns=0,
            author=self._who(fields["author"]) if fields.get("author") else None,
            channel=_text(fields, "channel"),
            amount=_int(fields, "amount"),
            title=_text(fields, "title"),
            text=_text(fields, "text"),
            sent_ms=_optional_int(fields, "sent_ms"),
            raw_kind=_text(fields, "raw_kind") or ("" if known else name),
            about=_text(fields, "about"),
            reward_id=_text(fields, "reward_id"),
        )


def to_line(timed: Timed) -> str:
    """One line without its end; fields that hold their default are left out. `parse` gives the item back."""
    item = timed.item
    fields: dict[str, Any] = {"at": round(timed.at_s, 3)}
    if isinstance(item, ChatMessage):
        fields["kind"] = "message"
    elif isinstance(item, ChannelEvent):
        fields |= {
            "kind": "event",
            "event": item.raw_kind if item.kind is EventKind.UNKNOWN and item.raw_kind else item.kind.value,
        }
    else:
        fields["kind"] = "removal"
    for field in dataclasses.fields(item):
        value = getattr(item, field.name)
        if field.name in {"arrived_ns"} or (field.name == "kind" and isinstance(item, ChannelEvent)):
            continue
        if field.default is not dataclasses.MISSING and value == field.default:
            continue
        fields[field.name] = _plain(value)
    return json.dumps(fields, ensure_ascii=False, separators=(", ", ": "))


# what a streamer has the host say never comes out of a chat
_EVENT_KINDS = frozenset(kind.value for kind in EventKind if kind is not EventKind.SAID)
_ROLES = {role.value: role for role in Role}
_FRAGMENT_KINDS = {kind.value: kind for kind in FragmentKind}


def _plain(value: Any) -> Any:
    if isinstance(value, Author):
        plain: dict[str, Any] = {"id": value.id, "name": value.name}
        if value.roles:
            plain["roles"] = sorted(value.roles)
        if value.colour:
            plain["colour"] = value.colour
        return plain
    if isinstance(value, tuple):
        return [dataclasses.asdict(part) for part in value]
    return value


def _object(line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine("broken JSON") from error
    if not isinstance(fields, dict):
        raise BadLine("not an object")
    return fields


def _seconds(fields: Mapping[str, Any]) -> float:
    at = fields.get("at")
    if isinstance(at, bool) or not isinstance(at, int | float) or not math.isfinite(at) or not 0 <= at <= 1e9:
        raise BadLine("no time")
    return float(at)


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key, "")
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise BadLine(f"{key} is not a text, or too long")
    return value


def _int(fields: Mapping[str, Any], key: str) -> int:
    value = fields.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise BadLine(f"{key} is not a whole number")
    return value


def _optional_int(fields: Mapping[str, Any], key: str) -> int | None:
    return None if fields.get(key) is None else _int(fields, key)


def _author(fields: Mapping[str, Any]) -> Author:
    name = _text(fields, "name")
    identity = _text(fields, "id") or name
    if not identity:
        raise BadLine("author without a name")
    roles = fields.get("roles", [])
    if not isinstance(roles, list):
        raise BadLine("roles is not a list")
    known = frozenset(_ROLES[role] for role in roles if isinstance(role, str) and role in _ROLES)
    return Author(id=identity, name=name or identity, roles=known, colour=_text(fields, "colour"))


def _fragments(value: Any) -> tuple[Fragment, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(part, dict) for part in value):
        raise BadLine("fragments is not a list of objects")
    return tuple(
        Fragment(_FRAGMENT_KINDS.get(_text(part, "kind"), FragmentKind.TEXT), _text(part, "text"), _text(part, "id"))
        for part in value
    )


def _removal(fields: Mapping[str, Any]) -> Removal:
    scope = _text(fields, "scope")
    if scope not in {known.value for known in RemovalScope}:
        raise BadLine("unknown scope")
    removal = Removal(
        scope=RemovalScope(scope),
        arrived_ns=0,
        message_id=_text(fields, "message_id"),
        author_id=_text(fields, "author_id"),
        reason=_text(fields, "reason"),
        channel=_text(fields, "channel"),
        sent_ms=_optional_int(fields, "sent_ms"),
    )
    if (removal.scope in {RemovalScope.MESSAGE, RemovalScope.HELD} and not removal.message_id) or (
        removal.scope is RemovalScope.USER and not removal.author_id
    ):
        raise BadLine("removal without a target")
    return removal
