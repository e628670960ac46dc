"""Goals, initiatives, milestones and whitespace, as the growth service tells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from services.qbr.pack.facts import Fact


@dataclass(slots=True)
class Goal:
    """A goal. `value`: what the last check found; `checkpoints`: (day, value) in order."""

    id: str
    plan: str
    title: str
    owner: str
    kpi: str
    baseline: int
    target: int
    unit: str
    direction: str
    starts: date
    due: date
    checkpoints: tuple[tuple[date, int], ...]
    event: str
    status: str = "open"
    value: int | None = None
    value_on: date | None = None
    checked_on: date | None = None
    closed_at: datetime | None = None
    closed_event: str | None = None
    check_event: str | None = None
    retargeted: int = 0
    agreed_at: datetime | None = None

    def expected(self, on: date) -> int:
        """Where the KPI should be on a day: between checkpoints, without them from baseline to target, in whole units,
        half up.
        """
        points = [(self.starts, self.baseline), *self.checkpoints]
        if points[-1][0] < self.due:
            points.append((self.due, self.target))
        if on <= points[0][0]:
            return points[0][1]
        for (a, low), (b, high) in pairwise(points):
            if on <= b:
                days, whole = (on - a).days, (b - a).days
                return _half_up(low * whole + (high - low) * days, whole)
        return self.target

    def progress(self, value: int) -> int | None:
        """Way made, in basis points of the whole way; below 0 on the wrong side of the baseline. None: no way."""
        way = self.target - self.baseline
        return _half_up(10_000 * (value - self.baseline), way) if way else None


@dataclass(slots=True)
class Initiative:
    """What serves goals."""

    id: str
    title: str
    owner: str
    due: date
    goals: tuple[str, ...]
    action: str | None
    status: str = "proposed"
    outcome: str | None = None
    closed_at: datetime | None = None
    events: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Milestone:
    """A dated step of an initiative."""

    id: str
    initiative: str
    title: str
    owner: str
    first_due: date
    due: date
    moved: int = 0
    status: str = "planned"
    overdue: bool = False
    critical: bool = False
    closed_at: datetime | None = None
    events: list[str] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Neither done nor waived."""
        return self.status in ("planned", "in_progress")


@dataclass(slots=True)
class Cell:
    """Organisational unit × product."""

    org_unit: str
    product: str
    state: str
    potential: int | None
    currency: str | None
    event: str


@dataclass(slots=True)
class Growth:
    """The growth side of an account."""

    plans: dict[str, str] = field(default_factory=dict)
    """Plan → its last state."""
    plan_events: dict[str, str] = field(default_factory=dict)
    goals: dict[str, Goal] = field(default_factory=dict)
    initiatives: dict[str, Initiative] = field(default_factory=dict)
    milestones: dict[str, Milestone] = field(default_factory=dict)
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)

    def take(self, f: Fact) -> None:
        """One event of the growth service; types that packs do not show pass."""
        d = f.data
        if f.type in _PLANS:
            self.plans[d["plan_id"]], self.plan_events[d["plan_id"]] = _PLANS[f.type], f.event_id
        elif f.type == "GoalSet":
            self.goals[d["goal_id"]] = Goal(
                d["goal_id"], d["plan_id"], d["title"], d["owner"], d["kpi_id"], d["baseline"], d["target"], d["unit"],
                d["direction"], date.fromisoformat(d["starts_on"]), date.fromisoformat(d["due"]), _points(d),
                f.event_id,
            )  # fmt: skip
        elif f.type == "InitiativeProposed":
            self.initiatives[d["initiative_id"]] = Initiative(
                d["initiative_id"], d["title"], d["owner"], date.fromisoformat(d["due"]), tuple(d["goal_ids"]),
                d.get("from_action_id"), events=[f.event_id],
            )  # fmt: skip
        elif f.type == "MilestonePlanned":
            due = date.fromisoformat(d["due"])
            self.milestones[d["milestone_id"]] = Milestone(
                d["milestone_id"], d["initiative_id"], d["title"], d["owner"], due, due, events=[f.event_id]
            )
        elif f.type == "WhitespaceCellAssessed":
            self.cells[d["org_unit"], d["product"]] = Cell(
                d["org_unit"], d["product"], d["state"], d.get("potential"), d.get("currency"), f.event_id
            )
        elif goal := self.goals.get(d.get("goal_id", "")):
            _goal(goal, f)
        elif milestone := self.milestones.get(d.get("milestone_id", "")):
            _milestone(milestone, f)
        elif initiative := self.initiatives.get(d.get("initiative_id", "")):
            _initiative(initiative, f)

    @property
    def active_plan(self) -> str | None:
        """The plan that holds."""
        return next((p for p, state in sorted(self.plans.items()) if state == "active"), None)

    def live_goals(self) -> list[Goal]:
        """The goals of the plan that holds, or of any plan not ended; withdrawn ones are out."""
        ended = {p for p, state in self.plans.items() if state == "ended"}
        found = (g for g in self.goals.values() if g.status != "withdrawn" and g.plan not in ended)
        return sorted(found, key=lambda g: (g.due, g.id))


_PLANS = {
    "GrowthPlanDrafted": "draft",
    "GrowthPlanSubmitted": "in_review",
    "GrowthPlanReturned": "draft",
    "GrowthPlanApproved": "active",
    "GrowthPlanClosed": "ended",
    "GrowthPlanAbandoned": "ended",
    "GrowthPlanSuperseded": "ended",
}
_CHECKED = {"OnTrack": "on_track", "AtRisk": "at_risk", "OffTrack": "off_track"}
_GOAL_ENDS = {"GoalAchieved": "achieved", "GoalMissed": "missed", "GoalWithdrawn": "withdrawn"}
_INITIATIVE = {
    "InitiativeApproved": "approved",
    "InitiativeStarted": "in_progress",
    "InitiativePutOnHold": "on_hold",
    "InitiativeResumed": "in_progress",
    "InitiativeCompleted": "completed",
    "InitiativeCancelled": "cancelled",
}
_MILESTONE = {
    "MilestoneStarted": "in_progress",
    "MilestoneCompleted": "done",
    "MilestoneReopened": "planned",
    "MilestoneWaived": "waived",
}


def _goal(g: Goal, f: Fact) -> None:
    d = f.data
    if f.type == "GoalRetargeted":
        g.target, g.due, g.checkpoints = d["to_target"], date.fromisoformat(d["to_due"]), _points(d)
        g.retargeted, g.event = g.retargeted + 1, f.event_id
    elif f.type == "GoalChecked":
        g.value, g.value_on = d["value"], date.fromisoformat(d["value_on"])
        g.checked_on, g.status, g.check_event = date.fromisoformat(d["checked_on"]), _CHECKED[d["status"]], f.event_id
    elif f.type == "GoalConfirmedByCustomer":
        g.agreed_at = datetime.fromisoformat(d["at"])
    elif f.type in _GOAL_ENDS:
        g.value, g.status = d.get("value", g.value), _GOAL_ENDS[f.type]
        g.closed_at, g.closed_event = f.effective_at, f.event_id


def _initiative(i: Initiative, f: Fact) -> None:
    if f.type == "InitiativeAligned":
        i.goals = tuple(f.data["goal_ids"])
    elif f.type == "InitiativeReassigned":
        i.owner = f.data["to_owner"]
    elif status := _INITIATIVE.get(f.type):
        i.status, i.outcome = status, f.data.get("outcome")
        i.closed_at = f.effective_at if status in ("completed", "cancelled") else None
    else:
        return
    i.events.append(f.event_id)


def _milestone(m: Milestone, f: Fact) -> None:
    d = f.data
    if f.type == "MilestoneRescheduled":
        m.due, m.moved = date.fromisoformat(d["to_due"]), d["times_rescheduled"]
    elif f.type == "MilestoneOverdue":
        m.overdue, m.critical = True, d["on_critical_path"]
    elif f.type == "MilestoneOverdueCleared":
        m.overdue = False
    elif f.type == "MilestoneReassigned":
        m.owner = d["to_owner"]
    elif status := _MILESTONE.get(f.type):
        m.status = status
        m.due = date.fromisoformat(d["due"]) if d.get("due") else m.due
        m.closed_at = f.effective_at if status in ("done", "waived") else None
    else:
        return
    m.events.append(f.event_id)


def _points(d: Any) -> tuple[tuple[date, int], ...]:
    return tuple(sorted((date.fromisoformat(p["on"]), p["value"]) for p in d.get("checkpoints") or ()))


def _half_up(part: int, whole: int) -> int:
    """part / whole rounded half up: integers only."""
    if whole < 0:
        part, whole = -part, -whole
    return (2 * part + whole) // (2 * whole)
