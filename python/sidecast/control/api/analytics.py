"""`/api/v1/analytics`: figures of this stream and of earlier ones, as JSON and as tables for a spreadsheet."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, TypeAdapter

from ...flow.streams import MOST_COMPARED, Compared, OverTime, Page, StreamDetail, StreamFigures, Unit
from ..access.permission import Caller, Permission
from . import analytics_tables as tables
from .analytics_tables import Part
from .declared import needs
from .problems import Problem, Refusal
from .tables import csv_text

T = TypeVar("T")

Analyst = Annotated[Caller, needs(Permission.ANALYSE)]
PAGE = 100
"""Streams at most in one answer; a table has up to `TABLE`."""
TABLE = 2_000
MOST_ID = 2**53


class Format(StrEnum):
    """How it is told."""

    JSON = "json"
    """A file to keep; without a format the same is told for reading."""
    CSV = "csv"


def _day(text: str) -> str:
    if text:
        try:
            datetime.date.fromisoformat(text)
        except ValueError as error:
            raise ValueError("this is no date; write it as 2026-11-23") from error
    return text


Wanted = Annotated[Format | None, Query(alias="format", description="A file to keep, or none for reading.")]
Id = Annotated[int, Path(ge=1, le=MOST_ID, description="A stream's id.")]
Source = Annotated[str, Query(max_length=120, description="Only streams from this source; all without it.")]
Rehearsals = Annotated[bool, Query(description="Also the demo and recorded chats.")]
Day = Annotated[str, Query(max_length=10, description="`2026-11-23`; no limit without it."), AfterValidator(_day)]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "There is no such stream."},
    409: {"model": Problem, "description": "The figures cannot be read."},
}
_CSV = "text/csv; charset=utf-8"
_FILES: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, **_ANSWERS}


def analytics_api(figures: StreamFigures) -> APIRouter:
    """`figures` is read off the loop."""
    router = APIRouter(prefix="/api/v1/analytics", tags=["analytics"])

    @router.get("/streams", response_model=Page, responses=_FILES, summary="Streams, newest first")
    async def streams(
        caller: Analyst,
        *,
        after: Annotated[int, Query(ge=0, le=1_000_000, description="Streams to leave out from the newest on.")] = 0,
        limit: Annotated[int, Query(ge=1, le=PAGE)] = 20,
        source: Source = "",
        rehearsals: Rehearsals = True,
        wanted: Wanted = None,
    ) -> Page | Response:
        """Each with its figures and a small series. As CSV all of them come, up to 2,000."""
        if wanted is Format.CSV:
            after, limit = 0, TABLE
        pulses = wanted is not Format.CSV
        page = await _read(lambda: figures.page(after=after, limit=limit, source=source, rehearsals=rehearsals, pulses=pulses))
        return _told(page, wanted, "streams", Page, lambda: csv_text(tables.STREAM_HEAD, tables.stream_rows(page.streams)))

    @router.get("/streams/{stream_id}", response_model=StreamDetail, responses=_FILES, summary="All that is kept of one stream")
    async def stream(
        caller: Analyst,
        stream_id: Id,
        *,
        wanted: Wanted = None,
        part: Annotated[Part, Query(description="Which table comes as CSV.")] = Part.SERIES,
    ) -> StreamDetail | Response:
        """Series have at most 600 points: a minute each, or more in longer streams. null is what was not measured."""
        detail = await _read(lambda: figures.detail(stream_id))
        if detail is None:
            raise Refusal(404, "There is no such stream.", "It may have been deleted since: look at the list of streams.")
        name = f"stream-{detail.stream.id}-{detail.stream.day}"
        if wanted is Format.CSV:
            name += f"-{part}"
        return _told(detail, wanted, name, StreamDetail, lambda: csv_text(*tables.part_of(detail, part)))

    @router.get("/compare", response_model=list[Compared], responses=_FILES, summary="Several streams laid over each other")
    async def compare(
        caller: Analyst,
        *,
        ids: Annotated[
            str,
            Query(
                pattern=rf"^[1-9][0-9]{{0,14}}(,[1-9][0-9]{{0,14}}){{0,{MOST_COMPARED - 1}}}$",
                description=f"Ids of up to {MOST_COMPARED} streams, with commas between them.",
            ),
        ],
        wanted: Wanted = None,
    ) -> list[Compared] | Response:
        """In the order of the ids. Their series count from each one's beginning and have equal steps."""
        asked = list(dict.fromkeys(int(part) for part in ids.split(",")))
        found = await _read(lambda: figures.compare(asked))
        if len(found) < len(asked):
            known = {each.stream.id for each in found}
            missing = ", ".join(str(each) for each in asked if each not in known)
            raise Refusal(404, f"There is no stream {missing}.", "It may have been deleted since: look at the list of streams.")
        return _told(found, wanted, "streams-compared", list[Compared], lambda: csv_text(*tables.compared(found)))

    @router.get("/over-time", response_model=OverTime, responses=_FILES, summary="Days, weeks or months")
    async def over_time(
        caller: Analyst,
        *,
        unit: Unit = Unit.WEEK,
        first_day: Annotated[Day, Query(alias="from")] = "",
        last_day: Annotated[Day, Query(alias="to")] = "",
        source: Source = "",
        rehearsals: Rehearsals = False,
        wanted: Wanted = None,
    ) -> OverTime | Response:
        """From the first to the last stream, without gaps; figures of a period without a stream are null."""
        told = await _read(
            lambda: figures.over_time(unit, first_day=first_day, last_day=last_day, source=source, rehearsals=rehearsals)
        )
        return _told(told, wanted, f"streams-by-{unit}", OverTime, lambda: csv_text(*tables.over_time(told)))

    return router


async def _read(read: Callable[[], T]) -> T:
    return await asyncio.to_thread(read)


def _told(value: T, wanted: Format | None, name: str, kind: Any, table: Callable[[], str]) -> T | Response:
    """As it was asked for; files have names that say what they are."""
    if wanted is None:
        return value
    headers = {"content-disposition": f'attachment; filename="sidecast-{name}.{wanted}"'}
    if wanted is Format.CSV:
        return Response(table(), media_type=_CSV, headers=headers)
    return JSONResponse(TypeAdapter(kind).dump_python(value, mode="json"), headers=headers)
