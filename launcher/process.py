"""Child processes that never outlive the launcher: their own process groups, a death signal from the kernel, an orderly end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Any

from .trouble import Interrupted

PR_SET_PDEATHSIG = 1
"""linux/prctl.h"""
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLL_S = 0.02

PACKAGE_MANAGER_S = 20.0
"""Package managers need a moment to leave their files in order."""

_libc = ctypes.CDLL(None, use_errno=True)
_read: dict[int, subprocess.Popen[bytes]] = {}
"""The command that a thread reads, by the thread's identifier."""


def raise_on_signals() -> None:
    """Turns SIGINT, SIGTERM and SIGHUP into `Interrupted` in the main thread; further ones are ignored during the end."""

    def handler(number: int, frame: FrameType | None) -> None:
        for each in ENDING:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(number)

    for each in ENDING:
        signal.signal(each, handler)


def _tied_to_parent(death_signal: int, parent: int) -> Callable[[], None]:
    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, death_signal)
        for each in ENDING:
            signal.signal(each, signal.SIG_DFL)
        if os.getppid() != parent:  # the launcher died before the line above
            os._exit(1)

    return prepare


def spawn(command: Sequence[str | Path], *, death_signal: int = signal.SIGKILL, **options: Any) -> subprocess.Popen[bytes]:
    """Popen in a process group of its own: the terminal's Ctrl-C reaches the launcher alone, which ends the rest in order.

    Args:
        death_signal: what the kernel sends the child when the launcher is killed.
    """
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.Popen(
        [str(part) for part in command],
        process_group=0,
        # the child only calls prctl and signal before exec, and the launcher holds no lock that they need
        preexec_fn=_tied_to_parent(death_signal, os.getpid()),  # noqa: PLW1509
        **options,
    )


def end(process: subprocess.Popen[bytes], grace_s: float) -> int:
    """SIGTERM, `grace_s` seconds of patience, then SIGKILL for the whole group. Returns the exit code."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + grace_s
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(POLL_S)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # also what the process started and left behind
    return process.wait()


class Family:
    """Context manager that ends its members in the reverse order of their start."""

    def __init__(self) -> None:
        self._members: list[tuple[subprocess.Popen[bytes], float]] = []

    def __enter__(self) -> Family:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        while self._members:
            end(*self._members.pop())

    def start(self, command: Sequence[str | Path], *, grace_s: float = 3.0, **options: Any) -> subprocess.Popen[bytes]:
        process = spawn(command, **options)
        self._members.append((process, grace_s))
        return process


def wait_for(process: subprocess.Popen[bytes], seconds: float, ready: Callable[[], bool]) -> bool:
    """Waits until `ready()`; False when the process ended or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            return True
        time.sleep(POLL_S)
    return False


@contextlib.contextmanager
def lines_of(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None,
    cwd: Path | None = None,
    pass_fds: Iterable[int] = (),
) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """Runs a command whose output (both streams) the block reads; an exception in the block ends it first."""
    process = spawn(
        command,
        death_signal=signal.SIGTERM,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=cwd,
        pass_fds=tuple(pass_fds),
    )
    assert process.stdout is not None
    _read[threading.get_ident()] = process
    try:
        yield process, process.stdout
        process.wait()
    finally:
        _read.pop(threading.get_ident(), None)
        end(process, grace_s=PACKAGE_MANAGER_S)
        process.stdout.close()


def give_up(thread: threading.Thread) -> None:
    """Ends the command that another thread reads with `lines_of`, if it reads one; what the thread does then is its affair."""
    if (process := _read.get(thread.ident or 0)) is not None:
        end(process, grace_s=PACKAGE_MANAGER_S)
