"""Own event → what changed of which thing. An event that is not listed here leaves no row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from services.growth.domain import AccountPlanning, GrowthPlan, Playbook, PlayRun, Whitespace
from shared.eventstore.events import Event, Recorded


class Patch(NamedTuple):
    """`patch`: fields and their new values."""

    kind: str
    entity_id: str
    account_id: UUID | None
    plan_id: UUID | None
    patch: dict[str, Any]


Change = Callable[[Any], dict[str, Any]]
_NOT_FIELDS = {"originator_id", "originator_version", "timestamp", "originator_topic", "account_id"}


def patches(r: Recorded) -> Iterable[Patch]:
    """Every row that an event leaves."""
    for kind, key, change in _RULES.get(r.topic, ()):
        plan = r.stream_id if kind in _OF_PLAN else None
        yield Patch(kind, key(r), getattr(r.event, "account_id", None), plan, change(r.event))


def _all(**more: Any) -> Change:
    """All fields of the event, and these."""
    return lambda e: {**{k: v for k, v in e.__dict__.items() if k not in _NOT_FIELDS}, **more}


def _some(*names: str, **more: Any) -> Change:
    """These fields of the event, and these values; `new=old` renames a field by the value `"=old"`."""

    def change(e: Any) -> dict[str, Any]:
        renamed = {k: getattr(e, v[1:]) if isinstance(v, str) and v.startswith("=") else v for k, v in more.items()}
        return {**{n: getattr(e, n) for n in names}, **renamed}

    return change


def _by(field: str) -> Callable[[Recorded], str]:
    return lambda r: str(getattr(r.event, field))


def _stream(r: Recorded) -> str:
    return str(r.stream_id)


def _pair(first: str, second: str) -> Callable[[Recorded], str]:
    return lambda r: f"{getattr(r.event, first)}|{getattr(r.event, second)}"


_OF_PLAN = {
    "plan",
    "goal",
    "check",
    "initiative",
    "link",
    "milestone",
    "dependency",
    "violation",
    "escalation",
    "cycle",
}
_Rule = tuple[str, Callable[[Recorded], str], Change]
_RULES: dict[str, list[_Rule]] = {}


def _on(event: type[Event], kind: str, key: Callable[[Recorded], str], change: Change) -> None:
    _RULES.setdefault(event.TOPIC, []).append((kind, key, change))


def _each(kind: str, key: Callable[[Recorded], str], *rules: tuple[type[Event], Change]) -> None:
    for event, change in rules:
        _on(event, kind, key, change)


def _checked(e: Any) -> dict[str, Any]:
    return {"status": e.status} | ({} if e.checked_by == "timer" else {"value": e.value, "value_on": e.value_on})


P = GrowthPlan
_each(
    "plan",
    _stream,
    (P.GrowthPlanDrafted, _all(status="Draft", revision=0)),
    (P.GrowthPlanSubmitted, _some("submitted_by", status="InReview")),
    (P.GrowthPlanApproved, _some("approver", status="Active")),
    (P.GrowthPlanReturned, _some("reason_ref", status="Draft")),
    (P.GrowthPlanRevised, _all()),
    (P.GrowthPlanClosed, _some("result", status="Closed", reason_ref="=summary_ref")),
    (P.GrowthPlanAbandoned, _some("reason_ref", status="Abandoned")),
    (P.GrowthPlanSuperseded, _some("by_plan_id", status="Superseded")),
    (P.GrowthPlanZoneAdopted, _some("time_zone")),
    (P.GrowthPlanCheckDue, _some(check_due_on="=due_on", check_overdue=False)),
    (P.GrowthPlanCheckOverdue, _some(check_overdue=True)),
    (P.GrowthPlanEndApproached, _some(end_near=True)),
)

_each(
    "goal",
    _by("goal_id"),
    (P.GoalSet, _all(status="Open", value=None, value_on=None)),
    (P.GoalRetargeted, _some("checkpoints", "reason_ref", target="=to_target", due="=to_due")),
    (P.GoalConfirmedByCustomer, _some(confirmed_by="=by_subject", confirmed_at="=at")),
    (P.GoalChecked, _checked),
    (P.GoalAchieved, _some(status="Achieved")),
    (P.GoalMissed, _some(status="Missed")),
    (P.GoalWithdrawn, _some("reason_ref", status="Withdrawn")),
)
_on(P.GoalChecked, "check", lambda r: r.event_id, _all())
_on(
    P.GoalChecked, "plan", _stream,
    lambda e: {} if e.checked_by == "timer" else {"check_due_on": None, "check_overdue": False},
)  # fmt: skip

_each(
    "initiative",
    _by("initiative_id"),
    (P.InitiativeProposed, _all(status="Proposed")),
    (P.InitiativeAligned, _some("goal_ids")),
    (P.InitiativeReassigned, _some(owner="=to_owner")),
    (P.InitiativeApproved, _some("approver", status="Approved")),
    (P.InitiativeStarted, _some(status="InProgress")),
    (P.InitiativePutOnHold, _some(status="OnHold", words_ref="=reason_ref")),
    (P.InitiativeResumed, _some(status="InProgress")),
    (P.InitiativeCompleted, _some("outcome", status="Completed", words_ref="=outcome_ref")),
    (P.InitiativeCancelled, _some(status="Cancelled", words_ref="=reason_ref")),
)
_LINK = _pair("opportunity_id", "initiative_id")
_on(P.OpportunityLinked, "link", _LINK, _some("opportunity_id", "initiative_id", "stakeholders", linked=True))
_on(P.OpportunityUnlinked, "link", _LINK, _some(linked=False))

_each(
    "milestone",
    _by("milestone_id"),
    (P.MilestonePlanned, _all(status="Planned", times_rescheduled=0)),
    (P.MilestoneStarted, _some("started_on", status="InProgress")),
    (
        P.MilestoneRescheduled,
        _some("due_version", "times_rescheduled", "reason_ref", due="=to_due", due_soon=False, overdue=False),
    ),
    (P.MilestoneCompleted, _some("completed_on", "completed_at", status="Done", due_soon=False, blocked_by=())),
    (
        P.MilestoneReopened,
        _some("due", "due_version", "reason_ref", status="Planned", completed_on=None, due_soon=False),
    ),
    (P.MilestoneWaived, _some("reason_ref", status="Waived", due_soon=False, blocked_by=())),
    (P.MilestoneReassigned, _some(owner="=to_owner")),
    (P.MilestoneBlocked, _some("blocked_by")),
    (P.MilestoneUnblocked, _some(blocked_by=())),
    (P.MilestoneDueSoon, _some(due_soon=True)),
    (P.MilestoneOverdue, lambda e: {"overdue": True, "overdue_since": e.timestamp, "due_soon": False}),
    (P.MilestoneOverdueCleared, _some(overdue=False, overdue_since=None)),
)
_EDGE = _pair("milestone_id", "predecessor_id")
_on(P.MilestoneDependencyAdded, "dependency", _EDGE, _all(linked=True))
_on(P.MilestoneDependencyRemoved, "dependency", _EDGE, _some(linked=False))

# every event of a plan leaves a row: the last one tells which version of the plan a page shows
_on(P.MilestoneDependencyViolated, "violation", lambda r: r.event_id, _all())
_on(P.MilestoneOverdueEscalated, "escalation", lambda r: r.event_id, _all())
_on(P.DependencyCycleDetected, "cycle", lambda r: r.event_id, _all())

_each(
    "run",
    _stream,
    (PlayRun.PlayStarted, _all(status="Started")),
    (PlayRun.PlayStepCompleted, lambda e: {f"step:{e.step}": "completed"}),
    (PlayRun.PlayStepSkipped, lambda e: {f"step:{e.step}": "skipped"}),
    (PlayRun.PlayStepReopened, lambda e: {f"step:{e.step}": "open", "status": "Started"}),
    (PlayRun.PlayCompleted, _some(status="Completed")),
    (PlayRun.PlayAborted, _some("reason_ref", status="Aborted")),
)

_each(
    "planning",
    _stream,
    (AccountPlanning.GrowthPlanRequired, _all()),
    (
        AccountPlanning.GrowthPlanDutyLifted,
        _some(tier=None, duty=None, due_on=None, check_every_days=None, missed=False),
    ),
    (AccountPlanning.GrowthPlanDutyMissed, _some(missed=True)),
    (AccountPlanning.PlanPutInForce, _some(active="=plan_id", missed=False)),
    (AccountPlanning.PlanLeft, _some(left="=plan_id")),
)

_on(Whitespace.WhitespaceCellAssessed, "cell", _pair("org_unit", "product"), _all())
_on(Playbook.PlaybookDrafted, "playbook", _pair("playbook", "playbook_version"), _all(published=False))
_on(Playbook.PlaybookPublished, "playbook", _pair("playbook", "playbook_version"), _some(published=True))
