"""schemathesis reads the API's own document and sends what it allows, and what it does not, in the name of everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from fakes.visitors import Room
from sidecast.clock import LoopClock
from sidecast.control.access.permission import GRANTS, Permission, Role
from sidecast.control.api.document import PATH

pytestmark = pytest.mark.peers

HERE = "127.0.0.1"
"""With schemathesis's own port 80."""
EXAMPLES = 6
"""Of each operation, for each of good and bad data."""
LEFT_OUT = {
    # a passphrase may be too weak, a session somebody else's: the document cannot say it
    "positive_data_acceptance",
    # ids are random: what was deleted does not come back
    "use_after_free",
    "ensure_resource_availability",
    # who gets in where is tested for every route by tests/unit/control/access/test_matrix.py
    "ignored_auth",
    "object_level_authorization",
    "missing_required_header",
}


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
    load_all_checks()
    return schemathesis.openapi.from_asgi(PATH, room.app, headers=key_for(room, "owner"))


def operations(document: Any) -> Iterator[Any]:
    for each in document.get_all_operations():
        operation = each.ok()
        # endless, as it should be
        if not operation.path.endswith("/events"):
            yield operation


def try_out(operation: Any, mode: GenerationMode, send: Callable[[Any], None]) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        send(case)

    each()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
@pytest.mark.parametrize("who", ["stranger", *Role])
def test_the_api_answers_as_its_document_says(document: Any, room: Room, times: Times, who: str, mode: GenerationMode) -> None:
    headers = key_for(room, who)
    left_out = [CHECKS.get_one(name) for name in LEFT_OUT]
    sent = 0

    def send(case: Any) -> None:
        nonlocal sent
        sent += 1
        # nobody is to be told to wait here
        times.now_s += 10
        case.call_and_validate(headers=headers, excluded_checks=left_out)

    failed: list[str] = []
    tried = 0
    for operation in operations(document):
        tried += 1
        try:
            try_out(operation, mode, send)
        except Unsatisfiable:
            # nothing is taken there, so nothing can be wrong
            assert mode is GenerationMode.NEGATIVE, operation.label
        except Exception as error:  # noqa: BLE001 - every operation is tried before the test fails
            failed.append(f"{operation.label}: {error}")
    assert not failed, "\n\n".join(failed)
    assert tried > 25
    assert sent > tried * 2


def test_the_document_names_who_may_and_every_refusal(document: Any) -> None:
    for operation in operations(document):
        raw = document.raw_schema["paths"][operation.path][operation.method]
        assert raw["summary"], operation.label
        assert "Needs the permission" in raw["description"] or "Open to everybody." in raw["description"]
        assert {"401", "403", "404", "409", "422", "429", "503"} <= set(raw["responses"])
