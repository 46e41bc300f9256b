"""The one place where the gates find the policy that is in force."""

from __future__ import annotations

from collections.abc import Sequence

from ..settings import Safety
from .compiled import Compiled
from .policy_check import policy_of
from .rules import Rule


class PolicyHolder:
    """`now` is replaced as a whole, on the loop's thread: whoever has read it judges to the end by what was in force then."""

    def __init__(self, compiled: Compiled) -> None:
        self.now = compiled


def fixed(safety: Safety, rules: Sequence[Rule] | None = None) -> PolicyHolder:
    """A policy that stays as the settings have it."""
    return PolicyHolder(Compiled(policy_of(safety), rules))
