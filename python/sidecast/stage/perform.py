"""An utterance → what the avatar is told about it."""

from __future__ import annotations

from ..flow.cue import Caption, Cue, Express, Gesture, Speak
from ..flow.utterance import Utterance
from .captions import timed_words
from .visemes import visemes


def perform(utterance: Utterance, number: int, more: bool) -> list[Cue]:
    """The cues of one utterance, in the order in which they are sent.

    Args:
        number: the utterance's number in the ring, which all of them carry.
        more: its caption goes on from the same turn's caption before it.
    """
    clause = utterance.cleared.clause
    cues: list[Cue] = [
        Speak(
            utterance=number,
            turn_id=clause.turn_id,
            rate=utterance.rate,
            frames=utterance.frames,
            visemes=visemes(utterance.segments, utterance.alphabet),
        ),
        Caption(
            utterance=number,
            turn_id=clause.turn_id,
            words=timed_words(clause.words, utterance.segments, utterance.seconds),
            more=more,
        ),
        Express(mood=clause.mood, utterance=number),
    ]
    if clause.gesture:
        cues.append(Gesture(name=clause.gesture, utterance=number))
    return cues
