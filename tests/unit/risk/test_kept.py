"""What a book keeps between facts is what it would work out anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.risk.policy import book as books
from services.risk.policy.book import Book
from services.risk.policy.evaluate import evaluate
from services.risk.policy.facts import Fact, in_order
from tests.unit.risk.world import ACME, MODEL, NOW, ZONE, account, case, contract, fact, met

DAY = timedelta(days=1)


def usage(week: int, value: int) -> Fact:
    at = NOW - 300 * DAY + 7 * week * DAY
    return fact(
        "CrmUsageReported", at, week + 1, f"u{week}", product="GTX", metric="active_users", value=value, licensed=100,
        period_start=at.date().isoformat(), reported_at=at.isoformat(),
    )  # fmt: skip


def deal(number: int, stage: str, ago: int) -> Fact:
    return fact(
        "CrmOpportunitySeen", NOW - ago * DAY, number, "d1", name="GTX renewal", motion="renewal", stage=stage,
        closes_on="2026-03-01", probability=50,
    )  # fmt: skip


HISTORY = in_order([
    account(), contract(ends_on="2026-04-30"),
    *(usage(w, 90 - w) for w in range(36)),
    *(met(NOW - n * DAY) for n in (200, 90, 20)),
    fact("CrmContractSeen", NOW - 60 * DAY, 2, "c1", **contract().data | {"notice_received_on": "2025-11-05"}),
    deal(1, "Prospecting", 120), deal(2, "Closed Lost", 30),
    case(1, NOW - 40 * DAY), case(2, NOW - 20 * DAY, NOW - 10 * DAY),
])  # fmt: skip


def differences() -> int:
    """How often a book that was asked after every fact says something else than one without a memory."""
    kept, found = Book(ACME), 0
    for f in HISTORY:
        kept.apply(f)
        kept.settle(f.at)
        for at in (f.at, NOW):
            found += evaluate(kept, MODEL, at, ZONE) != evaluate(kept.copied(), MODEL, at, ZONE)
            found += kept.last_contact(at) != kept.copied().last_contact(at)
    return found


def test_what_is_kept_is_what_would_be_worked_out_anew() -> None:
    assert differences() == 0


@pytest.mark.parametrize("forgotten", [t for t, parts in books.TOUCHED.items() if parts])
def test_a_fact_that_forgets_what_it_touches_is_seen(forgotten: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(books.TOUCHED, forgotten, ())
    assert differences() > 0
