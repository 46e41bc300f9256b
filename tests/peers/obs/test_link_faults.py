"""What goes wrong between Sidecast and a real OBS: noticed, told, mended, and no answer is ever another's.

How soon is measured by `./sidecast bench obs`; here nothing passes or fails by a clock.
"""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from fakes.obs_linked import linked, running
from fakes.obs_wire import ObsWire
from fakes.real_obs import RealObs
from fakes.until import until
from sidecast.errors import ObsAwayError
from sidecast.obs.link.connection import MOST_WAITING, ObsLink
from sidecast.obs.link.own_config import read_own
from sidecast.obs.link.place import Place
from sidecast.obs.link.troubles import Why

pytestmark = pytest.mark.peers


def place_of(obs: RealObs, *passwords: str) -> Place:
    return Place(port=obs.port, passwords=passwords or (obs.password,))


async def scene_of(link: ObsLink) -> str:
    return str((await link.call("GetCurrentProgramScene"))["currentProgramSceneName"])


async def test_a_frozen_obs_is_noticed_by_who_asks_and_by_who_does_not(real_obs: RealObs) -> None:
    async with linked(real_obs) as link:
        real_obs.freeze()
        with pytest.raises(ObsAwayError):
            await link.call("GetVersion", timeout_s=60.0)
        assert link.version is None
        real_obs.thaw()
        await until(lambda: link.version is not None)

        real_obs.freeze()  # and nobody asks
        await until(lambda: link.version is None)
        assert link.trouble
        with pytest.raises(ObsAwayError):
            await link.call("GetVersion")
        await until(lambda: link.why is Why.SILENT)
        real_obs.thaw()
        await until(lambda: link.version is not None)
        assert link.trouble == ""


async def test_after_a_time_out_no_answer_is_the_one_before(real_obs: RealObs) -> None:
    real_obs.scene("Game")
    async with linked(real_obs) as link:
        for _ in range(3):
            real_obs.freeze()
            with pytest.raises(ObsAwayError):
                await link.call("GetSceneList", timeout_s=0.2)
            real_obs.thaw()
            answers = 0
            while answers < 5:
                try:
                    assert await scene_of(link) == "Game"
                    assert "scenes" not in await link.call("GetStudioModeEnabled")
                    answers += 1
                except ObsAwayError:
                    await until(lambda: link.version is not None)


async def test_a_killed_obs_and_its_return(real_obs: RealObs) -> None:
    changes: list[bool] = []
    async with linked(real_obs) as link:
        link.on_change(lambda: changes.append(link.version is not None))
        asked = [asyncio.create_task(link.call("GetSceneList")) for _ in range(50)]
        await asyncio.sleep(0)
        real_obs.kill()
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert all("scenes" in each if isinstance(each, Mapping) else isinstance(each, ObsAwayError) for each in told)
        await until(lambda: link.why is Why.AWAY)
        assert "does not run" in link.trouble

        real_obs.start()
        await until(lambda: link.version is not None)
        assert await scene_of(link)
        assert changes == [False, True]


async def test_obs_that_is_quit_and_started_keeps_being_followed(real_obs: RealObs) -> None:
    heard: list[str] = []
    async with linked(real_obs) as link:
        link.follow(lambda event: heard.append(event.name))
        real_obs.quit()
        await until(lambda: link.version is None)
        real_obs.start()
        await until(lambda: link.version is not None)
        heard.clear()
        real_obs.scene("Later")
        await until(lambda: "CurrentProgramSceneChanged" in heard)


async def test_the_connections_are_cut(real_obs: RealObs) -> None:
    async with ObsWire(real_obs.port) as wire, running(dataclasses.replace(place_of(real_obs), port=wire.port)) as link:
        await until(lambda: link.version is not None)
        wire.cut()
        await until(lambda: wire.taken >= 4 and link.version is not None)
        assert await scene_of(link) == "Scene"


async def test_connections_that_break_again_and_again_leave_nothing_behind(real_obs: RealObs) -> None:
    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    def more_than(taken: int) -> bool:
        return wire.taken > taken

    async with ObsWire(real_obs.port) as wire, running(dataclasses.replace(place_of(real_obs), port=wire.port)) as link:
        files: list[int] = []
        threads: list[int] = []
        for _ in range(8):
            await until(lambda: wire.connected == 2 and link.version is not None)
            taken = wire.taken
            files.append(open_files())
            threads.append(threading.active_count())
            wire.cut()
            await until(partial(more_than, taken))
    assert max(files[-3:]) <= max(files[:3])
    assert max(threads[-3:]) <= max(threads[:3])


@pytest.mark.parametrize("which", [0, 1], ids=["told", "asks"])
async def test_a_socket_is_half_closed(real_obs: RealObs, which: int) -> None:
    async with ObsWire(real_obs.port) as wire, running(dataclasses.replace(place_of(real_obs), port=wire.port)) as link:
        await until(lambda: link.version is not None)
        wire.half_close(which)
        await until(lambda: wire.taken >= 4 and link.version is not None)
        assert await scene_of(link) == "Scene"


async def test_a_silent_server(real_obs: RealObs) -> None:
    async with ObsWire(real_obs.port) as wire:
        wire.silent = True
        async with running(dataclasses.replace(place_of(real_obs), port=wire.port)) as link:
            await until(lambda: link.why is Why.SILENT)
            assert str(wire.port) in link.trouble
            wire.silent = False
            await until(lambda: link.version is not None)
            wire.silent = True  # both connections stay open
            await until(lambda: link.version is None)
            wire.silent = False
            await until(lambda: link.version is not None)


async def test_a_wrong_password_and_its_correction(real_obs: RealObs) -> None:
    corrected: list[Place] = []
    async with running(place_of(real_obs, "not this one"), more=corrected) as link:
        await until(lambda: link.why is Why.PASSWORD_WRONG)
        assert "password" in link.trouble
        assert "not this one" not in link.trouble
        corrected.append(place_of(real_obs))
        await until(lambda: link.version is not None)


async def test_the_second_password_is_tried(real_obs: RealObs) -> None:
    async with running(place_of(real_obs, "an older one", real_obs.password)) as link:
        await until(lambda: link.version is not None)


async def test_no_password(real_obs: RealObs) -> None:
    async with running(Place(port=real_obs.port)) as link:
        await until(lambda: link.why is Why.PASSWORD_WANTED)


async def test_obs_whose_server_is_off(real_obs: RealObs) -> None:
    real_obs.quit()
    real_obs.configure(server=False)
    own = read_own([real_obs.config_home / "obs-studio"])
    async with running(Place(port=real_obs.port, own=own)) as link:
        await until(lambda: link.why is Why.SERVER_OFF)
        assert "Enable WebSocket server" in link.trouble
        real_obs.configure()
        real_obs.start()
        await until(lambda: link.why is not Why.SERVER_OFF)


async def test_another_program_at_the_port() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, running(Place(port=server.sockets[0].getsockname()[1])) as link:
        await until(lambda: link.why is Why.NOT_OBS)


async def test_more_than_can_wait_are_turned_away_and_counted(real_obs: RealObs) -> None:
    async with linked(real_obs) as link:
        asked = (link.call("GetStudioModeEnabled", timeout_s=60.0) for _ in range(MOST_WAITING + 50))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(each, ObsAwayError) for each in answers) == 50
        assert sum(link.left_out.values()) == 50
        assert await link.call("GetStudioModeEnabled")


async def test_what_nobody_waits_for_any_more_is_not_sent(real_obs: RealObs) -> None:
    async with linked(real_obs) as link:
        real_obs.freeze()
        first = asyncio.create_task(link.call("GetStats", timeout_s=60.0))
        await asyncio.sleep(0)
        with pytest.raises(ObsAwayError, match="not sent"):
            await link.call("CreateScene", {"sceneName": "Too late"}, timeout_s=0.05)
        gone = asyncio.create_task(link.call("CreateScene", {"sceneName": "Not wanted"}, timeout_s=60.0))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait({gone})
        real_obs.thaw()
        await asyncio.wait({first})
        await until(lambda: link.version is not None)
        await link.call("GetStudioModeEnabled")
    names = {each["sceneName"] for each in real_obs.ask("GetSceneList")["scenes"]}
    assert not names & {"Too late", "Not wanted"}


async def test_three_hundred_at_once_get_each_its_own(real_obs: RealObs) -> None:
    scenes = {f"Scene {number}": real_obs.ask("CreateScene", {"sceneName": f"Scene {number}"}) for number in range(20)}
    items = {name: real_obs.colour(f"Source of {name}", scene=name) for name in scenes}
    async with linked(real_obs) as link:
        names = [f"Scene {number % 20}" for number in range(300)]
        answers = await asyncio.gather(*(link.call("GetSceneItemList", {"sceneName": name}, timeout_s=60.0) for name in names))
    for name, answer in zip(names, answers, strict=True):
        assert [(each["sourceName"], each["sceneItemId"]) for each in answer["sceneItems"]] == [
            (f"Source of {name}", items[name])
        ]
