"""Of everything under `/api/v1/settings`: who may ask, and that nothing is asked that is not known."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from ..access.permission import Caller, Permission
from .declared import needs

Owner = Annotated[Caller, needs(Permission.CONFIGURE)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
