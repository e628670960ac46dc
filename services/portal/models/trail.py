"""The audit trail of a thing: every public event about it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from services.portal.models.base import View


class TrailChange(View):
    """What a field was and is, as text; JSON where it is no plain text."""

    field: str
    before: str | None
    after: str | None
    told: bool = Field(description="The event itself says both; else `before` is from the event before it")


class TrailEvent(View):
    """One event, as it was recorded."""

    event_id: str
    type: str
    stream_id: str
    version: int
    actor: str | None
    effective_at: datetime = Field(description="When it became true")
    recorded_at: datetime = Field(description="When we wrote it down")
    known_at: datetime = Field(description="When it counts as known: what came with the CRM's history when it was true")
    command_id: str | None
    correlation_id: str | None
    causation_id: str | None
    policy_refs_json: str | None
    data_json: str | None
    changes: list[TrailChange]


class Trail(View):
    """A page of the trail, the newest recorded first."""

    kind: str
    id: str
    account_id: str | None
    crm_id: str | None
    account: str | None
    title: str | None
    total: int = Field(description="Events on the whole trail, before any filter")
    by_service: dict[str, int]
    events: list[TrailEvent]
    next_before: str | None = Field(description="Ask with this as `before` for older ones; null: there are none")
