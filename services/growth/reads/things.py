"""Things as they were at an instant: their patches put over each other in the order of the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.growth.policy import goals as goal_rules
from services.growth.policy import schedule
from services.growth.policy.calendar import Calendar
from services.growth.reads.asof import AsOf
from services.growth.reads.tables import growth_steps

Thing = dict[str, Any]


@dataclass(slots=True)
class Things:
    """kind → id → its fields, with `event_id` (the last event), `account_id`, `plan_id` and `since` (that event's
    time). Days, instants and ids inside are JSON text."""

    of: dict[str, dict[str, Thing]] = field(default_factory=lambda: defaultdict(dict))

    def get(self, kind: str, plan_id: UUID | None = None) -> dict[str, Thing]:
        """All of a kind, of one plan or of all."""
        return {i: t for i, t in self.of[kind].items() if plan_id is None or t["plan_id"] == plan_id}


async def things(conn: AsyncConnection, asof: AsOf, *where: ColumnElement[bool]) -> Things:
    """Everything that `where` (on `growth_steps`) lets through, as of an instant."""
    t = growth_steps
    query = select(t).where(t.c.effective_at < asof.before, *where).order_by(t.c.position)
    found = Things()
    for r in (await conn.execute(query)).mappings():
        thing = found.of[r["kind"]].setdefault(r["entity_id"], {"account_id": r["account_id"], "plan_id": r["plan_id"]})
        patch = {k: v for k, v in r["patch"].items() if k not in ("account_id", "plan_id")}
        thing.update(patch, event_id=r["event_id"], since=r["effective_at"], position=r["position"])
        if "plan_id" in r["patch"] and r["plan_id"] is None:
            thing["of_plan"] = r["patch"]["plan_id"]
    for m in found.of["milestone"].values():
        if m.get("status") == "Planned" and m.get("started_on"):
            m["status"] = "InProgress"  # reopened after work had begun
    return found


def is_open(milestone: Thing) -> bool:
    """Whether it is still to be done."""
    return milestone["status"] in ("Planned", "InProgress")


def planned(found: Things, plan_id: UUID, today: date, calendar: Calendar) -> schedule.Schedule:
    """Critical path and projections of a plan on a day."""
    return schedule.schedule(nodes(found, plan_id).values(), edges(found, plan_id), today, calendar)


def nodes(found: Things, plan_id: UUID) -> dict[str, schedule.Node]:
    """Its milestones that are not waived, as the arithmetic takes them."""
    return {
        i: schedule.Node(i, day(m["due"]), m["duration_days"], day_or(m.get("started_on")), done_on(m))
        for i, m in found.get("milestone", plan_id).items()
        if m["status"] != "Waived"
    }


def edges(found: Things, plan_id: UUID) -> list[schedule.Edge]:
    """Its dependencies that stay inside the plan."""
    return [
        schedule.Edge(d["predecessor_id"], d["milestone_id"], d["kind"], d["lag_days"])
        for d in found.get("dependency", plan_id).values()
        if d["linked"] and not d["predecessor_plan_id"]
    ]


def expected(goal: Thing, on: date) -> int:
    """What a goal's KPI should have reached on a day."""
    points = [(day(c["on"]), c["value"]) for c in goal["checkpoints"]]
    return goal_rules.expected(goal["baseline"], goal["target"], day(goal["starts_on"]), day(goal["due"]), on, points)


def done_on(milestone: Thing) -> date | None:
    """When it was done."""
    return day_or(milestone.get("completed_on")) if milestone["status"] == "Done" else None


def day(text: str) -> date:
    """A day from its stored form."""
    return date.fromisoformat(text)


def day_or(text: str | None) -> date | None:
    """A day, if there is one."""
    return date.fromisoformat(text) if text else None


def of_accounts(ids: Collection[UUID]) -> ColumnElement[bool]:
    """Of these accounts."""
    return growth_steps.c.account_id.in_(list(ids))


def of_kinds(*kinds: str) -> ColumnElement[bool]:
    """Of these kinds."""
    return growth_steps.c.kind.in_(kinds)


async def account_of_plan(conn: AsyncConnection, plan_id: UUID) -> UUID | None:
    """Whose plan it is; None: the read model has none."""
    query = select(growth_steps.c.account_id).where(growth_steps.c.plan_id == plan_id).limit(1)
    found: UUID | None = (await conn.execute(query)).scalar()
    return found
