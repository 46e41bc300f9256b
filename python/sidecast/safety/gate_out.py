"""The gate out: nothing is heard before it is judged here. The only place that makes a `ClearedClause`."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Sequence

from ..flow.clause import Clause, ClearedClause, Word
from ..flow.verdict import Category, Decision, Verdict
from ..settings import Safety
from .folding import fold
from .rules import Rule, RuleSet, own_words_rule, shipped_rules
from .shape import misshapen
from .spelling import acrostics, decoded, seam

MAX_CLAUSE = 600
"""Characters of a clause, spoken or written; a longer one is not a clause."""
TAIL = 160
"""Spoken characters of the clauses before that are judged together with the next one."""
TURNS_KEPT = 8
SOFT_WORD = "bleep"
"""What is said in a word's place."""


@dataclasses.dataclass(slots=True)
class _Said:
    """What was cleared of one turn so far."""

    tail: str = ""
    openings: list[str] = dataclasses.field(default_factory=list)


class GateOut:
    """Judges clauses in the order in which they will be spoken, and remembers what it cleared of each turn."""

    def __init__(self, safety: Safety, rules: Sequence[Rule] | None = None) -> None:
        known = shipped_rules() if rules is None else rules
        everything = (*own_words_rule(safety.block), *known)
        self._set = RuleSet(everything, safety.level_out, outward=True, allow=safety.allow)
        # Initials spell mild words by chance every day; only the gravest rules look at them.
        self._grave = RuleSet([rule for rule in everything if rule.level == 0], 0, outward=True, allow=safety.allow)
        self._turns: OrderedDict[str, _Said] = OrderedDict()

    def clear(self, clause: Clause) -> tuple[ClearedClause | None, Verdict]:
        """The clause made speakable, or None; and the verdict on the clause as it was given.

        SOFTEN: what was cleared is the clause with the offending words bleeped, as in `verdict.replacement`.
        `verdict.judged` is the given clause's spoken form, byte for byte.
        """
        said = self._turns.get(clause.turn_id, _Said())
        verdict = self._judge(clause, said)
        if verdict.decision is Decision.SOFTEN:
            softened = self._soften(clause)
            again = self._judge(softened, said)
            if again.decision is not Decision.ALLOW:
                return None, dataclasses.replace(verdict, decision=Decision.BLOCK)
            self._remember(softened, said)
            return ClearedClause(softened, again), dataclasses.replace(verdict, replacement=softened.spoken)
        if verdict.decision is not Decision.ALLOW:
            return None, verdict
        self._remember(clause, said)
        return ClearedClause(clause, verdict), verdict

    def _judge(self, clause: Clause, said: _Said) -> Verdict:
        spoken, written = clause.spoken, clause.text
        for text in (spoken, written):
            problem = misshapen(text, MAX_CLAUSE)
            if problem is not None:
                return Verdict(Decision.BLOCK, spoken, problem.category, problem.rule)
        strictest = Verdict(Decision.ALLOW, spoken)
        whole = f"{said.tail} {spoken}" if said.tail else ""
        for text in dict.fromkeys((spoken, written, whole)):
            if text:
                strictest = max(strictest, self._by(self._set, text, spoken), key=_strictness)
        if strictest.decision is Decision.BLOCK:
            return strictest
        if strictest.decision is not Decision.ALLOW:
            return strictest
        # What is spread over letters or over two clauses cannot be bleeped: it is refused.
        hidden = [(self._set, text) for text in (*seam(said.tail, spoken), *decoded(f"{said.tail} {spoken}"))]
        hidden += [(self._grave, text) for text in acrostics([*said.openings, spoken])]
        for rules, text in hidden:
            found = self._by(rules, text, spoken)
            if found.decision is not Decision.ALLOW:
                return dataclasses.replace(found, decision=Decision.BLOCK)
        return strictest

    @staticmethod
    def _by(rules: RuleSet, text: str, judged: str) -> Verdict:
        hit = rules.first_hit(fold(text))
        if hit is None:
            return Verdict(Decision.ALLOW, judged)
        rule, decision = rules.rules[hit], rules.decisions[hit]
        if decision is Decision.HOLD:  # nobody can be asked while the host is speaking
            decision = Decision.BLOCK
        return Verdict(decision, judged, rule.category, rule.name, rule.confidence)

    def _soften(self, clause: Clause) -> Clause:
        """Each word that alone breaks a rule is bleeped, as spoken and as shown."""
        words = tuple(word if self._word_passes(word) else Word(SOFT_WORD, SOFT_WORD) for word in clause.words)
        return dataclasses.replace(clause, words=words)

    def _word_passes(self, word: Word) -> bool:
        return all(self._set.first_hit(fold(form)) is None for form in {word.spoken, word.written} if form)

    def _remember(self, clause: Clause, said: _Said) -> None:
        tail = f"{said.tail} {clause.spoken}".strip()
        # Cut between words: half a word may look like another one.
        said.tail = tail if len(tail) <= TAIL else tail[-TAIL:].partition(" ")[2]
        said.openings = [*said.openings, clause.spoken][-24:]
        self._turns[clause.turn_id] = said
        self._turns.move_to_end(clause.turn_id)
        if len(self._turns) > TURNS_KEPT:
            self._turns.popitem(last=False)


def _strictness(verdict: Verdict) -> tuple[int, bool]:
    return verdict.decision, verdict.category is not Category.NONE
