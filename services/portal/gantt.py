"""The timeline of a plan: geometry only, colour comes from the style sheet. The list beside it says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from services.portal.models import Dependency, Milestone
from services.portal.plans import OPEN, Work

ROW, HEAD, LABEL, WIDTH = 28, 34, 250, 1070
_PAD = 76  # free space right of the last day, for the word beside a sign


@dataclass(frozen=True, slots=True)
class Bar:
    """A milestone: a bar from its start to its day, ended by a sign. Positions in user units."""

    milestone: Milestone
    y: int  # the middle of its row
    start: float
    end: float
    state: str  # done, waived, overdue, blocked, open


@dataclass(frozen=True, slots=True)
class Head:
    """The name of an initiative above its bars."""

    title: str
    y: int


@dataclass(frozen=True, slots=True)
class Link:
    """A dependency as a path with right angles, from what must come first."""

    path: str
    violated: bool
    critical: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """The first of a month."""

    on: date
    x: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn."""

    width: int
    height: int
    heads: list[Head]
    bars: list[Bar]
    links: list[Link]
    ticks: list[Tick]
    today: float | None


def chart(
    work: Sequence[Work], dependencies: Sequence[Dependency], critical: Sequence[str], today: date
) -> Chart | None:
    """The timeline; None without a milestone."""
    shown = [w for w in work if w.milestones]
    everything = [m for w in shown for m in w.milestones]
    if not everything:
        return None
    first = min(min(_start(m), m.due) for m in everything) - timedelta(days=4)
    last = max(max(_end(m), m.due) for m in everything) + timedelta(days=10)
    days = max(30, (last - first).days)

    def x(day: date) -> float:
        return round(LABEL + (WIDTH - LABEL - _PAD) * min(1.0, max(0.0, (day - first).days / days)), 1)

    heads, bars, y = list[Head](), list[Bar](), HEAD
    for group in shown:
        heads.append(Head(group.initiative.title or "" if group.initiative else "", y + ROW // 2))
        y += ROW
        for milestone in group.milestones:
            bars.append(Bar(milestone, y + ROW // 2, x(_start(milestone)), x(_end(milestone)), _state(milestone)))
            y += ROW
    places = {b.milestone.milestone_id: b for b in bars}
    path = set(pairwise(critical))
    links = [
        Link(
            _path(places[d.predecessor_id], places[d.milestone_id], d.kind),
            d.violated,
            (d.predecessor_id, d.milestone_id) in path,
        )
        for d in dependencies
        if d.predecessor_id in places and d.milestone_id in places
    ]
    inside = first <= today <= last
    return Chart(
        WIDTH, y + 8, heads, bars, links, _ticks(first, first + timedelta(days=days), x), x(today) if inside else None
    )


def _start(milestone: Milestone) -> date:
    """Where its bar begins: when work began, else its length before its day."""
    planned = milestone.due - timedelta(days=max(1, milestone.duration_days))
    return min(milestone.started_on or planned, _end(milestone))


def _end(milestone: Milestone) -> date:
    return milestone.completed_on or milestone.due


def _state(milestone: Milestone) -> str:
    if milestone.status in ("Done", "Waived"):
        return milestone.status.lower()
    if milestone.overdue:
        return "overdue"
    return "blocked" if milestone.status in OPEN and milestone.blocked_by else "open"


def _path(before: Bar, after: Bar, kind: str) -> str:
    """Out of the predecessor's end (F) or start (S), down or up between the rows, into the successor's end or start."""
    out_of_end, into_start = kind[:1] != "S", kind[1:] != "F"
    x1, x2 = (before.end if out_of_end else before.start), (after.start if into_start else after.end)
    leave, arrive = (x1 + 10 if out_of_end else x1 - 10), (x2 - 10 if into_start else x2 + 10)
    between = after.y - (ROW // 2 if after.y > before.y else -ROW // 2)
    return f"M{x1:g} {before.y}H{leave:g}V{between}H{arrive:g}V{after.y}H{x2:g}"


def _ticks(first: date, last: date, x: Callable[[date], float]) -> list[Tick]:
    """The first of each month; quarters only where months would stand too close."""
    step = 1 if (last - first).days < 430 else 3
    month = first.replace(day=1)
    out = []
    while month <= last:
        if month >= first and (month.month - 1) % step == 0:
            out.append(Tick(month, x(month)))
        month = (month.replace(day=28) + timedelta(days=5)).replace(day=1)
    return out
