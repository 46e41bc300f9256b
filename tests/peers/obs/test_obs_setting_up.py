"""The set-up's overlays over the real OBS: one link for all of them, its token in OBS alone, withdrawn with the set-up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from fakes.accounts import CheapAccounts
from fakes.obs_linked import linked
from fakes.obs_with_pages import WithPages
from fakes.real_obs import RealObs
from sidecast.clock import SystemClock
from sidecast.control.access.permission import Caller, Permission, Role
from sidecast.control.api.obs_models import OverlayPart, PlanShown, SetUpSeen, SetUpWish
from sidecast.control.api.problems import Refusal
from sidecast.desks.obs_setting_up import SettingUp
from sidecast.flow.obs import ObsApi
from sidecast.obs.setup import Done, Journal, Wanted, Window, freshen

pytestmark = [pytest.mark.peers, pytest.mark.asyncio]

MIRA = Caller(id="member:1", name="Mira", permissions=frozenset(Permission), role=Role.OWNER)
WISH = SetUpWish(voice=False, overlays=[OverlayPart.CAPTION, OverlayPart.CARDS])


class Bench:
    def __init__(self, api: ObsApi, folder: Path) -> None:
        self.api = api
        self.links = CheapAccounts(SystemClock(), None).overlay_links
        self.desk = SettingUp(
            api,
            Journal(folder / "obs-setup.json"),
            SystemClock(),
            window=lambda: Window(open=False),
            voice=lambda: None,
            links=self.links,
            address=lambda: "http://127.0.0.1:8787/",
        )

    async def set_up(self, wish: SetUpWish) -> PlanShown:
        """As the page does it."""
        plan = await self.desk.preview(wish)
        return await self.desk.set_up(SetUpSeen(**wish.model_dump(), steps=[step.words for step in plan.steps]), MIRA)


@pytest_asyncio.fixture
async def bench(real_obs: RealObs, tmp_path: Path) -> AsyncIterator[Bench]:
    async with linked(real_obs) as link:
        yield Bench(WithPages(link), tmp_path)


def address_of(obs: RealObs, name: str) -> str:
    return str(obs.ask("GetInputSettings", {"inputName": name})["inputSettings"]["url"])


async def test_all_overlays_have_one_token_which_is_told_to_obs_alone(bench: Bench, real_obs: RealObs, tmp_path: Path) -> None:
    preview = await bench.desk.preview(WISH)
    assert bench.links.all() == [], "a preview makes nothing"
    done = await bench.set_up(WISH)
    (link,) = bench.links.all()
    caption, cards = address_of(real_obs, "Sidecast caption"), address_of(real_obs, "Sidecast cards")
    assert caption.startswith(f"http://127.0.0.1:8787/overlay/caption#token={link.prefix}")
    token = caption.partition("token=")[2]
    assert cards == f"http://127.0.0.1:8787/overlay/cards#token={token}"
    assert bench.links.find(token) is not None
    assert token not in f"{preview}{done}{(tmp_path / 'obs-setup.json').read_text()}"


async def test_what_is_there_keeps_its_address_and_a_second_time_makes_no_link(bench: Bench, real_obs: RealObs) -> None:
    await bench.set_up(WISH)
    before = address_of(real_obs, "Sidecast caption")
    again = await bench.desk.preview(WISH)
    assert again.steps == [], again
    await bench.set_up(WISH)
    assert len(bench.links.all()) == 1
    assert address_of(real_obs, "Sidecast caption") == before


async def test_an_overlay_that_is_not_wished_for_any_more_goes(bench: Bench, real_obs: RealObs) -> None:
    await bench.set_up(WISH)
    await bench.set_up(WISH.model_copy(update={"overlays": [OverlayPart.CARDS]}))
    names = {each["inputName"] for each in real_obs.ask("GetInputList")["inputs"]}
    assert ("Sidecast caption" in names, "Sidecast cards" in names) == (False, True)


async def test_pages_are_loaded_anew_once_the_app_is_there(
    bench: Bench, real_obs: RealObs, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await bench.set_up(WISH)
    wanted, journal = Wanted(window=Window(open=False)), Journal(tmp_path / "obs-setup.json")
    for reload, told in ((False, 0), (True, 2)):
        caplog.clear()
        done = await freshen(bench.api, wanted, journal, wake=False, reload=reload)
        assert done == Done()
        # what stands in for a browser source has no such button: OBS says so of each that was asked
        assert [record.args[0] for record in caplog.records if "anew" in record.msg and isinstance(record.args, tuple)] == [
            "Sidecast cards",
            "Sidecast caption",
        ][:told]


async def test_undo_withdraws_the_link_and_no_other(bench: Bench, real_obs: RealObs) -> None:
    await bench.links.make(MIRA, "the big screen")
    await bench.set_up(WISH)
    token = address_of(real_obs, "Sidecast caption").partition("token=")[2]
    done = await bench.desk.undo(MIRA)
    assert done.words == "It is taken back.", done
    assert bench.links.find(token) is None
    assert [link.name for link in bench.links.all()] == ["the big screen"]


async def test_an_obs_without_web_pages_gets_no_link_and_says_why(real_obs: RealObs, tmp_path: Path) -> None:
    async with linked(real_obs) as link:
        bench = Bench(link, tmp_path)
        done = await bench.set_up(WISH)
        assert "no browser source" in " ".join(done.notes)
        assert bench.links.all() == []


async def test_what_was_not_seen_is_not_done(bench: Bench, real_obs: RealObs) -> None:
    with pytest.raises(Refusal, match="not as it was when you looked"):
        await bench.desk.set_up(SetUpSeen(**WISH.model_dump(), steps=["Make something else."]), MIRA)
    assert [each["sceneName"] for each in real_obs.ask("GetSceneList")["scenes"]] == ["Scene"]
    assert bench.links.all() == []
