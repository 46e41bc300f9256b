"""Without a GPU the picture is painted by threads that take every core. Voice and thought come first: a late frame is
not noticed, a late answer is."""

from __future__ import annotations

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

PAINTERS = "llvmpipe-"
"""How Mesa names the threads of its software rasteriser."""
NICENESS = 10


def let_the_voice_go_first(tasks: Path = Path("/proc/self/task")) -> int:
    """Lower the priority of this process's painting threads (Linux lets anyone lower, per thread). Returns how many."""
    lowered = 0
    for task in tasks.glob("[0-9]*"):
        try:
            if (task / "comm").read_text("utf-8").startswith(PAINTERS):
                os.setpriority(os.PRIO_PROCESS, int(task.name), NICENESS)
                lowered += 1
        except OSError as error:
            # a thread may end while it is looked at
            log.debug("thread %s keeps its priority: %s", task.name, error)
    return lowered
