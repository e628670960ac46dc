"""Things of the read model → messages of the .proto. An empty string means "not known"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.growth.policy import goals as goal_rules
from services.growth.policy import schedule
from services.growth.policy.calendar import Calendar
from services.growth.policy.documents import GrowthPolicy
from services.growth.reads.things import Thing, expected, is_open
from shared.protos import growth_pb2 as pb

Words = Mapping[str, str]
Deals = Mapping[str, Mapping[str, Any]]


def words(value: object) -> str:
    """Text of whatever it is; empty for None."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def instant(value: datetime | str | None) -> str:
    """RFC 3339 in UTC."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else ""


def said(thing: Thing, field: str, body: Words) -> str:
    """The free text that a field refers to."""
    return body.get(words(thing.get(field)), "")


def plan(plan_id: str, t: Thing, body: Words, version: int) -> pb.Plan:
    """A plan itself."""
    return pb.Plan(
        plan_id=plan_id, title=t["title"], owner=t["owner"], status=t["status"], starts_on=t["starts_on"],
        ends_on=t["ends_on"], result=words(t.get("result")), approver=words(t.get("approver")), revision=t["revision"],
        reason=said(t, "reason_ref", body), event_id=t["event_id"], version=version,
        check_due_on=words(t.get("check_due_on")), check_overdue=bool(t.get("check_overdue")),
    )  # fmt: skip


def duty(t: Thing | None) -> pb.PlanDuty:
    """What the account owes."""
    if not t or not t.get("duty"):
        return pb.PlanDuty()
    return pb.PlanDuty(
        tier=t["tier"], duty=t["duty"], check_every_days=t["check_every_days"], due_on=words(t["due_on"]),
        missed=bool(t.get("missed")), event_id=t["event_id"],
    )  # fmt: skip


def goal(goal_id: str, t: Thing, checks: list[Thing], today: date, at: datetime, policy: GrowthPolicy) -> pb.Goal:
    """A goal, with what it should have reached on the day of the answer."""
    value, confirmed = t["value"], t.get("confirmed_at")
    stale = bool(confirmed) and at > datetime.fromisoformat(str(confirmed)) + timedelta(
        days=policy.goal_confirmation_days
    )
    return pb.Goal(
        goal_id=goal_id, title=t["title"], owner=t["owner"], kpi_id=t["kpi_id"], baseline=t["baseline"],
        target=t["target"], unit=t["unit"], direction=t["direction"], starts_on=t["starts_on"], due=t["due"],
        checkpoints=[pb.Checkpoint(on=c["on"], value=c["value"]) for c in t["checkpoints"]], status=t["status"],
        value=value, value_on=words(t["value_on"]), expected=expected(t, today),
        progress_bp=0 if value is None else goal_rules.progress_bp(t["baseline"], t["target"], value),
        confirmed_by_subject=words(t.get("confirmed_by")), confirmed_at=instant(confirmed), confirmation_stale=stale,
        event_id=t["event_id"],
        checks=[
            pb.GoalCheck(
                on=c["checked_on"], value=c["value"], expected=c["expected"], status=c["status"], by=c["checked_by"],
                event_id=c["event_id"],
            )
            for c in checks
        ],
    )  # fmt: skip


def initiative(
    initiative_id: str, t: Thing, links: list[Thing], primary: Mapping[str, str], deals: Deals, body: Words
) -> pb.Initiative:
    """An initiative with its deals. `primary`: deal → the initiative in which it counts."""
    return pb.Initiative(
        initiative_id=initiative_id, title=t["title"], owner=t["owner"], due=t["due"], status=t["status"],
        goal_ids=t["goal_ids"], stakeholders=t["stakeholders"], origin=t["origin"], outcome=words(t.get("outcome")),
        no_opportunity_reason=said(t, "no_opportunity_ref", body), from_action_id=words(t["from_action_id"]),
        run_id=words(t["run_id"]), words=said(t, "words_ref", body), unaligned=not t["goal_ids"],
        event_id=t["event_id"],
        opportunities=[
            pb.LinkedOpportunity(
                opportunity_id=x["opportunity_id"], stakeholders=x["stakeholders"],
                primary=primary.get(x["opportunity_id"]) == initiative_id, **_deal(deals.get(x["opportunity_id"])),
            )
            for x in links
        ],
    )  # fmt: skip


def _deal(r: Mapping[str, Any] | None) -> dict[str, Any]:
    if r is None:
        return {}
    return {
        "name": r["name"], "stage": r["stage"], "amount_minor": r["amount"], "currency": words(r["currency"]),
        "open": r["open"],
    }  # fmt: skip


def milestone(
    milestone_id: str, t: Thing, account_name: str, initiative_title: str, body: Words,
    plan_schedule: schedule.Schedule | None, calendar: Calendar,
) -> pb.Milestone:  # fmt: skip
    """A milestone. Without a schedule nothing is said of the critical path."""
    found = pb.Milestone(
        milestone_id=milestone_id, initiative_id=t["initiative_id"], plan_id=words(t["plan_id"]),
        account_id=words(t["account_id"]), account_name=account_name, title=t["title"], owner=t["owner"], due=t["due"],
        due_version=t["due_version"], duration_days=t["duration_days"], status=t["status"],
        due_soon=bool(t.get("due_soon")), overdue=is_overdue(t), blocked_by=t.get("blocked_by", ()),
        overdue_since=instant(t.get("overdue_since")) if is_overdue(t) else "", started_on=words(t.get("started_on")),
        completed_on=words(t.get("completed_on")), times_rescheduled=t["times_rescheduled"], run_id=words(t["run_id"]),
        step=words(t["step"]), reason=said(t, "reason_ref", body), event_id=t["event_id"],
        initiative_title=initiative_title,
    )  # fmt: skip
    if plan_schedule is not None and milestone_id in plan_schedule.slack:
        found.on_critical_path = milestone_id in plan_schedule.critical
        found.float_days = plan_schedule.slack[milestone_id]
        found.projected = calendar.day(plan_schedule.finish[milestone_id]).isoformat()
    return found


def is_overdue(t: Thing) -> bool:
    """Whether a milestone is overdue and still to be done."""
    return is_open(t) and bool(t.get("overdue"))


def run(run_id: str, t: Thing, book: Mapping[str, Any]) -> pb.PlayRun:
    """A play's run; `book`: the document of its version."""
    titles = {s["step"]: s["title"] for s in book.get("steps", ())}
    return pb.PlayRun(
        run_id=run_id, playbook=t["playbook"], playbook_version=t["playbook_version"], status=t["status"],
        initiative_id=t["initiative_id"], starts_on=t["starts_on"], anchor_on=words(t["anchor_on"]),
        event_id=t["event_id"],
        steps=[
            pb.RunStep(
                step=s["step"], milestone_id=s["milestone_id"], status=t.get(f"step:{s['step']}", "open"),
                title=titles.get(s["step"], {}), role=s["role"],
            )
            for s in t["steps"]
        ],
    )  # fmt: skip


def playbook(t: Thing) -> pb.Playbook:
    """One version of a play book."""
    d = t["document"]
    return pb.Playbook(
        playbook=t["playbook"], version=t["playbook_version"], title=d["title"], purpose=d["purpose"],
        anchor=d.get("anchor", ""), anchor_required=bool(d.get("anchor")), published=t["published"],
        event_id=t["event_id"],
        steps=[
            pb.PlaybookStep(
                step=s["step"], title=s["title"], role=s["role"], business_days=s["business_days"],
                duration_days=s.get("duration_days", 0), **{"from": s.get("from", "start")},
                after=[
                    pb.StepDependency(step=a["step"], kind=a.get("kind", "FS"), lag_days=a.get("lag_days", 0))
                    for a in s.get("after", ())
                ],
            )
            for s in d["steps"]
        ],
    )  # fmt: skip


def cell(t: Thing, body: Words) -> pb.WhitespaceCell:
    """A cell of the whitespace."""
    return pb.WhitespaceCell(
        org_unit=t["org_unit"], product=t["product"], state=t["state"], potential_minor=t["potential"],
        currency=words(t["currency"]), evidence=t["evidence"], reason=said(t, "reason_ref", body),
        by_facts=t["by_facts"], event_id=t["event_id"], since=instant(t["since"]),
    )  # fmt: skip
