"""Figures over HTTP: who may, honest emptiness, files that no spreadsheet runs, and errors in sentences."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fakes.stream_figures import DAY_MS, MINUTE_MS, MONDAY_MS, mark, moment, piece
from fakes.visitors import Room, Visitor
from sidecast.control.access.permission import Permission, Role
from sidecast.control.api.analytics import analytics_api
from sidecast.control.api.analytics_tables import Part
from sidecast.control.api.tables import csv_text
from sidecast.ledger import schema
from sidecast.ledger.streams.piece import Happening, Topic
from sidecast.ledger.streams.reader import StreamReader
from sidecast.ledger.streams.store import Streams

pytestmark = pytest.mark.unit

ATTACK = '=HYPERLINK("http://evil.example","click")'
ROUTES = ("streams", "streams/1", "compare?ids=1,2", "over-time")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def filled(path: Path) -> Path:
    db = schema.connect(path)
    db.execute("BEGIN")
    streams = Streams(mark, lambda _: 60)
    for number in (1, 2):
        begun_ms = MONDAY_MS + number * DAY_MS
        told = moment(5, answered=1, understood=5, sentiment=-2.0, audible_ms=[120.0])
        told.tallies["reason", "answered"] = 1
        streams.write(
            db,
            piece(
                f"s{number}",
                begun_ms=begun_ms,
                moments={begun_ms: told, begun_ms + 2 * MINUTE_MS: moment(1)},
                chatters=[("anna", begun_ms)],
                source="twitch:kit" if number == 1 else f"replay:{ATTACK}",
                happenings=[Happening(begun_ms, "raid", 140)],
                topics=[Topic(ATTACK, 4, 3)],
                over=True,
            ),
        )
    db.execute("COMMIT")
    db.close()
    return path


def room(path: Path) -> Room:
    return Room(routers=[analytics_api(StreamReader(path, lambda: MONDAY_MS))])


def get(visitor: Visitor, path: str) -> Any:
    return visitor.ask("GET", f"/api/v1/analytics/{path}")


def table(answer: Any) -> list[list[str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("route", ROUTES)
async def test_it_needs_the_permission_to_analyse(filled: Path, route: str) -> None:
    here = room(filled)
    assert get(here.stranger(), route).status_code == 401
    assert get(await here.script(Permission.WATCH, Permission.KEEP), route).status_code == 403
    assert get(await here.script(Permission.ANALYSE), route).status_code == 200
    assert get(await here.member("vera", Role.VIEWER), route).status_code == 200


async def test_an_empty_ledger_is_empty_and_not_zero(path: Path) -> None:
    visitor = await room(path).owner()
    assert get(visitor, "streams").json() == {"streams": [], "total": 0, "next": None, "sources": []}
    assert get(visitor, "over-time").json() == {"unit": "week", "periods": [], "cut": False}
    answer = get(visitor, "streams/1")
    assert answer.status_code == 404
    assert answer.json()["what"] == "There is no such stream."
    assert len(table(get(visitor, "streams?format=csv"))) == 1


async def test_streams_newest_first_with_their_figures(filled: Path) -> None:
    page = get(await room(filled).owner(), "streams?rehearsals=false").json()
    (stream,) = page["streams"]
    assert (stream["id"], stream["source"], stream["title"]) == (1, "twitch:kit", "kit, 2026-11-24 01:00")
    assert stream["figures"]["messages"] == 6
    assert stream["figures"]["answered_share"] == 0.1667
    assert stream["figures"]["sentiment"] == -0.4
    assert stream["figures"]["chatters_peak"] is None
    assert stream["pulse"] == [5, None, 1]


async def test_a_stream_its_series_and_what_was_not_measured(filled: Path) -> None:
    detail = get(await room(filled).owner(), "streams/1").json()
    assert detail["series"]["values"]["messages"] == [5, None, 1]
    assert detail["series"]["values"]["fps"] == [None, None, None]
    assert detail["marked"] == [{"at_ms": MONDAY_MS + DAY_MS, "kind": "raid", "amount": 140}]
    assert detail["latency"][0]["budget_ms"] == 250


async def test_compared_and_over_time(filled: Path) -> None:
    visitor = await room(filled).owner()
    assert [each["stream"]["id"] for each in get(visitor, "compare?ids=2,1").json()] == [2, 1]
    periods = get(visitor, "over-time?unit=day&rehearsals=true&from=2026-11-24&to=2026-11-25").json()["periods"]
    assert [(each["begins"], each["figures"]["messages"]) for each in periods] == [("2026-11-24", 6), ("2026-11-25", 6)]


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ("streams/0", 422, "stream_id"),
        ("streams/99999999999999999999", 422, "stream_id"),
        ("streams/..%2f..%2fetc", 404, "nothing here"),
        ("streams?limit=101", 422, "limit"),
        ("streams?after=-1", 422, "after"),
        ("streams?format=xlsx", 422, "format"),
        ("compare", 422, "missing"),
        ("compare?ids=1,2,3,4,5,6,7", 422, "ids"),
        ("compare?ids=1;drop", 422, "ids"),
        ("compare?ids=1,99", 404, "There is no stream 99."),
        ("over-time?from=yesterday", 422, "2026-11-23"),
        ("over-time?from=2026-13-01", 422, "2026-11-23"),
        ("over-time?unit=year", 422, "unit"),
        (f"over-time?source={'x' * 121}", 422, "source"),
    ],
)
async def test_what_cannot_be_is_answered_with_a_sentence(filled: Path, asked: str, status: int, says: str) -> None:
    answer = get(await room(filled).owner(), asked)
    assert answer.status_code == status
    assert says in answer.json()["what"]


@pytest.fixture
def damaged(path: Path) -> Path:
    path.write_bytes(b"scribble " * 1000)
    return path


async def test_a_damaged_ledger_is_a_sentence_too(damaged: Path) -> None:
    answer = get(await room(damaged).owner(), "streams")
    assert answer.status_code == 409
    assert "damaged" in answer.json()["what"]


FILES = ("streams?", "compare?ids=1,2&", "over-time?rehearsals=true&", *(f"streams/2?part={part}&" for part in Part))


@pytest.mark.parametrize("route", FILES)
async def test_no_cell_of_a_table_can_be_a_formula(filled: Path, route: str) -> None:
    answer = get(await room(filled).owner(), f"{route}format=csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="sidecast-')
    head, *rows = table(answer)
    assert rows or "gaps" in route
    for row in rows:
        assert len(row) == len(head)
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), cell
            assert not cell.startswith("-") or float(cell) < 0


async def test_hostile_text_is_kept_readable(filled: Path) -> None:
    visitor = await room(filled).owner()
    _, topic = table(get(visitor, "streams/2?part=topics&format=csv"))
    assert topic == [f"'{ATTACK}", "4"]
    stream = table(get(visitor, "streams?format=csv"))[1]
    assert stream[2] == f"replay:{ATTACK}"
    assert stream[1].startswith(f"'{ATTACK}, 2026")


async def test_json_can_be_kept_as_a_file_and_says_the_same(filled: Path) -> None:
    visitor = await room(filled).owner()
    for route in ("streams?", "streams/1?", "compare?ids=1,2&", "over-time?"):
        kept = get(visitor, f"{route}format=json")
        assert kept.headers["content-disposition"].endswith('.json"')
        assert kept.json() == get(visitor, route).json()


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("+491", "'+491"),
        ("-1 day", "'-1 day"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        ('a "quoted", one', 'a "quoted", one'),
        ("line\nbreak", "line\nbreak"),
        ("a\x00b", "ab"),
        ("kit", "kit"),
        (-0.4, "-0.4"),
        (7, "7"),
        (None, ""),
        (True, "yes"),
        (False, "no"),
    ],
)
def test_cells(cell: Any, told: str) -> None:
    text = csv_text(["name"], [[cell]])
    rows: Sequence[list[str]] = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert rows == [["name"], [told]]


def test_500_hostile_texts_come_back_as_text_and_never_as_formulas() -> None:
    starts = (
        "=",
        "+",
        "-",
        "@",
        "\t=",
        "\r\n=",
        " =",
        "\u00a0=",
        "\ufeff=",
        "＝",
        "＋",
        "－",
        "＠",
        "|",
        "%",
        '"=',
        "';=",
        ",=",
        "\x00=",
        "",
    )
    middles = (
        *("cmd|' /C calc'!A0", 'HYPERLINK("http://x.example","y")', "IMPORTXML(1,2)", "<script>alert(1)</script>", "1+1"),
        *(
            "DDE(1;2;3)",
            'a"b',
            "a,b;c\td",
            "line\nbreak\r\nbreak",
            "\u202eevil",
            "ünï😀",
            "'",
            "WEBSERVICE(A1)",
            "${7*7}",
            "../../etc",
        ),
    )
    ends = ("", "\n=1")
    payloads = [start + middle + end for start in starts for middle in middles for end in ends]
    assert len(payloads) >= 500
    text = csv_text(["text", "count"], [[payload, 1] for payload in payloads])
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]
    assert len(rows) == len(payloads)
    for (cell, count), payload in zip(rows, payloads, strict=True):
        assert count == "1", "it broke out of its cell"
        assert cell.removeprefix("'") == payload.replace("\x00", "").removeprefix("'")
        bare = cell.lstrip(" \t\r\n\u00a0\ufeff")
        assert not bare.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), payload


async def test_the_document_says_what_the_figures_mean(path: Path) -> None:
    document = (await room(path).owner()).ask("GET", "/api/v1/openapi.json").json()
    assert document["components"]["schemas"]["Figures"]["properties"]["kept_out"]["description"].startswith(
        "Messages that the gate"
    )
    for route, methods in document["paths"].items():
        if route.startswith("/api/v1/analytics"):
            assert methods["get"]["summary"], route
            assert methods["get"]["description"], route
