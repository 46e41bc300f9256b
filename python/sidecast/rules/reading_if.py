"""`if`: what must hold besides."""

from __future__ import annotations

from .model import Conditions
from .reading_when import MOST, roles_of
from .table import Table, minute_of


def read_conditions(table: Table) -> Conditions:
    chance = table.number("chance", 0, 1)
    low, high = table.whole("at_least", 1, MOST), table.whole("at_most", 1, MOST)
    if high and low > high:
        table.note("at_most", f"`at_most` ({high}) is smaller than `at_least` ({low}).", "Nothing is both; change one of them.")
    made = Conditions(
        scene=table.texts("scene"),
        not_scene=table.texts("not_scene"),
        streaming=table.flag("streaming"),
        recording=table.flag("recording"),
        mood=tuple(text.strip().casefold() for text in table.texts("mood")),
        not_mood=tuple(text.strip().casefold() for text in table.texts("not_mood")),
        between=_between(table),
        days=table.days("days"),
        by=roles_of(table, "by"),
        viewers=frozenset(text.strip().lstrip("@").casefold() for text in table.texts("viewer")),
        first_message=table.flag("first_message"),
        at_least=low,
        at_most=high,
        storm=table.flag("storm"),
        streamer_speaks=table.flag("streamer_speaks"),
        host_speaks=table.flag("host_speaks"),
        chance=1.0 if chance is None else chance,
    )
    table.end()
    return made


def _between(table: Table) -> tuple[int, int] | None:
    value = table.raw("between")
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 2:
        first, second = minute_of(value[0]), minute_of(value[1])
        if first is not None and second is not None and first != second:
            return first, second
    table.note("between", "`between` must hold two different times of day.", 'Write between = ["20:00", "02:00"].')
    return None
