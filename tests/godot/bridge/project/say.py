"""Writes a line that the test reads; its order among Godot's own lines holds, since each is written at once."""

from __future__ import annotations

import json
import os
from typing import Any


def say(what: str, **fields: Any) -> None:
    os.write(1, ("@" + json.dumps({"what": what, **fields}) + "\n").encode("ascii"))
