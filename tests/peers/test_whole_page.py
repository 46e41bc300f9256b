"""The whole page as its people use it, over a real show that is ended and started again. Made up is only the chat."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from fakes.chat_log import LINK, ONCE, SPAM, SWEARING, busy, quiet
from fakes.opened import watched
from fakes.served import Served, served
from fakes.whole import come_in, invited, joined, log_out, set_passphrase

pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")
pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

LONG_MS = 60_000
MOST_LOOKS = 20
"""Far over what a turn of the real show takes."""


@asynccontextmanager
async def a_browser(browser: Browser, show: Served) -> AsyncIterator[Page]:
    """Of somebody who was never here. Its console must stay without errors."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # that nothing is known of a viewer any more is what the page wants to hear
        if message.type == "error" and "/api/v1/viewers/" not in message.location["url"]:
            said.append(f"{message.text} {message.location['url']}")

    async with watched(await browser.new_context(viewport={"width": 1440, "height": 900}), show.port) as page:
        page.on("console", hear)
        await page.goto(show.address)
        await expect(page.locator("h1")).to_have_text("Come in")
        yield page
    assert not said, said


async def test_an_evening_and_the_day_after(browser: Browser, page_files: Path, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        show = await stack.enter_async_context(served(tmp_path, "--replay", str(busy(tmp_path / "chat.jsonl"))))
        mira, torben, ayla = [await stack.enter_async_context(a_browser(browser, show)) for _ in range(3)]
        await the_owner_comes_in_and_invites(show, mira, torben, ayla)
        await the_show_is_directed(torben, mira)
        await a_viewer_may_only_look(show, ayla)
        await a_moderator_may_not_set_up(show, torben)
        await the_chat_is_moderated(show, torben)
        await a_setting_is_changed(show, mira)
        for page, name in ((mira, "Mira"), (torben, "Torben"), (ayla, "Ayla")):
            await log_out(page, name)
    async with AsyncExitStack() as stack:
        show = await stack.enter_async_context(served(tmp_path, "--replay", str(quiet(tmp_path / "silence.jsonl"))))
        mira, torben, ayla = [await stack.enter_async_context(a_browser(browser, show)) for _ in range(3)]
        for page, name in ((mira, "Mira"), (torben, "Torben"), (ayla, "Ayla")):
            await come_in(page, name)
        await the_evening_is_looked_at(show, ayla)
        await a_viewer_is_erased(show, torben)
        await the_setting_has_held(show, mira)
        await all_of_it_is_in_the_audit(show, mira)
        await log_out(mira, "Mira")


async def the_owner_comes_in_and_invites(show: Served, mira: Page, torben: Page, ayla: Page) -> None:
    await mira.goto(show.link)
    await mira.get_by_role("link", name="Choose them").click()
    await set_passphrase(mira, "Mira")
    await log_out(mira, "Mira")
    await come_in(mira, "Mira")
    await mira.goto(f"{show.address}/#/set-up/people")
    for page, name, role in ((torben, "Torben", "moderator"), (ayla, "Ayla", "viewer")):
        await joined(page, await invited(mira, role), name)
        await log_out(page, name)
        await come_in(page, name)
    await mira.reload()
    members = mira.get_by_role("table", name="Members").locator("tbody tr")
    await expect(members).to_have_count(3)
    await expect(members.filter(has_text="Torben").get_by_role("combobox")).to_have_value("moderator")


async def the_show_is_directed(torben: Page, mira: Page) -> None:
    await mira.get_by_role("link", name="On air").click()
    speaking = re.compile("speaking")
    await expect(torben.locator("#state-word")).to_have_text(speaking, timeout=LONG_MS)
    await torben.get_by_role("button", name="Skip").click()
    await expect(torben.locator("#order-note")).to_contain_text("Skipped · confirmed in")
    await expect(torben.locator("#said .outcome").first).to_be_visible(timeout=LONG_MS)

    await torben.locator("#queue > li").nth(1).wait_for(timeout=LONG_MS)
    await torben.get_by_role("button", name=re.compile("^Never answer this of")).first.click()
    await torben.get_by_role("button", name="Undo").click()

    row = torben.locator("#chat .message", has_text="do you like rain").first
    await row.hover()
    await row.get_by_role("button", name="Answer this one next").click()
    await expect(mira.locator(".why summary")).to_contain_text("Torben asked for it", timeout=LONG_MS)

    await torben.locator("#say-text").fill("Thank you all for being here tonight.")
    await torben.keyboard.press("Enter")
    await expect(mira.locator("#said .heard", has_text="Thank you all for being here tonight.")).to_be_visible(timeout=LONG_MS)

    await torben.get_by_role("button", name="Stop").click()
    await expect(torben.locator("#order-note")).to_contain_text("Stopped · confirmed in")
    await expect(mira.locator("#state-word")).to_have_text("stopped")
    await expect(mira.get_by_text("Nobody waits")).to_be_visible()
    await mira.get_by_role("button", name="Go on").click()
    await expect(torben.locator("#state-word")).to_have_text(speaking, timeout=LONG_MS)


async def a_viewer_may_only_look(show: Served, ayla: Page) -> None:
    await expect(ayla.locator("#said .turn").first).to_be_visible()
    for button in ("Stop", "Mute", "Skip"):
        await expect(ayla.get_by_role("button", name=button)).to_be_disabled()
    await ayla.keyboard.press("Escape")
    await ayla.keyboard.press("m")
    await expect(ayla.locator("#say-text")).to_be_disabled()
    await expect(ayla.locator("#chat").get_by_role("button", name="Answer this one next")).to_have_count(0)
    views = ayla.get_by_role("navigation", name="Views").get_by_role("link")
    await expect(views).to_have_text(["On air", "Analytics", "Set-up"])
    await views.last.click()
    sections = ayla.get_by_role("navigation", name="Set-up").get_by_role("link")
    await expect(sections).to_have_text(["You", "Doctor"])
    for closed in ("moderation", "moderation/viewers"):
        await ayla.goto(f"{show.address}/#/{closed}")
        await expect(ayla.get_by_role("alert").filter(has_text="Your role does not open Moderation")).to_be_visible()
    await ayla.goto(f"{show.address}/#/set-up/people")
    await expect(sections.first).to_have_attribute("aria-current", "page")
    await expect(ayla.locator("#state-word")).not_to_have_text(re.compile("stopped|muted"))


async def a_moderator_may_not_set_up(show: Served, torben: Page) -> None:
    views = torben.get_by_role("navigation", name="Views").get_by_role("link")
    await expect(views).to_have_text(["On air", "Moderation", "Analytics", "Set-up"])
    await torben.goto(f"{show.address}/#/set-up/secrets")
    await expect(torben.get_by_role("navigation", name="Set-up").get_by_role("link")).to_have_text(["You", "Doctor"])
    await expect(torben.get_by_text("Key of your model server")).to_have_count(0)


async def the_chat_is_moderated(show: Served, torben: Page) -> None:
    await torben.get_by_role("link", name="Moderation").click()
    held = torben.locator("section", has=torben.locator("h2", has_text="Held lines"))
    await expect(held.get_by_text(LINK).first).to_be_visible()
    await held.get_by_role("button", name="Drop").first.click()
    log = torben.locator("ul.lines > li")
    await log.filter(has_text=SPAM).first.get_by_role("button", name="Call this verdict wrong").click()
    await torben.get_by_role("link", name="Test cases").click()
    await expect(torben.get_by_text(SPAM)).to_be_visible()
    await torben.get_by_role("button", name="Check all").click()
    await expect(torben.get_by_text("1 of one case would be judged wrongly")).to_be_visible()

    await torben.get_by_role("link", name="Words").click()
    await torben.get_by_label("Add to the harmless words").fill("buy followers cheap")
    await torben.keyboard.press("Enter")
    await expect(torben.get_by_role("list", name="Harmless words").get_by_text("buy followers cheap")).to_be_visible()

    await torben.get_by_role("link", name="Levels").click()
    await torben.get_by_role("group", name="Chat").get_by_role("radio").last.check()
    await torben.get_by_role("button", name="Try it").click()
    await expect(torben.get_by_text("more strictly")).to_be_visible(timeout=LONG_MS)
    await torben.get_by_role("button", name="Put in force").click()
    await expect(torben.get_by_text("The new levels are in force.")).to_be_visible()
    await torben.get_by_role("link", name=re.compile("^Now")).click()
    new = torben.get_by_role("button", name=re.compile("^Show .* new$"))
    for _ in range(MOST_LOOKS):
        if await log.filter(has_text=SWEARING).count():
            break
        await new.click(timeout=LONG_MS)
        await torben.wait_for_load_state("networkidle")
    await expect(log.filter(has_text=SWEARING).first).to_contain_text("swearing.strong")


async def a_setting_is_changed(show: Served, mira: Page) -> None:
    await mira.goto(f"{show.address}/#/set-up/persona")
    await mira.get_by_label("Pause between two turns, in seconds").fill("0.5")
    await mira.keyboard.press("Enter")
    await expect(mira.get_by_text("The setting is saved.")).to_be_visible()


async def the_evening_is_looked_at(show: Served, ayla: Page) -> None:
    await ayla.get_by_role("link", name="Analytics").click()
    finished = ayla.locator("ul.streams > li").filter(has_not=ayla.get_by_text("now", exact=True))
    await expect(finished).to_have_count(1)
    await expect(finished).not_to_contain_text("broken off")
    await finished.get_by_role("link").click()
    tiles = ayla.locator(".tiles")
    await expect(tiles.locator("div", has_text="Messages").locator(".value").first).to_have_text(re.compile(r"^[1-9]\d+$"))
    await expect(ayla.get_by_role("table", name="Every stage").locator("tbody tr").first).to_be_visible()
    await expect(ayla.get_by_role("region", name="Messages a minute").first).to_be_visible()
    async with ayla.expect_download() as coming:
        await ayla.get_by_role("link", name=re.compile("^CSV of")).first.click()
    assert (await (await coming.value).path()).stat().st_size > 0


async def a_viewer_is_erased(show: Served, torben: Page) -> None:
    await torben.goto(f"{show.address}/#/moderation/viewers")
    await torben.get_by_label("Name or id").fill(ONCE[1])
    await torben.keyboard.press("Enter")
    await expect(torben.get_by_text("how do I pet the fox").first).to_be_visible()
    await torben.get_by_role("button", name="Erase").first.click()
    await torben.get_by_role("dialog").get_by_role("button", name="Erase").click()
    await expect(torben.get_by_text("Nothing is known of this viewer.")).to_be_visible()
    assert "pet the fox" not in await torben.content()


async def the_setting_has_held(show: Served, mira: Page) -> None:
    await mira.goto(f"{show.address}/#/set-up/persona")
    await expect(mira.get_by_label("Pause between two turns, in seconds")).to_have_value("0.5")
    await expect(mira.get_by_text("after a restart")).to_have_count(0)


async def all_of_it_is_in_the_audit(show: Served, mira: Page) -> None:
    await mira.goto(f"{show.address}/#/set-up/audit")
    rows = mira.locator("tbody tr")
    await expect(rows.filter(has_text="Torben").first).to_be_visible()
    await expect(rows.filter(has_text="Mira").first).to_be_visible()
    assert ONCE[1] not in await mira.content()
