"""Whether a trigger means a happening, and whether the conditions hold: plain functions."""

from __future__ import annotations

import re
from enum import StrEnum

from .happening import STILL, Happening, Situation
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


def unmet(asked: Conditions, happening: Happening, now: Situation, minute: int, day: int) -> Unmet | None:
    """The first that does not hold; chance is not drawn here.

    Args:
        minute: of the day.
        day: of the week, 0 = Monday.
    """
    if why := _of_obs(asked, now):
        return why
    if (asked.mood and now.mood not in asked.mood) or now.mood in asked.not_mood:
        return Unmet.MOOD
    if asked.storm is not None and asked.storm != bool(now.storm):
        return Unmet.STORM
    if asked.host_speaks is not None and asked.host_speaks != now.host_speaks:
        return Unmet.SPEAKS
    if not _is_time(asked, minute, day):
        return Unmet.TIME
    if not _is_meant(asked, happening):
        return Unmet.WHO
    if happening.amount < asked.at_least or (asked.at_most and happening.amount > asked.at_most):
        return Unmet.AMOUNT
    return None


def _of_obs(asked: Conditions, now: Situation) -> Unmet | None:
    wants_scene = asked.scene or asked.not_scene
    wants_state = (asked.streaming, asked.recording, asked.streamer_speaks) != (None, None, None)
    if not now.obs and (wants_scene or wants_state):
        return Unmet.OBS
    if (asked.scene and now.scene not in asked.scene) or now.scene in asked.not_scene:
        return Unmet.SCENE
    if asked.streaming is not None and asked.streaming != now.streaming:
        return Unmet.STREAMING
    if asked.recording is not None and asked.recording != now.recording:
        return Unmet.RECORDING
    if asked.streamer_speaks is not None and asked.streamer_speaks != now.streamer_speaks:
        return Unmet.SPEAKS
    return None


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


def _is_meant(asked: Conditions, happening: Happening) -> bool:
    viewer = happening.viewer
    if asked.first_message is not None and asked.first_message != (viewer is not None and viewer.first):
        return False
    if asked.viewers and (viewer is None or (viewer.id not in asked.viewers and viewer.name.casefold() not in asked.viewers)):
        return False
    if not asked.by or asked.by == EVERYONE:
        return True
    return viewer is not None and OnCommand(words=(), by=asked.by).allows(viewer.roles)
