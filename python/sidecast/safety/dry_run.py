"""What a draft of a policy would have done with what was judged lately. For a thread: it looks at thousands of texts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..flow.chat import Author, ChatMessage
from ..flow.clause import Clause, Word
from ..flow.moderation import CaseResult, Difference, Screened, Trial, VerdictCase, Wanted
from ..flow.policy import Direction
from ..flow.verdict import Decision, Verdict
from .compiled import Compiled
from .gate_out import judge_clause
from .judge import Judge

EXAMPLES = 50
AT_ONCE = 32
"""Texts between two moments in which the show's own thread may go on."""
LONGEST_S = 4.0


class Trier:
    """One policy, for texts of both directions. Clauses are judged alone, without what was said before them."""

    def __init__(self, policy: Compiled) -> None:
        self._policy = policy
        self._judge = Judge(policy)

    def verdict(self, screened: Screened) -> Verdict:
        if screened.direction is Direction.OUT:
            return self.on_clause(screened.text)
        author = Author(id=screened.author_id, name=screened.name or "somebody", roles=screened.roles)
        message = ChatMessage(id="", author=author, text=screened.text or " ", arrived_ns=0, reward=screened.reward)
        return self._judge.screen(message)

    def on_clause(self, text: str) -> Verdict:
        words = tuple(Word(word, word) for word in text.split())
        return judge_clause(self._policy, Clause(turn_id="", index=0, words=words))

    def on_case(self, case: VerdictCase) -> CaseResult:
        verdict = self.on_clause(case.text) if case.direction is Direction.OUT else self._judge.judge(case.text)
        return CaseResult(case=case, verdict=verdict, passed=verdict.passes == (case.wanted is Wanted.ALLOW))


def tried(
    screened: Sequence[Screened],
    before: Compiled,
    after: Compiled,
    *,
    longest_s: float = LONGEST_S,
    now_s: Callable[[], float] = time.monotonic,
    let_others: Callable[[], None] = lambda: time.sleep(0),
) -> Trial:
    """Both policies on every text that still has its words, newest first, for at most `longest_s`."""
    old, new = Trier(before), Trier(after)
    until_s = now_s() + longest_s
    judged = stricter = milder = 0
    examples: list[Difference] = []
    for each in screened:
        if each.removed or not each.text:
            continue
        if judged % AT_ONCE == 0:
            let_others()
            if now_s() > until_s:
                return Trial(judged=judged, complete=False, stricter=stricter, milder=milder, examples=tuple(examples))
        judged += 1
        one, other = old.verdict(each), new.verdict(each)
        if one.decision == other.decision and one.rule == other.rule:
            continue
        stricter += other.decision > one.decision
        milder += other.decision < one.decision
        if len(examples) < EXAMPLES:
            examples.append(Difference(screened=each, before=one, after=other))
    return Trial(judged=judged, complete=True, stricter=stricter, milder=milder, examples=tuple(examples))


def judged_alone(text: str, direction: Direction, policy: Compiled) -> Verdict:
    """One text of nobody in particular."""
    if direction is Direction.OUT:
        return Trier(policy).on_clause(text)
    verdict = Judge(policy).judge(text)
    return verdict if verdict.decision is not Decision.ALLOW else Verdict(Decision.ALLOW, text)


def checked_cases(cases: Sequence[VerdictCase], policy: Compiled) -> list[CaseResult]:
    """Every case that still has its words."""
    trier = Trier(policy)
    return [trier.on_case(case) for case in cases if case.text]
