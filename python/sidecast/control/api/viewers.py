"""`/api/v1/viewers`: what is known of a viewer, why, and how it is forgotten."""

from __future__ import annotations

from typing import Annotated, Protocol

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from ...errors import PolicyError
from ...flow.moderation import Dossier, Erased, Kept, ViewerFound
from ..access.audit import Audit
from ..access.permission import Caller, Permission
from .declared import needs
from .problems import Refusal

Carer = Annotated[Caller, needs(Permission.VIEWERS)]
ViewerId = Annotated[str, Path(min_length=1, max_length=100, description="The platform's id of the viewer.")]
Millis = Annotated[int, Field(description="Unix time in milliseconds; 0: never.")]


class Viewers(Protocol):
    """What the show knows of its viewers. Raises PolicyError or VaultError for what cannot be done now."""

    def alias(self, viewer_id: str) -> str:
        """For the audit, which outlives an erasure: tells one viewer from another, and nothing about who they are."""
        ...

    async def search(self, name: str) -> list[ViewerFound]: ...

    async def dossier(self, viewer_id: str) -> Dossier: ...

    async def erase(self, viewer_id: str) -> Erased: ...

    async def opt_out(self, viewer_id: str) -> bool: ...

    async def opt_in(self, viewer_id: str) -> bool: ...


class ViewerSeen(BaseModel):
    """A viewer in a list."""

    id: str
    name: str
    first_ms: Millis
    last_ms: Millis
    messages: int = Field(description="Seen since this show began.")
    answered: int = Field(description="Turns in the ledger.")
    opted_out: bool

    @classmethod
    def of(cls, found: ViewerFound) -> ViewerSeen:
        return cls(
            id=found.id,
            name=found.name,
            first_ms=found.first_ms,
            last_ms=found.last_ms,
            messages=found.messages,
            answered=found.answered,
            opted_out=found.opted_out,
        )


class KeptSeen(BaseModel):
    """One kind of thing that is kept."""

    what: str
    count: int
    why: str
    until: str

    @classmethod
    def of(cls, kept: Kept) -> KeptSeen:
        return cls(what=kept.what, count=kept.count, why=kept.why, until=kept.until)


class TurnSeen(BaseModel):
    """A turn of the ledger in which this viewer was answered."""

    at_ms: Millis
    text: str
    heard: str
    outcome: str
    removed: bool


class DossierSeen(BaseModel):
    """Everything that is known of a viewer."""

    viewer: ViewerSeen
    kept: list[KeptSeen]
    turns: list[TurnSeen] = Field(description="The newest first, at most 100.")

    @classmethod
    def of(cls, dossier: Dossier) -> DossierSeen:
        turns = [
            TurnSeen(at_ms=turn.at_ms, text=turn.text, heard=turn.heard, outcome=turn.outcome, removed=turn.removed)
            for turn in dossier.turns
        ]
        return cls(viewer=ViewerSeen.of(dossier.viewer), kept=[KeptSeen.of(each) for each in dossier.kept], turns=turns)


class ErasedSeen(BaseModel):
    """What is gone, and what could not be reached."""

    removed: list[KeptSeen]
    remains: list[str] = Field(description="Sentences.")


class OptedOut(BaseModel):
    opted_out: bool
    changed: bool


def viewers_api(desk: Viewers, audit: Audit) -> APIRouter:
    router = APIRouter(prefix="/api/v1/viewers", tags=["viewers"])

    @router.get("", summary="Find viewers by name or id")
    async def search(
        caller: Carer,
        name: Annotated[str, Query(min_length=1, max_length=100, description="The whole name, in any case, or the id.")],
    ) -> list[ViewerSeen]:
        """Among those seen since the show began, and the 5,000 who were answered last; at most 20."""
        return [ViewerSeen.of(each) for each in await desk.search(name)]

    @router.get("/{viewer_id}", summary="What is known of a viewer, and why")
    async def dossier(viewer_id: ViewerId, caller: Carer) -> DossierSeen:
        try:
            found = await desk.dossier(viewer_id)
        except PolicyError as error:
            raise Refusal(404, error.what, error.remedy) from error
        audit.note(caller, "viewers.looked", desk.alias(viewer_id))
        return DossierSeen.of(found)

    @router.delete("/{viewer_id}", summary="Erase a viewer")
    async def erase(viewer_id: ViewerId, caller: Carer) -> ErasedSeen:
        """Everywhere, for good. What this viewer writes afterwards is new; an opt-out stays."""
        erased = await desk.erase(viewer_id)
        audit.note(caller, "viewers.erased", desk.alias(viewer_id), {each.what: each.count for each in erased.removed})
        return ErasedSeen(removed=[KeptSeen.of(each) for each in erased.removed], remains=list(erased.remains))

    @router.put("/{viewer_id}/opt-out", summary="Leave a viewer alone")
    async def opt_out(viewer_id: ViewerId, caller: Carer) -> OptedOut:
        """Never answered, quoted or remembered from now on. Of the opt-out only a keyed hash is kept."""
        changed = await desk.opt_out(viewer_id)
        audit.note(caller, "viewers.opted_out", desk.alias(viewer_id))
        return OptedOut(opted_out=True, changed=changed)

    @router.delete("/{viewer_id}/opt-out", summary="Take an opt-out back")
    async def opt_in(viewer_id: ViewerId, caller: Carer) -> OptedOut:
        changed = await desk.opt_in(viewer_id)
        audit.note(caller, "viewers.opted_in", desk.alias(viewer_id))
        return OptedOut(opted_out=False, changed=changed)

    return router
