"""The portfolio: one row per key account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from services.portal.models.base import Moment, Tier, View


class Totals(View):
    """Sums over all rows of an answer."""

    arr_minor: int = Field(description="Annual recurring revenue, minor units")
    currency: str | None
    accounts: int
    by_tier: dict[str, int] = Field(description="Number of accounts by tier; N: none")


class AccountRow(View):
    """One key account as the portfolio lists it."""

    account_id: str
    crm_id: str = Field(description="The account's id in the CRM: opaque text, not always a UUID")
    name: str
    parent_crm_id: str | None
    owner_id: str | None = Field(description="CRM user id of the commercial owner")
    owner: str | None = Field(description="The owner's name; null if erased or not known")
    owner_active: bool | None
    tier: Tier | None = Field(description="A, B, C, N (assessed, no tier) or null (not assessed yet)")
    tier_score_bp: int | None
    completeness_bp: int | None = Field(description="Share of the criteria's weight that has a value")
    arr_minor: int
    currency: str | None
    active_contracts: int
    next_notice_deadline: date | None
    next_renewal_on: date | None = Field(description="The day after the earliest end of an active contract")
    live_contacts: int
    last_meaningful_contact_at: datetime | None
    last_meaningful_contact_kind: str | None = Field(description="meeting, call or mail")
    contact_state: Literal["green", "amber", "red"] | None = Field(
        description="Last meaningful contact against the limits of the tier"
    )
    key_status: str | None
    tier_provisional: bool = Field(description="Approved by policy, not by a person")
    tier_manual: bool = Field(description="Overridden by a person until a date")
    tier_before: Tier | None = Field(description="The tier before the last change")
    tier_since: Moment | None
    country: str | None
    industry: str | None
    lifecycle: str | None
    merged_into_crm_id: str | None
    evidence: dict[str, str] = Field(description="Name of a figure -> id of the event behind it")
    breaches: list[str] = Field(description="Standards of the tier that are not kept today")


class Portfolio(View):
    """Every live customer account, for one instant."""

    as_of: datetime
    rows: list[AccountRow]
    totals: Totals
