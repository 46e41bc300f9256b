"""More chat than anyone could answer: every queue inside its bound, every item accounted for."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from fakes.source import says
from sidecast.chat.replay import Replay
from sidecast.clock import Clock
from sidecast.flow.candidate import Reason
from sidecast.settings import Settings
from sidecast.show.show import Show

from .evening import Evening

pytestmark = pytest.mark.show

DATA = Path(os.environ.get("SIDECAST_DATA", Path(__file__).parents[3] / "shared" / "data"))
LOG_24 = DATA / "twitch-chat-replays" / "24_typical.tsv.gz"


def watch_queues(show: Show, clock: Clock) -> asyncio.Task[None]:
    """Looks at the queues ten times a second for as long as the show runs."""
    settings = Settings()

    async def look() -> None:
        while True:
            await clock.sleep(0.1)
            assert show.waiting_to_be_read <= settings.chat.intake_limit
            assert show.waiting_for_an_answer <= settings.audience.waiting_limit

    return asyncio.get_running_loop().create_task(look())


@pytest.mark.skipif(not LOG_24.exists(), reason="the chat replays are not at hand (SIDECAST_DATA)")
def test_a_whole_evening_at_a_hundred_times_its_speed() -> None:
    evening = Evening([], make_source=lambda clock: Replay(LOG_24, clock, speed=100), meanwhile=watch_queues)
    seen = evening.play()
    assert len(seen.received) == 11_032
    assert len(seen.fates) == len(seen.received)
    assert seen.reasons[Reason.ANSWERED] == sum(1 for line in seen.lines if line.heard) > 20


def test_two_thousand_messages_a_second_for_ten_seconds() -> None:
    chat = [(1 + index / 2000, says(f"Kit, how many is {index}?", who=f"viewer{index % 4001}")) for index in range(20_000)]
    evening = Evening(chat, meanwhile=watch_queues, seconds=20)
    seen = evening.play()
    assert len(seen.received) == len(seen.fates) == 20_000
    assert sum(seen.reasons.values()) == 20_000
    assert seen.reasons[Reason.ANSWERED] > 3
