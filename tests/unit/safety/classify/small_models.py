"""Classifiers small enough to be made in a test: nothing of the shipped weights is needed to test what runs them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from sidecast.safety.classify.features import BUCKETS, features
from sidecast.safety.classify.linear import Linear
from sidecast.safety.classify.weights import BRANCHES, ENCODER_FILES, HEADS, LINEAR, TOKENIZER, TRUNK, Card, Thresholds

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "trick", "day")
CHANCES = {"bad": (4.0, 0.0), "trick": (0.0, 4.0)}
"""Word → what it adds to each head's logit."""
BIAS = -3.0


def linear() -> Linear:
    """Knows two words: `bad` for the first head, `trick` for the second."""
    weights = np.zeros((BUCKETS, len(HEADS)), np.float16)
    for head, word in enumerate(("bad", "trick")):
        others = set(features("good day").tolist())
        for bucket in set(features(word).tolist()) - others:
            weights[bucket, head] = 4
    return Linear(weights, np.full(len(HEADS), BIAS, np.float32))


def trunk_model() -> onnx.ModelProto:
    """What each word says, for each head: `ids`, `mask` → hidden."""
    table = np.zeros((len(WORDS), len(HEADS)), np.float32)
    for word, chances in CHANCES.items():
        table[WORDS.index(word)] = chances
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["rows"]),
        helper.make_node("Cast", ["mask"], ["present"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["present", "axis"], ["column"]),
        helper.make_node("Mul", ["rows", "column"], ["hidden"]),
    ]
    inputs = [_value(name, TensorProto.INT64, "batch", "tokens") for name in ("ids", "mask")]
    outputs = [_value("hidden", TensorProto.FLOAT, "batch", "tokens", len(HEADS))]
    return _model(nodes, inputs, outputs, table=table, axis=np.array([2]))


def branch_model(head: int, columns: int = 1) -> onnx.ModelProto:
    """Adds up what they say for one head: `hidden`, `mask` → chance. `columns`: more than 1 is a model of another make."""
    nodes = [
        helper.make_node("Cast", ["mask"], ["unused"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["hidden", "head"], ["of_head"], axis=2),
        helper.make_node("ReduceSum", ["of_head", "axis"], ["total"], keepdims=0),
        helper.make_node("Add", ["total", "bias"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["chance"]),
    ]
    inputs = [
        _value("hidden", TensorProto.FLOAT, "batch", "tokens", len(HEADS)),
        _value("mask", TensorProto.INT64, "batch", "tokens"),
    ]
    chosen = np.array(head if columns == 1 else [head] * columns)
    outputs = [_value("chance", TensorProto.FLOAT, "batch", *([] if columns == 1 else [columns]))]
    return _model(nodes, inputs, outputs, head=chosen, axis=np.array([1]), bias=np.float32(BIAS))


def _value(name: str, kind: int, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def _model(
    nodes: list[onnx.NodeProto], inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto], **constants: object
) -> onnx.ModelProto:
    initializers = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "small", inputs, outputs, initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def tokenizer_json() -> str:
    """Whole words, framed as MiniLM's are."""
    special = {name: {"id": name, "ids": [WORDS.index(name)], "tokens": [name]} for name in ("[CLS]", "[SEP]")}
    frame = [
        {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
        {"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
    ]
    return json.dumps(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [],
            "normalizer": None,
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {"type": "TemplateProcessing", "single": frame, "pair": frame, "special_tokens": special},
            "decoder": None,
            "model": {
                "type": "WordPiece",
                "unk_token": "[UNK]",
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": {word: number for number, word in enumerate(WORDS)},
            },
        }
    )


def card() -> Card:
    """Of the linear classifier alone."""
    thresholds = Thresholds(dict.fromkeys(HEADS, (0.9, 0.8, 0.7, 0.6, 0.5)))
    return Card({}, thresholds, thresholds, dict.fromkeys(HEADS, 0.5))


def write_all(folder: Path) -> Path:
    """A folder of weights, whole and with a card that fits."""
    weights, biases = linear().state()
    np.savez_compressed(folder / LINEAR, weights=weights.astype(np.float16), biases=biases)
    onnx.save(trunk_model(), folder / TRUNK)
    for head, name in enumerate(BRANCHES.values()):
        onnx.save(branch_model(head), folder / name)
    (folder / TOKENIZER).write_text(tokenizer_json(), "utf-8")
    write_card(folder)
    return folder


def write_card(folder: Path, **changed: str) -> None:
    """A card of the files as they lie there. `changed`: `quick_hate="[…]"` and the like."""
    lines = []
    for name in (LINEAR, *ENCODER_FILES):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        lines += [f'[files."{name}"]', f'sha256 = "{digest}"']
    lines += ["[deep.encoder_share]", *(f"{head} = {changed.get('share', '0.5')}" for head in HEADS)]
    for part in ("quick", "deep"):
        lines.append(f"[{part}.thresholds]")
        lines += [f"{head} = {changed.get(f'{part}_{head}', '[0.9, 0.8, 0.7, 0.6, 0.5]')}" for head in HEADS]
    (folder / "card.toml").write_text("\n".join(lines), "utf-8")
