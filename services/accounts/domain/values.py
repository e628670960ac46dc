"""Value objects of the accounts domain: frozen, comparable, stored inside events.

Money is in minor units of `currency`, shares and margins in basis points. `None` means: not known.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Lifecycle = Literal["Registered", "Active", "Ended", "Archived", "Merged"]
KeyStatus = Literal["NotKey", "Nominated", "Key", "Declassified"]
Tier = Literal["A", "B", "C", "N"]
EndReason = Literal["churned", "insolvent", "acquired", "other"]
Theme = Literal["COMMERCIAL", "TECHNICAL", "SERVICE", "EXEC_SPONSOR", "RENEWALS", "LEGAL", "PRODUCT"]
VacancyCause = Literal["owner_inactive", "no_owner_in_crm", "removed", "user_deactivated"]
SignOffFunction = Literal["sales", "service", "management"]
HandoverState = Literal["Started", "Overdue", "Accepted", "Declined", "Withdrawn"]
HandoverCause = Literal["person", "owner_replaced", "owner_left"]
WithdrawnBecause = Literal["taken_back", "owner_changed"]
ItemKind = Literal["escalation", "promise", "contract", "timer", "stakeholder"]
Role = Literal[
    "INITIATOR",
    "USER",
    "INFLUENCER",
    "DECIDER",
    "BUYER",
    "GATEKEEPER",
    "APPROVER",
    "ECONOMIC_BUYER",
    "TECHNICAL_BUYER",
    "USER_BUYER",
    "COACH",
    "CHAMPION",
    "EXEC_SPONSOR",
]
EvidenceKind = Literal["power", "sells_internally", "own_interest", "other"]
DismissReason = Literal["not_relevant", "left_company", "duplicate", "other"]
DepartureCause = Literal["moved", "deleted", "unlinked", "told"]
Line = Literal["influences", "conflicts_with"]
RenewalKind = Literal["flat", "expansion", "contraction"]
InteractionKind = Literal["meeting", "call", "mail", "offer", "ticket"]
Direction = Literal["inbound", "outbound"]


class Value(BaseModel):
    """Base: frozen; unknown stored fields are ignored (tolerant reader)."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Profile(Value):
    """The CRM's master data of an account. `parent_id`: the parent the CRM names, accepted or not; `owner_id`: CRM
    user.
    """

    account_type: str | None = None
    industry: str | None = None
    country: str | None = None
    parent_id: UUID | None = None
    parent_crm_id: str | None = None
    owner_id: str | None = None
    rating: str | None = None
    currency: str = "USD"
    annual_revenue: int | None = None
    employees: int | None = None
    margin_bp: int | None = None
    potential: int | None = None
    strategic_reference: bool | None = None
    competitor: str | None = None
    nps: int | None = None


class Terms(Value):
    """What a contract says. `starts_on` and `ends_on` are both days inside it; `arr` is the value of a year."""

    name: str = ""
    status: str = ""
    signed: bool = False
    product: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    arr: int | None = None
    currency: str = "USD"
    seats: int | None = None
    notice_period_days: int | None = None
    auto_renew: bool | None = None
    notice_received_on: date | None = None
    signed_on: date | None = None
    owner_id: str | None = None


class Details(Value):
    """One contact with the customer. `done`: held, connected, sent or received; else planned, missed or cancelled.

    `at`: when it happened or is planned. `participants`: subject ids of the customer's people who took part.
    """

    kind: InteractionKind
    direction: Direction | None = None
    status: str | None = None
    done: bool = False
    at: datetime | None = None
    owner_id: str | None = None
    participants: tuple[UUID, ...] = ()


class Suggestion(Value):
    """What the CRM believes about a person, on our scales: suggested until somebody assesses it."""

    roles: tuple[Role, ...] = ()
    power: int | None = Field(default=None, ge=1, le=5)
    attitude: int | None = Field(default=None, ge=-2, le=2)
    has_mail: bool = False


class Evidence(Value):
    """What an assessment rests on: a reference (event id, record id, address), never words about a person."""

    kind: EvidenceKind = "other"
    ref: str
    on: date

    @classmethod
    def parse(cls, text: str, today: date) -> Evidence:
        """Reads `[kind:]ref[@YYYY-MM-DD]`, for example `power:crm:4711@2026-10-01`; without a day it is of `today`."""
        rest, at, day = text.rpartition("@")
        try:
            on = date.fromisoformat(day) if at else today
        except ValueError:
            at, on = "", today
        body = rest if at else text
        first, colon, tail = body.partition(":")
        kind = next((k for k in get_args(EvidenceKind) if colon and k == first), None)
        return cls(kind=kind or "other", ref=tail if kind else body, on=on)


class Ranked(Value):
    """A place in a capacity ranking."""

    account_id: UUID
    tier: Tier
    score_bp: int | None = None


class HandoverItem(Value):
    """One thing that the receiver of a theme has to know: what it is (`kind`, `what`: codes), which (`ref`: an id), and
    until when. `label` is the title of a record, never a person's name: who a stakeholder is, the vault says.
    """

    kind: ItemKind
    ref: str
    what: str = ""
    label: str = ""
    due_on: date | None = None

    @property
    def item_id(self) -> str:
        """Tells it apart within its handover."""
        return f"{self.kind}:{self.ref}"
