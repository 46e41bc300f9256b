"""`/api/v1/settings/try`: live tests of what is set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from ...clock import Clock
from ...errors import SidecastError
from ..access.pace import Pace
from ..access.permission import Caller
from .problems import Refusal
from .settings_common import Body, Owner

MAX_SENTENCE = 300
TESTS_A_SECOND, TESTS_AT_ONCE = 0.5, 5


class Sentence(Body):
    text: str = Field(min_length=1, max_length=MAX_SENTENCE)


class MouthShape(Body):
    shape: str = Field("", max_length=3, description="A mouth shape to hold, such as `aa`; empty: smile and wave.")


class Tried(BaseModel):
    """What a test found."""

    ok: bool
    what: str = Field(description="One sentence.")
    remedy: str
    ms: float | None


class Service(BaseModel):
    """A service whose address is in the settings."""

    name: str
    title: str
    where: str = Field(description="Its host; nothing of the path.")


class Trying(Protocol):
    """Tests of what is set, each within seconds. Trouble that a test finds is its answer, not an error."""

    async def sentence(self, caller: Caller, text: str) -> Tried: ...

    async def mouth(self, shape: str) -> Tried: ...

    async def brain(self) -> Tried: ...

    def services(self) -> Sequence[Service]: ...

    async def service(self, name: str) -> Tried: ...


def add_tests(router: APIRouter, trying: Trying, clock: Clock) -> None:
    pace = Pace(clock, a_second=TESTS_A_SECOND, burst=TESTS_AT_ONCE)

    async def tried(caller: Caller, test: Callable[[], Any]) -> Tried:
        if wait_s := pace.take(caller.id):
            raise Refusal(429, "That was many tests at once.", f"Go on in {wait_s} s.", wait_s=wait_s)
        try:
            found = await test()
        except SidecastError as error:
            return Tried(ok=False, what=error.what, remedy=error.remedy, ms=None)
        assert isinstance(found, Tried)
        return found

    @router.post("/try/sentence", summary="Play a sentence")
    async def sentence(body: Sentence, caller: Owner) -> Tried:
        """Through the gate, like anything that the host says."""
        return await tried(caller, lambda: trying.sentence(caller, body.text))

    @router.post("/try/mouth", summary="Move the avatar's face")
    async def mouth(caller: Owner, body: MouthShape | None = None) -> Tried:
        return await tried(caller, lambda: trying.mouth(body.shape if body else ""))

    @router.post("/try/brain", summary="Ask the brain something")
    async def brain(caller: Owner) -> Tried:
        """A greeting, whose answer is thrown away."""
        return await tried(caller, trying.brain)

    @router.get("/try/services", summary="Services that can be pinged")
    async def services(caller: Owner) -> list[Service]:
        return list(trying.services())

    @router.post("/try/services/{name}", summary="Ping a service")
    async def service(name: Annotated[str, Path(min_length=1, max_length=40)], caller: Owner) -> Tried:
        """Only services whose address is in the settings. No redirect is followed, and nothing of the answer is given out but
        whether there was one."""
        if name not in {each.name for each in trying.services()}:
            raise Refusal(404, "No service of this name is in the settings.", "Look at the list.")
        return await tried(caller, lambda: trying.service(name))
