"""What is said of the host, on the stage and to every watcher: its state, the oldest trouble, the control page's link."""

from __future__ import annotations

from ..flow.cue import HostState, Status
from .parts import Parts


class Presence:
    """A new status goes out whenever something of it changes."""

    def __init__(self, parts: Parts) -> None:
        self._floor = parts.floor
        self._stage = parts.stage
        self._watcher = parts.watcher
        self._state = HostState.STARTING
        self._notes: dict[str, str] = {}

    def listen(self, page: str) -> None:
        """The show is open; `page` is the link for the app's button."""
        self._state = HostState.LISTENING
        self.tell(page)

    def show(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.tell()

    def rest(self) -> None:
        """Between turns: what the floor allows."""
        if self._floor.stopped:
            self.show(HostState.STOPPED)
        else:
            self.show(HostState.MUTED if self._floor.muted else HostState.LISTENING)

    def note(self, part: str, sentence: str) -> None:
        """A part is in trouble (or, with an empty sentence, well again): the stage shows the oldest trouble."""
        self._notes.pop(part, None)
        if sentence:
            self._notes[part] = sentence
        self.tell()

    def tell(self, page: str = "") -> None:
        status = Status(state=self._state, note=next(iter(self._notes.values()), ""), page=page)
        self._stage.send(status)
        self._watcher.status(status)
