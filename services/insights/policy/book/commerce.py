"""Contracts, deals and contacts with the customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.insights.policy.facts import Fact

WHOLE = (
    "ContractRecorded", "ContractAmended", "ContractReassigned", "ContractWithdrawn", "ContractRestored",
)  # fmt: skip
CONTRACTS = (
    *WHOLE, "ContractRenewed", "ContractRenewedLate", "ContractLapsed", "ContractTerminated", "NoticeReceived",
    "NoticeWithdrawn", "RenewalOpportunityLinked", "RenewalWindowOpened",
)  # fmt: skip
DEALS = ("CrmOpportunitySeen", "CrmRecordDeleted", "CrmRecordMoved")
CONTACTS = (
    "InteractionRecorded", "InteractionHeld", "InteractionCorrected", "InteractionReassigned", "InteractionRetracted",
)  # fmt: skip
LATE = timedelta(days=90)  # a successor that begins later is a new contract (domain.md §18, K1)


@dataclass(slots=True)
class Contract:
    """Terms as they are known, and what became of them."""

    id: UUID
    product: str | None = None
    signed: bool = False
    withdrawn: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    arr: int = 0
    currency: str = ""
    notice_days: int | None = None
    notice_on: date | None = None
    notice_told_at: datetime | None = None
    auto_renew: bool | None = None
    owner: str | None = None
    outcome: str | None = None
    successor: UUID | None = None
    renewed_at: datetime | None = None
    renewal_deal: str | None = None
    window_opened: bool = False
    first_known: datetime | None = None
    terms_event: str = ""
    events: list[str] = field(default_factory=list)

    @property
    def deadline(self) -> date | None:
        """The last day on which notice can be given."""
        if self.ends_on is None or self.notice_days is None:
            return None
        return self.ends_on - timedelta(days=self.notice_days)

    @property
    def counts(self) -> bool:
        """Whether it can have ARR at all."""
        return self.signed and not self.withdrawn and self.starts_on is not None

    def active(self, day: date) -> bool:
        """Signed and inside its term, both ends inclusive."""
        if not self.counts or self.starts_on is None:
            return False
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(slots=True)
class Deal:
    """A deal of the CRM."""

    id: str
    name: str = ""
    stage: str = ""
    motion: str | None = None
    amount: int | None = None
    currency: str = ""
    closes_on: date | None = None
    first_seen: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = "open"
    here: bool = True
    events: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that took place."""

    at: datetime
    kind: str
    meaningful: bool
    owner: str | None
    participants: tuple[UUID, ...]
    event_id: str


def day(value: str | None) -> date | None:
    """A day, or none."""
    return date.fromisoformat(value) if value else None


def contracts(account: UUID, facts: Iterable[Fact]) -> dict[UUID, Contract]:
    """Those that belong to the account by the newest word about each."""
    found: dict[UUID, Contract] = {}
    gone: set[UUID] = set()
    for f in facts:
        c, d = found.setdefault(f.stream, Contract(f.stream)), f.data
        c.events.append(f.event_id)
        if f.type in WHOLE:
            _terms(c, f)
            (gone.discard if UUID(d["account_id"]) == account else gone.add)(f.stream)
            continue
        match f.type:
            case "ContractRenewed" | "ContractRenewedLate":
                c.outcome = "renewed" if f.type == "ContractRenewed" else "renewed_late"
                c.successor, c.renewed_at = UUID(d["successor_contract_id"]), f.effective_at
            case "ContractLapsed":
                c.outcome = "lapsed"
            case "ContractTerminated":
                c.outcome = "terminated"
            case "NoticeReceived":
                c.notice_on, c.notice_told_at = day(d["on"]), f.effective_at
            case "NoticeWithdrawn":
                c.notice_on = c.notice_told_at = None
            case "RenewalOpportunityLinked":
                c.renewal_deal = d["opportunity_crm_id"]
            case "RenewalWindowOpened":
                c.window_opened = True
    return {id: c for id, c in found.items() if id not in gone and c.first_known is not None}


def _terms(c: Contract, f: Fact) -> None:
    d = f.data
    c.first_known, c.terms_event = min(c.first_known or f.known_at, f.known_at), f.event_id
    c.product, c.signed, c.currency = d.get("product"), bool(d["signed"]), d["currency"]
    c.withdrawn = f.type == "ContractWithdrawn"
    c.starts_on, c.ends_on, c.arr = day(d.get("starts_on")), day(d.get("ends_on")), d.get("arr") or 0
    c.notice_days, c.auto_renew, c.owner = d.get("notice_period_days"), d.get("auto_renew"), d.get("owner_id")
    c.notice_on = day(d.get("notice_received_on")) or c.notice_on


def deals(account: UUID, facts: Iterable[Fact]) -> dict[str, Deal]:
    """Deals that the CRM has at the account."""
    found: dict[str, Deal] = {}
    for f in facts:
        d = f.data
        if f.type != "CrmOpportunitySeen":
            if d["object"] == "opportunity" and d["crm_id"] in found:
                found[d["crm_id"]].here = False
                found[d["crm_id"]].events.append(f.event_id)
            continue
        deal = found.setdefault(d["crm_id"], Deal(d["crm_id"]))
        deal.events.append(f.event_id)
        outcome = {"Closed Won": "won", "Closed Lost": "lost"}.get(d["stage"], "open")
        if outcome != deal.outcome:
            deal.closed_at = f.effective_at if outcome != "open" else None
        deal.here = bool(d["account_id"]) and UUID(d["account_id"]) == account
        deal.name, deal.stage, deal.outcome, deal.motion = d["name"], d["stage"], outcome, d.get("motion")
        deal.amount, deal.currency, deal.closes_on = d.get("amount"), d["currency"], day(d.get("closes_on"))
        deal.first_seen = deal.first_seen or f.effective_at
    return {id: deal for id, deal in found.items() if deal.here}


def contacts(account: UUID, facts: Iterable[Fact]) -> list[Contact]:
    """By the newest word about each contact: what was retracted or belongs elsewhere never counted."""
    newest: dict[UUID, Fact] = {}
    for f in facts:
        newest[f.stream] = f
    found = []
    for f in newest.values():
        d: dict[str, Any] = f.data
        if f.type == "InteractionRetracted" or not d["done"] or not d.get("at") or UUID(d["account_id"]) != account:
            continue
        people = tuple(UUID(p) for p in d.get("participants") or ())
        at = datetime.fromisoformat(d["at"])
        found.append(Contact(at, d["kind"], bool(d["meaningful"]), d.get("owner_id"), people, f.event_id))
    return sorted(found, key=lambda c: (c.at, c.event_id))
