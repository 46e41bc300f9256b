"""The ways in: by the terminal's link, a passphrase, an invitation; and how long a session lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest
from argon2 import PasswordHasher

from fakes.accounts import GOOD, CheapAccounts
from fakes.inline_runner import InlineRunner
from sidecast.clock import LoopClock
from sidecast.control.access.invitations import MAX_INVITATIONS
from sidecast.control.access.lockout import FORGOTTEN_AFTER_S, FREE_TRIES, LONGEST_WAIT_S, MAX_KNOWN, Lockout
from sidecast.control.access.log_in import Identity
from sidecast.control.access.passphrase import AT_ONCE, WAITING, Passphrases
from sidecast.control.access.permission import Role
from sidecast.control.access.sessions import LONGEST_DAYS, MAX_OF_ONE, REST_DAYS, Where, browser_in_words, find
from sidecast.control.api.problems import Refusal

pytestmark = pytest.mark.unit

T = TypeVar("T")
HOME = Where("127.0.0.1", "Firefox on Linux")
DAY_S = 86_400


class Times:
    now_s = 0.0


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def accounts(times: Times) -> CheapAccounts:
    return CheapAccounts(LoopClock(lambda: times.now_s))


async def test_the_first_link_makes_the_owner_and_later_ones_let_the_same_in(accounts: CheapAccounts) -> None:
    first, _ = await accounts.owner()
    assert (first.name, first.role) == ("Owner", Role.OWNER)
    assert not accounts.members.of(first).named
    await accounts.members.rename(first, "Ada")
    again, _ = await accounts.owner()
    assert (again.id, again.name) == (first.id, "Ada")
    assert len(accounts.register.members) == 1


async def test_a_log_in_ends_the_session_that_the_browser_had(accounts: CheapAccounts) -> None:
    old = await accounts.log_in.by_link(HOME)
    new = await accounts.log_in.by_link(Where("127.0.0.1", "", old))
    assert old != new
    assert find(accounts.register, new)
    assert find(accounts.register, old) is None


async def test_a_passphrase_lets_in_whatever_the_case_of_the_name(accounts: CheapAccounts) -> None:
    await accounts.member("Béa", Role.VIEWER)
    for name in ("Béa", "BÉA", "be\u0301a"):
        assert accounts.caller(await accounts.log_in.by_passphrase(name, GOOD, HOME)).name == "Béa"
    for name, passphrase in (("Béa", "wrong" + GOOD), ("Nobody", GOOD), ("Owner", ""), ("Béa", "")):
        with pytest.raises(Refusal, match="Name or passphrase is wrong") as refused:
            await accounts.log_in.by_passphrase(name, passphrase, HOME)
        assert refused.value.status == 401


async def test_unknown_names_cost_as_much_work_as_known_ones(accounts: CheapAccounts, monkeypatch: pytest.MonkeyPatch) -> None:
    await accounts.member("Bo", Role.VIEWER)
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, given: bytes) -> bool:
        verified.append(kept)
        return verify(self, kept, given)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for name in ("Bo", "Nobody", "Owner"):
        with pytest.raises(Refusal):
            await accounts.log_in.by_passphrase(name, "wrong passphrase", HOME)
    assert len(verified) == 3
    assert len({kept.rsplit("$", 2)[0] for kept in verified}) == 1


async def test_wrong_tries_cost_ever_more_time(accounts: CheapAccounts, times: Times) -> None:
    await accounts.member("Bo", Role.VIEWER)
    waits: list[int] = []
    tried = 0
    while times.now_s < DAY_S:
        try:
            await accounts.log_in.by_passphrase("bo", "guess", HOME)
        except Refusal as refused:
            if refused.status == 401:
                tried += 1
                continue
            assert refused.wait_s is not None
            assert f"{refused.wait_s} second" in refused.what or "minutes" in refused.what
            waits.append(refused.wait_s)
            times.now_s += refused.wait_s
    assert waits[:6] == [1, 2, 4, 8, 16, 32]
    assert max(waits) == LONGEST_WAIT_S
    # a day of guessing, as fast as it goes
    assert tried < FREE_TRIES + 10 + DAY_S / LONGEST_WAIT_S


async def test_the_right_passphrase_waits_too_and_is_then_forgiven(accounts: CheapAccounts, times: Times) -> None:
    await accounts.member("Bo", Role.VIEWER)
    for _ in range(FREE_TRIES):
        with pytest.raises(Refusal):
            await accounts.log_in.by_passphrase("Bo", "guess", Where("192.0.2.1"))
    with pytest.raises(Refusal) as refused:
        await accounts.log_in.by_passphrase("Bo", GOOD, Where("192.0.2.2"))
    assert refused.value.status == 429
    times.now_s += 1
    assert await accounts.log_in.by_passphrase("Bo", GOOD, Where("192.0.2.2"))
    for _ in range(FREE_TRIES - 1):
        with pytest.raises(Refusal, match="wrong") as refused:
            await accounts.log_in.by_passphrase("Bo", "guess", Where("192.0.2.3"))
        assert refused.value.status == 401


async def test_one_address_cannot_try_all_names_and_a_right_one_does_not_reset_it(accounts: CheapAccounts, times: Times) -> None:
    await accounts.member("Bo", Role.VIEWER)
    there = Where("2001:db8::1")
    for number in range(FREE_TRIES - 1):
        with pytest.raises(Refusal):
            await accounts.log_in.by_passphrase(f"somebody {number}", "guess", there)
    await accounts.log_in.by_passphrase("Bo", GOOD, there)
    with pytest.raises(Refusal):
        await accounts.log_in.by_passphrase("another", "guess", there)
    with pytest.raises(Refusal) as refused:
        await accounts.log_in.by_passphrase("one more", "guess", Where("2001:db8::ffff:2"))
    assert refused.value.status == 429, "the same household's network"
    times.now_s += FORGOTTEN_AFTER_S
    with pytest.raises(Refusal) as refused:
        await accounts.log_in.by_passphrase("one more", "guess", there)
    assert refused.value.status == 401


async def test_inventing_names_does_not_free_one_that_is_guessed() -> None:
    lockout = Lockout(LoopClock(lambda: 0.0))
    for _ in range(FREE_TRIES):
        lockout.count("name:ada", "address:192.0.2.1")
    for number in range(3 * MAX_KNOWN):
        lockout.count(f"name:{number}", f"address:{number}")
    with pytest.raises(Refusal, match="Too many"):
        lockout.count("name:ada", "address:192.0.2.2")
    assert len(lockout._known) <= MAX_KNOWN + 2


async def test_hashes_have_the_strength_that_was_measured() -> None:
    passphrases = Passphrases()
    kept = await passphrases.hash(GOOD)
    passphrases.close()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")


async def test_only_a_few_hashes_are_under_way_and_only_a_few_wait() -> None:
    release = asyncio.Event()
    running = 0

    class Slow(InlineRunner):
        async def call(self, work: Callable[[], T]) -> T:
            nonlocal running
            running += 1
            await release.wait()
            return work()

    passphrases = Passphrases(time_cost=1, memory_kib=8, runner=Slow())
    tries = [asyncio.ensure_future(passphrases.verify("", "guess")) for _ in range(AT_ONCE + WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Refusal) as refused:
        await passphrases.verify("", "one too many")
    assert (refused.value.status, refused.value.wait_s) == (503, 5)
    assert running == AT_ONCE + WAITING
    release.set()
    assert await asyncio.gather(*tries) == [False] * len(tries)
    assert not await passphrases.verify("", "guess")


async def test_a_hash_with_old_figures_is_renewed_at_the_next_log_in(accounts: CheapAccounts) -> None:
    caller, _ = await accounts.member("Bo", Role.VIEWER)
    accounts.log_in._passphrases = Passphrases(time_cost=2, memory_kib=8, runner=InlineRunner())
    await accounts.log_in.by_passphrase("Bo", GOOD, HOME)
    assert ",t=2," in accounts.members.of(caller).passphrase
    assert await accounts.log_in.by_passphrase("Bo", GOOD, HOME)


@pytest.mark.parametrize("weak", ["", "too little", "aaaaaaaaaaaaaaaa", "12341234123412341234", "Bartholomew B"])
async def test_weak_passphrases_are_refused_without_being_repeated(accounts: CheapAccounts, weak: str) -> None:
    owner, _ = await accounts.owner()
    key, _ = await accounts.invitations.make(owner, Role.VIEWER, 1)
    with pytest.raises(Refusal) as refused:
        await accounts.log_in.by_invitation(key, "Bartholomew B", weak, HOME)
    assert refused.value.status == 400
    assert not weak or weak not in str(refused.value)
    assert await accounts.log_in.by_invitation(key, "Bartholomew B", GOOD, HOME), "the invitation is still good"


async def test_an_invitation_works_once_and_for_its_time(accounts: CheapAccounts, times: Times) -> None:
    owner, _ = await accounts.owner()
    key, made = await accounts.invitations.make(owner, Role.MODERATOR, 2)
    token = await accounts.log_in.by_invitation(key, "Bo", GOOD, HOME)
    assert accounts.caller(token).role is Role.MODERATOR
    late, _ = await accounts.invitations.make(owner, Role.VIEWER, 2)
    back, taken = await accounts.invitations.make(owner, Role.VIEWER, 2)
    await accounts.invitations.take_back(owner, taken.id)
    times.now_s += 7200
    for over in (key, late, back, "", "x", made.id):
        with pytest.raises(Refusal, match="cannot be used any more") as refused:
            await accounts.log_in.by_invitation(over, "Cleo", GOOD, HOME)
        assert refused.value.status == 404
    assert accounts.invitations.open() == []


async def test_an_invitation_falls_with_the_power_of_who_made_it(accounts: CheapAccounts) -> None:
    owner, _ = await accounts.owner()
    second, _ = await accounts.member("Bo", Role.OWNER)
    key, _ = await accounts.invitations.make(second, Role.OWNER, 24)
    await accounts.members.set_role(owner, second.id.removeprefix("member:"), Role.VIEWER)
    with pytest.raises(Refusal, match="cannot be used any more"):
        await accounts.log_in.by_invitation(key, "Mallory", GOOD, HOME)


async def test_no_more_invitations_than_somebody_can_overlook(accounts: CheapAccounts) -> None:
    owner, _ = await accounts.owner()
    for _ in range(MAX_INVITATIONS):
        await accounts.invitations.make(owner, Role.VIEWER, 1)
    with pytest.raises(Refusal) as refused:
        await accounts.invitations.make(owner, Role.VIEWER, 1)
    assert refused.value.status == 409


async def test_somebody_known_elsewhere_needs_an_invitation_once(accounts: CheapAccounts) -> None:
    owner, _ = await accounts.owner()
    mika = Identity("oidc", "https://login.example", "sub-1", "Mika\r\n<b>")
    with pytest.raises(Refusal) as refused:
        await accounts.log_in.by_identity(mika, "", HOME)
    assert refused.value.status == 403
    key, _ = await accounts.invitations.make(owner, Role.MODERATOR, 1)
    first = accounts.caller(await accounts.log_in.by_identity(mika, key, HOME))
    assert (first.name, first.role) == ("Mika<b>", Role.MODERATOR)
    assert accounts.caller(await accounts.log_in.by_identity(mika, "", HOME)).id == first.id
    for other in (Identity("oidc", "https://other.example", "sub-1", ""), Identity("twitch", "", "sub-1", "")):
        with pytest.raises(Refusal):
            await accounts.log_in.by_identity(other, "", HOME)


async def test_an_account_elsewhere_belongs_to_one_member(accounts: CheapAccounts) -> None:
    ada, _ = await accounts.owner()
    bo, _ = await accounts.member("Bo", Role.VIEWER)
    twitch = Identity("twitch", "", "123", "ada_live")
    await accounts.log_in.link(ada, accounts.members.of(ada).id, twitch)
    assert accounts.caller(await accounts.log_in.by_identity(twitch, "", HOME)).id == ada.id
    with pytest.raises(Refusal) as refused:
        await accounts.log_in.link(bo, accounts.members.of(bo).id, twitch)
    assert refused.value.status == 409
    await accounts.members.unlink(ada, "twitch")
    await accounts.log_in.link(bo, accounts.members.of(bo).id, twitch)
    assert accounts.members.of(bo).twitch_login == "ada_live"


async def test_a_session_ends_after_rest_and_in_any_case_after_three_months(accounts: CheapAccounts, times: Times) -> None:
    rests = await accounts.log_in.by_link(HOME)
    used = await accounts.log_in.by_link(HOME)
    for _ in range(REST_DAYS - 1):
        times.now_s += DAY_S
        assert find(accounts.register, used)
    times.now_s += DAY_S
    assert find(accounts.register, rests) is None
    while times.now_s < LONGEST_DAYS * DAY_S - 1:
        assert find(accounts.register, used)
        times.now_s = min(times.now_s + DAY_S, LONGEST_DAYS * DAY_S - 1)
    assert find(accounts.register, used)
    times.now_s += 1
    assert find(accounts.register, used) is None


async def test_sessions_of_one_are_bounded_and_those_that_are_over_go(accounts: CheapAccounts, times: Times) -> None:
    tokens = []
    for _ in range(MAX_OF_ONE + 1):
        tokens.append(await accounts.log_in.by_link(HOME))
        times.now_s += 1
    assert find(accounts.register, tokens[0]) is None
    assert all(find(accounts.register, token) for token in tokens[1:])
    times.now_s += REST_DAYS * DAY_S
    await accounts.log_in.by_link(HOME)
    assert len(accounts.register.sessions) == 1


@pytest.mark.parametrize("token", ["", "x", "\ud800", "é" * 100, "../../etc/passwd"])
async def test_what_is_no_token_is_no_session(accounts: CheapAccounts, token: str) -> None:
    await accounts.owner()
    assert find(accounts.register, token) is None


async def test_nothing_in_memory_shows_a_token(accounts: CheapAccounts) -> None:
    token = await accounts.log_in.by_link(HOME)
    key = await accounts.key()
    shown = repr(accounts.register) + str(vars(accounts.register)) + str(vars(accounts.log_in))
    assert token not in shown
    assert key not in shown
    assert "$argon2" not in shown


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18) AppleWebKit/605 Version/18 Mobile Safari/604.1", "Safari on iPhone"),
        ("curl/8.0\r\nSet-Cookie: x", "curl"),
        ("<script>alert(1)</script>", "an unknown browser"),
        ("", "an unknown browser"),
    ],
)
def test_a_browser_is_told_in_our_own_words(agent: str, words: str) -> None:
    assert browser_in_words(agent) == words
