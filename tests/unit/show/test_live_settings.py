"""Which settings hold at once: each is one of the form's, and tells the part that it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sidecast.assembly.live_settings import LiveSettings
from sidecast.control.settings_form import settings_form
from sidecast.flow.order import Approval
from sidecast.settings import Settings

pytestmark = pytest.mark.unit


class Told:
    """Any part: notes what it is told, in `told`, under its own name."""

    name = "espeak"

    def __init__(self, part: str, told: list[tuple[Any, ...]]) -> None:
        self._part = part
        self._told = told

    def __getattr__(self, method: str) -> Callable[..., None]:
        return lambda *args, **named: self._told.append((f"{self._part}.{method}", *args, *named.values()))


class Approvals(Told):
    mode = Approval.OFF


def test_every_live_setting_is_one_and_reaches_its_part() -> None:
    told: list[tuple[Any, ...]] = []
    live = LiveSettings()
    show: Any = Told("show", told)
    show.approvals = Approvals("approvals", told)
    names = ("floor", "audience", "dialogue", "voice", "look", "storms", "stop_key")
    parts: dict[str, Any] = {name: Told(name, told) for name in names}
    feed: Any = Told("feed", told)
    live.connect(show, feed, **parts)
    wanted = Settings.model_validate(
        {
            "chat": {"channel": "kit_live"},
            "audience": {"pause_s": 3},
            "safety": {"storms": "attacks", "approval": "all", "approval_s": 9, "approval_then": "say"},
            "speech": {"voice": "espeak"},
        }
    )
    assert set(live.by_key()) <= {setting.key for setting in settings_form()}
    found = {}
    for key, adopt in live.by_key().items():
        told.clear()
        adopt(wanted)
        found[key] = list(told)
    assert found["chat.channel"] == [("show.change_channel", "kit_live")]
    assert found["audience.pause_s"] == [("floor.pause", 3)]
    assert found["safety.storms"] == [("storms.adopt", "attacks")]
    assert found["safety.approval_s"] == found["safety.approval_then"] == [("approvals.wait", 9, True)]
    assert show.approvals.mode is Approval.ALL
    assert found["speech.voice"] == [("voice.adopt", wanted.speech), ("feed.uses", "voice", "espeak")]
    assert found["stage.captions"] == [("look.adopt", wanted.stage)]
    assert found["stage.stop_key"] == [("stop_key.adopt", "Ctrl+Alt+Space")]
    assert found["audience.threshold"] == [("audience.adopt", wanted.audience)]
    assert found["dialogue.max_clauses"] == [("dialogue.adopt", wanted.dialogue)]
