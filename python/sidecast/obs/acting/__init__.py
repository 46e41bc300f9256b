"""Doing something in OBS: an act, checked against what OBS has, made into requests, put back if it was for a while."""
