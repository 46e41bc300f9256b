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
from sidecast.safety.classify.weights import ENCODER, HEADS, LINEAR, TOKENIZER, Card, Thresholds

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


def encoder_model(heads: int = len(HEADS)) -> onnx.ModelProto:
    """Adds up what its words say: `ids`, `mask` → chances."""
    table = np.zeros((len(WORDS), heads), np.float32)
    for word, chances in CHANCES.items():
        table[WORDS.index(word)] = (chances * heads)[:heads]
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["rows"]),
        helper.make_node("Cast", ["mask"], ["present"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["present", "axis2"], ["column"]),
        helper.make_node("Mul", ["rows", "column"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "axis1"], ["total"], keepdims=0),
        helper.make_node("Add", ["total", "bias"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["chances"]),
    ]
    constants = {"table": table, "bias": np.float32(BIAS), "axis1": np.array([1]), "axis2": np.array([2])}
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("ids", "mask")]
    outputs = [helper.make_tensor_value_info("chances", TensorProto.FLOAT, ["batch", heads])]
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
    onnx.save(encoder_model(), folder / ENCODER)
    (folder / TOKENIZER).write_text(tokenizer_json(), "utf-8")
    write_card(folder)
    return folder


def write_card(folder: Path, **changed: str) -> None:
    """A card of the files as they lie there. `changed`: `quick_hate="[…]"` and the like."""
    lines = []
    for name in (LINEAR, ENCODER, TOKENIZER):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        lines += [f'[files."{name}"]', f'sha256 = "{digest}"']
    lines += ["[deep.encoder_share]", *(f"{head} = {changed.get('share', '0.5')}" for head in HEADS)]
    for part in ("quick", "deep"):
        lines.append(f"[{part}.thresholds]")
        lines += [f"{head} = {changed.get(f'{part}_{head}', '[0.9, 0.8, 0.7, 0.6, 0.5]')}" for head in HEADS]
    (folder / "card.toml").write_text("\n".join(lines), "utf-8")
