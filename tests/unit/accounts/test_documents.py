"""Reading policy documents: the shipped ones are right, and every fault of a wrong one is named."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.app import shipped
from services.accounts.policy import standards
from services.accounts.policy.documents import CRITERIA, PolicyInvalid, digest, minor_units, tier_policy

TIERS, STANDARDS = shipped("tier_policy.v1"), shipped("standards.v1")
Change = Callable[[dict[str, Any]], object]


def test_the_shipped_tier_policy_is_read_with_money_in_minor_units() -> None:
    policy = tier_policy(TIERS)
    assert {c.name: c.weight_bp for c in policy.criteria} == {
        "revenue_margin": 4000,
        "strategic": 2000,
        "growth": 1500,
        "complexity": 1500,
        "risk_profile": 1000,
    }
    signals = {s.name: s for c in policy.criteria for s in c.signals}
    assert signals["revenue_12m"].band == ((0, 0), (5_000_000, 3000), (15_000_000, 7000), (25_000_000, 10000))
    assert signals["stakeholders"].band == ((0, 0), (3, 3000), (6, 7000), (9, 10000))
    assert signals["churn_risk"].anchors == {"GREEN": 2500, "AMBER": 7500, "RED": 10000}
    assert (policy.thresholds, policy.up, policy.down) == ({"A": 7000, "B": 5000, "C": 3000}, 300, 500)
    assert (policy.min_revenue, policy.min_potential) == (15_000_000, 40_000_000)
    assert (policy.a_per_kam, policy.ab_per_kam, policy.a_share_bp, policy.lines_total) == (5, 12, 1500, 3)


def test_what_a_person_may_rate_is_what_the_document_calls_manual_and_its_proxies() -> None:
    assert set(TIERS["manual_criteria"]) < tier_policy(TIERS).rateable()
    assert tier_policy(TIERS).rateable() - set(TIERS["manual_criteria"]) == {
        "strategic.reference",
        "strategic.market_access",
        "complexity.process_demands",
    }


def test_every_number_of_the_shipped_documents_has_its_reason() -> None:
    def leaves(node: Any, path: str = "") -> list[str]:
        if not isinstance(node, dict):
            return []
        silent = [path] if "value" in node and not (node.get("why") and node.get("source")) else []
        return silent + [p for key, child in node.items() for p in leaves(child, f"{path}.{key}")]

    assert leaves(TIERS) == []
    assert all(rule["why"] and rule["source"] for rule in STANDARDS["standards"].values())


FAULTS: list[tuple[Change, str]] = [
    (lambda d: d["weights"]["growth"].update(value=1501), "weights: the weights sum to 10001"),
    (lambda d: d["weights"].pop("growth"), "weights.growth: needs a whole number"),
    (lambda d: d["weights"]["growth"].update(value=15.5), "weights.growth: needs a whole number"),
    (lambda d: d["weights"]["growth"].update(value=True), "weights.growth: needs a whole number"),
    (lambda d: d["weights"].update(weather={"value": 1}), "weights.weather: unknown criterion"),
    (lambda d: d["inside"].update(weather={}), "inside.weather: unknown criterion"),
    (lambda d: d["inside"]["growth"].update(weather={}), "inside.growth.weather: unknown signal"),
    (lambda d: d["inside"]["growth"]["product_lines"]["weight"].update(value=0), "inside.growth: the weights sum to"),
    (lambda d: d["thresholds"]["A"].update(value=5000), "thresholds: A > B > C must hold, got 5000, 5000, 3000"),
    (lambda d: d["thresholds"]["C"].update(value=-1), "thresholds.C: -1 is not between 0 and 10000"),
    (lambda d: d["inside"]["revenue_margin"]["potential"]["band"].update(value=[[0, 0]]), "needs at least two pairs"),
    (
        lambda d: d["inside"]["revenue_margin"]["potential"]["band"].update(value=[[5, 0], [5, 1]]),
        "the figures must rise",
    ),
    (
        lambda d: d["inside"]["revenue_margin"]["potential"]["band"].update(value=[[0, 0], [5, 10001]]),
        "basis points lie between 0 and 10000",
    ),
    (lambda d: d["inside"]["risk_profile"]["competitors"].pop("anchors"), "anchors: needs basis points"),
    (lambda d: d["inside"]["risk_profile"]["churn_risk"]["anchors"]["value"].pop("RED"), "AMBER, GREEN, RED"),
    (lambda d: d["units"].update(currency="dollars"), "units.currency: needs a currency code"),
    (lambda d: d["capacity"].pop("A_per_kam"), "capacity.A_per_kam"),
    (lambda d: d["decision"]["min_dwell_assessments"].update(value=0), "decision.min_dwell_assessments: 0 is not"),
    (lambda d: d["gates"].pop("A"), "gates.A.min_revenue"),
]


@pytest.mark.parametrize(("change", "says"), FAULTS, ids=[says for _, says in FAULTS])
def test_a_fault_is_named_with_its_place(change: Change, says: str) -> None:
    document = copy.deepcopy(TIERS)
    change(document)
    with pytest.raises(PolicyInvalid) as e:
        tier_policy(document)
    assert any(says in problem for problem in e.value.problems), e.value.problems


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(PolicyInvalid) as e:
        tier_policy({})
    assert len(e.value.problems) > 20


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(
    st.sampled_from(["weights", "inside", "value", "thresholds", "A", "growth", "units"]), c)))  # fmt: skip
def test_nonsense_is_refused_and_never_crashes(nonsense: Any) -> None:
    document = nonsense if isinstance(nonsense, dict) else {"weights": nonsense, "inside": nonsense, "gates": nonsense}
    with pytest.raises(PolicyInvalid):
        tier_policy(document)
    with pytest.raises(PolicyInvalid):
        standards.standards({"standards": nonsense})


def test_the_shipped_standards_are_read() -> None:
    found = standards.standards(STANDARDS)
    assert found.limit("contact_amber_days", "A") == 35
    assert found.lead_days("B") == 120
    assert found.lead_days(None) == found.lead_days("N") == found.lead_days("C") == 90
    assert found.review_after("A").days == found.review_after("B").days == 91
    assert found.review_after("C").days == found.review_after(None).days == 182
    assert found.theme_owners["A"] == ("COMMERCIAL", "TECHNICAL", "SERVICE", "EXEC_SPONSOR")
    assert (found.deputies["A"], found.deputies["C"]) == (True, False)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["standards"]["contact_amber_days"].update(B=None), "standards.contact_amber_days.B"),
        (lambda d: d["standards"].pop("renewal_lead_days"), "standards.renewal_lead_days.A"),
        (lambda d: d["standards"]["theme_owners"].update(A=["SALES"]), "standards.theme_owners.A"),
        (lambda d: d["standards"]["tier_review"].update(C="sometimes"), "standards.tier_review.C"),
        (lambda d: d.pop("standards"), "standards.contact_amber_days.A"),
    ],
)
def test_a_fault_in_the_standards_is_named(change: Change, says: str) -> None:
    document = copy.deepcopy(STANDARDS)
    change(document)
    with pytest.raises(PolicyInvalid) as e:
        standards.standards(document)
    assert any(problem.startswith(says) for problem in e.value.problems), e.value.problems


def test_the_digest_is_of_the_content_not_of_its_order() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 1, "b": 3})


def test_yen_have_no_minor_unit() -> None:
    assert (minor_units("USD"), minor_units("JPY")) == (100, 1)
    yen = copy.deepcopy(TIERS)
    yen["units"]["currency"] = "JPY"
    assert tier_policy(yen).min_revenue == 150_000


def test_the_criteria_are_the_five_of_the_policy() -> None:
    assert tuple(TIERS["weights"]) == CRITERIA
