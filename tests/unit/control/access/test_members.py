"""Members and keys: nobody gives what they do not have, there is always an owner, and who is out is out at once."""

from __future__ import annotations

import pytest

from fakes.accounts import GOOD, CheapAccounts
from sidecast.clock import LoopClock
from sidecast.control.access.keys import MAX_KEYS
from sidecast.control.access.names import clean, folded
from sidecast.control.access.permission import Caller, Permission, Role
from sidecast.control.access.sessions import Where, find
from sidecast.control.access.tokens import digest
from sidecast.control.api.problems import Refusal

pytestmark = pytest.mark.unit

DAY_S = 86_400
WHERE = Where("192.0.2.1")


class Times:
    now_s = 0.0


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def accounts(times: Times) -> CheapAccounts:
    return CheapAccounts(LoopClock(lambda: times.now_s))


def number(caller: Caller) -> str:
    return caller.id.partition(":")[2]


async def test_the_last_owner_stays_one(accounts: CheapAccounts) -> None:
    owner, _ = await accounts.owner()
    await accounts.member("Bo", Role.MODERATOR)
    for attempt in (
        accounts.members.remove(owner, number(owner)),
        accounts.members.set_role(owner, number(owner), Role.VIEWER),
    ):
        with pytest.raises(Refusal, match="only owner") as refused:
            await attempt
        assert refused.value.status == 409
    second, _ = await accounts.member("Cleo", Role.OWNER)
    await accounts.members.remove(second, number(owner))
    assert [member.name for member in accounts.register.owners] == ["Cleo"]


async def test_the_link_in_the_terminal_makes_a_new_owner_when_the_local_one_is_gone(accounts: CheapAccounts) -> None:
    owner, _ = await accounts.owner()
    second, _ = await accounts.member("Cleo", Role.OWNER)
    await accounts.members.set_role(second, number(owner), Role.VIEWER)
    anew, _ = await accounts.owner()
    assert anew.id != owner.id
    assert (anew.role, anew.name) == (Role.OWNER, "Owner 2")


async def test_who_is_removed_is_out_with_every_session_and_key(accounts: CheapAccounts) -> None:
    owner, _ = await accounts.owner()
    bo, token = await accounts.member("Bo", Role.OWNER)
    key, _ = await accounts.keys.make(bo, accounts.members.of(bo), "deck", frozenset({Permission.DIRECT}), None)
    await accounts.members.remove(owner, number(bo))
    assert find(accounts.register, token) is None
    assert accounts.keys.find(key) is None
    with pytest.raises(Refusal) as refused:
        accounts.members.of(bo)
    assert refused.value.status == 401


async def test_nobody_gives_or_takes_more_than_they_have(accounts: CheapAccounts) -> None:
    owner, _ = await accounts.owner()
    half = Caller(id=owner.id, name="a key of hers", permissions=frozenset({Permission.MEMBERS, Permission.WATCH}))
    bo, _ = await accounts.member("Bo", Role.VIEWER)
    for attempt in (
        accounts.invitations.make(half, Role.OWNER, 1),
        accounts.invitations.make(half, Role.VIEWER, 1),
        accounts.members.set_role(half, number(bo), Role.MODERATOR),
        accounts.members.remove(half, number(bo)),
        accounts.keys.make(half, accounts.members.of(owner), "more", frozenset({Permission.KEEP}), None),
    ):
        with pytest.raises(Refusal, match="do not have yourself") as refused:
            await attempt
        assert refused.value.status == 403


async def test_a_key_never_does_more_than_its_maker_may_now(accounts: CheapAccounts, times: Times) -> None:
    owner, _ = await accounts.owner()
    bo, _ = await accounts.member("Bo", Role.OWNER)
    text, key = await accounts.keys.make(
        bo, accounts.members.of(bo), "deck", frozenset({Permission.DIRECT, Permission.CONFIGURE}), 7
    )
    assert text.startswith(key.prefix)
    assert accounts.keys.permissions(key) == {Permission.DIRECT, Permission.CONFIGURE}
    await accounts.members.set_role(owner, number(bo), Role.MODERATOR)
    assert accounts.keys.permissions(key) == {Permission.DIRECT}
    times.now_s += 7 * DAY_S - 1
    assert accounts.keys.find(text)
    times.now_s += 1
    assert accounts.keys.find(text) is None


async def test_a_key_is_taken_back_and_they_are_bounded(accounts: CheapAccounts) -> None:
    owner, _ = await accounts.owner()
    texts = [await accounts.key(Permission.WATCH) for _ in range(MAX_KEYS)]
    with pytest.raises(Refusal) as refused:
        await accounts.key(Permission.WATCH)
    assert refused.value.status == 409
    await accounts.keys.take_back(owner, accounts.register.keys[digest(texts[0])].id)
    assert accounts.keys.find(texts[0]) is None
    assert accounts.keys.find(texts[1])
    with pytest.raises(Refusal) as refused:
        await accounts.keys.take_back(owner, "none")
    assert refused.value.status == 404


async def test_a_new_passphrase_ends_every_other_session(accounts: CheapAccounts) -> None:
    bo, token = await accounts.member("Bo", Role.VIEWER)
    from_elsewhere = await accounts.log_in.by_passphrase("Bo", GOOD, WHERE)
    session = find(accounts.register, token)
    assert session is not None
    with pytest.raises(Refusal, match="not your passphrase until now") as refused:
        await accounts.members.set_passphrase(bo, session, "guess", GOOD + "!")
    assert refused.value.status == 403
    await accounts.members.set_passphrase(bo, session, GOOD, GOOD + "!")
    assert find(accounts.register, token)
    assert find(accounts.register, from_elsewhere) is None
    with pytest.raises(Refusal):
        await accounts.log_in.by_passphrase("Bo", GOOD, WHERE)
    assert await accounts.log_in.by_passphrase("Bo", GOOD + "!", WHERE)


async def test_who_came_by_the_link_needs_no_old_passphrase(accounts: CheapAccounts) -> None:
    owner, token = await accounts.owner()
    session = find(accounts.register, token)
    assert session is not None
    for passphrase in (GOOD, GOOD + "!", ""):
        await accounts.members.set_passphrase(owner, session, "", passphrase)
    assert accounts.members.of(owner).passphrase == ""


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x", "a\x00", "\u202eadmin", "a\u200bb", "", "   ", "x" * 41, "\ud800"])
def test_names_hold_nothing_unseen(name: str) -> None:
    with pytest.raises(ValueError, match="a name"):
        clean(name)


def test_names_that_look_alike_are_alike() -> None:
    assert clean("  Ada   Lovelace ") == "Ada Lovelace"
    assert folded("ＡＤＡ") == folded("ada") == folded("𝐀𝐝𝐚")


async def test_nobody_takes_the_name_of_another(accounts: CheapAccounts) -> None:
    owner, _ = await accounts.owner()
    bo, _ = await accounts.member("Bo", Role.VIEWER)
    with pytest.raises(Refusal) as refused:
        await accounts.members.rename(owner, "ＢＯ")
    assert refused.value.status == 409
    assert (await accounts.members.rename(bo, "BO")).name == "BO"
