"""Growth plans: goals, initiatives, milestones, the deals that belong to them; whitespace and plan duty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.insights.policy.book.commerce import day
from services.insights.policy.facts import Fact

PLANS = {
    "GrowthPlanDrafted": "drafted", "GrowthPlanSubmitted": "submitted", "GrowthPlanApproved": "active",
    "GrowthPlanReturned": "drafted", "GrowthPlanClosed": "closed", "GrowthPlanAbandoned": "abandoned",
    "GrowthPlanSuperseded": "superseded",
}  # fmt: skip
GOALS = {"GoalAchieved": "achieved", "GoalMissed": "missed", "GoalWithdrawn": "withdrawn"}
CHECKED = {"OnTrack": "on_track", "AtRisk": "at_risk", "OffTrack": "off_track"}
INITIATIVES = {
    "InitiativeProposed": "proposed", "InitiativeApproved": "approved", "InitiativeStarted": "in_progress",
    "InitiativePutOnHold": "on_hold", "InitiativeResumed": "in_progress", "InitiativeCompleted": "completed",
    "InitiativeCancelled": "cancelled",
}  # fmt: skip
MILESTONES = (
    "MilestonePlanned", "MilestoneStarted", "MilestoneRescheduled", "MilestoneCompleted", "MilestoneReopened",
    "MilestoneWaived", "MilestoneOverdue", "MilestoneOverdueCleared",
)  # fmt: skip
GROWTH = (
    *PLANS, *GOALS, *INITIATIVES, *MILESTONES, "GrowthPlanRevised", "GoalSet", "GoalRetargeted", "GoalChecked",
    "OpportunityLinked", "OpportunityUnlinked", "WhitespaceCellAssessed", "GrowthPlanRequired", "GrowthPlanDutyLifted",
    "GrowthPlanDutyMissed", "PlayStarted",
)  # fmt: skip


@dataclass(slots=True)
class Plan:
    """One plan."""

    id: UUID
    state: str = "drafted"
    ends_on: date | None = None
    approved_at: datetime | None = None
    over_at: datetime | None = None
    events: list[str] = field(default_factory=list)

    def valid(self, at: datetime, on: date) -> bool:
        """Approved, not over, and inside its period."""
        live = self.approved_at is not None and self.approved_at <= at and (self.over_at is None or self.over_at > at)
        return live and (self.ends_on is None or on <= self.ends_on)


@dataclass(slots=True)
class Goal:
    """One goal, with its last check."""

    id: UUID
    plan: UUID
    kpi: str
    baseline: int
    target: int
    unit: str
    due: date
    state: str = "open"
    value: int | None = None
    events: list[str] = field(default_factory=list)

    @property
    def progress(self) -> int:
        """Share of the way from baseline to target, basis points, 0 to 10000; a falling target works alike."""
        if self.state == "achieved":
            return 10_000
        if self.value is None or self.target == self.baseline:
            return 0
        way = (self.value - self.baseline) * 10_000 // (self.target - self.baseline)
        return max(0, min(10_000, way))


@dataclass(slots=True)
class Milestone:
    """One milestone."""

    id: UUID
    plan: UUID
    initiative: UUID
    first_due: date
    due: date
    planned_at: datetime
    owner: str = ""
    state: str = "planned"
    completed_on: date | None = None
    slips: int = 0
    overdue: bool = False
    was_overdue: bool = False
    events: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Initiative:
    """One initiative; `goals`, and its deal or that it says why there is none."""

    id: UUID
    plan: UUID
    state: str
    goals: int
    deal: str | None
    explained: bool
    events: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Cell:
    """Whitespace of one unit and product."""

    state: str
    event_id: str


@dataclass(slots=True)
class Growth:
    """All of it. `duty`: None, or whose approval the tier's plan needs; `links`: deal → primary initiative."""

    plans: dict[UUID, Plan] = field(default_factory=dict)
    goals: dict[UUID, Goal] = field(default_factory=dict)
    initiatives: dict[UUID, Initiative] = field(default_factory=dict)
    milestones: dict[UUID, Milestone] = field(default_factory=dict)
    links: dict[str, tuple[UUID, str]] = field(default_factory=dict)
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    duty: str | None = None
    duty_event: str | None = None
    play_runs: int = 0


def fold(facts: Iterable[Fact]) -> Growth:
    """Growth of one account."""
    g = Growth()
    for f in facts:
        d = f.data
        if f.type in PLANS or f.type == "GrowthPlanRevised":
            _plan(g, f)
        elif f.type.startswith("Goal"):
            _goal(g, f)
        elif f.type in INITIATIVES:
            _initiative(g, f)
        elif f.type in MILESTONES:
            _milestone(g, f)
        elif f.type == "OpportunityLinked" and d["primary"]:
            g.links[d["opportunity_id"]] = UUID(d["initiative_id"]), f.event_id
        elif f.type == "OpportunityUnlinked":
            primary = d.get("primary_initiative_id")
            g.links.pop(d["opportunity_id"], None)
            if primary:
                g.links[d["opportunity_id"]] = UUID(primary), f.event_id
        elif f.type == "WhitespaceCellAssessed":
            g.cells[d["org_unit"], d["product"]] = Cell(d["state"], f.event_id)
        elif f.type in ("GrowthPlanRequired", "GrowthPlanDutyLifted"):
            duty = d["duty"] if f.type == "GrowthPlanRequired" else None
            g.duty, g.duty_event = (None if duty == "optional" else duty), f.event_id
        elif f.type == "PlayStarted":
            g.play_runs += 1
    return g


def _plan(g: Growth, f: Fact) -> None:
    id = UUID(f.data["plan_id"])
    p = g.plans.setdefault(id, Plan(id))
    p.events.append(f.event_id)
    p.state = PLANS.get(f.type, p.state)
    if f.type in ("GrowthPlanDrafted", "GrowthPlanRevised"):
        p.ends_on = day(f.data["ends_on"])
    if f.type == "GrowthPlanApproved":
        p.approved_at = f.effective_at
    if p.state in ("closed", "abandoned", "superseded"):
        p.over_at = p.over_at or f.effective_at


def _goal(g: Growth, f: Fact) -> None:
    d, id = f.data, UUID(f.data["goal_id"])
    if f.type == "GoalSet":
        due = date.fromisoformat(d["due"])
        g.goals[id] = Goal(id, UUID(d["plan_id"]), d["kpi_id"], d["baseline"], d["target"], d["unit"], due)
    if (goal := g.goals.get(id)) is None:
        return
    goal.events.append(f.event_id)
    goal.state = GOALS.get(f.type, goal.state)
    if f.type == "GoalRetargeted":
        goal.target, goal.due = d["to_target"], date.fromisoformat(d["to_due"])
    elif f.type == "GoalChecked":
        goal.value, goal.state = d["value"], CHECKED.get(d["status"], goal.state)
    elif f.type in ("GoalAchieved", "GoalMissed"):
        goal.value = d["value"]


def _initiative(g: Growth, f: Fact) -> None:
    d, id = f.data, UUID(f.data["initiative_id"])
    if f.type == "InitiativeProposed":
        explained = bool(d.get("opportunity_id") or d.get("no_opportunity_ref"))
        plan, deal = UUID(d["plan_id"]), d.get("opportunity_id")
        g.initiatives[id] = Initiative(id, plan, "proposed", len(d["goal_ids"]), deal, explained)
        if deal:
            g.links.setdefault(deal, (id, f.event_id))
    if (i := g.initiatives.get(id)) is not None:
        i.state = INITIATIVES[f.type]
        i.events.append(f.event_id)


def _milestone(g: Growth, f: Fact) -> None:
    d, id = f.data, UUID(f.data["milestone_id"])
    if f.type == "MilestonePlanned":
        due = date.fromisoformat(d["due"])
        plan, initiative = UUID(d["plan_id"]), UUID(d["initiative_id"])
        g.milestones[id] = Milestone(id, plan, initiative, due, due, f.effective_at, d["owner"])
    if (m := g.milestones.get(id)) is None:
        return
    m.events.append(f.event_id)
    match f.type:
        case "MilestoneStarted":
            m.state = "in_progress"
        case "MilestoneRescheduled":
            m.due, m.slips = date.fromisoformat(d["to_due"]), d["times_rescheduled"]
        case "MilestoneCompleted":
            m.state, m.completed_on, m.overdue = "done", date.fromisoformat(d["completed_on"]), False
        case "MilestoneReopened":
            m.state, m.completed_on, m.due = "planned", None, date.fromisoformat(d["due"])
        case "MilestoneWaived":
            m.state, m.overdue = "waived", False
        case "MilestoneOverdue":
            m.overdue = m.was_overdue = True
        case "MilestoneOverdueCleared":
            m.overdue = False
            m.was_overdue = m.was_overdue and d["reason"] != "backdated"
