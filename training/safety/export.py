"""The trained encoder → int8 ONNX, checked against the exact one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from sidecast.safety.classify.encoder import Encoder as Runtime
from sidecast.safety.classify.weights import ENCODER, TOKENIZER

from .encoder import load_encoder
from .network import Whole

OPSET = 17
MAX_MEAN_DRIFT = 0.04
"""Mean difference of probabilities, int8 against exact, over the texts of the check."""


def export(trained: Path, destination: Path, probes: Sequence[str]) -> float:
    """Writes `encoder.onnx` and `tokenizer.json`; returns the mean drift of probabilities over `probes`.

    Raises:
        ValueError: the int8 model strays too far from the exact one.
    """
    encoder, _ = load_encoder(trained)
    destination.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        exact, small = Path(folder) / "exact.onnx", Path(folder) / "small.onnx"
        sizes = {0: "batch", 1: "tokens"}
        torch.onnx.export(
            Whole(encoder).eval(),
            (torch.ones(2, 8, dtype=torch.long), torch.ones(2, 8, dtype=torch.long)),
            str(exact),
            input_names=["ids", "mask"],
            output_names=["chances"],
            dynamic_axes={"ids": sizes, "mask": sizes, "chances": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
        # a scale per column: with one per matrix much more is lost
        quantize_dynamic(exact, small, weight_type=QuantType.QInt8, per_channel=True)
        shutil.copyfile(trained / TOKENIZER, destination / TOKENIZER)
        before, after = (Runtime(model, destination / TOKENIZER).score(probes) for model in (exact, small))
        drift = float(np.abs(before - after).mean())
        if drift > MAX_MEAN_DRIFT:
            raise ValueError(f"The int8 encoder strays by {drift:.3f} on average.")
        shutil.copyfile(small, destination / ENCODER)
    return drift
