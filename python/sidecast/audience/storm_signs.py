"""Does the chat look like a storm at this moment? Counts who does the same; says of what kind it is, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from ..flow.moderation import StormKind
from ..flow.verdict import Category
from .crowds import Crowd, Crowds

WINDOW_S = 30.0
SAME_TEXT = 8
"""People who write the same, and"""
SAME_TEXT_SHARE = 0.1
"""of all who write."""
SAME_TEXT_NEW = 6
"""New ones who write the same, and"""
NEW_SHARE = 0.8
"""of those who write it: the regulars' own copypasta is not hate."""
ATTACK = 5
"""People whose texts are refused as attacks, and"""
REFUSED_SHARE = 1 / 3
"""of all who write."""
NUISANCE = 8
"""People whose texts are refused as nuisances, and the same share of all who write."""
SAME_NAMES = 5
"""New ones whose names are of one pattern, and"""
SAME_NAMES_SHARE = 0.5
"""of all new ones."""
RAID_VIEWERS = 50
"""Viewers of a raid that counts; in a busy chat, as many as write in it. Of fewer each may be answered as a guest."""
RAID_GREETS_S = 180.0
"""For so long after any raid its greeting is no flood and no hate, when no more write it than came."""
HATE = frozenset(
    {
        Category.DISABILITY,
        Category.MISOGYNY,
        Category.RACE_RELIGION,
        Category.SEXUALITY,
        Category.SELF_HARM,
        Category.MINORS,
        Category.EXTREMISM,
    }
)
"""What nobody writes for joy: it counts whoever it comes from, when it is blocked."""
ATTACKS = HATE | {Category.AGGRESSION, Category.BULLYING, Category.SEX, Category.PERSONAL_DATA}
"""It counts from those who are new: a strict gate also keeps out what regulars shout at a game, by the dozen."""
NUISANCES = frozenset(
    {
        Category.LINK,
        Category.SPAM,
        Category.INJECTION,
        Category.COMMAND,
        Category.SECRETS,
        Category.MALFORMED,
        Category.OWN,
    }
)
"""It counts whoever it comes from. Swearing is in none of them."""
_EVERYBODY, _NEW, _ATTACK, _NUISANCE = "everybody", "new", "attack", "nuisance"


class Sighting(NamedTuple):
    """As much of a message or an event as a storm is known by. No words and no names."""

    at_ns: int
    author: int
    """Hash of the id."""
    stranger: bool = False
    """New here."""
    text: tuple[int, ...] = ()
    """See `alike.text_keys`."""
    name: int | None = None
    """See `alike.name_key`."""
    refused: Category | None = None
    """Why the gate in held or blocked it."""
    blocked: bool = False
    """And it was blocked."""
    wrote: bool = True
    """False for a follow: nothing was written."""
    raid: int = 0
    """Viewers that a raid brought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How much the chat looks like a storm."""

    kind: StormKind
    strength: float
    """1: just enough to call it one."""
    count: int
    """Accounts, or a raid's viewers."""
    key: Hashable
    """Of the crowd."""
    what: str
    """What they did, for `StormSigns.why`."""


GRAVITY = {kind: gravity for gravity, kind in enumerate(StormKind)}


class StormSigns:
    """Fed with everything that is screened."""

    def __init__(self) -> None:
        self._crowds = Crowds(WINDOW_S)
        self._raid_until_ns, self._raiders = 0, 0

    def note(self, seen: Sighting) -> Sign | None:
        """The gravest sign that is strong enough, or the strongest that is at least half so."""
        crowds = self._crowds
        if seen.raid:
            return self._raid(seen)
        signs: list[Sign | None] = []
        everybody = crowds.get(_EVERYBODY)
        if seen.wrote:
            everybody = crowds.add(seen.at_ns, _EVERYBODY, seen.author, stranger=seen.stranger)
            for key in seen.text:
                crowd = crowds.add(seen.at_ns, key, seen.author, stranger=seen.stranger)
                if len(crowd) * 2 >= SAME_TEXT_NEW:
                    signs.append(self._same_text(seen.at_ns, key, crowd, everybody))
        if seen.refused is not None:
            signs.append(self._refused(seen, len(everybody)))
        if seen.stranger:
            new = crowds.add(seen.at_ns, _NEW, seen.author, stranger=True)
            if seen.name is not None:
                named = "name", seen.name
                crowd = crowds.add(seen.at_ns, named, seen.author, stranger=True)
                what = "{count} new accounts with names of one pattern came within {seconds} s."
                least = max(SAME_NAMES, math.ceil(SAME_NAMES_SHARE * len(new)))
                signs.append(_sign(StormKind.HATE, named, len(crowd), least, what))
        return max(filter(None, signs), key=_grave, default=None) if signs else None

    def _raid(self, seen: Sighting) -> Sign | None:
        self._crowds.expire(seen.at_ns)
        least = max(RAID_VIEWERS, len(self._crowds.get(_EVERYBODY)))
        self._raiders = max(seen.raid, self._raiders if seen.at_ns < self._raid_until_ns else 0)
        self._raid_until_ns = seen.at_ns + round(RAID_GREETS_S * 1e9)
        if seen.raid * 2 < least:
            return None
        what = "A raid brought {count:,} viewers."
        return Sign(kind=StormKind.RAID, strength=seen.raid / least, count=seen.raid, key=None, what=what)

    def why(self, sign: Sign, now_ns: int) -> str:
        """A sentence without anybody's words or name."""
        seconds = max(1, math.ceil(self._crowds.span_s(sign.key, now_ns)))
        return sign.what.format(count=sign.count, seconds=seconds)

    def _same_text(self, at_ns: int, key: Hashable, crowd: Crowd, everybody: Crowd) -> Sign | None:
        new, share = len(crowd.strangers), SAME_TEXT_SHARE * len(everybody)
        if at_ns < self._raid_until_ns and len(crowd) <= self._raiders:
            return None
        if new >= NEW_SHARE * len(crowd):
            what = "{count} new accounts wrote the same text within {seconds} s."
            return _sign(StormKind.HATE, key, new, max(SAME_TEXT_NEW, math.ceil(share)), what)
        what = "{count} accounts wrote the same text within {seconds} s."
        return _sign(StormKind.FLOOD, key, len(crowd), max(SAME_TEXT, math.ceil(share)), what)

    def _refused(self, seen: Sighting, everybody: int) -> Sign | None:
        if seen.refused in NUISANCES:
            key, kind, least = _NUISANCE, StormKind.FLOOD, NUISANCE
        elif (seen.stranger and seen.refused in ATTACKS) or (seen.blocked and seen.refused in HATE):
            key, kind, least = _ATTACK, StormKind.HATE, ATTACK
        else:
            return None
        crowd = self._crowds.add(seen.at_ns, key, seen.author, stranger=seen.stranger)
        what = "{count} accounts wrote within {seconds} s what the gate keeps out."
        return _sign(kind, key, len(crowd), max(least, math.ceil(REFUSED_SHARE * everybody)), what)


def _sign(kind: StormKind, key: Hashable, count: int, least: int, what: str) -> Sign | None:
    return Sign(kind=kind, strength=count / least, count=count, key=key, what=what) if count * 2 >= least else None


def _grave(sign: Sign) -> tuple[bool, int, float]:
    return sign.strength >= 1, GRAVITY[sign.kind], sign.strength
