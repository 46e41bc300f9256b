"""Rules as a file that a person can read, edit and keep: what `reading` reads back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..flow import action as acts
from ..flow import obs_act as obs
from .happening import Voice
from .model import (
    Conditions,
    Do,
    OnCommand,
    OnEvent,
    OnEvery,
    OnMood,
    OnObs,
    OnObsEvent,
    OnSilence,
    OnSpeech,
    OnStorm,
    OnTime,
    OnWords,
    Rule,
    Speak,
    Step,
    Trigger,
    Wait,
)
from .reading_when import OBS_NAMES
from .table import DAYS, as_clock, as_span

HEAD = """\
# Your rules: when something happens, then something is done. Sidecast reads this file anew whenever you save it.
# What can stand here: docs/for-streamers-rules.md
"""
Pairs = dict[str, Any]


def as_toml(rules: Iterable[Rule]) -> str:
    return "\n".join([HEAD, *(_rule(rule) for rule in rules)])


def _rule(rule: Rule) -> str:
    lines = ["[[rule]]", f"name = {_value(rule.name)}"]
    lines += [f"note = {_value(rule.note)}"] if rule.note else []
    lines += [] if rule.enabled else ["enabled = false"]
    when = [_inline(_trigger(trigger)) for trigger in rule.when]
    lines.append(f"when = {when[0]}" if len(when) == 1 else f"when = [\n{_listed(when)}]")
    conditions = _conditions(rule.conditions)
    lines += [f"if = {_inline(conditions)}"] if conditions else []
    lines += [f"cooldown = {_span(rule.cooldown_s)}"] if rule.cooldown_s else []
    lines += [f"cooldown_per_viewer = {_span(rule.cooldown_per_viewer_s)}"] if rule.cooldown_per_viewer_s else []
    lines += ['while_running = "wait"'] if rule.waits else []
    lines.append(f"do = [\n{_listed(_inline(_step(step)) for step in rule.do)}]")
    return "\n".join(lines) + "\n"


def _trigger(trigger: Trigger) -> Pairs:
    match trigger:
        case OnEvent(kind=kind, at_least=low, at_most=high, reward=reward):
            return _given(event=kind.value, at_least=low, at_most=high, reward=reward)
        case OnCommand(words=words, by=by):
            return {"command": _one(words), "by": _roles(by)}
        case OnMood(mood=mood):
            return {"mood": mood}
        case OnSpeech(starts=starts):
            return {"speech": "starts" if starts else "ends"}
        case OnWords(words=words):
            return {"says": _one(words)}
        case OnSilence(seconds=seconds, of=of):
            return {"silence": Span(seconds)} | ({} if of == frozenset(Voice) else {"of": _one(sorted(of))})
        case OnStorm(begins=begins, kind=kind):
            return _given(storm="begins" if begins else "ends", kind=kind)
        case OnObs(what=what, name=name):
            return {"obs": what.value} | ({OBS_NAMES[what]: name} if name else {})
        case OnObsEvent(event=event, where=where):
            return {"obs_event": event} | ({"where": dict(where)} if where else {})
        case OnTime(minute=minute, days=days):
            return {"at": as_clock(minute)} | _days(days)
        case OnEvery(seconds=seconds):
            return {"every": Span(seconds)}


def _conditions(asked: Conditions) -> Pairs:
    flags = ("streaming", "recording", "storm", "streamer_speaks", "host_speaks", "first_message")
    return {
        **{key: _one(names) for key in ("scene", "not_scene", "mood", "not_mood") if (names := getattr(asked, key))},
        **{key: value for key in flags if (value := getattr(asked, key)) is not None},
        **({"between": [as_clock(minute) for minute in asked.between]} if asked.between else {}),
        **_days(asked.days),
        **({"by": _roles(asked.by)} if asked.by else {}),
        **({"viewer": _one(sorted(asked.viewers))} if asked.viewers else {}),
        **_given(at_least=asked.at_least, at_most=asked.at_most),
        **({"chance": asked.chance} if asked.chance != 1 else {}),
    }


def _step(step: Step) -> Pairs:
    match step:
        case Wait(seconds=seconds):
            return {"wait": Span(seconds)}
        case Speak(text=text):
            return {"say": text}
        case Do(act=act, reply=reply):
            return _in_obs(act) or _at_twitch(act, reply=reply)


def _in_obs(act: object) -> Pairs:  # noqa: PLR0912 - one branch an act
    match act:
        case obs.SwitchScene(scene=scene, transition=transition, transition_ms=ms):
            return _given(scene=scene, transition=transition, over=Span(ms / 1000))
        case obs.ShowSource(source=source, on=on, scene=scene, for_s=for_s):
            return _given(**{"show" if on else "hide": source, "in": scene, "for": Span(for_s)})
        case obs.SwitchFilter(source=source, filter=name, on=on, for_s=for_s):
            return _given(**{"filter_on" if on else "filter_off": name, "of": source, "for": Span(for_s)})
        case obs.SetText(source=source, text=text):
            return {"set_text": source, "to": text}
        case obs.PlayMedia(source=source, wait=wait, at_most_s=at_most):
            return {"play": source} | ({"wait_for_end": True, "at_most": Span(at_most)} if wait else {})
        case obs.SetVolume(source=source, db=db, over_s=over, for_s=for_s):
            return {"volume": source, "db": db} | _given(**{"over": Span(over), "for": Span(for_s)})
        case obs.Mute(source=source, on=on, for_s=for_s):
            return _given(**{"mute" if on else "unmute": source, "for": Span(for_s)})
        case obs.Transform(source=source, scene=scene, over_s=over, for_s=for_s):
            where = {key: value for key in ("x", "y", "scale", "rotation") if (value := getattr(act, key)) is not None}
            return {"move": source} | where | _given(**{"in": scene, "over": Span(over), "for": Span(for_s)})
        case obs.Screenshot(source=source):
            return {"screenshot": source or True}
        case obs.Record(step=record):
            return {"recording": record.value}
        case obs.Chapter(name=name):
            return {"chapter": name}
        case obs.SaveReplay():
            return {"save_replay": True}
        case obs.Stream(start=start):
            return {"stream": "start" if start else "stop"}
        case obs.Hotkey(name=name):
            return {"hotkey": name}
        case _:
            return {}


def _at_twitch(act: object, *, reply: bool) -> Pairs:
    match act:
        case acts.Write(text=text):
            return {"write": text} | ({"reply": True} if reply else {})
        case acts.ShoutOut():
            return {"shout_out": True}
        case acts.Shield(on=on):
            return {"shield": on}
        case acts.StartPoll(title=title, choices=choices, seconds=seconds, points=points):
            return {"poll": title, "choices": list(choices), "for": Span(seconds)} | _given(points=points)
        case acts.StartPrediction(title=title, outcomes=outcomes, seconds=seconds):
            return {"prediction": title, "outcomes": list(outcomes), "for": Span(seconds)}
        case acts.TimeOut(seconds=seconds, reason=reason):
            return {"time_out": Span(seconds)} | _given(reason=reason)
        case acts.Settle(fulfil=fulfil):
            return {"fulfil" if fulfil else "refund": True}
        case _:
            raise ValueError(f"{type(act).__name__} is nothing that a rule does.")


class Span(float):
    """Seconds, written as people write them."""

    __slots__ = ()


def _given(**pairs: Any) -> Pairs:
    """Without what is empty or 0."""
    return {key: value for key, value in pairs.items() if value}


def _days(days: frozenset[int]) -> Pairs:
    return {"days": _one([DAYS[day] for day in sorted(days)])} if days else {}


def _roles(by: frozenset[str]) -> Any:
    return _one(sorted({"": "everyone", "broadcaster": "streamer"}.get(role, role) for role in by))


def _one(texts: Iterable[str]) -> Any:
    listed = list(texts)
    return listed[0] if len(listed) == 1 else listed


def _listed(items: Iterable[str]) -> str:
    return "".join(f"  {item},\n" for item in items)


def _inline(pairs: Mapping[str, Any]) -> str:
    return "{ " + ", ".join(f"{_key(key)} = {_value(value)}" for key, value in pairs.items()) + " }"


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else _value(key)


def _span(seconds: float) -> str:
    return _value(Span(seconds))


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Span():
            return f'"{as_span(value)}"'
        case float() if value == int(value):
            return str(int(value))
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"
        case dict():
            return _inline(value)
        case str():
            # JSON's escapes are TOML's; the delete character alone stands bare in JSON
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            return str(value)
