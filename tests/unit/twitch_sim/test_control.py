"""The simulator's own strings over HTTP, its record, its schedule of faults, and its command."""

from __future__ import annotations

import asyncio
import json
import random
import re
import tomllib
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fakes.hand_clock import HandClock
from fakes.simulated import Program, simulated
from fakes.until import until
from sidecast.commands import twitch_sim
from sidecast.errors import SidecastError
from sidecast.settings import Settings
from sidecast.twitch_sim.acts import ACTS
from sidecast.twitch_sim.faults import NAMES
from sidecast.twitch_sim.record import Record
from sidecast.twitch_sim.scenario.file import find, load
from sidecast.twitch_sim.schedule import KINDS
from sidecast.twitch_sim.simulator import Simulator


async def post(program: Program, what: str, body: Any) -> httpx2.Response:
    return await program.http.post(f"{program.sim.http_url}/sim/{what}", json=body)


async def test_everything_can_be_pulled_from_outside() -> None:
    async with simulated() as program, program.listening("channel.chat.message", "channel.raid") as listener:
        done = (await post(program, "act", {"act": "say", "who": "wren", "text": "hi"})).json()["done"]
        assert (await listener.event())["message_id"] == done["id"]
        assert (await post(program, "act", {"act": "raid", "raider": "captain_quill", "viewers": 40})).json() == {"done": None}
        assert (await listener.event())["viewers"] == 40
        event = {"to_broadcaster_user_id": program.sim.channel.id, "of_tomorrow": [1]}
        await post(program, "event", {"type": "channel.raid", "event": event})
        assert (await listener.event())["of_tomorrow"] == [1]
        token = (await post(program, "token", {"user": "wren", "scopes": ["user:read:chat"]})).json()["done"]
        assert program.sim.grants.good(token["access_token"])
        await post(program, "fault", {"fault": "close", "code": 4006})
        await until(lambda: program.sim.record.of("ended"))
        state = (await program.http.get(f"{program.sim.http_url}/sim/state")).json()
        assert (state["acts"], state["faults"], state["soak"]) == (list(ACTS), list(NAMES), list(KINDS))
        rows = [json.loads(line) for line in (await program.http.get(f"{program.sim.http_url}/sim/record")).text.splitlines()]
        found = [row["what"] for row in rows if row["socket"] == 1 and row["what"] != "subscribed"]
        assert found == ["opened", "welcomed", "wrote", "wrote", "wrote", "ended"]
        assert (await program.http.delete(f"{program.sim.http_url}/sim/record")).status_code == 204
        assert len(program.sim.record) == 0


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("act", {}),
        ("act", {"act": "fly"}),
        ("act", {"act": "say", "who": "wren"}),
        ("act", []),
        ("fault", {"fault": "explode"}),
        ("fault", {"fault": "close", "code": "many"}),
        ("event", {"type": "x", "event": 7}),
        ("soak", {"every_s": 0}),
        ("soak", {"faults": ["explode"]}),
        ("token", {"scopes": "all"}),
        ("agree", {"user_code": "NOTTHERE", "user": "wren"}),
    ],
)
async def test_what_cannot_be_says_why_and_what_to_do(what: str, body: Any) -> None:
    async with simulated() as program:
        answer = await post(program, what, body)
        assert answer.status_code == 400
        assert answer.json()["error"]
        assert answer.json()["remedy"]


async def test_other_sites_cannot_pull_the_strings() -> None:
    async with simulated() as program:
        url = f"{program.sim.http_url}/sim/fault"
        answer = await program.http.post(url, content=b'{"fault": "drop"}', headers={"Content-Type": "text/plain"})
        assert answer.status_code == 400
        asked = await program.http.options(
            url, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        )
        assert "access-control-allow-origin" not in asked.headers
        assert (await post(program, "nonsense", {})).status_code == 404


def test_the_record_tells_what_must_have_come_and_what_may_not_have() -> None:
    clock = HandClock()
    record = Record(clock)
    record.add("wrote", socket=1, message_id="safe")
    clock.advance(5)
    record.add("wrote", socket=1, message_id="old", note="stale")
    record.add("wrote", socket=1, message_id="risky")
    record.add("wrote", socket=1, message_id="on both")
    record.add("wrote", socket=2, message_id="on both", note="again")
    clock.advance(0.1)
    record.add("ended", socket=1, note="client hung up")
    record.add("ended", socket=2, note="closed 4000")
    assert set(record.due()) == {"safe", "risky", "on both"}
    assert record.stale() == {"old"}
    assert record.doubtful() == {"risky"}
    assert record.doubtful(before_ms=50) == set()


def test_the_record_is_bounded_and_says_what_it_forgot() -> None:
    record = Record(HandClock(), limit=3)
    for number in range(5):
        record.add("wrote", message_id=str(number))
    assert (len(record), record.forgotten) == (3, 2)


async def test_a_soak_draws_the_same_faults_for_the_same_seed() -> None:
    async def drawn(seed: int) -> list[tuple[str, str]]:
        async with Simulator(seed=1, clock=HandClock()) as sim:
            schedule = sim.soak(every_s=30, seed=seed)
            for _ in range(20):
                schedule.next()
            return [(entry.type, entry.note) for entry in sim.record.of("fault")]

    assert await drawn(1) == await drawn(1)
    assert await drawn(1) != await drawn(2)
    assert {name for name, _ in (await drawn(3))[: len(KINDS)]} == {draw(random.Random(1))[0] for draw in KINDS.values()}


async def test_every_fault_of_a_soak_can_be_drawn_and_stopped() -> None:
    rng = random.Random(1)
    clock = HandClock()
    async with simulated(clock) as program:
        for name, draw in KINDS.items():
            fault, arguments = draw(rng)
            program.sim.faults.inject(fault, **arguments)
            assert program.sim.record.of("fault")[-1].type == fault, name
        schedule = program.sim.soak(every_s=30, names=["duplicate"])
        await asyncio.sleep(0)  # the schedule begins
        clock.advance(30)
        await until(lambda: schedule.drawn == 1)
        schedule.stop()


async def test_the_command_says_how_to_point_sidecast_at_it(tmp_path: Path) -> None:
    said: list[str] = []
    ended = asyncio.Event()
    kept = tmp_path / "record.jsonl"
    asked = twitch_sim.parser().parse_args(["--port", "0", "--seed", "3", "--record", str(kept), "--soak", "30"])
    running = asyncio.create_task(twitch_sim.serve(asked, None, said.append, ended))
    await until(lambda: said)
    lines = [line.strip() for line in said[0].splitlines() if re.match(r"\s+(\[|\w+ = )", line)]
    written = tomllib.loads("\n".join(lines))
    settings = Settings.model_validate(written)
    async with httpx2.AsyncClient() as http:
        state = (await http.get(settings.twitch.api.replace("/helix", "/sim/state"))).json()
        assert settings.chat.channel == state["channel"]
        assert settings.twitch.client_id in {app["client_id"] for app in state["apps"]}
        assert (await http.get(f"{settings.twitch.id}/validate")).status_code == 401
    ended.set()
    await running
    assert kept.exists()


async def test_a_scenario_is_played_once_somebody_listens() -> None:
    said: list[str] = []
    ended = asyncio.Event()
    scenario = load(find("raid"))
    asked = twitch_sim.parser().parse_args(["--port", "0"])
    running = asyncio.create_task(twitch_sim.serve(asked, scenario, said.append, ended))
    await until(lambda: len(said) == 2)
    found = re.search(r"port (\d+)", said[0])
    assert found
    reader, writer = await asyncio.open_connection("127.0.0.1", int(found[1]))
    writer.write(b"CAP REQ :twitch.tv/tags twitch.tv/commands\r\nNICK justinfan1\r\nJOIN #larkandpine\r\n")
    await until(lambda: len(said) == 3)
    assert said[2].endswith("begins.")
    writer.close()
    await writer.wait_closed()
    assert reader.exception() is None
    ended.set()
    await running


async def test_a_port_that_is_taken_is_named() -> None:
    async with Simulator() as sim:
        with pytest.raises(SidecastError, match=str(sim.port)):
            async with Simulator(port=sim.port):
                pass


def test_a_scenario_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert twitch_sim.main(["--scenario", "no-such-raid"]) == 1
    assert "There is no scenario" in capsys.readouterr().err
