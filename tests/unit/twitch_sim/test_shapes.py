"""What the simulator says has the fields that Twitch's own payloads have. Judged by payloads that others recorded."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from fakes.hand_clock import HandClock
from sidecast.twitch_sim.acts import act
from sidecast.twitch_sim.eventsub import frames
from sidecast.twitch_sim.eventsub.subscriptions import Subscription
from sidecast.twitch_sim.eventsub.told import told
from sidecast.twitch_sim.ids import Ids
from sidecast.twitch_sim.world.cast import furnished

pytestmark = pytest.mark.unit

DATA = Path(os.environ.get("SIDECAST_DATA", Path(__file__).parents[4] / "shared" / "data"))
ENVELOPES = sorted((DATA / "chatterino-snapshots" / "envelopes").glob("*.json"))

ACTS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "automod.message.hold": (("hold", {"who": "wren", "text": "darn @ninefold Kappa"}),),
    "channel.ban": (("timeout", {"who": "wren"}),),
    "channel.chat.message": (
        ("shared", {"who": "wren", "text": "hi @ninefold Kappa", "source": "captain_quill"}),
        ("cheer", {"who": "wren", "text": "Cheer100"}),
    ),
    "channel.chat.notification-community-sub-gift": (("gift", {"who": "wren", "receivers": ["ninefold"]}),),
    "channel.chat.notification-resub": (("resubscribe", {"who": "wren", "months": 5, "text": "hi"}),),
    "channel.chat.notification-resub-2": (("resubscribe", {"who": "wren", "months": 5}),),
    "channel.chat.notification-resub-msg": (("resubscribe", {"who": "wren", "months": 5, "text": "hi"}),),
    "channel.moderate-emoteonly": (("settings", {"emote_only": True}),),
    "channel.moderate-followers": (("settings", {"followers_minutes": 10}),),
    "channel.moderate-mod": (("make_moderator", {"who": "wren"}),),
    "channel.moderate-timeout": (("timeout", {"who": "wren"}),),
    "channel.moderate-warn": (("warn", {"who": "wren", "reason": "calm"}),),
    "channel.suspicious_user.message": (("suspicious", {"who": "wren", "text": "hm Kappa"}),),
    "stream.offline": (("online", {}), ("offline", {})),
    "stream.online": (("online", {}),),
}
"""Name of a recorded envelope → what makes the simulator tell the like."""


def recorded(name: str) -> dict[str, Any]:
    return dict(json.loads((DATA / "chatterino-snapshots" / "envelopes" / f"{name}.json").read_text("utf-8")))


def missing(theirs: Any, ours: Any, where: str = "") -> set[str]:
    """Keys of theirs that ours lacks, and values of another JSON type."""
    if theirs is None or ours is None:
        return set()
    if isinstance(theirs, dict):
        if not isinstance(ours, dict):
            return {f"{where}: {type(ours).__name__}"}
        gone = {f"{where}.{key}".lstrip(".") for key in theirs.keys() - ours.keys()}
        return gone.union(*(missing(theirs[key], ours[key], f"{where}.{key}") for key in theirs.keys() & ours.keys()))
    if isinstance(theirs, list):
        return missing(theirs[0], ours[0], f"{where}[]") if isinstance(ours, list) and theirs and ours else set()
    return set() if isinstance(ours, type(theirs)) else {f"{where}: {type(ours).__name__}"}


@pytest.mark.skipif(not ENVELOPES, reason="the recorded payloads are not at hand (SIDECAST_DATA)")
@pytest.mark.parametrize("name", sorted(ACTS))
def test_an_event_has_the_fields_of_a_recorded_one(name: str) -> None:
    theirs = recorded(name)
    kind = theirs["metadata"]["subscription_type"]
    world = furnished(HandClock(), Ids(1))
    found: list[Any] = []
    world.listen(lambda happening: found.extend(each for each in told(happening) if each.type == kind))
    for what, arguments in ACTS[name]:
        act(world, what, arguments)
    ours = found[0]
    assert ours.version == theirs["metadata"]["subscription_version"]
    subscription = Subscription(
        id="1",
        type=ours.type,
        version=ours.version,
        condition={},
        session_id="s",
        client_id="c",
        user_id="u",
        created_ms=0,
        cost=0,
    )
    envelope = json.loads(frames.notification("id", 0, subscription, ours))
    envelope["payload"]["subscription"]["condition"] = theirs["payload"]["subscription"]["condition"]
    assert missing(theirs, envelope) == set()


@pytest.mark.skipif(not ENVELOPES, reason="the recorded payloads are not at hand (SIDECAST_DATA)")
def test_the_welcome_is_a_recorded_one_and_what_came_since() -> None:
    ours = json.loads(frames.welcome("id", 0, "session", 0, 10))
    assert missing(recorded("session-welcome"), ours) == set()
    assert ours["payload"]["session"]["recovery_url"] is None
