"""What makes a reply doubtful, and that an answer to a question that is over is refused."""

from __future__ import annotations

import pytest

from fakes.samples import CLEARED, TURN
from sidecast.errors import OrderRefused
from sidecast.flow.order import Approval
from sidecast.flow.verdict import Category, Decision, Verdict
from sidecast.show.approval import Approvals, doubts_in
from sidecast.show.watching import Boarded
from sidecast.virtual_time import loop_clock, run_virtual

pytestmark = pytest.mark.unit

CLEAN = Verdict(Decision.ALLOW, "my words")
APPLIED = Verdict(Decision.ALLOW, "my words", Category.SWEARING, "en.mild")
BLEEPED = Verdict(Decision.SOFTEN, "my words", Category.SWEARING, "en.strong")


def test_doubtful_is_what_a_rule_applied_to_and_its_words_are_not_told() -> None:
    assert doubts_in([CLEAN, CLEAN]) == ()
    assert doubts_in([CLEAN, BLEEPED, APPLIED, BLEEPED]) == ("soften swearing en.strong", "allow swearing en.mild")


@pytest.mark.parametrize(
    ("mode", "verdicts", "asked"),
    [
        (Approval.DOUBTFUL, [CLEAN], False),
        (Approval.DOUBTFUL, [CLEAN, BLEEPED], True),
        (Approval.ALL, [CLEAN], True),
    ],
)
def test_who_is_asked(mode: Approval, verdicts: list[Verdict], asked: bool) -> None:
    async def ask() -> tuple[float, str]:
        clock = loop_clock()
        approvals = Approvals(mode, 3.0, clock, Boarded(None), then_say=True)
        decided = await approvals.ask(TURN, [CLEARED], verdicts)
        with pytest.raises(OrderRefused):
            approvals.decide(TURN.id, "Ada", yes=True)
        return clock.now_ns() / 1e9, decided.by

    assert run_virtual(ask()) == ((3.0, "time") if asked else (0.0, ""))


def test_off_holds_nothing() -> None:
    async def holds() -> list[bool]:
        approvals = Approvals(Approval.OFF, 3.0, loop_clock(), Boarded(None), then_say=False)
        before = approvals.holds(TURN)
        approvals.mode = Approval.ALL
        return [before, approvals.holds(TURN)]

    assert run_virtual(holds()) == [False, True]
