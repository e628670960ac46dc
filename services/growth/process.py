"""What happens by itself, as pure functions: (state, event) → commands, and which timers a plan needs.

- PM2, plan duty: a key account's tier says whether it owes a plan.
- PM15, mergers: the duty of the absorbed account ends; its plans go on and are read with the survivor's.
- PM4, decisions flow back: a promoted action of a QBR becomes an initiative, or a refusal that the QBR learns of.
- PM5, overdue chain: who is to be told of an overdue milestone, and again while it stays so.

They see live events only: whoever folds the log or rebuilds a read model does not call them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from services.growth.domain import AccountPlanning, GrowthPlan, Now
from services.growth.domain.plan.clock import Why
from services.growth.domain.values import LONGEST_TITLE, AccountState, Recipient, RefusedBecause, Tier
from services.growth.policy.calendar import overdue_at
from shared.contracts.qbr.actions import ActionItemPromoted

OVERDUE, DUE_SOON, ESCALATION = "milestone_overdue", "milestone_due_soon", "milestone_escalation"
GOAL_CHECK, PLAN_CHECK, PLAN_DUTY = "goal_check", "plan_check", "plan_duty"
CROSS_LINKS, WHITESPACE = "cross_links", "whitespace"
WAKE = datetime(2000, 1, 1, tzinfo=UTC)
"""The due time of a timer that only says: look when everything is read."""


# -- PM2


@dataclass(frozen=True, slots=True)
class RequirePlan:
    tier: Tier
    since: datetime


@dataclass(frozen=True, slots=True)
class LiftDuty:
    why: Literal["declassified", "account_ended", "no_tier"]


@dataclass(frozen=True, slots=True)
class NoteStanding:
    live: bool


@dataclass(frozen=True, slots=True)
class AdoptZone:
    zone: str


DutyCommand = RequirePlan | LiftDuty | NoteStanding | AdoptZone


def plan_duty(before: AccountState, now: AccountState, at: datetime) -> list[DutyCommand]:
    """Whatever changed of an account → what follows for its plans. `at`: when we learned of it, or when it became true
    if that is later: a duty that began before our first start is owed from that start."""
    found: list[DutyCommand] = []
    if now.runs != before.runs:
        found.append(NoteStanding(now.runs))
    if now.zone != before.zone:
        found.append(AdoptZone(now.zone))
    owed, was = _owing(now), _owing(before)
    if owed is not None and owed != was:
        found.append(RequirePlan(owed, at))
    elif owed is None and was is not None:
        found.append(LiftDuty("account_ended" if not now.live else "declassified" if not now.key_since else "no_tier"))
    return found


def _owing(account: AccountState) -> Tier | None:
    return account.tier if account.live and account.key_since and account.tier in ("A", "B", "C") else None


# -- PM4


@dataclass(frozen=True, slots=True)
class DraftForAction:
    """Begin a plan, because an action needs one."""

    owner: str


@dataclass(frozen=True, slots=True)
class ProposeFromAction:
    """Into the active plan, else the draft."""

    action: ActionItemPromoted
    plan_id: UUID | None


@dataclass(frozen=True, slots=True)
class RefuseProposal:
    action_id: UUID
    initiative_id: UUID
    reason: RefusedBecause


ActionCommand = DraftForAction | ProposeFromAction | RefuseProposal


def promote(
    account: AccountState | None, planning: AccountPlanning | None, plan: GrowthPlan | None, action: ActionItemPromoted,
    today: date,
) -> list[ActionCommand]:  # fmt: skip
    """A promoted action → an initiative of the account's active plan (else of its draft; a draft is begun if there is
    none). `plan`: that plan. `today`: the day of the promotion in the account's zone."""
    told_again = planning is not None and planning.settled(action.action_id)
    if told_again or (plan is not None and action.initiative_id in plan.initiatives):
        return []  # perhaps after its due day, or after the plan that took it is over
    reason = _refused(account, plan, action, today)
    if reason is not None:
        return [RefuseProposal(action.action_id, action.initiative_id, reason)]
    if plan is None:
        return [DraftForAction(action.owner), ProposeFromAction(action, None)]
    return [ProposeFromAction(action, plan.id)]


def _refused(
    account: AccountState | None, plan: GrowthPlan | None, action: ActionItemPromoted, today: date
) -> RefusedBecause | None:
    if account is None:
        return "account_unknown"
    if not account.live:
        return "account_not_live"
    if not action.owner.strip():
        return "no_owner"
    if not action.title.strip() or len(action.title) > LONGEST_TITLE:
        return "title_invalid"
    if not action.stakeholders:
        return "no_stakeholder"
    if not action.opportunity_id and not (action.no_opportunity_reason or "").strip():
        return "no_opportunity_reason"
    if action.due < today:
        return "due_past"
    if any(plan is None or g not in plan.goals or not plan.goals[g].open for g in action.goal_ids):
        return "goal_unknown"
    return None


# -- PM5


@dataclass(frozen=True, slots=True)
class EscalateOverdue:
    milestone_id: UUID
    due_version: int
    step: int
    recipients: tuple[Recipient, ...]
    why: Why


def overdue_chain(plan: GrowthPlan, milestone_id: UUID, critical: bool, step: int) -> list[EscalateOverdue]:
    """An overdue milestone → who is told. At once (step 0): owners of what blocks it first, then its owner; on the
    critical path the plan's owner too. Later steps: the plan's owner, at the last one a head of KAM (no user id)."""
    m = plan.milestones[milestone_id]
    if m.overdue is None:
        return []
    why: Why = "still_overdue"
    if step == 0:
        blockers = [plan.milestones[b].owner for b in plan.unmet(milestone_id)]
        told = [Recipient(user_id=u, role="blocker_owner") for u in dict.fromkeys(blockers)]
        told += [Recipient(user_id=m.owner, role="owner")]
        told += [Recipient(user_id=plan.owner, role="plan_owner")] if critical else []
        why = "blocked" if blockers else "critical_path" if critical else "overdue"
    else:
        told = [Recipient(user_id=m.owner, role="owner"), Recipient(user_id=plan.owner, role="plan_owner")]
        told += [Recipient(user_id="", role="head_of_kam")] if step > 3 else []
    return [EscalateOverdue(milestone_id, m.due_version, step, tuple(told), why)]


# -- timers


class Due(NamedTuple):
    """A timer as `shared/timers.py` takes it; without `due_at` it is disarmed."""

    rule: str
    subject: UUID
    due_version: int
    due_at: datetime | None
    data: Mapping[str, Any]


def plan_timers(plan: GrowthPlan, planning: AccountPlanning, now: Now) -> Iterator[Due]:
    """Every timer of a plan as it is now; those that are not needed disarmed. Their version is that of both streams
    together, which only grows."""
    version, runs = plan.version + planning.version, plan.open and planning.live
    every = planning.check_every_days or now.policy.check_days(None)

    def timer(rule: str, subject: UUID, at: datetime | None, **data: object) -> Due:
        return Due(rule, subject, version, at.astimezone(UTC) if at and runs else None, {"plan": plan.id, **data})

    for i, m in plan.milestones.items():
        alive = m.open and m.due_version not in m.fell
        soon, next_step = plan.reminder(m, now) if alive else None, plan.escalation(m, now)
        yield timer(OVERDUE, i, plan.deadline(m) if alive else None, due_version=m.due_version)
        yield timer(DUE_SOON, i, soon[1] if soon else None, due_version=m.due_version)
        yield timer(
            ESCALATION, i, next_step[1] if next_step and m.open else None, due_version=m.due_version,
            step=next_step[0] if next_step else 0,
        )  # fmt: skip
    for i, goal in plan.goals.items():
        yield timer(GOAL_CHECK, i, plan.goal_due_at(goal, now) if goal.open else None)
    check = plan.check_due(now, every)
    yield timer(PLAN_CHECK, plan.id, check[2] if check else None)


def duty_timer(planning: AccountPlanning, zone: str) -> Due:
    """When an owed plan is missed: at the account's midnight after the last day."""
    owed = planning.live and planning.due_on and not planning.missed and planning.active is None
    at = overdue_at(planning.due_on, zone).astimezone(UTC) if owed and planning.due_on else None
    return Due(PLAN_DUTY, planning.account_id, planning.version, at, {"due_version": planning.duty_version})
