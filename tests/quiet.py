"""Tests marked `quiet` have the machine to themselves: no other worker of pytest-xdist begins a test while one of them runs.

They compare what is seen or heard with the clock, on a real screen or a real sound server: on two cores of which one draws
without a graphics card and the other belongs to somebody else, pictures and blocks of sound come late.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

ROOM, DOOR = Path(__file__), Path(__file__).with_name("lanes.py")
"""Files that every worker has; only their locks are used. All tests pass the door one by one, and whoever needs quiet stands in
it until the room is empty: otherwise the others could go on taking turns in the room for ever."""


@contextmanager
def _held(path: Path, how: int) -> Generator[None]:
    with path.open("rb") as file:
        fcntl.flock(file, how)
        try:
            yield
        finally:
            # said, because a process that the test has forked may still have the file open
            fcntl.flock(file, fcntl.LOCK_UN)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Around all that belongs to a test, so that waiting does not count as hanging."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return (yield)
    alone = item.get_closest_marker("quiet") is not None
    with ExitStack() as room:
        with _held(DOOR, fcntl.LOCK_EX):
            room.enter_context(_held(ROOM, fcntl.LOCK_EX if alone else fcntl.LOCK_SH))
        return (yield)
