"""Runs inside the embedded interpreter, around the program's own `main`; CMake compiles its text into the bridge.

Python's standard library only. `prepare` comes first, then `run`, then `settle`, all on the interpreter's main thread.
"""

from __future__ import annotations

import _thread
import atexit
import importlib
import io
import json
import os
import site
import sys
import threading
import traceback
from pathlib import Path


def prepare(executable: str, site_packages: str, code: str) -> None:
    """Make the embedded interpreter look like the virtual environment's own."""
    # They were for this interpreter only. A worker process is the environment's python and finds its own home.
    for name in ("PYTHONHOME", "PYTHONSAFEPATH"):
        os.environ.pop(name, None)
    sys.executable = executable
    vars(sys)["_base_executable"] = executable
    if site_packages:
        # what is installed beside the home's Python is not the environment's, and must not stand before it
        sys.path[:] = [place for place in sys.path if Path(place).name not in ("site-packages", "dist-packages")]
        site.addsitedir(site_packages)
    sys.path.insert(0, code)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")


def run(module: str, arguments: str) -> tuple[int, str]:
    """`module.main(arguments)`: its exit code, and a sentence when it failed.

    The sentence names the exception's type only: its text may hold what a viewer wrote.
    """
    try:
        args = json.loads(arguments or "[]")
        if not isinstance(args, list) or not all(isinstance(arg, str) for arg in args):
            return 1, f"The config's `args` for {module} is not a JSON array of strings."
        sys.argv = [module, *args]
        code: object = importlib.import_module(module).main(args)
    except SystemExit as leaving:
        code = leaving.code
        if isinstance(code, str):
            sys.stderr.write(code + "\n")
            code = 1
    except BaseException as problem:  # noqa: BLE001 - the outermost frame of this interpreter: nothing above could report it
        traceback.print_exc()
        return 1, f"{module} ended with {type(problem).__name__}; its traceback is in the log."
    if code is None:
        code = 0
    if not isinstance(code, int):
        return 1, f"{module}.main gave a {type(code).__name__} instead of an exit code."
    return code & 0xFF, ""


def settle() -> bool:
    """Do what must not be lost. True when no other thread runs, so that finalising the interpreter cannot hang."""
    alone = threading.active_count() == 1 and _thread._count() == 0
    if not alone:
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return alone
