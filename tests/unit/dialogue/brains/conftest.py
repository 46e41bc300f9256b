from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from fakes.tiny_gguf import make_tiny_gguf


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that llama.cpp runs; where it is not built, the test is skipped."""
    if importlib.util.find_spec("llama_cpp") is None:
        pytest.skip("llama.cpp is not built here; ./sidecast test without arguments builds it")
    return make_tiny_gguf(tmp_path_factory.mktemp("models") / "tiny.gguf")
