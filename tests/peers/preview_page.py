"""Looks at the control page with made-up data.

`python tests/peers/preview_page.py FOLDER` writes screenshots there; without a folder it serves the page.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "tests")]

from playwright.async_api import Browser  # noqa: E402

from fakes.browser import chromium  # noqa: E402
from fakes.show_feed import ShowFeed  # noqa: E402
from sidecast.clock import SystemClock  # noqa: E402
from sidecast.control.feed import Feed  # noqa: E402
from sidecast.control.server import ControlServer  # noqa: E402
from sidecast.flow.cue import HostState, Status  # noqa: E402
from sidecast.flow.order import Mute, Order, Skip, Stop  # noqa: E402

SIZES = ((1440, 900), (1024, 700), (390, 844))


async def main(out: Path | None) -> None:
    clock = SystemClock()
    feed = Feed(clock, "Kit", {"chat": "demo", "brain": "stand-in"})

    def obey(order: Order) -> None:
        match order:
            case Stop(on=on):
                feed.status(Status(state=HostState.STOPPED if on else HostState.LISTENING))
            case Mute(on=on):
                feed.status(Status(state=HostState.MUTED if on else HostState.LISTENING))
            case Skip():
                feed.status(Status(state=HostState.LISTENING))

    server = ControlServer(feed, obey, clock, lambda: b"", port=0)
    await server.start()
    if out is None:
        ShowFeed(feed, wall_ms=clock.wall_ms()).evening()
        print(server.mint_link())  # noqa: T201
        await asyncio.Event().wait()
    else:
        await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
        async with chromium() as browser:
            await shoot(browser, server, feed, clock, out)
    await server.close()


async def shoot(browser: Browser, server: ControlServer, feed: Feed, clock: SystemClock, out: Path) -> None:
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    page.on("console", lambda message: print("console:", message.text))  # noqa: T201
    page.on("pageerror", lambda error: print("error:", error))  # noqa: T201
    await page.goto(f"http://127.0.0.1:{server.port}/")
    await page.screenshot(path=out / "locked.png")
    await page.goto(server.mint_link())
    await page.wait_for_selector("#state[data-state='starting']")
    await page.screenshot(path=out / "empty.png")
    ShowFeed(feed, wall_ms=clock.wall_ms()).evening()
    await page.wait_for_selector(".speech .sounding")
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        await page.wait_for_timeout(300)
        await page.screenshot(path=out / f"show-{width}.png")
    await page.screenshot(path=out / "show-390-full.png", full_page=True)
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.keyboard.press("Escape")
    await page.wait_for_selector("#state[data-state='stopped']")
    await page.click(".turn details summary")
    feed.health("ledger", "The ledger cannot be written: the disk is full. Free some space; it goes on by itself.")
    await page.wait_for_selector("#health p")
    await page.screenshot(path=out / "stopped.png")
    await server.close()
    await page.wait_for_selector("#banner:not([hidden])")
    await page.screenshot(path=out / "lost.png")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
