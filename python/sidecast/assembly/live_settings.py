"""Settings whose change holds at once, and what makes it so."""

from __future__ import annotations

from collections.abc import Callable

from ..audience.turn_taking import Floor
from ..audience.waiting import Audience
from ..control.feed import Feed
from ..desks.storms import StormDesk
from ..dialogue.dialogue import Dialogue
from ..settings import Settings
from ..show.show import Show
from ..speech.voices import OwnVoices
from ..stage.emergency import StopKey
from ..stage.look import Look

Adopt = Callable[[Settings], None]
SPEECH = ("voice", "speed", "loudness_lufs", "timeout_s")
LOOK = ("transparent", "captions", "cards")
AUDIENCE = ("answer_within_s", "threshold")
DIALOGUE = ("first_clause_timeout_s", "max_clauses")


class LiveSettings:
    """Made before the show is; `connect` once its parts are there. Called on the show's loop."""

    show: Show
    floor: Floor
    audience: Audience
    dialogue: Dialogue
    voice: OwnVoices
    look: Look
    feed: Feed
    storms: StormDesk
    stop_key: StopKey

    def connect(
        self,
        show: Show,
        feed: Feed,
        *,
        floor: Floor,
        audience: Audience,
        dialogue: Dialogue,
        voice: OwnVoices,
        look: Look,
        storms: StormDesk,
        stop_key: StopKey,
    ) -> None:
        self.show, self.feed, self.storms, self.stop_key = show, feed, storms, stop_key
        self.floor, self.audience, self.dialogue, self.voice, self.look = floor, audience, dialogue, voice, look

    def by_key(self) -> dict[str, Adopt]:
        return {
            "chat.channel": lambda wanted: self.show.change_channel(wanted.chat.channel),
            "audience.pause_s": lambda wanted: self.floor.pause(wanted.audience.pause_s),
            "safety.storms": lambda wanted: self.storms.adopt(wanted.safety.storms),
            "safety.approval": self._approval,
            **dict.fromkeys(("safety.approval_s", "safety.approval_then"), self._waiting),
            **_each("audience", AUDIENCE, lambda wanted: self.audience.adopt(wanted.audience)),
            **_each("dialogue", DIALOGUE, lambda wanted: self.dialogue.adopt(wanted.dialogue)),
            **_each("speech", SPEECH, self._speech),
            "stage.stop_key": lambda wanted: self.stop_key.adopt(wanted.stage.stop_key),
            **_each("stage", LOOK, lambda wanted: self.look.adopt(wanted.stage)),
        }

    def _approval(self, wanted: Settings) -> None:
        self.show.approvals.mode = wanted.safety.approval

    def _speech(self, wanted: Settings) -> None:
        self.voice.adopt(wanted.speech)
        self.feed.uses("voice", self.voice.name)

    def _waiting(self, wanted: Settings) -> None:
        self.show.approvals.wait(wanted.safety.approval_s, then_say=wanted.safety.approval_then == "say")


def _each(section: str, names: tuple[str, ...], adopt: Adopt) -> dict[str, Adopt]:
    return {f"{section}.{name}": adopt for name in names}
