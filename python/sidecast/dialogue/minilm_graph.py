"""all-MiniLM-L6-v2 as an ONNX graph: BERT with six layers, mean pooling and normalisation, written from its weights.

Architecture and tensor names: Devlin et al. 2018 (BERT), as laid out in Hugging Face's `BertModel`; pooling and
normalisation as the sentence-transformers model card describes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Array = npt.NDArray[np.float32]

DIM = 384
HEADS = 12
HEAD_DIM = DIM // HEADS
LAYERS = 6
EPSILON = 1e-12
"""Of the layer norms (`layer_norm_eps` of the model's config)."""
OPSET = 17
MASKED = -1e4
"""Added to the attention score of padding: zero after softmax, and no overflow in any precision."""

Weights = Mapping[str, Array]


class _Graph:
    """Collects nodes and constants; every method returns the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, op: str, *inputs: str, name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=name, **attributes))
        return name

    def dense(self, source: str, weights: Weights, key: str) -> str:
        """x·Wᵀ + b; the weight is stored transposed so that the quantiser finds a plain MatMul."""
        weight = self.constant(f"{key}.weight", weights[f"{key}.weight"].T)
        product = self.add("MatMul", source, weight, name=f"{key}.product")
        return self.add("Add", product, self.constant(f"{key}.bias", weights[f"{key}.bias"]), name=f"{key}.out")

    def norm(self, source: str, weights: Weights, key: str) -> str:
        scale = self.constant(f"{key}.weight", weights[f"{key}.weight"])
        bias = self.constant(f"{key}.bias", weights[f"{key}.bias"])
        return self.add("LayerNormalization", source, scale, bias, name=f"{key}.out", axis=-1, epsilon=EPSILON)

    def gelu(self, source: str, key: str) -> str:
        """x/2 · (1 + erf(x/√2)), in the shape that onnxruntime fuses into one kernel."""
        scaled = self.add("Div", source, "sqrt2", name=f"{key}.scaled")
        erf = self.add("Erf", scaled, name=f"{key}.erf")
        plus = self.add("Add", erf, "one", name=f"{key}.plus")
        product = self.add("Mul", source, plus, name=f"{key}.product")
        return self.add("Mul", product, "half", name=f"{key}.gelu")


def minilm(weights: Weights) -> onnx.ModelProto:
    """`input_ids`, `attention_mask` (int64, batch × tokens) → `embedding` (float32, batch × 384, unit length)."""
    graph = _Graph()
    for name, value in (("sqrt2", 2**0.5), ("one", 1.0), ("half", 0.5), ("per_head", HEAD_DIM**-0.5), ("masked", MASKED)):
        graph.constant(name, np.array(value, np.float32))
    graph.constant("tiny", np.array(1e-9, np.float32))
    graph.constant("split_shape", np.array([0, 0, HEADS, HEAD_DIM], np.int64))
    graph.constant("join_shape", np.array([0, 0, DIM], np.int64))
    for axis in (0, 1, 2):
        graph.constant(f"axis{axis}", np.array([axis], np.int64))
    graph.constant("axes12", np.array([1, 2], np.int64))

    present = graph.add("Cast", "attention_mask", name="present", to=TensorProto.FLOAT)
    hidden = _embedded(graph, weights)
    bias = _attention_bias(graph, present)
    for layer in range(LAYERS):
        hidden = _layer(graph, weights, f"encoder.layer.{layer}", hidden, bias)
    _pooled(graph, hidden, present)

    sizes = ["batch", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, sizes) for name in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", DIM])]
    body = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, outputs, graph.constants)
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def _embedded(graph: _Graph, weights: Weights) -> str:
    graph.constant("words", weights["embeddings.word_embeddings.weight"])
    # a chat message is always segment 0, so its type embedding is folded into the positions
    places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    graph.constant("positions", places)
    words = graph.add("Gather", "words", "input_ids", name="word_vectors")
    shape = graph.add("Shape", "input_ids", name="shape")
    tokens = graph.add("Gather", shape, "axis1", name="token_count", axis=0)
    used = graph.add("Slice", "positions", "axis0", tokens, "axis0", name="used_positions")
    return graph.norm(graph.add("Add", words, used, name="embedded"), weights, "embeddings.LayerNorm")


def _attention_bias(graph: _Graph, present: str) -> str:
    absent = graph.add("Sub", "one", present, name="absent")
    bias = graph.add("Mul", absent, "masked", name="bias_flat")
    return graph.add("Unsqueeze", bias, "axes12", name="bias")


def _layer(graph: _Graph, weights: Weights, key: str, hidden: str, bias: str) -> str:
    def heads(part: str, order: list[int]) -> str:
        flat = graph.dense(hidden, weights, f"{key}.attention.self.{part}")
        split = graph.add("Reshape", flat, "split_shape", name=f"{key}.{part}.split")
        return graph.add("Transpose", split, name=f"{key}.{part}.heads", perm=order)

    query, keys, value = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
    raw = graph.add("MatMul", query, keys, name=f"{key}.raw_scores")
    scores = graph.add("Add", graph.add("Mul", raw, "per_head", name=f"{key}.scaled"), bias, name=f"{key}.scores")
    attention = graph.add("Softmax", scores, name=f"{key}.attention", axis=-1)
    mixed = graph.add("MatMul", attention, value, name=f"{key}.mixed")
    rows = graph.add("Transpose", mixed, name=f"{key}.rows", perm=[0, 2, 1, 3])
    joined = graph.add("Reshape", rows, "join_shape", name=f"{key}.joined")
    projected = graph.dense(joined, weights, f"{key}.attention.output.dense")
    attended = graph.norm(
        graph.add("Add", projected, hidden, name=f"{key}.attended"), weights, f"{key}.attention.output.LayerNorm"
    )
    wide = graph.gelu(graph.dense(attended, weights, f"{key}.intermediate.dense"), f"{key}.wide")
    narrow = graph.dense(wide, weights, f"{key}.output.dense")
    return graph.norm(graph.add("Add", narrow, attended, name=f"{key}.sum"), weights, f"{key}.output.LayerNorm")


def _pooled(graph: _Graph, hidden: str, present: str) -> str:
    column = graph.add("Unsqueeze", present, "axis2", name="present_column")
    total = graph.add("ReduceSum", graph.add("Mul", hidden, column, name="kept"), "axis1", name="total", keepdims=0)
    count = graph.add("ReduceSum", present, "axis1", name="count", keepdims=1)
    mean = graph.add("Div", total, graph.add("Max", count, "tiny", name="count_floor"), name="mean")
    squares = graph.add("ReduceSum", graph.add("Mul", mean, mean, name="squares"), "axis1", name="square_sum", keepdims=1)
    length = graph.add("Sqrt", squares, name="length")
    return graph.add("Div", mean, graph.add("Max", length, "tiny", name="length_floor"), name="embedding")
