"""Engines that tests run in real worker processes: they do what a test asks, bad things included."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from sidecast.errors import VoiceError, WorkerError
from sidecast.worker.engine import Reply


class Obedient:
    """Does what `op` says; the body goes back as it came."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._calls = 0

    def about(self) -> Mapping[str, Any]:
        return {"options": dict(self._options), "main_thread": threading.current_thread() is threading.main_thread()}

    def answer(self, call: Mapping[str, Any], body: bytes) -> Iterator[Reply]:
        self._calls += 1
        match call["op"]:
            case "echo":
                yield Reply({"calls": self._calls, "argument": call.get("argument")}, body)
            case "count":
                for n in range(int(call["to"])):
                    yield Reply({"n": n}, last=False)
            case "print":
                os.write(1, b"this is no frame\n" * 100)
                print("nor is this")  # noqa: T201 - on purpose
                yield Reply()
            case "complain":
                os.write(2, b"\xff" + b"x" * 10_000 + b"\n" + b"short\n" * 1000)
                yield Reply()
            case "refuse":
                raise VoiceError("That cannot be said.", "Say something else.")
            case "defect":
                raise KeyError("secret viewer text")
            case "hang":
                threading.Event().wait()
            case "die":
                os._exit(7)
            case "spoil":
                os.write(_sink(), b"\xff\xff\xff\xff not a frame")
                yield Reply()


def _sink() -> int:
    """The child's private copy of its first stdout: the first pipe above the standard ones."""
    return next(fd for fd in range(3, 16) if _is_pipe(fd))


def _is_pipe(descriptor: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def obedient(options: Mapping[str, Any]) -> Obedient:
    return Obedient(options)


class Reader:
    """A voice of silence.

    Args:
        about: what it says it spoke, for what it was given.
        rest: frames after the beginning, of which it promises 1,600. None: it hangs instead.
    """

    def __init__(self, about: bytes = b"%s", rest: int | None = 1600) -> None:
        self._about = about
        self._rest = rest

    def about(self) -> Mapping[str, Any]:
        return {}

    def answer(self, call: Mapping[str, Any], body: bytes) -> Iterator[Reply]:
        timing = {"rate": 16_000, "frames": 3200, "phonemes": [], "starts_s": [], "ends_s": [], "positions": []}
        yield Reply({"sha256": hashlib.sha256(self._about % body).hexdigest(), **timing}, bytes(3200), last=False)
        if self._rest is None:
            threading.Event().wait()
        yield Reply({}, bytes(2 * (self._rest or 0)))


def liar(options: Mapping[str, Any]) -> Reader:
    return Reader(about=b"%s not")


def half_a_clause(options: Mapping[str, Any]) -> Reader:
    return Reader(rest=None)


def short_rest(options: Mapping[str, Any]) -> Reader:
    return Reader(rest=100)


def missing(options: Mapping[str, Any]) -> Obedient:
    raise WorkerError("The library of this engine is missing.", "Install it.")


def dies(options: Mapping[str, Any]) -> Obedient:
    os._exit(9)


def dies_twice(options: Mapping[str, Any]) -> Obedient:
    """Counts its starts in a file, and lives from the third on."""
    path = str(options["file"])
    with open(path, "ab") as file:  # noqa: PTH123 - one byte appended
        file.write(b".")
        starts = file.tell()
    if starts <= 2:
        os._exit(5)
    return Obedient(options)
