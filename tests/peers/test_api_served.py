"""The whole API of a real show, as it is started: schemathesis in the name of every role, over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import schemathesis
from schemathesis import GenerationMode

from fakes.fuzzed import operations, wrong_with
from fakes.served import served
from sidecast.control.access.permission import GRANTS, Role
from sidecast.control.api.document import PATH

pytestmark = pytest.mark.peers

pytest.importorskip("tomlkit", reason="the environment is older than requirements/base.txt")

EXAMPLES = 3
"""Of each operation, for each of good and bad data."""


class Show:
    """Its address, and an owner's browser."""

    def __init__(self, link: str, address: str) -> None:
        self.address = address
        # a connection that rested while an operation was tried may be closed by the server just when it is used again
        fresh = httpx.Limits(max_keepalive_connections=0)
        self.owner = httpx.Client(base_url=address, headers={"origin": address}, timeout=30, limits=fresh)
        assert self.owner.get(link).status_code == 200
        self.owner.headers["x-sidecast-csrf"] = self.owner.get("/api/v1/people/me").json()["csrf"]

    def key(self, role: Role) -> tuple[str, dict[str, str]]:
        body = {"name": "a script", "permissions": sorted(GRANTS[role])}
        made = self.owner.post("/api/v1/people/keys", json=body)
        assert made.status_code == 201, made.text
        return made.json()["id"], {"authorization": f"Bearer {made.json()['key']}"}

    def take_back(self, number: str) -> None:
        self.owner.delete(f"/api/v1/people/keys/{number}")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def show(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Show]:
    async with served(tmp_path_factory.mktemp("show"), "--demo") as room:
        yield Show(room.link, room.address)


@pytest.fixture(scope="module")
def document(show: Show) -> Any:
    number, headers = show.key(Role.OWNER)
    document = schemathesis.openapi.from_url(f"{show.address}{PATH}", headers=headers)
    show.take_back(number)
    return document


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
@pytest.mark.parametrize("role", list(Role))
def test_every_domain_answers_as_the_document_says(document: Any, show: Show, role: Role, mode: GenerationMode) -> None:
    wrong: list[str] = []
    domains: set[str] = set()
    for operation in operations(document):
        domains.add(operation.path.split("/")[3])
        # each has its own: nobody is to be told to wait here
        number, headers = show.key(role)
        wrong.append(wrong_with(operation, mode, EXAMPLES, lambda headers=headers: headers))  # type: ignore[misc]
        show.take_back(number)
    assert not any(wrong), "\n\n".join(filter(None, wrong))
    assert domains >= {"analytics", "keep", "live", "moderation", "people", "settings", "viewers"}
