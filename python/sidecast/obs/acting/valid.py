"""What cannot be, whatever OBS has; and who may."""

from __future__ import annotations

from collections.abc import Collection
from math import isfinite

from ...flow import obs_act as acts
from ...flow.action import Cause, Engine, Person, Standing
from ...flow.obs_act import ObsAct, ObsHindrance, ObsObstacle

LONGEST_FOR_S = 24 * 3600.0
LONGEST_GLIDE_S = 60.0
LONGEST_MEDIA_S = 3600.0
TRANSITION_MS = (50, 20_000)
"""OBS's own limits."""
DB = (-100.0, 26.0)
PIXELS = 90_000.0
LONGEST_TEXT = 2000
LONGEST_NAME = 200
STREAM_HOTKEYS = {"startstreaming": "start", "stopstreaming": "stop", "forcestopstreaming": "stop"}
"""By the last part of OBS's name, in small letters; else they would be a way around `may_stream`."""


def wrong(act: ObsAct) -> ObsHindrance | None:
    """A number or a text that is out of bounds."""
    for value, low, high, what in _numbers(act):
        if not isfinite(value) or not low <= value <= high:
            return _wrong(f"{value:g} cannot be {what}.", f"It can be {low:g} to {high:g}.")
    if isinstance(act, acts.Transform) and act.x is act.y is act.scale is act.rotation is None:
        return _wrong("Nothing of it is to change.", "Give x, y, scale or rotation.")
    if isinstance(act, acts.SetText) and len(act.text) > LONGEST_TEXT:
        return _wrong(f"{len(act.text)} characters are too many for a text source.", f"{LONGEST_TEXT} are the most.")
    if isinstance(act, acts.Chapter) and not 0 < len(act.name.strip()) <= LONGEST_NAME:
        return _wrong("A chapter needs a name.", f"Of {LONGEST_NAME} characters at most.")
    return None


def _numbers(act: ObsAct) -> list[tuple[float, float, float, str]]:
    found: list[tuple[float, float, float, str]] = []
    if isinstance(act, acts.ShowSource | acts.SwitchFilter | acts.SetVolume | acts.Mute | acts.Transform):
        found.append((act.for_s, 0.0, LONGEST_FOR_S, "for how many seconds"))
    if isinstance(act, acts.SetVolume | acts.Transform):
        found.append((act.over_s, 0.0, LONGEST_GLIDE_S, "the seconds of a glide"))
    if isinstance(act, acts.SetVolume):
        found.append((act.db, *DB, "a volume in dB"))
    if isinstance(act, acts.PlayMedia):
        found.append((act.at_most_s, 0.1, LONGEST_MEDIA_S, "the seconds that it may play"))
    if isinstance(act, acts.SwitchScene) and act.transition_ms:
        found.append((act.transition_ms, *TRANSITION_MS, "the milliseconds of a transition"))
    if isinstance(act, acts.Transform):
        found += [(value, -PIXELS, PIXELS, "a place") for value in (act.x, act.y) if value is not None]
        found += [(act.scale, -1000.0, 1000.0, "a scale")] if act.scale is not None else []
        found += [(act.rotation, -360.0, 360.0, "a rotation in degrees")] if act.rotation is not None else []
    return found


def forbidden(act: ObsAct, cause: Cause | None, may_stream: Collection[str]) -> ObsHindrance | None:
    """Whether it is anybody's to do. Without a cause only what nobody may do is found."""
    if isinstance(cause, Person) and cause.standing is not Standing.STREAMER:
        return ObsHindrance(obstacle=ObsObstacle.ROLE, what="Only the streamer may do something in OBS.")
    if cause is not None and not isinstance(cause, Person) and cause.engine is not Engine.RULE:
        return ObsHindrance(obstacle=ObsObstacle.ROLE, what=f"The plugin “{cause.name}” may do nothing in OBS.")
    step = ""
    if isinstance(act, acts.Stream):
        step = "start" if act.start else "stop"
    elif isinstance(act, acts.Hotkey):
        step = STREAM_HOTKEYS.get(act.name.rpartition(".")[2].strip().casefold(), "")
    if not step or step in may_stream:
        return None
    return ObsHindrance(
        obstacle=ObsObstacle.FORBIDDEN,
        what=f"You have not allowed Sidecast to {step} the stream.",
        remedy=f"Name “{step}” under obs.may_stream in the settings, if you want that.",
    )


def _wrong(what: str, remedy: str) -> ObsHindrance:
    return ObsHindrance(obstacle=ObsObstacle.WRONG, what=what, remedy=remedy)
