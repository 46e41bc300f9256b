"""The encoder: MiniLM fine-tuned for the two heads, as int8 ONNX on one thread. What is not asked for does not run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from .weights import BRANCHES, HEADS, TOKENIZER, TRUNK, WeightsError
from .wording import wordings

MAX_TOKENS = 128
"""Word pieces that are read; the network has no more positions."""
BATCH = 16
"""Wordings a run; on one thread larger batches gain nothing."""


class Encoder:
    """Thread-safe. Loading takes about half a second and some 60 MB.

    Raises:
        WeightsError: a model or tokenizer that does not load, or gives other results than a probability a text.
    """

    def __init__(self, tokenizer: Path, trunk: Path, branches: Mapping[str, Path]) -> None:
        """`branches`: head → its file, in the order of the scores."""
        # onnxruntime and tokenizers raise exceptions of many names
        try:
            self._trunk = _session(trunk)
            self._branches = {head: _session(path) for head, path in branches.items()}
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
            self._tokenizer.enable_truncation(MAX_TOKENS)
            self._tokenizer.enable_padding()
            shape = self._run(["hello"], list(branches)).shape
        except Exception as error:
            raise WeightsError(f"The encoder {trunk} does not load: {error}.") from error
        if shape != (1, len(branches)):
            raise WeightsError(f"The encoder {trunk} gives {shape} scores a text and head, not one.")

    @classmethod
    def load(cls, folder: Path) -> Encoder:
        """From the files as they are named in `models/safety`, with all heads."""
        return cls(folder / TOKENIZER, folder / TRUNK, {head: folder / name for head, name in BRANCHES.items()})

    def score(self, texts: Sequence[str], heads: Sequence[str] = HEADS) -> npt.NDArray[np.float32]:
        """texts × `heads`, 0..1: the highest over each text's wordings. A head that is not asked for takes no time."""
        forms = [wordings(text) for text in texts]
        flat = [form for each in forms for form in each]
        order = sorted(range(len(flat)), key=lambda at: len(flat[at]))
        scores = np.zeros((len(flat), len(heads)), np.float32)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            scores[chosen] = self._run([flat[at] for at in chosen], heads)
        ends = np.cumsum([len(each) for each in forms])
        starts = ends - [len(each) for each in forms]
        best = [scores[start:end].max(axis=0) for start, end in zip(starts, ends, strict=True)]
        return np.array(best, np.float32).reshape(len(texts), len(heads))

    def _run(self, wordings: list[str], heads: Sequence[str]) -> npt.NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch(wordings)
        mask = np.array([each.attention_mask for each in encoded], np.int64)
        hidden = self._trunk.run(None, {"ids": np.array([each.ids for each in encoded], np.int64), "mask": mask})[0]
        columns = [self._branches[head].run(None, {"hidden": hidden, "mask": mask})[0] for head in heads]
        result: npt.NDArray[np.float32] = np.stack(columns, 1)
        return result


def _session(model: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
