"""Cleared clauses become sound: engines in worker processes, exact phoneme times, one loudness, a fallback.

In the child: `flite.py`, `espeak.py` make a `take.py`; `finish.py` trims and levels it; `speaker.py` answers the pipe.
In the app: `voices.py` asks a worker, `fallback.py` changes to the other voice and back.
Nothing is imported here: the child must not pay for what only the app needs.
"""
