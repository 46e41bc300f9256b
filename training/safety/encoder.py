"""Fine-tunes the encoder's two heads: each its own upper layers, on a trunk that stays as MiniLM has it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from .corpus import capped, split, worded
from .data import HATE, INJECTION, Row
from .folds import SEED
from .network import Encoder, from_minilm
from .vocabulary import minilm_dir, numbers_of, pieces, tokenizer_json

PIECES = 12_000
"""Word pieces kept; with two branches of four layers the whole is 22 MB in int8."""
TOKENS = 48
"""Word pieces of a text that are read in training."""
BATCH = 48
RATE = {HATE: 6e-5, INJECTION: 8e-5}
WARM_UP = 0.06
DECAY = 0.01
POOL = 40
"""Batches whose texts are sorted by length together, so that little of a batch is padding."""
CAPS = {
    HATE: {
        "davidson/offensive": 1_000,
        "davidson/neither": 1_200,
        "edos/none": 1_000,
        "edos": 1_800,
        "surge": 400,
        "vader": 800,
    },
    INJECTION: {"vader": 1_200, "davidson/neither": 400, "edos/none": 600},
}
"""Head → rows of the large sets in its training, lest they drown the small ones; swapped rows count with their source."""


@dataclass(frozen=True, slots=True)
class Sample:
    ids: tuple[int, ...]
    label: float
    weight: float


def train(folder: Path, steps: dict[str, int], check: int = 0, threads: int = 1) -> None:
    """Writes `encoder.pt` and `tokenizer.json` into `folder`, after each head and every 50 steps.

    A folder with a state of the same plan is gone on from. Takes minutes to hours; progress goes to standard output.
    """
    torch.set_num_threads(threads)
    rows = split(check).train
    texts = {head: list(worded(capped([row for row in rows if row.head == head], caps))) for head, caps in CAPS.items()}
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "tokenizer.json").exists():
        vocabulary = pieces((row.text for of_head in texts.values() for row in of_head), PIECES)
        (folder / "tokenizer.json").write_text(tokenizer_json(vocabulary), encoding="utf-8")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(TOKENS)
    weights = load_file(minilm_dir() / "model.safetensors")
    encoder = from_minilm(weights, numbers_of(folder / "tokenizer.json"), (HATE, INJECTION))
    for head in (HATE, INJECTION):
        samples = _samples(texts[head], tokenizer)
        print(f"{head}: {len(samples)} texts, {sum(len(s.ids) for s in samples) / len(samples):.1f} pieces each", flush=True)
        _fit(encoder, head, samples, steps[head], folder)


def load_encoder(folder: Path) -> tuple[Encoder, Tokenizer]:
    """What `train` wrote, ready to judge."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    encoder = Encoder(tokenizer.get_vocab_size(), (HATE, INJECTION))
    encoder.load_state_dict(torch.load(folder / "encoder.pt", weights_only=True)["encoder"])
    return encoder.eval(), tokenizer


def _samples(rows: Sequence[Row], tokenizer: Tokenizer) -> list[Sample]:
    encoded = tokenizer.encode_batch([row.text for row in rows])
    return [Sample(tuple(each.ids), row.label, row.weight) for row, each in zip(rows, encoded, strict=True)]


def _fit(encoder: Encoder, head: str, samples: list[Sample], steps: int, folder: Path) -> None:
    """AdamW with warm-up and linear decay over `steps` batches. The trunk stays, so that neither head disturbs the other."""
    torch.manual_seed(SEED)
    state_file = folder / "encoder.pt"
    moving = list(encoder.branches[head].parameters())
    optimizer = torch.optim.AdamW(moving, RATE[head], weight_decay=DECAY)
    first = 0
    if state_file.exists():
        state = torch.load(state_file, weights_only=True)
        if head in state["done"] or (state["head"] == head and state["steps"] == steps):
            encoder.load_state_dict(state["encoder"])
        if head in state["done"]:
            return
        if state["head"] == head and state["steps"] == steps:
            optimizer.load_state_dict(state["optimizer"])
            first = state["step"]
    done = [HATE] if head == INJECTION else []
    encoder.trunk.eval().requires_grad_(False)
    encoder.branches[head].train()
    started, losses = time.monotonic(), list[float]()
    for step, batch in enumerate(_batches(samples, steps)):
        if step < first:
            continue
        scale = min((step + 1) / max(1, WARM_UP * steps), (steps - step) / ((1 - WARM_UP) * steps))
        for group in optimizer.param_groups:
            group["lr"] = RATE[head] * min(1.0, scale)
        ids, mask = padded([sample.ids for sample in batch])
        label = torch.tensor([sample.label for sample in batch])
        weight = torch.tensor([sample.weight for sample in batch])
        loss = functional.binary_cross_entropy_with_logits(encoder.logit(head, ids, mask), label, weight, reduction="sum")
        loss = loss / weight.sum()
        optimizer.zero_grad()
        torch.autograd.backward([loss])
        torch.nn.utils.clip_grad_norm_(moving, 1.0)
        optimizer.step()
        losses.append(loss.item())
        if (step + 1) % 50 == 0 or step + 1 == steps:
            rate = (step + 1 - first) * BATCH / (time.monotonic() - started)
            print(f"{head} {step + 1}/{steps}: loss {np.mean(losses[-50:]):.4f}, {rate:.1f} texts/s", flush=True)
            finished = [*done, head] if step + 1 == steps else done
            state = {"encoder": encoder.state_dict(), "optimizer": optimizer.state_dict(), "head": head, "step": step + 1}
            torch.save(state | {"steps": steps, "done": finished}, state_file.with_suffix(".part"))
            state_file.with_suffix(".part").replace(state_file)


def _batches(samples: list[Sample], steps: int) -> Iterator[list[Sample]]:
    """`steps` batches of texts of like length, epoch after epoch in another order."""
    generator = np.random.default_rng(SEED)
    made = 0
    while made < steps:
        order = generator.permutation(len(samples))
        for start in range(0, len(order), POOL * BATCH):
            pool = sorted(order[start : start + POOL * BATCH].tolist(), key=lambda at: len(samples[at].ids))
            groups = [pool[at : at + BATCH] for at in range(0, len(pool), BATCH)]
            for chosen in generator.permutation(len(groups)).tolist():
                yield [samples[at] for at in groups[chosen]]
                made += 1
                if made == steps:
                    return


def padded(texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Word pieces → `ids`, `mask`, both texts × longest."""
    longest = max(map(len, texts))
    ids = torch.tensor([[*text, *[0] * (longest - len(text))] for text in texts])
    mask = torch.tensor([[1] * len(text) + [0] * (longest - len(text)) for text in texts])
    return ids, mask
