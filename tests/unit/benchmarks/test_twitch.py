"""The judge of the soak: it must find what is wrong, or its zeros say nothing."""

from __future__ import annotations

import pytest

from benchmarks.twitch_judge import CHAT, Said, judge, runs
from sidecast.twitch_sim.record import Entry

pytestmark = pytest.mark.unit


def entry(ms: int, what: str, event: int = 0, *, note: str = "", kind: str = CHAT) -> Entry:
    return Entry(at_ns=ms * 1_000_000, at_ms=ms, what=what, event=event, type=kind, message_id=f"m{event}", note=note, socket=1)


RECORD = [
    entry(0, "wrote", 1),
    entry(20, "wrote", 2),
    entry(25, "wrote", 2, note="again"),
    entry(30, "wrote", 3, note="stale"),
    entry(100, "fault", kind="close", note="4000"),
    entry(120, "missed", 4),
    entry(900, "unheard", 5),
    entry(1000, "subscribed"),
    entry(1020, "wrote", 6),
    entry(1040, "wrote", 7),
]
IDS = {number: f"c{number}" for number in range(1, 8)}
ALL = ["c1", "c2", "c6", "c7"]
GAP = Said(100, 1000, "Twitch closed the connection")


def test_what_is_right_is_good() -> None:
    found = judge(RECORD, IDS, ALL, [GAP])
    assert found.good
    assert (found.due, found.gaps, found.stale_written) == (4, 1, 1)
    assert found.back_s == [0.9]
    assert found.gap_errors_s == [0.07, 0.02]
    assert runs(RECORD, CHAT) == [(30, 1020)]


@pytest.mark.parametrize(
    ("arrived", "said"),
    [
        (ALL[:-1], [GAP]),
        ([*ALL, "c1"], [GAP]),
        ([*ALL, "c3"], [GAP]),
        ([*ALL, "c9"], [GAP]),
        (ALL, []),
        (ALL, [Said(1500, 2900, "late")]),
        (ALL, [Said(100, 3000, "too long")]),
        (ALL, [GAP, Said(5000, 9000, "invented")]),
        (ALL, [Said(100, 1000, "only others (channel.raid)")]),
        (ALL, [Said(100, 1000, "only others (channel.chat.message_delete)")]),
    ],
    ids=[
        "lost",
        "doubled",
        "stale",
        "unexpected",
        "unsaid",
        "elsewhere",
        "not to the second",
        "invented",
        "of another type",
        "of a longer name",
    ],
)
def test_what_is_wrong_is_not(arrived: list[str], said: list[Said]) -> None:
    assert not judge(RECORD, IDS, arrived, said).good


def test_a_loss_that_proves_nothing_is_counted_apart() -> None:
    found = judge(RECORD, IDS, ALL[:-1], [GAP], doubtful={"m7"})
    assert found.good
    assert found.doubtful == 1


def test_silence_is_timed_to_the_next_socket() -> None:
    record = [entry(0, "wrote", 1), entry(100, "fault", kind="silence"), entry(12_600, "opened", kind="")]
    assert judge(record, IDS, ["c1"], []).noticed_s == [12.5]
