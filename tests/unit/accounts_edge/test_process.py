"""When things fall due: pure functions of time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.accounts import process
from services.accounts.domain.values import Terms
from services.accounts.process import Ownership
from shared.ids import derived

BERLIN = ZoneInfo("Europe/Berlin")
CONTRACT = derived("test", "contract")
TERMS = Terms(signed=True, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), notice_period_days=90)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_ownership_is_owner_and_activity_together() -> None:
    owners = [(at("2024-01-01"), "u1"), (at("2024-03-01"), "u1"), (at("2024-06-01"), "u2"), (at("2024-09-01"), None)]
    activity = {"u1": [(at("2023-01-01"), True), (at("2024-04-01"), False)], "u2": [(at("2024-07-01"), False)]}
    assert process.ownerships(owners, activity) == [
        Ownership(at("2024-01-01"), "u1", True),
        Ownership(at("2024-04-01"), "u1", False),
        Ownership(at("2024-06-01"), "u2", True),
        Ownership(at("2024-07-01"), "u2", False),
        Ownership(at("2024-09-01"), None, True),
    ]


def test_an_account_without_owner_has_no_ownership() -> None:
    assert process.ownerships([(at("2024-01-01"), None)], {}) == []


@pytest.mark.parametrize(
    ("since", "starts", "first"),
    [
        ("2024-01-01", ["2024-03-01"], "2024-05-30T22:00"),  # three months after the first contract
        ("2024-06-01", ["2024-03-01"], "2024-08-31"),  # a customer only after it
        ("2024-01-01", ["2024-06-01", "2024-03-01"], "2024-05-30T22:00"),
        ("2024-01-01", [], "2024-04-01"),
    ],
)
def test_first_assessment(since: str, starts: list[str], first: str) -> None:
    signed = [Terms(signed=True, starts_on=date.fromisoformat(s)) for s in starts]
    unsigned = Terms(signed=False, starts_on=date(2020, 1, 1))
    assert process.first_assessment(at(since), [*signed, unsigned], BERLIN) == at(first)


LEADS = {"A": 180, "B": 120, "C": 90, "N": 90, None: 90}
ANCHOR = date(2025, 10, 2)


@pytest.mark.parametrize(
    ("tiers", "opens"),
    [
        ([], (ANCHOR - timedelta(days=90), 90)),
        ([(date(2024, 1, 1), "A")], (ANCHOR - timedelta(days=180), 180)),
        ([(date(2024, 1, 1), "B")], (ANCHOR - timedelta(days=120), 120)),
        (
            [(date(2024, 1, 1), "C"), (date(2025, 5, 1), "A")],
            (date(2025, 5, 1), 180),
        ),  # promoted inside the longer lead
        ([(date(2024, 1, 1), "A"), (date(2025, 3, 1), "C")], (ANCHOR - timedelta(days=90), 90)),
    ],
)
def test_the_window_opens_by_the_tier_of_the_day(tiers: list[tuple[date, str | None]], opens: tuple[date, int]) -> None:
    assert process.window_opens(ANCHOR, LEADS, tiers) == opens


def test_the_calendar_begins_when_the_terms_are_known() -> None:
    steps = list(process.calendar(CONTRACT, TERMS, at("2025-09-10T08:00"), (date(2025, 4, 5), 180), BERLIN))
    assert [(s.what, s.day, s.days) for s in steps] == [
        ("window", date(2025, 9, 10), 180),
        ("approach", date(2025, 9, 18), 14),
        ("approach", date(2025, 9, 25), 7),
        ("approach", date(2025, 10, 1), 1),
        ("passed", date(2025, 10, 3), 0),
        ("over", date(2026, 1, 1), 0),
        ("over", date(2026, 4, 1), 0),
    ]
    assert steps[0].at == at("2025-09-10T08:00")
    assert steps[1].at == at("2025-09-17T22:00")


def test_an_open_ended_contract_has_no_calendar() -> None:
    assert not list(process.calendar(CONTRACT, Terms(signed=True), at("2025-01-01"), None, BERLIN))


@pytest.mark.parametrize(
    ("after", "tick"),
    [
        ("2026-03-28T04:00", "2026-03-29T03:00"),  # the night the clocks go forward
        ("2026-03-28T03:59", "2026-03-28T04:00"),
        ("2026-10-25T04:00", "2026-10-26T04:00"),
    ],
)
def test_the_tick_is_at_five_in_the_morning_there(after: str, tick: str) -> None:
    assert process.next_tick(at(after), BERLIN) == at(tick)


def test_a_review_is_overdue_after_ten_business_days() -> None:
    assert process.review_overdue_at(at("2026-11-13T08:00"), BERLIN) == at("2026-11-27T04:00")
