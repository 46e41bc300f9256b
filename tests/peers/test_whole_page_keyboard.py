"""The page without a mouse, over a real show: coming in, directing, moderating, people, figures. The focus is never lost."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from fakes.chat_log import SPAM, busy
from fakes.furnished import PASSPHRASE, furnished
from fakes.keyboard import focused, keeps_focus, tab_to, walk
from fakes.served import Served
from fakes.whole import LONG_MS, PLACES, arrived, come_in

pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")
pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

NEVER = re.compile("^Never answer this of")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def show(page_files: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    folder = tmp_path_factory.mktemp("show")
    async with furnished(folder, "--replay", str(busy(folder / "chat.jsonl"))) as show:
        yield show


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def page(browser: Browser, show: Served) -> AsyncIterator[Page]:
    """Mira's, who is in."""
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    await page.goto(show.address)
    await come_in(page, "Mira")
    yield page
    await page.context.close()


async def go(page: Page, show: Served, place: str) -> None:
    await page.goto(f"{show.address}/#/{place}")
    await page.reload()
    await arrived(page)


async def test_one_comes_in_and_goes_out_again(browser: Browser, show: Served) -> None:
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    await page.goto(show.address)
    await expect(page.locator("h1")).to_have_text("Come in")
    await tab_to(page, "input")
    await page.keyboard.type("Ayla")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSPHRASE)
    await page.keyboard.press("Enter")
    await expect(page.locator("#order-stop")).to_be_visible()
    await keeps_focus(page)
    await tab_to(page, "Ayla: look of this page")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Ayla: look")).to_be_focused()
    await page.keyboard.press("Enter")
    await tab_to(page, "Log out")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Come in")
    await keeps_focus(page)
    await page.context.close()


async def test_who_waits_is_set_aside_and_the_next_one_has_the_focus(page: Page, show: Served) -> None:
    await go(page, show, "on-air")
    await expect(page.locator("#queue > li").nth(3)).to_be_attached(timeout=LONG_MS)
    # nobody else is chosen meanwhile
    await page.keyboard.press("m")
    await expect(page.locator("#state-word")).to_have_text("muted")
    await tab_to(page, "Never answer this of")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("will not be answered")).to_be_visible()
    await expect(page.locator(":focus")).to_have_attribute("aria-label", NEVER)
    await tab_to(page, "Undo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("will not be answered")).to_have_count(0)
    await keeps_focus(page)
    await page.keyboard.press("m")
    await expect(page.locator("#state-word")).not_to_have_text("muted")


async def test_a_line_is_said_and_skipped(page: Page, show: Served) -> None:
    await go(page, show, "on-air")
    await page.keyboard.press("t")
    await page.keyboard.type("Good evening to all of you, and a very warm welcome to everybody who is new here tonight.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".speech")).to_contain_text("Good evening to all of you", timeout=LONG_MS)
    await page.keyboard.press("Escape")
    await expect(page.locator("#state-word")).to_have_text("stopped")
    await tab_to(page, "To Stop, Mute and Skip")
    await page.keyboard.press("Enter")
    await expect(page.locator(":focus")).to_have_text("Go on")
    await page.keyboard.press("Enter")
    await expect(page.locator("#state-word")).not_to_have_text("stopped")
    await expect(page.locator("#order-stop")).to_be_focused()


async def test_the_arrows_answer_a_line_of_the_chat(page: Page, show: Served) -> None:
    await go(page, show, "on-air")
    await expect(page.locator("#chat .message").nth(5)).to_be_attached(timeout=LONG_MS)
    await page.locator("#chat .message[tabindex='0']").focus()
    for _ in range(3):
        await page.keyboard.press("ArrowUp")
    await expect(page.locator(".message:focus")).to_have_count(1)
    await page.keyboard.press("a")
    await expect(page.locator(".toast").last).to_be_visible()
    await keeps_focus(page)


async def test_verdicts_words_and_held_lines(page: Page, show: Served) -> None:
    await go(page, show, "moderation")
    row = page.locator("ul.lines > li", has_text=SPAM).first
    await expect(row).to_be_visible(timeout=LONG_MS)
    await tab_to(page, "Call this verdict wrong")
    await page.keyboard.press("Enter")
    await expect(page.locator(":focus")).to_have_attribute("aria-label", "Noted as a test case")

    await go(page, show, "moderation/lists")
    await page.get_by_label("Add to the forbidden words").focus()
    await page.keyboard.type("lighthouse ending")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Take out “lighthouse ending”")).to_be_visible()
    await expect(page.get_by_label("Add to the forbidden words")).to_be_focused()
    await tab_to(page, "Take out “gloomharbour”")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Take out “gloomharbour”")).to_have_count(0)
    await expect(page.locator(":focus")).to_have_attribute("aria-label", "Take out “lighthouse ending”")


async def test_a_dialog_holds_the_focus_and_gives_it_back(page: Page, show: Served) -> None:
    await go(page, show, "set-up/people")
    await tab_to(page, "Remove Torben")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    for _ in range(6):
        await page.keyboard.press("Tab")
        # on its way round it passes the browser's own bar, where nothing of the page has the focus
        assert await page.locator(":focus").count() == await dialog.locator(":focus").count(), "Tab leads out of the dialog"
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("button", name="Remove Torben")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_visible()
    if "Remove" not in await focused(page):
        await tab_to(page, "Remove")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Remove Torben")).to_have_count(0)
    await expect(page.locator(":focus")).to_have_attribute("aria-label", "Remove Ayla")


async def test_a_stream_is_opened_and_left(page: Page, show: Served) -> None:
    await go(page, show, "analytics")
    await tab_to(page, "kit_plays")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="All streams")).to_be_visible()
    await keeps_focus(page)
    await tab_to(page, "All streams")
    await page.keyboard.press("Enter")
    await expect(page.locator("ul.streams")).to_be_visible()
    await keeps_focus(page)


# the parts of a date are stops inside of one field, whose rings cannot be asked for
@pytest.mark.parametrize("place", [place for place in PLACES if place != "analytics-over-time"])
async def test_every_stop_is_seen_and_none_is_a_trap(page: Page, show: Served, place: str) -> None:
    await go(page, show, PLACES[place])
    stops, troubles = await walk(page)
    assert troubles == []
    assert "To Stop, Mute and Skip" in stops[0]
    for wanted in ("On air", "Analytics", "Set-up", "Stop", "Mira: look of this page"):
        assert any(wanted in stop for stop in stops), f"{wanted} is not reached: {stops}"
