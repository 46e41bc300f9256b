"""A year of streams, made up from a seed and written as roll-ups by the ledger's own store: 200 streams, 20 million messages."""

from __future__ import annotations

import math
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sidecast.flow.budget import STAGES
from sidecast.flow.chat import EventKind
from sidecast.ledger import schema
from sidecast.ledger.streams.buckets import bucket_of
from sidecast.ledger.streams.moment import Moment
from sidecast.ledger.streams.piece import Happening, Piece, Topic
from sidecast.ledger.streams.store import Streams

MINUTE_MS = 60_000
DAY_MS = 86_400_000
FIRST_MS = 1_764_007_200_000
"""2025-11-24 18:00 UTC."""
STREAMS = 200
MESSAGES = 20_000_000
REGULARS = 3_000
WORDS = (
    *("boss fight", "keyboard", "lighthouse", "speedrun", "new record", "soup", "hardest level", "rain", "puzzle", "soundtrack"),
    *("save point", "glitch", "map", "final form", "double jump", "merch", "cat", "headset", "secret room", "difficulty"),
    *("tournament", "patch notes", "world record", "frame rate", "side quest", "shiny", "sequel", "voice acting", "easter egg"),
)
REASONS = {
    "answered": 0.02,
    "reaction": 0.34,
    "crowded_out": 0.26,
    "author_limit": 0.17,
    "stale": 0.13,
    "command": 0.04,
    "blocked": 0.04,
}
VERDICTS = {"allow none": 0.955, "block swearing": 0.012, "block spam": 0.011, "hold aggression": 0.009, "block sexuality": 0.006,
            "block link": 0.004, "block injection": 0.002, "block race_religion": 0.001}  # fmt: skip
EVENTS = (
    EventKind.SUB,
    EventKind.RESUB,
    EventKind.GIFT,
    EventKind.CHEER,
    EventKind.RAID,
    EventKind.HYPE_TRAIN,
    EventKind.AD_BREAK,
)
TYPICAL_MS = {"screened": 2.0, "chosen": 4.0, "first_clause": 35.0, "cleared": 2.0, "first_pcm": 42.0, "audible": 30.0}


def write(path: Path, *, streams: int = STREAMS, messages: int = MESSAGES, seed: int = 1, first_ms: int = FIRST_MS) -> int:
    """How many messages it is in the end: `messages`, but for rounding. `first_ms`: the day of the first stream."""
    db = schema.connect(path)
    # the year is made, not told: there is nothing to acknowledge before it is whole
    db.execute("PRAGMA synchronous=OFF").fetchall()
    store = Streams(lambda viewer: viewer.encode(), lambda _: 60)
    total = 0
    for number in range(streams):
        chance = random.Random(f"{seed}-{number}")  # noqa: S311 -- made up, and the same every time
        db.execute("BEGIN")
        total += _write_stream(db, store, number, round(messages / streams), chance, first_ms=first_ms)
        db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.execute("ANALYZE")
    db.close()
    return total


def _write_stream(
    db: sqlite3.Connection, store: Streams, number: int, messages: int, chance: random.Random, *, first_ms: int
) -> int:
    begun_ms = first_ms + round(number * 365 / STREAMS) * DAY_MS + chance.randrange(180) * MINUTE_MS
    minutes = round(chance.gauss(240, 45))
    away = range(minutes // 2, minutes // 2 + 6) if number % 9 == 4 else range(0)
    crowd = [math.exp(chance.gauss(0, 0.25)) * (1.2 + math.sin(index / minutes * math.pi)) for index in range(minutes)]
    scale = messages / sum(each for index, each in enumerate(crowd) if index not in away)
    viewers = _viewers(chance, number)
    told = 0
    stretch, pieces = f"{number}-a", 0
    for index in range(minutes):
        at_ms = begun_ms - begun_ms % MINUTE_MS + index * MINUTE_MS
        if index in away:
            stretch, pieces = f"{number}-b", 0
            continue
        moment = _minute(chance, round(crowd[index] * scale), picture=number % 5 != 3)
        told += moment.messages
        pieces += 1
        came = [next(viewers) for _ in range(min(moment.chatters, 1 + round(90 * math.exp(-index / 30))))]
        store.write(
            db,
            Piece(
                stretch=stretch,
                number=pieces,
                source="twitch:kit_plays" if number % 7 else "twitch:kit_talks",
                begun_ms=at_ms if pieces == 1 else begun_ms,
                until_ms=at_ms + MINUTE_MS - 1,
                over=index == minutes - 1,
                moments={at_ms: moment},
                chatters=tuple((viewer, at_ms) for viewer in came),
                happenings=tuple(_happenings(chance, at_ms)),
                topics=_topics(chance) if index == minutes - 1 else None,
            ),
        )
    return told


def _viewers(chance: random.Random, number: int) -> Iterator[str]:
    """Regulars again and again, and some who have never been there."""
    new = 0
    while True:
        if chance.random() < 0.3:
            new += 1
            yield f"new-{number}-{new}"
        else:
            yield f"regular-{int(chance.random() ** 2 * REGULARS)}"


def _minute(chance: random.Random, messages: int, *, picture: bool) -> Moment:
    moment = Moment()
    moment.messages = moment.understood = messages
    moment.events = chance.randrange(3)
    moment.removals = int(chance.random() < 0.05)
    moment.chatters = max(1, round(messages**0.8)) if messages else 0
    moment.chatters_most = moment.chatters
    moment.turns = moment.turns_heard = chance.randrange(5, 10)
    moment.answered = min(messages, moment.turns)
    moment.questions = round(messages * chance.uniform(0.05, 0.12))
    moment.questions_answered = min(moment.questions, round(moment.turns * 0.6))
    moment.sentiment = messages * chance.gauss(0.12, 0.08)
    moment.energy = messages * chance.uniform(0.15, 0.5)
    moment.waiting_most = chance.randrange(3, 30)
    for name, part in REASONS.items():
        moment.tallies["reason", name] += round(messages * part)
    for name, part in VERDICTS.items():
        moment.tallies["in", name] += (count := round(messages * part * chance.uniform(0.5, 1.5)))
        moment.in_stopped += 0 if name.startswith("allow") else count
    moment.tallies["out", "allow none"] += moment.turns * 2
    if chance.random() < 0.1:
        moment.tallies["out", "block swearing"] += 1
        moment.out_stopped += 1
    _add_latency(chance, moment)
    moment.samples, moment.cpu = 12, 12 * chance.gauss(38, 4)
    moment.cpu_most, moment.machine = moment.cpu / 12 + 20, 12 * chance.gauss(55, 9)
    moment.memory_mb_most, moment.lag_ms_most = chance.gauss(420, 6), chance.expovariate(0.2)
    moment.intake_most, moment.backlog_most = chance.randrange(6), 0
    if picture:
        moment.pictures, moment.fps = 60, 60 * chance.gauss(59, 1)
        moment.fps_least, moment.frame_ms_most = chance.uniform(40, 58), chance.uniform(17, 28)
    return moment


def _add_latency(chance: random.Random, moment: Moment) -> None:
    for _ in range(moment.turns):
        free, ms = chance.random() < 0.4, 0.0
        for stage in STAGES:
            took = TYPICAL_MS[stage.name] * math.exp(chance.gauss(0, 0.35))
            ms += took
            if free:
                moment.latency[stage.name, bucket_of(took)] += 1
        if free:
            moment.latency["arrival_to_audible", bucket_of(ms)] += 1
        moment.latency["age", bucket_of(ms if free else chance.uniform(1_000, 20_000))] += 1
    if chance.random() < 0.02:
        moment.latency["stop", bucket_of(chance.uniform(15, 70))] += 1


def _happenings(chance: random.Random, at_ms: int) -> Iterator[Happening]:
    if chance.random() < 0.06:
        kind = chance.choices(EVENTS, (8, 6, 3, 5, 1, 1, 1))[0]
        yield Happening(at_ms + chance.randrange(MINUTE_MS), kind.value, chance.choice((1, 3, 5, 12, 100, 140)))


def _topics(chance: random.Random) -> tuple[Topic, ...]:
    words = chance.sample(WORDS, 24)
    return tuple(Topic(word, round(2000 / (place + 2)), 3) for place, word in enumerate(words))
