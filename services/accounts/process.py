"""What happens by itself, as pure functions: who owns the commercial theme, when a tier is assessed, what a contract's
calendar brings, when the daily tick is.

Each process is a timer rule. A fact only arms the timer; it fires when nothing is left to read, and then looks at the
whole history up to that instant. So it never judges on half of it, and the order in which facts came does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from services.accounts.policy import contracts as rules
from shared import ids

ASSESSMENT = "tier_assessment"
CONTRACTS = "contract_calendar"
OWNER = "commercial_owner"
DAILY = "daily"
HANDOVERS = "handovers"

COMPANY = ids.derived("company")
WAKE = datetime(2000, 1, 1, tzinfo=UTC)
"""The due time of a timer that only says: look when everything is read."""

TICK_AT = time(5)
REVENUE_NEEDS = timedelta(days=91)  # domain.md §13: with less than three months of revenue there is none to judge
REVIEW_GRACE = 10
HANDOVERS_EVERY = timedelta(seconds=30)
APPROACH_STEPS = (90, 60, 30, 14, 7, 1)  # days before the notice deadline, domain.md R17


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day there."""
    return datetime.combine(day, time(), zone)


# -- the commercial owner


class Ownership(NamedTuple):
    """Who the CRM's account owner is from `at` on, and whether that employee is active."""

    at: datetime
    owner_id: str | None
    active: bool


def ownerships(
    owners: Sequence[tuple[datetime, str | None]], activity: Mapping[str, Sequence[tuple[datetime, bool]]]
) -> list[Ownership]:
    """Every change of (owner, active), in order. `owners`: of the account, oldest first; `activity`: of each
    employee, oldest first; before the first word about an employee they count as active."""
    instants = sorted(
        {at for at, _ in owners} | {at for o in {o for _, o in owners if o} for at, _ in activity.get(o, ())}
    )
    found: list[Ownership] = []
    for at in instants:
        owner = _at(owners, at, None)
        active = _at(activity.get(owner or "", ()), at, True)
        if not found and owner is None:
            continue
        if not found or (owner, active) != found[-1][1:]:
            found.append(Ownership(at, owner, bool(active)))
    return found


def _at(steps: Sequence[tuple[datetime, Any]], at: datetime, default: Any) -> Any:
    value = default
    for since, v in steps:
        if since > at:
            break
        value = v
    return value


# -- assessments


def first_assessment(customer_since: datetime, signed: Iterable[rules.Term], zone: ZoneInfo) -> datetime:
    """The account's first assessable instant: a customer whose first contract has brought three months of revenue.

    Without any contract: three months after it became a customer; the assessment will then say what is missing.
    """
    starts = [midnight(t.starts_on, zone) for t in signed if t.signed and t.starts_on]
    begin = max(customer_since, min(starts)) if starts else customer_since
    return begin + REVENUE_NEEDS


# -- the calendar of a contract


@dataclass(frozen=True, slots=True)
class Step:
    """What is due for a contract at an instant: deal (linked), window, approach, passed, renewed, or over.

    `days`: the lead of a window, the step of an approach. `other`: the successor's id, or the deal's.
    """

    at: datetime
    contract_id: UUID
    what: str
    day: date
    days: int = 0
    other: str = ""


def window_opens(
    anchor: date, leads: Mapping[str | None, int], tiers: Sequence[tuple[date, str | None]]
) -> tuple[date, int]:
    """(day, lead): the first day on which the lead of the tier that holds then reaches the `anchor` (the notice
    deadline, or the end). `leads`: days by tier, None: without tier. `tiers`: from which day which tier holds, oldest
    first.
    """
    days = sorted({anchor - timedelta(days=n) for n in leads.values()} | {d for d, _ in tiers})
    for day in days:
        held = [t for since, t in tiers if since <= day]
        lead = leads.get(held[-1] if held else None, leads[None])
        if anchor - timedelta(days=lead) <= day:
            return day, lead
    return anchor, 0


def calendar(
    contract_id: UUID, term: rules.Term, known_at: datetime, window: tuple[date, int] | None, zone: ZoneInfo
) -> Iterator[Step]:
    """Every step of a contract's calendar that falls on or after the day on which its terms were known.

    A window that was open already when we heard of the contract opens then.
    """
    deadline, over, begin = rules.notice_deadline(term), rules.lapses_on(term), known_at.astimezone(zone).date()

    def step(what: str, day: date, days: int = 0) -> Iterator[Step]:
        if day >= begin:
            yield Step(max(midnight(day, zone), known_at), contract_id, what, day, days)

    if window is not None and term.ends_on is not None and max(window[0], begin) <= term.ends_on:
        yield from step("window", max(window[0], begin), window[1])
    if deadline is not None:
        for days in APPROACH_STEPS:
            yield from step("approach", deadline - timedelta(days=days), days)
        yield from step("passed", deadline + timedelta(days=1))
    if over is not None:
        yield from step("over", over)
        yield from step("over", over + rules.LATE)


# -- the daily tick


def tick_on(day: date, zone: ZoneInfo) -> datetime:
    """The company's 05:00 of a day."""
    return datetime.combine(day, TICK_AT, zone)


def next_tick(after: datetime, zone: ZoneInfo) -> datetime:
    """The first tick later than an instant."""
    day = after.astimezone(zone).date()
    tick = tick_on(day, zone)
    return tick if tick > after else tick_on(day + timedelta(days=1), zone)


def review_overdue_at(due: datetime, zone: ZoneInfo) -> datetime:
    """Ten business days (Monday to Friday) after a review fell due, domain.md R20."""
    day, left = due.astimezone(zone).date(), REVIEW_GRACE
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return tick_on(day, zone)
