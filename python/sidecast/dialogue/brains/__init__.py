"""Brains of the streamer's own choice. Nothing is imported here: the launcher reads `chosen.py` with the standard library."""
