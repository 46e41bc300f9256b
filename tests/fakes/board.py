"""A board that remembers what it was shown, for tests of those who direct."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sidecast.clock import Clock
from sidecast.flow.board import AwaitsApproval, Queued
from sidecast.flow.cue import Caption


class NoticeBoard:
    """See `flow.ports.Board`. `log` holds everything in the order in which it was told, with the moment."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._look: Callable[[], Sequence[Queued]] = tuple
        self.log: list[tuple[str, int, object]] = []
        self.awaits: AwaitsApproval | None = None
        self.mode = ""
        self.moods: list[tuple[str, str]] = []
        self.captions: list[Caption] = []

    def queue(self, look: Callable[[], Sequence[Queued]]) -> None:
        self._look = look
        self._note("queue", None)

    def approval(self, awaits: AwaitsApproval | None) -> None:
        self.awaits = awaits
        self._note("approval", awaits)

    def approval_mode(self, mode: str) -> None:
        self.mode = mode

    def mood(self, mood: str, held_by: str) -> None:
        self.moods.append((mood, held_by))
        self._note("mood", mood)

    def caption(self, caption: Caption) -> None:
        self.captions.append(caption)
        self._note("caption", caption)

    @property
    def waiting(self) -> list[str]:
        """Ids of the queue as it stands now, in its order."""
        return [queued.candidate.item.id for queued in self._look()]

    def _note(self, what: str, value: object) -> None:
        self.log.append((what, self._clock.now_ns(), value))
