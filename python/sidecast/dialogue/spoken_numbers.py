"""Numbers as they are read aloud: counts, years, times, money, percentages, units, scores, versions."""

from __future__ import annotations

import re

from num2words import num2words

from .spoken_table import UNITS

LONGEST = 12
"""Digits of a count that is still read as one number; longer ones are read digit by digit."""
DIGITS_READ = 16

_COUNT = re.compile(r"[-−+]?\d{1,3}(?:[,’']\d{3})+(?:\.\d+)?|[-−+]?\d+(?:\.\d+)?")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?\s*([ap]\.?m\.?)?", re.IGNORECASE)
_HOUR = re.compile(r"(\d{1,2})([ap])\.?m\.?", re.IGNORECASE)
_ORDINAL = re.compile(r"(\d{1,9})(?:st|nd|rd|th)", re.IGNORECASE)
_DECADE = re.compile(r"'?(\d{2,4})'?s")
_PLAIN = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_MONEY = re.compile(rf"([$€£¥])({_PLAIN}(?:\.\d{{1,2}})?)([kmb])?|({_PLAIN}(?:\.\d{{1,2}})?)([$€£¥])", re.IGNORECASE)
_PERCENT = re.compile(rf"([-−+]?{_PLAIN}(?:\.\d+)?)%")
_RATIO = re.compile(r"(\d{1,4})/(\d{1,4})")
_SCORE = re.compile(r"(\d{1,3})[-–:](\d{1,3})")
_NUMBERED = re.compile(r"#(\d{1,6})")
_TIMES = re.compile(r"x(\d{1,6})|(\d{1,6})x", re.IGNORECASE)
_VERSION = re.compile(r"v?(\d{1,4}(?:\.\d{1,4}){2,4})", re.IGNORECASE)
_MEASURE = re.compile(rf"([-−+]?{_PLAIN}(?:\.\d+)?)([A-Za-z]{{1,4}})")
_MAGNITUDE = {"k": "thousand", "m": "million", "b": "billion"}
_MONEY_NAMES = {"$": ("dollar", "cents"), "€": ("euro", "cents"), "£": ("pound", "pence"), "¥": ("yen", "")}
_FRACTIONS = {
    ("1", "2"): "a half",
    ("1", "3"): "a third",
    ("1", "4"): "a quarter",
    ("3", "4"): "three quarters",
    ("24", "7"): "twenty four seven",
}


def number_aloud(core: str) -> str | None:
    """How a word that is a number is read; None when it is not one."""
    if not any(map(str.isdigit, core)) or (not core.isascii() and not any(sign in core for sign in "€£¥−–’°")):
        return None
    for pattern, reading in _READINGS:
        match = pattern.fullmatch(core)
        if match is not None:
            return reading(match)
    return None


def count_aloud(digits: str) -> str:
    """`1,234.5` → one thousand two hundred and thirty four point five."""
    plain = re.sub(r"[,’']", "", digits).replace("−", "-").lstrip("+")
    whole, _, fraction = plain.lstrip("-").partition(".")
    minus = "minus " if plain.startswith("-") else ""
    if len(whole) > LONGEST or (len(whole) > 1 and whole.startswith("0")):
        said = digits_aloud(whole)
    elif not fraction and _is_year(whole) and digits == whole:
        said = _words(num2words(int(whole), to="year"))
    else:
        said = _words(num2words(int(whole or "0")))
    return minus + said + (f" point {digits_aloud(fraction)}" if fraction else "")


def digits_aloud(digits: str) -> str:
    """One by one, the first `DIGITS_READ`."""
    return " ".join(num2words(int(digit)) for digit in digits[:DIGITS_READ])


def _is_year(digits: str) -> bool:
    return (len(digits) == 4 and digits[:2] in {"17", "18", "19"}) or (digits[:3] in {"201", "202", "203"} and len(digits) == 4)


def _words(text: str) -> str:
    return " ".join(re.sub(r"[-,]", " ", text).split())


def _clock(match: re.Match[str]) -> str:
    hour, minute, second, half = match[1], match[2], match[3], match[4]
    if int(hour) > 24:
        return _score(hour, minute)
    if second is not None:
        return " ".join(filter(None, (count_aloud(str(int(hour))), count_aloud(str(int(minute))), count_aloud(str(int(second))))))
    if int(hour) in {0, 24} and not int(minute):
        return "midnight"
    said = _words(num2words(int(hour)))
    if int(minute):
        said += (" oh " if minute.startswith("0") else " ") + _words(num2words(int(minute)))
    elif half is None:
        said += " o'clock" if 0 < int(hour) <= 12 else " hundred"
    return said + (f" {half[0].upper()} M" if half else "").replace("A M", "ay M")


def _score(left: str, right: str) -> str:
    return f"{count_aloud(str(int(left)))} to {count_aloud(str(int(right)))}"


def _money(match: re.Match[str]) -> str:
    sign, amount = match[1] or match[5], (match[2] or match[4]).replace(",", "")
    name, small = _MONEY_NAMES[sign]
    magnitude = _MAGNITUDE[match[3].lower()] + " " if match[3] else ""
    whole, _, cents = amount.partition(".")
    if magnitude:
        return f"{count_aloud(amount)} {magnitude}{name}s"
    said = f"{_words(num2words(int(whole)))} {name}" + ("" if int(whole) == 1 or name == "yen" else "s")
    return said + (f" {_words(num2words(int(cents.ljust(2, '0'))))} {small}" if cents and int(cents) and small else "")


def _ratio(match: re.Match[str]) -> str:
    left, right = match[1], match[2]
    known = _FRACTIONS.get((left, right))
    return known or f"{_words(num2words(int(left)))} out of {_words(num2words(int(right)))}"


def _measure(match: re.Match[str]) -> str | None:
    unit = UNITS.get(match[2].lower())
    if unit is None:
        return None
    amount = _words(num2words(int(match[1]))) if match[1].isdigit() and len(match[1]) <= LONGEST else count_aloud(match[1])
    if match[2].lower() == "p" and len(match[1]) == 4:
        amount = f"{_words(num2words(int(match[1][:2])))} {_words(num2words(int(match[1][2:])))}"
    single = amount == "one" and len(unit) > 4 and unit.endswith("s")
    return f"{amount} {unit[:-1] if single else unit}"


def _decade(match: re.Match[str]) -> str | None:
    digits = match[1]
    if digits.endswith("0") and len(digits) in {2, 4}:
        said = _words(num2words(int(digits), to="year") if len(digits) == 4 else num2words(int(digits)))
        return re.sub(r"y$", "ies", said) if said.endswith("y") else f"{said}s"
    return None


_READINGS = (
    (_CLOCK, _clock),
    (_HOUR, lambda m: f"{_words(num2words(int(m[1])))} {'ay' if m[2] in 'aA' else 'P'} M"),
    (_ORDINAL, lambda m: _words(num2words(int(m[1]), to="ordinal"))),
    (_MONEY, _money),
    (_PERCENT, lambda m: f"{count_aloud(m[1].lstrip('+'))} percent"),
    (_RATIO, _ratio),
    (_COUNT, lambda m: count_aloud(m[0])),
    (_SCORE, lambda m: _score(m[1], m[2])),
    (_NUMBERED, lambda m: f"number {_words(num2words(int(m[1])))}"),
    (_TIMES, lambda m: f"times {_words(num2words(int(m[1])))}" if m[1] else f"{_words(num2words(int(m[2])))} times"),
    (_VERSION, lambda m: " point ".join(_words(num2words(int(part))) for part in m[1].split("."))),
    (_DECADE, _decade),
    (_MEASURE, _measure),
)
