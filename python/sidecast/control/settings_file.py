"""The user's settings file: read as it is written, changed without losing a comment, replaced in one step."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import SettingsError
from .settings_form import Value

if TYPE_CHECKING:
    import tomlkit

MAX_FILE = 256 * 1024


class SettingsFile:
    """Not thread-safe."""

    def __init__(self, path: Path) -> None:
        # behind a link may be a folder of dotfiles: the link stays
        self.path = path.resolve()

    def read(self) -> str:
        """Empty when there is none.

        Raises:
            SettingsError: it cannot be read.
        """
        try:
            content = self.path.read_bytes()
            if len(content) > MAX_FILE:
                raise SettingsError(f"{self.path} is too large for a settings file.", "Shorten it.")
            return content.decode("utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{self.path} cannot be read: {error}.", "Check its rights, and that it is UTF-8 text."
            ) from error

    def write(self, content: str) -> None:
        """On the disk, whole, when it returns; a reader sees the old file or the new one.

        Raises:
            SettingsError: it cannot be written; the old one is as it was.
        """
        draft = self.path.with_name(f".{self.path.name}.new")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            mode = self.path.stat().st_mode & 0o777 if self.path.exists() else 0o600
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(content.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            draft.unlink(missing_ok=True)
            remedy = "Check the space and the rights there."
            raise SettingsError(f"{self.path} cannot be written: {error.strerror}.", remedy) from error


def revision_of(content: str) -> str:
    """Tells whether somebody else has changed it meanwhile."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def parsed(content: str) -> dict[str, Any]:
    """Raises SettingsError: it is not TOML; says where."""
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The settings are not valid TOML: {error}.", "Correct that line in the file.") from error
    except RecursionError:
        raise SettingsError("The settings hold lists within lists without end.", "Take them out of the file.") from None


def flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """`{"speech": {"voice": "flite"}}` → `("speech.voice", "flite")`."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def changed(content: str, changes: Mapping[str, Value]) -> str:
    """`content` with these keys changed, and all else as it was written. None takes a key out, so that its default holds.

    Raises:
        SettingsError: it is not TOML, or so odd that the change would lead to something else.
    """
    try:
        import tomlkit
        from tomlkit.exceptions import TOMLKitError
    except ImportError as error:
        raise SettingsError("The Python environment is older than this Sidecast.", "Start it with  ./sidecast run") from error

    wanted = dict(flat(parsed(content)))
    wanted = {key: value for key, value in (wanted | dict(changes)).items() if value is not None}
    try:
        document = tomlkit.parse(content)
        for key, value in changes.items():
            _put(document, key.split("."), value)
        text = tomlkit.dumps(document)
        fits = dict(flat(tomllib.loads(text))) == wanted
    except (TOMLKitError, tomllib.TOMLDecodeError, TypeError, AttributeError, ValueError) as error:
        raise _odd() from error
    if not fits:
        raise _odd()
    return text


def _put(document: tomlkit.TOMLDocument, parts: list[str], value: Value) -> None:
    import tomlkit

    table: Any = document
    for part in parts[:-1]:
        if part not in table:
            if value is None:
                return
            if len(document) and table is document:
                document.add(tomlkit.nl())
            table[part] = tomlkit.table()
        table = table[part]
    if value is None:
        table.pop(parts[-1], None)
    else:
        table[parts[-1]] = value


def _odd() -> SettingsError:
    return SettingsError("The settings file is written in a way that cannot be changed here.", "Change it with an editor.")
