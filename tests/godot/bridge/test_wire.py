"""Frames between the real Godot and the Python inside it."""

from __future__ import annotations

import pytest

from godot.bridge.scratch import Project

pytestmark = pytest.mark.godot


def test_frames_come_as_they_were_posted(project: Project) -> None:
    project.write(
        """
        import _pybridge

        def main(args):
            _pybridge.post("ready", b"{}\\n")
            for _ in range(2):
                topic, frame = _pybridge.receive(60.0)
                say("received", topic=topic, hex=frame.hex())
            for topic, frame in (("", b""), ("grüße ✓ 🎉", bytes(range(256))), ("big", bytes(3_000_000))):
                say("accepted", ok=_pybridge.post("echo", frame))
                back, same = _pybridge.receive(60.0)
                say("echoed", topic=back, same=same == frame)
                _pybridge.post(topic, memoryview(frame)[:4])
            return 0
        """
    )
    outcome = project.run("post-unicode")
    assert [line["ok"] for line in outcome.all("posted")] == [True, True]
    received = [(line["topic"], bytes.fromhex(line["hex"])) for line in outcome.all("received")]
    assert received == [("grüße ✓ 🎉", b"{}\n" + bytes(range(256))), ("", b"")]
    assert [(line["topic"], line["same"]) for line in outcome.all("echoed")] == [("echo", True)] * 3
    events = [(line["topic"], bytes.fromhex(line["hex"])) for line in outcome.all("event")]
    assert events == [("", b""), ("grüße ✓ 🎉", bytes(range(4))), ("big", bytes(4)), ("ended", b'{"code":0}\n')]
    assert outcome.code == 0


def test_what_does_not_fit_is_refused_and_counted(project: Project) -> None:
    project.write(
        """
        import os
        import _pybridge
        from watch import Watch

        def main(args):
            watch = Watch(os.path.join(os.environ["BRIDGE_TEST_FOLDER"], "signals"))
            say("large", ok=_pybridge.post("large", bytes((64 << 20) + 1)))
            _pybridge.post("ready", b"{}\\n")
            watch.wait()
            received = 0
            while _pybridge.receive(0.0):
                received += 1
            say("received", count=received)
            return 0
        """
    )
    outcome = project.run("flood")
    assert outcome.one("large")["ok"] is False
    flooded = outcome.one("flooded")
    assert flooded["accepted"] == 8192
    assert flooded["stats"]["to_python_dropped_full"] == 9000 - 8192
    assert flooded["stats"]["to_godot_dropped_large"] == 1
    assert flooded["stats"]["dropped"] == 9000 - 8192 + 1
    assert outcome.one("received")["count"] == 8192


def test_a_drain_ends_when_its_time_is_over(project: Project) -> None:
    project.write(
        """
        import _pybridge

        def main(args):
            for number in range(100):
                _pybridge.post(str(number), b"")
            return 0
        """
    )
    outcome = project.run("small-budget")
    assert [line["topic"] for line in outcome.all("event")] == [*map(str, range(100)), "ended"]
    assert outcome.one("left")["drained_most"] == 1


def test_wrong_arguments_raise(project: Project) -> None:
    project.write(
        """
        import _pybridge

        def main(args):
            epoch = _pybridge.epoch()
            for call in (
                lambda: _pybridge.post("topic"),
                lambda: _pybridge.post("topic", "text"),
                lambda: _pybridge.post(b"topic", b""),
                lambda: _pybridge.post("\\ud800", b""),
                lambda: _pybridge.receive("soon"),
                lambda: _pybridge.receive(float("nan")),
                lambda: _pybridge.push(-1, epoch, 24000, b"", True),
                lambda: _pybridge.push(1, epoch, 7999, b"", True),
                lambda: _pybridge.push(1, epoch, 24000, b"odd", True),
                lambda: (_pybridge.push(1, epoch, 24000, b"even", False), _pybridge.push(1, epoch, 16000, b"even", False)),
            ):
                try:
                    call()
                except Exception as problem:
                    say("raised", kind=type(problem).__name__)
                else:
                    say("raised", kind="nothing")
            return 0
        """
    )
    outcome = project.run()
    assert [line["kind"] for line in outcome.all("raised")] == [
        "TypeError",
        "TypeError",
        "TypeError",
        "UnicodeEncodeError",
        "TypeError",
        "ValueError",
        "ValueError",
        "ValueError",
        "ValueError",
        "ValueError",
    ]
