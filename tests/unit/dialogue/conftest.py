from __future__ import annotations

import random
from pathlib import Path

import pytest

from sidecast.audience.understanding import SpacyUnderstander
from sidecast.dialogue.build_embedder import ensure
from sidecast.dialogue.embedded_brain import EmbeddedBrain
from sidecast.dialogue.embedder import MiniLM
from sidecast.dialogue.persona import Persona, load_persona


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    """The real model; built from the installed package where it is not there yet (about ten seconds)."""
    return MiniLM(ensure())


@pytest.fixture(scope="session")
def understander() -> SpacyUnderstander:
    return SpacyUnderstander(["Kit"])


@pytest.fixture(scope="session")
def kit() -> Persona:
    return load_persona()


@pytest.fixture(scope="session")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pack's vectors are kept, so that they are made once."""
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture(scope="session")
def brain(kit: Persona, minilm: MiniLM, vectors: Path) -> EmbeddedBrain:
    return EmbeddedBrain(kit, minilm, random.Random(7), cache=vectors)
