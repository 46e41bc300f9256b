"""The record is what a judge goes by: what it says was written is what a program reads, to the last message before the end."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from fakes.hand_clock import HandClock
from fakes.simulated import Program, simulated
from sidecast.twitch_sim.eventsub.frames import GARBAGE
from sidecast.twitch_sim.record import Record

KIND = "channel.chat.message"


class Reader:
    """Reads everything from any number of sockets, by message id."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        self.unreadable = 0

    async def read(self, socket: ClientConnection) -> None:
        try:
            async for frame in socket:
                self._take(frame)
        except ConnectionClosed:
            pass  # the end that the test asked for

    def _take(self, frame: str | bytes) -> None:
        try:
            metadata = json.loads(frame)["metadata"]
            if metadata.get("message_type") == "notification" and "subscription_type" in metadata:
                self.heard[str(metadata["message_id"])] += 1
        except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
            self.unreadable += 1


def written(record: Record) -> Counter[str]:
    """How often each notification was, whatever it was."""
    return Counter(entry.message_id for entry in record.of("wrote"))


def talk(program: Program, count: int = 20) -> None:
    for number in range(count):
        program.sim.say("wren", f"message {number} " + "x" * 200)


ENDINGS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "close": (("close", {"code": 4006}),),
    "drop": (("drop", {}),),
    "half-close": (("half_close", {}),),
    "copies": (("duplicate", {"count": 7}), ("close", {})),
    "stale ones": (("stale", {"count": 7}), ("close", {})),
    "trickling, then closed": (("slow", {"bytes_per_s": 500, "seconds": 60}), ("close", {})),
    "trickling, then dropped": (("slow", {"bytes_per_s": 500, "seconds": 60}), ("drop", {})),
    "half of a frame": (("garbage", {"kind": "cut_frame"}),),
    **{f"garbage: {name}": (("garbage", {"kind": name}), ("close", {})) for name in GARBAGE},
}


@pytest.mark.parametrize("ending", list(ENDINGS))
async def test_what_was_written_is_what_is_read(ending: str) -> None:
    reader = Reader()
    async with simulated() as program, program.listening(KIND) as listener:
        reading = asyncio.create_task(reader.read(listener.socket))
        talk(program)
        *before, last = ENDINGS[ending]
        for name, arguments in before:
            program.sim.faults.inject(name, **arguments)
        talk(program)
        program.sim.faults.inject(last[0], **last[1])
        talk(program)  # nobody is there to hear it
        await reading
        assert reader.heard == written(program.sim.record)
        assert sum(reader.heard.values()) >= 40
        assert set(reader.heard) == set(program.sim.record.due()) | program.sim.record.stale()


@pytest.mark.parametrize("overlap_s", [0.0, 5.0])
async def test_moving_is_recorded_as_it_was(overlap_s: float) -> None:
    reader = Reader()
    clock = HandClock()
    async with simulated(clock) as program, program.listening(KIND) as old:
        [address] = program.sim.faults.reconnect(overlap_s=overlap_s)
        reading = asyncio.create_task(reader.read(old.socket))
        talk(program)
        async with connect(address, max_size=None) as new:
            await new.recv()  # the welcome
            also_reading = asyncio.create_task(reader.read(new))
            talk(program)
            await old.socket.close()
            talk(program)
            program.sim.faults.close(4000)
            await asyncio.gather(reading, also_reading)
        assert set(program.sim.record.due()) == set(reader.heard)
        assert len(program.sim.record.due()) == 60
        if not overlap_s:
            assert reader.heard == written(program.sim.record)


async def test_what_nobody_could_hear_is_recorded_with_the_reason() -> None:
    clock = HandClock()
    async with simulated(clock) as program:
        talk(program, 1)
        async with program.listening(KIND) as listener:
            program.sim.faults.silence()
            talk(program, 2)
            program.sim.faults.close(4000)
            talk(program, 3)
            await listener.socket.wait_closed()
        notes = Counter((entry.what, entry.note) for entry in program.sim.record.of("missed", "unheard") if entry.type == KIND)
        assert notes == {("unheard", ""): 4, ("missed", "silent"): 2}
        assert program.sim.record.due() == {}
