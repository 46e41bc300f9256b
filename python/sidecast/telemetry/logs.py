"""Logging: one readable line an event on stderr, and JSON lines in a file when asked for."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO

from .redaction import Redactor
from .terminal import Terminal

log = logging.getLogger(__name__)

FILE_BYTES = 5_000_000
FILES_KEPT = 3
_QUIET = ("uvicorn", "uvicorn.error", "uvicorn.access", "websockets", "asyncio", "httpx2", "httpcore2")
"""Libraries whose information lines (one a connection) say nothing to a streamer."""
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}

redactor = Redactor()
"""`redactor.hide(token)` as soon as a secret is known."""


def set_up_logging(json_file: Path | None = None, level: str = "info", stream: TextIO | Terminal | None = None) -> None:
    """For the whole process; what was set up before is replaced. A JSON file that cannot be made costs a warning, not the show.

    Raises:
        ValueError: no such level.
    """
    root = logging.getLogger()
    root.setLevel(level.upper())
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    human = logging.StreamHandler(stream or sys.stderr)
    human.setFormatter(HumanFormatter(redactor))
    root.addHandler(human)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)
    if json_file is not None:
        try:
            root.addHandler(_json_handler(json_file))
        except OSError as error:
            log.warning("no log is written to %s: %s. Check the folder's rights and free space.", json_file, error.strerror)


def _json_handler(path: Path) -> logging.Handler:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _PrivateFile(path, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
    handler.setFormatter(JsonFormatter(redactor))
    return handler


class HumanFormatter(logging.Formatter):
    """`12:34:56 warning  ledger: the disk is full`. Control characters are shown, never sent to the terminal."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        room = record.name.removeprefix("sidecast.")
        line = f"{at} {record.levelname.lower():<8} {room}: {record.getMessage()}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return self._redactor.clean(line.translate(_CONTROLS))


class JsonFormatter(logging.Formatter):
    """One JSON object a line, with the field names of the Elastic Common Schema; `extra=` fields come under `sidecast`."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "@timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "log.level": record.levelname.lower(),
            "log.logger": record.name,
            "message": self._redactor.clean(record.getMessage()),
        }
        if record.exc_info:
            fields["error.stack_trace"] = self._redactor.clean(self.formatException(record.exc_info))
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if extra:
            fields["sidecast"] = {name: self._plain(value) for name, value in extra.items()}
        return json.dumps(fields)

    def _plain(self, value: object) -> object:
        return value if isinstance(value, bool | int | float) or value is None else self._redactor.clean(str(value))


class _PrivateFile(RotatingFileHandler):
    """Only its owner may read it. A disk that is full costs lines, and one sentence instead of a trace a line."""

    complained = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- logging's name
        if not self.complained:
            self.complained = True
            print(f"sidecast: the log file {self.baseFilename} cannot be written: {sys.exc_info()[1]}", file=sys.stderr)  # noqa: T201

    def _open(self) -> Any:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        return os.fdopen(descriptor, self.mode, encoding=self.encoding)
