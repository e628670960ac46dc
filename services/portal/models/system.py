"""Stored events, policies and the state of the accounts service."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.portal.models.base import Moment, View


class Freshness(View):
    """How far the accounts service has read."""

    crm_event_at: datetime | None = Field(description="Business time of the newest CRM fact taken in")
    received_at: datetime | None
    position: int
    caught_up: bool


class Scope(View):
    """The accounts of somebody's teams."""

    account_ids: list[UUID]


class StoredEvent(View):
    """An event as the accounts service keeps it; the JSON parts are text as stored."""

    event_id: str
    type: str
    stream_id: str
    version: int
    effective_at: datetime | None
    recorded_at: datetime | None
    actor: str | None
    command_id: str | None
    correlation_id: str | None
    causation_id: str | None
    source_json: str | None
    policy_refs_json: str | None
    data_json: str | None
    account_id: str | None
    crm_id: str | None = None


class TierPolicyVersion(View):
    """One version of the tier policy. `functions` and `signers` go by pairs: who has signed for what."""

    version: int
    status: str | None
    author: str | None
    functions: list[str]
    signers: list[str]
    signed_off: bool
    effective_from: Moment | None
    event_id: str | None
    drafted_at: Moment | None


class TierPolicy(View):
    """A version of the tier policy and of the standards, as documents, and all versions."""

    version: int
    status: str | None
    document_json: str | None
    signed_off_by: list[str]
    effective_from: Moment | None
    event_id: str | None
    standards_json: str | None
    author: str | None
    versions: list[TierPolicyVersion]


class Status(View):
    """The state of the accounts service."""

    freshness: Freshness
    events: int
    accounts: int
    armed_timers: int
    dead_letters: int
