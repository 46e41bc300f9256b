"""In whose name a rule acts. The file is the streamer's own: what stands in `do` is what they have granted the rule."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..flow import action as acts
from ..flow.action import Engine, Granted
from ..flow.twitch import Feature
from .model import Do, Rule

NEEDS: Mapping[type, Feature] = MappingProxyType(
    {
        acts.Write: Feature.WRITE,
        acts.TimeOut: Feature.MODERATE,
        acts.Shield: Feature.MODERATE,
        acts.ShoutOut: Feature.SHOUT_OUT,
        acts.StartPoll: Feature.RUN_POLLS,
        acts.StartPrediction: Feature.RUN_POLLS,
        acts.Settle: Feature.FULFIL,
    }
)
"""All that a rule can do at Twitch."""


def granted(rule: Rule) -> Granted:
    """The cause of whatever `rule` does: no more than what its own steps need."""
    needed = {NEEDS[type(step.act)] for step in rule.do if isinstance(step, Do) and type(step.act) in NEEDS}
    return Granted(engine=Engine.RULE, name=rule.name, features=frozenset(needed))
