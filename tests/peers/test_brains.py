"""The app with a real model: in a worker, and behind llama-cpp-python's own server, which is not ours."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from benchmarks.brain_app import Evening, app
from benchmarks.brain_faults import QUESTIONS
from benchmarks.brains import llama_server
from fakes.tiny_gguf import PLACES, make_tiny_gguf

pytestmark = pytest.mark.peers

CHAT = [(6.0 + 6.0 * n, text) for n, (_, text) in enumerate(QUESTIONS)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("llama_cpp") is None:
        pytest.skip("llama.cpp is not built here; ./sidecast test without arguments builds it")
    return make_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")


def check(evening: Evening, brain: str) -> None:
    """Every question was answered aloud by the model, in its own words."""
    assert len(evening.lines) == len(CHAT)
    endings = [choice.strip() for choice in PLACES[5]]
    for line in evening.lines:
        assert line.brain == brain
        assert any(ending in line.heard for ending in endings), line.heard
        assert len(line.cleared) == len(set(line.cleared))


async def test_a_model_file_answers_the_chat(tiny: Path, tmp_path: Path) -> None:
    async with app(f"gguf:{tiny}", CHAT, tmp_path / "app") as running:
        check(await running.wait(), "gguf (tiny.gguf)")


async def test_a_model_server_answers_the_chat(tiny: Path, tmp_path: Path) -> None:
    async with llama_server(tiny) as url, app(f"openai:{url}", CHAT, tmp_path / "app") as running:
        check(await running.wait(), f"{url.split('/')[2]} (tiny.gguf)")
