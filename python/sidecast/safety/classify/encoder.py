"""The encoder: MiniLM fine-tuned for the two heads, as int8 ONNX on one thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from .weights import HEADS, WeightsError
from .wording import wordings

MAX_TOKENS = 128
"""Word pieces that are read; the network has no more positions."""
BATCH = 16
"""Wordings a run; on one thread larger batches gain nothing."""


class Encoder:
    """Thread-safe. Loading takes about half a second and some 60 MB.

    Raises:
        WeightsError: a model or tokenizer that does not load, or gives other results than probabilities a head.
    """

    def __init__(self, model: Path, tokenizer: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # onnxruntime and tokenizers raise exceptions of many names
        try:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
            self._tokenizer.enable_truncation(MAX_TOKENS)
            self._tokenizer.enable_padding()
            shape = self._run(["hello"]).shape
        except Exception as error:
            raise WeightsError(f"The encoder {model} does not load: {error}.") from error
        if shape != (1, len(HEADS)):
            raise WeightsError(f"The encoder {model} gives {shape[1:]} scores a text, not one for each of {HEADS}.")

    def score(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """texts × heads, 0..1: the highest over each text's wordings."""
        forms = [wordings(text) for text in texts]
        flat = [form for each in forms for form in each]
        order = sorted(range(len(flat)), key=lambda at: len(flat[at]))
        scores = np.zeros((len(flat), len(HEADS)), np.float32)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            scores[chosen] = self._run([flat[at] for at in chosen])
        ends = np.cumsum([len(each) for each in forms])
        starts = ends - [len(each) for each in forms]
        best = [scores[start:end].max(axis=0) for start, end in zip(starts, ends, strict=True)]
        return np.array(best, np.float32).reshape(len(texts), len(HEADS))

    def _run(self, wordings: list[str]) -> npt.NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch(wordings)
        feed = {
            "ids": np.array([each.ids for each in encoded], np.int64),
            "mask": np.array([each.attention_mask for each in encoded], np.int64),
        }
        result: npt.NDArray[np.float32] = self._session.run(None, feed)[0]
        return result
