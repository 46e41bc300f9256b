"""What the bridge costs a frame, in the real Godot: `python -m benchmarks.bridge [--json FILE] [--raw FILE]`.

Builds the bridge once more, with `touch_gil()`, in a folder of its own. Needs `$SIDECAST_GODOT` (`./sidecast bench` sets it),
CMake and a C++ compiler; no screen: a frame is a tick of Godot at 60 a second.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.report import Report, percentile, raw_writer

HERE = Path(__file__).resolve().parent
ADDON = HERE.parent / "addons" / "python_bridge"
EXTENSION = "addons/python_bridge/python_bridge.gdextension"
LIMIT_S = 300.0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./sidecast bench bridge", description=(__doc__ or "").split(":")[0])
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--raw", type=Path, help="write each sample to this file")
    options = parser.parse_args(arguments)
    godot = os.environ.get("SIDECAST_GODOT") or shutil.which("godot")
    if godot is None:
        parser.error("no Godot: start it by ./sidecast bench bridge, or set SIDECAST_GODOT")
    samples: dict[tuple[str, int], list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder, raw_writer(options.raw) as write:
        for sample in _run(Path(godot), Path(folder)):
            write(sample)
            samples[str(sample["what"]), int(sample["burn"])].append(float(sample["value"]))
    report = Report("bridge")
    report.n = sum(len(values) for values in samples.values())
    for burn in (0, 1, 4):
        report.figure(f"drain_ms_p99_burn{burn}", percentile(samples["drain", burn], 99))
    report.figure("gil_ms_p99_burn4", percentile(samples["gil", 4], 99))
    report.figure("events_per_s", percentile(samples["events", 0], 50))
    report.figure("post_us_p50", percentile(samples["post", 0], 50))
    for burn in (0, 1, 4):
        report.figure(f"drain_ms_max_burn{burn}", max(samples["drain", burn]))
    report.finish(options.json)
    return 0


def _run(godot: Path, folder: Path) -> Iterator[dict[str, str | float]]:
    """The samples of one run, as they come.

    Raises:
        RuntimeError: Godot failed.
    """
    project = folder / "project"
    shutil.copytree(HERE / "bridge_project", project)
    addon = project / "addons" / "python_bridge"
    addon.mkdir(parents=True)
    shutil.copy(ADDON / "python_bridge.gdextension", addon)
    _build(godot, folder / "build", addon / "bin")
    (project / ".godot").mkdir()
    (project / ".godot" / "extension_list.cfg").write_text(f"res://{EXTENSION}\n", encoding="utf-8")
    config = folder / "bridge.json"
    config.write_text(json.dumps({**_python(), "code": str(project), "module": "program", "args": "[]"}), encoding="utf-8")
    command = [str(godot), "--headless", "--audio-driver", "Dummy", "--path", str(project)]
    environment = {**os.environ, "BRIDGE_BENCH_CONFIG": str(config)}
    with (folder / "output.txt").open("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(command, check=False, stdout=output, stderr=subprocess.STDOUT, env=environment, timeout=LIMIT_S)
        output.seek(0)
        lines = output.read().splitlines()
    if done.returncode != 0:
        raise RuntimeError(
            f"Godot ended with {done.returncode}:\n" + "\n".join(line for line in lines if not line.startswith("@"))
        )
    for line in lines:
        if line.startswith("@"):
            yield json.loads(line[1:])


def _build(godot: Path, build: Path, output: Path) -> None:
    options = [f"-DGODOT={godot}", f"-DPYTHON_BRIDGE_OUTPUT={output}", "-DPYTHON_BRIDGE_BENCH=ON"]
    for command in (["cmake", "-S", str(ADDON), "-B", str(build), *options], ["cmake", "--build", str(build), "--parallel", "2"]):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"The bridge cannot be built:\n{done.stdout}{done.stderr}")


def _python() -> dict[str, str]:
    """The launcher's choice of a Python where there is one, else the Python that runs this."""
    chosen = os.environ.get("SIDECAST_BRIDGE")
    if chosen:
        config = json.loads(Path(chosen).read_text("utf-8"))
        return {key: config[key] for key in ("library", "home", "site", "executable")}
    folder = Path(sysconfig.get_config_var("LIBDIR") or "")
    return {
        "library": str(folder / f"libpython3.{sys.version_info[1]}.so.1.0"),
        "home": sys.base_prefix,
        "site": sysconfig.get_path("purelib"),
        "executable": sys.executable,
    }


if __name__ == "__main__":
    sys.exit(main())
