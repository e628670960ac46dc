"""The sections of a pack by name: each a pure function of the context."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.qbr.pack.changes import changes
from services.qbr.pack.context import Context
from services.qbr.pack.model import Section
from services.qbr.pack.sections.growth import goals, whitespace
from services.qbr.pack.sections.people import promises, stakeholders
from services.qbr.pack.sections.pipeline import pipeline
from services.qbr.pack.sections.proposals import next_goals, open_questions
from services.qbr.pack.sections.renewals import renewals
from services.qbr.pack.sections.results import results, value
from services.qbr.pack.sections.risk import risk
from services.qbr.pack.sections.service import cases, usage

MAKE: Mapping[str, Callable[[Context], Section]] = {
    "changes": changes,
    "goals": goals,
    "results": results,
    "value": value,
    "pipeline": pipeline,
    "renewals": renewals,
    "cases": cases,
    "usage": usage,
    "risk": risk,
    "stakeholders": stakeholders,
    "promises": promises,
    "whitespace": whitespace,
    "next_goals": next_goals,
    "open_questions": open_questions,
}
