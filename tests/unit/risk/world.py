"""A key account written by hand, for the rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.risk.policy.book import Book
from services.risk.policy.cursor import Cursor
from services.risk.policy.facts import Fact, in_order
from services.risk.policy.model import model
from services.risk.policy.sweep import InForce, Sweep
from services.risk.shipped import default_model
from shared import ids

ZONE = ZoneInfo("Europe/Berlin")
ACME = ids.account_id("sugar", "acme")
WON = datetime(2025, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
MODEL = model(default_model())


def fact(kind: str, at: datetime, number: int = 1, key: str = "", /, **data: Any) -> Fact:
    data = {"account_id": str(ACME), "crm_id": key or kind, "system": "sugar"} | data
    return Fact(at, kind, f"crm:{kind}:{key}:{number}", ids.derived(kind, key), number, data, ACME)


def account(at: datetime = WON, number: int = 1, **data: Any) -> Fact:
    return fact(
        "CrmAccountSeen", at, number, "acme",
        **({"owner_id": "u1", "competitor": None, "nps": None, "rating": None} | data),
    )  # fmt: skip


def contract(**data: Any) -> Fact:
    return fact(
        "CrmContractSeen", WON, 1, "c1",
        **(
            {
                "product": "GTX", "signed": True, "starts_on": "2025-01-01", "ends_on": "2027-12-31", "arr": 100_00,
                "currency": "USD", "seats": 10, "notice_period_days": 90, "auto_renew": False,
                "notice_received_on": None, "signed_on": "2025-01-01",
            }
            | data
        ),
    )  # fmt: skip


def case(number: int, opened: datetime, closed: datetime | None = None, priority: str = "P1", rev: int = 1) -> Fact:
    return fact(
        "CrmCaseSeen", closed or opened, rev, f"case{number}", number=number, priority=priority,
        is_open=closed is None, opened_at=opened.isoformat(), closed_at=closed.isoformat() if closed else None,
    )  # fmt: skip


def met(at: datetime, status: str = "Held") -> Fact:
    return fact(
        "CrmActivityLogged", at, 1, f"m{at:%Y%m%d%H}{status}", kind="meeting", direction=None, status=status,
        done=status == "Held", at=at.isoformat(),
    )  # fmt: skip


def usage(week: date, value: int, licensed: int | None = 100, product: str = "GTX") -> Fact:
    at = datetime.combine(week + timedelta(days=7), datetime.min.time(), UTC) + timedelta(hours=3)
    return fact(
        "CrmUsageReported", at, 1, f"{product}/{week}", product=product, metric="active_users", value=value,
        licensed=licensed, period_start=week.isoformat(), reported_at=at.isoformat(),
    )  # fmt: skip


def key_account(tier: str = "A") -> list[Fact]:
    return [
        account(), contract(), fact("TierChanged", WON, to_tier=tier), fact("KeyAccountConfirmed", WON, tier=tier),
        met(NOW - timedelta(days=1)),
    ]  # fmt: skip


def book_of(facts: list[Fact], until: datetime = NOW) -> Book:
    book = Book(ACME)
    for f in in_order(facts):
        if f.at <= until:
            book.apply(f)
            book.settle(f.at)
    return book


def swept(facts: list[Fact], until: datetime, cursor: Cursor | None = None, **more: Any) -> tuple[Sweep, list[Any]]:
    sweep = Sweep(Book(ACME), cursor or Cursor(), [InForce(WON, 1, MODEL)], ZONE, NOW - timedelta(days=2), **more)
    return sweep, sweep.run(in_order(facts), until)


def colours(found: list[Any]) -> list[tuple[datetime, str]]:
    return [(f.at, f.turn.colour) for f in found if f.turn]
