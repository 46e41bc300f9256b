"""Set-up → OBS in a real Chromium, against the real OBS: connected, set up, taken back, its rules tried."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from fakes.fits import beyond, too_small
from fakes.obs_room import ObsRoom, nothing, obs_room, own_of
from fakes.opened import opened, violations
from fakes.page import axe
from fakes.real_obs import RealObs
from fakes.until import until
from sidecast.obs.link.place import PASSWORD

pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

PLACE = "set-up/obs"
RULES = """# mine
[[rule]]
name = "Lamp"
when = { every = "1 hour" }
do = [{ show = "Lamp", for = "0.5 s" }, { hide = "Lamp" }]

[[rule]]
name = "Party"
when = { command = "!party", by = "moderator" }
if = { streaming = true }
cooldown = "1 min"
do = [{ scene = "Partty" }]
"""


@pytest_asyncio.fixture(loop_scope="module")
async def room(page_files: Path, real_obs: RealObs, tmp_path: Path) -> AsyncIterator[ObsRoom]:
    """Its OBS was found in OBS's own configuration."""
    async with obs_room(tmp_path, own=own_of(real_obs), rules=RULES) as room:
        yield room


async def arrived(page: Page) -> None:
    await expect(page.get_by_role("heading", name="Rules", exact=True)).to_be_visible()


async def fill_in(page: Page, where: str, password: str) -> None:
    await page.get_by_label("Where OBS runs").fill(where)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Connect").click()


async def test_an_obs_of_this_machine_is_found_without_a_word_and_its_state_is_shown(
    browser: Browser, room: ObsRoom, real_obs: RealObs
) -> None:
    async with opened(browser, room, PLACE) as page:
        await expect(page.get_by_text("connected", exact=True)).to_be_visible()
        await expect(page.get_by_text("Found in OBS’s own configuration.")).to_be_visible()
        await expect(page.get_by_text("Its password is read from OBS’s own configuration.")).to_be_visible()
        await expect(page.get_by_role("form", name="Connect to OBS")).to_have_count(0)
        now = page.get_by_label("How it stands in OBS")
        await expect(now).to_contain_text("Scene")
        real_obs.scene("Just chatting")
        await expect(now).to_contain_text("Just chatting")
        real_obs.kill()
        await expect(page.get_by_text("not connected", exact=True)).to_be_visible()
        await expect(page.get_by_text(re.compile("does not answer|broke"))).to_be_visible()
        real_obs.start()
        await expect(page.get_by_text("connected", exact=True)).to_be_visible()


async def test_two_fields_connect_and_the_password_goes_to_the_vault_alone(
    browser: Browser, real_obs: RealObs, tmp_path: Path
) -> None:
    async with obs_room(tmp_path, own=nothing, settings="port = 9") as room, opened(browser, room, PLACE) as page:
        answers: list[str] = []
        page.on("response", lambda answer: answers.append(answer.url))
        await expect(page.get_by_text("not connected", exact=True)).to_be_visible()
        await fill_in(page, f"127.0.0.1:{real_obs.port}", "not the right one")
        await expect(page.get_by_role("alert").filter(has_text="does not accept the password")).to_be_visible()
        assert room.vault.get(PASSWORD) is None, "what OBS refuses is not kept"
        assert f"{real_obs.port}" not in room.file.read_text()

        await fill_in(page, f"127.0.0.1:{real_obs.port}", real_obs.password)
        await expect(page.get_by_text("connected", exact=True)).to_be_visible()
        await expect(page.get_by_text("Its password is in the vault.")).to_be_visible()
        assert room.vault.get(PASSWORD) == real_obs.password
        assert f"port = {real_obs.port}" in room.file.read_text()
        assert ("obs.connection", "") in room.audit.noted
        assert real_obs.password not in await page.content()
        assert not [url for url in answers if real_obs.password in url]
        assert real_obs.password not in room.file.read_text()

        await page.get_by_role("button", name="Another OBS or password").click()
        await page.get_by_role("button", name="Forget the password").click()
        await expect(page.get_by_text("asks for a password, and there is none")).to_be_visible()
        assert room.vault.get(PASSWORD) is None


async def test_an_address_that_is_none_is_said_before_anything_is_asked(browser: Browser, tmp_path: Path) -> None:
    async with obs_room(tmp_path, settings="port = 9") as room, opened(browser, room, PLACE) as page:
        await fill_in(page, "my computer upstairs", "whatever")
        await expect(page.get_by_role("alert")).to_contain_text("This is no address.")
        assert not room.audit.noted


async def test_the_set_up_is_seen_done_and_taken_back(browser: Browser, room: ObsRoom, real_obs: RealObs) -> None:
    before = real_obs.ask("GetSceneList")["scenes"], real_obs.ask("GetInputList")["inputs"]
    async with opened(browser, room, PLACE) as page:
        await page.get_by_role("button", name="Show me the steps").click()
        steps = page.get_by_role("region", name="The steps")
        await expect(steps.get_by_text("Make the scene “Sidecast”")).to_be_visible()
        assert real_obs.ask("GetSceneList")["scenes"] == before[0], "only looked at"
        await steps.get_by_role("button", name="Do it").click()
        await expect(page.get_by_role("heading", name="It is set up.")).to_be_visible()
        assert "Sidecast" in {each["sceneName"] for each in real_obs.ask("GetSceneList")["scenes"]}
        assert ("obs.set_up", "") in room.audit.noted
        await page.get_by_role("button", name="Good").click()
        await expect(page.get_by_text(re.compile("It has made"))).to_be_visible()

        # a second time there is nothing to do
        await page.get_by_role("button", name="Show me the steps").click()
        await expect(page.get_by_text("All of it is there already.")).to_be_visible()

        await page.get_by_role("button", name="Take it back…").click()
        await page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
        await expect(page.get_by_role("heading", name="It is taken back.")).to_be_visible()
        after = real_obs.ask("GetSceneList")["scenes"], real_obs.ask("GetInputList")["inputs"]
        assert after == before
        assert ("obs.set_up_undone", "") in room.audit.noted


async def test_nothing_is_done_when_obs_is_another_than_was_looked_at(browser: Browser, room: ObsRoom, real_obs: RealObs) -> None:
    async with opened(browser, room, PLACE) as page:
        await page.get_by_role("button", name="Show me the steps").click()
        await expect(page.get_by_text("Make the scene “Sidecast”")).to_be_visible()
        real_obs.scene("Sidecast")  # the streamer's own, of that very name
        await page.get_by_role("button", name="Do it").click()
        await expect(page.get_by_text("OBS is not as it was when you looked at the steps.")).to_be_visible()
        assert {each["sceneName"] for each in real_obs.ask("GetSceneList")["scenes"]} == {"Scene", "Sidecast"}


async def test_a_rule_is_read_tried_and_switched(browser: Browser, room: ObsRoom, real_obs: RealObs) -> None:
    lamp = real_obs.colour("Lamp")
    async with opened(browser, room, PLACE) as page:
        await arrived(page)
        rule = page.get_by_role("listitem").filter(has=page.get_by_role("switch", name="Party"))
        await expect(rule).to_contain_text("writes !party")
        await expect(rule).to_contain_text("you stream")
        await expect(rule).to_contain_text("Switches to the scene “Partty”.")
        await expect(rule.get_by_text("OBS has no scene “Partty”.").first).to_be_visible()

        await page.get_by_role("button", name="Dry run of Lamp").click()
        await expect(page.get_by_text("dry run: nothing was changed")).to_be_visible()
        assert room.ran == []
        await page.get_by_role("button", name=re.compile("^Test Lamp")).click()
        tested = page.get_by_role("status", name="Test of Lamp")
        await expect(tested.get_by_text("done", exact=True)).to_be_visible()
        await until(
            lambda: not real_obs.ask("GetSceneItemEnabled", {"sceneName": "Scene", "sceneItemId": lamp})["sceneItemEnabled"]
        )
        assert [line.rule for line in room.ran] == ["Lamp"]
        assert ("obs.rule_tested", "Lamp") in room.audit.noted
        await expect(page.get_by_role("region", name="Last runs")).to_contain_text("by the test button")

        await page.get_by_role("button", name=re.compile("^Test Party")).click()
        await expect(page.get_by_role("status", name="Test of Party").get_by_text("not done", exact=True)).to_be_visible()

        await page.get_by_role("switch", name="Party").uncheck()
        await expect(page.get_by_text("“Party” is off.")).to_be_visible()
        assert "enabled = false" in room.rules_file.read_text()
        assert room.rules_file.read_text().startswith("# mine"), "the rest stays as it was written"


async def test_rules_are_written_and_a_mistake_changes_nothing(browser: Browser, room: ObsRoom) -> None:
    async with opened(browser, room, PLACE) as page:
        await page.get_by_role("button", name="Write rules").click()
        text = page.get_by_label("Rules (TOML)")
        await expect(text).to_have_value(RULES)
        await text.fill('[[rule]]\nname = "New"\nwhen = { event = "rade" }\ndo = [{ scene = "Scene" }]\n')
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("alert")).to_contain_text("rade")
        await expect(page.get_by_role("alert")).to_contain_text(re.compile("line 3", re.IGNORECASE))
        assert room.rules_file.read_text() == RULES
        await text.fill('[[rule]]\nname = "New"\nwhen = { event = "raid" }\ndo = [{ scene = "Scene" }]\n')
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("switch", name="New")).to_be_visible()
        await expect(page.get_by_role("switch", name="Party")).to_have_count(0)
        assert ("obs.rules_written", "") in room.audit.noted


async def test_what_gets_quieter_is_chosen_from_what_obs_has(
    browser: Browser, room: ObsRoom, real_obs: RealObs, tmp_path: Path
) -> None:
    real_obs.media("Music", tmp_path / "none.ogg")
    async with opened(browser, room, PLACE) as page:
        await page.get_by_role("checkbox", name="Music").check()
        await page.get_by_label("How much quieter").fill("-20")
        await page.locator("form").filter(has_text="Your microphone").get_by_role("button", name="Save").click()
        await until(lambda: 'duck = ["Music"]' in room.file.read_text())
        await until(lambda: room.obs.settings.duck == ("Music",))
        assert room.obs.settings.duck_db == -20


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_it_is_sound_and_fits_a_phone(browser: Browser, room: ObsRoom, real_obs: RealObs, theme: str) -> None:
    if not axe():
        pytest.skip("axe-core is not installed.")
    async with opened(browser, room, PLACE, width=360, height=780) as page:
        await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        await page.get_by_role("button", name="Show me the steps").click()
        await expect(page.get_by_role("button", name="Do it")).to_be_visible()
        await page.get_by_role("button", name="Dry run of Lamp").click()
        await expect(page.get_by_text("dry run: nothing was changed")).to_be_visible()
        await page.get_by_text("Words as web pages").click()
        await page.wait_for_function("document.getAnimations().length === 0")
        assert await beyond(page) == []
        assert await too_small(page, 36) == []
        assert await violations(page, axe()) == []
        real_obs.kill()
        await expect(page.get_by_role("form", name="Connect to OBS")).to_be_visible()
        await page.wait_for_function("document.getAnimations().length === 0")
        assert await beyond(page) == []
        assert await violations(page, axe()) == []


async def test_the_keyboard_goes_from_the_steps_to_their_doing(browser: Browser, room: ObsRoom, real_obs: RealObs) -> None:
    async with opened(browser, room, PLACE) as page:
        button = page.get_by_role("button", name="Show me the steps")
        await button.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Do it")).to_be_visible()
        await expect(button).to_be_focused()
        for _ in range(12):
            await page.keyboard.press("Tab")
            if await page.get_by_role("button", name="Do it").evaluate("each => each === document.activeElement"):
                break
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="It is set up.")).to_be_visible()


async def test_the_last_hour_says_what_rules_would_have_done(browser: Browser, room: ObsRoom, real_obs: RealObs) -> None:
    real_obs.scene("Game")
    async with opened(browser, room, PLACE) as page:
        await expect(page.get_by_label("How it stands in OBS")).to_contain_text("Game")
        await page.get_by_role("button", name="Write rules").click()
        await page.get_by_label("Rules (TOML)").fill(
            '[[rule]]\nname = "Back"\nwhen = { obs = "scene", to = "Scene" }\n'
            'if = { streaming = true }\ndo = [{ scene = "Game" }]\n'
        )
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("switch", name="Back")).to_be_visible()
        real_obs.ask("SetCurrentProgramScene", {"sceneName": "Scene"})
        await expect(page.get_by_text("Once not, because of the stream.")).to_be_visible()
        await page.get_by_role("button", name="The last hour").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_text("would not").first).to_be_visible()
        await expect(dialog).to_contain_text("because of the stream")
        if axe():
            assert await violations(page, axe()) == []
