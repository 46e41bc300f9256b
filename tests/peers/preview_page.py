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
from fakes.whole import PLACES, arrived, come_in, under_way  # noqa: E402

SIZES = {"wide": (1440, 900), "phone": (360, 780)}
SHOW = ("--demo", "--speed", "4")


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
                    for theme in ("dark", "light"):
                        await shoot(browser, show, out, words, size=size, theme=theme)


async def shoot(browser: Browser, show: Served, out: Path, words: list[str], *, size: str, theme: str) -> None:
    wanted = [name for name in ("log-in", *PLACES, "keys") if any(word in f"{name}-{size}-{theme}" for word in words or [""])]
    if not wanted:
        return
    phone, (width, height) = size == "phone", SIZES[size]
    context = await browser.new_context(viewport={"width": width, "height": height}, has_touch=phone, is_mobile=phone)
    await context.add_init_script(f"try {{ localStorage.setItem('theme', '{theme}') }} catch {{}}")
    page = await context.new_page()
    page.on("console", lambda message: print("console:", message.text))  # noqa: T201
    page.on("pageerror", lambda error: print("error:", error))  # noqa: T201

    async def take(name: str) -> None:
        if name in wanted:
            await page.wait_for_timeout(500)
            await page.screenshot(path=out / f"{name}-{size}-{theme}.png", full_page=phone)

    await page.goto(show.address)
    await page.wait_for_selector("h1")
    await take("log-in")
    await come_in(page, "Mira")
    await under_way(page)
    for name, path in PLACES.items():
        if name in wanted:
            await page.goto(f"{show.address}/#/{path}")
            await arrived(page)
            await take(name)
    await page.goto(f"{show.address}/#/on-air")
    await page.keyboard.press("?")
    await take("keys")
    await context.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None, sys.argv[2:]))
