"""`when`: what sets a rule off."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..flow.chat import EventKind, Role
from ..flow.moderation import StormKind
from .happening import ObsTrigger, Voice
from .model import (
    EVERYONE,
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
    Trigger,
)
from .table import Table, nearest

DAY_S = 86_400.0
MOST = 10_000_000
ROLES = {
    "streamer": Role.BROADCASTER.value,
    **{role.value: role.value for role in Role},
    "mod": Role.MODERATOR.value,
    "sub": Role.SUBSCRIBER.value,
    "everyone": "",
}
_EVENT_WORDS = {
    "reward": EventKind.REDEMPTION,
    "bits": EventKind.CHEER,
    "subscription": EventKind.SUB,
    "shoutout": EventKind.SHOUT_OUT,
}
_NEVER = frozenset({EventKind.SAID, EventKind.UNKNOWN})
_EVENTS = sorted(kind.value for kind in EventKind if kind not in _NEVER)
_COMMAND = re.compile(r"![^\s!]\S{0,38}")
OBS_NAMES = {
    ObsTrigger.SCENE: "to",
    **dict.fromkeys(
        (
            ObsTrigger.MEDIA_STARTS,
            ObsTrigger.MEDIA_ENDS,
            ObsTrigger.MUTED,
            ObsTrigger.UNMUTED,
        ),
        "source",
    ),
    ObsTrigger.FILTER_ON: "filter",
    ObsTrigger.FILTER_OFF: "filter",
}
"""By which key the scene, source or filter is named."""


def read_trigger(table: Table) -> Trigger | None:
    """None where it cannot be used; what is wrong is noted."""
    made: Trigger | None = table.sort(TRIGGERS, "`when`", 'when = { event = "raid" }')
    return made


def roles_of(table: Table, key: str) -> frozenset[str]:
    """Empty where nothing is said."""
    found = set()
    for text in table.texts(key):
        word = text.strip().casefold()
        role = ROLES.get(word, ROLES.get(word.removesuffix("s")))
        if role is None:
            table.note(key, f"“{text[:40]}” is nobody who can be named here.", nearest(word, ROLES))
        else:
            found.add(role)
    return EVERYONE if "" in found else frozenset(found)


def _event(table: Table) -> Trigger | None:
    event = table.one_of("event", EventKind, _EVENT_WORDS)
    low, high, reward = table.whole("at_least", 1, MOST), table.whole("at_most", 1, MOST), table.text("reward")
    if high and low > high:
        table.note("at_most", f"`at_most` ({high}) is smaller than `at_least` ({low}).", "Nothing is both; change one of them.")
    if event is None:
        return None
    if event in _NEVER:
        table.note("event", f"`{event.value}` sets no rule off.", nearest("", _EVENTS))
        return None
    if reward and event is not EventKind.REDEMPTION:
        table.note("reward", "`reward` means something only for a reward.", 'Write event = "reward", or take it out.')
    return OnEvent(kind=event, at_least=low, at_most=high, reward=reward)


def _command(table: Table) -> Trigger | None:
    words = []
    for text in table.texts("command", most=40):
        word = text.strip().casefold()
        word = word if word.startswith("!") else f"!{word}"
        if _COMMAND.fullmatch(word):
            words.append(word)
        else:
            table.note("command", f"“{text}” is no command.", "A command is one word, such as !brb.")
    by = roles_of(table, "by") or frozenset({Role.MODERATOR.value})
    return OnCommand(words=tuple(words), by=by) if words else None


def _mood(table: Table) -> Trigger | None:
    mood = table.text("mood", most=40).strip().casefold()
    return OnMood(mood=mood) if mood else None


def _speech(table: Table) -> Trigger | None:
    word = _either(table, "speech", "starts", "ends")
    return None if word is None else OnSpeech(starts=word)


def _says(table: Table) -> Trigger | None:
    words = tuple(" ".join(re.findall(r"\w+", text.casefold())) for text in table.texts("says"))
    if not all(words):
        table.note("says", "There is no word in `says`.", "Write what the host says, such as says = “good night”.")
        return None
    return OnWords(words=words) if words else None


def _silence(table: Table) -> Trigger | None:
    seconds = table.span("silence", 5, DAY_S)
    named = [text.strip().casefold() for text in table.texts("of")] or list(Voice)
    voices = {each.value: each for each in Voice}
    for word in named:
        if word not in voices:
            table.note("of", f"“{word[:40]}” is nobody whose silence is noticed.", nearest(word, voices))
    of = frozenset(voices[word] for word in named if word in voices)
    return OnSilence(seconds=seconds, of=of) if seconds is not None and of else None


def _storm(table: Table) -> Trigger | None:
    begins = _either(table, "storm", "begins", "ends")
    kind = table.one_of("kind", StormKind)
    if kind is StormKind.NONE:
        table.note("kind", "A storm is always of some kind.", "Take `kind` out to mean any.")
        return None
    return None if begins is None else OnStorm(begins=begins, kind=kind.value if kind else "")


def _obs(table: Table) -> Trigger | None:
    what = table.one_of("obs", ObsTrigger)
    if what is None:
        for key in ("to", "source", "filter"):
            table.raw(key)
        return None
    named_by = OBS_NAMES.get(what)
    return OnObs(what=what, name=table.text(named_by) if named_by else "")


def _obs_event(table: Table) -> Trigger | None:
    event = table.text("obs_event", most=80)
    where = table.raw("where")
    if where is not None and (
        not isinstance(where, dict) or not all(isinstance(value, str | int | float | bool) for value in where.values())
    ):
        table.note("where", "`where` must be a table of fields and their values.", 'Write where = { inputName = "Mic" }.')
        return None
    return OnObsEvent(event=event, where=MappingProxyType(dict(where or {}))) if event else None


def _at(table: Table) -> Trigger | None:
    minute, days = table.clock("at"), table.days("days")
    return None if minute is None else OnTime(minute=minute, days=days)


def _every(table: Table) -> Trigger | None:
    seconds = table.span("every", 5, DAY_S)
    return None if seconds is None else OnEvery(seconds=seconds)


def _either(table: Table, key: str, yes: str, no: str) -> bool | None:
    word = table.text(key).strip().casefold()
    if word in {yes, no}:
        return word == yes
    if word:
        table.note(key, f"`{key}` is “{word[:40]}”, which is not known.", nearest(word, (yes, no)))
    return None


TRIGGERS: Mapping[str, Callable[[Table], Trigger | None]] = MappingProxyType(
    {
        "event": _event,
        "command": _command,
        "mood": _mood,
        "speech": _speech,
        "says": _says,
        "silence": _silence,
        "storm": _storm,
        "obs": _obs,
        "obs_event": _obs_event,
        "at": _at,
        "every": _every,
    }
)
