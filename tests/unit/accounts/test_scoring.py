"""From figures to an assessment: signals, completeness, gates, and what holds an account back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.app import shipped
from services.accounts.policy.documents import tier_policy
from services.accounts.policy.results import Assessment, CriterionResult, SignalResult
from services.accounts.policy.scoring import Facts, Figure, History, Rating, assess
from services.accounts.policy.tiering import weighted

POLICY = tier_policy(shipped("tier_policy.v1"))
FULL = Facts(
    "USD",
    revenue=Figure(19_643_000, ("accounts:1",)),
    margin_bp=Figure(3000, ("accounts:2",)),
    potential=Figure(30_000_000, ("accounts:2",)),
    customer_revenue=Figure(110_000_000_000),
    employees=Figure(3000),
    contacts=Figure(8),
    lines=frozenset({"GTX"}),
    colour="GREEN",
)


def judge(facts: Facts, history: History | None = None, **ratings: int) -> Assessment:
    rated = {k.replace("__", "."): Rating(v, ("accounts:9",)) for k, v in ratings.items()}
    return assess(POLICY, 1, facts, rated, history or History())


def criterion(result: Assessment, name: str) -> CriterionResult:
    return next(c for c in result.criteria if c.criterion == name)


def signal(result: Assessment, name: str) -> SignalResult:
    return next(s for c in result.criteria for s in c.signals if s.signal == name)


def test_a_worked_example() -> None:
    """revenue 196,430 lies between 150 k (70) and 250 k (100): 83.93; margin 30 %: 60; potential 300 k: 76."""
    result = judge(FULL)
    assert [s.value_bp for s in criterion(result, "revenue_margin").signals] == [8393, 6000, 7600]
    assert criterion(result, "revenue_margin").value_bp == 7677
    assert signal(result, "revenue_12m").raw == "196430.00 USD"
    assert signal(result, "margin").raw == "30.00 %"
    assert signal(result, "whitespace_value").raw == "103570.00 USD"
    assert signal(result, "revenue_12m").event_ids == ("accounts:1",)
    assert signal(result, "whitespace_value").event_ids == ("accounts:2", "accounts:1")
    assert (result.raw_tier, result.tier, result.reason) == ("B", "B", "first")


def test_completeness_is_the_documents_own_figure() -> None:
    assert judge(FULL).completeness_bp == 8400
    without_proxies = replace(FULL, customer_revenue=Figure(), employees=Figure())
    assert judge(without_proxies).completeness_bp == 7150
    assert judge(replace(FULL, colour=None)).completeness_bp == 8000


def test_an_unknown_colour_is_not_available() -> None:
    for colour in (None, "GREY"):
        assert signal(judge(replace(FULL, colour=colour)), "churn_risk").value_bp is None
    assert signal(judge(replace(FULL, colour="RED")), "churn_risk").value_bp == 10000


def test_flags_that_are_not_set_are_the_second_step_not_nothing() -> None:
    assert signal(judge(FULL), "reference").value_bp == 2500
    assert signal(judge(replace(FULL, reference=True)), "reference").value_bp == 10000
    assert signal(judge(FULL), "competitors").value_bp == 2500
    assert signal(judge(replace(FULL, competitor="Globex")), "competitors").value_bp == 10000


@pytest.mark.parametrize(
    ("lines", "bp"), [(set(), 10000), ({"GTX"}, 10000), ({"GTX", "MG"}, 5000), ({"A", "B", "C"}, 0)]
)
def test_each_open_product_line_counts_half(lines: set[str], bp: int) -> None:
    assert signal(judge(replace(FULL, lines=frozenset(lines))), "product_lines").value_bp == bp


def test_a_rating_counts_where_nobody_else_knows_and_before_a_proxy() -> None:
    assert signal(judge(FULL), "brand_innovation").value_bp is None
    rated = judge(FULL, strategic__brand_innovation=7500, strategic__market_access=1000)
    assert signal(rated, "brand_innovation").value_bp == 7500
    assert signal(rated, "market_access").value_bp == 1000
    assert signal(rated, "market_access").source == "manual"
    assert signal(rated, "market_access").event_ids == ("accounts:9",)
    assert criterion(rated, "strategic").available_bp == 10000


def test_money_in_another_currency_is_not_known() -> None:
    result = judge(replace(FULL, currency="EUR"))
    for name in ("revenue_12m", "potential", "market_access", "whitespace_value"):
        assert signal(result, name).value_bp is None, name
        assert "EUR" in signal(result, name).raw
    assert result.reason == "incomplete"
    assert [g.passed for g in result.gates if g.gate == "revenue_or_potential"] == [False]


def test_too_little_is_known() -> None:
    result = judge(Facts("USD"), History("B", 6000, 3))
    assert (result.tier, result.reason) == ("B", "incomplete")
    assert result.completeness_bp < POLICY.min_completeness


RICH = replace(FULL, reference=True, customer_revenue=Figure(10**12), contacts=Figure(20), employees=Figure(20_000))


def test_the_a_gate_needs_revenue_or_potential_or_a_signed_reason() -> None:
    small = replace(RICH, revenue=Figure(14_999_900), potential=Figure(39_999_900))
    result = judge(small)
    assert result.score_bp
    assert result.score_bp >= 7000
    assert (result.tier, result.held_back) == ("B", "A")
    for changed in (replace(small, revenue=Figure(15_000_000)), replace(small, potential=Figure(40_000_000))):
        assert judge(changed).tier == "A"
    assert judge(small, History(strategic_reason=True)).tier == "A"


def test_a_negative_margin_keeps_out_of_a_and_b() -> None:
    result = judge(replace(RICH, margin_bp=Figure(-1)))
    assert result.raw_tier == "C"
    assert signal(result, "margin").value_bp == 0
    assert signal(result, "margin").raw == "-0.01 %"
    assert judge(replace(RICH, margin_bp=Figure(-1)), History("A", 8000, 5)).tier == "B"
    assert judge(replace(RICH, margin_bp=Figure(-1)), History("A", 8000, 5)).reason == "gate_failed"
    assert judge(replace(RICH, margin_bp=Figure(0))).raw_tier == "A"
    assert judge(replace(RICH, margin_bp=Figure())).raw_tier == "A", "not known is not negative"


def test_no_contract_at_all_is_not_no_revenue() -> None:
    assert signal(judge(replace(FULL, revenue=Figure(None))), "revenue_12m").value_bp is None
    assert signal(judge(replace(FULL, revenue=Figure(0))), "revenue_12m").value_bp == 0
    assert signal(judge(replace(FULL, revenue=Figure(None))), "whitespace_value").raw == "300000.00 USD"


figures = st.builds(Figure, st.one_of(st.none(), st.integers(-(10**9), 10**12)))
facts = st.builds(
    Facts,
    st.just("USD"),
    revenue=figures,
    margin_bp=figures,
    potential=figures,
    customer_revenue=figures,
    employees=figures,
    contacts=st.builds(Figure, st.integers(0, 100)),
    lines=st.frozensets(st.sampled_from(["GTX", "MG", "GTK", "X"])),
    reference=st.one_of(st.none(), st.booleans()),
    competitor=st.one_of(st.none(), st.just("x")),
    colour=st.sampled_from([None, "GREEN", "AMBER", "RED", "GREY"]),
)


@given(facts)
def test_an_assessment_explains_itself_to_the_last_point(found: Facts) -> None:
    result = judge(found)
    assert 0 <= result.completeness_bp <= 10000
    for c in result.criteria:
        assert c.value_bp is None or 0 <= c.value_bp <= 10000
        values = {s.signal: s.value_bp for s in c.signals}
        assert weighted(values, {s.signal: s.weight_bp for s in c.signals}) == (c.value_bp, c.available_bp)
    if result.score_bp is not None:
        assert sum(c.points_bp for c in result.criteria) == result.score_bp
    assert Assessment.model_validate_json(result.model_dump_json()) == result
