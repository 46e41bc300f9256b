"""Every setting as a form needs it: words, kind, bounds, default. Made from the settings' own classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..settings import Settings


class Kind(StrEnum):
    SWITCH = "switch"
    INTEGER = "integer"
    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"
    LIST = "list"
    PATH = "path"


_NUMBERS = (Kind.INTEGER, Kind.NUMBER)
_UNITS = {"_s": "seconds", "_days": "days", "_lufs": "LUFS", "_db": "dB"}
_BOUNDS = ("ge", "gt", "le", "lt", "max_length")
Value = bool | int | float | str | list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One line of a form."""

    key: str
    """`speech.voice`."""
    title: str
    description: str
    kind: Kind
    default: Value
    minimum: float | None = None
    maximum: float | None = None
    longest: int | None = None
    choices: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Of its number, as people call it; empty for none."""
        return next((words for ending, words in _UNITS.items() if self.key.endswith(ending) and self.kind in _NUMBERS), "")

    @property
    def by_hand(self) -> bool:
        """Only in the file, by somebody at the machine: it names a place on the disk, or who may reach the control room."""
        return self.kind is Kind.PATH or self.key in BY_HAND


BY_HAND = frozenset(
    {
        "control.enabled",
        "control.host",
        "control.port",
        "control.names",
        "control.proxies",
        "control.tls.certificate",
        "control.tls.key",
        "control.tls.own",
        "control.twitch.url",
        "twitch.api",
        "twitch.id",
        "twitch.eventsub",
        "chat.irc_host",
        "chat.irc_port",
        "chat.irc_tls",
    }
)
TITLES: Mapping[str, str] = {
    "host.name": "Your co-host's name",
    "host.also_called": "Also called",
    "host.persona": "Persona's folder",
    "chat.channel": "Twitch channel",
    "chat.irc_host": "Chat server",
    "chat.irc_port": "Chat server's port",
    "chat.irc_tls": "Encrypt the connection",
    "chat.intake_limit": "Messages that may wait to be read",
    "safety.level_in": "How strictly chat is screened",
    "safety.level_out": "How strictly the host is screened",
    "safety.block": "Forbidden words",
    "safety.allow": "Allowed words",
    "safety.storms": "Careful by itself in",
    "safety.approval": "Replies that wait for you",
    "safety.approval_s": "How long they wait",
    "safety.approval_then": "And if nobody decides",
    "audience.answer_within_s": "Answer within",
    "audience.waiting_limit": "Messages in the queue",
    "audience.pause_s": "Pause between two turns",
    "audience.threshold": "Leave alone below a score of",
    "dialogue.brain": "Brain",
    "dialogue.first_clause_timeout_s": "Give a silent brain up after",
    "dialogue.max_clauses": "Longest reply",
    "dialogue.history": "Exchanges it remembers",
    "dialogue.threads": "Processor cores",
    "dialogue.context": "Context",
    "speech.voice": "Voice",
    "speech.speed": "Speed",
    "speech.loudness_lufs": "Loudness",
    "speech.timeout_s": "Restart a silent voice after",
    "stage.transparent": "Transparent window",
    "stage.captions": "Captions",
    "stage.cards": "Message cards",
    "stage.stop_key": "Stop key, whatever has the focus",
    "obs.enabled": "Connect to OBS",
    "obs.host": "Where OBS runs",
    "obs.port": "OBS's port",
    "obs.microphone": "Your microphone",
    "obs.wait_for_me": "Let you finish",
    "obs.duck": "Quieter while it speaks",
    "obs.duck_db": "How much quieter",
    "obs.opens_with_stream": "Open with the stream",
    "obs.may_stream": "Rules may start or stop the stream",
    "obs.rules": "Your rules",
    "control.oidc.issuer": "Provider's address",
    "control.oidc.hosts": "Other hosts of the provider",
    "control.twitch.url": "Twitch's log-in",
    "control.enabled": "Serve this page",
    "control.host": "Address to listen on",
    "control.names": "Public names",
    "control.proxies": "Reverse proxies",
    "control.tls.own": "Own certificate",
    "control.tls.certificate": "Certificate",
    "control.tls.key": "Certificate's key",
    "control.oidc.client_id": "Client id",
    "control.oidc.name": "What the button says",
    "control.twitch.client_id": "Twitch client id",
    "twitch.client_id": "Client id",
    "twitch.features": "Features that are on",
    "twitch.api": "Twitch's web interface",
    "twitch.id": "Twitch's log-in",
    "twitch.eventsub": "Twitch's events",
    "ledger.keep_days": "Keep messages and replies for",
    "ledger.keep_minutes_days": "Keep figures by the minute for",
    "ledger.keep_figures_days": "Keep figures for",
    "ledger.path": "Ledger's file",
    "keep.daily": "Daily backup",
    "keep.copies": "Daily backups to keep",
    "keep.folder": "Folder for backups",
}
"""Words for the page. A setting without any here gets its own name, with spaces."""


def settings_form() -> tuple[Setting, ...]:
    """All of them, in the order of the settings file."""
    return tuple(_walk("", Settings))


def value_of(settings: Settings, key: str) -> Value:
    """What `key` is in `settings`, as JSON has it."""
    found: Any = settings
    for part in key.split("."):
        found = getattr(found, part)
    return plain(found)


def plain(value: Any) -> Value:
    """As JSON and TOML have it: paths as text, tuples as lists."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple):
        return [str(each) for each in value]
    assert value is None or isinstance(value, bool | int | float | str)
    return value


def _walk(before: str, model: type[BaseModel]) -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        key = f"{before}{name}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _walk(f"{key}.", field.annotation)
        else:
            yield _setting(key, field)


def _setting(key: str, field: FieldInfo) -> Setting:
    kind, choices = _kind(field.annotation)
    bounds = {name: getattr(each, name) for each in field.metadata for name in _BOUNDS if hasattr(each, name)}
    default = field.get_default(call_default_factory=True)
    return Setting(
        key=key,
        title=TITLES.get(key, key.rpartition(".")[2].removesuffix("_s").replace("_", " ").capitalize()),
        description=field.description or "",
        kind=kind,
        default=plain(default),
        minimum=bounds.get("ge", bounds.get("gt")),
        maximum=bounds.get("le", bounds.get("lt")),
        longest=bounds.get("max_length") if kind is not Kind.LIST else None,
        choices=choices,
    )


def _kind(annotation: Any) -> tuple[Kind, tuple[str, ...]]:
    simple = {bool: Kind.SWITCH, int: Kind.INTEGER, float: Kind.NUMBER, str: Kind.TEXT}
    if annotation in simple:
        return simple[annotation], ()
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Kind.CHOICE, tuple(str(each.value) for each in annotation)
    origin = get_origin(annotation)
    if origin is Literal:
        return Kind.CHOICE, tuple(str(each) for each in get_args(annotation))
    if origin is tuple:
        return Kind.LIST, ()
    if origin in (Union, UnionType) and Path in get_args(annotation):
        return Kind.PATH, ()
    raise TypeError(f"No form for a setting of the type {annotation}: give it a kind in settings_form.py.")
