"""Directing the host from the page: with the mouse, with keys, and what is said when the show does not obey."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from fakes.control_room import MOODS, ControlRoom
from fakes.opened import opened
from sidecast.errors import OrderRefused
from sidecast.flow.candidate import Reason
from sidecast.flow.order import Answer, Approve, Move, Never, Order, Say, SetApproval, SetMood

pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="module")]


async def given(room: ControlRoom, page: Page, count: int = 1) -> list[Order]:
    """The latest orders, once there are so many."""
    while len(room.orders) < count:
        await room.clock.sleep(0.01)
    return room.orders[-count:]


async def test_the_queue_is_put_in_another_order_by_keys_and_by_dragging(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room, height=1500) as page:
        room.line_up()
        rows = page.locator("#queue .name")
        before = ["old_friend_of_the_stream", "Torben_K", "ayla✨", "mika", "LOUDMOUTH99"]
        await expect(rows).to_have_text(before)
        await page.get_by_role("button", name="Earlier: mika").focus()
        await page.keyboard.press("Enter")
        await expect(rows).to_have_text([before[0], before[1], "mika", "ayla✨", before[4]])
        await expect(page.get_by_role("button", name="Earlier: mika")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(rows).to_have_text([before[0], "mika", "Torben_K", "ayla✨", before[4]])
        await expect(page.locator("#queue .placed")).to_have_text("put here by Owner")
        await page.locator("#queue > li").nth(4).drag_to(page.locator("#queue > li").nth(0))
        await expect(rows).to_have_text(["LOUDMOUTH99", before[0], "mika", "Torben_K", "ayla✨"])
        assert await given(room, page, 3) == [
            Move(by="Owner", by_id=room.orders[0].by_id, at_ns=order.at_ns, item_id=item, to=to)
            for order, (item, to) in zip(room.orders, [("q3", 2), ("q3", 1), ("q4", 0)], strict=True)
        ]


async def test_the_queue_is_directed_by_keys_alone(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room, height=1500) as page:
        room.line_up()
        rows = page.locator("#queue .name")
        await expect(rows).to_have_count(5)
        await page.keyboard.press("q")
        await expect(page.locator("#queue > li").nth(0)).to_be_focused()
        for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Shift+ArrowUp"):
            await page.keyboard.press(key)
        await expect(rows).to_have_text(["old_friend_of_the_stream", "Torben_K", "mika", "ayla✨", "LOUDMOUTH99"])
        await expect(page.locator("#queue > li").nth(2)).to_be_focused()
        await page.keyboard.press("a")
        await page.keyboard.press("n")
        await expect(rows).to_have_text(["old_friend_of_the_stream", "Torben_K", "ayla✨", "LOUDMOUTH99"])
        moved, answered, never = await given(room, page, 3)
        assert isinstance(moved, Move)
        assert (moved.item_id, moved.to) == ("q3", 2)
        assert isinstance(answered, Answer)
        assert isinstance(never, Never)
        assert answered.item_id == never.item_id == "q3"


async def test_a_name_leads_to_what_is_known_of_its_viewer(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        room.show.message("mika", "who am I?", Reason.STALE)
        await expect(page.locator(".message")).to_have_count(1)
        await page.keyboard.press("c")
        await expect(page.locator(".message:focus")).to_contain_text("who am I?")
        await page.keyboard.press("v")
        await expect(page).to_have_url(re.compile(r"#/moderation/viewers\?name=mika$"))


async def test_the_views_are_a_digit_away(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        await page.keyboard.press("3")
        await expect(page).to_have_url(re.compile("#/analytics$"))
        await page.keyboard.press("1")
        await expect(page).to_have_url(re.compile("#/on-air$"))


async def test_a_move_that_is_refused_is_taken_back_and_said(browser: Browser, room: ControlRoom) -> None:
    def refuse(order: Order) -> None:
        raise OrderRefused("It is not waiting any more.", "Ask for it in the chat.")

    async with opened(browser, room) as page:
        room.line_up()
        room.refuse = refuse
        await page.get_by_role("button", name="Later: old_friend").click()
        await expect(page.locator(".toast")).to_have_text("It is not waiting any more. Ask for it in the chat.")
        await expect(page.locator("#queue .name").first).to_have_text("old_friend_of_the_stream")


async def test_never_again_can_be_taken_back(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        room.line_up()
        await page.get_by_role("button", name="Never answer this of Torben_K").click()
        await expect(page.locator("#queue .name")).to_have_count(4)
        await page.get_by_role("button", name="Undo").click()
        orders = await given(room, page, 2)
        assert [(type(order), getattr(order, "on", None)) for order in orders] == [(Never, True), (Never, False)]


async def test_a_line_of_the_chat_is_answered_with_the_arrow_keys_and_a(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        for number in range(30):
            room.show.message("mika", f"number {number}", Reason.STALE)
        await expect(page.locator("#chat .message").last).to_contain_text("number 29")
        await page.locator("#chat .message[tabindex='0']").focus()
        for _ in range(25):
            await page.keyboard.press("ArrowUp")
        await expect(page.locator(".message:focus")).to_contain_text("number 4")
        await page.keyboard.press("a")
        await page.keyboard.press("n")
        first, second = await given(room, page, 2)
        assert isinstance(first, Answer)
        assert isinstance(second, Never)
        assert first.item_id == second.item_id == "m5"
        room.show.message("ayla", "the newest", Reason.STALE)
        await expect(page.locator("#to-newest")).to_be_visible()
        await expect(page.locator(".message:focus")).to_contain_text("number 4")


async def test_a_chat_under_the_pointer_stands_still_and_its_buttons_answer(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        room.show.message("mika", "answer me", Reason.STALE)
        await page.locator("#chat .message").hover()
        for number in range(60):
            room.show.message("loud", f"noise {number}", Reason.REACTION)
        await expect(page.locator("#to-newest")).to_have_text("60 newer messages")
        await page.get_by_role("button", name="Answer this one next").click()
        (order,) = await given(room, page)
        assert isinstance(order, Answer)
        await page.locator("#to-newest").click()
        await expect(page.locator("#chat .message").last).to_contain_text("noise 59")


async def test_a_line_is_said_and_one_that_the_gate_stops_comes_back_with_why(browser: Browser, room: ControlRoom) -> None:
    def refuse(order: Order) -> str | None:
        if isinstance(order, Say) and "vile" in order.text:
            raise OrderRefused("The gate does not let this pass: swearing.", "Say it in other words.")
        return "The gate bleeps a part of it: swearing." if isinstance(order, Say) and "damn" in order.text else None

    room.refuse = refuse
    async with opened(browser, room) as page:
        await page.keyboard.press("t")
        await expect(page.locator("#say-text")).to_be_focused()
        await page.keyboard.type("something vile")
        await page.keyboard.press("Enter")
        await expect(page.locator("#say-note")).to_contain_text("The gate does not let this pass")
        await expect(page.locator("#say-text")).to_have_value("something vile")
        await page.locator("#say-text").fill("Thank you all!")
        await page.keyboard.press("Enter")
        await expect(page.locator("#say-note")).to_contain_text("before everything that waits")
        await expect(page.locator("#say-text")).to_have_value("")
        await page.locator("#say-text").fill("damn, thank you")
        await page.keyboard.press("Enter")
        await expect(page.locator("#say-note")).to_contain_text("The gate bleeps a part of it: swearing.")
    assert [order.text for order in room.orders if isinstance(order, Say)] == ["Thank you all!", "damn, thank you"]


async def test_a_reply_that_waits_shows_its_time_and_is_decided_by_key(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        turn = room.show.choose(room.show.message("mika", "sing something rude"))
        room.ask(turn, "I would rather hum.", "It is kinder.", doubts=("hold: swearing",))
        waiting = page.get_by_role("region", name="A reply waits for you")
        await expect(waiting).to_contain_text("I would rather hum. It is kinder.")
        await expect(waiting).to_contain_text("s, then it is dropped")
        await expect(waiting).to_contain_text("hold: swearing")
        await page.keyboard.press("n")
        (order,) = await given(room, page)
        assert isinstance(order, Approve)
        assert (order.turn_id, order.yes) == (turn.id, False)
        room.feed.board.approval(None)
        await expect(waiting).to_be_hidden()
        await page.get_by_label("Replies wait for your yes").select_option("all")
        await expect(page.get_by_label("Replies wait for your yes")).to_have_value("all")
    assert isinstance(room.orders[-1], SetApproval)


async def test_the_mood_is_held_and_given_back(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        mood = page.get_by_label("Mood of the avatar")
        await expect(mood.locator("option")).to_have_count(len(MOODS) + 1)
        await mood.select_option("sleepy")
        await expect(mood).to_have_value("sleepy")
        await mood.select_option("")
        await expect(mood).to_have_value("")
    assert [order.mood for order in room.orders if isinstance(order, SetMood)] == ["sleepy", ""]


async def test_words_light_up_one_by_one_as_they_are_heard(browser: Browser, room: ControlRoom) -> None:
    async with opened(browser, room) as page:
        turn = room.show.choose(room.show.message("mika", "hello?"))
        room.show.say(turn, "one two three four", "five six", audible=0)
        room.caption(turn, 1, "one two three four", seconds_a_word=1000)
        room.caption(turn, 2, "five six", seconds_a_word=1000)
        await expect(page.locator(".speech .clause")).to_have_text(["one two three four", "five six"])
        assert await page.locator(".speech .word.heard").count() == 0
        room.began(1, seconds_ago=1500)
        await expect(page.locator(".speech .word.heard")).to_have_text(["one", "two"])
        await expect(page.locator(".speech .word.now")).to_have_text("two")
        room.began(2, seconds_ago=1)
        await expect(page.locator(".speech .clause.said")).to_have_text("one two three four")
        await expect(page.locator(".speech .word.heard")).to_have_text(["five"])
