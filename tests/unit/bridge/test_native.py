"""The voice and the queues in C++, under the sanitizers: sample by sample, and with all threads at once."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ADDON = Path(__file__).resolve().parents[3] / "addons" / "python_bridge"
PROBE = "#include <thread>\nint main() { std::thread([] {}).join(); }\n"


def _build(sanitizers: str, probe_folder: Path) -> Path:
    """The folder of the native tests, built with these sanitizers; skips where this machine cannot."""
    compiler = os.environ.get("CXX") or shutil.which("c++")
    if compiler is None or shutil.which("cmake") is None:
        pytest.skip("no C++ compiler or no CMake on PATH")
    (probe_folder / "probe.cpp").write_text(PROBE)
    probe = [compiler, "-pthread", f"-fsanitize={sanitizers}", "probe.cpp", "-o", "probe"]
    if subprocess.run(probe, cwd=probe_folder, check=False, capture_output=True).returncode != 0:
        pytest.skip(f"the compiler has no -fsanitize={sanitizers}")
    if subprocess.run([probe_folder / "probe"], check=False, capture_output=True).returncode != 0:
        pytest.skip(f"this kernel runs no -fsanitize={sanitizers}")
    build = ADDON / "build" / f"native-{sanitizers.replace(',', '-')}"
    configure = ["cmake", "-S", str(ADDON), "-B", str(build), "-DPYTHON_BRIDGE_EXTENSION=OFF", "-DPYTHON_BRIDGE_NATIVE_TESTS=ON"]
    for command in ([*configure, f"-DPYTHON_BRIDGE_SANITIZE={sanitizers}"], ["cmake", "--build", str(build), "--parallel", "2"]):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return build


@pytest.mark.parametrize("sanitizers", ["thread", "address,undefined"])
def test_native_checks_and_stress(sanitizers: str, tmp_path: Path) -> None:
    build = _build(sanitizers, tmp_path)
    for name in ("speech_checks", "speech_stress"):
        environment = {**os.environ, "UBSAN_OPTIONS": "halt_on_error=1", "TSAN_OPTIONS": "halt_on_error=1"}
        done = subprocess.run([build / name], check=False, capture_output=True, text=True, timeout=300, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
