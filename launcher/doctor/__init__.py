"""`./sidecast doctor`: what a show needs, whether it is there, and what to do. It changes nothing and needs no set-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import base, brain, classifiers, net, obs, page, picture, sounding, twitch
from .case import Case
from .finding import Finding, State

__all__ = ["Case", "Finding", "State", "examine", "troubles"]

OF_THE_PICTURE = {"godot", "bridge", "display", "stop key", "sound"}
CHECKS: tuple[tuple[str, Callable[[Case], Finding]], ...] = (
    ("python", base.python),
    ("settings", base.settings),
    ("godot", picture.godot),
    ("bridge", picture.bridge),
    ("display", picture.display),
    ("stop key", picture.stop_key),
    ("sound", sounding.sound),
    ("voice", sounding.voice),
    ("brain", brain.brain),
    ("safety", classifiers.classifiers),
    ("twitch", twitch.twitch),
    ("obs", obs.obs),
    ("page", page.page),
    ("ports", net.ports),
    ("disk", base.disk),
    ("clock", base.clock),
)


def examine(case: Case) -> Iterator[tuple[str, Finding]]:
    """Each check's name and what it found, as soon as it is known; the network last, for the others say how much it matters."""
    fetches = False
    for name, check in CHECKS:
        if name in OF_THE_PICTURE and not case.picture:
            continue
        finding = check(case)
        fetches = fetches or finding.fetches
        yield name, finding
    yield "network", net.network(case, needed=fetches)


def troubles(case: Case) -> list[tuple[str, Finding]]:
    """Only what is wrong."""
    return [(name, finding) for name, finding in examine(case) if finding.state is State.MISSING]
