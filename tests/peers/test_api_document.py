"""schemathesis reads the API's own document and sends what it allows, and what it does not, in the name of everybody."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import schemathesis
from schemathesis import GenerationMode

from fakes.fuzzed import operations, wrong_with
from fakes.visitors import Room
from sidecast.clock import LoopClock
from sidecast.control.access.permission import GRANTS, Permission, Role
from sidecast.control.api.document import PATH

pytestmark = pytest.mark.peers

HERE = "127.0.0.1"
"""With schemathesis's own port 80."""
EXAMPLES = 6
"""Of each operation, for each of good and bad data."""


class Times:
    now_s = 0.0


@pytest.fixture(scope="module")
def times() -> Times:
    return Times()


@pytest.fixture(scope="module")
def room(times: Times) -> Room:
    return Room(LoopClock(lambda: times.now_s))


def key_for(room: Room, who: str) -> dict[str, str]:
    if who == "stranger":
        return {"host": HERE}
    permissions = GRANTS[Role(who)] if who in set(Role) else frozenset({Permission(who)})
    return {"host": HERE, "authorization": f"Bearer {asyncio.run(room.accounts.key(*permissions))}"}


@pytest.fixture(scope="module")
def document(room: Room) -> Any:
    return schemathesis.openapi.from_asgi(PATH, room.app, headers=key_for(room, "owner"))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
@pytest.mark.parametrize("who", ["stranger", *Role])
def test_the_api_answers_as_its_document_says(document: Any, room: Room, times: Times, who: str, mode: GenerationMode) -> None:
    headers = key_for(room, who)

    def later() -> dict[str, str]:
        # nobody is to be told to wait here
        times.now_s += 10
        return headers

    wrong = [wrong_with(operation, mode, EXAMPLES, later) for operation in operations(document)]
    assert not any(wrong), "\n\n".join(filter(None, wrong))
    assert len(wrong) > 25


def test_the_document_names_who_may_and_every_refusal(document: Any) -> None:
    for operation in operations(document):
        raw = document.raw_schema["paths"][operation.path][operation.method]
        assert raw["summary"], operation.label
        assert "Needs the permission" in raw["description"] or "Open to everybody." in raw["description"]
        assert {"401", "403", "404", "409", "422", "429", "503"} <= set(raw["responses"])
