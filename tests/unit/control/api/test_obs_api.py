"""OBS over HTTP: who may what, what the audit is told, and that a password comes in and never out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from fakes.kept_room import Notes
from fakes.obs_steering import MadeUp
from fakes.visitors import HERE, Room, Visitor
from sidecast.clock import SystemClock
from sidecast.control.access.permission import Permission, Role
from sidecast.control.api.obs import obs_api

pytestmark = [pytest.mark.unit, pytest.mark.asyncio(loop_scope="module")]

PASSWORD = "right"  # noqa: S105 - a made-up one
CONNECT: dict[str, Any] = {"host": "", "port": 4460, "password": PASSWORD}
CHANGES: tuple[tuple[str, str, Any], ...] = (
    ("PUT", "obs/connection", CONNECT),
    ("POST", "obs/connection/try", None),
    ("DELETE", "obs/password", None),
    ("POST", "obs/set-up/preview", {}),
    ("POST", "obs/set-up", {"steps": []}),
    ("DELETE", "obs/set-up", None),
    ("PUT", "obs/rules/Raid", {"on": False}),
    ("PUT", "obs/rules-text", {"text": "[[rule]]"}),
)
LOOKS = ("obs", "obs/rules", "obs/runs", "obs/rules-last-hour")


class Steered:
    def __init__(self) -> None:
        self.desk, self.audit = MadeUp(), Notes()
        self.room = Room(SystemClock(), routers=[obs_api(self.desk, self.audit)])

    async def ask(self, who: Visitor, method: str, path: str, json: Any = None) -> httpx2.Response:
        transport = httpx2.ASGITransport(self.room.app, client=("127.0.0.1", 50000))
        async with httpx2.AsyncClient(transport=transport, base_url=HERE, cookies=who.client.cookies) as client:
            return await client.request(method, f"/api/v1/{path}", json=json, headers=who.headers)


@pytest_asyncio.fixture(loop_scope="module")
async def steered() -> AsyncIterator[Steered]:
    steered = Steered()
    yield steered
    await steered.room.accounts.close()


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.VIEWER])
async def test_a_member_may_look_and_change_nothing(steered: Steered, role: Role) -> None:
    who = await steered.room.member("Torben", role)
    for path in LOOKS:
        assert (await steered.ask(who, "GET", path)).status_code == 200, path
    for method, path, body in (*CHANGES, ("POST", "obs/rules/Raid/test", {}), ("POST", "obs/rules/Raid/test?dry=true", {})):
        assert (await steered.ask(who, method, path, body)).status_code == 403, path
    assert steered.audit.noted == []
    assert steered.desk.tested == []


async def test_what_an_owner_changes_is_in_the_audit(steered: Steered) -> None:
    owner = await steered.room.owner()
    for method, path, body in CHANGES:
        assert (await steered.ask(owner, method, path, body)).status_code == 200, path
    assert [action for action, _ in steered.audit.noted] == [
        "obs.connection",
        "obs.password_forgotten",
        "obs.set_up",
        "obs.set_up_undone",
        "obs.rule",
        "obs.rules_written",
    ]


async def test_a_password_comes_in_and_never_out(steered: Steered) -> None:
    owner = await steered.room.owner()
    answer = await steered.ask(owner, "PUT", "obs/connection", CONNECT | {"password": "hunter2-is-wrong"})
    assert answer.status_code == 200
    assert answer.json()["connected"] is False
    told = [answer.text, *[(await steered.ask(owner, "GET", path)).text for path in (*LOOKS, "obs/stock")]]
    # one that is too long is refused, and not said again either
    too_long = await steered.ask(owner, "PUT", "obs/connection", CONNECT | {"password": "hunter2" * 200})
    assert too_long.status_code == 422
    assert "hunter2" not in "".join([*told, too_long.text, str(steered.audit.noted)])


async def test_a_test_needs_the_right_to_act_and_a_dry_run_leaves_no_trace(steered: Steered) -> None:
    rest = frozenset(Permission) - {Permission.ACT}
    without = await steered.room.script(*rest)
    assert (await steered.ask(without, "POST", "obs/rules/Raid/test", {})).status_code == 403
    who = await steered.room.script(Permission.ACT)
    assert (await steered.ask(who, "POST", "obs/rules/Raid/test?dry=true", {})).json()["dry"] is True
    assert steered.audit.noted == []
    assert (await steered.ask(who, "POST", "obs/rules/Raid/test", {})).json()["outcome"] == "done"
    assert steered.audit.noted == [("obs.rule_tested", "Raid")]
    assert steered.desk.tested == [("Raid", True), ("Raid", False)]


async def test_a_set_up_must_say_which_steps_were_seen(steered: Steered) -> None:
    owner = await steered.room.owner()
    answer = await steered.ask(owner, "POST", "obs/set-up", {"voice": True})
    assert (answer.status_code, "steps" in answer.json()["what"]) == (422, True)
    assert steered.desk.made == []


async def test_a_mistake_in_the_rules_is_answered_with_what_to_do(steered: Steered) -> None:
    owner = await steered.room.owner()
    answer = await steered.ask(owner, "PUT", "obs/rules-text", {"text": "oh no"})
    assert answer.status_code == 400
    assert answer.json() == {"what": "Line 1 of the rules: this is no rule.", "remedy": "Begin each rule with [[rule]]."}
    assert steered.audit.noted == []
