"""The QR code is the one that segno draws, whole, with its quiet zone."""

from __future__ import annotations

import re

import pytest
import segno
from fastapi import FastAPI
from fastapi.testclient import TestClient

from sidecast.control.api.qr import qr_api

pytestmark = pytest.mark.unit


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.include_router(qr_api())
    return TestClient(app)


@pytest.mark.parametrize("text", ["x", "http://127.0.0.1:8787/#/join/abcdefghijklmnopqrstuvwxyz", "ä" * 300])
def test_every_dark_module_is_drawn_once_and_no_other(client: TestClient, text: str) -> None:
    answer = client.post("/api/v1/qr", json={"text": text}).json()
    drawn = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", answer["path"]):
        drawn |= {(int(x) + step, int(y)) for step in range(int(length))}
    rows = list(segno.make_qr(text, error="m", boost_error=False).matrix_iter(border=2))
    assert answer["size"] == len(rows)
    assert drawn == {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "x" * 301}, {}, {"text": "x", "more": 1}, {"text": 5}])
def test_what_is_no_text_is_refused(client: TestClient, body: dict[str, object]) -> None:
    assert client.post("/api/v1/qr", json=body).status_code == 422
