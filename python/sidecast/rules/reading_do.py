"""`do`: what is done, step by step."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..flow import action as acts
from ..flow import obs_act as obs
from .filling import OF_VIEWERS, PLACEHOLDERS, placeholders_in
from .model import Do, Speak, Step, Wait
from .table import Table, nearest

HOUR_S = 3600.0
MOST_SAID = 400
"""Characters of a line that the host says at once."""
MOST_WRITTEN = 1000
MOST_SHOWN = 500
_FILL = "It would come from a viewer, and only `set_text` and `write` may show viewers' words."


def read_step(table: Table) -> Step | None:
    """None where it cannot be used; what is wrong is noted."""
    made: Step | None = table.sort(STEPS, "step of `do`", '{ scene = "Be right back" }')
    return made


def _scene(table: Table) -> Step:
    over = table.span("over", 0.02, 20) or 0.0
    transition = table.text("transition")
    return Do(act=obs.SwitchScene(scene=_name(table, "scene"), transition=transition, transition_ms=round(over * 1000)))


def _show(table: Table, key: str, *, on: bool) -> Step:
    return Do(act=obs.ShowSource(source=_name(table, key), on=on, scene=table.text("in"), for_s=_for(table)))


def _filter(table: Table, key: str, *, on: bool) -> Step:
    source = _name(table, "of")
    if "of" not in table:
        table.note(
            "",
            "It is not said whose filter this is.",
            f'Add of = "…" with the source\'s name: {{ {key} = "Blur", of = "Camera" }}.',
        )
    return Do(act=obs.SwitchFilter(source=source, filter=_name(table, key), on=on, for_s=_for(table)))


def _set_text(table: Table) -> Step:
    source, text = _name(table, "set_text"), table.text("to", most=MOST_SHOWN, needed=False)
    if "to" not in table:
        table.note("", "It is not said which text is shown.", 'Add to = "…"; to = "" shows nothing.')
    _placeholders(table, "to", text)
    return Do(act=obs.SetText(source=source, text=text))


def _play(table: Table) -> Step:
    at_most = table.span("at_most", 1, HOUR_S)
    wait = table.flag("wait_for_end") or False
    act = obs.PlayMedia(source=_name(table, "play"), wait=wait)
    if at_most is not None:
        act = obs.PlayMedia(source=act.source, wait=wait, at_most_s=at_most)
        if not wait:
            table.note("at_most", "`at_most` says how long the end is waited for.", "Add wait_for_end = true, or take it out.")
    return Do(act=act)


def _volume(table: Table) -> Step:
    db = table.number("db", -100, 26)
    if db is None and "db" not in table:
        table.note("", "It is not said how loud.", "Add db = -12, for example; 0 is as recorded, -100 is silence.")
    return Do(
        act=obs.SetVolume(source=_name(table, "volume"), db=db or 0.0, over_s=table.span("over", 0, 60) or 0.0, for_s=_for(table))
    )


def _mute(table: Table, key: str, *, on: bool) -> Step:
    return Do(act=obs.Mute(source=_name(table, key), on=on, for_s=_for(table)))


def _move(table: Table) -> Step:
    parts = {
        "x": table.number("x", -100_000, 100_000),
        "y": table.number("y", -100_000, 100_000),
        "scale": table.number("scale", 0, 100),
        "rotation": table.number("rotation", -3600, 3600),
    }
    if all(value is None for value in parts.values()):
        table.note("move", "It is not said where to.", "Add x, y, scale or rotation.")
    return Do(
        act=obs.Transform(
            source=_name(table, "move"),
            scene=table.text("in"),
            **parts,
            over_s=table.span("over", 0, 60) or 0.0,
            for_s=_for(table),
        )
    )


def _screenshot(table: Table) -> Step:
    if table.raw("screenshot") is True:
        return Do(act=obs.Screenshot())
    return Do(act=obs.Screenshot(source=_name(table, "screenshot")))


def _recording(table: Table) -> Step | None:
    step = table.one_of("recording", obs.RecordStep)
    return None if step is None else Do(act=obs.Record(step=step))


def _stream(table: Table) -> Step | None:
    word = table.text("stream").strip().casefold()
    if word not in {"start", "stop"}:
        if word:
            table.note("stream", f"`stream` is “{word[:40]}”, which is not known.", nearest(word, ("start", "stop")))
        return None
    return Do(act=obs.Stream(start=word == "start"))


def _wait(table: Table) -> Step | None:
    seconds = table.span("wait", 0.01, HOUR_S)
    return None if seconds is None else Wait(seconds=seconds)


def _say(table: Table) -> Step | None:
    text = table.text("say", most=MOST_SAID)
    found = _placeholders(table, "say", text)
    if strange := sorted(found & OF_VIEWERS):
        named = ", ".join(f"{{{name}}}" for name in strange)
        table.note("say", f"The host does not say {named} for a rule: it is a viewer's.", "Use `write`, or take it out.")
    return Speak(text=text) if text else None


def _write(table: Table) -> Step | None:
    text = table.text("write", most=MOST_WRITTEN)
    reply = table.flag("reply") or False
    _placeholders(table, "write", text)
    if text.lstrip().startswith(("{text}", "{title}")):
        table.note(
            "write",
            "The line begins with a viewer's words: who writes “!ban” would command your other bots.",
            "Begin it with a word of yours.",
        )
    return Do(act=acts.Write(text=text), reply=reply) if text else None


def _poll(table: Table) -> Step:
    points = table.whole("points", 1, 1_000_000)
    title, choices, seconds = _question(table, "poll", "choices", most=5, longest=1800)
    return Do(act=acts.StartPoll(title=title, choices=choices, seconds=seconds, points=points))


def _prediction(table: Table) -> Step:
    title, outcomes, seconds = _question(table, "prediction", "outcomes", most=10, longest=1800)
    return Do(act=acts.StartPrediction(title=title, outcomes=outcomes, seconds=seconds))


def _question(table: Table, key: str, answers: str, *, most: int, longest: int) -> tuple[str, tuple[str, ...], int]:
    title, listed = _name(table, key), table.texts(answers, most=25)
    for each in listed:
        _literal(table, answers, each)
    if not 2 <= len(listed) <= most:
        table.note(
            answers if answers in table else "", f"There must be 2 to {most} {answers}.", f'Write {answers} = ["yes", "no"].'
        )
    seconds = table.span("for", 15, longest)
    if "for" not in table:
        table.note("", "It is not said how long it is open.", 'Add for = "2 min".')
    return title, listed, math.ceil(seconds or 60)


def _shield(table: Table) -> Step:
    on = table.flag("shield")
    return Do(act=acts.Shield(on=on is not False))


def _time_out(table: Table) -> Step | None:
    seconds = table.span("time_out", 1, 1_209_600)
    reason = table.text("reason", most=500)
    _literal(table, "reason", reason)
    return None if seconds is None else Do(act=acts.TimeOut(target=acts.NOBODY, seconds=math.ceil(seconds), reason=reason))


def _only(table: Table, key: str, made: Do) -> Step | None:
    """A step that has nothing to say but that it is done."""
    value = table.flag(key)
    if value is False:
        table.note(key, f"`{key} = false` does nothing.", "Take the step out.")
    return made if value else None


def _name(table: Table, key: str) -> str:
    """Of a scene, source or filter, or a title: always the streamer's own words."""
    name = table.text(key)
    _literal(table, key, name)
    return name


def _literal(table: Table, key: str, text: str) -> None:
    for placeholder in PLACEHOLDERS:
        if f"{{{placeholder}}}" in text:
            table.note(key, f"`{key}` cannot hold {{{placeholder}}}.", _FILL)


def _placeholders(table: Table, key: str, text: str) -> set[str]:
    try:
        return placeholders_in(text)
    except ValueError as error:
        listed = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        table.note(key, f"In `{key}`, {error}.", f"There is {listed}; write {{{{ and }}}} for braces of your own.")
        return set()


def _for(table: Table) -> float:
    return table.span("for", 0.1, 24 * HOUR_S) or 0.0


STEPS: Mapping[str, Callable[[Table], Step | None]] = MappingProxyType(
    {
        "scene": _scene,
        "show": lambda table: _show(table, "show", on=True),
        "hide": lambda table: _show(table, "hide", on=False),
        "filter_on": lambda table: _filter(table, "filter_on", on=True),
        "filter_off": lambda table: _filter(table, "filter_off", on=False),
        "set_text": _set_text,
        "play": _play,
        "volume": _volume,
        "mute": lambda table: _mute(table, "mute", on=True),
        "unmute": lambda table: _mute(table, "unmute", on=False),
        "move": _move,
        "screenshot": _screenshot,
        "recording": _recording,
        "chapter": lambda table: Do(act=obs.Chapter(name=_name(table, "chapter"))),
        "save_replay": lambda table: _only(table, "save_replay", Do(act=obs.SaveReplay())),
        "stream": _stream,
        "hotkey": lambda table: Do(act=obs.Hotkey(name=_name(table, "hotkey"))),
        "wait": _wait,
        "say": _say,
        "write": _write,
        "shout_out": lambda table: _only(table, "shout_out", Do(act=acts.ShoutOut(target=acts.NOBODY))),
        "shield": _shield,
        "poll": _poll,
        "prediction": _prediction,
        "time_out": _time_out,
        "fulfil": lambda table: _only(table, "fulfil", Do(act=acts.Settle(redemption_id="", reward_id="", fulfil=True))),
        "refund": lambda table: _only(table, "refund", Do(act=acts.Settle(redemption_id="", reward_id="", fulfil=False))),
    }
)
