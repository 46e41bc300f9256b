"""Where it is seen and heard.

`perform.py` turns an utterance into cues (`visemes.py`: phonemes → mouth shapes, `captions.py`: words → times);
`godot.py` is the app's picture and mixer behind `_pybridge`, `silent.py` the same without either, on a clock;
`marks.py` reads what comes back.
"""
