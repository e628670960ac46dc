"""What the plan page computes from an answer: order, place on a bar, what belongs together. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.inputs.goals import scale
from services.portal.models import (
    Goal,
    GrowthPlan,
    Initiative,
    Milestone,
    PlanHead,
    Plans,
    Whitespace,
    WhitespaceCell,
)

OPEN = ("Planned", "InProgress")
OPEN_PLAN = ("Draft", "InReview", "Active")
GOAL_LAMPS = {"OnTrack": "green", "Achieved": "green", "AtRisk": "amber", "OffTrack": "red", "Missed": "red"}


def goal_lamp(status: str) -> str:
    """The lamp of a goal; one that was never checked is grey."""
    return GOAL_LAMPS.get(status, "grey")


def share_bp(goal: Goal, value: int | None) -> int | None:
    """Where a value lies between baseline and target, 0 to 10,000, for a bar."""
    span = goal.target - goal.baseline
    if value is None or span == 0:
        return None
    return max(0, min(10_000, 10_000 * (value - goal.baseline) // span))


def in_language(answer: GrowthPlan, language: str) -> GrowthPlan:
    """Milestones that a play planned are called as their playbook says it in the reader's language."""
    steps = {s.milestone_id: s.title for run in answer.runs for s in run.steps if s.milestone_id}

    def named(m: Milestone) -> Milestone:
        said = steps.get(m.milestone_id, {})
        own = m.title not in said.values() or language not in said
        return m if own else m.model_copy(update={"title": said[language]})

    return answer.model_copy(update={"milestones": [named(m) for m in answer.milestones]})


def shown(value: int, unit: str | None) -> str:
    """A stored value as a form shows it: whole units of money, per cent of basis points."""
    factor = scale(unit or "")
    return str(value // factor) if value % factor == 0 else f"{value / factor:.2f}"


@dataclass(frozen=True, slots=True)
class Work:
    """An initiative with its milestones by day; `goals` are the titles of what it serves."""

    initiative: Initiative | None  # None: milestones of an initiative that the answer does not hold
    milestones: list[Milestone]
    goals: list[str]

    @property
    def open(self) -> int:
        """How many milestones are still to do."""
        return sum(1 for m in self.milestones if m.status in OPEN)

    @property
    def overdue(self) -> int:
        """How many of them are past their day."""
        return sum(1 for m in self.milestones if m.overdue)


_ORDER = ("InProgress", "Approved", "Proposed", "OnHold", "Completed", "Cancelled")


def work(answer: GrowthPlan) -> list[Work]:
    """The initiatives in the order of what is going on, each with its milestones."""
    titles = {g.goal_id: g.title or g.goal_id for g in answer.goals}
    of: dict[str | None, list[Milestone]] = {}
    for milestone in sorted(answer.milestones, key=lambda m: (m.due, m.title or "")):
        of.setdefault(milestone.initiative_id, []).append(milestone)
    rank = {status: n for n, status in enumerate(_ORDER)}
    ordered = sorted(answer.initiatives, key=lambda i: (rank.get(i.status, 0), i.due or date.max, i.title or ""))
    out = [Work(i, of.pop(i.initiative_id, []), [titles.get(g, g) for g in i.goal_ids]) for i in ordered]
    return out + [Work(None, rest, []) for rest in of.values()]


def milestone_lamp(milestone: Milestone) -> str:
    """Red: past its day. Amber: due soon or blocked. Green: done. Grey: to come or waived."""
    if milestone.overdue:
        return "red"
    if milestone.status == "Done":
        return "green"
    return "amber" if milestone.status in OPEN and (milestone.due_soon or milestone.blocked_by) else "grey"


def milestone_word(milestone: Milestone) -> str:
    """The state in one code: what matters most first."""
    if milestone.overdue:
        return "overdue_blocked" if milestone.blocked_by else "overdue"
    if milestone.status in OPEN and milestone.blocked_by:
        return "blocked"
    return "due_soon" if milestone.due_soon and milestone.status in OPEN else milestone.status


def waiting(answer: GrowthPlan) -> list[Milestone]:
    """Milestones that ask for something: overdue ones first, then blocked ones, by day."""
    found = [m for m in answer.milestones if m.overdue or (m.status in OPEN and m.blocked_by)]
    return sorted(found, key=lambda m: (not m.overdue, m.due))


def missing(answer: GrowthPlan) -> list[str]:
    """What a draft lacks before it can be submitted, as codes."""
    out = [] if answer.goals else ["goal"]
    live = [g for g in answer.goals if g.status != "Withdrawn"]
    served = {g for i in answer.initiatives if i.status != "Cancelled" for g in i.goal_ids}
    out += ["initiative"] if any(g.goal_id not in served for g in live) else []
    staffed = {m.initiative_id for m in answer.milestones if m.status != "Waived"}
    open_ones = [i for i in answer.initiatives if i.status not in ("Cancelled", "Completed")]
    out += ["milestone"] if any(i.initiative_id not in staffed for i in open_ones) else []
    return out + (["aligned"] if any(i.unaligned for i in open_ones) else [])


def cells(answer: Whitespace) -> dict[tuple[str, str], WhitespaceCell]:
    """The matrix by (unit, product)."""
    return {(c.org_unit, c.product): c for c in answer.cells}


CELL_SIGNS = {
    "InUse": "■", "Opportunity": "◆", "Potential": "□", "Competitor": "✕", "NotApplicable": "–", "Unknown": "?"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanLists:
    """The list of plans: what asks for attention, what runs, what is over."""

    open: list[PlanHead]
    over: list[PlanHead]


def plan_lists(answer: Plans, tier: str = "", owner: str = "") -> PlanLists:
    """Plans with overdue milestones first, then by account."""
    passed = [p for p in answer.plans if tier in ("", p.tier or "-") and owner in ("", p.owner or "-")]
    passed.sort(key=lambda p: (-p.overdue_milestones, p.account_name or "", str(p.starts_on)))
    return PlanLists([p for p in passed if p.status in OPEN_PLAN], [p for p in passed if p.status not in OPEN_PLAN])


def plan_owners(plans: Sequence[PlanHead]) -> list[str]:
    """Everybody who owns a plan."""
    return sorted({p.owner for p in plans if p.owner})
