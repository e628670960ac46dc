"""Plans and moments for the specs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.growth.domain import GrowthPlan, Now
from services.growth.policy.calendar import calendar
from services.growth.policy.documents import shipped
from shared.testing import Spec

PLAN, ACCOUNT, GOAL, INITIATIVE, OTHER = (UUID(int=n) for n in range(1, 6))
M1, M2, M3, PERSON, WORDS, RUN = (UUID(int=n) for n in range(11, 17))
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
ZONE = "Europe/Berlin"

Given = tuple[type[Any], dict[str, Any]]


def now(at: datetime = AT, today: datetime | None = None, by: str = "user:u7", roles: tuple[str, ...] = ()) -> Now:
    """Who decides when, by the shipped policy and the German calendar."""
    return Now(by, at, today or at, calendar("DE", ""), shipped(), frozenset(roles))


def on(day: str, hour: int = 9, **more: Any) -> Now:
    """A day of 2026, such as 03-28."""
    return now(datetime.fromisoformat(f"2026-{day}").replace(hour=hour, tzinfo=UTC), **more)


def later(n: Now, today: datetime) -> Now:
    """Decided then, effective as before."""
    return replace(n, today=today)


DRAFTED: Given = (
    GrowthPlan.GrowthPlanDrafted,
    {
        "account_id": ACCOUNT, "title": "Acme 2026", "owner": "u7", "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31), "time_zone": ZONE, "drafted_by": "user:u7",
    },
)  # fmt: skip


def goal(goal_id: UUID = GOAL, **fields: Any) -> Given:
    known = {
        "account_id": ACCOUNT, "goal_id": goal_id, "title": "Seats", "owner": "u7", "kpi_id": "seats@1",
        "baseline": 0, "target": 100, "unit": "seats", "direction": "increase", "starts_on": date(2026, 1, 1),
        "due": date(2026, 12, 31),
    }  # fmt: skip
    return GrowthPlan.GoalSet, known | fields


def initiative(initiative_id: UUID = INITIATIVE, **fields: Any) -> Given:
    known = {
        "account_id": ACCOUNT, "initiative_id": initiative_id, "title": "Second site", "owner": "u8",
        "due": date(2026, 11, 30), "goal_ids": (GOAL,), "stakeholders": (PERSON,), "opportunity_id": None,
        "no_opportunity_ref": WORDS, "origin": "person",
    }  # fmt: skip
    return GrowthPlan.InitiativeProposed, known | fields


def milestone(milestone_id: UUID = M1, due: str = "2026-03-28", **fields: Any) -> Given:
    known = {
        "account_id": ACCOUNT, "milestone_id": milestone_id, "initiative_id": INITIATIVE, "title": "Step",
        "owner": "u8", "due": date.fromisoformat(due), "due_version": 1,
    }  # fmt: skip
    return GrowthPlan.MilestonePlanned, known | fields


def happened(cls: type[Any], **fields: Any) -> Given:
    """Any other event."""
    return cls, {"account_id": ACCOUNT, **fields}


def depends(milestone_id: UUID = M2, predecessor: UUID = M1, kind: str = "FS", lag: int = 0) -> Given:
    fields = {"milestone_id": milestone_id, "predecessor_id": predecessor, "kind": kind, "lag_days": lag}
    return happened(GrowthPlan.MilestoneDependencyAdded, **fields)


def overdue(milestone_id: UUID = M1, due_version: int = 1) -> Given:
    return happened(
        GrowthPlan.MilestoneOverdue, milestone_id=milestone_id, initiative_id=INITIATIVE, tier="A", owner="u8",
        due=date(2026, 3, 28), tz=ZONE, due_version=due_version, times_rescheduled=0, blocked_by=(), blocks=(),
        on_critical_path=True, goals=(GOAL,), late_by_s=0,
    )  # fmt: skip


WITH_MILESTONE = (DRAFTED, goal(), initiative(), milestone())


def plan(*more: Given, base: tuple[Given, ...] = WITH_MILESTONE) -> Spec[GrowthPlan]:
    """A draft with a goal, an initiative and a milestone, and what happened to it."""
    return Spec(GrowthPlan, *base, *more, id=PLAN)
