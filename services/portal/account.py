"""What the account page computes from an answer: nothing new, only order, place and distance. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.models import (
    Account,
    ArrPoint,
    Contract,
    Criterion,
    HierarchyNode,
    InsightArr,
    ThemeOwner,
    TierStep,
    UsagePoint,
)

THEMES = ("COMMERCIAL", "TECHNICAL", "SERVICE", "EXEC_SPONSOR", "RENEWALS", "LEGAL", "PRODUCT")
QUADRANTS = ("keep_satisfied", "manage_closely", "monitor", "keep_informed")  # reading order: power up, interest right


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


def usage(points: Sequence[UsagePoint], weeks: int = 26) -> dict[tuple[str, str], list[UsagePoint]]:
    """The last reported weeks of each (product, metric), oldest first."""
    series: dict[tuple[str, str], list[UsagePoint]] = {}
    for point in sorted(points, key=lambda p: p.period_start):
        series.setdefault((point.product, point.metric), []).append(point)
    return {key: series[key][-weeks:] for key in sorted(series)}


def arr_change(history: Sequence[ArrPoint | InsightArr]) -> int | None:
    """ARR now minus four quarters ago; None without that history."""
    return history[-1].arr_minor - history[-5].arr_minor if len(history) >= 5 else None


def initials(themes: Sequence[ThemeOwner], known: Callable[[str | None], str]) -> list[tuple[str, str, str]]:
    """(theme, who, initials) of the team; of a required theme that is vacant the initials are "?". Optional themes
    without an owner are left out. `known`: the name behind a user id."""
    found = []
    for theme in themes:
        name = (theme.name or known(theme.user_id)) if theme.user_id else ""
        if name or theme.required:
            parts = [part for part in name.replace("-", " ").split() if part[:1].isalpha()]
            short = "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()
            found.append((theme.theme, name, short or "?"))
    return found
