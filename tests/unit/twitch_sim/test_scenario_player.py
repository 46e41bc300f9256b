"""Scenarios that are asked for while the simulator runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sidecast.twitch_sim.ids import Ids
from sidecast.twitch_sim.scenario.file import ScenarioError
from sidecast.twitch_sim.scenario.player import Player
from sidecast.twitch_sim.scenario.scene import Scene
from sidecast.twitch_sim.world.cast import furnished
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

TWO = '[[step]]\nat = 1\nsay = { from = "wren", text = "a" }\n[[step]]\nat = 9\nsay = { from = "wren", text = "b" }'


class Irc:
    def reconnect(self) -> None: ...

    def hang_up(self) -> None: ...


def with_player(script: Callable[[Player], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        clock = loop_clock()
        world = furnished(clock, Ids(1))
        tasks = asyncio.get_running_loop()
        player = Player(lambda: Scene(world, lambda name, **arguments: None, Irc()), clock, 1, tasks.create_task)
        result = await script(player)
        player.stop()
        return result

    return run_virtual(run())


def test_one_is_played_in_the_background_and_says_how_far_it_is() -> None:
    async def script(player: Player) -> list[tuple[bool, int]]:
        seen = []
        player.asked({"toml": TWO})
        for _ in range(3):
            await asyncio.sleep(5)
            seen.append((player.on, player.state()["done"]))
        return seen

    assert with_player(script) == [(True, 1), (False, 2), (False, 2)]


def test_one_at_a_time_and_it_can_be_stopped() -> None:
    async def script(player: Player) -> None:
        player.asked({"toml": TWO})
        with pytest.raises(ScenarioError, match="is on"):
            player.asked({"name": "raid"})
        await asyncio.sleep(2)
        assert player.asked({"stop": True}) == {"stopped": True}
        await asyncio.sleep(20)
        assert (player.on, player.playing.done) == (False, 1)
        assert player.asked({"stop": True}) == {"stopped": False}
        assert player.asked({"name": "raid"})["title"] == "A friendly raid"

    with_player(script)


@pytest.mark.parametrize("asked", [{}, {"name": 5}, {"name": "/etc/passwd"}, {"toml": "= ="}, {"stop": False}])
def test_what_cannot_be_played_is_refused(asked: dict[str, Any]) -> None:
    async def script(player: Player) -> None:
        with pytest.raises(ScenarioError):
            player.asked(asked)

    with_player(script)
