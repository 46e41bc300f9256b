"""The trained encoder → int8 ONNX, a file for the trunk and one for each head, checked against the exact ones."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from sidecast.safety.classify.encoder import Encoder as Runtime
from sidecast.safety.classify.weights import BRANCHES, ENCODER_FILES, TOKENIZER, TRUNK

from .encoder import load_encoder
from .network import DIM, Lower, Upper

OPSET = 17
MAX_MEAN_DRIFT = 0.04
"""Mean difference of probabilities, int8 against exact, over the texts of the check."""


def export(trained: Path, destination: Path, probes: Sequence[str]) -> float:
    """Writes the encoder's files and `tokenizer.json`; returns the mean drift of probabilities over `probes`.

    Raises:
        ValueError: the int8 model strays too far from the exact one.
    """
    encoder, _ = load_encoder(trained)
    ids, hidden, mask = torch.ones(2, 8, dtype=torch.long), torch.zeros(2, 8, DIM), torch.ones(2, 8, dtype=torch.long)
    with tempfile.TemporaryDirectory() as folder:
        exact, small = Path(folder) / "exact", Path(folder) / "small"
        for each in (exact, small):
            each.mkdir()
            shutil.copyfile(trained / TOKENIZER, each / TOKENIZER)
        _write(Lower(encoder), {"ids": ids, "mask": mask}, "hidden", exact / TRUNK)
        for head, name in BRANCHES.items():
            _write(Upper(encoder, head), {"hidden": hidden, "mask": mask}, "chance", exact / name)
        for name in (TRUNK, *BRANCHES.values()):
            # a scale per column: with one per matrix much more is lost
            quantize_dynamic(exact / name, small / name, weight_type=QuantType.QInt8, per_channel=True)
        before, after = (Runtime.load(each).score(probes) for each in (exact, small))
        drift = float(np.abs(before - after).mean())
        if drift > MAX_MEAN_DRIFT:
            raise ValueError(f"The int8 encoder strays by {drift:.3f} on average.")
        destination.mkdir(parents=True, exist_ok=True)
        for name in ENCODER_FILES:
            shutil.copyfile(small / name, destination / name)
    return drift


def _write(module: torch.nn.Module, inputs: Mapping[str, torch.Tensor], output: str, path: Path) -> None:
    sizes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        module.eval(),
        tuple(inputs.values()),
        str(path),
        input_names=list(inputs),
        output_names=[output],
        dynamic_axes={**dict.fromkeys(inputs, sizes), output: sizes if output == "hidden" else {0: "batch"}},
        opset_version=OPSET,
        dynamo=False,
    )
