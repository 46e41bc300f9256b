"""Set-up in a real browser, over the real settings file, vault and backups: first steps, tests, secrets, words, restore."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Response, expect

from fakes.kept_room import KeptRoom
from fakes.opened import opened, violations
from fakes.page import axe
from sidecast.flow.cue import Express, Mouth
from sidecast.flow.order import Say
from sidecast.keep import swapping
from sidecast.vault.opening import open_vault, unlock_with_words
from sidecast.vault.ways import Way

pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")
pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

SECTIONS = ["start", "twitch", "obs", "voice", "brain", "avatar", "persona", "plugins", "secrets", "backup", "more"]
CANARY = "sk-canary-0123456789-zebra-XY"


@pytest_asyncio.fixture(loop_scope="module")
async def kept(page_files: Path, tmp_path: Path) -> AsyncIterator[KeptRoom]:
    room = KeptRoom(tmp_path)
    await room.server.start()
    yield room
    await room.server.close()


@pytest.mark.parametrize("section", SECTIONS)
async def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, kept: KeptRoom, section: str) -> None:
    source = axe()
    if not source:
        pytest.skip("axe-core is not installed.")
    async with opened(browser, kept, f"set-up/{section}") as page:
        await page.wait_for_load_state("networkidle")
        await expect(page.locator("section h2").first).to_be_visible()
        for width, height in ((1280, 900), (360, 740)):
            await page.set_viewport_size({"width": width, "height": height})
            for theme in ("dark", "light"):
                await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                assert await violations(page, source) == [], f"{theme}, {width} px"
            assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_first_steps_end_with_the_host_speaking(browser: Browser, kept: KeptRoom) -> None:
    """By keyboard alone, and taken up again where they were left."""
    async with opened(browser, kept) as page:
        await page.get_by_role("link", name="First steps").first.focus()
        await page.keyboard.press("Enter")
        title = page.get_by_role("heading", level=3)
        await page.get_by_label("Your name", exact=True).fill("Ada")
        await page.get_by_label("Your co-host's name").fill("Robo")
        await page.keyboard.press("Enter")
        await expect(title).to_contain_text("Your chat")
        await expect(title).to_be_focused()
        assert 'name = "Robo"' in kept.file.read_text()
        assert "# my own settings" in kept.file.read_text()
        await expect(page.get_by_role("button", name="Ada")).to_be_visible()
        await page.get_by_label("Twitch channel").fill("not a channel!")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert").filter(has_text="channel")).to_be_visible()
        await page.get_by_role("button", name="Skip this step").press("Enter")
        await expect(title).to_contain_text("Its voice")
        await page.reload()
        await expect(title).to_contain_text("Its voice")
        await page.get_by_label("Voice").select_option("espeak")
        await page.get_by_role("button", name="Say hello").press("Enter")
        await expect(page.get_by_text("It is being said")).to_be_visible()
        assert 'voice = "espeak"' in kept.file.read_text(), "what is tried out is what was chosen"
        await page.get_by_label(re.compile("^Speed")).press("ArrowRight")
        await page.get_by_role("button", name="Next").press("Enter")
        await expect(title).to_contain_text("Its brain")
        assert "speed = 1.05" in kept.file.read_text()
        await page.get_by_role("button", name="Ask it something").press("Enter")
        await expect(page.get_by_text("polite began to answer.")).to_be_visible()
        await page.get_by_role("button", name="Next").press("Enter")
        await expect(title).to_contain_text("On air")
        await page.get_by_role("button", name="Say hello").press("Enter")
        await expect(page.get_by_text("It is being said")).to_be_visible()
        assert [order.text for order in kept.orders if isinstance(order, Say)] == ["Hello! I am Kit, and I can speak."] * 2
        await page.get_by_role("link", name="To the show").press("Enter")
        await expect(page.get_by_role("heading", name="Say this")).to_be_visible()


async def test_a_setting_is_changed_and_changed_back_by_keyboard_alone(browser: Browser, kept: KeptRoom) -> None:
    async with opened(browser, kept, "set-up/persona") as page:
        field = page.get_by_label("Pause between two turns, in seconds")
        await field.focus()
        await page.keyboard.press("Control+a")
        await page.keyboard.type("2,5")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("The setting is saved.")).to_be_visible()
        assert "pause_s = 2.5" in kept.file.read_text()
        assert "# calm" in kept.file.read_text()
        assert kept.paused == [2.5]
        await page.get_by_role("button", name="Undo").last.click()
        await expect(field).to_have_value("1.5")
        await field.fill("-3")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("greater than or equal to 0")
        assert "pause_s = 1.5" in kept.file.read_text()


async def test_what_the_command_line_says_is_shown_and_not_offered(browser: Browser, kept: KeptRoom) -> None:
    async with opened(browser, kept, "set-up/brain") as page:
        brain = page.get_by_role("textbox", name="Brain", exact=True)
        await expect(brain).to_have_value("ollama#llama3.2")
        await expect(brain).to_be_disabled()
        await expect(page.get_by_text("Fixed by --brain for this start.")).to_be_visible()
        await page.get_by_role("button", name="Ask it something").click()
        await expect(page.get_by_text("polite began to answer.")).to_be_visible()


async def test_the_avatar_smiles_and_draws_a_mouth(browser: Browser, kept: KeptRoom) -> None:
    async with opened(browser, kept, "set-up/avatar") as page:
        await page.get_by_role("button", name="Smile and wave").click()
        await expect(page.get_by_text("The avatar smiles and waves")).to_be_visible()
        assert Express(mood="happy") in kept.stage.cues
        await page.get_by_role("button", name="m, b, p").click()
        await page.get_by_role("button", name="Draw this mouth").click()
        await expect(page.get_by_text("Look at its mouth")).to_be_visible()
        assert [cue.shape for cue in kept.stage.cues if isinstance(cue, Mouth)] == ["PP"]


async def test_what_moderation_decides_is_not_offered(browser: Browser, kept: KeptRoom) -> None:
    async with opened(browser, kept, "set-up/persona") as page:
        await page.get_by_role("combobox", name="Replies that wait for you").select_option("all")
        await page.get_by_role("button", name="Save one change").click()
        await expect(page.get_by_text("The setting is saved.")).to_be_visible()
        assert 'approval = "all"' in kept.file.read_text()
        await expect(page.get_by_label("How strictly")).to_have_count(0)
        await page.get_by_role("link", name="Moderation").last.click()
        await expect(page.locator("#view h1")).to_have_text("Moderation")


async def test_a_secret_goes_in_and_never_comes_out(browser: Browser, kept: KeptRoom) -> None:
    async with opened(browser, kept, "set-up/secrets") as page:
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks its listeners
        await page.get_by_role("button", name=re.compile("^Set ?: Key of your model server")).click()
        await page.get_by_label("The new value").fill(CANARY)
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("set, ends with …XY")).to_be_visible()
        assert kept.vault.get("brain.key") == CANARY
        assert CANARY not in await page.content()
        assert not any(CANARY in answer.url for answer in answers)
        told = [await answer.text() for answer in answers if "/api/v1/settings/secrets" in answer.url]
        assert len(told) >= 2
        assert not any(CANARY in text for text in told)
        await page.get_by_role("button", name="Delete Key of your model server").click()
        await page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
        await expect(page.get_by_text("not set").first).to_be_visible()
        assert kept.vault.get("brain.key") is None


async def words_of(page: Page) -> list[str]:
    await page.get_by_role("button", name=re.compile("recovery words")).click()
    await page.get_by_role("button", name="Show me the words").click()
    await expect(page.locator(".words li")).to_have_count(24)
    words = [text.split()[-1] for text in await page.locator(".words li").all_inner_texts()]
    await page.get_by_role("button", name="I have written them down").click()
    for label in await page.locator(".asked label").all():
        number = int((await label.inner_text()).split()[-1])
        await page.get_by_label(f"Word {number}", exact=True).fill(words[number - 1])
    await page.get_by_role("button", name="That is right").click()
    await expect(page.get_by_text("There are recovery words.")).to_be_visible()
    return words


async def test_words_are_written_down_and_open_the_vault(browser: Browser, kept: KeptRoom) -> None:
    kept.vault.set("brain.key", CANARY)
    async with opened(browser, kept, "set-up/backup") as page:
        await expect(page.get_by_text("Nothing but this machine's own key")).to_be_visible()
        words = await words_of(page)
        await expect(page.get_by_text("Nothing but this machine's own key")).to_be_hidden()
        assert " ".join(words[:3]) not in await page.content()
    kept.vault.close()
    (kept.folder / "data" / "vault" / "master.key").unlink()
    unlock_with_words(kept.folder / "data" / "vault", " ".join(words), Way.FILE)
    assert open_vault(kept.folder / "data" / "vault").get("brain.key") == CANARY


async def test_a_backup_is_made_and_restored_at_the_next_start(browser: Browser, kept: KeptRoom) -> None:
    kept.vault.set("brain.key", CANARY)
    async with opened(browser, kept, "set-up/backup") as page:
        await page.get_by_role("button", name="Back up now").click()
        await expect(page.get_by_text("was read back whole")).to_be_visible(timeout=20_000)
        kept.vault.set("brain.key", "something else, and long enough")
        async with page.expect_download() as coming:
            await page.get_by_role("link", name=re.compile("Download sidecast-")).click()
        saved = await (await coming.value).path()
        assert Path(saved).read_bytes().startswith(b"SIDECAST BACKUP 1\n")  # noqa: ASYNC240 - a small file
        await page.get_by_role("button", name=re.compile("Restore… sidecast-")).click()
        await page.get_by_role("button", name="Restore at the next start").click()
        await expect(page.get_by_text("is put in place when Sidecast starts the next time")).to_be_visible()
    kept.vault.close()
    assert swapping.finish(kept.folder / "data")
    assert open_vault(kept.folder / "data" / "vault").get("brain.key") == CANARY


async def test_settings_go_along_to_another_machine(browser: Browser, kept: KeptRoom, tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text('[speech]\nvoice = "espeak"\n[ledger]\npath = "/somewhere/else.db"\n')
    async with opened(browser, kept, "set-up/more") as page:
        await page.get_by_label("Settings file").set_input_files(file)
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_text("espeak")).to_be_visible()
        await expect(dialog.get_by_text("Left out")).to_contain_text("Ledger's file")
        await dialog.get_by_role("button", name="Take over").click()
        await expect(page.get_by_text("Taken over.")).to_be_visible()
        assert 'voice = "espeak"' in kept.file.read_text()
        assert "/somewhere" not in kept.file.read_text()


@pytest.mark.parametrize(
    ("section", "button"),
    [
        ("backup", "Write down recovery words"),
        ("backup", "New key…"),
        ("backup", "Use it ?: Passphrase"),
        ("backup", "Restore…"),
        ("secrets", "Set ?: Key of your model server"),
    ],
)
async def test_dialogs_are_sound_and_fit_a_phone(browser: Browser, kept: KeptRoom, section: str, button: str) -> None:
    source = axe()
    if not source:
        pytest.skip("axe-core is not installed.")
    async with opened(browser, kept, f"set-up/{section}", width=360, height=740) as page:
        if button == "Restore…":
            await page.get_by_role("button", name="Back up now").click()
        opener = page.get_by_role("button", name=re.compile(f"^{button}"))
        await opener.focus()
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        if "words" in button:
            await page.get_by_role("button", name="Show me the words").click()
            await expect(page.locator(".words li")).to_have_count(24)
        assert await violations(page, source) == []
        box = await dialog.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert await dialog.evaluate("element => element.scrollWidth <= element.clientWidth")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        await expect(opener).to_be_focused()
