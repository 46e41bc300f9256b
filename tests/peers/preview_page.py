"""Looks at the control room of a real show: its demo chat, and what tests/fakes/furnished.py has gathered there.

`python tests/peers/preview_page.py FOLDER [WORD…]` writes screenshots of each view and each section of Set-up, in dark and light,
wide and on a phone (only those whose names have one of the words); without a folder it serves the page.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "tests"), str(ROOT)]

from playwright.async_api import Browser  # noqa: E402

from fakes.browser import chromium  # noqa: E402
from fakes.furnished import PASSPHRASE, furnished  # noqa: E402
from fakes.page import why_no_page  # noqa: E402
from fakes.served import Served  # noqa: E402
from fakes.whole import PLACES, arrived, come_in  # noqa: E402

SIZES = {"wide": (1440, 900), "phone": (360, 780)}
SHOW = ("--demo", "--speed", "2")
TURNS_FIRST = 6
"""Said before anything is looked at."""


async def main(out: Path | None, words: list[str]) -> None:
    if why := why_no_page():
        sys.exit(why)
    with tempfile.TemporaryDirectory() as folder:
        async with furnished(Path(folder), *SHOW) as show:
            if out is None:
                print(f"{show.address}, as Mira with: {PASSPHRASE}")  # noqa: T201
                await asyncio.Event().wait()
                return
            await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
            async with chromium() as browser:
                for size in SIZES:
                    await shoot(browser, show, out, words, size)


async def shoot(browser: Browser, show: Served, out: Path, words: list[str], size: str) -> None:
    phone, (width, height) = size == "phone", SIZES[size]
    context = await browser.new_context(viewport={"width": width, "height": height}, has_touch=phone)
    page = await context.new_page()
    page.on("console", lambda message: print("console:", message.text))  # noqa: T201
    page.on("pageerror", lambda error: print("error:", error))  # noqa: T201

    async def take(name: str) -> None:
        for theme in ("dark", "light"):
            if words and not any(word in f"{name}-{size}-{theme}" for word in words):
                continue
            await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            await page.wait_for_timeout(250)
            await page.screenshot(path=out / f"{name}-{size}-{theme}.png", full_page=phone)

    await page.goto(show.address)
    await page.wait_for_selector("h1")
    await take("log-in")
    await come_in(page, "Mira")
    await page.locator("#said .turn").nth(TURNS_FIRST).wait_for(timeout=180_000)
    for name, path in PLACES.items():
        if words and not any(word in f"{name}-{size}-{theme}" for word in words for theme in ("dark", "light")):
            continue
        await page.goto(f"{show.address}/#/{path}")
        await arrived(page)
        await page.wait_for_timeout(500)
        await take(name)
    await page.goto(f"{show.address}/#/on-air")
    await page.keyboard.press("?")
    await take("keys")
    await context.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None, sys.argv[2:]))
