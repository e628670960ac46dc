"""What a growth plan knows of itself. The commands are mixed in; the changes are in `plan.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.growth.domain.base import Now, OfAccount, need
from services.growth.domain.plan.goal_events import GoalEvents, InitiativeEvents
from services.growth.domain.plan.lifecycle_events import LifecycleEvents
from services.growth.domain.plan.milestone_events import MilestoneEvents
from services.growth.domain.values import (
    OPEN_GOAL,
    OPEN_INITIATIVE,
    OPEN_MILESTONE,
    OPEN_PLAN,
    Checkpoint,
    DependencyKind,
    Direction,
    GoalStatus,
    InitiativeStatus,
    MilestoneStatus,
    PlanStatus,
)
from services.growth.policy import schedule
from services.growth.policy.calendar import overdue_at
from shared.errors import NotFound


@dataclass(slots=True)
class Goal:
    """`value`: known last, of the day `value_on`; `checked_on`: the last check by anybody."""

    owner: str
    baseline: int
    target: int
    direction: Direction
    starts_on: date
    due: date
    checkpoints: tuple[Checkpoint, ...]
    status: GoalStatus = "Open"
    value: int | None = None
    value_on: date | None = None
    checked_on: date | None = None
    confirmed_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.status in OPEN_GOAL

    @property
    def points(self) -> list[tuple[date, int]]:
        """The checkpoints as the arithmetic takes them."""
        return [(c.on, c.value) for c in self.checkpoints]


@dataclass(slots=True)
class Initiative:
    """What serves goals. `from_action`: the QBR's action that it comes from."""

    owner: str
    due: date
    goals: tuple[UUID, ...]
    from_action: UUID | None
    run_id: UUID | None = None
    status: InitiativeStatus = "Proposed"

    @property
    def open(self) -> bool:
        return self.status in OPEN_INITIATIVE


@dataclass(slots=True)
class Milestone:
    """`dated_at`: since when the due version holds; `overdue`: the due version that fell overdue and was not cleared;
    `fell`: the due versions that ever did; `told`: reminder steps given for the due version."""

    initiative: UUID
    owner: str
    due: date
    dated_at: datetime
    duration: int
    run_id: UUID | None
    step: str | None
    due_version: int = 1
    times_rescheduled: int = 0
    status: MilestoneStatus = "Planned"
    started_on: date | None = None
    done_on: date | None = None
    overdue: int | None = None
    fell: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    escalated: set[int] = field(default_factory=set)
    blocked_by: tuple[UUID, ...] = ()

    @property
    def open(self) -> bool:
        return self.status in OPEN_MILESTONE

    def date_anew(self, due: date, due_version: int, at: datetime) -> None:
        """Another due day: what was told of the old one counts no longer."""
        self.due, self.due_version, self.dated_at, self.overdue = due, due_version, at, None
        self.told, self.escalated = set(), set()


@dataclass(frozen=True, slots=True)
class Dependency:
    """On a predecessor of this plan, or (a link only) of `plan`."""

    kind: DependencyKind
    lag: int
    plan: UUID | None = None


class PlanState(LifecycleEvents, GoalEvents, InitiativeEvents, MilestoneEvents, OfAccount):
    """The attributes that all commands share, and questions to them."""

    id: UUID
    version: int
    account_id: UUID
    title: str
    owner: str
    starts_on: date
    ends_on: date
    zone: str
    status: PlanStatus
    submitted_by: str
    revision: int
    approved_on: date | None
    checked_on: date | None
    check_told: set[tuple[str, date]]
    goals: dict[UUID, Goal]
    initiatives: dict[UUID, Initiative]
    milestones: dict[UUID, Milestone]
    dependencies: dict[tuple[UUID, UUID], Dependency]  # (milestone, predecessor)
    violations: set[tuple[Any, ...]]
    cycles: set[tuple[UUID, ...]]
    links: dict[str, list[UUID]]  # opportunity → its initiatives, the primary one first

    @property
    def open(self) -> bool:
        """Drafted, in review or active."""
        return self.status in OPEN_PLAN

    def goal(self, goal_id: UUID) -> Goal:
        """Raises NotFound."""
        if goal_id not in self.goals:
            raise NotFound(f"The plan has no goal {goal_id}.", slug="goal-unknown")
        return self.goals[goal_id]

    def initiative(self, initiative_id: UUID) -> Initiative:
        """Raises NotFound."""
        if initiative_id not in self.initiatives:
            raise NotFound(f"The plan has no initiative {initiative_id}.", slug="initiative-unknown")
        return self.initiatives[initiative_id]

    def milestone(self, milestone_id: UUID) -> Milestone:
        """Raises NotFound."""
        if milestone_id not in self.milestones:
            raise NotFound(f"The plan has no milestone {milestone_id}.", slug="milestone-unknown")
        return self.milestones[milestone_id]

    def deadline(self, milestone: Milestone) -> datetime:
        """The first instant after its due day, in the account's zone."""
        return overdue_at(milestone.due, self.zone)

    def edges(self) -> list[schedule.Edge]:
        """The dependencies inside this plan."""
        return [
            schedule.Edge(before, after, d.kind, d.lag)
            for (after, before), d in self.dependencies.items()
            if d.plan is None
        ]

    def nodes(self) -> list[schedule.Node]:
        """Every milestone that is not waived; nothing waits for a waived one."""
        return [
            schedule.Node(i, m.due, m.duration, m.started_on, m.done_on)
            for i, m in self.milestones.items()
            if m.status != "Waived"
        ]

    def schedule(self, today: date, now: Now) -> schedule.Schedule:
        """Critical path and projections as of a day."""
        return schedule.schedule(self.nodes(), self.edges(), today, now.calendar)

    def unmet(self, milestone_id: UUID) -> list[UUID]:
        """Open predecessors whose part is not done: not finished (FS, FF), or not begun (SS, SF)."""
        found = []
        for (after, before), d in self.dependencies.items():
            if after != milestone_id or d.plan is not None:
                continue
            m = self.milestones[before]
            if m.open and (d.kind in ("FS", "FF") or m.status == "Planned"):
                found.append(before)
        return sorted(found, key=str)

    def waiting(self, milestone_id: UUID) -> list[UUID]:
        """Open milestones that wait for this one."""
        return sorted(
            (
                after
                for (after, before), d in self.dependencies.items()
                if before == milestone_id and d.plan is None and self.milestones[after].open
            ),
            key=str,
        )

    def _editable(self) -> None:
        need(self.open, "plan-not-open", f"The plan is {self.status}: what is in it cannot change any more.")
        need(
            self.status != "InReview", "plan-in-review",
            "The plan waits for approval: have it returned before you change what is in it.",
        )  # fmt: skip

    def _running(self) -> None:
        need(self.open, "plan-not-open", f"The plan is {self.status}: nothing in it can change any more.")

    def _not_past(self, day: date, now: Now) -> None:
        today = now.day(self.zone)
        need(day >= today, "due-past", f"{day} is over; choose {today} or a later day.")
