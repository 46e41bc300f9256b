"""Orders in the audit: who and what, never words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

import pytest

from fakes.samples import SAMPLES
from sidecast.control.access.audit import note_of
from sidecast.control.access.permission import Caller
from sidecast.control.live.noted import note_orders
from sidecast.flow.order import Order, Say, Skip

pytestmark = pytest.mark.unit

ORDERS = [sample for sample in SAMPLES if isinstance(sample, get_args(Order))]


class Book:
    def __init__(self) -> None:
        self.notes: list[tuple[Caller, str, str, Mapping[str, Any]]] = []

    def note(self, caller: Caller, action: str, about: str = "", detail: Mapping[str, Any] | None = None) -> None:
        note_of(0, caller, action, about, detail)
        self.notes.append((caller, action, about, detail or {}))


def test_every_order_has_its_own_word() -> None:
    book = Book()
    for order in ORDERS:
        note_orders(book)(order, "")
    actions = [action for _, action, _, _ in book.notes]
    assert len(set(actions)) == len(ORDERS) == len(get_args(Order))


def test_what_was_refused_has_changed_nothing() -> None:
    book = Book()
    note_orders(book)(ORDERS[0], "The host is stopped.")
    assert book.notes == []


def test_words_stay_out_and_who_has_no_account_is_called_what_they_are() -> None:
    book = Book()
    note_orders(book)(Say(by="Ada", by_id="member:1", at_ns=0, text="a secret plan"), "")
    note_orders(book)(Skip(by="hotkey", at_ns=0), "")
    (said, *_), (pressed, *_) = book.notes
    assert (said.id, pressed.id, pressed.name) == ("member:1", "hotkey", "hotkey")
    assert "secret" not in json.dumps([note[1:] for note in book.notes])
