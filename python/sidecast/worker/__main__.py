"""`python -m sidecast.worker MODULE:FACTORY [OPTIONS as JSON]`: a worker's own process."""

from __future__ import annotations

import sys

from .child import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
