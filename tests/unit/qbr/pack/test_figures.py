"""The numbers of the account in `account.py`, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.qbr.pack import Pack
from services.qbr.pack.facts import Fact, kept
from services.qbr.pack.sections.results import quarter_ends
from services.qbr.pack.state.growth import Goal
from shared.contracts import crm
from shared.contracts.accounts import commerce
from shared.contracts.base import Envelope
from shared.ids import derived
from tests.unit.qbr.pack.account import whole_account
from tests.unit.qbr.pack.told import AS_OF, SYSTEM, Log, at, built, on, person


@pytest.fixture(scope="module")
def made() -> Pack:
    return built(whole_account())


def value(made: Pack, section: str, name: str, of: str | None = None) -> Any:
    found = made.section(section)
    assert found is not None
    figure = found.figure(name, of)
    assert figure is not None, f"{section} has no figure {name}"
    return figure.value


def rows(made: Pack, section: str, table: str) -> dict[str, dict[str, Any]]:
    found = made.section(section)
    shown = found.table(table) if found else None
    assert shown is not None, f"{section} has no table {table}"
    names = [c.name for c in shown.columns]
    return {r.id: dict(zip(names, r.cells, strict=True)) for r in shown.rows}


def test_pipeline(made: Pack) -> None:
    assert value(made, "pipeline", "open_deals") == 3
    assert value(made, "pipeline", "open_amount") == 21_000_000 + 4_800_000
    assert value(made, "pipeline", "weighted_amount") == 21_000_000 * 50 // 100 + 4_800_000 * 20 // 100
    assert value(made, "pipeline", "past_close") == 1
    assert value(made, "pipeline", "won_amount") == 5_800_000
    assert value(made, "pipeline", "lost_amount") == 900_000
    stages = rows(made, "pipeline", "stages")
    assert [(s["stage"], s["deals"], s["amount"]) for s in stages.values()] == [
        ("Qualification", 1, 4_800_000), ("Needs Analysis", 1, 0), ("Perception Analysis", 1, 21_000_000),
    ]  # fmt: skip
    assert rows(made, "pipeline", "deals")["d1"]["slips"] == 1


def test_deals_in_two_currencies_are_not_added_up() -> None:
    log = whole_account()
    log.deal("e1", at(-5), "Qualification", 700_000, 20, currency="EUR")
    section = built(log).section("pipeline")
    assert section is not None
    assert {f.unit: f.value for f in section.figures if f.name == "open_amount"} == {
        "minor:USD": 25_800_000, "minor:EUR": 700_000,
    }  # fmt: skip


def test_renewals(made: Pack) -> None:
    assert value(made, "renewals", "contracts") == 2
    assert value(made, "renewals", "arr") == 26_200_000
    assert value(made, "renewals", "next_deadline") == (on(105) - timedelta(days=90)).isoformat()
    assert value(made, "renewals", "arr_deadline_ahead") == 20_400_000
    assert value(made, "renewals", "without_deal") == 0
    found = rows(made, "renewals", "contracts")[str(derived("contract", SYSTEM, "k2"))]
    assert (found["days_left"], found["auto_renew"], found["renewal_deal"]) == (15, False, "Perception Analysis")


def test_a_near_deadline_without_a_renewal_deal_is_named() -> None:
    log = whole_account()
    log.deal("d1", at(-2), "Closed Lost", 21_000_000, 0, motion="renewal")
    assert value(built(log), "renewals", "without_deal") == 1
    questions = rows(built(log), "open_questions", "questions")
    assert "no_renewal_deal/Nordlicht GTX 2026" in questions


def test_cases_count_from_their_first_opening(made: Pack) -> None:
    assert value(made, "cases", "open_cases") == 3
    assert value(made, "cases", "overdue_cases") == 2
    assert value(made, "cases", "oldest_case") == 30 * 24
    assert value(made, "cases", "solved_cases") == 3
    assert value(made, "cases", "solved_in_time") == 6667
    by = rows(made, "cases", "by_priority")
    assert [(by[p]["open"], by[p]["overdue"], by[p]["limit"]) for p in ("P1", "P2", "P3")] == [
        (1, 1, 72), (1, 0, 168), (1, 1, 504),
    ]  # fmt: skip


def test_a_case_at_its_limit_is_in_time_and_a_second_later_it_is_not() -> None:
    log = Log()
    log.case("1", AS_OF - timedelta(hours=72), "P1")
    assert value(built(log), "cases", "overdue_cases") == 0
    assert value(built(log, as_of=AS_OF + timedelta(seconds=1)), "cases", "overdue_cases") == 1


def test_usage(made: Pack) -> None:
    assert value(made, "usage", "active_users", "GTX") == 160
    assert value(made, "usage", "use_of_licence", "GTX") == 4665
    product = rows(made, "usage", "products")["GTX"]
    assert product["change"] == -round((268 - 160) / 268 * 10_000)
    assert product["best"] == 160 + 9 * 12
    weeks = rows(made, "usage", "weeks")
    assert len([w for w in weeks.values() if w["product"] == "GTX"]) == 13
    assert [w["active"] for w in weeks.values() if w["product"] == "MG"].count(None) == 1


def test_the_later_report_about_a_week_wins_whenever_it_comes() -> None:
    log = whole_account()
    week = {"product": "GTX", "metric": "active_users", "period_start": on(-13), "period_end": on(-7)}
    for told, reported, users in ((-2, -2, 171), (-1, -3, 165)):
        log.about(commerce.UsageCorrected, at(told), **week, value=users, licensed=343, reported_at=at(reported),
                  reported_under="x")  # fmt: skip
    assert value(built(log), "usage", "active_users", "GTX") == 171


def test_results(made: Pack) -> None:
    assert value(made, "results", "arr") == 26_200_000
    assert value(made, "results", "arr_year_ago") == 20_400_000
    assert value(made, "results", "nrr") == round(26_200_000 / 20_400_000 * 10_000)
    assert value(made, "results", "grr") == 10_000
    assert value(made, "results", "days_since_contact") == 12
    assert value(made, "results", "contacts") == 3
    assert value(made, "results", "persons_reached") == 2
    assert value(made, "results", "promises_kept", "ours") == 5000
    assert value(made, "results", "promises_kept", "customer") == 0


def test_who_comes_back_after_more_than_ninety_days_is_not_retained() -> None:
    for gap, nrr in ((60, 10_000), (120, 0)):
        log = Log()
        log.contract("a", at(-800), on(-700), on(-200), 1_000)
        log.contract("b", at(-100), on(-200 + gap), on(300), 1_000)
        assert value(built(log), "results", "nrr") == nrr


def test_nothing_to_divide_by_is_no_percentage() -> None:
    log = Log()
    log.case("1", at(-1), "P1")
    assert value(built(log), "cases", "solved_in_time") is None
    assert value(built(log), "results", "promises_kept", "ours") is None


def test_quarters_end_where_quarters_end() -> None:
    assert [d.isoformat() for d in quarter_ends(datetime(2026, 2, 14, tzinfo=UTC).date(), 3)] == [
        "2025-09-30", "2025-12-31", "2026-02-14",
    ]  # fmt: skip


def test_goals(made: Pack) -> None:
    assert value(made, "goals", "goals") == 3
    assert value(made, "goals", "goals_on_track") == 2
    assert value(made, "goals", "overdue_milestones") == 1
    found = {r["goal"]: r for r in rows(made, "goals", "goals").values()}
    answer = found["First answer within an hour"]
    assert (answer["expected"], answer["progress"], answer["status"]) == (140, 6667, "on_track")
    assert found["Nine of ten seats of GTX in use"]["agreed"] is True
    assert found["Grow annual value to 260,000"]["status"] == "achieved"


@pytest.mark.parametrize(
    ("day", "expected"), [(-10, 100), (0, 100), (25, 125), (50, 150), (75, 250), (100, 350), (130, 350)]
)
def test_the_expected_value_follows_the_checkpoints(day: int, expected: int) -> None:
    goal = Goal("g", "p", "t", "u", "k", 100, 350, "x", "increase", on(0), on(100), ((on(50), 150),), "e:1")
    assert goal.expected(on(day)) == expected


def test_promises(made: Pack) -> None:
    assert value(made, "promises", "promises_kept", "ours") == 1
    assert value(made, "promises", "promises_overdue", "ours") == 1
    assert value(made, "promises", "promises_overdue", "customer") == 1
    assert value(made, "promises", "promises_open", "customer") == 1


def test_whitespace_counts_the_unknown_but_not_what_does_not_apply(made: Pack) -> None:
    assert value(made, "whitespace", "penetration") == 4000
    assert value(made, "whitespace", "rated") == 8000
    assert value(made, "whitespace", "potential") == 9_600_000


def test_stakeholders(made: Pack) -> None:
    assert value(made, "stakeholders", "persons") == 3
    assert value(made, "stakeholders", "in_role", "CHAMPION") == 0
    assert value(made, "stakeholders", "person_left") == 1
    assert rows(made, "stakeholders", "people")[str(person(3))]["attitude"] == -2


def test_proposals_follow_from_the_figures(made: Pack) -> None:
    rules = {r["rule"] for r in rows(made, "next_goals", "proposals").values()}
    assert rules == {"recover_use", "add_seats", "solve_overdue", "keep_limits", "goal_off_track", "keep_promise",
                     "secure_renewal", "win_role"}  # fmt: skip


def test_records_that_left_the_account_do_not_count() -> None:
    log = whole_account()
    moved = {"system": SYSTEM, "revision": 9, "account_id": log.account}
    log.tell(crm.CrmRecordMoved(**moved, crm_id="d1", object="opportunity"), at(-1))
    log.tell(crm.CrmRecordDeleted(**moved, crm_id="1564", object="case"), at(-1))
    log.tell(crm.CrmRecordMoved(**moved, crm_id="k3", object="contract"), at(-1))
    log.tell(crm.CrmRecordMoved(**moved, crm_id="2", object="activity"), at(-1))
    made = built(log)
    assert value(made, "pipeline", "open_deals") == 2
    assert value(made, "cases", "open_cases") == 2
    assert value(made, "renewals", "arr") == 20_400_000
    assert value(made, "results", "days_since_contact") == 31


def test_records_of_no_account_are_not_kept() -> None:
    envelope = Envelope(
        id="crm:1", type="CrmOpportunitySeen", position=1, stream=derived("x"), version=1, effective_at=AS_OF,
        recorded_at=AS_OF, actor="crm:sugar", data={"account_id": None, "crm_id": "x", "name": "y"},
    )  # fmt: skip
    assert kept(envelope, "kam.crm.v1", 0) is None
    of = kept(envelope.model_copy(update={"data": {"account_id": str(derived("a")), "crm_id": "x"}}), "kam.crm.v1", 3)
    assert isinstance(of, Fact)
    assert of.lane == "kam.crm.v1"
