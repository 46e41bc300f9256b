"""EventSub's sessions as a program meets them: welcome, keepalive, moving, closing. Real sockets, and a clock moved by hand."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from fakes.hand_clock import HandClock
from fakes.simulated import Listener, Program, simulated
from fakes.until import until
from sidecast.twitch_sim.eventsub.frames import GARBAGE
from sidecast.twitch_sim.faults import NAMES
from sidecast.twitch_sim.world.world import WorldError


async def closed(listener: Listener) -> tuple[int, str]:
    """Reads until the close frame."""
    with pytest.raises(ConnectionClosed) as caught:
        while True:
            await listener.next()
    received = caught.value.rcvd
    return (received.code, received.reason) if received else (1006, "")


def kind(message: dict[str, Any]) -> str:
    return str(message["metadata"]["message_type"])


async def test_a_welcome_and_keepalives_when_nothing_happens() -> None:
    clock = HandClock()
    async with simulated(clock) as program, program.listening("channel.chat.message") as listener:
        session = listener.welcome["payload"]["session"]
        assert (session["status"], session["keepalive_timeout_seconds"], session["recovery_url"]) == ("connected", 10, None)
        clock.advance(9)
        program.sim.say("wren", "hi")
        assert (await listener.event())["message"]["text"] == "hi"
        clock.advance(9)
        program.sim.say("wren", "hello")  # nine seconds are too few for a keepalive
        assert (await listener.event())["message"]["text"] == "hello"
        clock.advance(10)
        assert kind(await listener.next()) == "session_keepalive"


@pytest.mark.parametrize(("asked", "given"), [("1", 10), ("-5", 10), ("30", 30), ("9999", 600)])
async def test_the_keepalive_is_the_nearest_that_twitch_allows(asked: str, given: int) -> None:
    async with (
        simulated() as program,
        program.listening(url=f"{program.sim.eventsub_url}?keepalive_timeout_seconds={asked}") as listener,
    ):
        assert listener.welcome["payload"]["session"]["keepalive_timeout_seconds"] == given


async def test_a_keepalive_that_is_no_number_is_refused() -> None:
    async with simulated() as program:
        with pytest.raises(InvalidStatus, match="400"):
            await connect(f"{program.sim.eventsub_url}?keepalive_timeout_seconds=soon")


async def test_who_does_not_subscribe_in_ten_seconds_is_closed() -> None:
    clock = HandClock()
    async with simulated(clock) as program, program.listening() as listener:
        clock.advance(10)
        assert await closed(listener) == (4003, "connection unused")
        assert (await program.subscribe(listener.session_id, "channel.cheer")).status_code == 400


async def test_who_gives_up_the_last_subscription_is_closed_too() -> None:
    clock = HandClock()
    async with simulated(clock) as program, program.listening("channel.cheer") as listener:
        [row] = (await program.ask("GET", "eventsub/subscriptions")).json()["data"]
        assert (await program.ask("DELETE", "eventsub/subscriptions", id=row["id"])).status_code == 204
        clock.advance(10)
        assert (await closed(listener))[0] == 4003


@pytest.mark.parametrize("data", ["hello", b"hello"])
async def test_a_client_that_talks_is_closed(data: str | bytes) -> None:
    async with simulated() as program, program.listening("channel.cheer") as listener:
        await listener.socket.send(data)
        assert await closed(listener) == (4001, "sent inbound traffic")


async def test_a_client_that_answers_no_ping_is_closed() -> None:
    clock = HandClock()
    async with simulated(clock) as program, program.listening("channel.cheer") as listener:
        listener.socket.protocol.recv_frame = lambda frame: None  # type: ignore[method-assign] # deaf below the library
        clock.advance(30)
        await program.ask("GET", "users")  # a turn of the loop, with an answer from the same server
        clock.advance(10)
        [row] = (await program.ask("GET", "eventsub/subscriptions")).json()["data"]
        assert row["status"] == "websocket_failed_ping_pong"


async def test_a_client_that_answers_pings_stays() -> None:
    clock = HandClock()
    async with simulated(clock) as program, program.listening("channel.cheer") as listener:
        for _ in range(12):
            clock.advance(10)
            assert kind(await listener.next()) == "session_keepalive"
        assert listener.session_id in program.sim.eventsub.sessions


async def test_moving_keeps_the_session_and_its_subscriptions() -> None:
    async with simulated() as program, program.listening("channel.chat.message", "channel.cheer") as old:
        [address] = program.sim.faults.reconnect()
        asked = await old.next()
        assert kind(asked) == "session_reconnect"
        assert asked["payload"]["session"]["reconnect_url"] == address
        program.sim.say("wren", "before the welcome")
        assert (await old.event())["message"]["text"] == "before the welcome"
        async with program.listening(url=address) as new:
            assert new.session_id == old.session_id
            program.sim.say("wren", "after it")
            assert (await new.event())["message"]["text"] == "after it"
            await old.socket.close()
            program.sim.say("wren", "and on")
            assert (await new.event())["message"]["text"] == "and on"
        rows = program.sim.record.of("wrote")
        assert [entry.socket for entry in rows] == [1, 2, 2]


async def test_a_late_welcome_loses_nothing() -> None:
    clock = HandClock()
    async with simulated(clock) as program, program.listening("channel.chat.message") as old, AsyncExitStack() as stack:
        [address] = program.sim.faults.reconnect(late_welcome_s=2.0)
        await old.next()
        new = Listener(await stack.enter_async_context(connect(address)))
        program.sim.say("wren", "not yet moved")
        assert (await old.event())["message"]["text"] == "not yet moved"
        clock.advance(2)
        assert kind(await new.next()) == "session_welcome"
        program.sim.say("wren", "moved")
        assert (await new.event())["message"]["text"] == "moved"


async def test_an_overlap_tells_everything_on_both_sockets_with_one_id() -> None:
    clock = HandClock()
    async with simulated(clock) as program, program.listening("channel.chat.message") as old:
        [address] = program.sim.faults.reconnect(overlap_s=5.0)
        await old.next()
        async with program.listening(url=address) as new:
            program.sim.say("wren", "twice")
            both = [await old.next(), await new.next()]
            assert both[0]["metadata"]["message_id"] == both[1]["metadata"]["message_id"]
            assert [entry.note for entry in program.sim.record.of("wrote")] == ["", "again"]
            clock.advance(5)
            await program.ask("GET", "users")
            program.sim.say("wren", "once")
            assert (await new.event())["message"]["text"] == "once"
            assert len(program.sim.record.of("wrote")) == 3


async def test_who_does_not_move_in_time_is_closed_and_the_address_is_dead() -> None:
    clock = HandClock()
    async with simulated(clock) as program, program.listening("channel.cheer") as old:
        [address] = program.sim.faults.reconnect()
        await old.next()
        clock.advance(30)
        assert (await closed(old))[0] == 4004
        async with connect(address) as late:
            assert (await closed(Listener(late)))[0] == 4007


async def test_an_address_is_good_once() -> None:
    async with simulated() as program, program.listening("channel.cheer"):
        [address] = program.sim.faults.reconnect()
        async with program.listening(url=address), connect(address) as again:
            assert (await closed(Listener(again)))[0] == 4007


@pytest.mark.parametrize("code", range(4000, 4008))
async def test_every_close_code_ends_the_subscriptions(code: int) -> None:
    async with simulated() as program, program.listening("channel.cheer") as listener:
        program.sim.faults.close(code)
        assert (await closed(listener))[0] == code
        rows = (await program.ask("GET", "eventsub/subscriptions")).json()["data"]
        assert [row["status"].split("_")[0] for row in rows] == ["websocket"]
        program.sim.act("cheer", who="wren", text="Cheer100")
        assert [entry.type for entry in program.sim.record.of("unheard")][-1] == "channel.cheer"


async def test_silence_swallows_everything_and_is_recorded() -> None:
    clock = HandClock()
    async with simulated(clock) as program, program.listening("channel.chat.message") as listener:
        program.sim.faults.silence(30)
        program.sim.say("wren", "lost")
        for _ in range(3):
            clock.advance(9)
            await program.ask("GET", "users")
        clock.advance(9)
        assert kind(await listener.next()) == "session_keepalive"
        program.sim.say("wren", "heard")
        assert (await listener.event())["message"]["text"] == "heard"
        assert [entry.note for entry in program.sim.record.of("missed")] == ["silent"]


async def test_copies_and_stale_events() -> None:
    async with simulated() as program, program.listening("channel.chat.message") as listener:
        program.sim.faults.duplicate()
        program.sim.say("wren", "one")
        first, again = await listener.next(), await listener.next()
        assert first == again
        program.sim.faults.stale()
        program.sim.say("wren", "two")
        stale = await listener.next()
        sent = program.sim.record.of("wrote")[-1]
        assert stale["metadata"]["message_timestamp"] < first["metadata"]["message_timestamp"]
        assert program.sim.record.stale() == {stale["metadata"]["message_id"]} == {sent.message_id}
        assert set(program.sim.record.due()) == {first["metadata"]["message_id"]}


@pytest.mark.parametrize("name", [name for name in GARBAGE if not name.startswith("binary")])
async def test_garbage_comes_as_a_text_frame_and_the_socket_lives(name: str) -> None:
    async with simulated() as program, program.listening("channel.chat.message") as listener:
        program.sim.faults.garbage(name)
        assert await listener.socket.recv() == GARBAGE[name]()
        program.sim.say("wren", "still here")
        assert (await listener.event())["message"]["text"] == "still here"


@pytest.mark.parametrize("name", ["binary", "binary_json"])
async def test_garbage_comes_as_a_binary_frame_too(name: str) -> None:
    async with simulated() as program, program.listening("channel.cheer") as listener:
        program.sim.faults.garbage(name)
        assert await listener.socket.recv() == GARBAGE[name]()


@pytest.mark.parametrize("name", ["cut_frame", "invalid_utf8"])
async def test_frames_that_are_broken_end_the_connection(name: str) -> None:
    async with simulated() as program, program.listening("channel.cheer") as listener:
        program.sim.faults.garbage(name)
        assert (await closed(listener))[0] == 1006


@pytest.mark.parametrize("name", ["drop", "reset", "half_close"])
async def test_connections_that_end_without_a_word(name: str) -> None:
    async with simulated() as program, program.listening("channel.chat.message") as listener:
        program.sim.faults.inject(name)
        assert await closed(listener) == (1006, "")
        program.sim.say("wren", "unheard")
        await until(lambda: program.sim.record.of("ended"))
        [ended] = program.sim.record.of("ended")
        assert ended.note in {"dropped", "reset", "half-closed"}


async def test_what_trickles_arrives_whole() -> None:
    async with simulated() as program, program.listening("channel.chat.message") as listener:
        program.sim.faults.slow(bytes_per_s=20_000, seconds=60)
        program.sim.say("wren", "墨絵 " * 50)
        program.sim.say("wren", "and more")
        assert (await listener.event())["message"]["text"] == "墨絵 " * 50
        assert (await listener.event())["message"]["text"] == "and more"


async def test_what_has_piled_up_is_written_before_the_close() -> None:
    async with simulated() as program, program.listening("channel.chat.message") as listener:
        program.sim.faults.slow(bytes_per_s=1, seconds=60)
        program.sim.say("wren", "written before")
        program.sim.faults.drop()
        assert (await listener.event())["message"]["text"] == "written before"


async def test_connections_are_refused_and_welcome_again() -> None:
    clock = HandClock()
    async with simulated(clock) as program:
        url = program.sim.eventsub_url
        program.sim.faults.refuse(5, "503")
        with pytest.raises(InvalidStatus, match="503"):
            await connect(url)
        program.sim.faults.refuse(5, "hang_up")
        with pytest.raises((InvalidMessage, OSError, EOFError)):
            await connect(url)
        program.sim.faults.refuse(5, "refuse")
        with pytest.raises(OSError, match=r"refused|Connect call failed"):
            await connect(url)
        clock.advance(5)
        await until(lambda: program.sim.listening.up)
        async with program.listening("channel.cheer") as listener:
            assert urlsplit(url).port == program.sim.port
            assert listener.session_id


async def test_a_revocation_is_told_and_ends_the_subscription() -> None:
    async with simulated() as program, program.listening("channel.chat.message", "channel.cheer") as listener:
        assert program.sim.faults.revoke_tokens(program.sim.channel.login) == 1
        told = [await listener.next(), await listener.next()]
        assert {kind(each) for each in told} == {"revocation"}
        assert {each["payload"]["subscription"]["status"] for each in told} == {"authorization_revoked"}
        assert (await program.ask("GET", "users")).status_code == 401


async def test_skew_moves_every_time_that_twitch_tells() -> None:
    clock = HandClock()
    async with simulated(clock) as program, program.listening("channel.chat.message") as listener:
        program.sim.faults.skew(3_600_000)
        program.sim.say("wren", "hi")
        later = (await listener.next())["metadata"]["message_timestamp"]
        assert later[11:13] != listener.welcome["metadata"]["message_timestamp"][11:13]
        assert (await program.ask("GET", "users")).headers["date"][17:19] == later[11:13]
        assert program.sim.record.of("wrote")[0].at_ms == clock.wall_ms()


async def test_a_fault_hits_the_session_that_is_named() -> None:
    async with simulated() as program, program.listening("channel.cheer") as one, program.listening("channel.cheer") as two:
        program.sim.faults.close(4000, session=one.session_id)
        assert (await closed(one))[0] == 4000
        program.sim.act("cheer", who="wren", text="Cheer100")
        assert (await two.event())["bits"] == 100


async def test_faults_that_do_not_exist_say_which_do() -> None:
    async with simulated() as program:
        faults = program.sim.faults
        for name, arguments in (
            ("explode", {}),
            ("close", {"code": 1}),
            ("garbage", {"kind": "x"}),
            ("close", {"x": 1}),
            ("_hit", {}),
        ):
            with pytest.raises(WorldError) as caught:
                faults.inject(name, **arguments)
            assert caught.value.remedy
        assert "inject" not in NAMES


async def test_each_socket_gets_its_own_notification() -> None:
    async with simulated() as program, program.listening("channel.cheer") as one, program.listening("channel.cheer") as two:
        await _cheer(program)
        ids = {(await each.next())["metadata"]["message_id"] for each in (one, two)}
        assert len(ids) == 2
        assert ids == set(program.sim.record.due())


async def _cheer(program: Program) -> None:
    program.sim.act("cheer", who="wren", text="Cheer100")
