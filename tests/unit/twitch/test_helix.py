"""Helix: its pace, what is tried again and what is not, and answers that are none; in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from fakes.twitch_desk import Bench
from sidecast.flow.twitch import Account, Answer
from sidecast.twitch.web import MAX_BYTES
from sidecast.virtual_time import run_virtual

pytestmark = pytest.mark.unit

BROADCASTER = Account.BROADCASTER
STREAMER = "larkandpine"
USERS, SEND = "GET /helix/users", "POST /helix/chat/messages"


async def ready(folder: Path) -> Bench:
    bench = Bench(folder, features=("chat", "write"))
    await bench.log_in(BROADCASTER, STREAMER)
    bench.between.asked.clear()
    return bench


async def who(bench: Bench) -> Answer:
    return await bench.desk.helix.call("GET", "users", account=BROADCASTER)


async def send(bench: Bench, text: str = "hello") -> Answer:
    me = bench.sim.channel.id
    body = {"broadcaster_id": me, "sender_id": me, "message": text}
    return await bench.desk.helix.call("POST", "chat/messages", account=BROADCASTER, body=body)


def failing(times: int, make: Callable[[], httpx2.Response]) -> Callable[[httpx2.Request], httpx2.Response | None]:
    left = [times]

    def instead(request: httpx2.Request) -> httpx2.Response | None:
        if "/helix/" not in request.url.path or left[0] <= 0:
            return None
        left[0] -= 1
        return make()

    return instead


def unreachable() -> httpx2.Response:
    raise httpx2.ConnectError("nobody listens")


def broken() -> httpx2.Response:
    raise httpx2.ReadError("it broke off")


def late() -> httpx2.Response:
    raise httpx2.ReadTimeout("too late")


def test_answers_come_as_they_are(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await ready(tmp_path)
        answer = await who(bench)
        assert (answer.status, answer.message) == (200, "")
        assert answer.data["data"][0]["login"] == STREAMER
        sent = await send(bench)
        assert sent.data["data"][0]["is_sent"] is True
        named = await bench.desk.helix.call("GET", "users", account=BROADCASTER, query={"login": ["wren", "sidecast_bot"]})
        assert {each["login"] for each in named.data["data"]} == {"wren", "sidecast_bot"}

    run_virtual(main())


def test_two_thousand_calls_keep_below_twitchs_pace(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await ready(tmp_path)
        began = bench.clock.now_ns()
        answers = await asyncio.gather(*[who(bench) for _ in range(2000)])
        seconds = (bench.clock.now_ns() - began) / 1e9
        late = [answer for answer in answers if answer.status == 429]
        assert bench.desk.helix.too_many == 0, "the simulated Twitch, which counts points, never had to say so"
        assert all(answer.ok for answer in answers if answer not in late)
        assert bench.between.asked[USERS] == len(answers) - len(late)
        assert bench.between.asked[USERS] <= 800 + seconds * 800 / 60
        assert bench.between.asked[USERS] >= 1500, "what is allowed is used"
        assert all("too much at once" in answer.message for answer in late)

    run_virtual(main())


@pytest.mark.parametrize("call", [who, send])
def test_a_429_is_waited_out_as_long_as_it_says(tmp_path: Path, call: Callable[[Bench], object]) -> None:
    async def main() -> None:
        bench = await ready(tmp_path)
        bench.sim.helix_faults.limit(20)
        began = bench.clock.now_ns()
        answer = await call(bench)  # type: ignore[misc]
        assert answer.ok
        assert bench.desk.helix.too_many == 1
        assert (bench.clock.now_ns() - began) / 1e9 == pytest.approx(20, abs=2)

    run_virtual(main())


@pytest.mark.parametrize(
    ("make", "get", "post"),
    [
        (lambda: httpx2.Response(503, json={"message": "service unavailable"}), 2, 1),
        (lambda: httpx2.Response(500), 2, 1),
        (unreachable, 2, 2),
        (broken, 2, 1),
        (late, 2, 1),
        (lambda: httpx2.Response(400, json={"message": "no"}), 1, 1),
        (lambda: httpx2.Response(302, headers={"location": "http://127.0.0.1:9/helix/users"}), 1, 1),
        (lambda: httpx2.Response(200, content=b"x" * (MAX_BYTES + 1)), 2, 1),
        (lambda: httpx2.Response(200, headers={"content-encoding": "gzip"}, content=b""), 2, 1),
    ],
)
def test_only_what_cannot_be_done_twice_by_it_is_tried_again(
    tmp_path: Path, make: Callable[[], httpx2.Response], get: int, post: int
) -> None:
    async def main() -> None:
        bench = await ready(tmp_path)
        bench.between.instead = failing(1, make)
        answer = await who(bench)
        assert bench.between.asked[USERS] == get
        assert answer.ok is (get == 2)
        bench.between.instead = failing(1, make)
        answer = await send(bench)
        assert bench.between.asked[SEND] == post
        assert answer.ok is (post == 2)
        assert answer.ok or answer.message
        messages = list(bench.sim.world.room().messages.values())
        assert len(messages) == (post == 2)

    run_virtual(main())


def test_it_gives_up_in_the_end_and_says_why(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await ready(tmp_path)
        bench.between.instead = failing(99, unreachable)
        answer = await who(bench)
        assert (answer.status, bench.between.asked[USERS]) == (0, 3)
        assert answer.message == "Twitch gave no answer: it cannot be reached"
        bench.between.instead = failing(99, lambda: httpx2.Response(503, json={"message": "service unavailable"}))
        assert (await who(bench)).message == "service unavailable"

    run_virtual(main())


def test_an_answer_that_never_comes_is_not_waited_for(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await ready(tmp_path)

        async def never(request: httpx2.Request) -> None:
            await asyncio.Event().wait()

        bench.between.before = never
        began = bench.clock.now_ns()
        answer = await send(bench)
        assert (answer.status, answer.message) == (0, "Twitch gave no answer: there was no answer in time")
        assert (bench.clock.now_ns() - began) / 1e9 == pytest.approx(10)

    run_virtual(main())


@pytest.mark.parametrize("content", [b"", b"[]", b"nothing", b"\xff\xfe", b"[" * 100_000, b'{"data": NaN}'])
def test_an_answer_that_is_no_object_is_empty(tmp_path: Path, content: bytes) -> None:
    async def main() -> None:
        bench = await ready(tmp_path)
        bench.between.instead = failing(1, lambda: httpx2.Response(200, content=content))
        answer = await who(bench)
        assert answer.ok
        assert isinstance(answer.data, dict)

    run_virtual(main())


def test_a_missing_permission_is_no_reason_to_renew_the_token(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await ready(tmp_path)
        bench.between.instead = failing(
            9, lambda: httpx2.Response(401, json={"status": 401, "message": "Missing scope: channel:manage:polls"})
        )
        answer = await send(bench)
        assert (answer.status, answer.message) == (401, "Missing scope: channel:manage:polls")
        assert bench.between.asked == {SEND: 1}

    run_virtual(main())


def test_a_401_that_stays_is_answered_and_not_asked_for_ever(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await ready(tmp_path)
        bench.between.instead = failing(99, lambda: httpx2.Response(401, json={"message": "Invalid OAuth token"}))
        assert (await who(bench)).status == 401
        assert bench.between.asked[USERS] == 2

    run_virtual(main())


def test_a_token_that_is_echoed_is_not_in_the_answer(tmp_path: Path) -> None:
    async def main() -> None:
        bench = await ready(tmp_path)
        token = bench.tokens(STREAMER)[0]
        bench.between.instead = failing(1, lambda: httpx2.Response(400, json={"message": f"what is {token}?\x1b[31m\n"}))
        assert (await send(bench)).message == "what is <hidden>? [31m"

    run_virtual(main())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "../oauth2/validate"),
        ("GET", "/users"),
        ("GET", "users?login=a"),
        ("GET", "//evil/users"),
        ("TRACE", "users"),
        ("GET", ""),
    ],
)
def test_only_paths_of_helix_are_asked(tmp_path: Path, method: str, path: str) -> None:
    async def main() -> None:
        bench = await ready(tmp_path)
        with pytest.raises(ValueError, match="Helix has no"):
            await bench.desk.helix.call(method, path, account=BROADCASTER)

    run_virtual(main())
