"""Only the painting threads step back."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from sidecast.stage.priority import NICENESS, let_the_voice_go_first

pytestmark = [pytest.mark.unit, pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc")]


def test_threads_named_like_painters_are_lowered_and_no_other() -> None:
    named, done = threading.Event(), threading.Event()
    numbers: list[int] = []

    def paint() -> None:
        numbers.append(threading.get_native_id())
        Path(f"/proc/self/task/{numbers[0]}/comm").write_text("llvmpipe-0", "utf-8")
        named.set()
        done.wait(10)

    painter = threading.Thread(target=paint)
    painter.start()
    try:
        assert named.wait(10)
        before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        assert let_the_voice_go_first() == 1
        assert os.getpriority(os.PRIO_PROCESS, numbers[0]) == NICENESS
        assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
    finally:
        done.set()
        painter.join()


def test_a_machine_without_painters_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "17").mkdir()
    assert let_the_voice_go_first(tmp_path) == 0
