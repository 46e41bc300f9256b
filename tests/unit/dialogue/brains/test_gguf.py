from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import struct
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from fakes.tiny_gguf import PLACES, TEMPLATE, make_tiny_gguf
from sidecast.clock import SystemClock
from sidecast.dialogue.brains import gguf_file, smoke
from sidecast.dialogue.brains.chosen import read
from sidecast.dialogue.brains.gguf import GgufBrain
from sidecast.dialogue.brains.gguf_engine import gguf
from sidecast.dialogue.brains.trouble import BrainTrouble
from sidecast.dialogue.persona import load_persona
from sidecast.dialogue.probing import PROBE
from sidecast.settings import Dialogue

pytestmark = pytest.mark.unit


@asynccontextmanager
async def brain_of(path: Path) -> AsyncIterator[GgufBrain]:
    instructions = load_persona().instructions
    brain = GgufBrain(read(f"gguf:{path}"), instructions, Dialogue(), SystemClock(), random.Random(1))
    try:
        yield brain
    finally:
        await brain.close()


async def said_by(brain: GgufBrain) -> str:
    return "".join([text async for text in brain.stream(PROBE)])


def pieces_of(said: str) -> list[str]:
    """Which choice was taken at each place; fails when it is no walk through them."""
    taken = []
    for place in PLACES:
        (choice,) = [choice for choice in place if said.startswith(choice)]
        taken.append(choice)
        said = said.removeprefix(choice)
    assert not said
    return taken


async def test_a_real_model_writes_what_its_weights_say(tiny: Path) -> None:
    async with brain_of(tiny) as brain:
        assert brain.name == "gguf (tiny.gguf)"
        replies = [await said_by(brain) for _ in range(8)]
    assert all(len(pieces_of(reply)) == len(PLACES) for reply in replies)
    assert len(set(replies)) > 1, "it is sampled, not looked up"


async def test_tokens_arrive_as_they_are_written_and_cancelling_stops_between_them(tiny: Path, tmp_path: Path) -> None:
    endless = make_tiny_gguf(tmp_path / "endless.gguf", endless=True)
    async with brain_of(endless) as brain:
        async with aclosing(brain.stream(PROBE)) as stream:
            assert await anext(stream) in PLACES[0]
            assert await anext(stream) in PLACES[1]
        # the next answer comes although the last one had no end of its own
        async with asyncio.timeout(20), aclosing(brain.stream(PROBE)) as stream:
            assert await anext(stream) in PLACES[0]
        assert brain.worker.starts == 1


async def test_a_killed_worker_is_named_and_started_again(tiny: Path) -> None:
    async with brain_of(tiny) as brain:
        await said_by(brain)
        assert brain.worker.pid is not None
        with pytest.raises(BrainTrouble, match="The brain gguf"):
            async for _ in brain.stream(PROBE):
                os.kill(brain.worker.pid or 0, signal.SIGKILL)
        await brain.worker.ready(20, through_failures=True)
        assert pieces_of(await said_by(brain))


def test_a_prompt_that_is_too_long_loses_its_oldest_part(tiny: Path) -> None:
    engine = gguf({"path": str(tiny), "context": 768})
    past = [{"role": role, "content": "word " * 60} for _ in range(9) for role in ("user", "assistant")]
    system, asked = {"role": "system", "content": "Be Kit."}, {"role": "user", "content": "Hello!"}
    call = {"max_tokens": 100, "temperature": 0.0}
    body = json.dumps([system, *past, asked]).encode()
    assert pieces_of("".join(reply.header["text"] for reply in engine.answer(call, body)))
    with pytest.raises(BrainTrouble, match="does not fit into 768 tokens"):
        list(engine.answer(call, json.dumps([system, {"role": "user", "content": "word " * 3000}]).encode()))


@pytest.mark.parametrize("only", ["user", "nothing"])
def test_a_model_without_system_messages_is_spoken_to_without(tiny: Path, tmp_path: Path, only: str) -> None:
    refused = "true" if only == "nothing" else "messages[0]['role'] == 'system'"
    template = "{% if " + refused + " %}{{ raise_exception('System role not supported') }}{% endif %}" + TEMPLATE
    engine = gguf({"path": str(make_tiny_gguf(tmp_path / "strict.gguf", template=template)), "context": 2048})
    body = json.dumps([{"role": "system", "content": "Be Kit."}, {"role": "user", "content": "Hello!"}]).encode()
    call = {"max_tokens": 100, "temperature": 0.0}
    if only == "user":
        assert pieces_of("".join(reply.header["text"] for reply in engine.answer(call, body)))
    else:
        with pytest.raises(BrainTrouble, match="chat template"):
            list(engine.answer(call, body))


def test_the_smoke_test_decodes(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke.main([str(tiny)]) == 0
    assert json.loads(capsys.readouterr().out).keys() == {"load_s", "words_s"}
    half = tmp_path / "half.gguf"
    half.write_bytes(tiny.read_bytes()[: tiny.stat().st_size // 2])
    assert smoke.main([str(half)]) == 1
    assert "llama.cpp cannot load half.gguf" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "There is no file"),
        (b"", "is no GGUF file"),
        (b"PK\x03\x04" + bytes(100), "is no GGUF file"),
        (struct.pack("<4sIQQ", b"GGUF", 9, 1, 1), "of version 9"),
        (struct.pack("<4sIQQ", b"GGUF", 3, 0, 0), "with 0 tensors"),
    ],
)
def test_what_is_no_model_is_named_before_anything_is_loaded(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "a model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BrainTrouble) as caught:
        gguf_file.check(path)
    assert words in caught.value.what
    assert caught.value.remedy
    with pytest.raises(BrainTrouble, match="cannot be read"):
        gguf_file.check(tmp_path)


def test_a_model_that_is_too_big_is_named_with_figures(tmp_path: Path) -> None:
    path = tmp_path / "big.gguf"
    with path.open("wb") as file:
        file.write(struct.pack("<4sIQQ", b"GGUF", 3, 1, 1))
        file.truncate(40_000_000_000)
    with pytest.raises(BrainTrouble, match=r"needs about 46\.0 GB of memory, and 8\.0 GB are free"):
        gguf_file.check(path, available_bytes=8_000_000_000)
    assert gguf_file.memory_available() > 1e8
