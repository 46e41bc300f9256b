"""What a brain is asked while nobody listens, to learn whether it is well."""

from __future__ import annotations

from ..flow.candidate import Kind, Understanding
from ..flow.prompt import Prompt

PROBE_S = 60.0
"""How long a first clause may take then: a server may have to load its model first."""
PROBE = Prompt(
    turn_id="probe",
    name="friend",
    text="Hello! How are you today?",
    understanding=Understanding(frozenset({Kind.GREETING, Kind.QUESTION}), 0.5, 0.2, "how are you today", 5),
)
"""Answered by anything that can answer at all."""
