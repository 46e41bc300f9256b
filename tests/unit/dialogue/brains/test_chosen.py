from __future__ import annotations

from pathlib import Path

import pytest

from sidecast.dialogue.brains.chosen import PRESETS, Kind, at_home, is_loopback, read
from sidecast.errors import SettingsError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "url", "model"),
    [
        ("openai:http://localhost:8000", "http://localhost:8000/v1", ""),
        ("openai:http://localhost:8000/", "http://localhost:8000/v1", ""),
        ("openai:https://host.example/api/v1/#meta/llama-3:8b", "https://host.example/api/v1", "meta/llama-3:8b"),
        ("openai:http://[::1]:8080/v1/chat/completions", "http://[::1]:8080/v1", ""),
        ("ollama#llama3.2:3b", PRESETS["ollama"], "llama3.2:3b"),
        ("vllm", PRESETS["vllm"], ""),
    ],
)
def test_servers(text: str, url: str, model: str) -> None:
    chosen = read(text)
    assert (chosen.kind, chosen.url, chosen.model) == (Kind.OPENAI, url, model)
    assert chosen.label


def test_files_and_the_embedded_one() -> None:
    chosen = read("gguf:/models/My model #2.gguf")
    assert (chosen.kind, chosen.path, chosen.label) == (Kind.GGUF, Path("/models/My model #2.gguf"), "My model #2.gguf")
    assert read("gguf:~/a.gguf").path == Path.home() / "a.gguf"
    assert read("embedded").kind is read("").kind is Kind.EMBEDDED


@pytest.mark.parametrize(
    "text",
    [
        "olama",
        "openai",
        "openai:",
        "openai:localhost:8000",
        "openai:ftp://host/v1",
        "openai:file:///etc/passwd",
        "openai:http://",
        "openai:http://host:99999",
        "openai:http://host/v1?key=1",
        "openai:http://ho st/",
        "gguf:",
        "ollama\n",
        "openai:http://host/" + "x" * 3000,
        "openai:http://169.254.169.254/latest",
        "openai:http://2852039166/",
        "openai:http://0xa9.0xfe.43518/",
        "openai:http://[::ffff:169.254.169.254]/",
        "openai:http://[fe80::1%25eth0]/",
        "openai:http://0.0.0.0:8000",
        "openai:http://224.0.0.1",
    ],
)
def test_what_cannot_be_used_is_refused_with_what_can(text: str) -> None:
    if text == "ollama\n":
        assert read(text).label == "ollama"
        return
    with pytest.raises(SettingsError) as caught:
        read(text)
    assert "ollama" in caught.value.remedy


def test_a_password_in_the_address_is_refused_and_not_quoted() -> None:
    with pytest.raises(SettingsError) as caught:
        read("openai:http://me:hunter2@host/v1")
    assert "hunter2" not in str(caught.value)


def test_whose_network_it_is() -> None:
    assert all(map(at_home, ("http://127.0.0.1", "http://10.1.2.3:80", "http://gpu", "http://gpu.local", "http://[fd00::1]")))
    assert not any(map(at_home, ("http://8.8.8.8", "http://example.com", "http://[2606:4700::1]", "http://134744072")))
    assert all(map(is_loopback, ("http://127.0.0.1", "http://localhost:1", "http://[::1]", "http://127.1")))
    assert not is_loopback("http://192.168.0.1")
