"""`_pybridge` without Godot: what was posted and pushed, and frames that a test sends up."""

from __future__ import annotations

import queue


class FakeBridge:
    """The functions of the module `_pybridge`; `stage/godot.py` names them in its protocol."""

    def __init__(self, room: int = 48_000, takes_posts: bool = True) -> None:
        self.posted: list[tuple[str, bytes]] = []
        self.pushed: list[tuple[int, int, bytes, bool]] = []
        """Utterance number, rate, PCM, whether it was the last of it."""
        self.watched: list[tuple[int, int]] = []
        """Keys and modifiers, the one that counts last."""
        self.takes_posts = takes_posts
        self._room = room
        self._epoch = 1
        self._up: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self._closed = False

    def sends(self, topic: str, frame: bytes) -> None:
        """Godot sends a frame."""
        self._up.put((topic, frame))

    def closes(self) -> None:
        """Godot ends."""
        self._closed = True
        self._up.put(None)

    def post(self, topic: str, frame: bytes) -> bool:
        if self.takes_posts:
            self.posted.append((topic, frame))
        return self.takes_posts

    def receive(self, timeout_s: float) -> tuple[str, bytes] | None:
        try:
            return self._up.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def closed(self) -> bool:
        return self._closed

    def epoch(self) -> int:
        return self._epoch

    def stop(self) -> int:
        self._epoch += 1
        return self._epoch

    def watch_key(self, key: int, modifiers: int) -> None:
        self.watched.append((key, modifiers))

    def push(self, utterance: int, epoch: int, rate: int, pcm: bytes, last: bool) -> int:
        if epoch != self._epoch:
            return -1
        frames = min(len(pcm) // 2, self._room)
        self._room -= frames
        self.pushed.append((utterance, rate, pcm[: frames * 2], last))
        return frames

    def room(self) -> int:
        return self._room
