"""Looks at the control room with made-up data.

`python tests/peers/preview_page.py FOLDER [WORD…]` writes screenshots of each view in dark and light there (only those whose
names have one of the words); without a folder it serves the page.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "tests"), str(ROOT)]

from playwright.async_api import Browser, Page  # noqa: E402

from fakes.browser import chromium  # noqa: E402
from fakes.control_room import ControlRoom  # noqa: E402
from fakes.page import why_no_page  # noqa: E402

SIZES = {"wide": (1440, 900), "middle": (1024, 768), "phone": (360, 740)}
VIEWS = {
    "on-air": "on-air",
    "moderation": "moderation",
    "analytics": "analytics",
    "doctor": "set-up/doctor",
    "people": "set-up/people",
    "me": "set-up/me",
}


async def main(out: Path | None, words: list[str]) -> None:
    if why := why_no_page():
        sys.exit(why)
    room = ControlRoom()
    await room.server.start()
    if out is None:
        room.evening()
        print(room.server.mint_link())  # noqa: T201
        await asyncio.Event().wait()
    else:
        await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
        async with chromium() as browser:
            await shoot(browser, room, out, words)
    await room.server.close()


async def shoot(browser: Browser, room: ControlRoom, out: Path, words: list[str]) -> None:
    page = await browser.new_page()
    page.on("console", lambda message: print("console:", message.text))  # noqa: T201
    page.on("pageerror", lambda error: print("error:", error))  # noqa: T201

    async def take(name: str, page: Page = page, *, full: bool = False) -> None:
        for size, (width, height) in SIZES.items():
            for theme in ("dark", "light"):
                if words and not any(word in f"{name}-{size}-{theme}" for word in words):
                    continue
                await page.set_viewport_size({"width": width, "height": height})
                await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                await page.wait_for_timeout(250)
                await page.screenshot(path=out / f"{name}-{size}-{theme}.png", full_page=full or size == "phone")

    await page.goto(f"http://127.0.0.1:{room.server.port}/")
    await page.wait_for_selector("h1")
    await take("log-in")
    await page.goto(room.server.mint_link())
    await page.wait_for_selector("#state[data-state='starting']")
    await take("empty")
    room.evening()
    await page.wait_for_selector(".speech .sounding")
    for name, path in VIEWS.items():
        await page.goto(f"http://127.0.0.1:{room.server.port}/#/{path}")
        await page.wait_for_timeout(500)
        await take(name)
    await page.goto(f"http://127.0.0.1:{room.server.port}/#/on-air")
    await page.keyboard.press("?")
    await take("keys")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None, sys.argv[2:]))
