"""`python -m training.safety COMMAND`: from the licensed sets to the weights in `models/safety`. See README.md."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from sidecast.safety.classify.linear import Linear
from sidecast.safety.classify.weights import ENCODER_FILES, FOLDER, HEADS, LINEAR

from . import card, chat, linear, measure
from .corpus import capped, split
from .data import HATE, INJECTION
from .figures import Share
from .folds import FOLDS

STEPS = {HATE: 2100, INJECTION: 1450}
CHECK_FOLD = 0
FACTS = {
    "name": "Sidecast safety classifiers",
    "licence": "GPL-3.0-or-later, like Sidecast; the encoder starts from all-MiniLM-L6-v2 (Apache-2.0)",
    "data": "davidson-hate-offensive, edos, hatemoji-build, toxigen, surge-toxicity, vader-groundtruth, "
    "giskard-prompt-injections, wildguard-benign, and lines of our own; see training/safety/README.md",
    "seed": "20261123",
    "check": "fold 0 of 5, on which no weights were trained; thresholds were checked on other chat logs than they were set on",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.safety", description=__doc__)
    parser.add_argument("command", choices=("linear", "crossed", "encoder", "export", "card"))
    parser.add_argument("--work", type=Path, default=Path(".training"), help="folder for what is between (default .training)")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the weights (default models/safety)")
    parser.add_argument("--steps", type=int, nargs=2, default=[*STEPS.values()], help="batches for hate and for injection")
    parser.add_argument(
        "--folds", type=int, nargs="+", default=[*range(FOLDS)], help="which folds `crossed` judges (default all)"
    )
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args(arguments)
    match chosen.command:
        case "linear":
            linear.save(linear.train(split(CHECK_FOLD).train), chosen.to / LINEAR)
        case "crossed":
            figures = {
                name: value if isinstance(value, float) else str(value)
                for name, value in measure.crossed(chat.halves()[0], chosen.folds).items()
            }
            chosen.work.mkdir(parents=True, exist_ok=True)
            (chosen.work / "crossed.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
        case "encoder":
            from .encoder import train

            train(chosen.work / "encoder", dict(zip(STEPS, chosen.steps, strict=True)), CHECK_FOLD, chosen.threads)
        case "export":
            from .export import export

            probes = [row.text for row in split(CHECK_FOLD).check[:400]]
            print(f"mean drift {export(chosen.work / 'encoder', chosen.to, probes):.4f}")
        case _:
            describe(chosen.to, chosen.work)
    return 0


def describe(folder: Path, work: Path) -> None:
    """Measures the weights in `folder` and writes their card. Takes some minutes: real chat is read twice."""
    from sidecast.safety.classify.encoder import Encoder

    small, whole = Linear.load(folder / LINEAR), Encoder.load(folder)
    setting, checking = map(chat.let_through, chat.halves())
    rows = capped(split(CHECK_FOLD).check, {"davidson/offensive": 500, "edos/none": 1_000, "vader": 1_000})
    texts = [row.text for row in rows]
    scores = {}
    for name, part in (("setting", setting), ("checking", checking), ("rows", texts)):
        scores[name] = whole.score(part), small.score(part)
        print(f"{name}: {len(part)} texts judged", flush=True)
    # which part each has is chosen on one half of the rows, all figures are of the other
    half = np.arange(len(rows)) % 2 == 0
    odd = [row for row, is_even in zip(rows, half, strict=True) if not is_even]
    even = [row for row, is_even in zip(rows, half, strict=True) if is_even]
    share = measure.best_share(even, scores["rows"][0][half], scores["rows"][1][half], scores["setting"])
    deep = {name: mixed(*pair, share=share) for name, pair in scores.items()}
    levels = {"quick": measure.levels_of(scores["setting"][1]), "deep": measure.levels_of(deep["setting"])}
    crossed = work / "crossed.json"
    figures: dict[str, dict[str, float | str | Share]] = {
        "quick, real chat": {**measure.on_chat(scores["checking"][1], levels["quick"])},
        "deep, real chat": {**measure.on_chat(deep["checking"], levels["deep"])},
        "quick, unseen rows": measure.on_rows(rows, scores["rows"][1], levels["quick"]),
        "deep, unseen rows": measure.on_rows(odd, deep["rows"][~half], levels["deep"]),
    }
    if crossed.exists():
        figures["quick, crossed"] = json.loads(crossed.read_text(encoding="utf-8"))
    card.write(folder, (LINEAR, *ENCODER_FILES), card.Contents(FACTS, share, levels, figures))


def mixed(whole: measure.Scores, small: measure.Scores, share: dict[str, float]) -> measure.Scores:
    """Each head with its own share."""
    return np.stack([measure.mix(whole, small, share[head])[:, at] for at, head in enumerate(HEADS)], 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
