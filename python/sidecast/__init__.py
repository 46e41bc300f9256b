"""Sidecast: an AI co-host for live streams. `show.py` is the place to start reading."""

__version__ = "0.1.0"
