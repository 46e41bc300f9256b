"""Minutes or hours of a stream → series of at most `MOST_POINTS` points. What was not measured stays empty."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence

from ...flow.streams import MOST_POINTS, Series
from . import buckets
from .store import HOUR, MINUTE, TEN_MINUTES
from .summing import WHOLE_STAGE

STEPS_S = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400)
PULSE = 60
"""Parts of a stream in a small chart."""

VALUES: dict[str, str] = {
    "minutes": "SUM(minutes)",
    "messages": "SUM(messages)",
    "chatters": "SUM(chatters) * 1.0 / NULLIF(SUM(minutes), 0)",
    "newcomers": "SUM(newcomers)",
    "returning": "SUM(returned)",
    "events": "SUM(events)",
    "removals": "SUM(removals)",
    "answered": "SUM(answered)",
    "answered_share": "SUM(answered) * 1.0 / NULLIF(SUM(messages), 0)",
    "questions": "SUM(questions)",
    "questions_answered": "SUM(questions_answered)",
    "sentiment": "SUM(sentiment) / NULLIF(SUM(understood), 0)",
    "energy": "SUM(energy) / NULLIF(SUM(understood), 0)",
    "kept_out": "SUM(in_stopped)",
    "not_said": "SUM(out_stopped)",
    "turns": "SUM(turns)",
    "waiting": "MAX(waiting_most)",
    "cpu_percent": "SUM(cpu) / NULLIF(SUM(samples), 0)",
    "machine_percent": "SUM(machine) / NULLIF(SUM(samples), 0)",
    "memory_mb": "MAX(memory_mb_most)",
    "lag_ms": "MAX(lag_ms_most)",
    "intake": "MAX(intake_most)",
    "backlog": "MAX(backlog_most)",
    "fps": "SUM(fps) / NULLIF(SUM(pictures), 0)",
    "fps_least": "MIN(fps_least)",
    "frame_ms": "MAX(frame_ms_most)",
    "underruns": "CASE WHEN SUM(pictures) > 0 THEN SUM(underruns) END",
    "dropped": "CASE WHEN SUM(pictures) > 0 THEN SUM(dropped) END",
}
"""Name → how a step's value is made of its rows."""
COMPARED = ("minutes", "messages", "chatters", "answered_share", "questions", "sentiment", "energy")


def step_for(seconds: float, finest_s: int = MINUTE) -> int:
    """The finest step with which so many seconds fit into `MOST_POINTS` points."""
    for step_s in STEPS_S:
        if step_s >= finest_s and seconds / step_s <= MOST_POINTS - 2:
            return step_s
    return (int(seconds / (MOST_POINTS - 2)) // 86_400 + 1) * 86_400


def finest_of(db: sqlite3.Connection, stream: int) -> int:
    """Seconds: minutes, or hours once the minutes are gone."""
    known = db.execute("SELECT 1 FROM figures WHERE stream = ? AND span_s = ? LIMIT 1", (stream, MINUTE)).fetchone()
    return HOUR if known is None else MINUTE


def series_of(
    db: sqlite3.Connection, stream: sqlite3.Row, step_s: int, names: Sequence[str] = tuple(VALUES), *, since_start: bool = False
) -> Series:
    """The stream's values at equal steps, from the step in which it begins to the one in which it ends."""
    span_s = MINUTE if finest_of(db, stream["id"]) == MINUTE else HOUR
    # laid over each other, streams begin with their first minute; otherwise steps begin on the full five minutes, hour …
    first_ms = _floor(stream["begun_ms"], span_s) if since_start else _floor(stream["begun_ms"], step_s)
    length = min(MOST_POINTS, (stream["until_ms"] - first_ms) // (step_s * 1000) + 1)
    sql = (
        f"SELECT (at_ms - ?) / ? AS slot, {', '.join(VALUES[name] for name in names)} FROM figures "  # noqa: S608 -- constants
        "WHERE stream = ? AND span_s = ? GROUP BY slot"
    )
    values: dict[str, list[float | None]] = {name: [None] * length for name in names}
    for slot, *found in db.execute(sql, (first_ms, step_s * 1000, stream["id"], span_s)):
        if 0 <= slot < length:
            for name, value in zip(names, found, strict=True):
                values[name][slot] = _short(value)
    start_s = 0 if since_start else first_ms // 1000
    return Series(step_s=step_s, at=[start_s + slot * step_s for slot in range(length)], values=values)


def latency_series(db: sqlite3.Connection, stream: sqlite3.Row) -> Series:
    """How long an answer took, p50 and p95, over the stream."""
    known = db.execute("SELECT 1 FROM latencies WHERE stream = ? AND span_s = ? LIMIT 1", (stream["id"], TEN_MINUTES)).fetchone()
    span_s = HOUR if known is None else TEN_MINUTES
    first_ms = _floor(stream["begun_ms"], span_s)
    step_s = step_for((stream["until_ms"] - first_ms) / 1000, span_s)
    first_ms = _floor(stream["begun_ms"], step_s)
    length = min(MOST_POINTS, (stream["until_ms"] - first_ms) // (step_s * 1000) + 1)
    slots: defaultdict[int, Counter[int]] = defaultdict(Counter)
    sql = "SELECT at_ms, buckets FROM latencies WHERE stream = ? AND span_s = ? AND stage = ?"
    for at_ms, text in db.execute(sql, (stream["id"], span_s, WHOLE_STAGE)):
        slots[(at_ms - first_ms) // (step_s * 1000)].update(buckets.from_text(text))
    values: dict[str, list[float | None]] = {
        f"p{q}_ms": [buckets.percentile(slots.get(slot, {}), q) for slot in range(length)] for q in (50, 95)
    }
    values["turns"] = [slots[slot].total() if slot in slots else None for slot in range(length)]
    return Series(step_s=step_s, at=[first_ms // 1000 + slot * step_s for slot in range(length)], values=values)


def pulses_of(db: sqlite3.Connection, streams: Sequence[sqlite3.Row]) -> dict[int, list[float | None]]:
    """Stream → messages a minute in at most `PULSE` equal parts of it."""
    made = {stream["id"]: _pulse(db, stream, MINUTE) for stream in streams}
    return made | {stream["id"]: _pulse(db, stream, HOUR) for stream in streams if not any(made[stream["id"]])}


def _pulse(db: sqlite3.Connection, stream: sqlite3.Row, span_s: int) -> list[float | None]:
    first_ms = _floor(stream["begun_ms"], span_s)
    minutes = (stream["until_ms"] - first_ms) // 60_000 + 1
    part_ms = max(span_s * 1000, -(-minutes // PULSE) * 60_000)
    pulse: list[float | None] = [None] * min(PULSE, (stream["until_ms"] - first_ms) // part_ms + 1)
    sql = (
        "SELECT (at_ms - ?) / ? AS slot, SUM(messages) * 1.0 / NULLIF(SUM(minutes), 0) FROM figures "
        "WHERE stream = ? AND span_s = ? GROUP BY slot"
    )
    for slot, value in db.execute(sql, (first_ms, part_ms, stream["id"], span_s)):
        if 0 <= slot < len(pulse) and value is not None:
            pulse[slot] = round(value, 1)
    return pulse


def _floor(ms: int, step_s: int) -> int:
    return ms - ms % (step_s * 1000)


def _short(value: float | None) -> float | None:
    return round(value, 4) if isinstance(value, float) else value
