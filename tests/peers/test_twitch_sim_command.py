"""`./sidecast twitch-sim` as its own process: it says where it is, serves, and ends in order when it is asked to."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

pytestmark = pytest.mark.peers


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    kept = tmp_path / "record.jsonl"
    command = [sys.executable, "-m", "sidecast.commands.twitch_sim", "--port", "0", "--scenario", "raid", "--record", str(kept)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        said = ""
        while not (found := re.search(r"ws://127\.0\.0\.1:\d+/ws", said)):
            line = await process.stdout.readline()
            assert line, "it ended without a word"
            said += line.decode()
        async with connect(found[0]) as socket:
            assert json.loads(await socket.recv())["metadata"]["message_type"] == "session_welcome"
            process.send_signal(number)
            rest, errors = await process.communicate()
        assert (process.returncode, errors) == (0, b"")
        assert str(kept) in rest.decode()
        assert [json.loads(line)["what"] for line in kept.read_text("utf-8").splitlines()][:3] == [
            "unheard",
            "opened",
            "welcomed",
        ]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
