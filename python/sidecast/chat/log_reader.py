"""Log files → timed items, line by line: nothing is read whole, and no line, however broken, ends the show."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from ..errors import SourceError
from ..flow.chat import Author, ChatMessage, Role
from .log_format import BadLine, LineParser, Timed

MAX_LINE = 64 * 1024
"""Bytes of one line; a longer one is skipped and counted."""

MAX_SAME_SECOND = 2_000
"""Messages of one second that are spread together; a longer run is spread in parts."""

NAMED_LINES = 20
"""Line numbers of malformed lines that are kept for the warning."""

_TSV_ROLES = {"@": frozenset({Role.MODERATOR}), "%": frozenset({Role.SUBSCRIBER})}
"""Other marks (`+`, `$`) are of badges that mean nothing here."""
_GZIP_MAGIC = b"\x1f\x8b"


class LogReader:
    """The items of one log, in the file's order. `malformed` and `bad_lines` grow while it is read.

    `.tsv` holds second, role mark, author, text; `.jsonl` is our own format; either may be gzipped (known by content).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.malformed = 0
        self.bad_lines: list[int] = []
        """Numbers of the first malformed lines, from 1."""

    def items(self) -> Iterator[Timed]:
        """Yields until the file ends.

        Raises:
            SourceError: no such file, no right to read it, of neither kind, or damaged as an archive.
        """
        tsv = self._is_tsv()
        try:
            with self._open() as stream:
                yield from _spread(self._tsv(stream)) if tsv else self._jsonl(stream)
        except FileNotFoundError:
            raise SourceError(f"There is no chat log {self.path}.", "Check the path after --replay.") from None
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(f"The chat log {self.path} is cut off or damaged: {error}.", "Fetch or unpack it again.") from error
        except OSError as error:
            raise SourceError(
                f"The chat log {self.path} cannot be read: {error.strerror or error}.", "Check its rights."
            ) from error

    def _is_tsv(self) -> bool:
        ending = self.path.with_suffix("").suffix if self.path.suffix == ".gz" else self.path.suffix
        if ending not in {".tsv", ".jsonl"}:
            known = "Chat logs end in .tsv or .jsonl, gzipped also in .gz (docs/chat-log-format.md)."
            raise SourceError(f"{self.path} is no chat log that Sidecast knows by its name.", known)
        return ending == ".tsv"

    def _open(self) -> IO[bytes]:
        with self.path.open("rb") as stream:
            packed = stream.read(2) == _GZIP_MAGIC
        return cast(IO[bytes], gzip.open(self.path, "rb")) if packed else self.path.open("rb")

    def _lines(self, stream: IO[bytes]) -> Iterator[tuple[int, str]]:
        """Number and text of each line that is UTF-8 and short enough."""
        number = 0
        while raw := stream.readline(MAX_LINE):
            number += 1
            if len(raw) == MAX_LINE and not raw.endswith(b"\n"):
                while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                    pass
                self._bad(number)
                continue
            try:
                yield number, raw.rstrip(b"\r\n").decode("utf-8")
            except UnicodeDecodeError:
                self._bad(number)

    def _bad(self, number: int) -> None:
        self.malformed += 1
        if len(self.bad_lines) < NAMED_LINES:
            self.bad_lines.append(number)

    def _jsonl(self, stream: IO[bytes]) -> Iterator[Timed]:
        parser = LineParser()
        for number, line in self._lines(stream):
            try:
                timed = parser.parse(line, default_id=f"line-{number}")
            except BadLine:
                self._bad(number)
                continue
            if timed is not None:
                yield timed

    def _tsv(self, stream: IO[bytes]) -> Iterator[Timed]:
        for number, line in self._lines(stream):
            if not line:
                continue
            parts = line.split("\t", 3)
            if (
                len(parts) != 4
                or not parts[0].isascii()
                or not parts[0].isdigit()
                or len(parts[0]) > 9
                or len(parts[1]) > 1
                or not parts[2]
            ):
                self._bad(number)
                continue
            second, mark, name, text = parts
            author = Author(id=name, name=name, roles=_TSV_ROLES.get(mark, frozenset()))
            yield Timed(float(second), ChatMessage(id=f"line-{number}", author=author, text=text, arrived_ns=0))


def _spread(items: Iterator[Timed]) -> Iterator[Timed]:
    """The messages of one second, evenly inside it: the logs have no finer time, and chat does not come in volleys."""
    second: list[Timed] = []
    for timed in items:
        if second and (timed.at_s != second[0].at_s or len(second) >= MAX_SAME_SECOND):
            yield from _evenly(second)
            second = []
        second.append(timed)
    yield from _evenly(second)


def _evenly(second: list[Timed]) -> Iterator[Timed]:
    for index, timed in enumerate(second):
        yield Timed(timed.at_s + index / len(second), timed.item)
