"""The gate out: nothing is heard before it is judged here. The only place that makes a `ClearedClause`."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Sequence

from ..flow.clause import Clause, ClearedClause, Word
from ..flow.verdict import Category, Decision, Verdict
from ..settings import Safety
from .compiled import Compiled
from .hearing.ear import Ear
from .holder import PolicyHolder, fixed
from .leaks import Leaks
from .reading.borders import acrostics, at_border, decoded, seam
from .reading.known import known
from .reading.shape import misshapen
from .rules import Rule
from .screen import Hit, Screen

MAX_CLAUSE = 600
"""Characters of a clause, spoken or written; a longer one is not a clause."""
TAIL = 160
"""Spoken characters of the clauses before that are judged together with the next one."""
CLASSIFIED = 80
"""Of those, what the classifiers read too: their time grows with the text."""
TURNS_KEPT = 8
SOFT_WORD = "bleep"
"""What is said in a word's place."""


@dataclasses.dataclass(slots=True)
class Said:
    """What was cleared of one turn so far."""

    tail: str = ""
    openings: list[str] = dataclasses.field(default_factory=list)

    def add(self, clause: Clause) -> None:
        self.tail = _ending(f"{self.tail} {clause.spoken}".strip(), TAIL)
        self.openings = [*self.openings, clause.spoken][-24:]


NOTHING_SAID = Said()


class GateOut:
    """Judges clauses in the order in which they will be spoken, and remembers what it cleared of each turn."""

    def __init__(
        self,
        safety: Safety | PolicyHolder,
        rules: Sequence[Rule] | None = None,
        leaks: Leaks | None = None,
        ear: Ear | None = None,
    ) -> None:
        """`leaks`: knows the host's instructions, which it must not give away. `ear`: knows how the voice says words."""
        self._holder = fixed(safety, rules) if isinstance(safety, Safety) else safety
        self._leaks = leaks
        self._ear = ear
        self._turns: OrderedDict[str, Said] = OrderedDict()
        self._latest = ""
        """The clause that was cleared last, of whatever turn."""

    async def listen(self, clause: Clause) -> None:
        """Before `clear`: what must be known of how its words sound; without a voice's answer their letters decide."""
        if self._ear is not None:
            said = self._turns.get(clause.turn_id, NOTHING_SAID)
            await self._ear.listen(said.tail, clause.spoken, first=not said.tail)

    def clear(self, clause: Clause) -> tuple[ClearedClause | None, Verdict]:
        """The clause made speakable, or None; and the verdict on the clause as it was given.

        SOFTEN: what was cleared is the clause with the offending words bleeped, as in `verdict.replacement`.
        `verdict.judged` is the given clause's spoken form, byte for byte.
        """
        policy = self._holder.now
        said = self._turns.get(clause.turn_id, Said())
        verdict = self._judged(policy, clause, said)
        if verdict.decision is Decision.SOFTEN:
            softened = _soften(policy.outward, clause)
            again = self._judged(policy, softened, said)
            if again.decision is not Decision.ALLOW:
                return None, dataclasses.replace(verdict, decision=Decision.BLOCK)
            self._remember(softened, said)
            return ClearedClause(softened, again), dataclasses.replace(verdict, replacement=softened.spoken)
        if verdict.decision is not Decision.ALLOW:
            return None, verdict
        self._remember(clause, said)
        return ClearedClause(clause, verdict), verdict

    def foresee(self, clauses: Sequence[Clause]) -> Verdict | None:
        """The verdict on the clause that would keep a line of these from being said; else SOFTEN, for the first with words that
        would be bleeped; else None. Nothing is cleared or remembered by this."""
        policy, said = self._holder.now, Said()
        softest = None
        for clause in clauses:
            verdict, passed = self._judged(policy, clause, said), clause
            if verdict.decision is Decision.SOFTEN:
                passed = _soften(policy.outward, clause)
                if self._judged(policy, passed, said).decision is not Decision.ALLOW:
                    return dataclasses.replace(verdict, decision=Decision.BLOCK)
                softest = softest or verdict
            elif verdict.decision is not Decision.ALLOW:
                return verdict
            said.add(passed)
        return softest

    def _judged(self, policy: Compiled, clause: Clause, said: Said) -> Verdict:
        verdict = judge_clause(policy, clause, said)
        if verdict.decision > Decision.SOFTEN:
            return verdict
        if verdict.decision is Decision.ALLOW and (hit := self._sounding(policy, clause.spoken, said)) is not None:
            return _refused(hit, clause.spoken)
        if not said.tail and (hit := self._other_half(policy, clause.spoken)) is not None:
            return _refused(hit, clause.spoken)
        leak = ""
        if self._leaks is not None:
            leak = self._leaks.found_in(f"{said.tail} {clause.spoken}") or self._leaks.found_in(clause.text)
        return Verdict(Decision.BLOCK, clause.spoken, Category.SECRETS, leak) if leak else verdict

    def _sounding(self, policy: Compiled, spoken: str, said: Said) -> Hit | None:
        """What it breaks by how it sounds. It cannot be bleeped: which of its letters are to blame nobody can tell."""
        if self._ear is None:
            return None
        for reading in self._ear.meant(said.tail, spoken, policy.outward.spares):
            # whole words sound like a milder one by chance
            hit = (policy.grave if reading.whole else policy.outward).sounding(reading.text)
            if hit is not None:
                return hit
        return None

    def _other_half(self, policy: Compiled, spoken: str) -> Hit | None:
        """Turns do not join, but half a word may be waiting for its other half."""
        halves = at_border(self._latest, spoken)
        if halves is None:
            return None
        # two words that are whole make a milder one by chance
        whole = all(known(half.lower()) for half in halves)
        return (policy.grave if whole else policy.outward).spelled(halves)

    def _remember(self, clause: Clause, said: Said) -> None:
        said.add(clause)
        self._latest = clause.spoken
        self._turns[clause.turn_id] = said
        self._turns.move_to_end(clause.turn_id)
        if len(self._turns) > TURNS_KEPT:
            self._turns.popitem(last=False)


def judge_clause(policy: Compiled, clause: Clause, said: Said = NOTHING_SAID) -> Verdict:
    """The verdict on a clause after what was `said` before it in the same turn."""
    spoken, written = clause.spoken, clause.text
    for text in (spoken, written):
        problem = misshapen(text, MAX_CLAUSE)
        if problem is not None:
            return Verdict(Decision.BLOCK, spoken, problem.category, problem.rule)
    strictest = Verdict(Decision.ALLOW, spoken)
    whole = f"{said.tail} {spoken}" if said.tail else ""
    for text in dict.fromkeys((spoken, written, whole)):
        if text:
            strictest = max(strictest, _by(policy.outward, text, spoken), key=_strictness)
    if strictest.decision is not Decision.ALLOW:
        return strictest
    doubt = policy.outward.doubt(f"{_ending(said.tail, CLASSIFIED)} {spoken}".strip(), closely=True)
    if doubt is not None:
        return _refused(doubt, spoken)
    # What is spread over letters or over two clauses cannot be bleeped: it is refused.
    hidden = [(policy.outward, text) for text in (*seam(said.tail, spoken), *decoded(f"{said.tail} {spoken}"))]
    # Initials spell mild words by chance every day; only the gravest rules look at them.
    hidden += [(policy.grave, text) for text in acrostics([*said.openings, spoken])]
    for screen, text in hidden:
        found = _by(screen, text, spoken)
        if found.decision is not Decision.ALLOW:
            return dataclasses.replace(found, decision=Decision.BLOCK)
    return strictest


def _ending(text: str, most: int) -> str:
    """Cut between words: half a word may look like another one."""
    return text if len(text) <= most else text[-most:].partition(" ")[2]


def _by(screen: Screen, text: str, judged: str) -> Verdict:
    hit = screen.find(text)
    return Verdict(Decision.ALLOW, judged) if hit is None else _refused(hit, judged)


def _refused(hit: Hit, judged: str) -> Verdict:
    # nobody can be asked while the host is speaking
    decision = Decision.BLOCK if hit.decision is Decision.HOLD else hit.decision
    return Verdict(decision, judged, *hit[1:])


def _soften(screen: Screen, clause: Clause) -> Clause:
    """Each word that alone breaks a rule is bleeped, as spoken and as shown."""
    words = tuple(word if _word_passes(screen, word) else Word(SOFT_WORD, SOFT_WORD) for word in clause.words)
    return dataclasses.replace(clause, words=words)


def _word_passes(screen: Screen, word: Word) -> bool:
    return all(screen.find(form) is None for form in {word.spoken, word.written} if form)


def _strictness(verdict: Verdict) -> tuple[int, bool]:
    return verdict.decision, verdict.category is not Category.NONE
