"""The commands: parse, call the use case, answer with the events it led to. Roles are checked by the domain.

Each rpc is a function that reads its fields and returns the use case; `Commands` gets a method of its name for each.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, get_args
from uuid import UUID

import grpc.aio

from services.growth.api.parse import Fields
from services.growth.app import Done, Growth, Work
from services.growth.domain import GrowthPlan
from services.growth.domain.values import DependencyKind, Direction, PlanResult
from shared.clock import Clock
from shared.errors import Conflict
from shared.eventstore.events import Meta
from shared.protos import accounts_pb2 as common
from shared.protos.growth_pb2_grpc import GrowthCommandsServicer

Context = grpc.aio.ServicerContext[Any, Any]
Use = Callable[[Growth, Meta], Awaitable[Done]]


class Call(NamedTuple):
    """`id`: of what the command is about, the answer's; `use`: the use case; `on`: the stream that `expected_version`
    refers to, and its class."""

    id: str
    use: Use
    on: tuple[type[Any], UUID] | None = None


Parse = Callable[[Fields, Any], Call]
RPCS: dict[str, Parse] = {}


def rpc(parse: Parse) -> Parse:
    """Registers a function as the rpc of its name."""
    RPCS[parse.__name__] = parse
    return parse


class Commands(GrowthCommandsServicer):
    """`GrowthCommands` of the .proto."""

    def __init__(self, app: Growth, clock: Clock) -> None:
        self._app, self._clock = app, clock

    async def run(self, parse: Parse, r: Any) -> common.CommandResult:
        """One command."""
        f = Fields()
        call, meta = parse(f, r), f.meta(r.meta, self._clock)
        f.done()
        if r.meta.HasField("expected_version") and call.on is not None:
            found = await self._app.version(*call.on)
            if found != r.meta.expected_version:
                raise Conflict(
                    f"you saw version {r.meta.expected_version}, it is {found} now: look again, then decide",
                    slug="version-changed",
                )
        done = await call.use(self._app, meta)
        return common.CommandResult(event_ids=list(done.event_ids), repeated=done.repeated, id=call.id)


def with_methods(cls: type[Commands]) -> type[Commands]:
    """Gives the servicer a method for each registered rpc."""
    for name, parse in RPCS.items():
        setattr(cls, name, _method(parse))
    return cls


def _method(parse: Parse) -> Any:
    async def method(self: Commands, request: Any, _: Context) -> common.CommandResult:
        return await self.run(parse, request)

    return method


Change = Callable[[GrowthPlan, Work], object]


def on_plan(f: Fields, r: Any, do: Change, id: UUID | None = None) -> Call:
    """A command that one plan decides."""
    plan, roles = f.uuid("plan_id", r.plan_id), frozenset(r.meta.roles)
    return Call(str(id or plan), lambda app, meta: app.on_plan(meta, plan, do, roles), (GrowthPlan, plan))


def on_milestone(f: Fields, r: Any, do: Callable[[GrowthPlan, Work, UUID], object]) -> Call:
    """A command on a milestone, which a running play learns of."""
    plan, m = f.uuid("plan_id", r.plan_id), f.uuid("milestone_id", r.milestone_id)
    return Call(str(m), lambda app, meta: app.on_milestone(meta, plan, m, lambda p, w: do(p, w, m)), (GrowthPlan, plan))


def _reason(w: Work, p: GrowthPlan, body: str, kind: str = "reason") -> UUID:
    return w.say(p.account_id, kind, body)


# -- the plan


@rpc
def DraftPlan(f: Fields, r: Any) -> Call:
    plan, account = f.new_id("plan_id", r.plan_id, "plan", r.meta), f.uuid("account_id", r.account_id)
    head = f.text("title", r.title), f.text("owner", r.owner)
    days = f.day("starts_on", r.starts_on), f.day("ends_on", r.ends_on)
    return Call(str(plan), lambda app, meta: app.draft_plan(meta, plan, account, *head, *days), (GrowthPlan, plan))


@rpc
def SubmitPlan(f: Fields, r: Any) -> Call:
    return on_plan(f, r, lambda p, w: p.submit(w.now))


@rpc
def ApprovePlan(f: Fields, r: Any) -> Call:
    plan, roles = f.uuid("plan_id", r.plan_id), frozenset(r.meta.roles)
    return Call(str(plan), lambda app, meta: app.approve_plan(meta, plan, roles), (GrowthPlan, plan))


@rpc
def ReturnPlan(f: Fields, r: Any) -> Call:
    reason = f.text("reason", r.reason)
    return on_plan(f, r, lambda p, w: p.return_(w.now, _reason(w, p, reason)))


@rpc
def RevisePlan(f: Fields, r: Any) -> Call:
    head = f.text("title", r.title), f.text("owner", r.owner)
    days, reason = (f.day("starts_on", r.starts_on), f.day("ends_on", r.ends_on)), f.text("reason", r.reason)
    return on_plan(f, r, lambda p, w: p.revise(w.now, *head, *days, _reason(w, p, reason)))


@rpc
def ClosePlan(f: Fields, r: Any) -> Call:
    plan, result = f.uuid("plan_id", r.plan_id), f.one_of("result", r.result, get_args(PlanResult))
    summary = f.text_or_empty("summary", r.summary)
    return Call(str(plan), lambda app, meta: app.close_plan(meta, plan, result, summary), (GrowthPlan, plan))


@rpc
def AbandonPlan(f: Fields, r: Any) -> Call:
    plan, reason = f.uuid("plan_id", r.plan_id), f.text("reason", r.reason)
    return Call(str(plan), lambda app, meta: app.abandon_plan(meta, plan, reason), (GrowthPlan, plan))


# -- goals


@rpc
def SetGoal(f: Fields, r: Any) -> Call:
    goal = f.new_id("goal_id", r.goal_id, "goal", r.meta)
    fields: dict[str, Any] = {
        "title": f.text("title", r.title), "owner": f.text("owner", r.owner), "kpi_id": f.text("kpi_id", r.kpi_id),
        "baseline": r.baseline, "target": r.target, "unit": f.text("unit", r.unit),
        "direction": f.one_of("direction", r.direction, get_args(Direction)),
        "starts_on": f.day_or_none("starts_on", r.starts_on), "due": f.day("due", r.due),
        "checkpoints": f.checkpoints("checkpoints", r.checkpoints),
    }  # fmt: skip
    return on_plan(f, r, lambda p, w: p.set_goal(w.now, goal, **fields), goal)


@rpc
def RetargetGoal(f: Fields, r: Any) -> Call:
    goal, due, reason = f.uuid("goal_id", r.goal_id), f.day("due", r.due), f.text("reason", r.reason)
    points = f.checkpoints("checkpoints", r.checkpoints)
    return on_plan(f, r, lambda p, w: p.retarget_goal(w.now, goal, r.target, due, points, _reason(w, p, reason)), goal)


@rpc
def ConfirmGoalWithCustomer(f: Fields, r: Any) -> Call:
    goal, person = f.uuid("goal_id", r.goal_id), f.uuid("by_subject", r.by_subject)
    return on_plan(f, r, lambda p, w: p.confirm_goal(w.now, goal, person), goal)


@rpc
def CheckGoal(f: Fields, r: Any) -> Call:
    goal, on = f.uuid("goal_id", r.goal_id), f.day_or_none("value_on", r.value_on)
    return on_plan(f, r, lambda p, w: p.check_goal(w.now, goal, r.value, on), goal)


@rpc
def WithdrawGoal(f: Fields, r: Any) -> Call:
    goal, reason = f.uuid("goal_id", r.goal_id), f.text("reason", r.reason)
    return on_plan(f, r, lambda p, w: p.withdraw_goal(w.now, goal, _reason(w, p, reason)), goal)


# -- milestones


@rpc
def PlanMilestone(f: Fields, r: Any) -> Call:
    m, initiative = (
        f.new_id("milestone_id", r.milestone_id, "milestone", r.meta),
        f.uuid("initiative_id", r.initiative_id),
    )
    title, owner, due = f.text("title", r.title), f.text("owner", r.owner), f.day("due", r.due)
    return on_plan(f, r, lambda p, w: p.plan_milestone(
        w.now, m, initiative, title=title, owner=owner, due=due, duration_days=r.duration_days), m)  # fmt: skip


@rpc
def StartMilestone(f: Fields, r: Any) -> Call:
    m = f.uuid("milestone_id", r.milestone_id)
    return on_plan(f, r, lambda p, w: p.start_milestone(w.now, m), m)


@rpc
def RescheduleMilestone(f: Fields, r: Any) -> Call:
    m, due, reason = f.uuid("milestone_id", r.milestone_id), f.day("due", r.due), f.text("reason", r.reason)
    return on_plan(f, r, lambda p, w: p.reschedule_milestone(w.now, m, due, _reason(w, p, reason)), m)


@rpc
def CompleteMilestone(f: Fields, r: Any) -> Call:
    return on_milestone(f, r, lambda p, w, m: p.complete_milestone(w.now, m))


@rpc
def ReopenMilestone(f: Fields, r: Any) -> Call:
    due, reason = f.day("due", r.due), f.text("reason", r.reason)
    return on_milestone(f, r, lambda p, w, m: p.reopen_milestone(w.now, m, due, _reason(w, p, reason)))


@rpc
def WaiveMilestone(f: Fields, r: Any) -> Call:
    reason = f.text("reason", r.reason)
    return on_milestone(f, r, lambda p, w, m: p.waive_milestone(w.now, m, _reason(w, p, reason)))


@rpc
def ReassignMilestone(f: Fields, r: Any) -> Call:
    m, owner = f.uuid("milestone_id", r.milestone_id), f.text("owner", r.owner)
    return on_plan(f, r, lambda p, w: p.reassign_milestone(w.now, m, owner), m)


@rpc
def AddDependency(f: Fields, r: Any) -> Call:
    m, before = f.uuid("milestone_id", r.milestone_id), f.uuid("predecessor_id", r.predecessor_id)
    kind = f.one_of("kind", r.kind or "FS", get_args(DependencyKind))
    other = f.uuid("predecessor_plan_id", r.predecessor_plan_id) if r.predecessor_plan_id else None
    return on_plan(f, r, lambda p, w: p.add_dependency(w.now, m, before, kind, r.lag_days, other), m)


@rpc
def RemoveDependency(f: Fields, r: Any) -> Call:
    m, before = f.uuid("milestone_id", r.milestone_id), f.uuid("predecessor_id", r.predecessor_id)
    return on_plan(f, r, lambda p, w: p.remove_dependency(w.now, m, before), m)
