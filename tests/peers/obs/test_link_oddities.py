"""What OBS never says, said by something that is not OBS: no answer is taken for another's, and nothing of ours ends."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fakes.obs_linked import running
from fakes.odd_obs import HELLO, VERSION, odd_obs, sent, well
from fakes.until import until
from sidecast.errors import ObsAwayError
from sidecast.obs.link import wire
from sidecast.obs.link.place import Place
from sidecast.obs.link.troubles import Why

pytestmark = pytest.mark.peers

DEEP = "[" * 100_000
CHALLENGE = json.dumps({"op": 0, "d": {"obsWebSocketVersion": "5.1.0", "rpcVersion": 1, "authentication": {}}})
"""Without anything to prove the password by."""
ANSWERS: dict[str, Callable[[dict[str, Any]], str | bytes]] = {
    "of another number": lambda request: sent(7, well(request | {"requestId": "0"}, scenes=[])),
    "to another request": lambda request: sent(7, well(request | {"requestType": "GetSceneList"}, scenes=[])),
    "of a batch": lambda request: sent(9, {"requestId": request["requestId"], "results": []}),
    "an event": lambda request: sent(5, {"eventType": "SceneCreated", "eventData": {}}),
    "no status": lambda request: sent(7, {name: request[name] for name in ("requestType", "requestId")}),
    "no JSON": lambda _: "Hello!",
    "no object": lambda _: "[7, {}]",
    "endlessly deep": lambda _: DEEP,
    "bytes": lambda _: b"\xff\xfe",
    "too large": lambda request: sent(7, well(request, filler="x" * 5000)),
}


@pytest.fixture(autouse=True)
def no_thread_dies() -> Iterator[None]:
    """What nobody thought of would end a thread, with a word to `threading.excepthook`."""
    died: list[Any] = []
    before, threading.excepthook = threading.excepthook, died.append
    yield
    threading.excepthook = before
    assert not died


@pytest.mark.parametrize("odd", ANSWERS)
async def test_an_answer_that_is_none(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LARGEST", 4000)
    once = [ANSWERS[odd]]

    def answer(request: dict[str, Any]) -> str | bytes | None:
        return once.pop()(request) if request["requestType"] == "GetStats" and once else None

    async with odd_obs(answer) as port, running(Place(port=port)) as link:
        await until(lambda: link.version is not None)
        with pytest.raises(ObsAwayError):
            await link.call("GetStats", timeout_s=60.0)
        await until(lambda: link.version is not None)
        assert await link.call("GetStats") == {"of": "GetStats"}


@pytest.mark.parametrize(
    ("hello", "why"),
    [
        ("Hello!", Why.NOT_OBS),
        ("[]", Why.NOT_OBS),
        (DEEP, Why.NOT_OBS),
        (json.dumps({"op": 0, "d": {}}), Why.NOT_OBS),
        (json.dumps(HELLO | {"op": 5}), Why.NOT_OBS),
        (json.dumps({"op": 0, "d": {"obsWebSocketVersion": "4.9.1", "rpcVersion": 0}}), Why.TOO_OLD),
        (
            json.dumps({"op": 0, "d": {"obsWebSocketVersion": "5.1.0", "rpcVersion": 1, "authentication": {}}}),
            Why.PASSWORD_WANTED,
        ),
    ],
)
async def test_a_first_word_that_is_none(hello: str, why: Why) -> None:
    async with odd_obs(hello=hello) as port, running(Place(port=port)) as link:
        await until(lambda: link.why is not None)
        assert link.why is why


@pytest.mark.parametrize(("code", "why"), [(4009, Why.PASSWORD_WRONG), (4010, Why.TOO_OLD), (1001, Why.AWAY), (4011, Why.AWAY)])
async def test_a_log_in_that_ends(code: int, why: Why) -> None:
    """An OBS that is quitting must not be taken for one that refuses the password."""
    proof = {"salt": "c2FsdA==", "challenge": "Y2hhbGxlbmdl"}
    hello = json.dumps({"op": 0, "d": {"obsWebSocketVersion": "5.1.0", "rpcVersion": 1, "authentication": proof}})
    async with odd_obs(hello=hello, close_code=code) as port, running(Place(port=port, passwords=("planted",))) as link:
        await until(lambda: link.why is not None)
        assert link.why is why


async def test_a_challenge_that_is_none() -> None:
    async with odd_obs(hello=CHALLENGE) as port, running(Place(port=port, passwords=("planted",))) as link:
        await until(lambda: link.why is Why.NOT_OBS)


@pytest.mark.parametrize("version", [{}, VERSION | {"availableRequests": 3}, VERSION | {"obsVersion": None}])
async def test_a_version_that_is_none(version: dict[str, Any]) -> None:
    def answer(request: dict[str, Any]) -> str | None:
        return sent(7, well(request, **version)) if request["requestType"] == "GetVersion" else None

    async with odd_obs(answer) as port, running(Place(port=port)) as link:
        await until(lambda: link.why is Why.NOT_OBS)


@pytest.mark.parametrize("asked", ["GetVersion", "GetSceneList"])
async def test_an_obs_that_is_not_ready_is_waited_for(asked: str) -> None:
    """OBS 32 listens before it has its scenes, and answers 207 until then, whatever it is asked."""
    not_ready = [{"result": False, "code": 207, "comment": "OBS is not ready."}] * 3
    waited: list[tuple[bool, Why | None]] = []

    def answer(request: dict[str, Any]) -> str | None:
        if request["requestType"] != asked or not not_ready:
            return None
        waited.append((link.version is None, link.why))
        refused = {name: request[name] for name in ("requestType", "requestId")}
        return sent(7, refused | {"requestStatus": not_ready.pop()})

    async with odd_obs(answer) as port, running(Place(port=port)) as link:
        await until(lambda: link.version is not None)
    assert waited == [(True, None)] * 3
