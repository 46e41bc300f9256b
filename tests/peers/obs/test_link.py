"""`ObsLink` with a real OBS that does nothing wrong."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import traceback
from collections import Counter

import pytest

from fakes.obs_linked import linked, running
from fakes.real_obs import FIRST_SCENE, RealObs
from fakes.until import until
from sidecast.clock import SystemClock
from sidecast.errors import ObsAwayError, ObsLacksError, ObsRefusedError
from sidecast.flow.obs import Call, ObsEvent
from sidecast.obs.link.connection import ObsLink
from sidecast.obs.link.live import METERS_EVENT, MOST_UNHEARD
from sidecast.obs.link.own_config import read_own
from sidecast.obs.link.place import Finder, Place
from sidecast.settings import ObsSettings

pytestmark = pytest.mark.peers


async def test_it_knows_which_obs_this_is(real_obs: RealObs) -> None:
    async with linked(real_obs) as link:
        version = link.version
        said = real_obs.ask("GetVersion")
        assert version is not None
        assert (version.obs, version.websocket) == (said["obsVersion"], said["obsWebSocketVersion"])
        assert version.requests == set(said["availableRequests"])
        assert "png" in version.image_formats
        assert (link.trouble, link.why) == ("", None)
    assert link.version is None


async def test_obs_is_found_by_its_own_configuration(real_obs: RealObs) -> None:
    real_obs.quit()
    real_obs.start()  # what is read now is what OBS itself has written
    own = [real_obs.config_home / "obs-studio"]
    link = ObsLink(Finder(ObsSettings, lambda: None, lambda: read_own(own)), SystemClock(), random.Random(1))
    task = asyncio.create_task(link.run())
    await until(lambda: link.version is not None)
    task.cancel()
    await asyncio.wait({task})


async def test_a_request_does_what_it_says(real_obs: RealObs) -> None:
    item = real_obs.colour("Lamp")
    where = {"sceneName": FIRST_SCENE, "sceneItemId": item}
    async with linked(real_obs) as link:
        assert await link.call("SetSceneItemEnabled", {**where, "sceneItemEnabled": False}) == {}
        assert real_obs.ask("GetSceneItemEnabled", where) == {"sceneItemEnabled": False}
        assert await link.call("GetSceneItemEnabled", where) == {"sceneItemEnabled": False}


async def test_what_obs_refuses(real_obs: RealObs) -> None:
    async with linked(real_obs) as link:
        with pytest.raises(ObsRefusedError, match="Nowhere") as refused:
            await link.call("SetCurrentProgramScene", {"sceneName": "Nowhere"})
        assert refused.value.status == 600
        assert link.version is not None
        with pytest.raises(ObsRefusedError) as refused:
            await link.call("SetCurrentProgramScene")
        assert refused.value.status == 300


@pytest.mark.parametrize("value", ["\ud83d", float("nan"), object()], ids=["half a character", "no number", "no JSON"])
async def test_what_cannot_be_sent_does_not_cost_the_connection(real_obs: RealObs, value: object) -> None:
    changes: list[bool] = []
    async with linked(real_obs) as link:
        link.on_change(lambda: changes.append(link.version is not None))
        with pytest.raises(ObsRefusedError, match="not sent"):
            await link.call("SetCurrentProgramScene", {"sceneName": value})
        assert await link.call("GetSceneList")
        assert changes == []


async def test_what_this_obs_does_not_know_is_not_asked(real_obs: RealObs) -> None:
    async with linked(real_obs) as link:
        assert link.version is not None
        with pytest.raises(ObsLacksError, match=f"OBS {link.version.obs}.*MakeCoffee"):
            await link.call("MakeCoffee")
        with pytest.raises(ObsLacksError, match="MakeCoffee"):
            await link.batch([Call("CreateScene", {"sceneName": "Made"}), Call("MakeCoffee")])
    assert "Made" not in [each["sceneName"] for each in real_obs.ask("GetSceneList")["scenes"]]


async def test_a_batch_is_done_in_order(real_obs: RealObs) -> None:
    calls = [
        Call("CreateScene", {"sceneName": "One"}),
        Call("SetCurrentProgramScene", {"sceneName": "Nowhere"}),
        Call("CreateScene", {"sceneName": "Two"}),
        Call("GetCurrentProgramScene"),
    ]
    async with linked(real_obs) as link:
        one, nowhere, two, current = await link.batch(calls)
        assert (one.error, two.error, current.error) == (None, None, None)
        assert isinstance(nowhere.error, ObsRefusedError)
        assert current.data["currentProgramSceneName"] == FIRST_SCENE
        assert await link.batch([]) == ()


async def test_a_batch_halts(real_obs: RealObs) -> None:
    calls = [Call("SetCurrentProgramScene", {"sceneName": "Nowhere"}), Call("CreateScene", {"sceneName": "Untried"})]
    async with linked(real_obs) as link:
        nowhere, untried = await link.batch(calls, halt=True)
    assert isinstance(nowhere.error, ObsRefusedError)
    assert isinstance(untried.error, ObsRefusedError)
    assert "Untried" not in [each["sceneName"] for each in real_obs.ask("GetSceneList")["scenes"]]


async def test_events_come_in_order_and_one_failing_follower_costs_nobody_else_theirs(
    real_obs: RealObs, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[int] = []
    threads: set[int] = set()

    def fails(event: ObsEvent) -> None:
        raise RuntimeError("a follower's own mistake")

    def hears(event: ObsEvent) -> None:
        threads.add(threading.get_ident())
        if event.name == "CustomEvent":
            heard.append(event.data["number"])

    async with linked(real_obs) as link:
        link.follow(fails)
        end = link.follow(hears)
        # not those of scenes: OBS 32 tells of each new one twice
        for number in range(30):
            real_obs.ask("BroadcastCustomEvent", {"eventData": {"number": number}})
        await until(lambda: len(heard) == 30)
        assert heard == list(range(30))
        assert threads == {threading.get_ident()}
        assert caplog.text.count("a follower of OBS failed") == 1
        assert sum(link.left_out.values()) >= 30
        end()
        others: list[str] = []
        link.follow(lambda event: others.append(event.name))
        real_obs.ask("CreateScene", {"sceneName": "More"})
        await until(lambda: "SceneCreated" in others)
        assert len(heard) == 30


async def test_volume_meters_reach_only_who_wants_them(real_obs: RealObs) -> None:
    heard: list[str] = []
    meters: list[ObsEvent] = []
    async with linked(real_obs) as link:
        link.follow(lambda event: heard.append(event.name))
        end = link.follow(meters.append, meters=True)
        await until(lambda: len(meters) > 5)
        real_obs.scene("Game")
        await until(lambda: "SceneCreated" in heard)
        assert {each.name for each in meters} == {METERS_EVENT}
        assert isinstance(meters[0].data["inputs"], list)
        assert METERS_EVENT not in heard

        real_obs.restart()
        await until(lambda: link.version is None)
        await until(lambda: link.version is not None)
        meters.clear()
        await until(lambda: meters)

        end()
        await link.call("GetSceneList")
        real_obs.ask("BroadcastCustomEvent", {"eventData": {"mark": 1}})
        await until(lambda: "CustomEvent" in heard)
        meters.clear()
        real_obs.ask("BroadcastCustomEvent", {"eventData": {"mark": 2}})
        await until(lambda: Counter(heard)["CustomEvent"] == 2)
        assert meters == []
        assert METERS_EVENT not in heard


async def test_a_loop_that_does_not_take_its_events_looks_again(real_obs: RealObs) -> None:
    changes: list[bool] = []
    heard: list[ObsEvent] = []
    async with linked(real_obs) as link:
        link.on_change(lambda: changes.append(link.version is not None))
        link.follow(heard.append)
        for number in range(MOST_UNHEARD + 200):  # this blocks the loop
            real_obs.ask("BroadcastCustomEvent", {"eventData": {"number": number}})
        await until(lambda: changes == [False, True])
        assert len(heard) <= MOST_UNHEARD


async def test_it_is_made_anew_when_it_is_told_so(real_obs: RealObs) -> None:
    moved: list[Place] = []
    async with running(Place(port=1), more=moved) as link:
        await until(lambda: link.why is not None)
        moved.append(Place(port=real_obs.port, passwords=(real_obs.password,)))
        link.again()
        await until(lambda: link.version is not None)


async def test_while_obs_is_not_used_nothing_is_wrong() -> None:
    async with running(None) as link:
        await asyncio.sleep(0)
        assert link.trouble == ""
        with pytest.raises(ObsAwayError, match="not used"):
            await link.call("GetVersion")


async def test_no_thread_is_left(real_obs: RealObs) -> None:
    async with linked(real_obs):
        assert {"obs-asks", "obs-tells"} <= {each.name for each in threading.enumerate()}
    assert not [each.name for each in threading.enumerate() if each.name.startswith("obs-")]


async def test_a_proxy_of_the_environment_is_not_asked(real_obs: RealObs, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with linked(real_obs) as link:
        assert link.version is not None


async def test_no_log_line_repr_or_error_has_the_password(real_obs: RealObs, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("obsws_python", "obsws_python.baseclient.ObsClient", "websocket"):
        caplog.set_level(logging.DEBUG, logger=name)
    planted = "planted-and-wrong"
    shown: list[str] = []
    async with running(Place(port=real_obs.port, passwords=(planted, real_obs.password))) as link:
        await until(lambda: link.version is not None)
        shown += [repr(link), repr(vars(link)), link.trouble]
        with pytest.raises(ObsRefusedError) as refused:
            await link.call("SetCurrentProgramScene", {"sceneName": "Nowhere"})
        shown.append(with_locals(refused.value))
        real_obs.kill()
        await until(lambda: link.version is None)
        with pytest.raises(ObsAwayError) as away:
            await link.call("GetVersion")
        shown += [with_locals(away.value), link.trouble]
    async with running(Place(port=real_obs.port, passwords=(planted,))) as link:
        await until(lambda: link.why is not None)
        shown += [link.trouble, repr(vars(link))]
    real_obs.start()
    async with running(Place(port=real_obs.port, passwords=(planted,))) as link:
        await until(lambda: link.trouble and "password" in link.trouble)
        shown.append(link.trouble)
    assert caplog.messages, "nothing was logged, so nothing is proved"
    for text in [*shown, caplog.text]:
        assert planted not in text
        assert real_obs.password not in text


def with_locals(error: BaseException) -> str:
    """As a crash report would show it: with the local variables of all frames of ours."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in told.stack if "sidecast/obs" in frame.filename]
    assert frames
    return repr([(frame.name, frame.locals) for frame in frames])
