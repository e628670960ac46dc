"""What time does to milestones, by hand and under any sequence of commands, clock jumps and repeats."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import networkx as nx  # type: ignore[import-untyped]  # its stubs are a package of their own
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.growth import process
from services.growth.domain import AccountPlanning, GrowthPlan
from services.growth.domain.values import Recipient
from services.growth.policy.calendar import overdue_at
from shared.errors import NotFound, Rejected
from shared.eventstore.events import Meta, encode
from shared.eventstore.repository import fold
from shared.testing import _history as _given
from tests.unit.growth.plans import (
    ACCOUNT,
    DRAFTED,
    GOAL,
    INITIATIVE,
    M1,
    M2,
    M3,
    PLAN,
    WORDS,
    depends,
    goal,
    happened,
    initiative,
    milestone,
    now,
    on,
    overdue,
    plan,
)

P = GrowthPlan
VECTORS = json.loads((Path(__file__).parents[1] / "accounts" / "vectors.json").read_text(encoding="utf-8"))
DEADLINE = datetime(2026, 3, 28, 23, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "at"), VECTORS["overdue"].items())
def test_the_instant_of_the_vectors(zone: str, at: str) -> None:
    assert overdue_at(date(2026, 3, 28), zone) == datetime.fromisoformat(at)


def test_the_instant_after_the_short_night() -> None:
    assert overdue_at(date(2026, 3, 29), "Europe/Berlin") == datetime.fromisoformat(VECTORS["overdue_dst"])


def test_overdue_not_a_second_early() -> None:
    early, due = now(DEADLINE - timedelta(seconds=1)), now(DEADLINE)
    plan().when(lambda p: p.fall_overdue(early, M1, 1, "A")).then_nothing()
    plan().when(lambda p: p.fall_overdue(due, M1, 1, "A")).then(
        P.MilestoneOverdue,
        tier="A",
        due_version=1,
        tz="Europe/Berlin",
        blocked_by=(),
        blocks=(),
        goals=(GOAL,),
        late_by_s=0,
    )
    plan(overdue()).when(lambda p: p.fall_overdue(due, M1, 1, "A")).then_nothing()
    plan().when(lambda p: p.fall_overdue(due, M1, 2, "A")).then_nothing()
    plan().when(lambda p: p.fall_overdue(due, M2, 1, "A")).then_nothing()


def test_a_blocked_milestone_becomes_overdue_all_the_same() -> None:
    graph = (milestone(M2, "2026-04-30"), milestone(M3, "2026-06-30"), depends(M1, M2), depends(M3, M1))
    late = now(DEADLINE, DEADLINE + timedelta(hours=30))
    spec = plan(*graph).when(lambda p: p.fall_overdue(late, M1, 1, None))
    overdue_ = spec.events[0]
    assert isinstance(overdue_, P.MilestoneOverdue)
    assert (overdue_.blocked_by, overdue_.blocks, overdue_.late_by_s, overdue_.tier) == ((M2,), (M3,), 108_000, None)
    assert not overdue_.on_critical_path


def test_reminders_skip_what_was_past_when_it_was_dated() -> None:
    def dated_today(p: GrowthPlan) -> GrowthPlan:
        p.plan_milestone(now(), M2, INITIATIVE, title="Step", owner="u8", due=date(2026, 3, 6))
        return p

    p = dated_today(plan().aggregate)  # type: ignore[arg-type]
    assert p.reminder(p.milestones[M2], now()) == (3, datetime(2026, 3, 2, 23, tzinfo=UTC))
    plan().when(lambda p: dated_today(p).come_due_soon(on("03-05", 12), M2, 1)).then_each(
        (P.MilestonePlanned, {}), (P.MilestoneDueSoon, {"business_days_left": 3, "due": date(2026, 3, 6)})
    )
    plan(milestone(M2, "2026-03-06")).when(lambda p: p.come_due_soon(on("03-07"), M2, 1)).then_nothing()


def test_after_a_pause_only_the_nearest_reminder() -> None:
    plan(milestone(M2, "2026-03-31")).when(lambda p: p.come_due_soon(on("03-30"), M2, 1)).then(
        P.MilestoneDueSoon, business_days_left=3
    )
    told = happened(
        P.MilestoneDueSoon,
        milestone_id=M1,
        owner="u8",
        due=date(2026, 3, 28),
        due_version=1,
        business_days_left=3,
        late_by_s=0,
    )
    plan(told).when(lambda p: p.come_due_soon(on("03-27"), M1, 1)).then_nothing()


def test_the_overdue_chain_tells_the_blockers_owner_first_and_then_climbs() -> None:
    spec = plan(milestone(M2, owner="u9"), depends(M1, M2), overdue())
    p = spec.aggregate
    assert p is not None
    (first,) = process.overdue_chain(p, M1, True, 0)
    assert [(r.user_id, r.role) for r in first.recipients] == [
        ("u9", "blocker_owner"), ("u8", "owner"), ("u7", "plan_owner"),
    ]  # fmt: skip
    assert first.why == "blocked"
    (last,) = process.overdue_chain(p, M1, True, 7)
    assert [r.role for r in last.recipients] == ["owner", "plan_owner", "head_of_kam"]
    assert p.escalation(p.milestones[M1], now()) == (3, datetime(2026, 3, 31, 22, tzinfo=UTC))
    recipients = (Recipient(user_id="u8", role="owner"),)
    spec.when(lambda p: p.escalate(now(), M1, 1, 3, recipients, "overdue")).then(P.MilestoneOverdueEscalated)
    assert process.overdue_chain(plan().aggregate, M1, True, 0) == []  # type: ignore[arg-type]


# -- any sequence

IDS = [UUID(int=100 + n) for n in range(4)]
ONE, DAYS_AHEAD = st.sampled_from(IDS), st.integers(0, 6)
FIRE = st.tuples(st.just("fire"), ONE, st.sampled_from([1, 1, 2]))
EDGE = st.tuples(st.sampled_from(["FS", "SS", "FF", "SF"]), ONE, ONE)
CLOCK = st.tuples(st.just("clock"), st.integers(-2, 6), st.just(0))
OTHERS = st.one_of(
    st.tuples(st.sampled_from(["move", "reopen"]), ONE, DAYS_AHEAD),
    st.tuples(st.sampled_from(["done", "waive", "remind"]), ONE, st.integers(1, 2)),
    st.tuples(st.just("free"), ONE, ONE),
    st.tuples(st.just("restart"), st.just(0), st.just(0)),
)
COMMANDS = st.lists(st.one_of(FIRE, FIRE, EDGE, EDGE, CLOCK, OTHERS), min_size=10, max_size=40)


GIVEN = (DRAFTED, goal(), initiative(), *(milestone(i, f"2026-03-0{3 + n}") for n, i in enumerate(IDS)))


class World:
    """A plan, a clock that jumps, and workers that start anew from the log."""

    def __init__(self) -> None:
        self.clock = now().at
        self.rows = [_row(e) for e in encode(_history(), Meta("test"))]
        self.plan = fold(GrowthPlan, self.rows)
        self.events: list[Any] = []

    def do(self, what: str, one: Any, other: Any) -> None:
        p, at = self.plan, now(self.clock)
        assert p is not None
        day = self.clock.date() + timedelta(days=other if isinstance(other, int) else 0)
        match what:
            case "clock":
                self.clock += timedelta(days=one)
            case "restart":
                self.plan = fold(GrowthPlan, self.rows)
            case "move":
                p.reschedule_milestone(at, one, day, WORDS)
            case "reopen":
                p.reopen_milestone(at, one, day, WORDS)
            case "done":
                p.complete_milestone(at, one)
            case "waive":
                p.waive_milestone(at, one, WORDS)
            case "fire":  # a timer of any due version, armed or not
                p.fall_overdue(at, one, other, "A")
            case "remind":
                p.come_due_soon(at, one, other)
            case "free":
                p.remove_dependency(at, one, other)
            case _:
                p.add_dependency(at, one, other, what, 0)  # type: ignore[arg-type]

    def step(self, command: tuple[str, Any, Any]) -> None:
        with suppress(Rejected, NotFound):
            self.do(*command)
        if self.plan is not None:
            new = list(self.plan.collect_events())
            self.events += new
            self.rows += [_row(e) for e in encode(new, Meta("test"))]  # type: ignore[arg-type]


def _history() -> Any:
    return _given(GrowthPlan, PLAN, GIVEN)


def _row(e: Any) -> tuple[Any, ...]:
    return e.stream_id, e.version, e.topic, e.class_version or 1, e.effective_at, e.state


@settings(max_examples=150)
@given(COMMANDS)
def test_the_graph_stays_acyclic_and_overdue_comes_once(commands: list[tuple[str, Any, Any]]) -> None:
    world = World()
    for command in commands:
        world.step(command)
        p = world.plan
        assert p is not None
        graph = nx.DiGraph([(e.before, e.after) for e in p.edges()])
        assert nx.is_directed_acyclic_graph(graph)
    fell = Counter((e.milestone_id, e.due_version) for e in world.events if isinstance(e, P.MilestoneOverdue))
    assert not fell or max(fell.values()) == 1
    cleared = Counter((e.milestone_id, e.due_version) for e in world.events if isinstance(e, P.MilestoneOverdueCleared))
    assert cleared.keys() <= fell.keys()
    again = fold(GrowthPlan, world.rows)
    assert again == world.plan


@settings(max_examples=60)
@given(COMMANDS)
def test_a_timer_is_armed_for_exactly_what_can_fall_overdue(commands: list[tuple[str, Any, Any]]) -> None:
    world = World()
    for command in commands:
        world.step(command)
    p = world.plan
    assert p is not None
    armed = {
        t.subject: t for t in process.plan_timers(p, AccountPlanning.open(ACCOUNT), now()) if t.rule == process.OVERDUE
    }
    assert armed.keys() == p.milestones.keys()
    for i, m in p.milestones.items():
        waits = m.open and m.due_version not in m.fell
        assert armed[i].due_at == (p.deadline(m) if waits else None)
        assert armed[i].data["due_version"] == m.due_version
