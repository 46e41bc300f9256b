"""MiniLM-L6 in torch, split where the two heads part: a trunk that they share, and a branch of upper layers for each.

Weights keep the names of all-MiniLM-L6-v2's `model.safetensors`; architecture after Devlin et al. 2018.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

DIM, HEADS, WIDE, LAYERS = 384, 12, 1536, 6
SHARED = 2
"""Layers of the trunk. What lies above is trained for one head alone; two whole encoders would not fit into 25 MB."""
POSITIONS = 128
"""Word pieces that can be read; 500 characters of chat are about 125."""
EPSILON = 1e-12


class Layer(nn.Module):
    """One transformer layer: batch × tokens × DIM → the same shape."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.mixed = (nn.Linear(DIM, DIM) for _ in range(4))
        self.attended = nn.LayerNorm(DIM, EPSILON)
        self.wide, self.narrow = nn.Linear(DIM, WIDE), nn.Linear(WIDE, DIM)
        self.out = nn.LayerNorm(DIM, EPSILON)
        self.drop = nn.Dropout(0.1)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """`bias`: batch × 1 × 1 × tokens, 0 where there is a token and very negative where there is padding."""
        batch, tokens = hidden.shape[0], hidden.shape[1]

        def heads(flat: Tensor) -> Tensor:
            return flat.reshape(batch, tokens, HEADS, DIM // HEADS).transpose(1, 2)

        query, key, value = heads(self.query(hidden)), heads(self.key(hidden)), heads(self.value(hidden))
        scores = query @ key.transpose(2, 3) * (DIM // HEADS) ** -0.5 + bias
        mixed = (self.drop(scores.softmax(-1)) @ value).transpose(1, 2).reshape(batch, tokens, DIM)
        attended: Tensor = self.attended(hidden + self.drop(self.mixed(mixed)))
        out: Tensor = self.out(attended + self.drop(self.narrow(functional.gelu(self.wide(attended)))))
        return out


class Trunk(nn.Module):
    """Word pieces → hidden states after the shared layers."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.words, self.positions = nn.Embedding(vocabulary, DIM), nn.Embedding(POSITIONS, DIM)
        self.norm = nn.LayerNorm(DIM, EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(SHARED))

    def forward(self, ids: Tensor, bias: Tensor) -> Tensor:
        hidden: Tensor = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]])
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden


class Branch(nn.Module):
    """Hidden states → one logit a text: upper layers, mean of the tokens, a linear unit."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS - SHARED))
        self.drop, self.unit = nn.Dropout(0.1), nn.Linear(DIM, 1)

    def forward(self, hidden: Tensor, bias: Tensor, mask: Tensor) -> Tensor:
        for layer in self.layers:
            hidden = layer(hidden, bias)
        present = mask.to(hidden.dtype).unsqueeze(2)
        mean = (hidden * present).sum(1) / present.sum(1).clamp_min(1)
        logit: Tensor = self.unit(self.drop(mean)).squeeze(1)
        return logit


class Encoder(nn.Module):
    """`ids`, `mask` (batch × tokens, int64) → a logit for each head, in the order of `heads`."""

    def __init__(self, vocabulary: int, heads: tuple[str, ...]) -> None:
        super().__init__()
        self.heads = heads
        self.trunk = Trunk(vocabulary)
        self.branches = nn.ModuleDict({head: Branch() for head in heads})

    def branch(self, head: str) -> Branch:
        """One head's upper layers."""
        found = self.branches[head]
        assert isinstance(found, Branch)
        return found

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.logit(head, ids, mask) for head in self.heads)

    def logit(self, head: str, ids: Tensor, mask: Tensor) -> Tensor:
        """One head's alone."""
        bias = bias_of(mask)
        logit: Tensor = self.branches[head](self.trunk(ids, bias), bias, mask)
        return logit


class Lower(nn.Module):
    """What is exported of the trunk: `ids`, `mask` → hidden states."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.trunk = encoder.trunk

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        hidden: Tensor = self.trunk(ids, bias_of(mask))
        return hidden


class Upper(nn.Module):
    """What is exported of a head: hidden states, `mask` → a probability a text."""

    def __init__(self, encoder: Encoder, head: str) -> None:
        super().__init__()
        self.branch = encoder.branch(head)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        chances: Tensor = self.branch(hidden, bias_of(mask), mask).sigmoid()
        return chances


def bias_of(mask: Tensor) -> Tensor:
    """0 for tokens, -10,000 for padding."""
    return ((1 - mask.to(torch.float32)) * -1e4)[:, None, None, :]


_PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mixed": "attention.output.dense",
    "attended": "attention.output.LayerNorm",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
    "out": "output.LayerNorm",
}


def from_minilm(weights: Mapping[str, Tensor], kept: list[int], heads: tuple[str, ...]) -> Encoder:
    """An encoder that starts where MiniLM ended, with the rows `kept` of its vocabulary."""
    encoder = Encoder(len(kept), heads)
    with torch.no_grad():
        encoder.trunk.words.weight.copy_(weights["embeddings.word_embeddings.weight"][kept])
        # a message is always segment 0: its type embedding is folded into the positions
        types = weights["embeddings.token_type_embeddings.weight"][0]
        encoder.trunk.positions.weight.copy_(weights["embeddings.position_embeddings.weight"][:POSITIONS] + types)
        _copy(encoder.trunk.norm, weights, "embeddings.LayerNorm")
        for number in range(LAYERS):
            for head in heads:
                layers = [*encoder.trunk.layers, *encoder.branch(head).layers]
                for ours, theirs in _PARTS.items():
                    _copy(getattr(layers[number], ours), weights, f"encoder.layer.{number}.{theirs}")
    return encoder


def _copy(module: nn.Module, weights: Mapping[str, Tensor], key: str) -> None:
    for kind in ("weight", "bias"):
        getattr(module, kind).copy_(weights[f"{key}.{kind}"])
