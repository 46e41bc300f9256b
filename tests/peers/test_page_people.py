"""Coming in, inviting, roles, sessions, keys and the audit, on the page and against the real API."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from fakes.control_room import ControlRoom
from fakes.furnished import PASSPHRASE
from fakes.opened import opened, watched
from fakes.whole import invited, set_passphrase

pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]


async def test_the_first_owner_chooses_a_name_and_comes_back_by_passphrase(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        await page.get_by_role("link", name="Choose them").click()
        await set_passphrase(page, "Mira")
        await expect(page.locator(".welcome")).to_have_count(0)
        await page.get_by_role("button", name="Mira: look").click()
        await page.get_by_role("button", name="Log out", exact=True).click()
        await expect(page.locator("h1")).to_have_text("Come in")
        await expect(page.get_by_text("You are logged out.")).to_be_visible()
        await page.get_by_label("Name").fill("Mira")
        await page.get_by_label("Passphrase").fill("not this one")
        await page.get_by_role("button", name="Log in").click()
        await expect(page.get_by_role("alert")).to_contain_text("Name or passphrase is wrong.")
        await expect(page.get_by_label("Passphrase")).to_have_value("")
        await page.get_by_label("Passphrase").fill(PASSPHRASE)
        await page.keyboard.press("Enter")
        await expect(page.locator("#order-stop")).to_be_enabled()
        assert await page.evaluate("Object.keys(localStorage).join() + sessionStorage.length") == "0"


async def test_a_viewer_joins_by_a_link_and_may_only_look(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room, "set-up/people") as owner:
        link = await invited(owner, "viewer")
        async with watched(await browser.new_context(), room.server.port) as viewer:
            await viewer.goto(link)
            await expect(viewer.get_by_text("as Viewer")).to_be_visible()
            await viewer.get_by_label("Your name").fill("Lena")
            await viewer.get_by_label("A passphrase").fill(PASSPHRASE)
            await viewer.get_by_role("button", name="Join").click()
            await expect(viewer.locator("#state-word")).to_have_text("starting")
            assert "join" not in viewer.url
            room.show.choose(room.show.message("mika", "hello?"))
            await expect(viewer.locator(".cause .name")).to_have_text("mika")
            for button in ("#order-stop", "#order-mute", "#order-skip"):
                await expect(viewer.locator(button)).to_be_disabled()
            await viewer.keyboard.press("Escape")
            await expect(viewer.locator("#channel-name")).to_have_count(0)
            await viewer.goto(f"{room.server.address}/#/moderation")
            await expect(viewer.get_by_role("alert")).to_contain_text("Your role does not open Moderation")
            await viewer.goto(f"{room.server.address}/#/set-up/people")
            await expect(viewer.get_by_role("link", name="People")).to_have_count(0)
            assert room.orders == []

            await owner.reload()
            await owner.get_by_label("Role of Lena").select_option("moderator")
            await expect(owner.locator(".toast")).to_contain_text("Lena is now moderator.")
            await viewer.reload()
            await viewer.goto(f"{room.server.address}/#/on-air")
            await expect(viewer.locator("#order-stop")).to_be_enabled()
            await owner.get_by_role("button", name="Remove Lena").click()
            await owner.get_by_role("dialog").get_by_role("button", name="Remove").click()
            await expect(viewer.locator("h1")).to_have_text("Come in")


async def test_an_invitation_works_once_and_a_wrong_one_says_so(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room, "set-up/people") as owner:
        link = await invited(owner, "moderator")
        await owner.get_by_role("button", name="Take back the invitation").click()
        await expect(owner.get_by_text("No invitation is open")).to_be_visible()
    async with watched(await browser.new_context(), room.server.port) as stranger:
        await stranger.goto(link)
        await expect(stranger.get_by_role("alert")).to_be_visible()
        await expect(stranger.get_by_role("button", name="Join")).to_have_count(0)


async def test_a_key_is_shown_once_works_and_is_taken_back(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room, "set-up/keys") as page:
        await page.get_by_role("button", name="New key").click()
        await page.get_by_label("What it is for").fill("Stream Deck")
        await page.get_by_role("button", name="Make the key").click()
        key = await page.get_by_label("The key", exact=True).input_value()
        await page.get_by_role("button", name="Close").first.click()
        await expect(page.locator("tbody tr")).to_contain_text("Stream Deck")
        assert key not in await page.content()
        address = f"{room.server.address}/api/v1/people/me"
        script = await browser.new_context()
        answer = await script.request.get(address, headers={"authorization": f"Bearer {key}"})
        assert (await answer.json())["permissions"] == ["direct", "watch"]
        await page.get_by_role("button", name="Take back Stream Deck").click()
        await page.get_by_role("dialog").get_by_role("button", name="Take it back").click()
        await expect(page.get_by_text("There is no key yet")).to_be_visible()
        assert (await script.request.get(address, headers={"authorization": f"Bearer {key}"})).status == 401
        await script.close()
        await page.goto(f"{room.server.address}/#/set-up/audit")
        await expect(page.locator("tbody tr").first).to_contain_text("Stream Deck")


async def test_names_of_members_stay_text(browser: Browser, room: ControlRoom) -> None:
    attack = "<img src=x onerror=alert(1)>"
    async with opened(browser, room, "set-up/me") as page:
        await page.get_by_label("Name").fill(attack)
        await page.get_by_role("button", name="Change name").click()
        await page.goto(f"{room.server.address}/#/set-up/people")
        await expect(page.locator("tbody tr").first).to_contain_text(attack)
        assert await page.locator("main img, td img").count() == 0
