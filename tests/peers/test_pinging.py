"""Pings against real sockets: only what is configured, no redirect, no key, no byte of the answer, no link-local address."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fakes.certificates import server_context
from sidecast.clock import SystemClock
from sidecast.control.access.permission import Caller
from sidecast.desks import pinging
from sidecast.desks.pinging import PingError, allowed, ping_http, ping_port
from sidecast.desks.trying import Trials
from sidecast.errors import SettingsError
from sidecast.flow.cue import Cue, Express
from sidecast.flow.order import Order, Say
from sidecast.settings import Chat, Control, Dialogue, OidcLogIn, Settings
from sidecast.stage.silent import SilentStage

pytestmark = pytest.mark.peers

CLOCK = SystemClock()


@asynccontextmanager
async def serving(answer: bytes, heard: list[bytes] | None = None, *, silent: bool = False) -> AsyncIterator[int]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if heard is not None:
            heard.append(head)
        if silent:
            await asyncio.sleep(60)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fe80::1", "fe80::1%eth0", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "::ffff:169.254.169.254", "x"],  # noqa: S104
)
def test_addresses_that_are_no_services(address: str) -> None:
    assert not allowed(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "192.168.1.20", "10.0.0.5", "8.8.8.8", "2606:4700::1111"])
def test_addresses_where_services_are(address: str) -> None:
    assert allowed(address)


@pytest.mark.parametrize(
    "url", ["ftp://x/", "file:///etc/passwd", "http://user:pw@127.0.0.1/", "http:///", "gopher://127.0.0.1", "//x", ""]
)
async def test_what_is_no_address_of_a_service_is_not_asked(url: str) -> None:
    with pytest.raises(PingError, match="no address of a web service"):
        await ping_http(url, CLOCK)


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://0.0.0.0:8787/"])
async def test_metadata_of_clouds_is_not_asked(url: str) -> None:
    with pytest.raises(PingError, match="not asked"):
        await ping_http(url, CLOCK)


async def test_a_name_that_leads_there_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(*args: object, **more: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 80))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look)
    with pytest.raises(PingError, match="not asked"):
        await ping_http("http://metadata.example/", CLOCK)


async def test_the_name_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, looks = asyncio.get_running_loop(), 0
    real = loop.getaddrinfo

    async def look(host: str, *args: object, **more: object) -> object:
        nonlocal looks
        looks += host == "rebound.example"
        return await real("127.0.0.1" if looks < 2 else "169.254.169.254", *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "getaddrinfo", look)
    heard: list[bytes] = []
    async with serving(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", heard) as port:
        assert (await ping_http(f"http://rebound.example:{port}/v1/models", CLOCK)).status == 200
    assert looks == 1
    assert f"host: rebound.example:{port}".encode() in heard[0].lower()


async def test_no_redirect_is_followed_and_no_key_is_sent() -> None:
    inner: list[bytes] = []
    outer: list[bytes] = []
    async with serving(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", inner) as secret_port:
        away = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:%d/secret\r\ncontent-length: 0\r\n\r\n" % secret_port
        async with serving(away, outer) as port:
            found = await ping_http(f"http://127.0.0.1:{port}/x?q=1", CLOCK)
    assert found.status == 302
    assert inner == []
    assert outer[0].startswith(b"GET /x HTTP/1.1")
    assert b"authorization" not in outer[0].lower()
    assert b"cookie" not in outer[0].lower()


async def test_one_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinging, "LONGEST_S", 0.2)
    async with serving(b"", silent=True) as port:
        with pytest.raises(PingError, match="did not answer"):
            await ping_http(f"http://127.0.0.1:{port}/", CLOCK)


async def test_one_that_never_ends_is_not_read() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n" + b"x" * 1_000_000) as port:
        assert (await ping_http(f"http://127.0.0.1:{port}/", CLOCK)).status == 200


async def test_what_is_not_there_or_not_trusted_is_told_apart(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(PingError, match="Nothing listens"):
        await ping_http(f"http://127.0.0.1:{port}/", CLOCK)
    with pytest.raises(PingError, match="no host"):
        await ping_http("http://nowhere.invalid/", CLOCK)
    context, _ = server_context(tmp_path)
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(PingError, match="no certificate that this machine trusts"):
        await ping_http(f"https://127.0.0.1:{port}/", CLOCK)
    with pytest.raises(PingError, match="no certificate that this machine trusts"):
        await ping_port("127.0.0.1", port, tls=True, clock=CLOCK)
    assert (await ping_port("127.0.0.1", port, tls=False, clock=CLOCK)).status == 0
    server.close()


class Stage(SilentStage):
    def __init__(self) -> None:
        super().__init__(CLOCK)
        self.cues: list[Cue] = []

    def send(self, cue: Cue) -> None:
        self.cues.append(cue)


class Mute:
    name = "mute"

    def stream(self, prompt: object) -> AsyncIterator[str]:
        async def nothing() -> AsyncIterator[str]:
            for piece in ("", "  "):
                yield piece

        return nothing()


def trials(settings: Settings, orders: list[Order] | None = None, *, has_picture: bool = False) -> tuple[Trials, Stage]:
    stage = Stage()
    taken: list[Order] = [] if orders is None else orders
    return Trials(taken.append, stage, Mute(), lambda: settings, CLOCK, has_picture=has_picture), stage


OWNER = Caller(id="member:1", name="Ada", permissions=frozenset())


async def test_only_configured_services_are_known() -> None:
    bare, _ = trials(Settings())
    assert [service.name for service in bare.services()] == ["chat"]
    dialogue = Dialogue(brain="openai:http://127.0.0.1:11434/v1#x")
    control = Control(oidc=OidcLogIn(issuer="https://login.example.org/realm"))
    full, _ = trials(Settings(dialogue=dialogue, control=control))
    assert [(service.name, service.where) for service in full.services()] == [
        ("chat", "irc.chat.twitch.tv"),
        ("brain", "127.0.0.1"),
        ("oidc", "login.example.org"),
    ]
    with pytest.raises(SettingsError, match="No service"):
        await full.service("169.254.169.254")


@pytest.mark.parametrize(
    ("status", "ok", "said"),
    [
        (b"200", True, "is there."),
        (b"401", True, "wants a key"),
        (b"404", False, "error 404"),
        (b"302", False, "leads elsewhere"),
    ],
)
async def test_an_answer_is_told_in_words(status: bytes, ok: bool, said: str) -> None:
    async with serving(b"HTTP/1.1 %b X\r\ncontent-length: 6\r\n\r\nSECRET" % status) as port:
        full, _ = trials(Settings(dialogue=Dialogue(brain=f"openai:http://127.0.0.1:{port}/v1#x")))
        found = await full.service("brain")
    assert (found.ok, said in found.what) == (ok, True)
    assert "SECRET" not in found.model_dump_json()


async def test_the_chat_server_is_asked_for_a_connection_only() -> None:
    async with serving(b"") as port:
        chat = Chat(irc_host="127.0.0.1", irc_port=port, irc_tls=False)
        assert (await trials(Settings(chat=chat))[0].service("chat")).ok


async def test_a_sentence_is_an_order_like_any_other() -> None:
    orders: list[Order] = []
    assert (await trials(Settings(), orders)[0].sentence(OWNER, "Hello!")).ok
    assert isinstance(orders[0], Say)
    assert (orders[0].text, orders[0].by, orders[0].by_id) == ("Hello!", "Ada", "member:1")


async def test_without_a_picture_nobody_smiles() -> None:
    blind, stage = trials(Settings())
    assert not (await blind.mouth()).ok
    assert stage.cues == []


async def test_a_smile_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidecast.desks.trying.SMILE_S", 0.01)
    seeing, stage = trials(Settings(), has_picture=True)
    assert (await seeing.mouth()).ok
    assert seeing._smiling is not None
    await seeing._smiling
    assert (stage.cues[0], stage.cues[-1]) == (Express(mood="happy"), Express(mood="neutral"))


async def test_a_brain_with_nothing_to_say_is_named() -> None:
    found = await trials(Settings())[0].brain()
    assert (found.ok, found.what) == (False, "mute had nothing to say.")
