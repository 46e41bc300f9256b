"""The picture goes on while Python holds the GIL: no method of the bridge takes it."""

from __future__ import annotations

import pytest

from godot.bridge.scratch import Project

pytestmark = pytest.mark.godot


def test_frames_go_on_while_python_holds_the_gil(project: Project) -> None:
    # Python lets the GIL go only after 30 frames that called every method: a method that took it would wait for ever.
    project.write(
        """
        import os
        import _pybridge
        from watch import Watch

        def main(args):
            watch = Watch(os.path.join(os.environ["BRIDGE_TEST_FOLDER"], "signals"))
            _pybridge.post("hold", b"{}\\n")
            watch.wait_holding_gil()
            received = 0
            while _pybridge.receive(0.0):
                received += 1
            say("received", count=received)
            return 0
        """
    )
    outcome = project.run("voice")
    assert outcome.one("held")["frames"] == 30
    assert outcome.one("received")["count"] == 30
    assert outcome.code == 0
