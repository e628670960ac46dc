"""Overrides, reviews, ratings and nominations: what people decide about a tier."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.accounts.domain import AccountTier
from shared.errors import Rejected
from shared.testing import Spec
from tests.unit.accounts.tiers import (
    ACCOUNT,
    AS_B,
    B_FACTS,
    HEAD,
    POLICY,
    QUARTER,
    T0,
    started,
)


def override(to: str = "C", days: int = 90, reason: str = "tender", roles: tuple[str, ...] = ()) -> Any:
    return lambda t: t.set_override(to, reason, T0 + timedelta(days=days), "user:u1", roles, T0)


OVERRIDDEN = (
    AccountTier.TierOverridden,
    {
        "account_id": ACCOUNT,
        "at": T0,
        "from_tier": "B",
        "to_tier": "C",
        "reason": "tender",
        "until": T0 + timedelta(days=90),
        "overridden_by": "user:u1",
    },
)


def test_an_override_needs_a_reason_and_ends_within_180_days() -> None:
    Spec(AccountTier, *AS_B).when(override()).then_each(OVERRIDDEN)
    Spec(AccountTier, *AS_B).when(override(days=180)).then(AccountTier.TierOverridden)
    Spec(AccountTier, *AS_B).when(override("A", roles=HEAD)).then(AccountTier.TierOverridden, to_tier="A")
    for do, slug in (
        (override(days=181), "override-too-long"),
        (override(days=0), "override-in-the-past"),
        (override(reason=" "), "reason-missing"),
        (override("B"), "override-same-tier"),
        (override("D"), "unknown-tier"),
        (override("A"), "head-of-kam-needed"),
    ):
        Spec(AccountTier, *AS_B).when(do).then_raises(Rejected, slug)
    Spec(AccountTier, started).when(override()).then_raises(Rejected, "not-assessed")


def test_an_override_holds_until_it_expires_or_is_lifted() -> None:
    spec = Spec(AccountTier, *AS_B, OVERRIDDEN).when(lambda t: t.expire_override(T0 + timedelta(days=89)))
    spec.then_nothing()
    assert spec.aggregate
    assert (spec.aggregate.tier, spec.aggregate.decided) == ("C", "B")
    Spec(AccountTier, *AS_B, OVERRIDDEN).when(lambda t: t.expire_override(T0 + timedelta(days=90))).then(
        AccountTier.TierOverrideExpired, was="C", back_to="B"
    )
    Spec(AccountTier, *AS_B, OVERRIDDEN).when(lambda t: t.lift_override("user:u1", T0)).then(
        AccountTier.TierOverrideLifted, was="C", back_to="B"
    )
    Spec(AccountTier, *AS_B).when(lambda t: t.lift_override("user:u1", T0)).then_raises(Rejected, "no-override")
    Spec(AccountTier, *AS_B).when(lambda t: t.expire_override(T0)).then_nothing()


def test_reviews_fall_due_once_and_become_overdue_once() -> None:
    due = (AccountTier.TierReviewDue, {"account_id": ACCOUNT, "due_at": T0, "tier": "B"})
    overdue = (AccountTier.TierReviewOverdue, {"account_id": ACCOUNT, "due_at": T0, "at": T0, "tier": "B"})
    Spec(AccountTier, *AS_B).when(lambda t: t.review_falls_due(T0)).then_each(due)
    Spec(AccountTier, *AS_B, due).when(lambda t: t.review_falls_due(T0 + QUARTER)).then_nothing()
    Spec(AccountTier, *AS_B, due).when(lambda t: t.review_becomes_overdue(T0)).then_each(overdue)
    Spec(AccountTier, *AS_B, due, overdue).when(lambda t: t.review_becomes_overdue(T0)).then_nothing()
    Spec(AccountTier, *AS_B).when(lambda t: t.review_becomes_overdue(T0)).then_nothing()
    reaffirmed = (AccountTier.TierReaffirmed, {"account_id": ACCOUNT, "at": T0, "tier": "B", "reaffirmed_by": "u"})
    Spec(AccountTier, *AS_B, due, reaffirmed).when(lambda t: t.review_becomes_overdue(T0)).then_nothing()


def rate(
    criterion: str = "growth.sites_without_us", bp: int = 6000, note: str = "12 sites", evidence: Any = ("n1",)
) -> Any:
    return lambda t: t.rate(criterion, bp, note, evidence, "user:u1", T0, POLICY)


def test_a_rating_needs_a_note_and_evidence_and_counts_next_time() -> None:
    Spec(AccountTier, started).when(rate()).then(
        AccountTier.TierCriterionRated, criterion="growth.sites_without_us", value_bp=6000, rater="user:u1"
    )
    for do, slug in (
        (rate("revenue_margin.revenue_12m"), "criterion-not-rateable"),
        (rate("weather"), "criterion-not-rateable"),
        (rate(bp=10001), "rating-out-of-range"),
        (rate(bp=-1), "rating-out-of-range"),
        (rate(note=" "), "note-missing"),
        (rate(evidence=()), "evidence-missing"),
        (rate(evidence=("",)), "evidence-missing"),
    ):
        Spec(AccountTier, started).when(do).then_raises(Rejected, slug)
    tier = AccountTier.start(ACCOUNT)
    rate()(tier)
    result = tier.assess(POLICY, 1, B_FACTS, T0, rating_events={"growth.sites_without_us": "accounts:5"})
    rated = next(s for c in result.criteria for s in c.signals if s.signal == "sites_without_us")
    assert (rated.value_bp, rated.source, rated.event_ids) == (6000, "manual", ("accounts:5",))


nominated = (
    AccountTier.KeyAccountNominated,
    {"account_id": ACCOUNT, "at": T0, "reason": "grows", "nominated_by": "user:u1"},
)
declassified = (
    AccountTier.KeyAccountDeclassified,
    {"account_id": ACCOUNT, "at": T0, "reason": "sold", "declassified_by": "user:u1"},
)


def test_a_nomination_is_confirmed_by_a_tier_decision_only() -> None:
    Spec(AccountTier, started).when(lambda t: t.nominate("user:u1", "grows", T0)).then_each(nominated)
    Spec(AccountTier, started, nominated).when(lambda t: t.assess(POLICY, 1, B_FACTS, T0)).then_each(
        (AccountTier.TierAssessed, {}), (AccountTier.TierChanged, {}), (AccountTier.KeyAccountConfirmed, {"tier": "B"})
    )
    Spec(AccountTier, *AS_B, declassified, nominated).when(lambda t: t.reaffirm("user:head", T0)).then_each(
        (AccountTier.TierReaffirmed, {}), (AccountTier.KeyAccountConfirmed, {"tier": "B"})
    )


def test_who_was_declassified_by_a_person_comes_back_by_nomination_only() -> None:
    Spec(AccountTier, *AS_B).when(lambda t: t.declassify("user:u1", "sold", T0)).then_each(declassified)
    Spec(AccountTier, *AS_B, declassified).when(lambda t: t.assess(POLICY, 1, B_FACTS, T0 + QUARTER)).then_each(
        (AccountTier.TierAssessed, {}), (AccountTier.TierReaffirmed, {})
    )


def test_rules_of_nominations() -> None:
    Spec(AccountTier, *AS_B).when(lambda t: t.nominate("user:u1", "x", T0)).then_raises(Rejected, "already-nominated")
    Spec(AccountTier, started).when(lambda t: t.nominate("user:u1", "", T0)).then_raises(Rejected, "reason-missing")
    Spec(AccountTier, started, nominated).when(lambda t: t.reject_nomination("user:u1", "small", T0)).then(
        AccountTier.KeyAccountNominationRejected
    )
    Spec(AccountTier, started).when(lambda t: t.reject_nomination("user:u1", "x", T0)).then_raises(
        Rejected, "not-nominated"
    )
    Spec(AccountTier, started).when(lambda t: t.declassify("user:u1", "x", T0)).then_raises(Rejected, "not-key")
