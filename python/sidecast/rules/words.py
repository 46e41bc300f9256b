"""A rule in plain words, for the control room and for a dry run. Holds the streamer's words only."""

from __future__ import annotations

from ..flow import action as acts
from ..flow import obs_act as obs
from ..flow.chat import EventKind
from .happening import ObsTrigger, Voice
from .model import (
    EVERYONE,
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
from .table import DAYS, as_clock, as_span

_EVENTS = {
    EventKind.FOLLOW: "somebody follows",
    EventKind.SUB: "somebody subscribes",
    EventKind.RESUB: "somebody subscribes again",
    EventKind.GIFT: "subscriptions are given",
    EventKind.CHEER: "somebody cheers",
    EventKind.RAID: "a raid comes",
    EventKind.REDEMPTION: "a reward is redeemed",
    EventKind.POLL: "Twitch tells of a poll",
    EventKind.PREDICTION: "Twitch tells of a prediction",
    EventKind.HYPE_TRAIN: "Twitch tells of a hype train",
    EventKind.AD_BREAK: "an ad break begins",
    EventKind.SHOUT_OUT: "a shout-out is given",
    EventKind.STREAM_ON: "Twitch says that you are live",
    EventKind.STREAM_OFF: "Twitch says that you are no longer live",
    EventKind.ANNOUNCEMENT: "a moderator makes an announcement",
    EventKind.NOTICE: "Twitch gives the chat a notice",
    EventKind.MODERATION: "moderators do something",
}
_UNITS = {
    EventKind.RESUB: " months",
    EventKind.CHEER: " bits",
    EventKind.RAID: " viewers",
    EventKind.POLL: " votes",
    EventKind.PREDICTION: " people",
    EventKind.AD_BREAK: " seconds",
}
_IN_OBS = {
    ObsTrigger.CONNECTED: "OBS is connected",
    ObsTrigger.DISCONNECTED: "the connection to OBS is lost",
    ObsTrigger.SCENE: "OBS shows {}",
    ObsTrigger.STREAM_STARTS: "OBS starts to stream",
    ObsTrigger.STREAM_STOPS: "OBS stops streaming",
    ObsTrigger.RECORDING_STARTS: "OBS starts to record",
    ObsTrigger.RECORDING_STOPS: "OBS stops recording",
    ObsTrigger.RECORDING_PAUSES: "the recording is paused",
    ObsTrigger.RECORDING_RESUMES: "the recording goes on",
    ObsTrigger.REPLAY_SAVED: "a replay is saved",
    ObsTrigger.MEDIA_STARTS: "{} begins to play",
    ObsTrigger.MEDIA_ENDS: "{} has played to its end",
    ObsTrigger.MUTED: "{} is muted",
    ObsTrigger.UNMUTED: "{} is unmuted",
    ObsTrigger.FILTER_ON: "{} is switched on",
    ObsTrigger.FILTER_OFF: "{} is switched off",
    ObsTrigger.STREAMER_SPEAKS: "you begin to speak",
    ObsTrigger.STREAMER_SILENT: "you stop speaking",
}
_ANY = {ObsTrigger.SCENE: "another scene", ObsTrigger.FILTER_ON: "a filter", ObsTrigger.FILTER_OFF: "a filter"}
_VOICES = {Voice.CHAT: "the chat", Voice.HOST: "the host", Voice.STREAMER: "you"}
_ROLES = {"broadcaster": "you", "moderator": "a moderator", "vip": "a VIP", "subscriber": "a subscriber"}


def when_words(rule: Rule) -> str:
    return _sentence(" or ".join(_trigger(trigger) for trigger in rule.when))


def if_words(rule: Rule) -> tuple[str, ...]:
    """One sentence a condition."""
    return tuple(_sentence(each) for each in _conditions(rule.conditions))


def do_words(rule: Rule) -> tuple[str, ...]:
    """One sentence a step."""
    return tuple(step_words(step) for step in rule.do)


def often_words(rule: Rule) -> str:
    """Empty: nothing is said of it."""
    parts = [f"at most every {as_span(rule.cooldown_s)}"] * (rule.cooldown_s > 0)
    parts += [f"for each viewer every {as_span(rule.cooldown_per_viewer_s)}"] * (rule.cooldown_per_viewer_s > 0)
    parts += ["again when it is over, if it is set off while it runs"] * rule.waits
    return _sentence(", ".join(parts))


def step_words(step: Step) -> str:
    match step:
        case Wait(seconds=seconds):
            return f"Waits {as_span(seconds)}."
        case Speak(text=text):
            return f"The host says “{text}”."
        case Do(act=act, reply=reply):
            return _act(act, reply)


def _trigger(trigger: Trigger) -> str:
    match trigger:
        case OnEvent(kind=kind, at_least=low, at_most=high, reward=reward):
            what = f"the reward “{reward}” is redeemed" if reward else _EVENTS[kind]
            amount = _amount(low, high, _UNITS.get(kind, ""))
            return f"{what} ({amount})" if amount else what
        case OnCommand(words=words, by=by):
            return f"{_by(by)} writes {' or '.join(words)}"
        case OnMood(mood=mood):
            return f"the host becomes {mood}"
        case OnSpeech(starts=starts):
            return "the host begins to speak" if starts else "the host has spoken"
        case OnWords(words=words):
            return f"the host has said {' or '.join(f'“{each}”' for each in words)} for you"
        case OnSilence(seconds=seconds, of=of):
            whom = "nobody" if of == frozenset(Voice) else f"neither {' nor '.join(_VOICES[each] for each in sorted(of))}"
            if len(of) == 1:
                return f"nothing is heard of {_VOICES[next(iter(of))]} for {as_span(seconds)}"
            return f"{whom} is heard for {as_span(seconds)}"
        case OnStorm(begins=begins, kind=kind):
            return f"a storm{f' ({kind})' if kind else ''} {'begins' if begins else 'is over'}"
        case OnObs(what=what, name=name):
            is_filter = what in {ObsTrigger.FILTER_ON, ObsTrigger.FILTER_OFF}
            named = f"{'the filter ' if is_filter else ''}“{name}”"
            return _IN_OBS[what].format(named if name else _ANY.get(what, "a source"))
        case OnObsEvent(event=event):
            return f"OBS tells {event}"
        case OnTime(minute=minute, days=days):
            return f"it is {as_clock(minute)}" + (f" on {_days(days)}" if days else "")
        case OnEvery(seconds=seconds):
            return f"every {as_span(seconds)}"


def _conditions(asked: Conditions) -> list[str]:
    parts = [f"the scene is {_any(asked.scene)}"] * bool(asked.scene)
    parts += [f"the scene is not {_any(asked.not_scene)}"] * bool(asked.not_scene)
    for value, yes, no in (
        (asked.streaming, "you stream", "you do not stream"),
        (asked.recording, "you record", "you do not record"),
        (asked.streamer_speaks, "you speak", "you do not speak"),
        (asked.host_speaks, "the host speaks", "the host does not speak"),
        (asked.storm, "there is a storm", "there is no storm"),
        (asked.first_message, "it is their first message", "it is not their first message"),
    ):
        parts += [] if value is None else [yes if value else no]
    parts += [f"the host is {_any(asked.mood)}"] * bool(asked.mood)
    parts += [f"the host is not {_any(asked.not_mood)}"] * bool(asked.not_mood)
    if asked.between:
        parts.append(f"it is between {as_clock(asked.between[0])} and {as_clock(asked.between[1])}")
    parts += [f"it is {_days(asked.days)}"] * bool(asked.days)
    parts += [f"it is caused by {_by(asked.by)}"] * bool(asked.by)
    parts += [f"it is caused by {_any(tuple(sorted(asked.viewers)))}"] * bool(asked.viewers)
    parts += [f"the amount is {_amount(asked.at_least, asked.at_most)}"] * bool(asked.at_least or asked.at_most)
    parts += [f"luck has it, in {asked.chance:.0%} of all cases"] * (asked.chance < 1)
    return parts


def _act(act: object, reply: bool) -> str:  # noqa: PLR0912 - one branch an act
    match act:
        case obs.SwitchScene(scene=scene, transition=transition, transition_ms=ms):
            how = f" by “{transition}”" if transition else ""
            return f"Switches to the scene “{scene}”{how}{f' in {as_span(ms / 1000)}' if ms else ''}."
        case obs.ShowSource(source=source, on=on, scene=scene, for_s=for_s):
            where = f" in “{scene}”" if scene else ""
            return f"{'Shows' if on else 'Hides'} “{source}”{where}{_for(for_s)}."
        case obs.SwitchFilter(source=source, filter=name, on=on, for_s=for_s):
            return f"Switches the filter “{name}” of “{source}” {'on' if on else 'off'}{_for(for_s)}."
        case obs.SetText(source=source, text=text):
            return f"Shows “{text}” in “{source}”." if text else f"Empties “{source}”."
        case obs.PlayMedia(source=source, wait=wait):
            return f"Plays “{source}”{' and waits for its end' if wait else ''}."
        case obs.SetVolume(source=source, db=db, over_s=over, for_s=for_s):
            return f"Sets “{source}” to {db:g} dB{f' within {as_span(over)}' if over else ''}{_for(for_s)}."
        case obs.Mute(source=source, on=on, for_s=for_s):
            return f"{'Mutes' if on else 'Unmutes'} “{source}”{_for(for_s)}."
        case obs.Transform(source=source, for_s=for_s):
            return f"Moves, turns or scales “{source}”{_for(for_s)}."
        case obs.Screenshot(source=source):
            return f"Takes a picture of {f'“{source}”' if source else 'what is on air'}."
        case obs.Record(step=step):
            return f"Recording: {step.value}."
        case obs.Chapter(name=name):
            return f"Sets the chapter mark “{name}”."
        case obs.SaveReplay():
            return "Saves the replay."
        case obs.Stream(start=start):
            return "Starts the stream." if start else "Ends the stream."
        case obs.Hotkey(name=name):
            return f"Presses OBS's hotkey “{name}”."
        case acts.Write(text=text):
            return f"Writes “{text}” in chat{', as a reply' if reply else ''}."
        case acts.ShoutOut():
            return "Gives whoever caused it a shout-out."
        case acts.Shield(on=on):
            return f"Switches shield mode {'on' if on else 'off'}."
        case acts.StartPoll(title=title):
            return f"Starts the poll “{title}”."
        case acts.StartPrediction(title=title):
            return f"Starts the prediction “{title}”."
        case acts.TimeOut(seconds=seconds):
            return f"Times whoever caused it out for {as_span(seconds)}."
        case acts.Settle(fulfil=fulfil):
            return "Marks the reward as done." if fulfil else "Gives the points back."
        case _:
            return f"{type(act).__name__}."


def _by(by: frozenset[str]) -> str:
    return "anybody" if by == EVERYONE else " or ".join(_ROLES.get(role, role) for role in sorted(by))


def _amount(low: int, high: int, unit: str = "") -> str:
    if low and high:
        return f"{low} to {high}{unit}"
    return f"{low} or more{unit}" if low else f"at most {high}{unit}" if high else ""


def _any(names: tuple[str, ...]) -> str:
    return " or ".join(f"“{name}”" for name in names)


def _days(days: frozenset[int]) -> str:
    return " or ".join(DAYS[day].capitalize() for day in sorted(days))


def _for(seconds: float) -> str:
    return f" for {as_span(seconds)}" if seconds else ""


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""
