"""What `/api/v1/obs/rules` takes and tells: “when … then …”, in words."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from .settings_common import Body

Millis = Annotated[int, Field(description="Unix time in milliseconds; 0: never.")]
MAX_TEXT = 48_000
"""Characters; a body may have 64 kB."""


class Outcome(StrEnum):
    DONE = "done"
    PART = "part"
    """Of several things some were done."""
    REFUSED = "refused"
    """None was."""
    CUT = "cut"
    """It was ended before its last step."""
    DROPPED = "dropped"
    """It never began: too many waited."""


class ActShown(BaseModel):
    words: str
    done: bool | None = Field(description="Null: it was not its turn yet, or a dry run.")
    troubles: list[str] = Field(description="What stands in its way, or why it was not done.")


class RuleShown(BaseModel):
    name: str
    on: bool
    when: str
    conditions: list[str] = Field(description="All must hold.")
    then: list[str] = Field(description="What it does, in order.")
    pauses: str = Field(description="How often it may run, in words; empty: each time.")
    note: str = Field(description="The streamer's own remark.")
    running: bool
    runs: int = Field(description="Since the start of the show.")
    last_ms: Millis
    troubles: list[str] = Field(description="What stands in its way now, such as a scene that OBS does not have.")
    passed: dict[str, int] = Field(description="Why it did not run although it was set off, and how often.")


class RulesShown(BaseModel):
    file: str
    held: bool = Field(description="Nothing is set off; the test button works.")
    words: str = Field(description="Why the file is not in use, or only as it was before; empty when all is well.")
    rules: list[RuleShown]
    revision: str = Field(description="Of the file.")


class RuleSwitch(Body):
    on: bool


class RulesText(BaseModel):
    text: str
    revision: str


class NewRules(Body):
    text: str = Field(max_length=MAX_TEXT)
    revision: str = Field("", max_length=128, description="Of the text that was changed; empty: whatever there is.")


class TestShown(BaseModel):
    """What a rule would do, or has done."""

    dry: bool = Field(description="Nothing was changed.")
    outcome: Outcome | None = Field(description="Null: a dry run, or it still goes on; then see the last runs.")
    words: str = Field(description="Why something was not done, or empty.")
    acts: list[ActShown] = Field(description="Its steps, in order.")


class WouldShown(BaseModel):
    """A rule that would have been set off."""

    rule: str
    at_ms: Millis
    trigger: str
    why_not: str = Field(description="Empty: it would have run; `chance`: it may have.")


class RunShown(BaseModel):
    """A run of a rule. Holds no words of viewers."""

    rule: str
    at_ms: Millis
    outcome: Outcome
    trigger: str = Field(description="What set it off, in a few words of ours.")
    words: str = Field(description="Why something was not done, or empty.")
    steps: int
    done: int = Field(description="How many of the steps were done.")
    took_ms: int
    tested: bool = Field(description="Somebody pressed the test button.")
