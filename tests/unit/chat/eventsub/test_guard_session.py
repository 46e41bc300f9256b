"""One socket's words, frame by frame: exactly once, nothing stale, silence noticed, nothing raises. Time is a number here."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.eventsub_frames import CHANNEL, HOME, frame, keepalive, reconnect, revocation, said, welcome
from sidecast.chat.eventsub.dropped import Dropped
from sidecast.chat.eventsub.seen import KEPT_S, Seen
from sidecast.chat.eventsub.session import (
    GRACE_S,
    LINGER_S,
    SLACK_S,
    STALE_MS,
    WELCOME_S,
    Memory,
    Move,
    Phase,
    Revoked,
    Session,
    Welcomed,
)
from sidecast.flow.chat import ChatMessage

pytestmark = pytest.mark.unit

S = 10**9
T0_MS = 1_790_000_000_000
"""What time it is at Twitch when our clock reads 0."""
GARBAGE = [
    b"",
    b"not json",
    b"\xff\xfe\x00",
    b"null",
    b"[]",
    b"{}",
    b'{"metadata":{}}',
    b'{"metadata":null,"payload":{}}',
    b'{"metadata":{"message_type":"notification"}}',
    b'{"metadata":{"message_type":"session_welcome","message_id":"x"},"payload":{"session":null}}',
    b'{"metadata":{"message_type":"session_reconnect","message_id":"x"},"payload":{"session":{"reconnect_url":7}}}',
    b"[" * 100_000,
    b'{"a":"' + b"x" * (300 * 1024) + b'"}',
]


def opened(memory: Memory | None = None, at_ns: int = 0, session_id: str = "s1", keepalive_s: int | None = 10) -> Session:
    session = Session(HOME, CHANNEL, memory or Memory(), at_ns)
    told = session.receive(welcome(session_id, T0_MS + at_ns // 1_000_000, keepalive_s), at_ns)
    assert told == Welcomed(session_id, at_ns)
    return session


def test_a_message_is_told_once_however_often_and_on_which_socket_it_comes() -> None:
    memory = Memory()
    first, second = opened(memory), opened(memory, S, "s2")
    message = said("a", T0_MS + 1500)
    told = first.receive(message, 2 * S)
    assert isinstance(told, ChatMessage)
    assert (told.id, told.text, told.arrived_ns) == ("a", "hello", 2 * S)
    assert first.receive(message, 3 * S) is None
    assert second.receive(message, 4 * S) is None
    assert memory.tally.dropped == {Dropped.TWICE: 2}


def test_what_is_older_than_ten_minutes_is_dropped_and_counted() -> None:
    session = opened(memory := Memory())
    now_ns = 3600 * S
    session.receive(keepalive(T0_MS + 3_600_000), now_ns)
    assert session.receive(said("old", T0_MS + 3_600_000 - STALE_MS - 1), now_ns) is None
    assert session.receive(said("young", T0_MS + 3_600_000 - STALE_MS + 1), now_ns) is not None
    assert memory.tally.dropped == {Dropped.STALE: 1}


def test_this_computers_clock_is_never_asked_how_old_a_message_is() -> None:
    """T0_MS is Twitch's time; no other time was given to the session, and the estimate survives a welcome that came late."""
    memory = Memory()
    opened(memory)
    late = Session(HOME, CHANNEL, memory, 100 * S)
    late.receive(welcome("s2", T0_MS + 70_000), 100 * S)  # 30 s on its way
    assert memory.time.ms_at(100 * S) == T0_MS + 100_000
    late.receive(welcome("s3", T0_MS + 9_000_000), 101 * S)  # a second welcome is nobody's word
    assert memory.time.ms_at(101 * S) == T0_MS + 101_000


def test_one_stamp_from_the_future_does_not_make_all_others_old() -> None:
    session = opened(memory := Memory())
    session.receive(keepalive(T0_MS + 10_000_000), 5 * S)
    session.receive(said("future", T0_MS + 20_000_000), 6 * S)
    assert isinstance(session.receive(said("now", T0_MS + 7_000), 7 * S), ChatMessage)
    session.receive(keepalive(T0_MS + 10_005_000), 10 * S)  # and now Twitch insists
    assert memory.time.ms_at(10 * S) == T0_MS + 10_005_000


def test_a_computer_that_slept_learns_the_time_anew() -> None:
    memory = Memory()
    opened(memory)
    after = 20 * S  # an hour of sleep is not counted by the monotonic clock
    awake = Session(HOME, CHANNEL, memory, after)
    awake.receive(welcome("s2", T0_MS + 3_620_000), after)
    assert isinstance(awake.receive(said("a", T0_MS + 3_621_000), after + S), ChatMessage)
    awake.receive(keepalive(T0_MS + 3_630_000), after + 10 * S)
    assert memory.time.ms_at(after + 10 * S) == T0_MS + 3_630_000


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda raw: repr(raw[:24]))
def test_garbage_is_counted_and_good_frames_are_read_on(garbage: bytes) -> None:
    session = opened(memory := Memory())
    assert session.receive(garbage, S) is None
    assert memory.tally.malformed.total() == 1
    assert isinstance(session.receive(said("a", T0_MS + 2_000), 2 * S), ChatMessage)


def test_garbage_is_no_sign_of_life() -> None:
    session = opened()
    for second in range(1, 12):
        session.receive(b'{"metadata":{}}', second * S)
    assert session.due_ns == round((10 + SLACK_S) * 1e9)
    session.receive(keepalive(T0_MS + 12_000), 12 * S)
    assert session.due_ns == round((22 + SLACK_S) * 1e9)


@pytest.mark.parametrize(("asked", "seconds"), [(10, 10), (None, 10), (30, 30), (3000, 600)])
def test_silence_is_noticed_within_three_seconds_of_the_keepalive(asked: int | None, seconds: int) -> None:
    session = opened(keepalive_s=asked)
    session.receive(said("a", T0_MS + 5_000), 5 * S)
    assert 0 < session.due_ns - (5 + seconds) * S < 3 * S
    assert session.late(session.due_ns - 1) is None
    ended = session.late(session.due_ns)
    assert ended is not None
    assert ended.silent
    assert ended.at_ns == 5 * S, "what came after the last message nobody knows"


@pytest.mark.parametrize(("every_ms", "pause_ms", "sure"), [(20, 3000, False), (20, 300, True), (4000, 9000, True)])
def test_a_close_after_a_silence_that_is_no_chance_says_when_the_silence_began(every_ms: int, pause_ms: int, sure: bool) -> None:
    session = opened()
    for number in range(100):
        session.receive(said(str(number), T0_MS + number * every_ms), number * every_ms * 1_000_000)
    last_ns = 99 * every_ms * 1_000_000
    closed_ns = last_ns + pause_ms * 1_000_000
    assert session.closed(4000, closed_ns).at_ns == (closed_ns if sure else last_ns)


def test_a_socket_without_a_welcome_is_given_up() -> None:
    session = Session(HOME, CHANNEL, memory := Memory(), 0)
    assert session.receive(said("a", T0_MS), S) is None
    assert memory.tally.malformed == {"before_welcome": 1}
    assert session.late(round(WELCOME_S * S)) is not None


def test_the_old_socket_is_read_until_its_successor_is_there_and_then_a_little() -> None:
    session = opened()
    url = "wss://cell-a.eventsub.wss.twitch.tv/ws?challenge=abc&id=s1"
    assert session.receive(reconnect("s1", url, T0_MS + S // 10**6), S) == Move(url)
    assert session.phase is Phase.MOVING
    assert session.late(S + 30 * S) is None, "no keepalive is asked of it any more"
    assert isinstance(session.receive(said("a", T0_MS + 30_000), 30 * S), ChatMessage)
    assert session.due_ns == round((1 + GRACE_S) * 1e9), "what it tells does not make its time longer"
    assert session.receive(reconnect("s1", url, T0_MS + 31_000), 31 * S) is None
    session.retire(32 * S)
    assert isinstance(session.receive(said("b", T0_MS + 33_000), 33 * S), ChatMessage)
    assert session.late(round((32 + LINGER_S) * 1e9)) is not None


@pytest.mark.parametrize(
    "url",
    [
        "ws://eventsub.wss.twitch.tv/ws",
        "https://eventsub.wss.twitch.tv/ws",
        "wss://eviltwitch.tv/ws",
        "wss://twitch.tv.evil.example/ws",
        "wss://kit:pass@eventsub.wss.twitch.tv/ws",
        "wss://127.0.0.1/ws",
        "wss://eventsub.wss.twitch.tv:99999/ws",
        "wss://[::1/ws",
        "wss://evil.example\\@eventsub.wss.twitch.tv/ws",
        "wss://evil.example/\nwss://eventsub.wss.twitch.tv",
        "wss:///ws",
    ],
)
def test_no_message_sends_us_away_from_twitch(url: str) -> None:
    session = opened(memory := Memory())
    assert session.receive(reconnect("s1", url, T0_MS + 1000), S) is None
    assert session.phase is Phase.LIVE
    assert memory.tally.dropped == {Dropped.BAD_ADDRESS: 1}


def test_a_simulator_may_move_us_on_this_computer_and_no_farther() -> None:
    home = "ws://127.0.0.1:8123/ws"
    for url, allowed in (("ws://127.0.0.1:8123/ws?reconnect=1", True), ("ws://localhost:9/ws", True), (HOME, False)):
        session = Session(home, CHANNEL, Memory(), 0)
        session.receive(welcome("s1", T0_MS), 0)
        assert isinstance(session.receive(reconnect("s1", url, T0_MS), S), Move) is allowed


def test_a_revocation_is_told_once_and_unknown_kinds_are_counted() -> None:
    session = opened(memory := Memory())
    word = revocation("channel.follow", "authorization_revoked", T0_MS + 1000)
    assert session.receive(word, S) == Revoked("channel.follow", "authorization_revoked")
    assert session.receive(word, S) is None
    assert session.receive(frame("session_confetti", "x", T0_MS), 2 * S) is None
    assert memory.tally.left_out == {"unknown_kind": 1}


def test_a_session_shows_no_secret_of_its_address() -> None:
    assert "challenge" not in repr(Move("wss://eventsub.wss.twitch.tv/ws?challenge=abc"))


def test_ids_are_forgotten_after_their_time_and_when_there_is_no_room() -> None:
    seen = Seen(most=3)
    assert [seen.first_time(name, 0) for name in "abcda"] == [True, True, True, True, True]
    assert seen.forgotten_early == 2
    assert len(seen) == 3
    assert seen.first_time("c", round(KEPT_S * S) + 1)
    assert len(seen) == 1


Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["new", "new", "new", "again", "stale", "garbage", "keepalive", "socket", "reconnect", "revocation"]),
        st.integers(0, 30),  # which of what was said before
        st.integers(0, 5_000),  # ms since the last step
        st.integers(0, 3_000),  # ms on the way
    ),
    max_size=80,
)


@settings(max_examples=150, deadline=None)
@given(steps=STEPS, skew_ms=st.integers(-(10**9), 10**9))
def test_whatever_comes_every_fresh_message_is_told_exactly_once(steps: list[Step], skew_ms: int) -> None:
    """Over any number of sockets, whatever is between, and whatever this computer's clock says."""
    memory = Memory()
    base_ms = T0_MS + skew_ms
    sessions = [Session(HOME, CHANNEL, memory, 0)]
    sessions[0].receive(welcome("s0", base_ms), 0)
    now_ms, told, fresh, frames, stale = 0, [], [], [], 0
    for number, (what, which, pause_ms, way_ms) in enumerate(steps):
        now_ms += pause_ms
        sent_ms, now_ns = base_ms + now_ms - way_ms, now_ms * 1_000_000
        session = sessions[which % len(sessions)]
        match what:
            case "new":
                fresh.append(str(number))
                frames.append(said(str(number), sent_ms))
                found = session.receive(frames[-1], now_ns)
            case "again" if frames:
                found = session.receive(frames[which % len(frames)], now_ns)
            case "stale":
                stale += 1
                # the estimate may be behind by the shortest way so far, and never ahead
                found = session.receive(said(f"stale-{number}", base_ms + now_ms - STALE_MS - 3_001), now_ns)
            case "garbage":
                found = session.receive(GARBAGE[which % (len(GARBAGE) - 2)], now_ns)
            case "keepalive":
                found = session.receive(keepalive(sent_ms), now_ns)
            case "socket":
                sessions.append(Session(HOME, CHANNEL, memory, now_ns))
                found = sessions[-1].receive(welcome(f"s{number}", sent_ms), now_ns)
            case "reconnect":
                found = session.receive(reconnect("s", f"{HOME}?to={number}", sent_ms), now_ns)
            case "revocation":
                found = session.receive(revocation("channel.follow", "user_removed", sent_ms), now_ns)
            case _:
                continue
        if isinstance(found, ChatMessage):
            told.append(found.id)
    assert told == fresh
    assert memory.tally.dropped[Dropped.STALE] == stale
    assert len(memory.seen) <= len(steps)


@settings(max_examples=300, deadline=None)
@given(frames=st.lists(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), max_size=20))
def test_no_frame_raises_whatever_it_holds(frames: list[bytes]) -> None:
    session = opened(memory := Memory())
    for each in frames:
        assert session.receive(each, S) is None
    assert memory.tally.malformed.total() == len(frames)
    assert isinstance(session.receive(said("a", T0_MS + 2000), 2 * S), ChatMessage)


@given(samples=st.lists(st.tuples(st.integers(1, 60_000), st.integers(0, 4_000)), min_size=1, max_size=60))
def test_the_time_at_twitch_is_told_to_the_shortest_way_and_never_ahead(samples: list[tuple[int, int]]) -> None:
    memory = Memory()
    memory.time.welcome(T0_MS, 0)
    now_ms, stamps = 0, [0]
    for pause_ms, way_ms in samples:
        now_ms += pause_ms
        memory.time.control(T0_MS + now_ms - way_ms, now_ms * 1_000_000)
        told = memory.time.ms_at(now_ms * 1_000_000)
        assert told is not None
        assert T0_MS + now_ms - 4_000 <= told <= T0_MS + now_ms
        stamps.append(told)
    assert all(earlier <= later + 4_000 for earlier, later in pairwise(stamps))
