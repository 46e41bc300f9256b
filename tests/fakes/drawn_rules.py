"""Rules, drawn by Hypothesis: every trigger, condition and step that a file can hold."""

from __future__ import annotations

import string
from dataclasses import replace

from hypothesis import strategies as st

from sidecast.flow import action as acts
from sidecast.flow import obs_act as obs
from sidecast.flow.action import NOBODY
from sidecast.flow.chat import EventKind
from sidecast.flow.obs_act import RecordStep
from sidecast.rules.happening import ObsTrigger, Voice
from sidecast.rules.model import (
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
    Wait,
)
from sidecast.rules.reading_when import OBS_NAMES

TRICKY = (
    *("Game", "Be right back", "Szene Ü", "猫", "🦊 cam", "a.b", "a = 1", "# no remark", "[[rule]]", "'single'", 'say "hi"'),
    *("back\\slash", "\\u0041", "tab\\t", "'''", '"""', "true", "12", "1 s", "x\x7fy", "line\u2028two", "e\u0301", "!ban", "/me"),
)
# no braces: they are placeholders, drawn apart
LETTERS = st.characters(codec="utf-8", min_codepoint=32, exclude_characters="{}")
NAMES = st.sampled_from(TRICKY) | st.text(LETTERS, min_size=1, max_size=6).filter(lambda text: text.strip() == text)
WORDS = st.sampled_from(["brb", "happy", "äh", "猫", "2", "mika_99", "good"])
MAYBE_SPANS = st.just(0.0) | st.integers(1, 59).map(float) | st.sampled_from([0.2, 1.5])
AMOUNTS = st.just(0) | st.integers(1, 100_000)
FLAGS = st.none() | st.booleans()
DAYS = st.frozensets(st.integers(0, 6), max_size=7)
BY = st.just(EVERYONE) | st.frozensets(st.sampled_from(["broadcaster", "moderator", "vip", "subscriber"]), min_size=1)
OF_VIEWERS = st.lists(
    NAMES | st.sampled_from(["{who}", "{text}", "{title}", "{amount}", "{scene}", "{{"]), min_size=1, max_size=6
).map(lambda parts: "Hi " + "".join(parts))
SAID = st.lists(NAMES | st.sampled_from(["{amount}", "{scene}", "}}"]), min_size=1, max_size=5).map("".join)
NUMBERS = st.none() | st.integers(-100, 100).map(float) | st.sampled_from([0.5, -12.25])


def _events() -> st.SearchStrategy[OnEvent]:
    kinds = st.sampled_from([kind for kind in EventKind if kind not in {EventKind.SAID, EventKind.UNKNOWN}])
    ranges = st.tuples(AMOUNTS, AMOUNTS).map(lambda pair: pair if not pair[1] or pair[0] <= pair[1] else (pair[1], pair[0]))
    plain = st.builds(lambda kind, pair: OnEvent(kind=kind, at_least=pair[0], at_most=pair[1]), kinds, ranges)
    return plain | st.builds(OnEvent, kind=st.just(EventKind.REDEMPTION), reward=NAMES)


def _obs() -> st.SearchStrategy[OnObs]:
    named = st.builds(OnObs, what=st.sampled_from(sorted(OBS_NAMES)), name=NAMES)
    return named | st.builds(OnObs, what=st.sampled_from(ObsTrigger))


TRIGGERS = st.one_of(
    _events(),
    st.builds(OnCommand, words=st.lists(WORDS.map("!".__add__), min_size=1, max_size=3).map(tuple), by=BY),
    st.builds(OnMood, mood=WORDS),
    st.builds(OnSpeech, starts=st.booleans()),
    st.builds(OnWords, words=st.lists(WORDS, min_size=1, max_size=3).map(tuple)),
    st.builds(OnSilence, seconds=st.integers(5, 7200).map(float), of=st.frozensets(st.sampled_from(Voice), min_size=1)),
    st.builds(OnStorm, begins=st.booleans(), kind=st.sampled_from(["", "raid", "flood", "hate"])),
    _obs(),
    st.builds(
        OnObsEvent,
        event=st.text(string.ascii_letters, min_size=1, max_size=20),
        where=st.dictionaries(NAMES, NAMES | st.integers(-1000, 1000) | st.booleans(), max_size=3),
    ),
    st.builds(OnTime, minute=st.integers(0, 1439), days=DAYS),
    st.builds(OnEvery, seconds=st.integers(5, 86_400).map(float)),
)
PAIRS = st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] != pair[1])
TEXTS = st.lists(NAMES, max_size=3).map(tuple)
MOODS = st.lists(WORDS, max_size=3).map(tuple)
CONDITIONS = st.builds(
    Conditions,
    scene=TEXTS,
    not_scene=TEXTS,
    streaming=FLAGS,
    recording=FLAGS,
    mood=MOODS,
    not_mood=MOODS,
    between=st.none() | PAIRS,
    days=DAYS,
    by=st.just(frozenset[str]()) | BY,
    viewers=st.frozensets(WORDS, max_size=3),
    first_message=FLAGS,
    at_least=st.just(0) | st.integers(1, 99),
    at_most=st.just(0) | st.integers(100, 999),
    storm=FLAGS,
    streamer_speaks=FLAGS,
    host_speaks=FLAGS,
    chance=st.just(1.0) | st.floats(0, 1),
)
MAYBE_NAMES = st.just("") | NAMES
OBS_ACTS = st.one_of(
    st.builds(obs.SwitchScene, scene=NAMES, transition=MAYBE_NAMES, transition_ms=st.just(0) | st.integers(20, 20_000)),
    st.builds(obs.ShowSource, source=NAMES, on=st.booleans(), scene=MAYBE_NAMES, for_s=MAYBE_SPANS),
    st.builds(obs.SwitchFilter, source=NAMES, filter=NAMES, on=st.booleans(), for_s=MAYBE_SPANS),
    st.builds(obs.SetText, source=NAMES, text=st.just("") | OF_VIEWERS),
    st.builds(obs.PlayMedia, source=NAMES),
    st.builds(obs.PlayMedia, source=NAMES, wait=st.just(True), at_most_s=st.integers(1, 3600).map(float)),
    st.builds(obs.SetVolume, source=NAMES, db=st.floats(-100, 26), over_s=MAYBE_SPANS, for_s=MAYBE_SPANS),
    st.builds(obs.Mute, source=NAMES, on=st.booleans(), for_s=MAYBE_SPANS),
    st.builds(
        obs.Transform,
        source=NAMES,
        scene=MAYBE_NAMES,
        x=st.integers(-5000, 5000).map(float),
        y=NUMBERS,
        scale=st.none() | st.floats(0, 100),
        rotation=NUMBERS,
        over_s=MAYBE_SPANS,
        for_s=MAYBE_SPANS,
    ),
    st.builds(obs.Screenshot, source=MAYBE_NAMES),
    st.builds(obs.Record, step=st.sampled_from(RecordStep)),
    st.builds(obs.Chapter, name=NAMES),
    st.builds(obs.SaveReplay),
    st.builds(obs.Stream, start=st.booleans()),
    st.builds(obs.Hotkey, name=NAMES),
)
CHOICES = st.lists(NAMES, min_size=2, max_size=5).map(tuple)
TWITCH_ACTS = st.one_of(
    st.just(acts.ShoutOut(target=NOBODY)),
    st.builds(acts.Shield, on=st.booleans()),
    st.builds(
        acts.StartPoll,
        title=NAMES,
        choices=CHOICES,
        seconds=st.integers(15, 1800),
        points=st.just(0) | st.integers(1, 1000),
    ),
    st.builds(acts.StartPrediction, title=NAMES, outcomes=CHOICES, seconds=st.integers(15, 1800)),
    st.builds(acts.TimeOut, target=st.just(NOBODY), seconds=st.integers(1, 1_209_600), reason=MAYBE_NAMES),
    st.builds(acts.Settle, redemption_id=st.just(""), reward_id=st.just(""), fulfil=st.booleans()),
)
STEPS = st.one_of(
    st.builds(Do, act=OBS_ACTS | TWITCH_ACTS),
    st.builds(Do, act=st.builds(acts.Write, text=OF_VIEWERS), reply=st.booleans()),
    st.builds(Wait, seconds=st.integers(1, 3600).map(float) | st.sampled_from([0.2, 1.5])),
    st.builds(Speak, text=SAID),
)
SAVING = Do(act=obs.SaveReplay())
"""A rule must do more than wait."""


def _ends(rule: Rule) -> Rule:
    """One that would talk for ever does not."""
    talks = any(isinstance(trigger, OnSpeech) for trigger in rule.when) and any(isinstance(step, Speak) for step in rule.do)
    return replace(rule, cooldown_s=60.0) if talks else rule


RULES = st.builds(
    Rule,
    name=NAMES.filter(lambda name: "/" not in name and any(map(str.isalnum, name))),
    when=st.lists(TRIGGERS, min_size=1, max_size=3).map(tuple),
    do=st.lists(STEPS, max_size=3).map(lambda steps: (*steps, SAVING)),
    conditions=CONDITIONS,
    cooldown_s=MAYBE_SPANS,
    cooldown_per_viewer_s=MAYBE_SPANS,
    waits=st.booleans(),
    enabled=st.booleans(),
    note=MAYBE_NAMES,
).map(_ends)
BOOKS = st.lists(RULES, max_size=2, unique_by=lambda rule: rule.name.casefold()).map(tuple)
