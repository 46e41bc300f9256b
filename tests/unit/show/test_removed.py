"""What comes after a removal: replies to what was removed, the message itself where it is late, and what was only held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.source import deletes, raid, says, times_out
from sidecast.flow.chat import Removal, RemovalScope, without_words
from sidecast.show.removed import REMEMBERED, Removed

pytestmark = pytest.mark.unit

RUDE = says("rude", who="bo", id="rude")
NICE = says("nice", who="mika", id="nice")
REPLY = says("did he say rude?", who="ayla", id="reply", reply_to="rude")
HELD = Removal(scope=RemovalScope.HELD, message_id="rude", arrived_ns=0)
ALL = Removal(scope=RemovalScope.CHAT, arrived_ns=0)


@pytest.mark.parametrize("removal", [deletes(RUDE), times_out("bo"), ALL, HELD])
def test_a_reply_to_what_was_removed_is_not_taken_up(removal: Removal) -> None:
    removed = Removed()
    assert removed.takes(RUDE) is None
    noted = removed.note(removal)
    assert noted.reaches(REPLY)
    assert removed.takes(REPLY) is REPLY


def test_a_reply_to_such_a_reply_is_not_taken_up_once_the_chat_was_cleared() -> None:
    removed = Removed()
    removed.takes(RUDE)
    removed.note(deletes(RUDE))
    removed.takes(REPLY)
    removed.note(ALL)
    assert removed.takes(says("yes, rude", reply_to="reply")) is not None


def test_a_message_that_comes_after_its_removal_has_no_words() -> None:
    removed = Removed()
    removed.note(deletes(RUDE))
    assert removed.takes(RUDE) == without_words(RUDE) != RUDE


def test_a_held_message_may_come_again_unless_it_was_deleted_too() -> None:
    removed = Removed()
    removed.note(HELD)
    assert removed.takes(RUDE) is None
    assert removed.takes(REPLY) is None
    removed.note(deletes(RUDE))
    removed.note(HELD)
    assert removed.takes(RUDE) is not None


def test_others_and_their_replies_stay() -> None:
    removed = Removed()
    for item in (RUDE, NICE, raid(5)):
        assert removed.takes(item) is None
    noted = removed.note(times_out("bo"))
    assert noted.taken == {"rude"}
    assert not noted.reaches(NICE)
    assert not noted.reaches(replace(REPLY, reply_to="nice"))
    assert removed.takes(says("more", who="bo", id="later")) is None


def test_items_without_an_id_are_never_taken_for_one_another() -> None:
    removed = Removed()
    nameless = replace(raid(5), id="")
    removed.takes(nameless)
    removed.note(ALL)
    removed.note(Removal(scope=RemovalScope.MESSAGE, arrived_ns=0))
    assert removed.takes(nameless) is None


def test_it_stays_small() -> None:
    removed = Removed()
    for number in range(3 * REMEMBERED):
        removed.takes(replace(RUDE, id=f"m{number}"))
    assert len(removed.note(ALL).taken) == REMEMBERED
