"""What docs/twitch-sim.md says can be done can be done."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest

from fakes.hand_clock import HandClock
from fakes.simulated import simulated
from sidecast.twitch_sim.eventsub.catalogue import CATALOGUE
from sidecast.twitch_sim.faults import NAMES, Faults
from sidecast.twitch_sim.helix.gate import ENDPOINTS
from sidecast.twitch_sim.oauth.apps import CONFIDENTIAL, PUBLIC
from sidecast.twitch_sim.world.cast import BOT, MODERATOR, RAIDER, STREAMER

DOC = (Path(__file__).parents[3] / "docs" / "twitch-sim.md").read_text("utf-8")
PULLS = re.findall(r"^pull (\w+) +'(.*)'$", DOC, re.MULTILINE)
FAULTS = {
    name: set(re.findall(r"`(\w+)`", arguments))
    for names, arguments in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| ([^|]*)\|", DOC.partition("## Faults")[2], re.MULTILINE)
    for name in re.findall(r"`(\w+)`", names)
}


@pytest.mark.parametrize(("what", "body"), PULLS)
async def test_each_string_can_be_pulled(what: str, body: str) -> None:
    async with simulated(HandClock()) as program:
        answer = await program.http.post(f"{program.sim.http_url}/sim/{what}", json=json.loads(body))
        assert answer.status_code == 200, answer.text


def test_every_fault_is_there_with_its_arguments() -> None:
    assert len(PULLS) == 6
    assert set(FAULTS) == set(NAMES)
    for name, arguments in FAULTS.items():
        takes = set(inspect.signature(getattr(Faults, name)).parameters) - {"self", "session"}
        assert arguments <= takes, name
        assert takes - arguments <= {"client_id"}, name


def test_names_and_numbers_are_right() -> None:
    for word in (PUBLIC.client_id, CONFIDENTIAL.client_id, CONFIDENTIAL.secret, STREAMER, BOT, MODERATOR, RAIDER):
        assert word in DOC
    assert f"{len(CATALOGUE)} subscription types" in DOC
    assert f"{len(ENDPOINTS)} calls of Helix" in DOC
