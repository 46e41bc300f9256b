"""A table of the rules file, read key by key: what is wrong is noted with its line and the remedy, and reading goes on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from .lines import Lines, Path

E = TypeVar("E", bound=StrEnum)
MOST_PROBLEMS = 50
LONGEST_NAME = 200
"""Characters of a name in OBS."""
MOST_SECONDS = 1e9
"""Longer is no span that anybody means, nor is what is no number (nan)."""
UNITS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
}
_SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in the file that cannot be used."""

    line: int
    what: str
    remedy: str = ""
    rule: str = ""
    """Name of the rule that it is in, or empty."""

    def __str__(self) -> str:
        place = f"Line {self.line}" + (f", rule “{self.rule}”" if self.rule else "")
        return f"{place}: {self.what} {self.remedy}".rstrip()


class Notes:
    """The problems of one file."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.problems: list[Problem] = []
        self.rule = ""

    def note(self, path: Path, what: str, remedy: str = "") -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(line=self._lines.of(path), what=what, remedy=remedy, rule=self.rule))

    def line(self, path: Path) -> int:
        return self._lines.of(path)


class Table:
    """What is not asked for until `end` is a mistake of the streamer's, and named as one."""

    def __init__(self, values: Mapping[str, Any], path: Path, notes: Notes) -> None:
        self._values = values
        self._path = path
        self._notes = notes
        self._asked: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def note(self, key: str, what: str, remedy: str = "") -> None:
        """`key`: empty for the table as a whole."""
        self._notes.note((*self._path, key) if key else self._path, what, remedy)

    def raw(self, key: str) -> Any:
        self._asked.append(key)
        return self._values.get(key)

    def text(self, key: str, *, most: int = LONGEST_NAME, needed: bool = True) -> str:
        """Empty where there is none, or where it cannot be used."""
        value = self.raw(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.note(key, f"`{key}` is {_shown(value)}, but must be text.", f'Put it in quotes: {key} = "…".')
        elif needed and not value.strip():
            self.note(key, f"`{key}` is empty.", "Write a name or a text between the quotes, or take the line out.")
        elif len(value) > most:
            self.note(key, f"`{key}` has {len(value)} characters; at most {most} will do.", "Make it shorter.")
        elif any(ord(letter) < 32 for letter in value):
            self.note(key, f"`{key}` holds a line break or another character that cannot be seen.", "Write it on one line.")
        else:
            return value
        return ""

    def texts(self, key: str, *, most: int = LONGEST_NAME) -> tuple[str, ...]:
        """One text, or a list of them."""
        value = self.raw(key)
        if value is None:
            return ()
        listed = value if isinstance(value, list) else [value]
        if (
            not listed
            or len(listed) > 50
            or not all(isinstance(each, str) and each.strip() and len(each) <= most for each in listed)
        ):
            self.note(
                key, f"`{key}` must be a text, or a list of up to 50 texts.", f'Write {key} = "one" or {key} = ["one", "two"].'
            )
            return ()
        return tuple(listed)

    def flag(self, key: str) -> bool | None:
        value = self.raw(key)
        if value is None or isinstance(value, bool):
            return value
        self.note(key, f"`{key}` is {_shown(value)}, but must be true or false.", f"Write {key} = true, without quotes.")
        return None

    def number(self, key: str, low: float, high: float) -> float | None:
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.note(key, f"`{key}` is {_shown(value)}, but must be a number.", f"Write {key} = {low:g}, without quotes.")
        elif not low <= value <= high:  # also what is no number at all (nan)
            self.note(key, f"`{key}` is {_shown(value)}; it lies between {low:g} and {high:g}.", "Choose a number in between.")
        else:
            return float(value)
        return None

    def whole(self, key: str, low: int, high: int) -> int:
        """0 where there is none, or where it cannot be used."""
        value = self.number(key, low, high)
        if value is not None and value != int(value):
            self.note(key, f"`{key}` is {value:g}, but must be a whole number.", f"Write {key} = {int(value)}.")
            return 0
        return int(value or 0)

    def span(self, key: str, low: float, high: float) -> float | None:
        """Seconds of `"8 s"`, `"500 ms"`, `"1 min 30 s"`, or a number of seconds."""
        value = self.raw(key)
        if value is None:
            return None
        seconds = seconds_of(value)
        if seconds is None:
            self.note(key, f"`{key}` is {_shown(value)}, which is no span of time.", f'Write it as {key} = "30 s" or "2 min".')
        elif not low <= seconds <= high:
            self.note(
                key,
                f"`{key}` is {as_span(seconds)}; it lies between {as_span(low)} and {as_span(high)}.",
                "Choose one in between.",
            )
        else:
            return seconds
        return None

    def clock(self, key: str) -> int | None:
        """Minute of the day of `"22:30"`."""
        value = self.raw(key)
        if value is None:
            return None
        minute = minute_of(value)
        if minute is None:
            self.note(key, f"`{key}` is {_shown(value)}, which is no time of day.", f'Write it as {key} = "22:30".')
        return minute

    def days(self, key: str) -> frozenset[int]:
        """`"friday"`, `["sat", "sun"]`."""
        found = set()
        for text in self.texts(key):
            word = text.strip().casefold()
            near = [number for number, day in enumerate(DAYS) if len(word) >= 2 and day.startswith(word)]
            if len(near) == 1:
                found.add(near[0])
            else:
                self.note(key, f"“{text[:40]}” is no day of the week.", nearest(word, DAYS))
        return frozenset(found)

    def one_of(self, key: str, known: type[E], also: Mapping[str, E] | None = None) -> E | None:
        value = self.raw(key)
        if value is None:
            return None
        words = {each.value: each for each in known} | dict(also or {})
        word = value.strip().casefold().replace(" ", "_").replace("-", "_") if isinstance(value, str) else ""
        if word in words:
            return words[word]
        self.note(key, f"`{key}` is {_shown(value)}, which is not known.", nearest(word, words))
        return None

    def end(self) -> None:
        """Whatever was not asked for."""
        for key in self._values:
            if key not in self._asked:
                self.note(key, f"`{key}` is not known here.", nearest(key, self._asked))

    def sort(self, known: Mapping[str, Callable[[Table], Any]], what: str, example: str) -> Any:
        """What the one reader makes of it whose key stands in the table; None where none does."""
        found = [key for key in self._values if key in known]
        if len(found) == 1:
            made = known[found[0]](self)
            self.end()
            return made
        if found:
            listed = " and ".join(f"`{key}`" for key in found)
            self.note(found[1], f"{listed} stand in one {what}; there can only be one.", "Give each its own pair of braces {…}.")
            return None
        strangers = [key for key in self._values if key not in self._asked]
        near = next((hint for key in strangers if (hint := _near(key, known))), "")
        said = ", ".join(f"`{key}`" for key in strangers) or "nothing"
        self.note(
            strangers[0] if strangers else "",
            f"This {what} has {said}, and so it is not known what is meant.",
            f"Did you mean `{near}`?" if near else f"For example: {example}.",
        )
        return None


def seconds_of(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if -MOST_SECONDS < value < MOST_SECONDS else None
    if not isinstance(value, str) or not value.strip() or len(value) > 40:
        return None
    rest, seconds = value.strip().casefold(), 0.0
    while rest:
        found = _SPAN.match(rest)
        if found is None or found[2] not in UNITS:
            return None
        seconds += float(found[1]) * UNITS[found[2]]
        rest = rest[found.end() :]
    return round(seconds, 3)


def as_span(seconds: float) -> str:
    """`1 h 30 min`, `8 s`, `1.5 s`, `200 ms`: what `seconds_of` reads back."""
    if 0 < seconds < 1:
        return f"{seconds * 1000:g} ms"
    hours, rest = divmod(round(seconds, 3), 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{int(hours)} h"] * (hours > 0) + [f"{int(minutes)} min"] * (minutes > 0)
    left = round(left, 3)
    return " ".join([*parts, *([f"{left:.10g} s"] if left or not parts else [])])


def minute_of(value: object) -> int | None:
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(found[1]) * 60 + int(found[2]) if found else None


def as_clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def nearest(word: str, known: Iterable[str]) -> str:
    """“Did you mean …?”, or what there is."""
    names: Collection[str] = list(dict.fromkeys(known))
    near = _near(word, names)
    if near:
        return f"Did you mean `{near}`?"
    listed: Sequence[str] = sorted(names)
    return f"There is: {', '.join(listed)}." if listed else ""


def _near(word: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(word.casefold().replace(" ", "_"), list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def _shown(value: object) -> str:
    match value:
        case str():
            return f"“{value[:60]}”"
        case bool():
            return str(value).lower()
        case dict():
            return "a table {…}"
        case list():
            return "a list […]"
        case _:
            # of an endless number not even the digits can be had
            return "too large" if isinstance(value, int) and abs(value) > 10**30 else str(value)[:60]
