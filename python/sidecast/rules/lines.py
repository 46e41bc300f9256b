"""Where things stand in a TOML file: `tomllib` tells what is in it, not on which line.

Grammar: https://toml.io/en/v1.0.0. Only for text that `tomllib` has read without an error.
"""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]
"""Keys and, in arrays, numbers from 0: `("rule", 2, "when", "event")`."""

_BLANK = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_BARE = re.compile(r"[^,\]}#\n]*")
_STRINGS = (
    # a closing delimiter may follow up to two quotes that belong to the text
    re.compile(r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})', re.DOTALL),
    re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


class Lines:
    """The line, from 1, of each key and each item of an array."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line, self._counted = 1, 0
        self._found: dict[Path, int] = {}
        self._arrays: dict[Path, int] = {}
        """Path of an array of tables → number of its last."""
        self._read()

    def of(self, path: Path) -> int:
        """Of the nearest that encloses it, where it does not stand there itself; 0 for an empty file."""
        for length in range(len(path), 0, -1):
            if line := self._found.get(path[:length]):
                return line
        return 1 if self._text else 0

    def _read(self) -> None:
        table: Path = ()
        while self._skip(_BLANK):
            if self._text.startswith("[[", self._at):
                table = self._header(2, is_array=True)
            elif self._text[self._at] == "[":
                table = self._header(1, is_array=False)
            else:
                self._pair(table)

    def _header(self, brackets: int, *, is_array: bool) -> Path:
        line = self._here()
        self._at += brackets
        keys = self._keys()
        self._skip(_SPACE)
        self._at += brackets
        path: Path = ()
        for number, key in enumerate(keys, start=1):
            path = (*path, key)
            is_last = number == len(keys)
            if is_last and is_array:
                self._arrays[path] = self._arrays.get(path, -1) + 1
            if path in self._arrays:
                self._found.setdefault(path, line)
                path = (*path, self._arrays[path])
            self._found.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> None:
        line = self._here()
        path = table
        for key in self._keys():
            path = (*path, key)
            self._found.setdefault(path, line)
        self._skip(_SPACE)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self._text[self._at : self._at + 1]
        if opening == "[":
            self._at += 1
            number = 0
            while self._skip(_BLANK) and self._text[self._at] != "]":
                self._found[(*path, number)] = self._here()
                self._value((*path, number))
                number += 1
            self._at += 1
        elif opening == "{":
            self._at += 1
            while self._skip(_BLANK) and self._text[self._at] != "}":
                self._pair(path)
            self._at += 1
        else:
            for form in (*_STRINGS, _BARE):
                if found := form.match(self._text, self._at):
                    self._at = found.end()
                    return

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            found = _KEY.match(self._text, self._at)
            if found is None:
                return keys
            self._at = found.end()
            keys.append(_plain(found[0]))
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return keys
            self._at += 1

    def _skip(self, form: re.Pattern[str]) -> bool:
        """False at the end of the text."""
        found = form.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return self._at < len(self._text)

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line


def _plain(key: str) -> str:
    if key[0] not in "\"'":
        return key
    return str(tomllib.loads(f"k = {key}")["k"])
