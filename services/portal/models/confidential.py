"""Topics for a named audience, as those see them who are in it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.portal.models.base import Absent, Moment, View


class Employee(View):
    """One of us, by CRM user id; without a name: erased or not known."""

    user_id: str
    name: str | None


class SensitiveTopic(View):
    """A topic that concerns whoever asked: they flagged it or are in its audience."""

    topic_id: str
    text: str | None = Field(description="null: lifted, the text is gone; or no role of yours shows free text")
    audience: list[Employee]
    flagged_by: Employee
    flagged_at: datetime
    event_id: str
    lifted_at: Moment | None = Field(description="null: open")
    lifted_by: Annotated[Employee | None, Absent]
    lifted_event_id: str | None


class SensitiveTopics(View):
    """Those of an account that concern whoever asked; nobody is told of others, not even how many there are."""

    as_of: datetime
    topics: list[SensitiveTopic]


class Employees(View):
    """Our people who work here now, by name."""

    employees: list[Employee]
