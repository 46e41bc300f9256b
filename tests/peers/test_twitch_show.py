"""A real show in a process of its own logs in to the simulated Twitch; its log, its files and its answers hold no token."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest

from fakes.furnished import Client
from fakes.served import data_of, served
from sidecast.twitch_sim.oauth.apps import PUBLIC
from sidecast.twitch_sim.simulator import Simulator

pytestmark = [pytest.mark.peers, pytest.mark.asyncio]

LONGEST_S = 60


def settings_in(folder: Path, sim: Simulator) -> Path:
    file = folder / "sidecast.toml"
    lines = ["[twitch]", f'client_id = "{PUBLIC.client_id}"', f'api = "{sim.helix_url}"', f'id = "{sim.id_url}"']
    file.write_text("\n".join([*lines, f'eventsub = "{sim.eventsub_url}"', ""]))
    return file


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_tokens_of_a_show_that_runs_are_in_its_vault_alone(tmp_path: Path) -> None:
    answers: list[str] = []
    planted: set[str] = set()
    async with Simulator(seed=6) as sim:
        sim.grants.interval_s = 1

        def plant() -> None:
            for token in [*sim.grants._access.values(), *sim.grants._refresh.values()]:
                planted.update({token.access, token.refresh} - {""})
            planted.update(sim.grants._devices)

        async with served(tmp_path, "--demo", "--settings", str(settings_in(tmp_path, sim))) as show:
            owner = Client(show.address)

            async def ask(method: str, path: str, body: Any = None) -> Any:
                said = await asyncio.to_thread(owner.ask, method, path, body)
                plant()
                answers.append(json.dumps(said))
                return said

            await asyncio.to_thread(owner.http.get, show.link)
            await asyncio.to_thread(owner.is_in)
            for account, login in (("broadcaster", "larkandpine"), ("bot", "sidecast_bot")):
                begun = await ask("POST", "twitch/log-in", {"account": account})
                sim.agree(begun["log_in"]["user_code"], login)
                until = time.monotonic() + LONGEST_S
                while (shown := await ask("GET", "twitch"))["log_in"]["step"] == "waiting":
                    assert time.monotonic() < until
                    await asyncio.sleep(0.2)
                assert shown["log_in"]["step"] == "done", shown["log_in"]
            sim.grants.expire()
            checked = await ask("POST", "twitch/check", {})
            assert [each["state"] for each in checked["accounts"]] == ["good", "good"]
            sim.grants.disconnect(sim.channel)
            checked = await ask("POST", "twitch/check", {})
            assert [each["state"] for each in checked["accounts"]] == ["ended", "good"]
            out = await ask("DELETE", "twitch/accounts/bot")
            assert out["accounts"][1]["state"] == "none"
            await ask("PUT", "twitch/features/polls", {"on": True})
            assert '"polls"' in (tmp_path / "sidecast.toml").read_text()
        assert not sim.grants._access
    assert len(planted) >= 10
    looked = files(tmp_path)
    assert tmp_path / "app.log" in looked
    assert data_of(tmp_path) / "vault" / "vault.db" in looked
    for path, content in looked.items():
        assert not [secret[:4] for secret in planted if secret.encode() in content], path.name
    assert not [secret[:4] for secret in planted if secret in "\n".join(answers)]
