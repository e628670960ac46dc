"""KPIs: the check values of the domain, the identity of revenue, and parts that sum to their value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.insights.policy.kpi import MEASURES, Catalogue, Part, compute, parts, scopes
from services.insights.policy.kpi.base import basis_points, median, survival_median, total, year_before
from services.insights.policy.world import World
from services.insights.shipped import catalogue
from shared.contracts import accounts
from tests.unit.insights.worlds import BEGIN, T0, T1, Told, account

CATALOGUE = catalogue()
EVER = date(2027, 12, 31)


def contract(name: str, arr: int, starts: date, ends: date = EVER, **more: Any) -> accounts.commerce.ContractRecorded:
    values: dict[str, Any] = {"notice_period_days": 60, "auto_renew": False, "owner_id": "u1", "product": "GTX"}
    return accounts.commerce.ContractRecorded(
        account_id=account(name), name="", status="Signed", signed=True, starts_on=starts, ends_on=ends, arr=arr,
        currency="EUR", system="sugar", crm_id=f"{name}{starts}", **{**values, **more},
    )  # fmt: skip


def revenue(before: dict[str, int], after: dict[str, int]) -> World:
    """Customers with this ARR on T0 and on T1."""
    told = Told()
    for name in sorted({*before, *after}):
        if before.get(name):
            told(contract(name, before[name], date(2025, 1, 1), T1 - timedelta(days=1)), BEGIN, f"{name} old")
        if after.get(name):
            told(contract(name, after[name], T1), BEGIN, f"{name} new")
    return told.world()


def value(world: World, id: str) -> int | None:
    return compute(CATALOGUE, world, id, T1)["company"].value


def test_the_check_values_of_the_domain() -> None:
    """100→120, 50→40, 30→0, 20→20, new 90: NRR 90 %, GRR 80 %, logos 75 % (vectors.json)."""
    k = 1_000_00
    world = revenue(
        {"a": 100 * k, "b": 50 * k, "c": 30 * k, "d": 20 * k}, {"a": 120 * k, "b": 40 * k, "d": 20 * k, "e": 90 * k}
    )
    found = {id: value(world, id) for id in ("K1", "K2", "K3", "K4.churn", "K4.contraction", "K4.expansion", "K3.new")}
    assert found == {
        "K1": 9000, "K2": 8000, "K3": 7500, "K4.churn": 1500, "K4.contraction": 500, "K4.expansion": 1000, "K3.new": 1,
    }  # fmt: skip


def test_nothing_to_divide_by_is_no_number() -> None:
    assert [value(revenue({}, {"new": 5}), id) for id in ("K1", "K2", "K3", "K4.churn")] == [None] * 4
    assert [value(revenue({"only": 100}, {}), id) for id in ("K1", "K2", "K3")] == [0, 0, 0]


amounts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 10**9), max_size=8)


@given(amounts, amounts)
def test_what_is_retained_is_one_minus_churn_minus_contraction_plus_expansion(
    before: dict[str, int], after: dict[str, int]
) -> None:
    world = revenue(before, after)
    of = {
        id: compute(CATALOGUE, world, id, T1)["company"]
        for id in ("K1", "K2", "K4.churn", "K4.contraction", "K4.expansion")
    }
    start, end = of["K1"].d, of["K1"].n
    churn, contraction, expansion = (of[f"K4.{x}"].n or 0 for x in ("churn", "contraction", "expansion"))
    assert end == (start or 0) - churn - contraction + expansion
    assert of["K2"].n == (start or 0) - churn - contraction
    if of["K1"].value is not None and of["K2"].value is not None:
        assert of["K2"].value <= min(10_000, of["K1"].value)


@given(amounts, amounts)
def test_every_value_is_the_sum_of_its_parts(before: dict[str, int], after: dict[str, int]) -> None:
    world = revenue(before, after)
    for id in CATALOGUE.definitions:
        result = compute(CATALOGUE, world, id, T1)["company"]
        again = total(result.definition, "company", result.period, parts(CATALOGUE, world, id, T1))
        assert (again.value, again.n, again.d) == (result.value, result.n, result.d)
        counted = [p for p in result.parts.values() if p.apart is None]
        if result.definition.kind == "ratio":
            assert (result.n, result.d) == (sum(p.n for p in counted), sum(p.d for p in counted))
        assert all(p.events for p in counted), f"{id}: a part without events"


def test_a_tier_counts_as_of_the_start_of_the_period() -> None:
    told = Told()
    told(contract("a", 100, date(2025, 1, 1), T1 - timedelta(days=1)), BEGIN, "a")
    for n, (tier, at) in enumerate((("A", BEGIN), ("C", BEGIN.replace(year=2026, month=6)))):
        change = accounts.tiers.TierChanged(
            account_id=account("a"), changed_at=at, from_tier=None, to_tier=tier, why="first", score_bp=None,
            policy_version=1, decided_by="policy:tier", provisional=True,
        )  # fmt: skip
        told(change, at, f"tier {n}")
    found = compute(CATALOGUE, told.world(), "K1", T1, scopes())
    assert (found["tier:A"].value, found["tier:C"].value) == (0, None), "who fell is still in the old tier's cohort"


def test_a_late_renewal_bridges_its_gap_and_a_new_contract_after_it_does_not() -> None:
    def lapse(successor: bool) -> int | None:
        told = Told()
        old = told(contract("a", 100, date(2025, 1, 1), T1 - timedelta(days=10)), BEGIN, "old")
        new = told(contract("a", 100, T1 + timedelta(days=20)), BEGIN, "new")
        if successor:
            late = accounts.commerce.ContractRenewedLate(
                account_id=account("a"), successor_contract_id=new.stream, starts_on=T1 + timedelta(days=20),
                gap_days=30, kind="flat", arr_before=100, arr_after=100, currency="EUR",
            )  # fmt: skip
            told.facts.append(told(late, BEGIN)._replace(stream=old.stream, position=99))
        return value(told.world(), "K1")

    assert (lapse(True), lapse(False)) == (10_000, 0)


def test_merged_customers_are_one_logo() -> None:
    told = Told()
    told(contract("a", 100, date(2025, 1, 1)), BEGIN, "a")
    told(contract("b", 50, date(2025, 1, 1), date(2026, 1, 31)), BEGIN, "b")
    for key in "ab":
        merge = accounts.account.AccountsMerged(
            account_id=account(key), survivor_id=account("a"), survivor_crm_id="a", absorbed_id=account("b"),
            absorbed_crm_id="b",
        )  # fmt: skip
        told(merge, BEGIN, f"merge {key}")
    found = compute(CATALOGUE, told.world(), "K3", T1)["company"]
    assert (found.n, found.d) == (1, 1)
    assert compute(CATALOGUE, told.world(), "K1", T1)["company"].d == 150, f"both on {T0}"


def test_money_of_accounts_that_were_never_judged_is_not_safe_but_unknown() -> None:
    told = Told()
    told(contract("a", 100, date(2025, 1, 1)), BEGIN, "a")
    world = told.world()
    found = compute(CATALOGUE, world, "K16", T1)["company"]
    assert (found.value, [p.apart for p in found.parts.values()]) == (None, ["not judged"])
    assert value(world, "K16.unknown") == 100


def test_arithmetic() -> None:
    assert (basis_points(1, 3), basis_points(2, 3), basis_points(0, 0), basis_points(1, 20_000)) == (
        3333,
        6667,
        None,
        1,
    )
    assert (median([]), median([3, 1, 2]), median([1, 2])) == (None, 2, 2)
    assert survival_median([10, 20, 30], []) == 20
    assert survival_median([10], [40, 40, 40]) is None, "most are still running"
    assert survival_median([10, 20], [15]) == 20
    assert survival_median([10, 20], []) == 10, "at most half are left: exactly half is enough"
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)


@pytest.mark.parametrize(("cases", "told"), [(0, None), (4, None), (5, 10_000)])
def test_of_too_few_cases_no_value_is_told(cases: int, told: int | None) -> None:
    definition = replace(CATALOGUE.definitions["K1"], minimum=5)
    found = {account(str(n)): Part(n=1, d=1) for n in range(cases)}
    result = total(definition, "company", CATALOGUE.period("K1", T1), found)
    assert (result.value, result.n, result.d) == (told, cases, cases)


def test_a_median_of_too_few_values_is_not_told() -> None:
    definition = replace(CATALOGUE.definitions["K10"], minimum=3)
    for values, told in (((1, 2), None), ((1, 2, 9), 2)):
        found = {account("a"): Part(values=values), account("b"): Part(values=(100,), apart="no date")}
        assert total(definition, "company", CATALOGUE.period("K10", T1), found).value == told


def test_a_definition_without_a_function_and_a_dashboard_of_another_size_are_refused() -> None:
    good = {
        "en": "",
        "de": "",
        "version": 1,
        "kind": "ratio",
        "unit": "bp",
        "window": "year",
        "better": "up",
        "formula": "",
    }
    document: dict[str, Any] = {"version": 1, "rules": {}, "dashboards": {}, "kpis": {"K99": good}}
    with pytest.raises(ValueError, match="K99 version 1 has no function"):
        Catalogue.read(document)
    with pytest.raises(ValueError, match="dashboard A does not show six"):
        Catalogue.read({**document, "kpis": {"K1": good}, "dashboards": {"A": ["K1"]}})
    assert {id for id, _ in MEASURES} == set(CATALOGUE.definitions)
