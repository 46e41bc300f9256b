"""Which worker of pytest-xdist gets which tests: those with the real Godot one after the other on one of them.

They share a screen, a sound server and the project's import, and some compare picture with sound. The same worker goes on
with the real OBS, of which there is one for all its tests, and with the tests that talk to other real programs. The other
workers begin with the pure ones, which keep one core busy and nothing else. A file stays on one worker, as its browser does.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

GODOT, OBS, REAL_PROGRAMS = "tests/godot/", "tests/peers/obs/", "tests/peers/"
WHOLE = (GODOT, OBS)
ON_STAGE = (GODOT, OBS, REAL_PROGRAMS, "")
"""What the worker with the real Godot takes, in this order. A lane's name is what the names of its files begin with."""
OFF_STAGE = ("", REAL_PROGRAMS, OBS, GODOT)


class Lanes(LoadFileScheduling):  # type: ignore[misc] # xdist has no types
    """The scheduler for `--dist loadfile`. Its unit of work is a file, or a whole lane; the largest files come first."""

    def _split_scope(self, nodeid: str) -> str:
        lane = _lane(nodeid)
        return lane if lane in WHOLE else nodeid.split("::", 1)[0]

    def _assign_work_unit(self, node: Any) -> None:
        on_stage = GODOT in self.assigned_work[node] or (GODOT in self.workqueue and node is self.nodes[0])
        order = ON_STAGE if on_stage else OFF_STAGE
        self.workqueue.move_to_end(min(self.workqueue, key=lambda scope: order.index(_lane(scope))), last=False)
        super()._assign_work_unit(node)

    def remove_node(self, node: Any) -> str | None:
        """The test during which a worker died has failed. xdist's own scheduler would begin with it again on the next worker."""
        units: dict[str, dict[str, bool]] = self.assigned_work.pop(node)
        unfinished = [(scope, nodeid) for scope, unit in units.items() for nodeid, done in unit.items() if not done]
        if not unfinished:
            return None
        (scope, died), *_ = unfinished
        units[scope][died] = True
        self.workqueue.update({scope: unit for scope, unit in units.items() if not all(unit.values())})
        for other in self.nodes:
            self._reschedule(other)
        return died


def _lane(name: str) -> str:
    return next(lane for lane in ON_STAGE if name.startswith(lane))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lanes | None:
    """xdist asks for it."""
    return Lanes(config, log) if config.getvalue("dist") == "loadfile" else None
