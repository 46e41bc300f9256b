from __future__ import annotations

import asyncio
import json
import logging
import random
from contextlib import aclosing

import pytest

from fakes.chat_server import (
    Answer,
    Call,
    ChatServer,
    chat_server,
    event,
    floods,
    hangs_up,
    refuses,
    says,
    sends,
    silence,
    stalls_after,
)
from sidecast.clock import SystemClock
from sidecast.dialogue.brains.chosen import read
from sidecast.dialogue.brains.key import Key
from sidecast.dialogue.brains.openai import MAX_REPLY_CHARACTERS, Limits, OpenAIBrain
from sidecast.dialogue.brains.trouble import BrainTrouble
from sidecast.dialogue.probing import PROBE
from sidecast.errors import SettingsError

pytestmark = pytest.mark.unit

QUICK = Limits(connect_s=30.0, first_token_s=60.0, between_tokens_s=0.2, wait_s=0.5)
SECRET = "sk-very-secret-0123456789"  # noqa: S105


def brain_at(server: ChatServer, model: str = "#tiny", limits: Limits = QUICK, key: Key | None = None) -> OpenAIBrain:
    return OpenAIBrain(read(f"openai:{server.url}{model}"), "Be Kit.", key, SystemClock(), random.Random(1), limits=limits)


async def said_by(brain: OpenAIBrain) -> list[str]:
    try:
        return [text async for text in brain.stream(PROBE)]
    finally:
        await brain.close()


async def trouble_of(server: ChatServer, limits: Limits = QUICK) -> BrainTrouble:
    with pytest.raises(BrainTrouble) as caught:
        await said_by(brain_at(server, limits=limits))
    return caught.value


async def test_it_streams_and_sends_the_prompt_in_roles() -> None:
    async with chat_server(says("Hello", " there", "! 🦊", "")) as server:
        assert await said_by(brain_at(server)) == ["Hello", " there", "! 🦊"]
    (call,) = server.asked
    assert call.path == "/v1/chat/completions"
    assert call.body["stream"] is True
    assert call.body["model"] == "tiny"
    assert [message["role"] for message in call.body["messages"]] == ["system", "user"]
    assert call.body["messages"][0]["content"] == "Be Kit."
    assert json.loads(call.body["messages"][1]["content"])["says"] == PROBE.text
    assert "authorization" not in call.headers


async def test_without_a_model_the_servers_first_one_is_used() -> None:
    async with chat_server(says("Hello."), models=("llama-3.2", "other")) as server:
        brain = brain_at(server, model="")
        assert brain.name == f"127.0.0.1:{server.port}"
        assert await said_by(brain) == ["Hello."]
        assert brain.name == f"127.0.0.1:{server.port} (llama-3.2)"
    assert server.asked[0].body["model"] == "llama-3.2"


async def test_a_server_without_models_is_named() -> None:
    async with chat_server(says("Hello."), models=()) as server:
        with pytest.raises(BrainTrouble, match="has no model") as caught:
            await said_by(brain_at(server, model=""))
    assert caught.value.state == "has no model loaded"


async def test_an_answer_that_is_not_streamed_counts_too() -> None:
    body = json.dumps({"choices": [{"message": {"role": "assistant", "content": "All at once."}}]}).encode()
    async with chat_server(refuses(200, body=body)) as server:
        assert await said_by(brain_at(server)) == ["All at once."]


async def test_what_a_reasoning_model_thinks_is_not_said() -> None:
    async with chat_server(says("<thi", "nk>They greet", " me.</th", "ink>", "Hi <3 ", "there.")) as server:
        assert "".join(await said_by(brain_at(server))) == "Hi <3 there."


@pytest.mark.parametrize("first", [refuses(503), refuses(500), refuses(429, "Retry-After: 0"), hangs_up, sends(b"")])
async def test_it_tries_again_while_no_word_is_there(first: Answer) -> None:
    async with chat_server(first, says("Hello.")) as server:
        assert await said_by(brain_at(server)) == ["Hello."]
    assert len(server.asked) == 2


async def test_it_does_not_try_again_once_a_word_is_there() -> None:
    async def breaks_off(call: Call) -> None:
        await call.begin()
        await call.events("Hello", " the")

    heard: list[str] = []
    async with chat_server(breaks_off, says("Hello there.")) as server:
        with pytest.raises(BrainTrouble, match="broke off"):
            async for text in brain_at(server).stream(PROBE):
                heard.append(text)  # noqa: PERF401  kept when it breaks
    assert heard == ["Hello", " the"]
    assert len(server.asked) == 1


async def test_it_gives_up_after_three_tries() -> None:
    async with chat_server(refuses(503)) as server:
        await trouble_of(server)
    assert len(server.asked) == 3


async def test_a_wait_that_a_turn_has_no_time_for_is_passed_on() -> None:
    async with chat_server(refuses(429, "Retry-After: 40"), says("Hello.")) as server:
        trouble = await trouble_of(server)
    assert trouble.state == "is busy"
    assert trouble.after_s == 40
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "state"),
    [(401, "does not accept the key"), (403, "does not accept the key"), (404, "does not know the model"), (302, "has moved")],
)
async def test_what_the_streamer_has_to_mend_is_named_and_not_tried_again(status: int, state: str) -> None:
    async with chat_server(refuses(status, "Location: http://127.0.0.1:1/elsewhere")) as server:
        trouble = await trouble_of(server)
    assert trouble.state == state
    assert f"HTTP {status}" in trouble.what
    assert trouble.remedy
    assert len(server.asked) == 1


async def test_a_server_that_takes_no_options_is_asked_without_them() -> None:
    async with chat_server(refuses(400), says("Hello.")) as server:
        assert await said_by(brain_at(server)) == ["Hello."]
    assert "max_tokens" in server.asked[0].body
    assert set(server.asked[1].body) == {"model", "messages", "stream"}


GARBAGE = {
    "bad json": (sends(b"data: {nope\n\n"), "JSON that does not parse"),
    "deep json": (sends(b"data: " + b"[" * 60_000 + b"\n\n"), "JSON that does not parse"),
    "no object": (sends(b"data: [1]\n\n"), "JSON that is no object"),
    "no choices": (sends(event({"hello": 1})), "an object without choices"),
    "choices of numbers": (sends(event({"choices": [1]})), "choices of the wrong type"),
    "choices a word": (sends(event({"choices": "x"})), "choices of the wrong type"),
    "delta a list": (sends(event({"choices": [{"delta": [1]}]})), "a delta of the wrong type"),
    "content a number": (sends(event({"choices": [{"delta": {"content": 5}}]})), "content that is no text"),
    "no utf-8": (sends(b'data: {"choices": "\xff\xfe"}\n\n'), "bytes that are no UTF-8"),
    "a line without end": (floods(b"data: " + b"x" * 4096), "a line without end"),
    "an event without end": (floods(b"data: " + b"x" * 4096 + b"\n"), "an event without end"),
    "no words without end": (floods(event({"choices": []}) * 100), "an answer without end"),
    "a web page": (sends(b"<html>" + b"<p>hello</p>" * 20_000), "a line without end"),
    "compressed": (refuses(200, "Content-Encoding: gzip", body=b"\x1f\x8b"), "a compressed answer"),
}


@pytest.mark.parametrize("kind", GARBAGE)
async def test_garbage_is_bounded_and_named(kind: str) -> None:
    answer, words = GARBAGE[kind]
    async with chat_server(answer) as server:
        trouble = await trouble_of(server)
    assert words in trouble.what
    assert trouble.state == "sends garbage"
    assert len(server.asked) == 1


async def test_tokens_without_end_are_stopped() -> None:
    heard = 0
    async with chat_server(floods(event({"choices": [{"delta": {"content": "and on "}}]}))) as server:
        with pytest.raises(BrainTrouble, match="talks without end"):
            async for text in brain_at(server).stream(PROBE):
                heard += len(text)
    assert heard <= MAX_REPLY_CHARACTERS + 100


async def test_an_error_inside_of_the_stream_is_named_by_its_kind_alone() -> None:
    error = {"error": {"message": "the viewer wrote my secret", "type": "server_error"}}
    async with chat_server(sends(event(error))) as server:
        trouble = await trouble_of(server)
    assert "server_error" in str(trouble)
    assert "secret" not in str(trouble)


async def test_a_half_open_connection_is_given_up() -> None:
    async with chat_server(silence) as server:
        trouble = await trouble_of(server, Limits(first_token_s=0.2))
    assert "was silent for 0.2 s" in trouble.what


@pytest.mark.parametrize(
    "answer", [stalls_after("Hello", " there"), floods(b": ping\n\n", event({"choices": [{"delta": {"content": "Hi"}}]}))]
)
async def test_a_stream_that_stalls_or_only_pings_is_given_up(answer: Answer) -> None:
    async with chat_server(answer) as server:
        trouble = await trouble_of(server)
    assert "fell silent in the middle" in trouble.what or "an answer without end" in trouble.what


async def test_a_server_that_is_not_there_is_named() -> None:
    async with chat_server(says("Hello.")) as server:
        await server.shut()
        trouble = await trouble_of(server)
    assert "cannot be reached" in trouble.what
    assert trouble.state == "is away"


async def test_giving_up_hangs_up() -> None:
    hung_up = asyncio.Event()

    async def talks(call: Call) -> None:
        await call.begin()
        await call.events("Hello", " there")
        await call.gone()
        hung_up.set()

    async with chat_server(talks) as server:
        brain = brain_at(server)
        async with aclosing(brain.stream(PROBE)) as stream:
            assert await anext(stream) == "Hello"
        async with asyncio.timeout(5):
            await hung_up.wait()
        await brain.close()


async def test_the_key_is_sent_and_shown_to_nobody(caplog: pytest.LogCaptureFixture) -> None:
    key = Key(SECRET)
    caplog.set_level(logging.DEBUG)
    async with chat_server(refuses(401), says("Hello.")) as server:
        brain = brain_at(server, key=key)
        with pytest.raises(BrainTrouble) as caught:
            async for _ in brain.stream(PROBE):
                pass
        assert await said_by(brain) == ["Hello."]
    assert server.asked[1].headers["authorization"] == f"Bearer {SECRET}"
    shown = [repr(key), str(key), repr(brain), repr(vars(brain)), repr(caught.value), str(caught.value)]
    assert SECRET not in " ".join(shown)
    assert SECRET not in caplog.text


def test_a_key_does_not_travel_unencrypted_through_the_internet() -> None:
    chosen = read("openai:http://models.example.com/v1")
    with pytest.raises(SettingsError, match="unencrypted"):
        OpenAIBrain(chosen, "", Key(SECRET), SystemClock(), random.Random(1))
    for home in ("http://127.0.0.1:8000", "http://192.168.1.7:8000", "http://gpu-box:8000", "https://models.example.com"):
        OpenAIBrain(read(f"openai:{home}"), "", Key(SECRET), SystemClock(), random.Random(1))


@pytest.mark.parametrize("value", ["two words", "line\nbreak", "ключ", ""])
def test_what_is_no_key_is_refused_without_being_quoted(value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Key(value)
    assert not value or value not in str(caught.value)
