"""The persona pack: a folder that a streamer can read and edit. Its format is in docs/for-streamers-persona.md."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import PersonaError
from ..flow.chat import EventKind

SHIPPED = Path(__file__).parents[1] / "personas" / "kit"
SLOTS = frozenset({"name", "host", "amount", "title"})
"""Slots besides the pack's own facts. `{amount:viewer}` is a count with its noun."""
LONGEST_LINE = 240
"""Characters of one template."""
LONGEST_PROMPT = 16_000
KINDS = ("question", "how", "why", "who", "what", "when", "where", "statement", "warm", "cold", "call", "greeting", "newcomer")
"""What a message that fits no topic may be; `question` and `statement` must be there."""

_TAG = re.compile(r"[\[(]([a-z_]+)[\])]")
_PROMPT_SLOT = re.compile(r"\{([a-z_]+)\}")
_FACT = re.compile(r"[a-z][a-z_]{0,30}")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_AnyModel = TypeVar("_AnyModel", bound=_Model)


class _Lines(_Model):
    """`[lines]`: what the host says where no brain is asked."""

    deflections: tuple[str, ...] = Field(min_length=2)
    closings: tuple[str, ...] = Field(min_length=2)


class _PersonaFile(_Model):
    name: str = Field(min_length=1, max_length=40)
    about: str = Field("", max_length=4000)
    style: str = Field("", max_length=2000)
    moods: tuple[str, ...] = Field(min_length=1)
    gestures: tuple[str, ...] = ()
    friend: tuple[str, ...] = Field(("friend",), min_length=1)
    facts: dict[str, str] = Field(default_factory=dict)
    lines: _Lines


class _TopicFile(_Model):
    examples: tuple[str, ...] = Field(min_length=2)
    replies: tuple[str, ...] = Field(min_length=2)


class _RepliesFile(_Model):
    topics: dict[str, _TopicFile] = Field(default_factory=dict)
    otherwise: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    events: dict[EventKind, tuple[str, ...]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Topic:
    """What viewers say about one thing, and what the host answers."""

    name: str
    examples: tuple[str, ...]
    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A pack, checked."""

    name: str
    about: str
    style: str
    moods: tuple[str, ...]
    gestures: tuple[str, ...]
    instructions: str
    """What a language model is told of itself: the pack's prompt.md, filled in."""
    friend: tuple[str, ...]
    """What a viewer is called whose name cannot be said."""
    facts: Mapping[str, str]
    deflections: tuple[str, ...]
    """Said when the gate stops a reply before anything of it was heard."""
    closings: tuple[str, ...]
    """Said when it stops one in the middle."""
    topics: tuple[Topic, ...]
    otherwise: Mapping[str, tuple[str, ...]]
    """By one of `KINDS`: for messages that fit no topic."""
    events: Mapping[EventKind, tuple[str, ...]]

    def fill(self, template: str, slots: Mapping[str, str]) -> str:
        """The template with its slots filled; a count's noun gets its s."""
        values = {"host": self.name, **self.facts, **slots}

        def value(match: re.Match[str]) -> str:
            slot, _, noun = match[1].partition(":")
            found = values.get(slot, "")
            return f"{found} {noun}{'' if found == '1' else 's'}" if noun else found

        return re.sub(r"\{([a-z_]+(?::[a-z ]+)?)\}", value, template)


def load_persona(folder: Path | None = None, called: str = "") -> Persona:
    """Reads a pack (default: Kit, which ships with Sidecast).

    Args:
        called: another name than the pack's own.

    Raises:
        PersonaError: names the file and the key that is missing or wrong, and what to do.
    """
    chosen = folder or SHIPPED
    main_path = chosen / "persona.toml"
    main = _named(_parsed(_PersonaFile, main_path), called)
    files = [(path, _parsed(_RepliesFile, path)) for path in sorted((chosen / "replies").glob("*.toml"))]
    if not files:
        raise PersonaError(f"{chosen / 'replies'} has no .toml file.", "Copy the folder of the shipped persona to start from.")
    _check_main(main, main_path)
    slots = SLOTS | main.facts.keys()
    for path, each in files:
        _check_replies(each, path, slots, main)
    topics = [Topic(name, each.examples, each.replies) for _, file in files for name, each in file.topics.items()]
    otherwise = {kind: lines for _, file in files for kind, lines in file.otherwise.items()}
    _check_whole(topics, otherwise, chosen)
    return Persona(
        name=main.name,
        about=main.about.strip(),
        style=main.style.strip(),
        moods=main.moods,
        gestures=main.gestures,
        instructions=_instructions(main, chosen),
        friend=main.friend,
        facts=main.facts,
        deflections=main.lines.deflections,
        closings=main.lines.closings,
        topics=tuple(topics),
        otherwise=otherwise,
        events={kind: lines for _, file in files for kind, lines in file.events.items()},
    )


def _named(main: _PersonaFile, called: str) -> _PersonaFile:
    name = called or main.name
    about, style = (text.replace("{host}", name) for text in (main.about, main.style))
    return main.model_copy(update={"name": name, "about": about, "style": style})


def _parsed(model: type[_AnyModel], path: Path) -> _AnyModel:
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PersonaError(f"There is no file {path}.", "A persona pack has persona.toml and a folder replies.") from None
    except tomllib.TOMLDecodeError as error:
        raise PersonaError(f"{path} is not valid TOML: {error}.", "Correct that line.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PersonaError(f"{path} cannot be read: {error}.", "Check its rights and that it is UTF-8 text.") from error
    try:
        return model(**values)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in problem["loc"])
        raise PersonaError(f"{path}: “{key}”: {problem['msg']}.", "See docs/for-streamers-persona.md.") from error


def _instructions(main: _PersonaFile, folder: Path) -> str:
    path = folder / "prompt.md"
    if not path.exists():
        path = SHIPPED / "prompt.md"
    try:
        template = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PersonaError(f"{path} cannot be read: {error}.", "Check its rights and that it is UTF-8 text.") from error
    if len(template) > LONGEST_PROMPT:
        raise PersonaError(f"{path} has more than {LONGEST_PROMPT} characters.", "Every turn pays for each of them; shorten it.")
    values = {
        **main.facts,
        "host": main.name,
        "about": main.about.strip(),
        "style": main.style.strip(),
        "moods": ", ".join(main.moods),
        "gestures": ", ".join(f"({gesture})" for gesture in main.gestures) or "none",
        "facts": "\n".join(f"- {name.replace('_', ' ')}: {value}" for name, value in main.facts.items())
        or "- nothing in particular",
    }
    for slot in _PROMPT_SLOT.findall(template):
        if slot not in values:
            raise PersonaError(f"{path} has the slot {{{slot}}}.", f"Here you can use {', '.join(sorted(values))}.")
    return _PROMPT_SLOT.sub(lambda match: values[match[1]], template).strip()


def _check_main(main: _PersonaFile, path: Path) -> None:
    for fact in main.facts:
        if not _FACT.fullmatch(fact) or fact in SLOTS:
            raise PersonaError(f"{path}: “facts.{fact}” cannot be a slot.", "Use lower-case letters and another name.")
    for key, lines in (("deflections", main.lines.deflections), ("closings", main.lines.closings)):
        _check_lines(lines, path, f"lines.{key}", frozenset(main.facts) | {"host"}, main)


def _check_replies(replies: _RepliesFile, path: Path, slots: frozenset[str], main: _PersonaFile) -> None:
    for name, topic in replies.topics.items():
        _check_lines(topic.replies, path, f"topics.{name}.replies", slots - {"amount", "title"}, main)
    for kind, lines in replies.otherwise.items():
        if kind not in KINDS:
            raise PersonaError(f"{path}: “otherwise.{kind}” is not a kind of message.", f"Known are {', '.join(KINDS)}.")
        _check_lines(lines, path, f"otherwise.{kind}", slots - {"amount", "title"}, main)
    for event, lines in replies.events.items():
        _check_lines(lines, path, f"events.{event.value}", slots, main)


def _check_lines(lines: Iterable[str], path: Path, key: str, slots: Iterable[str], main: _PersonaFile) -> None:
    known = frozenset(slots)
    for number, line in enumerate(lines, 1):
        where = f"{path}: “{key}”, line {number}"
        if not line.strip() or len(line) > LONGEST_LINE:
            raise PersonaError(f"{where} is empty or longer than {LONGEST_LINE} characters.", "Say it in one breath.")
        for slot in _slots_of(line, where):
            if slot not in known:
                raise PersonaError(f"{where} has the slot {{{slot}}}.", f"Here you can use {', '.join(sorted(known))}.")
        for tag in _TAG.finditer(line):
            allowed = main.moods if tag[0].startswith("[") else main.gestures
            if tag[0].startswith("[") and tag[1] not in allowed:
                raise PersonaError(f"{where} has the mood {tag[0]}.", f"Moods of this pack: {', '.join(allowed)}.")


def _slots_of(line: str, where: str) -> Iterator[str]:
    try:
        for _, slot, noun, conversion in string.Formatter().parse(line):
            if slot is not None:
                if conversion or (noun and not re.fullmatch(r"[a-z ]+", noun)):
                    raise PersonaError(f"{where} has a slot that is not {{word}} or {{amount:noun}}.", "Correct that slot.")
                yield slot
    except ValueError as error:
        raise PersonaError(f"{where}: {error}.", "A slot is a word in braces, such as {name}.") from error


def _check_whole(topics: list[Topic], otherwise: Mapping[str, tuple[str, ...]], folder: Path) -> None:
    seen: set[str] = set()
    for topic in topics:
        if topic.name in seen:
            raise PersonaError(f"{folder}: the topic “{topic.name}” is there twice.", "Give one of them another name.")
        seen.add(topic.name)
    for kind in ("question", "statement"):
        if not otherwise.get(kind):
            raise PersonaError(f"{folder / 'replies'}: “otherwise.{kind}” is missing.", "It answers what fits no topic.")
    if not topics:
        raise PersonaError(f"{folder / 'replies'} has no topics.", "Add at least one with examples and replies.")
