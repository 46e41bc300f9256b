"""The child's side: make the engine, say ready, answer one call after another, end when stdin does."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import traceback
from collections.abc import Mapping
from typing import Any, BinaryIO

from ..errors import BadFrame, SidecastError
from . import pipe
from .engine import Engine, find_factory

WAITING_LIMIT = 64
"""Calls that may wait here; the pipe holds back the rest."""
BAD_PIPE = 2
BAD_ENGINE = 3


def main(arguments: list[str]) -> int:
    """Exit code 0 when stdin ended, 2 for a pipe that makes no sense, 3 for an engine that cannot be made."""
    source, sink = _take_pipes()
    try:
        options = json.loads(arguments[1]) if len(arguments) > 1 else {}
        engine = find_factory(arguments[0])(options)
        ready = pipe.pack({"ready": dict(engine.about())})
    except SidecastError as error:
        _write(sink, pipe.pack({"failed": error.what, "remedy": error.remedy}))
        return BAD_ENGINE
    _write(sink, ready)
    Serving(engine, source, sink).run()
    return 0


class Serving:
    """Reads on a thread of its own, so that the end of stdin and a cancellation are seen while the engine works.

    The engine has the main thread: native libraries may need its larger stack.
    """

    def __init__(self, engine: Engine, source: BinaryIO, sink: BinaryIO) -> None:
        self._engine = engine
        self._source = source
        self._sink = sink
        self._waiting: queue.Queue[tuple[int, Mapping[str, Any], bytes]] = queue.Queue(WAITING_LIMIT)
        self._cancelled: set[int] = set()

    def run(self) -> None:
        """Does not return: the process ends when stdin does, even while an engine hangs."""
        threading.Thread(target=self._read, name="worker-pipe", daemon=True).start()
        while True:
            number, call, body = self._waiting.get()
            if number not in self._cancelled:
                self._answer(number, call, body)
            # numbers only go up, so what was given up before this one is not needed any more
            self._cancelled.difference_update([old for old in tuple(self._cancelled) if old <= number])

    def _read(self) -> None:
        code = 0
        try:
            while (message := pipe.read(self._source)) is not None:
                header, body = message
                if "cancel" in header:
                    self._cancelled.add(int(header["cancel"]))
                else:
                    self._waiting.put((int(header["id"]), header["call"], body))
        except (BadFrame, KeyError, TypeError, ValueError) as error:
            sys.stderr.write(f"The worker ends: its pipe makes no sense: {error!r}\n")
            code = BAD_PIPE
        sys.stderr.flush()
        os._exit(code)

    def _answer(self, number: int, call: Mapping[str, Any], body: bytes) -> None:
        try:
            ended = False
            for reply in self._engine.answer(call, body):
                ended = reply.last
                packed = pipe.pack({"id": number, "reply": dict(reply.header), "last": reply.last}, reply.body)
                _write(self._sink, packed)
                if ended or number in self._cancelled:
                    return
            _write(self._sink, pipe.pack({"id": number, "reply": {}, "last": True}))
        except SidecastError as error:
            _write(self._sink, pipe.pack({"id": number, "refused": error.what, "remedy": error.remedy}))
        except Exception as error:  # noqa: BLE001 - an engine's defect is reported, and the next call may be fine
            traceback.print_exc()
            # the exception's own text may quote what was to be spoken, so only its kind is passed on
            _write(
                self._sink, pipe.pack({"id": number, "error": f"The engine failed with {type(error).__name__}.", "remedy": ""})
            )


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Stdin and a private copy of stdout. What an engine prints goes to stderr and cannot spoil the frames."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, sink


def _write(sink: BinaryIO, packed: bytes) -> None:
    try:
        sink.write(packed)
        sink.flush()
    except BrokenPipeError:
        # the parent is gone; there is nobody left to tell
        os._exit(0)
