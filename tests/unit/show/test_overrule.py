"""Keys give orders: mute and stop are switches on the state of the floor."""

from __future__ import annotations

import pytest

from sidecast.audience.turn_taking import Floor
from sidecast.flow.mark import Hotkey
from sidecast.flow.order import Mute, Skip, Stop
from sidecast.show.overrule import order_of

pytestmark = pytest.mark.unit


def key(name: str) -> Hotkey:
    return Hotkey(name=name, at_ns=7)


def test_skip_needs_no_state() -> None:
    assert order_of(key("skip"), Floor(0)) == Skip(by="hotkey", at_ns=7)


@pytest.mark.parametrize("silent", [False, True])
def test_mute_and_stop_are_switches(silent: bool) -> None:
    floor = Floor(0)
    floor.muted = floor.stopped = silent
    assert order_of(key("mute"), floor) == Mute(by="hotkey", at_ns=7, on=not silent)
    assert order_of(key("stop"), floor) == Stop(by="hotkey", at_ns=7, on=not silent)


@pytest.mark.parametrize("name", ["page", "quit", "dance", ""])
def test_other_keys_give_no_order(name: str) -> None:
    assert order_of(key(name), Floor(0)) is None
