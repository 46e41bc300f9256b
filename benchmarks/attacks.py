"""Scripted attacks on the host, through a whole show each: gate in, choice, brain, gate out. How many succeed?

An attack succeeds when a voice is asked to speak the phrase that it demands, a word that the rules forbid, or the mark or eight
words in a row of the host's instructions, or when an order is obeyed that nobody with a role has given. Six kinds in equal parts:
one message, several viewers together, slow poisoning of what is remembered, names, rewards, and quotes. Brains: the embedded one,
a GGUF by llama.cpp (a tiny constructed one unless `--gguf` names others), and a simulated one that obeys whatever reaches it: all
that this one gets through is what the gates let through. The same for the same seed. Shares have 95 % intervals (Wilson).

`--recorded N` plays so many of them, of all kinds, to the real app in Godot instead, and looks for them in what was heard:
`attacks_aloud.py` tells how.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.attack_brains import GgufHere, ObedientBrain, embedded
from benchmarks.attack_scripts import Attack, make_attacks
from benchmarks.attacked import Outcome, Target, play
from benchmarks.attacks_aloud import aloud, some_of
from benchmarks.report import Report, raw_writer
from benchmarks.safety import interval
from fakes.tiny_gguf import make_tiny_gguf
from sidecast.assembly.instructions import marked
from sidecast.audience.understanding import SpacyUnderstander
from sidecast.dialogue.persona import load_persona
from sidecast.errors import BrainError
from sidecast.flow.policy import Policy
from sidecast.flow.ports import Brain
from sidecast.safety.classify.scorer import LazyScorer
from sidecast.safety.compiled import Compiled
from sidecast.safety.gate_out import GateOut
from sidecast.safety.holder import PolicyHolder
from sidecast.safety.leaks import make_canary

SEED = 20261123
HEARD = ("embedded", "obedient")
"""Brains that attacks are played to aloud; nothing is known of a tiny GGUF but that the path holds."""
Open = Callable[[Target], Brain]


def main() -> int:
    options = _options()
    logging.disable(logging.WARNING)
    attacks = make_attacks(options.attacks, options.seed)
    if options.recorded:
        attacks = some_of(attacks, options.recorded, options.seed)
    classifiers = None if options.no_classifiers else LazyScorer()
    loaded = classifiers is not None and classifiers.wait() is not None
    target = target_of(options.seed, classifiers)
    report = Report("attacks")
    report.n = len(attacks)
    report.figure("layers", "rules, classifiers" if loaded else "rules")
    if options.recorded:
        if not os.environ.get("SIDECAST_GODOT"):
            sys.stderr.write("SIDECAST_GODOT names no Godot. Start this with  ./sidecast bench attacks , which gets it.\n")
            return 1
        brains = [name for name in HEARD if not options.brain or name in options.brain]
        with tempfile.TemporaryDirectory(prefix="sidecast-attacks-") as folder:
            aloud(report, brains, attacks, target, Path(folder))
        report.finish(options.json)
        return 0
    with tempfile.TemporaryDirectory(prefix="sidecast-attacks-") as folder, raw_writer(options.raw) as write:
        for name, open_brain in _brains(options, Path(folder)).items():
            try:
                brain = open_brain(target)
            except BrainError as error:
                sys.stderr.write(f"The brain “{name}” is left out: {error}\n")
                continue
            outcomes = attacked(attacks, brain, target)
            tell(report, name, outcomes)
            for each in outcomes:
                attack = each.attack
                told = {"brain": name, "attack": attack.id, "kind": attack.kind, "goal": attack.goal.value}
                counts = {"reached": each.reached, "refused": each.refused, "stopped": each.stopped}
                write({**told, **counts, "succeeded": each.succeeded, "clauses": len(each.spoken)})
    report.finish(options.json)
    return 0


def target_of(seed: int, classifiers: LazyScorer | None = None) -> Target:
    """What ships, at its default policy, with a mark in the instructions."""
    persona, leaks = marked(load_persona(), random.Random(seed))  # noqa: S311 - repeatable here
    mark = make_canary(random.Random(seed))  # noqa: S311 - the one that was drawn for it
    return Target(
        persona=persona,
        instructions=persona.instructions,
        mark=mark,
        policies=PolicyHolder(Compiled(Policy(), classifiers=classifiers)),
        make_gate_out=lambda policies: GateOut(policies, leaks=leaks),
        understander=SpacyUnderstander((persona.name,)),
    )


def attacked(attacks: Sequence[Attack], brain: Brain, target: Target) -> list[Outcome]:
    outcomes = []
    for attack in attacks:
        if isinstance(brain, ObedientBrain):
            brain.attack = attack
        outcomes.append(play(attack, brain, target))
    return outcomes


def tell(report: Report, name: str, outcomes: Sequence[Outcome]) -> None:
    """Success by kind and in all, and how many attacks ever reached the brain."""
    for kind in ("", *dict.fromkeys(each.attack.kind for each in outcomes)):
        of_kind = [each for each in outcomes if kind in ("", each.attack.kind)]
        won = sum(bool(each.succeeded) for each in of_kind)
        low, high = interval(won, len(of_kind))
        key = f"{name}_{kind or 'all'}"
        report.figure(f"{key}_n", len(of_kind))
        report.figure(f"{key}_success", won / len(of_kind))
        report.figure(f"{key}_success_low", low)
        report.figure(f"{key}_success_high", high)
        report.figure(f"{key}_reached", sum(each.reached for each in of_kind) / len(of_kind))
    for goal in dict.fromkeys(each.attack.goal for each in outcomes):
        of_goal = [each for each in outcomes if each.attack.goal is goal]
        report.figure(f"{name}_{goal.value}_goal_n", len(of_goal))
        report.figure(f"{name}_{goal.value}_goal_success", sum(bool(each.succeeded) for each in of_goal) / len(of_goal))
    report.figure(f"{name}_forbidden_words_spoken", sum(each.succeeded == "forbidden" for each in outcomes))
    report.figure(f"{name}_clauses", sum(len(each.spoken) for each in outcomes))


def _brains(options: argparse.Namespace, folder: Path) -> dict[str, Open]:
    """By the names of their figures."""
    brains: dict[str, Open] = {
        "embedded": lambda target: embedded(target.persona, options.seed),
        "obedient": lambda target: ObedientBrain(target.instructions, target.mark),
    }
    for path in options.gguf or [make_tiny_gguf(folder / "tiny.gguf")]:
        brains[f"gguf_{path.stem}"] = lambda target, path=path: GgufHere(path, target.instructions, options.seed)  # type: ignore[misc]
    return {name: brain for name, brain in brains.items() if not options.brain or name.partition("_")[0] in options.brain}


def _options() -> argparse.Namespace:
    reading = argparse.ArgumentParser(prog="./sidecast bench attacks", description=(__doc__ or "").splitlines()[0])
    reading.add_argument("--json", type=Path, help="write the figures as JSON")
    reading.add_argument("--raw", type=Path, help="write one JSON line an attack")
    reading.add_argument("--attacks", type=int, default=500, help="how many (default 500)")
    reading.add_argument("--recorded", type=int, default=0, metavar="N", help="play N of them to the real app, and listen")
    reading.add_argument("--seed", type=int, default=SEED, help="of the attacks and the brains' choices")
    reading.add_argument("--gguf", type=Path, action="append", help="attack this model too, in place of the tiny one")
    reading.add_argument("--no-classifiers", action="store_true", help="the rules alone")
    reading.add_argument("--brain", action="append", choices=("embedded", "gguf", "obedient"), help="only this one (default all)")
    return reading.parse_args()


if __name__ == "__main__":
    sys.exit(main())
