"""Every place of the page over a real show with what gathers there: sound to axe, in dark and light, and fit for a phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from fakes.fits import beyond, too_small
from fakes.furnished import furnished
from fakes.opened import violations
from fakes.page import axe
from fakes.served import Served
from fakes.whole import PLACES, arrived, come_in, invited, under_way

pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")
pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

DIALOGS = {
    "set-up/people": ("Invite", "Remove Torben"),
    "set-up/keys": ("Take back Stream Deck",),
    "set-up/secrets": ("Replace", "Delete Key of your model server"),
    "set-up/backup": ("Write down recovery words", "New key…", "Use it ?: Passphrase", "Restore…", "Delete"),
    "moderation/viewers?id=mossy": ("Erase",),
}
"""What opens one, by place."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def show(page_files: object, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with furnished(tmp_path_factory.mktemp("show"), "--demo", "--speed", "4") as show:
        yield show


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def phone(browser: Browser, show: Served) -> AsyncIterator[BrowserContext]:
    """Mira's, who is in."""
    context = await browser.new_context(viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True)
    page = await context.new_page()
    await page.goto(show.address)
    await come_in(page, "Mira")
    await under_way(page)
    await page.close()
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(phone: BrowserContext) -> AsyncIterator[Page]:
    if not axe():
        pytest.skip("axe-core is not installed.")
    page = await phone.new_page()
    yield page
    await page.close()


async def sound(page: Page) -> None:
    for width, height in ((360, 780), (1440, 900)):
        await page.set_viewport_size({"width": width, "height": height})
        for theme in ("dark", "light"):
            await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            assert await violations(page, axe()) == [], f"{theme}, {width} px"


@pytest.mark.parametrize("place", PLACES)
async def test_every_place_is_sound_and_fits_a_phone(show: Served, page: Page, place: str) -> None:
    await page.goto(f"{show.address}/#/{PLACES[place]}")
    await arrived(page)
    assert await page.locator("main").get_by_role("alert").filter(visible=True).count() == 0
    assert await beyond(page) == []
    assert await too_small(page) == []
    await sound(page)


@pytest.mark.parametrize("place", DIALOGS)
async def test_every_dialog_is_sound_and_fits_a_phone(show: Served, page: Page, place: str) -> None:
    for name in DIALOGS[place]:
        await page.set_viewport_size({"width": 360, "height": 780})
        await page.goto(f"{show.address}/#/{place}")
        await page.reload()
        await arrived(page)
        await page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await beyond(page) == [], name
        assert await too_small(page) == [], name
        await sound(page)


async def test_the_ways_in_are_sound_and_fit_a_phone(browser: Browser, show: Served, page: Page) -> None:
    await page.goto(f"{show.address}/#/set-up/people")
    link = await invited(page, "viewer")
    context = await browser.new_context(viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True)
    stranger = await context.new_page()
    for address, title in ((show.address, "Come in"), (link, "You are invited"), (show.link, "Come in")):
        await stranger.set_viewport_size({"width": 360, "height": 780})
        await stranger.goto("about:blank")
        await stranger.goto(address)
        await expect(stranger.locator("h1")).to_have_text(title)
        await arrived(stranger)
        assert await beyond(stranger) == []
        assert await too_small(stranger) == []
        await sound(stranger)
    await context.close()
