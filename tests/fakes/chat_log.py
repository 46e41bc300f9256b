"""A recorded chat of an hour in which somebody always asks, somebody always sells, and somebody was there once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

ONCE = ("frida", "first_time_frida")
"""Id and name of who writes in the first seconds only."""
ASKING = ("mika", "ayla", "old_friend_of_the_stream", "Torben_K", "pixel_pia", "bram_bakes")
QUESTIONS = (
    "Kit, what is the best snack for a long stream?",
    "Kit, do you like rain?",
    "Kit, what is your favourite food?",
    "Kit, how are you feeling tonight?",
    "Kit, what would you do on a desert island?",
)
SPAM = "buy followers cheap, best viewers here"
LINK = "the clip is at https://clips.example.org/lantern if you missed it"
SWEARING = "this is fucking brilliant"
EVERY_S = 1.5
HOUR_S = 3600


def busy(path: Path) -> Path:
    """Written there."""
    lines = [_message(0.3, *ONCE, "Kit, how do I pet the fox?"), *_hour()]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def quiet(path: Path) -> Path:
    """Nobody writes."""
    path.write_text(json.dumps({"kind": "message", "at": HOUR_S, "author": "nobody", "text": "the end"}))
    return path


def _hour() -> Iterator[dict[str, object]]:
    for number in range(round(HOUR_S / EVERY_S)):
        at = 1 + number * EVERY_S
        who = ASKING[number % len(ASKING)]
        yield _message(at, f"id-{who}", who, QUESTIONS[number % len(QUESTIONS)])
        yield _message(at + 0.5, f"loud-{number % 7}", f"loudmouth{number % 7}", (SPAM, LINK, SWEARING)[number % 3])


def _message(at: float, author: str, name: str, text: str) -> dict[str, object]:
    return {"kind": "message", "at": at, "author": {"id": author, "name": name}, "text": text}
