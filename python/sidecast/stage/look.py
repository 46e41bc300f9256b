"""What of a turn is seen beside the avatar, and whether there is a backdrop: the settings' [stage] section, as it is now."""

from __future__ import annotations

from collections.abc import Callable

from ..flow.cue import Caption, Card, Cue, Window
from ..flow.turn import Turn
from ..flow.utterance import Utterance
from ..settings import StageSettings
from .perform import perform


class Look:
    """On the show's loop. Changes count from the next clause and the next turn on; the backdrop's at once."""

    def __init__(
        self,
        settings: StageSettings,
        send: Callable[[Cue], None],
        card: Callable[[Turn], Card],
        *,
        overlays: Callable[[Caption], None] = lambda _: None,
    ) -> None:
        """`overlays`: told of every caption, whether or not the app's window shows any. Never blocks or raises."""
        self._overlays = overlays
        self._settings = settings
        self._send = send
        self._card = card

    def begin(self) -> None:
        """The picture stands; it began with a backdrop."""
        if self._settings.transparent:
            self._send(Window(transparent=True))

    def adopt(self, settings: StageSettings) -> None:
        before, self._settings = self._settings, settings
        if settings.transparent != before.transparent:
            self._send(Window(transparent=settings.transparent))

    def cues(self, utterance: Utterance, number: int, more: bool) -> list[Cue]:
        cues = perform(utterance, number, more)
        for cue in cues:
            if isinstance(cue, Caption):
                self._overlays(cue)
        return cues if self._settings.captions else [cue for cue in cues if not isinstance(cue, Caption)]

    def card(self, turn: Turn) -> Card:
        """One that takes the last card away, where none are wanted."""
        return self._card(turn) if self._settings.cards else Card(turn_id="")
