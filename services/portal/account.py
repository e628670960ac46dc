"""What the account page computes from an answer: nothing new, only order, place and distance. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.models import (
    Account,
    Contract,
    Criterion,
    HierarchyNode,
    Stakeholder,
    ThemeOwner,
    TierStep,
    TimelineEntry,
    UsagePoint,
)

PAGE = 25  # timeline entries a page shows
THEMES = ("COMMERCIAL", "TECHNICAL", "SERVICE", "EXEC_SPONSOR", "RENEWALS", "LEGAL", "PRODUCT")
QUADRANTS = ("keep_satisfied", "manage_closely", "monitor", "keep_informed")  # reading order: power up, interest right
_STANDING = ("Departed", "Dismissed", "Anonymised")

# The first word of an event's type → the kind a reader filters by; the longest match counts.
_KINDS = {
    "Interaction": "contact",
    "Contract": "contracts",
    "Renewal": "contracts",
    "Notice": "contracts",
    "Entitlement": "contracts",
    "Usage": "usage",
    "Stakeholder": "people",
    "Champion": "people",
    "EconomicBuyer": "people",
    "ReportingLine": "people",
    "Tier": "tier",
    "KeyAccount": "tier",
    "Theme": "team",
    "Deputy": "team",
    "Absence": "team",
    "Handover": "team",
    "Standard": "standards",
    "Account": "account",
    "Alias": "account",
    "Org": "account",
    "Site": "account",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A criterion's stretch of the score bar, which is 10,000 bp long."""

    criterion: Criterion
    number: int
    start_bp: int


def segments(criteria: Sequence[Criterion]) -> list[Segment]:
    """Criteria laid end to end; what they add up to is the score."""
    out, start = [], 0
    for number, criterion in enumerate(criteria, 1):
        out.append(Segment(criterion, number, start))
        start += criterion.points_bp
    return out


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the score lies from a tier's line: positive is above."""

    tier: str
    line_bp: int
    distance_bp: int


def distances(account: Account) -> list[Distance]:
    """Score minus line for each tier; empty without a score."""
    score = account.tier.score_bp
    return [] if score is None else [Distance(t.tier, t.line_bp, score - t.line_bp) for t in account.tier.thresholds]


def steps(account: Account) -> tuple[list[TierStep], list[TierStep]]:
    """(what changed the tier or may, what only confirmed it), each newest first."""
    newest = sorted(account.tier.history, key=lambda s: str(s.at), reverse=True)
    return [s for s in newest if s.from_ != s.to], [s for s in newest if s.from_ == s.to]


def team(account: Account) -> list[ThemeOwner]:
    """Themes in the order of the domain: required ones that are vacant stay in their place, so a gap is seen."""
    return sorted(account.team, key=lambda t: (THEMES.index(t.theme) if t.theme in THEMES else len(THEMES), t.theme))


def quadrants(people: Sequence[Stakeholder]) -> dict[str, list[Stakeholder]]:
    """Who stands where on the power/interest grid; those who left or were never assessed are not on it."""
    grid: dict[str, list[Stakeholder]] = {q: [] for q in QUADRANTS}
    for person in people:
        if person.quadrant in grid and person.status not in _STANDING:
            grid[person.quadrant].append(person)
    for cell in grid.values():
        cell.sort(key=lambda p: (-(p.influence or 0), -(p.interest or 0), p.name or ""))
    return grid


def unassessed(people: Sequence[Stakeholder]) -> int:
    """How many present persons are missing from the grid."""
    return sum(1 for p in people if p.quadrant not in QUADRANTS and p.status not in _STANDING)


def people(account: Account) -> list[Stakeholder]:
    """Blockers and the influential first, those who left last."""
    return sorted(
        account.stakeholders,
        key=lambda p: (p.status in _STANDING, not p.blocker, -(p.influence or 0), p.name or "￿"),
    )


def contracts(account: Account, day: date) -> tuple[list[Contract], list[Contract]]:
    """(those that run or will, by notice deadline; those that are over, newest first)."""
    over = {"Terminated", "Renewed", "RenewedLate"}
    live = [c for c in account.contracts if c.active or (c.state not in over and (not c.ends_on or c.ends_on >= day))]
    past = [c for c in account.contracts if c not in live]
    live.sort(key=lambda c: (c.notice_deadline or c.ends_on or day, c.name or ""))
    past.sort(key=lambda c: (c.ends_on or day, c.name or ""), reverse=True)
    return live, past


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the group with its children, for a nested list."""

    node: HierarchyNode
    children: list[Branch]


def tree(nodes: Sequence[HierarchyNode]) -> list[Branch]:
    """The group as a forest: a node whose parent is not listed is a root. A node is never shown twice."""
    ids = {n.crm_id for n in nodes}
    below: dict[str | None, list[HierarchyNode]] = {}
    for node in nodes:
        below.setdefault(node.parent_crm_id if node.parent_crm_id in ids else None, []).append(node)

    def grow(parent: str | None) -> list[Branch]:
        return [Branch(n, grow(n.crm_id)) for n in sorted(below.get(parent, []), key=lambda n: (-n.arr_minor, n.name))]

    return grow(None)


def kind_of(entry: TimelineEntry) -> str:
    """The kind a timeline entry is filtered by."""
    match = max((k for k in _KINDS if entry.kind.startswith(k)), key=len, default="")
    return _KINDS.get(match, "other")


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """One page of the timeline, newest first, with how many entries there are of each kind."""

    entries: list[TimelineEntry]
    counts: dict[str, int]
    kind: str
    page: int
    pages: int


def timeline(account: Account, kind: str = "", page: int = 1) -> TimelinePage:
    """The entries of a kind (empty: all), 25 at a time; a page outside is the nearest one there is."""
    counts = Counter(kind_of(e) for e in account.timeline)
    wanted = [e for e in account.timeline if kind in ("", kind_of(e))]
    pages = max(1, -(-len(wanted) // PAGE))
    page = min(max(1, page), pages)
    shown = wanted[(page - 1) * PAGE : page * PAGE]
    return TimelinePage(shown, dict(counts.most_common()), kind, page, pages)


def usage(points: Sequence[UsagePoint], weeks: int = 26) -> dict[tuple[str, str], list[UsagePoint]]:
    """The last reported weeks of each (product, metric), oldest first."""
    series: dict[tuple[str, str], list[UsagePoint]] = {}
    for point in sorted(points, key=lambda p: p.period_start):
        series.setdefault((point.product, point.metric), []).append(point)
    return {key: series[key][-weeks:] for key in sorted(series)}


def arr_change(account: Account) -> int | None:
    """ARR now minus four quarters ago; None without that history."""
    history = account.arr_history
    return history[-1].arr_minor - history[-5].arr_minor if len(history) >= 5 else None
