"""The control room's desk over the real OBS, without a browser: how it is connected, and that nothing waits for it in vain."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.obs_room import ObsRoom, nothing, obs_room, own_of
from fakes.real_obs import RealObs
from fakes.until import until
from sidecast.control.api.obs_models import PasswordFrom
from sidecast.control.api.problems import Refusal
from sidecast.obs.link.place import PASSWORD

pytestmark = [pytest.mark.peers, pytest.mark.asyncio]


async def connected(room: ObsRoom) -> None:
    await until(lambda: room.obs.link.version is not None)


async def test_trying_again_returns_as_soon_as_it_is_known_how_it_ended(real_obs: RealObs, tmp_path: Path) -> None:
    async with obs_room(tmp_path, own=own_of(real_obs)) as room:
        await connected(room)
        changes: list[bool] = []
        room.obs.link.on_change(lambda: changes.append(room.obs.link.version is not None))
        await room.desk.again()
        assert changes == [False, True], "it was made anew"
        assert (await room.desk.shown()).connected
        real_obs.kill()
        await until(lambda: room.obs.link.version is None)
        await room.desk.again()
        shown = await room.desk.shown()
        assert (shown.connected, "does not answer" in shown.words) == (False, True)


async def test_what_obs_refuses_is_not_kept_and_the_old_password_stays(real_obs: RealObs, tmp_path: Path) -> None:
    async with obs_room(tmp_path, own=nothing, settings=f"port = {real_obs.port}") as room:
        await room.desk.connect("", real_obs.port, real_obs.password)
        assert (await room.desk.shown()).password is PasswordFrom.VAULT
        with pytest.raises(Refusal, match="does not accept the password") as refusal:
            await room.desk.connect("", real_obs.port, "not the right one")
        assert "not the right one" not in str(refusal.value)
        assert room.vault.get(PASSWORD) == real_obs.password
        assert (await room.desk.shown()).connected


async def test_an_obs_that_is_not_there_yet_may_be_named_and_is_found_when_it_comes(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.kill()
    async with obs_room(tmp_path, own=nothing) as room:
        await room.desk.connect("", real_obs.port, real_obs.password)
        assert not (await room.desk.shown()).connected
        assert f"port = {real_obs.port}" in room.file.read_text()
        real_obs.start()
        await connected(room)


async def test_that_obs_does_not_run_is_no_trouble_and_that_it_has_gone_is(real_obs: RealObs, tmp_path: Path) -> None:
    async with obs_room(tmp_path, own=nothing, settings="port = 9") as room:
        await until(lambda: room.obs.link.trouble != "")
        assert room.notes == []
    async with obs_room(tmp_path / "next", own=own_of(real_obs)) as room:
        await connected(room)
        real_obs.kill()
        await until(lambda: bool(room.notes))
        part, sentence = room.notes[0]
        assert (part, "OBS" in sentence) == ("obs", True)
        real_obs.start()
        await until(lambda: room.notes[-1] == ("obs", ""))


async def test_ending_the_show_puts_back_what_a_rule_holds_for_a_while(real_obs: RealObs, tmp_path: Path) -> None:
    lamp = real_obs.colour("Lamp")
    place = {"sceneName": "Scene", "sceneItemId": lamp}
    rules = '[[rule]]\nname = "Dark"\nwhen = { every = "1 h" }\ndo = [{ hide = "Lamp", for = "10 min" }]\n'
    async with obs_room(tmp_path, own=own_of(real_obs), rules=rules) as room:
        await connected(room)
        await until(lambda: room.obs.room.state.connected)
        tested = await room.desk.test_rule("Dark", dry=False)
        assert [each.done for each in tested.acts] == [True], tested
        assert not real_obs.ask("GetSceneItemEnabled", place)["sceneItemEnabled"]
    assert real_obs.ask("GetSceneItemEnabled", place)["sceneItemEnabled"]
    # asked at once, although the ledger writes a little later
    assert [line.rule for line in room.ran] == ["Dark"]


async def test_sounds_are_told_apart(real_obs: RealObs, tmp_path: Path) -> None:
    real_obs.media("Music", tmp_path / "none.ogg")
    real_obs.colour("Lamp")
    async with obs_room(tmp_path, own=own_of(real_obs)) as room:
        await connected(room)
        stock = await room.desk.stock()
        assert "Music" in {each.name for each in stock.sounds}
        assert "Lamp" not in {each.name for each in stock.sounds}, "it makes no sound"
        assert stock.scenes == ["Scene"]


async def test_a_part_that_fails_is_said_and_the_others_go_on(real_obs: RealObs, tmp_path: Path) -> None:
    async def breaks() -> None:
        raise RuntimeError("a fault of ours")

    async with obs_room(tmp_path, own=own_of(real_obs)) as room:
        room.obs._tasks.append(room.obs._task("window", breaks()))
        await until(lambda: bool(room.notes))
        assert "“window” of OBS has failed" in room.notes[0][1]
        await connected(room)
        await until(lambda: room.obs.room.state.connected)
        assert len(room.notes) == 1
