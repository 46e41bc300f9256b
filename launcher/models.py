"""Step: the sentence embedder, written once as a small ONNX file from the weights in its Python package."""

from __future__ import annotations

import os
from pathlib import Path

from .commands import Runner
from .console import Console
from .places import Places

FILE = "minilm-int8.onnx"


def prepare(places: Places, console: Console) -> Path:
    """The folder of models, for `$SIDECAST_MODELS`. The builder writes the file whole or not at all."""
    folder = folder_of(places)
    if not (folder / FILE).exists():
        with console.step("Sentence embedder") as step:
            runner = Runner(step, places.logs / "models.log")
            code = {"PYTHONPATH": str(places.repository / "python")}
            runner.run([places.python, "-m", "sidecast.dialogue.build_embedder", folder / FILE], env=code)
    return folder


def folder_of(places: Places) -> Path:
    return Path(os.environ.get("SIDECAST_MODELS") or places.models)
