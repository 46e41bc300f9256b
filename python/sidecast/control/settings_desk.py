"""Settings as the page changes them: where each value comes from, what may be changed, what holds at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from unicodedata import category

from pydantic_settings import EnvSettingsSource

from ..errors import SettingsError
from ..settings import Settings, checked_settings
from .settings_file import SettingsFile, changed, flat, parsed, revision_of
from .settings_form import Setting, Value, settings_form, value_of

_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode's control characters, halves of characters, and separators of lines and paragraphs."""


class Source(StrEnum):
    """Strongest last."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"
    COMMAND_LINE = "command line"
    MODERATION = "moderation"


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting with what it is now."""

    setting: Setting
    value: Value
    """As it is wanted: after the next start in any case."""
    in_use: Value
    """As the show has it."""
    source: Source
    fixed_by: str
    """The variable, option or file that is stronger than the page; empty when none is."""
    live: bool
    """A change holds at once."""


@dataclass(frozen=True, slots=True)
class Changed:
    at_once: tuple[str, ...]
    after_restart: tuple[str, ...]
    revision: str


class FixedError(SettingsError):
    """Something stronger than the page says what this setting is."""


class OutdatedError(SettingsError):
    """The file was changed by somebody else in the meantime."""


class SettingsDesk:
    """Thread-safe; every method reads a file, so not for the event loop."""

    def __init__(
        self,
        path: Path,
        running: Settings,
        *,
        options: Mapping[str, tuple[str, Value]] | None = None,
        live: Mapping[str, Callable[[Settings], None]] | None = None,
        moderated: Callable[[], Mapping[str, Value]] = dict,
    ) -> None:
        """
        Args:
            running: what the show was started with.
            options: by key: the option of the command line that fixes it, and to what.
            live: by key: what makes a change hold at once. Called in the thread of `change`; raises SettingsError to refuse.
            moderated: by key: what the moderation policy says in place of the settings; from its first change on it decides.
        """
        self._file = SettingsFile(path)
        self._running = running
        self._options = dict(options or {})
        self._live = dict(live or {})
        self._moderated = moderated
        self._form = {setting.key: setting for setting in settings_form()}
        self._lock = threading.Lock()

    @property
    def running(self) -> Settings:
        """As the show has them now."""
        return self._running

    @property
    def path(self) -> Path:
        return self._file.path

    def shown(self) -> tuple[list[Shown], str]:
        """All of them, and the file's revision.

        Raises:
            SettingsError: the file was made unreadable by hand since the start.
        """
        with self._lock:
            content = self._file.read()
            values = parsed(content)
            wanted = checked_settings(values, self._file.path)
            in_file, stronger = dict(flat(values)), self._stronger()
            return [self._show(setting, wanted, in_file, stronger) for setting in self._form.values()], revision_of(content)

    def fixed_by(self, key: str) -> str:
        """The variable, option or file that is stronger than the page; empty when none is."""
        stronger = self._stronger()
        return stronger[key][1] if key in stronger else ""

    def change(self, changes: Mapping[str, Value], revision: str = "", *, holds: bool = False) -> Changed:
        """Writes the file and lets hold at once what can.

        Args:
            changes: by key; None gives a setting its default back.
            revision: of the file that the changes were made for; empty: whatever it is.
            holds: the show does so already.

        Raises:
            FixedError: the environment, the command line or the moderation policy says what it is.
            OutdatedError: the file is another by now.
            SettingsError: a key or value is wrong, or the file cannot be written. Nothing was changed.
        """
        with self._lock:
            content = self._file.read()
            if revision and revision != revision_of(content):
                raise OutdatedError("The settings were changed by somebody else in the meantime.", "Load them again.")
            stronger = self._stronger()
            for key, value in changes.items():
                self._check(key, stronger)
                self._check_text(key, value)
            before = checked_settings(parsed(content), self._file.path)
            text = changed(content, changes)
            wanted = checked_settings(parsed(text), self._file.path)
            really = [key for key in changes if value_of(wanted, key) != value_of(before, key)]
            at_once = [key for key in really if holds or key in self._live]
            for key in at_once if not holds else ():
                self._live[key](wanted)
            if text != content:
                self._file.write(text)
            self._adopt(wanted, at_once)
            later = [key for key in changes if value_of(self._running, key) != value_of(wanted, key)]
            return Changed(tuple(at_once), tuple(later), revision_of(text))

    def export(self) -> str:
        """What the file says, for another machine: without what belongs to this one. Secrets are in the vault, never in it."""
        with self._lock:
            content = self._file.read()
            here = [key for key, _ in flat(parsed(content)) if key in self._form and self._form[key].by_hand]
            return changed(content, dict.fromkeys(here))

    def read_import(self, content: str) -> tuple[dict[str, Value], list[str]]:
        """The changes that an exported file would make here, and the keys in it that are left out: those of a machine.

        Raises:
            SettingsError: it is not TOML, or holds something that is no setting or has an impossible value.
        """
        values = parsed(content)
        checked_settings(values, Path("the imported file"))
        found = dict(flat(values))
        kept = {key: value for key, value in found.items() if not self._form[key].by_hand}
        fixed = kept.keys() & self._stronger()
        changes = {key: value for key, value in kept.items() if key not in fixed}
        return changes, sorted(fixed | (found.keys() - kept.keys()))

    def _stronger(self) -> dict[str, tuple[Source, str, Value]]:
        """By key, what the page cannot change: what says so, its name, and the value where it is not the settings'."""
        return {
            **{key: (Source.ENVIRONMENT, _variable(key), value) for key, value in flat(_environment())},
            **{key: (Source.COMMAND_LINE, option, value) for key, (option, value) in self._options.items()},
            **{key: (Source.MODERATION, "Moderation", value) for key, value in self._moderated().items()},
        }

    def _check_text(self, key: str, value: Value) -> None:
        """Line breaks and the like would go on into captions, logs and terminals."""
        texts = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(text, str) and any(category(sign) in _UNSEEN for sign in text) for text in texts):
            title = self._form[key].title
            raise SettingsError(f"“{title}” holds a line break or another control character.", "Take it out.")

    def _check(self, key: str, stronger: Mapping[str, tuple[Source, str, Value]]) -> None:
        setting = self._form.get(key)
        if setting is None:
            raise SettingsError(f"There is no setting “{key}”.", "Load the page again.")
        if key in stronger:
            source, name, _ = stronger[key]
            if source is Source.MODERATION:
                raise FixedError(f"“{setting.title}” is decided under Moderation, no longer in the settings.", "Change it there.")
            kind = "option" if source is Source.COMMAND_LINE else "environment variable"
            raise FixedError(f"“{setting.title}” is fixed by the {kind} {name} of this start.", "Start without it.")
        if setting.by_hand:
            remedy = f"Change {key} in {self._file.path} with an editor, then start again."
            raise FixedError(f"“{setting.title}” is changed on the machine itself only.", remedy)

    def _show(
        self,
        setting: Setting,
        wanted: Settings,
        in_file: Mapping[str, Any],
        stronger: Mapping[str, tuple[Source, str, Value]],
    ) -> Shown:
        key, fixed_by = setting.key, ""
        source = Source.FILE if key in in_file else Source.DEFAULT
        value, in_use = value_of(wanted, key), value_of(self._running, key)
        if key in stronger:
            source, fixed_by, said = stronger[key]
            if source is not Source.ENVIRONMENT:
                value = in_use = said
        return Shown(setting, value, in_use, source, fixed_by, key in self._live)

    def _adopt(self, wanted: Settings, keys: list[str]) -> None:
        for key in keys:
            self._running = _with(self._running, key.split("."), wanted)


def _with(model: Any, parts: list[str], source: Any) -> Any:
    name, *rest = parts
    theirs = getattr(source, name)
    return model.model_copy(update={name: _with(getattr(model, name), rest, theirs) if rest else theirs})


def _environment() -> dict[str, Any]:
    return EnvSettingsSource(Settings)()


def _variable(key: str) -> str:
    """As it is set, or as it would be written."""
    whole = "SIDECAST_" + "__".join(key.split(".")).upper()
    section = "SIDECAST_" + key.split(".", maxsplit=1)[0].upper()
    return section if whole not in {name.upper() for name in os.environ} and section in os.environ else whole
