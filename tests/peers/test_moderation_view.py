"""Moderation in a real Chromium, over real gates, files and ledger: every control does what it says and can be taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from fakes.moderation_room import ModerationRoom
from fakes.opened import opened, violations
from fakes.page import axe
from fakes.payloads import MARK, payloads
from fakes.raiders import PASTA, different_names
from fakes.samples import TURN
from sidecast.flow.chat import Removal, RemovalScope
from sidecast.flow.moderation import Care
from sidecast.flow.policy import OwnPattern, PolicyChange

pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

TABS = ("", "levels", "lists", "patterns", "cases", "viewers?id=id-mika", "history")


@pytest_asyncio.fixture(loop_scope="module")
async def desk(page_files: Path, tmp_path: Path) -> AsyncIterator[ModerationRoom]:
    room = ModerationRoom(tmp_path)
    await room.start()
    await room.moderated_evening()
    yield room
    await room.close()


async def undo(page: Page) -> None:
    await page.get_by_role("button", name="Undo").last.click()


async def test_held_lines_pass_or_are_dropped_with_a_way_back(browser: Browser, desk: ModerationRoom) -> None:
    async with opened(browser, desk, "moderation") as page:
        held = page.get_by_role("region", name="Held lines").or_(
            page.locator("section", has=page.locator("h2", has_text="Held lines"))
        )
        await expect(page.locator("nav .count")).to_contain_text("2")
        await held.get_by_role("button", name="Let it pass").first.click()
        await expect(page.locator("nav .count")).to_contain_text("1")
        assert [item.author.name for item in desk.moderated.released] == ["loudmouth99"]
        await held.get_by_role("button", name="Drop").click()
        await expect(page.get_by_text("Nothing is held.")).to_be_visible()
        await undo(page)
        await expect(held.get_by_text("Torben_K")).to_be_visible()


async def test_whom_it_answers_is_chosen_and_undone(browser: Browser, desk: ModerationRoom) -> None:
    async with opened(browser, desk, "moderation") as page:
        await page.get_by_role("radio", name="Careful").check()
        await expect(page.get_by_text("Set by Owner")).to_be_visible()
        assert str(desk.moderated.desk.storm.care) == Care.KNOWN
        await undo(page)
        await expect(page.get_by_role("radio", name="As usual")).to_be_checked()
        assert desk.moderated.desk.storm.care is Care.ALL


async def test_a_storm_that_it_saw_is_told_with_its_reason_and_undone(browser: Browser, desk: ModerationRoom) -> None:
    async with opened(browser, desk) as page:
        banner = page.get_by_role("status").filter(has_text="A hate raid")
        await expect(page.get_by_role("button", name="Undo")).to_have_count(0)
        for name in different_names(9):
            desk.moderated.tell(PASTA, who=name, new=True)
        await expect(banner).to_contain_text("set by Sidecast")
        await expect(banner).to_contain_text("6 new accounts wrote the same text within 1 s.")
        assert PASTA.split()[1] not in (await banner.inner_text())
        await banner.get_by_role("button", name="Undo").click()
        await expect(banner).to_have_count(0)
        assert str(desk.moderated.desk.storm.care) == Care.ALL
        for name in different_names(40):
            desk.moderated.tell(PASTA, who=name, new=True)
        await expect(page.get_by_text("Everybody may be answered again.")).to_be_visible()
        assert str(desk.moderated.desk.storm.care) == Care.ALL
        await undo(page)
        await expect(page.get_by_role("status").filter(has_text="A storm in the chat")).to_contain_text("set by Owner")
        await expect(page.get_by_role("button", name="It is over")).to_be_visible()
    assert desk.moderated.audit.notes[0][:3] == ("Sidecast", "moderation.storm_seen", "hate")


async def test_a_verdict_is_called_wrong_checked_and_taken_back(browser: Browser, desk: ModerationRoom) -> None:
    async with opened(browser, desk, "moderation") as page:
        row = page.locator("li", has_text="buy followers cheap")
        await row.get_by_role("button", name="Call this verdict wrong").click()
        await page.get_by_role("link", name="Test cases").click()
        await expect(page.get_by_text("buy followers cheap, best viewers here")).to_be_visible()
        await page.get_by_role("button", name="Check all").click()
        await expect(page.get_by_text("1 of one case would be judged wrongly by the policy in force.")).to_be_visible()
        await undo(page)
        await page.reload()
        await expect(page.get_by_text("No test cases yet.")).to_be_visible()


async def test_removed_words_leave_the_log(browser: Browser, desk: ModerationRoom) -> None:
    async with opened(browser, desk, "moderation") as page:
        await expect(page.get_by_text("my number is +49 170 1234567")).to_be_visible()
        desk.moderated.receive(Removal(scope=RemovalScope.USER, author_id="id-first_time_frida", arrived_ns=0))
        await page.get_by_role("button", name="Look again").click()
        await expect(page.get_by_text("The words were removed.")).to_be_visible()
        assert "1234567" not in await page.content()


async def test_levels_are_tried_put_in_force_and_undone(browser: Browser, desk: ModerationRoom) -> None:
    async with opened(browser, desk, "moderation/levels") as page:
        await page.get_by_role("group", name="Chat").get_by_role("radio", name="Only the worst").check()
        await page.get_by_role("combobox", name="Co-host, Swearing").select_option("0")
        await expect(page.get_by_text("2 changes")).to_be_visible()
        await page.get_by_role("button", name="Try it").click()
        await expect(page.get_by_text("more mildly")).to_be_visible()
        assert desk.moderated.desk.policy.level_in == 2
        await page.get_by_role("button", name="Put in force").click()
        await expect(page.get_by_text("No changes")).to_be_visible()
        assert desk.moderated.desk.policy.level_in == 0
        assert dict(desk.moderated.desk.policy.levels_out) == {"swearing": 0}
        await undo(page)
        await expect(page.get_by_role("group", name="Chat").get_by_role("radio").nth(2)).to_be_checked()
        assert desk.moderated.desk.policy.level_in == 2


async def test_words_are_typed_pasted_found_and_taken_out(browser: Browser, desk: ModerationRoom) -> None:
    async with opened(browser, desk, "moderation/lists") as page:
        field = page.get_by_label("Add to the forbidden words")
        await field.fill("spoiler ending")
        await field.press("Enter")
        await expect(page.get_by_role("list", name="Forbidden words").get_by_text("spoiler ending")).to_be_visible()
        await page.get_by_role("button", name="A longer list").first.click()
        # as a paste does it: typing two thousand lines key by key would take Chromium a minute
        await page.get_by_label("Add to the forbidden words").evaluate(
            "(area, text) => { area.value = text; area.dispatchEvent(new Event('input', { bubbles: true })); }",
            "\n".join(f"word{number:04}" for number in range(2000)),
        )
        await page.get_by_role("button", name="Add 2,000").click()
        await expect(page.get_by_text("The first 300 of 2,001 words")).to_be_visible()
        await page.get_by_label("Search in the forbidden words").fill("WORD1999")
        await page.get_by_role("button", name="Take out “word1999”").click()
        await expect(page.get_by_text("No word has that in it.")).to_be_visible()
        assert len(desk.moderated.desk.policy.block) == 2000
        await undo(page)
        await expect(page.get_by_role("button", name="Take out “word1999”")).to_be_visible()


async def test_a_word_is_tried_on_the_last_hour_while_it_is_typed(browser: Browser, desk: ModerationRoom) -> None:
    desk.moderated.tell("nobody expects the marmalade")
    async with opened(browser, desk, "moderation/lists") as page:
        field = page.get_by_label("Add to the forbidden words")
        await field.fill("marmalade")
        tried = page.get_by_role("listitem").filter(has_text="nobody expects the marmalade")
        await expect(tried).to_contain_text("becomes blocked")
        await field.fill("")
        await expect(tried).to_have_count(0)
        assert desk.moderated.desk.policy.block == ()


async def test_a_text_of_ones_own_is_judged_by_the_policy_and_by_the_draft(browser: Browser, desk: ModerationRoom) -> None:
    async with opened(browser, desk, "moderation/levels") as page:
        await page.get_by_label("Or try a text of your own").fill("this is fucking great")
        tried = page.locator(".try")
        await expect(tried).to_contain_text("let through")
        await page.get_by_role("group", name="Chat").get_by_role("radio", name="No swearing").check()
        await expect(tried).to_contain_text("becomes blocked Swearing, rule swearing.strong")


async def test_a_pattern_is_tried_while_it_is_typed(browser: Browser, desk: ModerationRoom) -> None:
    async with opened(browser, desk, "moderation/patterns") as page:
        await page.get_by_label("Expression").fill(r"shiny (coins")
        await expect(page.get_by_role("alert")).to_contain_text("at character 7: missing )")
        await page.get_by_label("Expression").fill(r"shiny \w+")
        await expect(page.locator("mark")).to_have_text("shiny coins")
        await page.get_by_label("Name").fill("shiny")
        await page.get_by_role("button", name="Put in force").click()
        await expect(page.locator("code")).to_have_text(r"shiny \w+")
        assert desk.moderated.tell("shiny things").rule == "own.shiny"
        await undo(page)
        await expect(page.get_by_text("No patterns yet.")).to_be_visible()


async def test_a_viewer_is_found_left_alone_and_erased(browser: Browser, desk: ModerationRoom) -> None:
    async with opened(browser, desk, "moderation/viewers") as page:
        await page.get_by_label("Name or id").fill("@Mika")
        await page.get_by_label("Name or id").press("Enter")
        await expect(page.get_by_text("Almost! One more lantern.")).to_be_visible()
        await page.get_by_role("button", name="Leave alone").click()
        await expect(page.get_by_role("button", name="Answer again")).to_be_visible()
        assert desk.moderated.moderating.opt_outs.holds("id-mika")
        await undo(page)
        await expect(page.get_by_role("button", name="Leave alone")).to_be_visible()
        await page.get_by_role("button", name="Erase").first.click()
        await page.get_by_role("dialog").get_by_role("button", name="Erase").click()
        await expect(page.get_by_text("Erased.")).to_be_visible()
        await expect(page.get_by_text("Nothing is known of this viewer.")).to_be_visible()
        await expect(page.get_by_text("Backups that were made before")).to_be_visible()
        assert "lantern" not in (await page.content()).lower()


async def test_history_goes_back_and_tells_who_did_what(browser: Browser, desk: ModerationRoom) -> None:
    await desk.moderated.desk.change(PolicyChange(level_in=4), "Ada")
    async with opened(browser, desk, "moderation/history") as page:
        await expect(page.get_by_text("Chat: level 4 in place of 2.")).to_be_visible()
        await page.get_by_role("button", name="Back to before this, version 2").click()
        await expect(page.get_by_text("Back to version 1.")).to_be_visible()
        assert desk.moderated.desk.policy.level_in == 2


async def test_the_whole_view_works_by_keyboard(browser: Browser, desk: ModerationRoom) -> None:
    async with opened(browser, desk, "moderation/levels") as page:
        await page.get_by_role("group", name="Chat").get_by_role("radio").nth(2).focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_text("One change")).to_be_visible()
        await page.get_by_role("button", name="Put in force").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("The new levels are in force.")).to_be_visible()
        assert desk.moderated.desk.policy.level_in == 3


@pytest.mark.parametrize("tab", TABS)
async def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, desk: ModerationRoom, tab: str) -> None:
    source = axe()
    if not source:
        pytest.skip("axe-core is not installed.")
    pattern = OwnPattern(name="coins", expression="coins")
    await desk.moderated.desk.change(PolicyChange(block_add=("gloom",), patterns_put=(pattern,)), "Ada")
    async with opened(browser, desk, f"moderation/{tab}") as page:
        await page.wait_for_load_state("networkidle")
        for width, height in ((1440, 900), (360, 740)):
            await page.set_viewport_size({"width": width, "height": height})
            for theme in ("dark", "light"):
                await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                assert await violations(page, source) == [], f"{theme}, {width} px"
            assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_five_hundred_hostile_payloads_stay_text_everywhere(browser: Browser, desk: ModerationRoom) -> None:
    """As texts, as names, as held lines, in the verdict log, in trials, patterns, cases and dossiers."""
    hostile = payloads()
    assert len(hostile) == 500
    policy = PolicyChange(patterns_put=(OwnPattern(name="all", expression="."),))
    await desk.moderated.desk.change(policy, "<img src=x onerror=\"document.title='owned'\">")
    for number, payload in enumerate(hostile):
        desk.moderated.tell(payload, who=payload[:60] or "x", id=f"h{number}")
        desk.moderated.tell(f"https://example.org/{payload}"[:500], who=f"v{number}", id=f"l{number}")
        desk.moderated.say(TURN, payload)
    shown = 0
    async with opened(browser, desk, "moderation") as page:
        for tab in TABS:
            await page.goto(f"{desk.server.address}/#/moderation/{tab}")
            await page.wait_for_load_state("networkidle")
            if tab == "":
                rows, older = page.locator("ul.lines > li"), page.get_by_role("button", name="Older ones")
                await expect(rows.first).to_be_visible()
                while await older.count():
                    shown = await rows.count()
                    await older.click()
                    await expect(rows).not_to_have_count(shown)
                shown = await rows.count()
            if tab == "patterns":
                await page.get_by_label("Expression").fill("owned")
                await expect(page.locator("mark").first).to_have_text("owned")
            if tab == "levels":
                await page.get_by_role("group", name="Chat").get_by_role("radio", name="Only the worst").check()
                await page.get_by_role("button", name="Try it").click()
                await expect(page.get_by_text("would have been judged").first).to_be_visible()
            assert await page.locator("main :is(img, iframe, object, script, base, marquee, video, math)").count() == 0, tab
            assert MARK not in await page.title()
        assert await page.evaluate("Object.prototype.owned === undefined")
    assert shown >= 500
