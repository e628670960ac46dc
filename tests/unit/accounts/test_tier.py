"""The tier of an account: what an assessment leads to, and who approves."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.accounts.domain import AccountTier
from services.accounts.policy.capacity import Standing
from services.accounts.policy.scoring import Facts
from services.accounts.policy.tiering import LADDER
from shared.errors import Rejected
from shared.testing import Spec
from tests.unit.accounts.tiers import (
    A_FACTS,
    ACCOUNT,
    AS_A,
    AS_B,
    B_FACTS,
    GATED,
    HEAD,
    N_FACTS,
    POLICY,
    QUARTER,
    T0,
    UNKNOWN,
    assessed,
    changed,
    judged,
    key,
    proposed,
    started,
)


def test_the_facts_of_these_tests_mean_what_their_names_say() -> None:
    assert [judged(f).raw_tier for f in (A_FACTS, B_FACTS, N_FACTS, GATED)] == ["A", "B", "N", "B"]
    assert judged(UNKNOWN).reason == "incomplete"


def test_the_first_tier_is_approved_by_policy_even_an_a() -> None:
    Spec(AccountTier, started).when(lambda t: t.assess(POLICY, 1, A_FACTS, T0, late_by_s=7)).then_each(
        (AccountTier.TierAssessed, {"at": T0, "late_by_s": 7, "current": None}),
        (AccountTier.TierChanged, {"from_tier": None, "to_tier": "A", "why": "first", "provisional": True}),
        (AccountTier.KeyAccountConfirmed, {"tier": "A"}),
    )


def test_no_tier_makes_no_key_account() -> None:
    Spec(AccountTier, started).when(lambda t: t.assess(POLICY, 1, N_FACTS, T0)).then_each(
        (AccountTier.TierAssessed, {}), (AccountTier.TierChanged, {"to_tier": "N"})
    )


def test_too_little_is_known_and_nothing_follows() -> None:
    Spec(AccountTier, started).when(lambda t: t.assess(POLICY, 1, UNKNOWN, T0)).then(
        AccountTier.TierAssessmentIncomplete, current=None
    )
    Spec(AccountTier, *AS_B).when(lambda t: t.assess(POLICY, 1, UNKNOWN, T0, review=True)).then_each(
        (AccountTier.TierAssessmentIncomplete, {"current": "B"}), (AccountTier.TierReviewDue, {"due_at": T0})
    )


def test_an_assessment_that_changes_nothing_is_the_review() -> None:
    Spec(AccountTier, *AS_B).when(lambda t: t.assess(POLICY, 1, B_FACTS, T0 + QUARTER, review=True)).then_each(
        (AccountTier.TierAssessed, {"current": "B"}),
        (AccountTier.TierReaffirmed, {"tier": "B", "reaffirmed_by": "policy:tier"}),
    )


def test_a_promotion_to_a_waits_for_a_person() -> None:
    Spec(AccountTier, *AS_B).when(lambda t: t.assess(POLICY, 1, A_FACTS, T0 + QUARTER, review=True)).then_each(
        (AccountTier.TierAssessed, {}),
        (AccountTier.TierChangeProposed, {"from_tier": "B", "to_tier": "A", "why": "promote"}),
        (AccountTier.TierReviewDue, {"due_at": T0 + QUARTER}),
    )
    Spec(AccountTier, *AS_B, proposed()).when(lambda t: t.assess(POLICY, 1, A_FACTS, T0 + QUARTER)).then(
        AccountTier.TierAssessed
    )


def test_a_proposal_that_the_next_assessment_does_not_support_is_void() -> None:
    Spec(AccountTier, *AS_B, proposed()).when(lambda t: t.assess(POLICY, 1, B_FACTS, T0 + QUARTER)).then_each(
        (AccountTier.TierAssessed, {}),
        (AccountTier.TierChangeRejected, {"to_tier": "A", "rejected_by": "policy:tier"}),
        (AccountTier.TierReaffirmed, {"tier": "B"}),
    )


def test_other_changes_are_approved_by_policy() -> None:
    low = (started, assessed(N_FACTS), changed("N"))
    Spec(AccountTier, *low).when(lambda t: t.assess(POLICY, 1, B_FACTS, T0 + QUARTER)).then_each(
        (AccountTier.TierAssessed, {}),
        (AccountTier.TierChanged, {"from_tier": "N", "to_tier": "B", "provisional": True}),
        (AccountTier.KeyAccountConfirmed, {"tier": "B"}),
    )


def test_a_lost_gate_takes_one_step_at_once() -> None:
    Spec(AccountTier, *AS_A).when(lambda t: t.assess(POLICY, 1, GATED, T0 + QUARTER)).then_each(
        (AccountTier.TierAssessed, {}),
        (AccountTier.TierChanged, {"from_tier": "A", "to_tier": "B", "why": "gate_failed"}),
    )


def test_a_fall_takes_two_assessments_and_one_step_each() -> None:
    tier = AccountTier.start(ACCOUNT)
    path = []
    for n, facts in enumerate([B_FACTS, N_FACTS, N_FACTS, N_FACTS, N_FACTS, N_FACTS]):
        tier.assess(POLICY, 1, facts, T0 + n * QUARTER)
        path.append(tier.decided)
    assert path == ["B", "B", "C", "C", "N", "N"]
    assert tier.key_status == "Declassified"
    tier.assess(POLICY, 1, B_FACTS, T0 + 9 * QUARTER)
    assert (tier.decided, tier.key_status) == ("B", "Key")


def standing(n: int, tier: str = "B", owner: str = "u1") -> Standing:
    return Standing(UUID(int=100 + n), tier, 6000 + n, owner)  # type: ignore[arg-type]


def test_a_cap_blocks_the_policy_until_a_person_decides() -> None:
    low = (started, assessed(N_FACTS), changed("N"))
    others = [standing(n) for n in range(12)]
    spec = Spec(AccountTier, *low).when(
        lambda t: t.assess(POLICY, 1, B_FACTS, T0 + QUARTER, others=others, owner_id="u1")
    )
    spec.then_each(
        (AccountTier.TierAssessed, {}),
        (AccountTier.TierChangeProposed, {"to_tier": "B"}),
        (AccountTier.TierCapacityExceeded, {"cap": "ab_per_kam", "limit": 12, "actual": 13, "owner_id": "u1"}),
    )
    exceeded = spec.events[-1]
    assert isinstance(exceeded, AccountTier.TierCapacityExceeded)
    assert [r.score_bp for r in exceeded.ranking][-1] is not None
    assert ACCOUNT in {r.account_id for r in exceeded.ranking}
    fewer = Spec(AccountTier, *low).when(
        lambda t: t.assess(POLICY, 1, B_FACTS, T0 + QUARTER, others=others[:11], owner_id="u1")
    )
    assert [type(e).__name__ for e in fewer.events][1] == "TierChanged"


def test_a_first_tier_is_never_blocked_by_a_cap() -> None:
    others = [standing(n, "A") for n in range(12)]
    spec = Spec(AccountTier, started).when(lambda t: t.assess(POLICY, 1, A_FACTS, T0, others=others, owner_id="u1"))
    assert spec.aggregate
    assert spec.aggregate.decided == "A"


def test_a_head_of_kam_approves_an_a() -> None:
    Spec(AccountTier, *AS_B, proposed()).when(lambda t: t.approve("user:head", HEAD, T0)).then(
        AccountTier.TierChanged,
        from_tier="B",
        to_tier="A",
        why="promote",
        score_bp=8000,
        decided_by="user:head",
        provisional=False,
    )
    Spec(AccountTier, *AS_B, proposed()).when(lambda t: t.approve("user:u1", ("sales",), T0)).then_raises(
        Rejected, "head-of-kam-needed"
    )


def test_nobody_approves_their_own_proposal() -> None:
    mine = proposed(proposer="user:head")
    Spec(AccountTier, *AS_B, mine).when(lambda t: t.approve("user:head", HEAD, T0)).then_raises(
        Rejected, "approver-is-proposer"
    )


def test_without_a_proposal_there_is_nothing_to_approve() -> None:
    Spec(AccountTier, *AS_B).when(lambda t: t.approve("user:head", HEAD, T0)).then_raises(Rejected, "no-proposal")
    Spec(AccountTier, *AS_B).when(lambda t: t.reject("user:head", "no", T0)).then_raises(Rejected, "no-proposal")


HELD = (started, assessed(GATED), changed("B"), key("B"))


def test_a_closed_gate_opens_by_a_strategic_reason_with_two_signatures() -> None:
    def sign(t: AccountTier, reason: str, second: str) -> None:
        t.approve("user:head", HEAD, T0, strategic_reason=reason, second_signer=second)

    Spec(AccountTier, *HELD).when(lambda t: sign(t, "Lighthouse", "user:ceo")).then(
        AccountTier.TierChanged,
        to_tier="A",
        why="strategic_reason",
        strategic_reason="Lighthouse",
        signers=("user:head", "user:ceo"),
    )
    Spec(AccountTier, *HELD).when(lambda t: sign(t, " ", "user:ceo")).then_raises(Rejected, "gate-closed")
    Spec(AccountTier, *HELD).when(lambda t: sign(t, "x", "")).then_raises(Rejected, "second-signer-missing")
    Spec(AccountTier, *HELD).when(lambda t: sign(t, "x", "user:head")).then_raises(Rejected, "second-signer-same")
    signed = (AccountTier.TierChanged, {**changed("A", "B")[1], "strategic_reason": "Lighthouse"})
    again = Spec(AccountTier, *HELD, signed).when(lambda t: t.assess(POLICY, 1, GATED, T0 + QUARTER))
    again.then_each((AccountTier.TierAssessed, {}), (AccountTier.TierReaffirmed, {"tier": "A"}))


def test_a_proposal_is_refused_with_a_reason() -> None:
    Spec(AccountTier, *AS_B, proposed()).when(lambda t: t.reject("user:head", "too early", T0)).then(
        AccountTier.TierChangeRejected, reason="too early", from_tier="B", to_tier="A"
    )
    Spec(AccountTier, *AS_B, proposed()).when(lambda t: t.reject("user:head", "", T0)).then_raises(
        Rejected, "reason-missing"
    )


def test_reaffirming_refuses_an_open_proposal() -> None:
    Spec(AccountTier, *AS_B, proposed()).when(lambda t: t.reaffirm("user:head", T0)).then_each(
        (AccountTier.TierChangeRejected, {"reason": "reaffirmed"}), (AccountTier.TierReaffirmed, {"tier": "B"})
    )
    Spec(AccountTier, started).when(lambda t: t.reaffirm("user:head", T0)).then_raises(Rejected, "not-assessed")


steps = st.lists(
    st.tuples(st.sampled_from([A_FACTS, B_FACTS, N_FACTS, GATED, UNKNOWN]), st.sampled_from(["", "approve", "reject"])),
    max_size=14,
)


@given(steps)
def test_no_assessment_moves_a_tier_down_two_steps_and_no_policy_makes_a_second_a(
    path: list[tuple[Facts, str]],
) -> None:
    tier = AccountTier.start(ACCOUNT)
    for n, (facts, do) in enumerate(path):
        before = tier.decided
        tier.assess(POLICY, 1, facts, T0 + n * QUARTER, review=True)
        after = tier.decided
        if before and after:
            assert LADDER.index(after) >= LADDER.index(before) - 1
            assert not (after == "A" and before != "A"), "only a person promotes to A"
        if do and tier.proposal:
            (tier.approve("user:head", HEAD, T0) if do == "approve" else tier.reject("user:head", "no", T0))
        assert (tier.key_status == "Key") == (tier.decided in ("A", "B", "C"))
    assert len(tier.collect_events()) >= 1


def test_a_new_account_is_no_key_account_and_has_no_tier() -> None:
    tier = AccountTier.start(ACCOUNT)
    assert (tier.key_status, tier.tier, tier.id) == ("NotKey", None, AccountTier.create_id(ACCOUNT))
