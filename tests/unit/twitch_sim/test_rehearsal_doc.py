"""What docs/for-streamers-rehearsal.md tells people to type is right."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from sidecast.commands.twitch_sim import PORT
from sidecast.settings import Settings
from sidecast.twitch_sim.faults import NAMES
from sidecast.twitch_sim.oauth.apps import PUBLIC
from sidecast.twitch_sim.scenario.file import ScenarioError, parse, shipped
from sidecast.twitch_sim.scenario.steps import KINDS
from sidecast.twitch_sim.world.cast import BOT, STREAMER

pytestmark = pytest.mark.unit

DOC = (Path(__file__).resolve().parents[3] / "docs" / "for-streamers-rehearsal.md").read_text("utf-8")
FILES = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)
ROWS = [re.findall(r"`(\w+(?:-\w+)*)`", row.split("|")[1]) for row in DOC.splitlines() if row.startswith("| `")]
NAMED = [name for row in ROWS for name in row]


def test_its_settings_are_those_of_the_simulator() -> None:
    settings = Settings(**tomllib.loads(FILES[0] + FILES[1]))
    assert (settings.chat.channel, settings.chat.irc_host, settings.chat.irc_port) == (STREAMER, "127.0.0.1", PORT)
    assert settings.twitch.client_id == PUBLIC.client_id
    assert (settings.twitch.api, settings.twitch.id) == (f"http://127.0.0.1:{PORT}/helix", f"http://127.0.0.1:{PORT}/oauth2")
    assert settings.twitch.eventsub == f"ws://127.0.0.1:{PORT}/ws"
    assert BOT in DOC


def test_its_scenario_can_be_played_and_its_mistake_is_named_so() -> None:
    assert len(parse(FILES[2], "friday.toml").steps) == 5
    with pytest.raises(ScenarioError) as error:
        parse(FILES[2].replace(", viewers = 60", ""), "friday.toml")
    assert f"sidecast: {error.value}" in DOC


def test_it_names_all_scenarios_and_all_steps() -> None:
    assert set(NAMED) == set(shipped()) | set(KINDS)


def test_it_says_what_each_step_takes() -> None:
    for row in DOC[DOC.index("| step |") :].splitlines():
        for kind in re.findall(r"`(\w+)`", row.split("|")[1]) if row.startswith("| `") else []:
            keys = {field.alias or name for name, field in KINDS[kind].model_fields.items()}
            missing = {key for key in keys if f"`{key}`" not in row and f"`{key} =" not in row}
            assert not missing, kind


def test_its_faults_are_there() -> None:
    [row] = [row for row in DOC.splitlines() if row.startswith("| `fault`")]
    named = set(re.findall(r"`(\w+)`", row)) - {"fault", "name", "code"}
    assert named <= set(NAMES)
