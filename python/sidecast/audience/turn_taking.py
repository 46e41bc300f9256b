"""When the host may speak."""

from __future__ import annotations


class Floor:
    """Who has the floor: the host during a turn, then a pause for everybody else. Times are `now_ns` stamps.

    `muted` and `stopped` are set by orders and outlast turns.
    """

    def __init__(self, pause_s: float) -> None:
        self.muted = False
        self.stopped = False
        self.free_since_ns = 0
        """Since when the host could have begun to speak; what arrived later found it free."""
        self.pause(pause_s)
        self._speaking = False
        self._hurried = False

    @property
    def open(self) -> bool:
        """Nobody has silenced the host."""
        return not (self.muted or self.stopped)

    @property
    def speaking(self) -> bool:
        return self._speaking

    def pause(self, seconds: float) -> None:
        """From the next turn on."""
        self._pause_ns = round(seconds * 1e9)

    def turn_started(self) -> None:
        self._speaking = True

    def turn_ended(self, now_ns: int) -> None:
        self._speaking = False
        self.free_since_ns = now_ns + (0 if self._hurried else self._pause_ns)
        self._hurried = False

    def hurry(self, now_ns: int) -> None:
        """Somebody wants something said now: the pause after the latest turn is over, or none follows the one that is on."""
        self._hurried = self._speaking
        self.free_since_ns = min(self.free_since_ns, now_ns)

    def wait_s(self, now_ns: int) -> float:
        """How long until the host may begin; 0 = now. Says nothing of mute and stop, which end by an order."""
        return max(0, self.free_since_ns - now_ns) / 1e9

    def may_speak(self, now_ns: int) -> bool:
        return self.open and not self._speaking and now_ns >= self.free_since_ns
