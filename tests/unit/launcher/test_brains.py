from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import brains, debian, llama
from launcher.console import Console
from launcher.main import main
from launcher.places import REPOSITORY, Places
from launcher.trouble import Trouble
from sidecast.dialogue.brains.chosen import Kind
from sidecast.settings import load_settings

pytestmark = pytest.mark.unit


def places_in(folder: Path) -> Places:
    return Places(repository=REPOSITORY, home=folder / "home", cache=folder / "cache", data=folder / "data")


def model_at(path: Path) -> Path:
    path.write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, 1, 1))
    return path


def test_the_option_is_stronger_than_the_environment_and_that_than_the_file(tmp_path: Path) -> None:
    file = tmp_path / "sidecast.toml"
    file.write_text('[dialogue]\nbrain = "ollama#a"\n', encoding="utf-8")
    environment = {brains.VARIABLE: "vllm#b"}
    assert brains.chosen("lmstudio", file, environment).label == "lmstudio"
    assert brains.chosen("", file, environment).model == "b"
    assert brains.chosen("", file, {}).model == "a"
    assert brains.chosen("", tmp_path / "none.toml", {}).kind is Kind.EMBEDDED


def test_launcher_and_app_read_the_same_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sidecast.toml"
    file.write_text('[dialogue]\nbrain = "ollama#a"\n', encoding="utf-8")
    assert load_settings(file).dialogue.brain == "ollama#a"
    monkeypatch.setenv(brains.VARIABLE, "vllm#b")
    assert load_settings(file).dialogue.brain == "vllm#b"


@pytest.mark.parametrize("content", ["", "[dialogue]", "[dialogue]\nbrain = 5", "not toml", "dialogue = 1", "\udcff"])
def test_what_is_wrong_with_the_file_is_for_the_app_to_tell(tmp_path: Path, content: str) -> None:
    file = tmp_path / "sidecast.toml"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert brains.chosen("", file, {}).kind is Kind.EMBEDDED


def test_a_file_is_checked_before_anything_is_set_up_and_passed_on_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Trouble, match="There is no file"):
        brains.chosen("gguf:my model.gguf", tmp_path / "none", {})
    model_at(tmp_path / "my model.gguf")
    choice = brains.chosen("gguf:my model.gguf", tmp_path / "none", {})
    assert brains.for_app(choice) == ["--brain", f"gguf:{tmp_path / 'my model.gguf'}"]
    assert brains.for_app(brains.chosen("ollama", tmp_path / "none", {})) == []


def test_a_misspelt_brain_ends_the_launcher_with_what_there_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIDECAST_HOME", str(tmp_path))
    before = os.listdir(tmp_path)  # noqa: PTH208
    assert main(["run", "--brain", "olama"]) == 2
    said = capsys.readouterr().err
    assert "There is no brain “olama”" in said
    assert "ollama" in said
    assert os.listdir(tmp_path) == before  # noqa: PTH208


def test_the_launcher_reads_the_choice_without_any_package() -> None:
    program = "import sys; sys.path.insert(0, '.'); import launcher.brains; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-S", "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert "pydantic" not in done.stdout


class FakePython:
    """Stands at the environment's python: notes what it is called with, and does what its script says."""

    def __init__(self, places: Places, script: str) -> None:
        self.calls_file = places.home / "calls"
        program = places.python
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\necho "$*" >> "{self.calls_file}"\n{script}\n', encoding="utf-8")
        program.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        return self.calls_file.read_text("utf-8").splitlines() if self.calls_file.exists() else []


def tried(tmp_path: Path, script: str) -> tuple[FakePython, str, Trouble | None]:
    places, said = places_in(tmp_path), io.StringIO()
    python = FakePython(places, script)
    model = model_at(tmp_path / "m.gguf")
    trouble = None
    for _ in range(2):
        try:
            llama.try_out(model, "key", places, Console(said))
        except Trouble as error:
            trouble = error
    return python, said.getvalue(), trouble


def test_a_model_is_tried_once(tmp_path: Path) -> None:
    python, said, trouble = tried(tmp_path, "exit 0")
    assert trouble is None
    assert len(python.calls) == 1
    assert "Trying m.gguf" in said


def test_a_model_that_fails_is_tried_again_and_its_reason_told(tmp_path: Path) -> None:
    python, _, trouble = tried(tmp_path, 'echo "It is too old." >&2; exit 1')
    assert trouble is not None
    assert "It is too old." in trouble.what
    assert len(python.calls) == 2


def test_a_crash_at_the_first_word_is_named(tmp_path: Path) -> None:
    _, _, trouble = tried(tmp_path, "kill -ILL $$")
    assert trouble is not None
    assert "crashed (SIGILL)" in trouble.what


BUILDS = """
case "$*" in
  *"pip wheel"*)
    echo "$CMAKE_ARGS" >> "$0.flags"
    echo "$SKBUILD_BUILD_TARGETS" >> "$0.targets"
    cat "${SKBUILD_CMAKE_DEFINE#CMAKE_PROJECT_llama_cpp_INCLUDE=}" >> "$0.first"
    echo "  [70/140] g++ x"
    for last; do :; done
    touch "$last/llama_cpp_python-1-py3-none-any.whl";;
  *"pip install"*) mkdir -p "{site}/llama_cpp";;
esac
"""


def test_the_wheel_is_built_once_for_each_kind_of_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    places = places_in(tmp_path)
    site = places.venv / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    python = FakePython(places, BUILDS.replace("{site}", str(site)))
    console = Console(io.StringIO())
    first = llama.prepare(places, console)
    assert [("pip wheel" in call, "pip install" in call) for call in python.calls] == [(True, False), (False, True)]
    assert llama.prepare(places, console) == first
    assert len(python.calls) == 2
    (site / "llama_cpp").rmdir()  # another environment: what was built is only installed
    assert llama.prepare(places, console) == first
    assert ["pip wheel" in call for call in python.calls] == [True, False, False]
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    assert llama.prepare(places, console) != first
    flags = (places.python.parent / "python.flags").read_text("utf-8").splitlines()
    assert flags == [llama.FLAGS, f"{llama.FLAGS} -DGGML_CUDA=ON"]
    for name, words in (("targets", "llama"), ("first", "set(LLAMA_BUILD_COMMON OFF)")):
        assert (places.python.parent / f"python.{name}").read_text("utf-8").splitlines() == [words, words]
    assert "--require-hashes" in python.calls[0]


def test_a_build_that_fails_leaves_nothing_and_tells_the_log(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    FakePython(places, 'echo "ninja: build stopped"; exit 1')
    with pytest.raises(Trouble, match=r"(?s)ninja: build stopped.*llama\.log"):
        llama.prepare(places, Console(io.StringIO()))
    assert list((places.cache / "wheels").iterdir()) == []


def test_without_a_compiler_it_says_which_package_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = places_in(tmp_path)
    FakePython(places, "exit 0")
    monkeypatch.setattr(debian, "here", lambda: True)  # asked once and kept: the empty path must not be what it remembers
    monkeypatch.setattr(debian, "can_install", lambda: False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Trouble, match=r"g\+\+"):
        llama.prepare(places, Console(io.StringIO()))


def test_what_is_locked_for_it_is_what_the_base_lacks() -> None:
    locked = (REPOSITORY / "requirements" / "gguf.txt").read_text("utf-8")
    assert [line.split("==")[0] for line in locked.splitlines() if "==" in line] == ["diskcache", "llama-cpp-python"]
    assert "--hash=sha256:" in locked
    assert "://" not in locked
