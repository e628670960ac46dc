"""Contracts, deals, cases and usage of an account. Money in minor units; terms include both their days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.qbr.pack.facts import Fact
from shared.ids import derived

WON, LOST = "Closed Won", "Closed Lost"
LATE_RENEWAL = timedelta(days=90)


@dataclass(slots=True)
class Contract:
    """A contract of the CRM. `events`: the fact that says what it is now, then what followed."""

    id: UUID
    name: str
    product: str | None
    signed: bool
    starts: date | None
    ends: date | None
    arr: int | None
    currency: str
    seats: int | None
    notice_days: int | None
    auto_renew: bool | None
    noticed_on: date | None
    event: str
    renewal_deal: str | None = None
    outcome: str | None = None
    outcome_event: str | None = None

    def active(self, on: date) -> bool:
        """Signed and inside its term."""
        return self.signed and self.starts is not None and self.starts <= on and (self.ends is None or on <= self.ends)

    @property
    def deadline(self) -> date | None:
        """The last day on which notice can be given; None: no end or no notice period known."""
        if self.ends is None or self.notice_days is None:
            return None
        return self.ends - timedelta(days=self.notice_days)

    @property
    def events(self) -> tuple[str, ...]:
        """The facts behind it."""
        return (self.event, self.outcome_event) if self.outcome_event else (self.event,)


@dataclass(slots=True)
class Deal:
    """An opportunity. `slips`: how often its closing day was moved back."""

    crm_id: str
    name: str
    stage: str
    probability: int | None
    amount: int | None
    currency: str
    closes: date | None
    motion: str | None
    event: str
    first: Fact
    changed_at: datetime
    said: dict[str, str]
    """Aspect (stage, closes, amount) → the fact that changed it last."""
    peak: tuple[int, str]
    """Highest probability that it had, and the stage."""
    slips: int = 0

    @property
    def open(self) -> bool:
        """Neither won nor lost."""
        return self.stage not in (WON, LOST)


@dataclass(slots=True)
class Case:
    """A support case; its age counts from the first opening."""

    crm_id: str
    number: int | None
    priority: str
    open: bool
    opened_at: datetime
    closed_at: datetime | None
    event: str

    def overdue(self, limits: dict[str, int], at: datetime) -> bool:
        """Open longer, or solved later, than the limit of its priority in hours; no limit: never."""
        hours = limits.get(self.priority)
        end = at if self.open else self.closed_at
        return hours is not None and end is not None and end - self.opened_at > timedelta(hours=hours)


@dataclass(slots=True)
class Reading:
    """Use of one product in one week."""

    product: str
    metric: str
    first: date
    last: date
    value: int
    licensed: int | None
    reported_at: datetime
    event: str


@dataclass(slots=True)
class Commerce:
    """What the account buys and uses."""

    contracts: dict[UUID, Contract] = field(default_factory=dict)
    deals: dict[str, Deal] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    usage: dict[tuple[str, str, date], Reading] = field(default_factory=dict)

    def seen_deal(self, f: Fact) -> None:
        d, known = f.data, self.deals.get(f.data["crm_id"])
        closes = _day(d.get("closes_on"))
        slipped = known is not None and known.closes is not None and closes is not None and closes > known.closes
        deal = self.deals[d["crm_id"]] = Deal(
            d["crm_id"], d["name"], d["stage"], d.get("probability"), d.get("amount"), d["currency"], closes,
            d.get("motion"), f.event_id, known.first if known else f,
            known.changed_at if known and known.stage == d["stage"] else f.effective_at,
            dict(known.said) if known else dict.fromkeys(("stage", "closes", "amount"), f.event_id),
            (d.get("probability") or 0, d["stage"]),
            (known.slips if known else 0) + slipped,
        )  # fmt: skip
        if known is not None:
            deal.peak = max(deal.peak, known.peak, key=lambda p: p[0])
            for aspect in deal.said:
                if getattr(known, aspect) != getattr(deal, aspect):
                    deal.said[aspect] = f.event_id

    def seen_case(self, f: Fact) -> None:
        d = f.data
        closed = d.get("closed_at")
        self.cases[d["crm_id"]] = Case(
            d["crm_id"], d.get("number"), d.get("priority", "none"), d["is_open"],
            datetime.fromisoformat(d["opened_at"]),
            datetime.fromisoformat(closed) if closed else None, f.event_id,
        )  # fmt: skip

    def seen_contract(self, f: Fact) -> None:
        d = f.data
        key = derived("contract", d["system"], d["crm_id"])
        known = self.contracts.get(key)
        self.contracts[key] = Contract(
            key, d["name"], d.get("product"), d["signed"], _day(d.get("starts_on")), _day(d.get("ends_on")),
            d.get("arr"),
            d["currency"], d.get("seats"), d.get("notice_period_days"), d.get("auto_renew"),
            _day(d.get("notice_received_on")), f.event_id, known.renewal_deal if known else None,
        )  # fmt: skip

    def gone(self, f: Fact) -> None:
        """The record was deleted, or belongs to another account."""
        match f.data["object"]:
            case "opportunity":
                self.deals.pop(f.data["crm_id"], None)
            case "case":
                self.cases.pop(f.data["crm_id"], None)
            case "contract":
                self.contracts.pop(derived("contract", f.data["system"], f.data["crm_id"]), None)

    def linked(self, f: Fact) -> None:
        if contract := self.contracts.get(f.stream):
            contract.renewal_deal = f.data["opportunity_crm_id"]

    def followed(self, f: Fact) -> None:
        """What became of a contract: renewed, lapsed, ended."""
        if contract := self.contracts.get(f.stream):
            contract.outcome, contract.outcome_event = f.type, f.event_id

    def used(self, f: Fact) -> None:
        """The later report about a week wins."""
        d = f.data
        first, reported = date.fromisoformat(d["period_start"]), datetime.fromisoformat(d["reported_at"])
        key = d["product"], d["metric"], first
        known = self.usage.get(key)
        if known is None or reported >= known.reported_at:
            last = date.fromisoformat(d["period_end"])
            self.usage[key] = Reading(
                d["product"], d["metric"], first, last, d["value"], d.get("licensed"), reported, f.event_id
            )

    def active(self, on: date) -> list[Contract]:
        """The contracts in force on a day, in the order of their ends."""
        return sorted(
            (c for c in self.contracts.values() if c.active(on)), key=lambda c: (c.ends or date.max, str(c.id))
        )

    def arr(self, on: date) -> dict[str, int]:
        """Currency → annual recurring revenue of a day."""
        total: dict[str, int] = {}
        for c in self.active(on):
            total[c.currency] = total.get(c.currency, 0) + (c.arr or 0)
        return total


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
