"""Licensed labelled sets → one table of rows. Nothing is written and nothing is kept of it but weights."""

from __future__ import annotations

import csv
import html
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HATE, INJECTION = "hate", "injection"
MAX_CHARS = 500
"""What Twitch lets a viewer write; longer texts are cut there."""
_MENTION = re.compile(r"@\w{2,}|\[USER\]")
_LINK = re.compile(r"https?://\S+|\[URL\]")
_SPACE = re.compile(r"\s+")
_RETWEET = re.compile(r"^[\s\"“!]*(?:RT @\w+:\s*)?")


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text."""

    text: str
    head: str
    """`hate` or `injection`."""
    label: float
    """0..1; between them where the annotators disagreed."""
    weight: float
    """How much an error on it counts in training."""
    source: str
    key: str
    """Names the row within its source."""
    group: str = ""
    """Who it is about, where the source says so."""
    category: str = ""
    """The source's own word for what kind of text it is."""
    twin: str = ""
    """Rows of one source with the same twin belong together: a text and its contrast."""


def data_dir() -> Path:
    """`$SIDECAST_DATA`, or `shared/data` beside the repository.

    Raises:
        FileNotFoundError: there is no such folder; nothing can be trained without the sets.
    """
    found = Path(os.environ.get("SIDECAST_DATA") or Path(__file__).parents[3] / "shared" / "data")
    if not found.is_dir():
        raise FileNotFoundError(f"No data at {found}: set SIDECAST_DATA to the folder with the labelled sets.")
    return found


def load(folder: Path | None = None) -> list[Row]:
    """Every row of every set, in a fixed order; texts that are empty after tidying are left out."""
    root = folder or data_dir()
    return [row for read in SETS.values() for row in read(root) if row.text]


def tidy(text: str) -> str:
    """Mentions, links and spaces made alike, because each source writes them its own way; at most `MAX_CHARS`."""
    text = _LINK.sub("", _MENTION.sub("@user", html.unescape(text)))
    return _SPACE.sub(" ", text).strip().strip('"').strip()[:MAX_CHARS]


def _davidson(root: Path) -> Iterator[Row]:
    for row in _table(root / "davidson-hate-offensive" / "labeled_data.csv"):
        kind = ("hate", "offensive", "neither")[int(row["class"])]
        votes = int(row["hate_speech"]) / int(row["count"])
        # offensive is not hateful, but whether it is was often put to a vote
        label, weight = {"hate": (1.0, 1.0), "neither": (0.0, 1.0)}.get(kind, (0.15 + 0.6 * votes, 0.4))
        text = tidy(_RETWEET.sub("", row["tweet"]))
        yield Row(text, HATE, label, weight, "davidson", row[""], category=kind)


def _edos(root: Path) -> Iterator[Row]:
    for row in _table(root / "edos" / "edos_labelled_aggregated.csv"):
        sexist = row["label_sexist"] == "sexist"
        mild = row["label_category"][:1] in "34"
        # what is not sexist may still be hateful in another way: this set comes from Gab and Reddit
        weight = (0.7 if mild else 1.0) if sexist else 0.4
        label = (0.8 if mild else 1.0) if sexist else 0.0
        yield Row(tidy(row["text"]), HATE, label, weight, "edos", row["rewire_id"], "women", row["label_vector"])


def _hatemoji(root: Path) -> Iterator[Row]:
    for part in ("train", "validation", "test"):
        for row in _table(root / "hatemoji-build" / f"{part}.csv"):
            label = float(row["label_gold"])
            twins = sorted((row["entry_id"], row["matched_id"] or row["entry_id"]))
            group = re.sub(r"[\[\]'\" ]", "", row["target"]) if label else ""
            yield Row(tidy(row["text"]), HATE, label, 1.5, "hatemoji", row["entry_id"], group, row["type"], twins[0])


def _toxigen(root: Path) -> Iterator[Row]:
    with (root / "toxigen" / "statements.tsv").open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)):
            label = float(row["label"] == "hate")
            yield Row(tidy(row["text"]), HATE, label, 1.0, "toxigen", str(number), row["group"], row["source"])


def _surge(root: Path) -> Iterator[Row]:
    for number, row in enumerate(_table(root / "surge-toxicity" / "toxicity_en.csv")):
        toxic = row["is_toxic"] == "Toxic"
        # toxic is wider than hateful: an insult to a politician is here too
        label, weight = (0.5, 0.3) if toxic else (0.0, 1.0)
        yield Row(tidy(row["text"]), HATE, label, weight, "surge", str(number), category="toxic" if toxic else "clean")


def _vader(root: Path) -> Iterator[Row]:
    for name in ("tweets", "amazonReviewSnippets"):
        path = root / "vader-groundtruth" / f"{name}_GroundTruth.txt"
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, rest = line.partition("\t")
            text = tidy(rest.partition("\t")[2])
            # ordinary talk, pleased or angry; nobody labelled it, so it counts less
            yield Row(text, HATE, 0.0, 0.5, "vader", f"{name}-{key}", category=name)
            if name == "tweets":
                yield Row(text, INJECTION, 0.0, 0.5, "vader", f"{name}-{key}", category=name)


def _giskard(root: Path) -> Iterator[Row]:
    for row in _table(root / "giskard-prompt-injections" / "prompt_injections.csv"):
        yield Row(tidy(row["prompt"]), INJECTION, 1.0, 1.0, "giskard", row["index"], category=row["group"])


def _wildguard(root: Path) -> Iterator[Row]:
    rows = json.loads((root / "wildguard-benign" / "wildguard.json").read_text(encoding="utf-8"))
    for number, row in enumerate(rows):
        yield Row(tidy(row["prompt"]), INJECTION, float(row["label"]), 1.0, "wildguard", str(number), category="prompt")


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


SETS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "davidson": _davidson,
    "edos": _edos,
    "hatemoji": _hatemoji,
    "toxigen": _toxigen,
    "surge": _surge,
    "vader": _vader,
    "giskard": _giskard,
    "wildguard": _wildguard,
}
"""Name → reader of the set in the folder of data. None of the real chat logs: those are measured, never learnt from."""
