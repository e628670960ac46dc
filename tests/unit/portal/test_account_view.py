"""Order, place and distance on the account page, and the geometry of its charts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from services.portal import account as a
from services.portal import charts
from services.portal.models import Account, HierarchyNode, UsagePoint, view
from tests.unit.portal import demo

KAN = "b21e4a44-02f7-5191-978c-bdeba2e27c0a"
ACME = "d1e6c687-650c-5157-8304-f3035c492d6a"


def answer(crm_id: str = KAN) -> Account:
    message = demo.account(crm_id)
    assert message is not None
    return view(Account, message)


def test_segments_lie_end_to_end_and_reach_the_score() -> None:
    account = answer()
    laid = a.segments(account.criteria)
    assert [s.start_bp for s in laid] == [sum(c.points_bp for c in account.criteria[:i]) for i in range(5)]
    assert laid[-1].start_bp + laid[-1].criterion.points_bp == account.tier.score_bp


def test_distances() -> None:
    account = answer()
    assert account.tier.score_bp is not None
    assert {d.tier: d.distance_bp for d in a.distances(account)} == {
        "A": account.tier.score_bp - 7000,
        "B": account.tier.score_bp - 5000,
        "C": account.tier.score_bp - 3000,
    }
    unknown = account.model_copy(update={"tier": account.tier.model_copy(update={"score_bp": None})})
    assert a.distances(unknown) == []


def test_steps_apart_from_confirmations_newest_first() -> None:
    account = answer()
    step = account.tier.history[0]
    later = step.model_copy(update={"at": datetime(2026, 5, 1, tzinfo=UTC), "from_": step.to})
    tier = account.tier.model_copy(update={"history": [step, later, later.model_copy(update={"to": "B"})]})
    changed, confirmed = a.steps(account.model_copy(update={"tier": tier}))
    assert [s.to for s in changed] == ["B", step.to]
    assert confirmed == [later]


def test_initials_of_the_team_and_a_gap_where_a_theme_is_vacant() -> None:
    owner = answer().team[0].model_copy(update={"user_id": "u1", "name": "Ada Byron King", "required": True})
    gap = owner.model_copy(update={"theme": "SERVICE", "user_id": None, "name": None})
    spare = gap.model_copy(update={"theme": "LEGAL", "required": False})
    known = owner.model_copy(update={"theme": "TECHNICAL", "user_id": "u2", "name": None})
    found = a.initials([owner, gap, spare, known], lambda i: {"u2": "Zoë"}.get(i or "", ""))
    assert found == [("COMMERCIAL", "Ada Byron King", "AK"), ("SERVICE", "", "?"), ("TECHNICAL", "Zoë", "Z")]


def test_contracts_running_first_by_deadline() -> None:
    live, past = a.contracts(answer(), date(2026, 11, 15))
    assert all(c.active for c in live)
    assert not any(c.active for c in past)
    deadlines = [c.notice_deadline for c in live if c.notice_deadline]
    assert deadlines == sorted(deadlines)


def node(crm_id: str, parent: str | None, arr: int = 0) -> HierarchyNode:
    return HierarchyNode(
        account_id=crm_id,
        crm_id=crm_id,
        name=crm_id,
        parent_crm_id=parent,
        tier="A",
        arr_minor=arr,
        currency="USD",
        depth=0,
    )


def test_the_tree_has_every_node_once_and_the_biggest_first() -> None:
    forest = a.tree([node("root", None), node("small", "root", 1), node("big", "root", 9), node("leaf", "big")])
    assert [b.node.crm_id for b in forest] == ["root"]
    assert [b.node.crm_id for b in forest[0].children] == ["big", "small"]
    assert forest[0].children[0].children[0].node.crm_id == "leaf"


def test_a_parent_that_is_not_listed_makes_a_root() -> None:
    assert [b.node.crm_id for b in a.tree([node("child", "elsewhere")])] == ["child"]


def test_usage_keeps_the_last_weeks_in_order() -> None:
    series = a.usage(answer().usage, weeks=4)
    assert set(series) == {("GTX", "active_users"), ("MG", "active_users")}
    points = series["GTX", "active_users"]
    assert [p.period_start for p in points] == sorted(p.period_start for p in points)
    assert len(points) == 4


def test_change_over_four_quarters() -> None:
    account = answer(ACME)
    assert a.arr_change(account.arr_history) == account.arr_history[-1].arr_minor - account.arr_history[-5].arr_minor
    assert a.arr_change(account.arr_history[:3]) is None


def test_charts_start_at_zero_and_stay_inside() -> None:
    drawn = charts.sparkline([0, 50, 100], "eight <quarters>")
    assert "eight &lt;quarters&gt;" in drawn
    ys = [float(y) for y in re.findall(r",(\d+\.\d)", drawn)]
    assert max(ys) == 30.0  # zero lies on the floor
    assert min(ys) == 6.0
    assert charts.sparkline([], "empty").count("circle") == 0
    assert charts.usage_chart([5], [9], 10, "one week")
    assert charts.quarters_chart([0, 0], "nothing").count("<rect") == 2


def test_usage_of_one_point() -> None:
    point = UsagePoint(
        product="GTX", metric="active_users", period_start=date(2026, 1, 5), value=3, licensed=0, event_id=None
    )
    assert a.usage([point])["GTX", "active_users"] == [point]
