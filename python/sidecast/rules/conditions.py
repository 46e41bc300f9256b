"""Whether a trigger means a happening, and whether the conditions hold: plain functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from .happening import STILL, Happening, Situation, Viewer
from .model import EVERYONE, Conditions, OnCommand, OnEvent, OnObs, OnObsEvent, OnStorm, OnWords, Trigger

_WORD = re.compile(r"\w+")


class Unmet(StrEnum):
    """Which condition does not hold."""

    OBS = "obs"
    """OBS is not connected, so that it is not known."""
    SCENE = "scene"
    STREAMING = "streaming"
    RECORDING = "recording"
    MOOD = "mood"
    TIME = "time"
    WHO = "who"
    AMOUNT = "amount"
    STORM = "storm"
    SPEAKS = "speaks"
    CHANCE = "chance"


def means(trigger: Trigger, happening: Happening) -> bool:
    """Both are of the same sort and name already."""
    match trigger:
        case OnEvent(at_least=low, at_most=high, reward=reward):
            if happening.amount < low or (high and happening.amount > high):
                return False
            return not reward or reward == happening.reward_id or reward.casefold() == happening.title.strip().casefold()
        case OnCommand() as command:
            return happening.viewer is not None and command.allows(happening.viewer.roles)
        case OnWords(words=phrases):
            said = f" {' '.join(_WORD.findall(happening.text.casefold()))} "
            return any(f" {phrase} " in said for phrase in phrases)
        case OnStorm(kind=kind):
            return kind == happening.title if kind else STILL not in happening.data
        case OnObs(name=name):
            return not name or name == happening.title
        case OnObsEvent(where=where):
            return all(field in happening.data and happening.data[field] == value for field, value in where.items())
        case _:
            return True


Check = Callable[[Happening, Situation, int, int], bool]
"""What happened, how things stand, minute of the day, day of the week (0 = Monday)."""
Checks = tuple[tuple[Unmet, Check], ...]


def compiled(asked: Conditions) -> Checks:
    """Only what is asked, so that a hundred rules cost little; in the order in which it is told what does not hold."""
    return tuple(_of_obs(asked) + _of_the_host(asked) + _of_the_time(asked) + _of_the_cause(asked))


def unmet(checks: Checks, happening: Happening, now: Situation, minute: int, day: int) -> Unmet | None:
    """The first that does not hold; chance is not drawn here."""
    for what, holds in checks:
        if not holds(happening, now, minute, day):
            return what
    return None


def _of_obs(asked: Conditions) -> list[tuple[Unmet, Check]]:
    found: list[tuple[Unmet, Check]] = []
    if asked.scene:
        found.append((Unmet.SCENE, lambda _h, now, _m, _d: now.scene in asked.scene))
    if asked.not_scene:
        found.append((Unmet.SCENE, lambda _h, now, _m, _d: now.scene not in asked.not_scene))
    if asked.streaming is not None:
        found.append((Unmet.STREAMING, lambda _h, now, _m, _d: now.streaming is asked.streaming))
    if asked.recording is not None:
        found.append((Unmet.RECORDING, lambda _h, now, _m, _d: now.recording is asked.recording))
    if asked.streamer_speaks is not None:
        found.append((Unmet.SPEAKS, lambda _h, now, _m, _d: now.streamer_speaks is asked.streamer_speaks))
    # what is not known does not hold
    return [(Unmet.OBS, lambda _h, now, _m, _d: now.obs), *found] if found else []


def _of_the_host(asked: Conditions) -> list[tuple[Unmet, Check]]:
    found: list[tuple[Unmet, Check]] = []
    if asked.mood:
        found.append((Unmet.MOOD, lambda _h, now, _m, _d: now.mood in asked.mood))
    if asked.not_mood:
        found.append((Unmet.MOOD, lambda _h, now, _m, _d: now.mood not in asked.not_mood))
    if asked.storm is not None:
        found.append((Unmet.STORM, lambda _h, now, _m, _d: bool(now.storm) is asked.storm))
    if asked.host_speaks is not None:
        found.append((Unmet.SPEAKS, lambda _h, now, _m, _d: now.host_speaks is asked.host_speaks))
    return found


def _of_the_time(asked: Conditions) -> list[tuple[Unmet, Check]]:
    if asked.between is None and not asked.days:
        return []
    return [(Unmet.TIME, lambda _h, _n, minute, day: _is_time(asked, minute, day))]


def _of_the_cause(asked: Conditions) -> list[tuple[Unmet, Check]]:
    found: list[tuple[Unmet, Check]] = []
    if asked.first_message is not None or asked.viewers or (asked.by and asked.by != EVERYONE):
        roles = OnCommand(words=(), by=asked.by or EVERYONE)
        found.append((Unmet.WHO, lambda happening, _n, _m, _d: _is_meant(asked, roles, happening.viewer)))
    if asked.at_least or asked.at_most:
        found.append((Unmet.AMOUNT, lambda happening, _n, _m, _d: _is_enough(asked, happening.amount)))
    return found


def _is_time(asked: Conditions, minute: int, day: int) -> bool:
    if asked.between is not None:
        start, end = asked.between
        if start < end:
            if not start <= minute < end:
                return False
        elif end <= minute < start:
            return False
        elif minute < end:
            # after midnight it is still the evening that is meant
            day = (day - 1) % 7
    return not asked.days or day in asked.days


def _is_meant(asked: Conditions, by: OnCommand, viewer: Viewer | None) -> bool:
    if asked.first_message is not None and asked.first_message != (viewer is not None and viewer.first):
        return False
    if asked.viewers and (viewer is None or (viewer.id not in asked.viewers and viewer.name.casefold() not in asked.viewers)):
        return False
    return by.by == EVERYONE or (viewer is not None and by.allows(viewer.roles))


def _is_enough(asked: Conditions, amount: int) -> bool:
    return amount >= asked.at_least and (not asked.at_most or amount <= asked.at_most)
