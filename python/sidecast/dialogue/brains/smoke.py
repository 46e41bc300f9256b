"""`python -m sidecast.dialogue.brains.smoke FILE`: loads a GGUF and lets it write a few words.

Loading alone proves nothing: code built for another processor ends at the first decode. Exit code 0 with the seconds that
loading and the first words took, as JSON; 1 with a sentence on standard error.
"""

from __future__ import annotations

import json
import sys
import time

from ...errors import SidecastError
from .gguf_engine import gguf

TOKENS = 4
CONTEXT = 512


def main(arguments: list[str]) -> int:
    began = time.monotonic()
    try:
        engine = gguf({"path": arguments[0], "context": CONTEXT})
        loaded = time.monotonic()
        body = json.dumps([{"role": "user", "content": "Hello!"}]).encode()
        tokens = [reply.header["text"] for reply in engine.answer({"max_tokens": TOKENS, "temperature": 0.0}, body)]
    except SidecastError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not tokens:
        sys.stderr.write("The model was loaded and wrote not a single word to a greeting. Take one that was made for chat.\n")
        return 1
    sys.stdout.write(json.dumps({"load_s": round(loaded - began, 2), "words_s": round(time.monotonic() - loaded, 2)}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
