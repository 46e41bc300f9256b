"""The overlays in a real Chromium over the real server: what is seen, at three sizes, and what never is."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from fakes.opened import violations
from fakes.overlay_room import OverlayRoom, overlay_room
from fakes.page import axe
from sidecast.control.overlay.link import PAGES
from sidecast.flow.chat import Author, EventKind
from sidecast.flow.cue import HostState, Status

pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]

SIZES = {"720p": (1280, 720), "1080p": (1920, 1080), "1440p": (2560, 1440)}
SHOWN = {"caption": ".bubble", "cards": ".card", "alerts": ".alert", "mood": ".mood"}
THEME = ":root { " + " ".join(f"--{part}-paper: rgb(1, 2, 3);" for part in ("caption", "card", "alert", "mood")) + " }"
# as obs-browser adds the custom CSS of a source, in its older and its newer versions
LINKED = """css => { const link = document.createElement('link'); link.setAttribute('rel', 'stylesheet');
  link.setAttribute('type', 'text/css'); link.setAttribute('href', 'data:text/css;charset=utf-8;base64,' + css);
  document.getElementsByTagName('head')[0].appendChild(link); }"""
STYLED = """css => { const style = document.createElement('style'); style.innerHTML = atob(css);
  document.querySelector('head').appendChild(style); }"""


@pytest_asyncio.fixture(loop_scope="module")
async def room(page_files: Path) -> AsyncIterator[OverlayRoom]:
    async with overlay_room() as room:
        yield room


@asynccontextmanager
async def watched(browser: Browser, room: OverlayRoom, **options: Any) -> AsyncIterator[BrowserContext]:
    """A context whose pages stay free of errors, ask nothing of other hosts, and show no token in any address."""
    context = await browser.new_context(**({"viewport": {"width": 1280, "height": 720}} | options))
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))

    def look(url: str) -> None:
        if f"127.0.0.1:{room.server.port}/" not in url or room.token in url.partition("#")[0]:
            wrong.append(url)

    context.on("request", lambda request: look(request.url))
    yield context
    await context.close()
    assert not wrong, wrong


async def opened(context: BrowserContext, room: OverlayRoom, name: str) -> Page:
    """Returns when its WebSocket has told it something."""
    page = await context.new_page()
    async with page.expect_event("websocket") as coming:
        await page.goto(room.address(name))
    socket = await coming.value
    assert room.token not in socket.url
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    return page


async def still(page: Page) -> None:
    """Returns when nothing comes, goes or grows any more."""
    await page.wait_for_function("() => document.getAnimations().every(each => each.playState !== 'running')")


async def fill(room: OverlayRoom, name: str) -> Callable[[], None]:
    """Something to see; what takes it away again."""
    if name == "mood":
        room.overlays.mood("happy")
        return lambda: room.overlays.status(Status(state=HostState.MUTED))
    if name == "alerts":
        raid = room.happens(EventKind.RAID, Author(id="r", name="old_friend_of_the_stream", colour="#DAA520"), 42)
        return lambda: room.remove(raid)
    turn = room.answer(room.message("Kit, how are you feeling tonight?"))
    number = room.say(turn, "Doing great, MossyBadger! I had a full cup of electricity for breakfast.")
    room.audible(number, seconds_ago=0.5)
    return lambda: room.end(turn)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
async def test_it_fits_every_canvas_and_is_sound(
    browser: Browser, room: OverlayRoom, name: str, size: str, tmp_path: Path
) -> None:
    width, height = SIZES[size]
    async with watched(browser, room, viewport={"width": width, "height": height}) as context:
        page = await opened(context, room, name)
        away = await fill(room, name)
        shown = page.locator(SHOWN[name])
        await expect(shown).to_be_visible()
        await still(page)
        box = await shown.bounding_box()
        assert box is not None
        assert 0 <= box["x"] < box["x"] + box["width"] <= width
        assert 0 <= box["y"] < box["y"] + box["height"] <= height
        # the same picture at every size, only sharper
        unit = width / 1280
        tall = {"caption": 185, "cards": 97, "alerts": 116, "mood": 46}[name]
        assert abs(box["height"] / unit - tall) < 4, box["height"] / unit
        loaded = await page.evaluate("[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)")
        assert loaded
        await page.screenshot(path=tmp_path / f"{name}-{size}.png", omit_background=True)
        if axe():
            assert await violations(page, axe()) == []
        away()
        await expect(shown).to_have_count(0) if name == "alerts" else await expect(shown).to_be_hidden()


@pytest.mark.parametrize("name", PAGES)
async def test_nothing_is_painted_behind_it_or_while_nothing_happens(browser: Browser, room: OverlayRoom, name: str) -> None:
    room.overlays.status(Status(state=HostState.MUTED))
    async with watched(browser, room) as context:
        page = await opened(context, room, name)
        await expect(page.locator("h1")).to_have_count(1)
        assert (
            await page.evaluate(
                "['html', 'body', 'main'].map(tag => getComputedStyle(document.querySelector(tag)).backgroundColor)"
            )
            == ["rgba(0, 0, 0, 0)"] * 3
        )
        empty = await page.screenshot(omit_background=True)
        blank = await context.new_page()
        assert empty == await blank.screenshot(omit_background=True)


async def test_words_are_read_as_they_are_heard_and_never_before(browser: Browser, room: OverlayRoom) -> None:
    async with watched(browser, room) as context:
        page = await opened(context, room, "caption")
        turn = room.answer(room.message("hello"))
        number = room.say(turn, "one two three four")
        await expect(page.locator(".said span")).to_have_count(4)
        assert await page.locator(".said :is(.read, .now)").count() == 0
        room.audible(number, seconds_ago=0.8)
        await expect(page.locator(".said .read").nth(1)).to_have_text("two")
        await expect(page.locator(".said .read")).to_have_count(4)
        more = room.say(turn, "five six", more=True)
        await expect(page.locator(".said span")).to_have_count(6)
        assert await page.locator(".said .read").count() == 4
        room.audible(more, seconds_ago=-3600)
        room.cut(more)
        room.end(turn)
        await expect(page.locator(".said span")).to_have_count(0)


async def test_a_long_speech_scrolls_and_ends(browser: Browser, room: OverlayRoom) -> None:
    async with watched(browser, room) as context:
        page = await opened(context, room, "caption")
        turn = room.answer(room.message("hello"))
        for part in range(12):
            number = room.say(turn, " ".join(["lighthouse"] * 12), more=part > 0, word_s=0.001)
            room.audible(number, seconds_ago=1)
        await expect(page.locator(".said span.read")).to_have_count(144)
        await still(page)
        box = await page.locator(".bubble").bounding_box()
        assert box is not None
        assert box["height"] < 240
        last = await page.locator(".said span").last.evaluate(
            "span => [span.getBoundingClientRect().bottom, span.closest('.window').getBoundingClientRect().bottom]"
        )
        assert last[0] <= last[1] + 1
        room.end(turn)


async def test_a_removal_takes_the_words_out_of_the_page(browser: Browser, room: OverlayRoom) -> None:
    async with watched(browser, room) as context:
        caption, card, alerts = [await opened(context, room, name) for name in ("caption", "cards", "alerts")]
        item = room.message("Kit, look at VILEWORD now?", Author(id="v", name="vile_name", colour="#ffffff"))
        turn = room.answer(item)
        room.say(turn, "VILEWORD indeed")
        event = room.happens(EventKind.RESUB, item.author, 3, "VILEWORD again")
        await expect(card.locator(".card")).to_contain_text("VILEWORD")
        await expect(caption.locator(".said")).to_contain_text("VILEWORD")
        await expect(alerts.locator(".alert")).to_contain_text("VILEWORD")
        room.remove(item, cut=turn.id)
        room.remove(event)
        for page in (card, caption, alerts):
            await page.wait_for_function("() => !/VILEWORD|vile_name/.test(document.documentElement.outerHTML)")
            assert await page.locator(".shown, .alert").count() == 0


async def test_viewer_text_is_only_ever_text(browser: Browser, room: OverlayRoom) -> None:
    async with watched(browser, room) as context:
        page = await opened(context, room, "cards")
        nasty = "<img src=x onerror=alert(1)> </p><script>x</script>"
        turn = room.answer(room.message(nasty, Author(id="n", name="<b>n</b>", colour="red;background:url(//x)")))
        await expect(page.locator(".card .text")).to_have_text(nasty)
        await expect(page.locator(".card .name")).to_have_text("<b>n</b>")
        assert await page.locator("main img, main script, main b b").count() == 0
        room.end(turn)


@pytest.mark.parametrize("how", [LINKED, STYLED], ids=["link", "style"])
@pytest.mark.parametrize("name", PAGES)
async def test_the_custom_css_of_a_browser_source_counts(browser: Browser, room: OverlayRoom, name: str, how: str) -> None:
    async with watched(browser, room) as context:
        page = await opened(context, room, name)
        await page.evaluate(how, base64.b64encode(THEME.encode()).decode())
        away = await fill(room, name)
        await expect(page.locator(SHOWN[name])).to_have_css("background-color", "rgb(1, 2, 3)")
        away()


async def test_a_theme_asks_nothing_of_other_hosts(browser: Browser, room: OverlayRoom) -> None:
    asked: list[asyncio.StreamReader] = []
    server = await asyncio.start_server(lambda reader, _: asked.append(reader), "127.0.0.1", 0)
    there = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    context = await browser.new_context()
    page = await opened(context, room, "cards")
    css = f"@import url({there}/x.css); .card {{ background: rgb(1, 2, 3) url({there}/x.png); }}"
    await page.evaluate(LINKED, base64.b64encode(css.encode()).decode())
    away = await fill(room, "cards")
    await expect(page.locator(".card")).to_have_css("background-color", "rgb(1, 2, 3)")
    await still(page)
    away()
    await context.close()
    server.close()
    assert asked == []


async def test_the_token_leaves_the_address_and_outlives_a_reload(browser: Browser, room: OverlayRoom) -> None:
    async with watched(browser, room) as context:
        page = await opened(context, room, "mood")
        assert page.url == f"{room.server.address}/overlay/mood"
        assert room.token not in await page.content()
        assert await page.evaluate("history.length") <= 2
        async with page.expect_event("websocket"):
            await page.reload()
        room.overlays.mood("sad")
        await expect(page.locator(".mood")).to_contain_text("sad")
        # another page of the same browser does not have it
        other = await context.new_page()
        await other.goto(f"{room.server.address}/overlay/mood")
        assert (
            await other.evaluate("JSON.stringify({...sessionStorage}) + JSON.stringify({...localStorage}) + document.cookie")
            == "{}{}"
        )


async def test_it_is_silent_while_the_app_is_away_and_comes_back_by_itself(
    browser: Browser, page_files: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with overlay_room() as room, watched(browser, room) as context:
        pages = {name: await opened(context, room, name) for name in PAGES}
        for name in PAGES:
            await fill(room, name)
            await expect(pages[name].locator(SHOWN[name])).to_be_visible()
        await room.server.close()
        for page in pages.values():
            await expect(page.locator(".shown, .alert")).to_have_count(0)
            # nothing but the title that nobody sees
            await page.wait_for_function(
                "() => document.querySelector('main').innerText.trim() === document.querySelector('h1').innerText"
            )
        again = OverlayRoom(room.server.port, room.accounts)
        await again.server.start()
        alerts = asyncio.ensure_future(again.overlays.run_alerts())
        for name in PAGES:
            await fill(again, name)
            await expect(pages[name].locator(SHOWN[name])).to_be_visible()
        alerts.cancel()
        await again.server.close()
    assert room.token not in caplog.text


async def test_a_withdrawn_link_empties_its_pages(browser: Browser, room: OverlayRoom) -> None:
    async with watched(browser, room) as context:
        page = await opened(context, room, "mood")
        room.overlays.mood("happy")
        await expect(page.locator(".mood")).to_be_visible()
        owner, _ = await room.accounts.owner()
        await room.accounts.overlay_links.withdraw(owner, room.accounts.overlay_links.all()[0].id)
        await expect(page.locator(".mood")).to_be_hidden()


async def test_who_wants_no_motion_gets_none(browser: Browser, room: OverlayRoom) -> None:
    async with watched(browser, room, reduced_motion="reduce") as context:
        for name in PAGES:
            page = await opened(context, room, name)
            away = await fill(room, name)
            await expect(page.locator(SHOWN[name])).to_be_visible()
            assert (
                await page.evaluate("document.getAnimations().filter(each => each.effect.getTiming().duration > 1).length") == 0
            )
            assert await page.locator(".spark").count() == 0
            away()


async def test_a_busy_evening_leaves_nothing_behind(browser: Browser, room: OverlayRoom) -> None:
    """Growth shows in what the page holds, whatever the machine's speed; `./sidecast bench overlays` looks for ten minutes."""
    async with watched(browser, room) as context:
        pages = {name: await opened(context, room, name) for name in ("caption", "cards", "alerts")}
        counts = []
        for evening in range(2):
            for number in range(8):
                turn = room.answer(room.message(f"message {number}?"))
                said = room.say(turn, "a few words of an answer", word_s=0.001)
                room.audible(said, seconds_ago=1)
                text = "text => document.querySelector('.card .text').textContent === text"
                await pages["cards"].wait_for_function(text, arg=f"message {number}?")
                room.end(turn)
                event = room.happens(EventKind.SUB, Author(id=str(number), name=f"viewer{evening}_{number}"))
                count = "count => document.querySelectorAll('.alert').length === count"
                await pages["alerts"].wait_for_function(count, arg=1)
                room.remove(event)
                await pages["alerts"].wait_for_function(count, arg=0)
            await expect(pages["caption"].locator(".said span")).to_have_count(0)
            await expect(pages["cards"].locator(".card")).to_be_hidden()
            counts.append([await page.evaluate("document.querySelectorAll('*').length") for page in pages.values()])
        assert counts[0] == counts[1]


async def test_set_up_makes_withdraws_and_puts_back(browser: Browser, room: OverlayRoom) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    await page.goto(room.server.mint_link())
    await expect(page.locator("#state-word")).to_be_visible()
    await page.goto(f"{room.server.address}/#/set-up/overlays")
    await page.get_by_label("What the link is for").fill("Streaming machine")
    await page.get_by_role("button", name="Make a link").click()
    dialog = page.get_by_role("dialog")
    address = await dialog.get_by_label("Address of Mood").input_value()
    assert address.startswith(f"{room.server.address}/overlay/mood#token=sidecast_overlay_")
    if axe():
        assert await violations(page, axe()) == []
    await dialog.get_by_role("button", name="Close").first.click()
    assert address.rpartition("=")[2] not in await page.content()
    room.overlays.mood("laughing")
    overlay = await context.new_page()
    await overlay.goto(address)
    await expect(overlay.locator(".mood")).to_contain_text("laughing")
    await page.bring_to_front()
    await page.get_by_role("button", name="Withdraw Streaming machine").click()
    await expect(overlay.locator(".mood")).to_be_hidden()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("button", name="Withdraw Streaming machine")).to_be_visible()
    await overlay.goto("about:blank")
    await overlay.goto(address)
    await expect(overlay.locator(".mood")).to_be_visible()
    await context.close()
