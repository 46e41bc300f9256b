"""Acting in a real Chromium: log-in, chat over EventSub, what is done at the simulated Twitch, and the way back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from fakes.acting_room import ActingRoom, acting_room
from fakes.fits import beyond, too_small
from fakes.opened import opened, violations, watched
from fakes.page import axe
from sidecast.flow.twitch import Account, Feature
from sidecast.ledger.acts import ActReader

pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")
pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def room(page_files: Path, tmp_path: Path) -> AsyncIterator[ActingRoom]:
    async with acting_room(tmp_path / "room") as room:
        yield room


async def log_in(page: Page, room: ActingRoom, account: str, login: str) -> None:
    await page.get_by_role("button", name=f"Log in {account}").click()
    code = await page.locator("[data-code]").get_attribute("data-code")
    assert code is not None
    room.sim.agree(code, login)
    await expect(page.get_by_role("heading", name="is logged in")).to_be_visible()
    await page.get_by_role("button", name="Good").click()


def panel(page: Page) -> Locator:
    return page.locator("section", has=page.locator("h2", has_text="At Twitch"))


def message(page: Page, text: str) -> Locator:
    return page.locator(".message", has_text=text).first


async def said(page: Page, room: ActingRoom, who: str, text: str) -> str:
    """Over EventSub, until the page shows it. Returns its id."""
    for number in range(60):
        sent = room.sim.say(who, text if not number else f"{text} {number}")
        try:
            await expect(message(page, text)).to_be_visible(timeout=1_000)
        except AssertionError:
            continue
        return sent.id
    raise AssertionError("the chat is not heard")


async def opened_by_key(page: Page, dialog: Locator, text: str) -> None:
    """The list may be drawn anew between focus and key, and then the key goes nowhere."""
    for _ in range(60):
        await message(page, text).focus()
        await page.keyboard.press("d")
        try:
            await expect(dialog).to_be_visible(timeout=1_000)
        except AssertionError:
            continue
        return
    raise AssertionError("the key opens nothing")


async def test_from_log_in_to_a_time_out_and_back(browser: Browser, room: ActingRoom) -> None:
    async with opened(browser, room) as page:
        await expect(panel(page)).to_contain_text("Nobody is logged in to Twitch as the streamer.")
        await panel(page).get_by_role("link", name="Set-up → Twitch").click()
        await log_in(page, room, "your account", room.sim.channel.login)
        await log_in(page, room, "the bot account", room.sim.bot.login)
        await page.goto(f"{room.server.address}/#/on-air")
        await said(page, room, "captain_quill", "spoilers: the moth did it")

        # by the keyboard alone
        dialog = page.get_by_role("dialog")
        await opened_by_key(page, dialog, "spoilers")
        await expect(dialog).to_contain_text("Times CaptainQuill out for 10 minutes")
        await dialog.get_by_label("For how long").select_option("3600")
        await dialog.get_by_label("Why").fill("no spoilers")
        await expect(dialog).to_contain_text("1 hour")
        await dialog.get_by_role("button", name="Time out").click()
        await expect(page.get_by_text("CaptainQuill is timed out for 1 hour.")).to_be_visible()
        quill = room.sim.world.user("captain_quill")
        assert room.sim.world.moderation.ban_of(quill) is not None
        await expect(page.locator(".message", has_text="removed by a moderator").first).to_be_visible()
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_text("CaptainQuill may write again.")).to_be_visible()
        assert room.sim.world.moderation.ban_of(quill) is None
        assert [name for name, _ in room.audit.noted if name.startswith("acting.")] == ["acting.time_out", "acting.let_back"]
        assert all(quill.id not in about and quill.name not in about for _, about in room.audit.noted)

        # the dossier knows of it, once it is in the ledger
        await room.ledger.flush()
        await page.goto(f"{room.server.address}/#/moderation/viewers?id={quill.id}")
        acts = page.get_by_role("region", name="At Twitch")
        await expect(acts).to_contain_text("Timed out, 1 hour: no spoilers")
        await expect(acts).to_contain_text("Taken back: Let back")
        lines = ActReader(room.ledger.path, room.vault).last(5)
        assert [(line.kind, line.viewer_name) for line in lines] == [("let_back", "CaptainQuill"), ("time_out", "CaptainQuill")]
        await acts.get_by_role("button", name="Time out, warn").click()
        await page.get_by_text("Warn", exact=True).click()
        await page.get_by_role("dialog").get_by_label("Why").fill("please, no spoilers")
        await page.get_by_role("dialog").get_by_role("button", name="Warn").click()
        await expect(acts).to_contain_text("Warned, please, no spoilers")


async def test_chat_is_written_to_and_answered_and_the_gate_judges_it(browser: Browser, room: ActingRoom) -> None:
    await room.log_both_in()
    async with opened(browser, room) as page:
        await panel(page).get_by_role("button", name="Write").click()
        field = panel(page).get_by_label("Write in chat as")
        await field.fill("well damn, free coins for all of you")
        await expect(panel(page)).to_contain_text("The gate does not let this be written: swearing")
        await expect(panel(page).locator("form").get_by_role("button", name="Write")).to_have_attribute("aria-disabled", "true")
        await field.fill("The lighthouse is to the left. https://example.org/map shows the way.")
        await expect(panel(page)).to_contain_text("Writes in chat.")
        await panel(page).locator("form").get_by_role("button", name="Write").click()
        await expect(page.get_by_text("Written in chat.", exact=True)).to_be_visible()
        await said(page, room, "wren", "what is this game about?")
        await message(page, "what is this game about?").hover()
        await message(page, "what is this game about?").get_by_role("button", name="Time out, warn").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_text("Reply in chat").click()
        await dialog.get_by_label("Your reply").fill("A very stubborn lighthouse.")
        await dialog.get_by_role("button", name="Reply in chat").click()
        await expect(page.get_by_text("A very stubborn lighthouse.")).to_be_visible()
        written = [each for each in room.sim.world.room().messages.values() if each.author == room.sim.bot]
        assert [each.text[:12] for each in written] == ["The lighthou", "A very stubb"]
        assert written[1].reply_to is not None


async def test_a_poll_a_prediction_and_the_shield(browser: Browser, room: ActingRoom) -> None:
    await room.log_both_in()
    async with opened(browser, room) as page:
        act, dialog = panel(page), page.get_by_role("dialog")
        await act.get_by_role("button", name="Poll").click()
        await dialog.get_by_label("Question").fill("Which way?")
        for number, words in enumerate(("left", "right"), start=1):
            await dialog.get_by_label(f"Choice {number}").fill(words)
        await dialog.get_by_role("button", name="Start the poll").click()
        await expect(act).to_contain_text("Which way?")
        room.sim.world.votes.vote(0, 7)
        await expect(act.locator("li", has_text="left")).to_contain_text("7")
        await act.get_by_role("button", name="End it, show the result").click()
        await expect(act).to_contain_text("The poll is over.")
        assert room.sim.world.votes.poll() is None

        await act.get_by_role("button", name="Predict").click()
        await dialog.get_by_label("Question").fill("Do we make it?")
        for number, words in enumerate(("yes", "no"), start=1):
            await dialog.get_by_label(f"Outcome {number}").fill(words)
        await dialog.get_by_role("button", name="Start the prediction").click()
        await act.get_by_role("button", name="Close the bets").click()
        await expect(act).to_contain_text("closed to bets")
        await act.get_by_role("button", name=re.compile(r"Came true\s*: yes")).click()
        await dialog.get_by_role("button", name="“yes” it is").click()
        await expect(act).to_contain_text("The prediction is over.")
        (prediction,) = room.sim.world.room().predictions.values()
        assert prediction["status"] == "resolved"

        await act.get_by_role("button", name="Shield").click()
        await act.get_by_role("button", name="Switch on").click()
        await expect(act).to_contain_text("Shield mode is on")
        assert room.sim.world.room().shield
        await page.get_by_role("button", name="Undo").last.click()
        await expect(act).to_contain_text("Shield mode is off")


async def test_what_is_missing_is_said_with_the_way_to_it(browser: Browser, page_files: Path, tmp_path: Path) -> None:
    async with acting_room(tmp_path / "room", (Feature.CHAT.value, Feature.WRITE.value)) as room:
        await room.log_in(Account.BROADCASTER, room.sim.channel.login)
        async with opened(browser, room) as page:
            await panel(page).get_by_role("button", name="Poll").click()
            await expect(panel(page)).to_contain_text("“Run polls” is switched off.")
            await panel(page).get_by_role("link", name="Set-up → Twitch").click()
            await expect(page.get_by_role("switch", name="Run polls")).to_be_visible()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_everybody_can_use_it(browser: Browser, room: ActingRoom, theme: str, width: int) -> None:
    if not axe():
        pytest.skip("axe is not installed here.")
    await room.log_both_in()
    phone = width == 360
    context = await browser.new_context(
        viewport={"width": width, "height": 740 if phone else 900},
        has_touch=phone,
        is_mobile=phone,
        color_scheme="dark" if theme == "dark" else "light",
    )
    async with watched(context, room.server.port) as page:
        await page.goto(room.server.mint_link())
        for part, shows in (("Write", "Write"), ("Shout out", "Twitch allows one"), ("Shield", "Shield mode is off")):
            await panel(page).get_by_role("button", name=part, exact=True).click()
            await expect(panel(page)).to_contain_text(shows)
            assert await violations(page, axe()) == []
            if phone:
                assert await beyond(page) == []
                assert await too_small(page) == []
        await panel(page).get_by_role("button", name="Poll", exact=True).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await violations(page, axe()) == []
        await page.keyboard.press("Escape")
        await said(page, room, "wren", "what is this game about?")
        await opened_by_key(page, page.get_by_role("dialog"), "what is this game about?")
        await expect(page.get_by_role("dialog")).to_contain_text("Times Wren out")
        assert await violations(page, axe()) == []
        if phone:
            assert await beyond(page) == []
            assert await too_small(page) == []
