"""Shows of which everything is drawn by hypothesis: chat, replies, voices, orders, removals, and the policy in mid-turn.

Words that must not be said are taken from the rule files and stand in replies, names, rewards and typed lines: as they are,
disguised, or split over two clauses.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from fakes.brain import ScriptedBrain
from fakes.source import ScriptedSource
from fakes.watcher import Recorder
from fakes.witness import Witness, WitnessedGate, WitnessedStage, WitnessedVoice
from sidecast.clock import Clock
from sidecast.errors import OrderRefused
from sidecast.flow.chat import Author, ChannelEvent, ChatMessage, EventKind, Incoming, Removal, RemovalScope
from sidecast.flow.order import Answer, Approval, Approve, Mute, Never, Order, Say, SetApproval, Skip, Stop
from sidecast.flow.policy import MAX_LEVEL, Policy
from sidecast.flow.prompt import Prompt
from sidecast.flow.verdict import Category
from sidecast.safety.compiled import Compiled
from sidecast.safety.gate_in import GateIn
from sidecast.safety.holder import PolicyHolder
from sidecast.settings import Settings
from sidecast.show.show import Show
from unit.safety.samples import rules_with_words

from .evening import Evening

T = TypeVar("T")

SHOW_S = 20.0
OWN_WORD = "lighthouse"
"""Harmless, and in the block list of some of the policies."""
ADA: Any = {"by": "Ada", "by_id": "member:1", "at_ns": 0}


@dataclass(frozen=True, slots=True)
class Bad:
    """A word that the gate out lets nobody say from `level` on."""

    word: str
    category: Category
    level: int


@cache
def bad_words(each: int = 3) -> tuple[Bad, ...]:
    """The first `each` plain words of every rule that the gate out does not let pass."""
    found = []
    for table in rules_with_words():
        plain = [word for word in table["words"] if len(word) >= 5 and word.isascii() and word.isalpha() and word.islower()]
        if table["out"] != "allow" and not table.get("check"):
            found += [Bad(word, Category(table["category"]), table["level"]) for word in plain[:each]]
    return tuple(found)


@cache
def policies() -> tuple[Compiled, ...]:
    """Reading the rules takes longer than a show."""
    made = [Compiled(Policy())]
    for level in range(MAX_LEVEL + 1):
        for block in ((), (OWN_WORD,)):
            made.append(Compiled(Policy(level_in=MAX_LEVEL - level, level_out=level, block=block), before=made[0]))
    return tuple(made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One show, before it is played."""

    script: Sequence[tuple[float, Incoming]]
    replies: Sequence[str | None]
    """In turn; None: the brain fails."""
    first_s: float
    word_s: float
    delays_s: Sequence[float | None]
    breaks_off: frozenset[int]
    whole: bool
    orders: Sequence[tuple[float, Order]]
    policies: Sequence[tuple[float, int]]
    """When which of `policies()` comes into force."""
    approval: Approval
    then_say: bool
    pause_s: float


# ---- what is drawn ----------------------------------------------------------------------------------------------


def texts() -> st.SearchStrategy[str]:
    """What somebody may want the host to say."""
    bad = st.sampled_from(bad_words()).map(lambda bad: bad.word)
    fine = st.sampled_from(
        (
            "hello there",
            "that is a lovely plan",
            f"we could look at the {OWN_WORD}",
            "[happy] well done",
            "(wave) see you in 42 minutes",
            "the fox is 3.5 metres away",
            "it is fine",
        )
    )
    halves = st.tuples(bad, st.sampled_from((". ", ", and ", " ", "-", "\n"))).map(
        lambda both: both[0][: len(both[0]) // 2] + both[1] + both[0][len(both[0]) // 2 :]
    )
    disguised = st.tuples(bad, st.sampled_from((" ", ".", "*", "\u200b"))).map(lambda both: both[1].join(both[0]))
    piece = st.one_of(fine, fine, fine, bad, halves, disguised, st.text(max_size=12))
    ends = st.sampled_from((". ", ", ", "! ", " ", " … ", "? "))
    return st.lists(st.tuples(piece, ends), min_size=1, max_size=8).map(lambda parts: "".join(itertools.chain(*parts)))


def authors() -> st.SearchStrategy[Author]:
    bad = st.sampled_from(bad_words()).map(lambda bad: bad.word)
    names = st.one_of(st.sampled_from(("mika", "bo", "ayla")), st.sampled_from(("rowan", "kit_fan", "oren")), bad)
    return names.map(lambda name: Author(id=f"id-{name}", name=name))


def items() -> st.SearchStrategy[Incoming]:
    number = st.integers(0, 7)
    # most of what is asked is let in, or nothing would be said
    asked = st.one_of(st.just("what do you think of it"), st.just("how are you tonight"), texts())
    message = st.builds(
        lambda n, author, text, reply_to: ChatMessage(
            id=f"m{n}", author=author, text=f"Kit, {text}?", arrived_ns=0, reply_to=reply_to
        ),
        number,
        authors(),
        asked,
        st.sampled_from(("", "", "m0", "m1")),
    )
    event = st.builds(
        lambda n, author, kind, title: ChannelEvent(
            id=f"e{n}", kind=kind, author=author, amount=n, title=title, text=title, arrived_ns=0
        ),
        number,
        authors(),
        st.sampled_from((EventKind.RAID, EventKind.REDEMPTION, EventKind.CHEER)),
        texts(),
    )
    removal = st.builds(
        lambda n, scope, author: Removal(
            scope=scope, message_id="" if scope is RemovalScope.CHAT else f"m{n}", author_id=author.id, arrived_ns=0
        ),
        number,
        st.sampled_from(RemovalScope),
        authors(),
    )
    return st.one_of(message, message, message, event, removal)


def silences() -> st.SearchStrategy[Order]:
    """More often taken back than given: a host that is stopped proves nothing."""
    on = st.sampled_from((True, False, False))
    return st.one_of(on.map(lambda on: Stop(**ADA, on=on)), on.map(lambda on: Mute(**ADA, on=on)))


def orders() -> st.SearchStrategy[Order]:
    item_ids = st.integers(0, 7).map(lambda n: f"m{n}")
    return st.one_of(
        st.just(Skip(**ADA)),
        silences(),
        st.builds(lambda item_id, cut: Answer(**ADA, item_id=item_id, cut=cut), item_ids, st.booleans()),
        st.builds(lambda item_id, on: Never(**ADA, item_id=item_id, on=on), item_ids, st.booleans()),
        texts().map(lambda text: Say(**ADA, text=text)),
        st.builds(lambda n, yes: Approve(**ADA, turn_id=f"t{n}", yes=yes), st.integers(1, 6), st.booleans()),
        st.sampled_from(Approval).map(lambda mode: SetApproval(**ADA, mode=mode)),
    )


def timed(what: st.SearchStrategy[T], least: int, most: int) -> st.SearchStrategy[list[tuple[float, T]]]:
    """In the order of time."""
    moments = st.integers(0, round(SHOW_S * 90)).map(lambda hundredths: hundredths / 100)
    each = st.tuples(moments, what)
    return st.lists(each, min_size=least, max_size=most).map(lambda found: sorted(found, key=lambda pair: pair[0]))


def plans() -> st.SearchStrategy[Plan]:
    delays = st.sampled_from((0.0, 0.02, 0.02, 0.05, 0.3, 0.02, None))
    return st.builds(
        Plan,
        script=timed(items(), 5, 12),
        replies=st.lists(st.one_of(texts(), texts(), texts(), st.none()), min_size=1, max_size=4),
        first_s=st.sampled_from((0.0, 0.01, 0.6)),
        word_s=st.sampled_from((0.0, 0.001, 0.05, 0.2)),
        delays_s=st.lists(delays, min_size=1, max_size=4),
        breaks_off=st.frozensets(st.integers(0, 6), max_size=3),
        whole=st.booleans(),
        orders=timed(orders(), 0, 7),
        policies=timed(st.integers(0, 2 * (MAX_LEVEL + 1)), 0, 4),
        approval=st.sampled_from((Approval.OFF, Approval.OFF, Approval.OFF, Approval.DOUBTFUL, Approval.ALL)),
        then_say=st.booleans(),
        pause_s=st.sampled_from((0.0, 0.0, 1.0)),
    )


# ---- the show that is played ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Played:
    """A show that is over."""

    witness: Witness
    seen: Recorder


def play(plan: Plan, name: str) -> Played:
    """The real show in virtual time, with a witness at its ports."""
    witness, holder = Witness(name), PolicyHolder(policies()[0])
    settings = Settings.model_validate({"audience": {"pause_s": plan.pause_s}, "dialogue": {"history": 4}})
    replies = itertools.cycle(plan.replies)

    def direct(show: Show, clock: Clock) -> None:
        loop = asyncio.get_running_loop()
        for at_s, number in plan.policies:
            loop.call_later(at_s, _adopt, holder, number, show)
        for at_s, order in plan.orders:
            loop.call_later(at_s, _give, show, replace(order, at_ns=round(at_s * 1e9)))

    evening = Evening(
        plan.script,
        settings=settings,
        make_brain=lambda clock, reply: ScriptedBrain(clock, reply, plan.first_s, plan.word_s),
        reply=_next_of(replies),
        make_source=lambda clock: ScriptedSource(clock, plan.script, SHOW_S),
        make_voice=lambda clock: WitnessedVoice(clock, witness, plan.delays_s, plan.breaks_off, whole=plan.whole),
        make_stage=lambda clock: WitnessedStage(clock, witness),
        gates=(GateIn(holder), WitnessedGate(holder, witness)),
        meanwhile=direct,
        seconds=SHOW_S,
        more=lambda clock: {"approval": plan.approval, "approval_s": 2.0, "approval_then_say": plan.then_say},
    )
    return Played(witness, evening.play())


def _next_of(replies: itertools.cycle[str | None]) -> Callable[[Prompt], str | None]:
    return lambda _: next(replies)


def _adopt(holder: PolicyHolder, number: int, show: Show) -> None:
    holder.now = policies()[number]
    show.recheck()


def _give(show: Show, order: Order) -> None:
    with contextlib.suppress(OrderRefused):
        show.order(order)
