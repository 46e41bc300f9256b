"""Captions, cards and the backdrop, as the settings have them now."""

from __future__ import annotations

import pytest

from fakes.clauses import cleared
from fakes.samples import TURN
from fakes.voice import tone
from sidecast.flow.cue import Caption, Card, Cue, Speak, Window
from sidecast.settings import StageSettings
from sidecast.stage.look import Look

pytestmark = pytest.mark.unit


def look(settings: StageSettings) -> tuple[Look, list[Cue]]:
    sent: list[Cue] = []
    return Look(settings, sent.append, lambda turn: Card(turn_id=turn.id, text="hello")), sent


def test_captions_and_cards_go_and_come_back() -> None:
    looking, sent = look(StageSettings())
    utterance = tone(cleared("hello chat"), 0)
    everything = looking.cues(utterance, 1, False)
    assert any(isinstance(cue, Caption) for cue in everything)
    looking.adopt(StageSettings(captions=False, cards=False))
    assert isinstance(looking.cues(utterance, 2, False)[0], Speak)
    assert not any(isinstance(cue, Caption) for cue in looking.cues(utterance, 2, False))
    assert looking.card(TURN) == Card(turn_id="")
    looking.adopt(StageSettings())
    assert looking.card(TURN).text == "hello"
    assert sent == []


def test_the_backdrop_changes_at_once_and_only_then() -> None:
    looking, sent = look(StageSettings(transparent=True))
    looking.begin()
    looking.adopt(StageSettings(transparent=True, cards=False))
    looking.adopt(StageSettings())
    assert sent == [Window(transparent=True), Window(transparent=False)]
    looking.begin()
    assert len(sent) == 2
