"""Policy + change → policy; two policies → the change between them; a change → sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..errors import PolicyError
from ..flow.policy import Policy, PolicyChange
from ..flow.verdict import Category
from .policy_check import checked

WORDS_NAMED = 5
"""Words that a sentence names; of more it gives the number."""


def applied(policy: Policy, change: PolicyChange) -> Policy:
    """What the policy is after the change.

    Raises:
        PolicyError: something in it cannot be used, or what it takes out is not there.
    """
    gone = set(change.patterns_remove)
    if missing := sorted(gone - {pattern.name for pattern in policy.patterns}):
        raise PolicyError(f"There is no pattern “{missing[0][:60]}”.", "It may be gone already: look again.", key="pattern")
    gone |= {pattern.name for pattern in change.patterns_put}
    kept = tuple(pattern for pattern in policy.patterns if pattern.name not in gone)
    return checked(
        replace(
            policy,
            level_in=policy.level_in if change.level_in is None else change.level_in,
            level_out=policy.level_out if change.level_out is None else change.level_out,
            levels_in=_levels(policy.levels_in, change.levels_in),
            levels_out=_levels(policy.levels_out, change.levels_out),
            block=_words(policy.block, change.block_add, change.block_remove),
            allow=_words(policy.allow, change.allow_add, change.allow_remove),
            patterns=kept + change.patterns_put,
            exempt=policy.exempt if change.exempt is None else change.exempt,
        )
    )


def change_between(old: Policy, new: Policy) -> PolicyChange:
    """What makes `new` of `old`."""
    patterns = {pattern.name: pattern for pattern in old.patterns}
    return PolicyChange(
        level_in=None if old.level_in == new.level_in else new.level_in,
        level_out=None if old.level_out == new.level_out else new.level_out,
        levels_in=_levels_between(old.levels_in, new.levels_in),
        levels_out=_levels_between(old.levels_out, new.levels_out),
        block_add=_only_in(new.block, old.block),
        block_remove=_only_in(old.block, new.block),
        allow_add=_only_in(new.allow, old.allow),
        allow_remove=_only_in(old.allow, new.allow),
        patterns_put=tuple(pattern for pattern in new.patterns if patterns.get(pattern.name) != pattern),
        patterns_remove=tuple(sorted(patterns.keys() - {pattern.name for pattern in new.patterns})),
        exempt=None if old.exempt == new.exempt else new.exempt,
    )


def told(old: Policy, change: PolicyChange) -> tuple[str, ...]:
    """What a change of `old` does, one sentence each; empty when it does nothing."""
    return tuple(_told(old, change))


def _told(old: Policy, change: PolicyChange) -> Iterator[str]:
    for who, before, after in (("Chat", old.level_in, change.level_in), ("Co-host", old.level_out, change.level_out)):
        if after is not None:
            yield f"{who}: level {after} in place of {before}."
    for who, before_all, levels in (("Chat", old.levels_in, change.levels_in), ("Co-host", old.levels_out, change.levels_out)):
        for category, level in levels.items():
            was = before_all.get(category)
            now = "the overall level" if level is None else f"level {level}"
            yield f"{who}, {category.replace('_', ' ')}: {now} in place of {'the overall one' if was is None else was}."
    yield from _told_words("Blocked", "No longer blocked", change.block_add, change.block_remove)
    yield from _told_words("Allowed", "No longer allowed", change.allow_add, change.allow_remove)
    known = {pattern.name for pattern in old.patterns}
    for pattern in change.patterns_put:
        yield f"Pattern “{pattern.name}” {'changed' if pattern.name in known else 'added'}."
    for name in change.patterns_remove:
        yield f"Pattern “{name}” taken away."
    if change.exempt is not None:
        roles = ", ".join(sorted(f"{role.value}s" for role in change.exempt))
        yield f"Judged at level 0: {roles or 'nobody'}."


def _told_words(added: str, removed: str, more: tuple[str, ...], fewer: tuple[str, ...]) -> Iterator[str]:
    for verb, words in ((added, more), (removed, fewer)):
        if words:
            named = ", ".join(f"“{word}”" for word in words[:WORDS_NAMED])
            yield f"{verb}: {named}." if len(words) <= WORDS_NAMED else f"{verb}: {len(words):,} words, such as {named}."


def _levels(levels: Mapping[Category, int], change: Mapping[Category, int | None]) -> dict[Category, int]:
    merged = {**levels, **change}
    return {category: level for category, level in merged.items() if level is not None}


def _levels_between(old: Mapping[Category, int], new: Mapping[Category, int]) -> dict[Category, int | None]:
    return {category: new.get(category) for category in sorted({*old, *new}) if old.get(category) != new.get(category)}


def _words(words: tuple[str, ...], more: Iterable[str], fewer: Iterable[str]) -> tuple[str, ...]:
    gone = {" ".join(word.split()).casefold() for word in fewer}
    return (*(word for word in words if word.casefold() not in gone), *more)


def _only_in(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    others = set(other)
    return tuple(word for word in one if word not in others)
