"""The control page in a real Chromium, served by the real server: what it shows, what it orders, and how it comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket

import httpx
import pytest
from playwright.async_api import Browser, expect

from fakes.control_room import ControlRoom
from fakes.opened import opened
from sidecast.control.feed import MESSAGES
from sidecast.errors import ControlError
from sidecast.flow.candidate import Reason
from sidecast.flow.cue import HostState, Status
from sidecast.flow.order import Mute, Skip, Stop

pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]


async def test_a_link_opens_it_once_and_leaves_no_key_in_the_address(browser: Browser, room: ControlRoom) -> None:
    link = room.server.mint_link()
    inside, outside = await browser.new_context(), await browser.new_context()
    page = await inside.new_page()
    await page.goto(link)
    await expect(page.locator("#order-stop")).to_be_enabled()
    assert page.url == f"http://127.0.0.1:{room.server.port}/"
    assert await page.evaluate("document.cookie") == ""
    stranger = await outside.new_page()
    for address in (link, page.url):
        await stranger.goto(address)
        await expect(stranger.locator("h1")).to_have_text("Come in")


async def test_it_shows_who_was_heard_what_was_said_and_why(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        room.show.evening()
        await expect(page.locator("#state-word")).to_have_text("speaking")
        await expect(page.locator(".cause .name")).to_have_text("first_time_frida")
        await expect(page.locator(".speech .sounding")).to_have_text("This is a game about a very stubborn lighthouse,")
        await page.locator(".why summary").click()
        await expect(page.locator(".why .bars dt").first).to_have_text("question")
        await expect(page.locator(".chip", has_text="All")).to_have_text("All 24")
        await expect(page.locator("#said .turn")).to_have_count(4)
        await expect(page.locator("#said .heard").last).to_have_text(
            "Only on Rainbow Road. And we always fall off at the second corner."
        )
        await expect(page.locator("#said .turn").last.locator(".track > i")).to_have_count(6)
        await page.locator(".chip", has_text="Held back").click()
        await expect(page.locator("#chat .message")).to_have_count(4)


async def test_another_channel_is_read_and_a_wrong_name_gets_a_sentence(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        field, note = page.locator("#channel-name"), page.locator("#channel-note")
        await expect(page.locator("#channel-demo")).to_be_hidden()
        await field.fill("my channel!")
        await field.press("Enter")
        await expect(note).to_contain_text("“my channel!” is no name of a Twitch channel.")
        await field.press("s")
        assert room.orders == [], "a letter typed into the field skipped"
        await expect(note).to_have_text("")
        await field.fill("https://twitch.tv/Kitsu")
        await page.locator("#channel-go").click()
        await expect(page.locator("#show-about")).to_contain_text("twitch:kitsu")
        await expect(field).to_have_value("kitsu")
        await page.locator("#channel-demo").click()
        await expect(field).to_have_value("")
        await expect(page.locator("#show-about")).to_contain_text("chat: demo")


async def test_viewer_text_stays_text(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
        turn = room.show.choose(room.show.message("mika", attack))
        room.show.say(turn, attack)
        await expect(page.locator(".cause .text")).to_have_text(attack)
        room.show.end(turn, attack)
        await expect(page.locator("#said .heard")).to_have_text(attack)
        assert await page.locator("main img, main script").count() == 0
        assert await page.title() == "On air · Kit · Sidecast"


async def test_what_the_gate_held_back_is_veiled_until_asked_for(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        room.show.message("spam", "buy viewers now", Reason.BLOCKED)
        message = page.locator("#chat .message")
        await expect(message.locator(".verdict")).to_have_text("blocked (spam, rule spam.viewers)")
        await expect(message).not_to_contain_text("buy viewers")
        await message.get_by_role("button", name="Show what was held back").click()
        await expect(message).to_contain_text("buy viewers now")


def finding(name: str, state: str = "found", what: str = "there", remedy: str = "", *, needed: bool = True) -> dict[str, object]:
    return {"name": name, "state": state, "what": what, "remedy": remedy, "needed": needed}


async def test_the_doctor_shows_what_is_missing_first_and_is_used_by_keyboard(browser: Browser, room: ControlRoom) -> None:
    sick = [finding("python"), finding("sound", "missing", "<b>mute</b>", "Install it.", needed=False)]
    room.findings = [
        json.dumps({"can_run": True, "checks": sick}),
        ControlError("The doctor took too long.", "Try it in a terminal."),
        json.dumps({"can_run": True, "checks": [finding("python"), finding("sound")]}),
    ]
    async with opened(browser, room) as page:
        await page.get_by_role("link", name="Set-up").focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="Doctor").focus()
        await page.keyboard.press("Enter")
        rows, told = page.locator("#doctor-list li"), page.locator("#doctor-sum")
        await expect(rows).to_have_count(2)
        await expect(rows.first).to_contain_text("sound")
        await expect(rows.first).to_contain_text("<b>mute</b>")
        await expect(rows.first.locator(".remedy")).to_have_text("Install it.")
        await expect(told).to_have_text("1 missing. The show goes on without.")
        await page.locator("#doctor-again").focus()
        await page.keyboard.press("Enter")
        await expect(told).to_have_text("The doctor took too long. Try it in a terminal.")
        await expect(page.locator("#doctor-again")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(told).to_have_text("Nothing is missing.")
        # nothing must come between anybody and a stop
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Go on")).to_be_visible()


async def test_a_page_that_gets_no_answer_goes_on_asking(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        await page.route("**/people/log-in", lambda route: route.abort())
        await page.reload()
        await expect(page.get_by_text("There is no connection to the show. Trying again…")).to_be_visible()
        await page.unroute("**/people/log-in")
        await expect(page.locator("#state-word")).to_have_text("starting")


async def test_buttons_and_keys_order_and_are_confirmed(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        room.show.choose(room.show.message("mika", "hello?"))
        await page.get_by_role("button", name="Skip").click()
        await expect(page.locator("#order-note")).to_contain_text("Skipped · confirmed in")
        await page.keyboard.press("m")
        await expect(page.get_by_role("button", name="Unmute")).to_be_visible()
        await page.keyboard.press("m")
        await expect(page.locator("#order-note")).to_contain_text("Unmuted")
        await page.get_by_role("heading", name="Chat").click()
        await page.keyboard.press("Space")
        await expect(page.get_by_role("button", name="Go on")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Go on").click()
        await expect(page.locator("#state-word")).to_have_text("listening")
    seen = [(type(order), getattr(order, "on", True)) for order in room.orders]
    assert seen == [(Skip, True), (Mute, True), (Mute, False), (Stop, True), (Stop, True), (Stop, False)]
    assert {order.by for order in room.orders} == {"Owner"}


async def test_keys_can_be_turned_off_and_typing_is_left_alone(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        await page.get_by_role("button", name="Owner").click()
        await page.get_by_label("Keys without Ctrl").focus()
        await page.keyboard.press("Space")
        for key in ("s", "m", "Escape"):
            await page.keyboard.press(key)
        await page.get_by_role("button", name="Stop").click()
        await expect(page.locator("#order-note")).to_contain_text("Stopped")
    assert [type(order) for order in room.orders] == [Stop]


async def test_a_fast_chat_does_not_choke_the_page(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        for _ in range(40):
            for _ in range(50):
                room.show.message("mika", "hello", Reason.REACTION)
            await room.clock.sleep(0.01)
        await expect(page.locator("#figures dd").first).to_have_text("2,000")
        assert await page.locator("#chat .message").count() < MESSAGES / 2, "rows out of sight are in the document"
        await page.keyboard.press("Escape")
        await expect(page.locator("#state-word")).to_have_text("stopped")


async def test_a_chat_that_was_left_is_asked_nothing_more(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        room.show.evening()
        await page.clock.install()
        # it stands still for three seconds, and then looks whether somebody is still in it
        await page.locator("#chat .message").last.hover()
        await page.goto(f"{room.server.address}/#/moderation")
        await expect(page.locator("#chat")).to_have_count(0)
        await page.clock.fast_forward(4000)


async def test_it_says_that_the_connection_is_lost_and_comes_back_by_itself(browser: Browser) -> None:
    first = ControlRoom()
    await first.server.start()
    async with opened(browser, first) as page:
        first.show.message("mika", "before")
        await expect(page.locator("#chat .message")).to_have_count(1)
        await page.evaluate("performance.mark('still the same page')")
        await page.context.set_offline(offline=True)
        await first.server.close()
        await expect(page.locator("#banner")).to_contain_text("No connection to the show")
        await expect(page.locator("#order-stop")).to_be_disabled()
        again = first.again()
        await again.start()
        assert again.port == first.server.port
        first.show.message("ayla", "while you were away")
        await page.context.set_offline(offline=False)
        await expect(page.locator("#banner")).to_be_hidden()
        await expect(page.locator("#chat .message")).to_have_count(2)
        assert await page.evaluate("performance.getEntriesByType('mark').length") == 1
        await again.close()


async def test_a_show_that_was_started_again_asks_for_a_new_link(browser: Browser) -> None:
    first = ControlRoom()
    await first.server.start()
    async with opened(browser, first) as page:
        await first.server.close()
        second = ControlRoom(port=first.server.port)
        await second.server.start()
        assert second.server.port == first.server.port
        await expect(page.locator("h1")).to_have_text("Come in")
        await expect(page.get_by_role("status")).to_contain_text(["does not know this page any more"])
        await page.goto(second.server.mint_link())
        await expect(page.locator("#order-stop")).to_be_enabled()
        await second.server.close()


async def test_many_tabs_at_once_all_live(browser: Browser, room: ControlRoom) -> None:
    async with contextlib.AsyncExitStack() as tabs:
        first = await tabs.enter_async_context(opened(browser, room))
        pages = [first] + [await first.context.new_page() for _ in range(8)]
        for page in pages[1:]:
            await page.goto(first.url)
        room.feed.status(Status(state=HostState.THINKING))
        for page in pages:
            await expect(page.locator("#state-word")).to_have_text("thinking")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 700), (390, 844), (320, 640)])
async def test_nothing_is_cut_off_sideways_and_stop_is_always_in_reach(
    browser: Browser, room: ControlRoom, width: int, height: int
) -> None:
    async with opened(browser, room) as page:
        room.show.evening()
        room.show.message("mika", "W" * 400)
        await page.set_viewport_size({"width": width, "height": height})
        await expect(page.locator(".chip", has_text="All")).to_have_text("All 25")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        stop = await page.locator("#order-stop").bounding_box()
        assert stop is not None
        assert 0 <= stop["y"] <= height - stop["height"]
        assert stop["height"] >= 44


async def test_it_closes_within_a_second_with_a_page_open(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        async with asyncio.timeout(1.0):
            await room.server.close()
        await expect(page.locator("#banner")).to_be_visible()
    with pytest.raises(httpx.ConnectError):
        await httpx.AsyncClient().get(f"http://127.0.0.1:{room.server.port}/healthz")


async def test_a_server_that_does_not_end_in_time_is_abandoned(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    room = ControlRoom()
    await room.server.start()
    monkeypatch.setattr("uvicorn.Server.shutdown", never)
    async with opened(browser, room) as page:
        await room.server.close()
        await expect(page.locator("#banner")).to_contain_text("No connection to the show")
        with pytest.raises(httpx.TransportError):
            await httpx.AsyncClient().get(f"http://127.0.0.1:{room.server.port}/healthz")


async def test_the_next_free_port_is_taken_and_signals_are_left_alone() -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = taken.getsockname()[1]
        room = ControlRoom(port=wanted)
        await room.server.start()
        assert room.server.port != wanted
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{room.server.port}/healthz")
            assert answer.json()["status"] == "ok"
            for host, status in (("evil.example", 403), ("127.0.0.1:1", 421)):
                rebound = await client.get(f"http://127.0.0.1:{room.server.port}/metrics", headers={"host": host})
                assert rebound.status_code == status
        await room.server.close()
