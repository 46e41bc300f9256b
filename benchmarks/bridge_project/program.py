"""Python's side of the bridge benchmark: keeps threads busy, answers ticks, fills the queue."""

from __future__ import annotations

import threading

import _pybridge

BODY = b"{}\n" + b"x" * 125


class Burner:
    """Threads that want the GIL all the time."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def keep_busy(self, count: int) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._burn, args=(self._over,)) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    @staticmethod
    def _burn(over: threading.Event) -> None:
        while not over.is_set():
            sum(number * number for number in range(1000))


def main(_args: list[str]) -> int:
    burner = Burner()
    _pybridge.post("ready", b"{}\n")
    while not _pybridge.closed():
        received = _pybridge.receive(1.0)
        if received is None:
            continue
        topic, frame = received
        if topic == "burn":
            burner.keep_busy(int(frame))
            _pybridge.post("busy", frame)
        elif topic == "tick":
            _pybridge.post("event", BODY)
            _pybridge.post("event", BODY)
        elif topic == "fill":
            for _ in range(int(frame)):
                _pybridge.post("event", BODY)
    burner.keep_busy(0)
    return 0
