"""Sidecast: an AI co-host for live streams. `show/show.py` is the place to start reading."""

import os

__version__ = "0.1.0"

# ONNX Runtime's packages for Linux report to their maker unless this is set before they are loaded; Sidecast reports to nobody
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
