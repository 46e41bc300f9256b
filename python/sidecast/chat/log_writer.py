"""Writes what was heard as a log that `--replay` plays again."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from ..errors import SourceError
from ..flow.chat import Incoming
from .log_format import Timed, to_line


class LogWriter:
    """Appends items to a new `.jsonl` file, timed from the first item's arrival. A context manager.

    Raises:
        SourceError: the file exists already or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._stream = path.open("x", encoding="utf-8", newline="\n")
        except FileExistsError:
            raise SourceError(
                f"The chat log {path} exists already.", "Choose another name; logs are never overwritten."
            ) from None
        except OSError as error:
            raise SourceError(
                f"The chat log {path} cannot be written: {error.strerror}.", "Check the folder and its rights."
            ) from error
        self._start_ns: int | None = None
        self._stream.write('{"kind": "log", "version": 1}\n')

    def add(self, item: Incoming) -> None:
        if self._start_ns is None:
            self._start_ns = item.arrived_ns
        at_s = max(0.0, (item.arrived_ns - self._start_ns) / 1e9)
        self._stream.write(to_line(Timed(at_s, item)) + "\n")

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> LogWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
