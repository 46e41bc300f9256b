"""From nothing to a speaking avatar: the real app is started for the first time, and somebody follows the page's first steps."""

from __future__ import annotations

import json
import re
import signal
import tomllib
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from fakes.browser import chromium, chromium_path
from fakes.chat_log import quiet
from fakes.page import why_no_page
from fakes.until import until
from godot.real_godot import Godot
from godot.test_whole_show import app, said

pytestmark = pytest.mark.godot

LINK = re.compile(r"http://127\.0\.0\.1:\d+/open\?key=\S+")
LONG_MS = 90_000


def turns(trace: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in trace.read_text("utf-8").splitlines()] if trace.exists() else []
    return [line for line in lines if "outcome" in line]


async def follow(page: Page, link: str) -> None:
    await page.goto(link)
    await page.get_by_role("link", name="First steps").first.press("Enter")
    title = page.get_by_role("heading", level=3)
    await page.get_by_label("Your name", exact=True).fill("Ada")
    await page.get_by_label("Your co-host's name").fill("Robo")
    await page.keyboard.press("Enter")
    await expect(title).to_contain_text("Your chat", timeout=LONG_MS)
    await page.get_by_role("button", name="Skip this step").press("Enter")
    await page.get_by_label("Voice").select_option("espeak")
    await page.get_by_role("button", name="Next").press("Enter")
    await expect(title).to_contain_text("Its brain", timeout=LONG_MS)
    await page.get_by_role("button", name="Ask it something").press("Enter")
    await expect(page.get_by_text("began to answer")).to_be_visible(timeout=LONG_MS)
    await page.get_by_role("button", name="Next").press("Enter")
    await page.get_by_role("button", name="Say hello").press("Enter")
    await expect(page.locator("#state-word")).to_have_text("speaking", timeout=LONG_MS)


async def test_a_new_streamer_hears_the_avatar_speak(godot: Godot, tmp_path: Path) -> None:
    if chromium_path() is None or (why := why_no_page()):
        pytest.skip(f"There is no Chromium, or no page: {why if chromium_path() else ''}")
    trace = tmp_path / "trace"
    silence = quiet(tmp_path / "silence.jsonl")
    with app(godot, tmp_path, "--replay", str(silence), "--trace", str(trace)) as process:
        await until(lambda: LINK.search(said(tmp_path)) or process.poll() is not None)
        link = LINK.search(said(tmp_path))
        assert link is not None, said(tmp_path)
        async with chromium() as browser:
            page = await browser.new_page()
            # all that a small machine has goes into the picture while the show is being set up
            page.set_default_timeout(LONG_MS)
            await follow(page, link[0])
            await until(lambda: turns(trace))
            # as when a browser goes away while something is sent to it
            process.send_signal(signal.SIGPIPE)
            await page.goto(f"{link[0].partition('/open')[0]}/#/set-up/avatar")
            await page.get_by_role("button", name="Draw this mouth").press("Enter")
            await expect(page.get_by_text("Look at its mouth")).to_be_visible(timeout=LONG_MS)
        process.terminate()
        assert process.wait(60) == 0, said(tmp_path)
    (turn,) = turns(trace)
    assert (turn["outcome"], turn["voice"]) == ("heard", "espeak")
    settings = tomllib.loads((tmp_path / "config" / "sidecast" / "sidecast.toml").read_text("utf-8"))
    assert (settings["host"]["name"], settings["speech"]["voice"]) == ("Robo", "espeak")
    assert "was left out" not in said(tmp_path), "the app did not understand what it was told"
