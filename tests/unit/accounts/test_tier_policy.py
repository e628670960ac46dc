"""The tier policy's way from draft to active, and the standards' way."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.accounts.app import shipped
from services.accounts.domain import StandardsPolicy, TierPolicy
from services.accounts.policy.documents import digest
from shared.errors import Invalid, NotFound, Rejected
from shared.testing import Spec

AT = datetime(2026, 3, 2, tzinfo=UTC)
LATER = AT + timedelta(days=30)
DOCUMENT, STANDARDS = shipped("tier_policy.v1"), shipped("standards.v1")
BROKEN = copy.deepcopy(DOCUMENT)
BROKEN["weights"]["growth"]["value"] = 1

opened = (TierPolicy.TierPoliciesOpened, {})


def drafted(version: int = 1) -> tuple[Any, dict[str, Any]]:
    return TierPolicy.TierPolicyDrafted, {
        "version": version,
        "document": DOCUMENT,
        "digest": digest(DOCUMENT),
        "author": "user:author",
        "at": AT,
    }


def submitted(version: int = 1) -> tuple[Any, dict[str, Any]]:
    return TierPolicy.TierPolicySubmitted, {"version": version, "by": "user:author", "at": AT}


def signed(function: str, signer: str, version: int = 1) -> tuple[Any, dict[str, Any]]:
    return TierPolicy.TierPolicySignedOff, {"version": version, "function": function, "signer": signer, "at": AT}


def activated(version: int = 1, signed_off: bool = True) -> tuple[Any, dict[str, Any]]:
    return TierPolicy.TierPolicyActivated, {
        "version": version,
        "effective_from": AT,
        "by": "user:admin",
        "signed_off": signed_off,
    }


SIGNED = (opened, drafted(), submitted(), signed("sales", "u:1"), signed("service", "u:2"), signed("management", "u:3"))


def test_the_shipped_policy_holds_at_the_first_start_only() -> None:
    Spec(TierPolicy, opened).when(lambda p: p.adopt_default(DOCUMENT, "system:accounts", AT)).then_each(
        (TierPolicy.TierPolicyDrafted, {"version": 1, "author": "system:accounts"}),
        (TierPolicy.TierPolicyActivated, {"version": 1, "effective_from": AT, "signed_off": False}),
    )
    Spec(TierPolicy, opened, drafted()).when(lambda p: p.adopt_default(DOCUMENT, "x", AT)).then_nothing()


def test_versions_are_numbered_without_gaps() -> None:
    Spec(TierPolicy, opened).when(lambda p: p.draft(DOCUMENT, "user:author", AT)).then_each(drafted(1))
    Spec(TierPolicy, opened, drafted(1)).when(lambda p: p.draft(DOCUMENT, "user:author", AT)).then_each(drafted(2))


def test_a_wrong_document_is_refused_with_its_faults() -> None:
    spec = Spec(TierPolicy, opened).when(lambda p: p.draft(BROKEN, "user:author", AT))
    spec.then_raises(Invalid, "policy-invalid")
    with pytest.raises(Invalid, match="weights sum to 8501"):
        TierPolicy.open().draft(BROKEN, "user:author", AT)


def test_three_functions_sign_and_then_it_may_hold() -> None:
    Spec(TierPolicy, opened, drafted()).when(lambda p: p.submit(1, "user:author", AT)).then_each(submitted())
    Spec(TierPolicy, opened, drafted(), submitted()).when(
        lambda p: p.sign_off(1, "sales", "u:1", ("sales",), AT)
    ).then_each(signed("sales", "u:1"))
    Spec(TierPolicy, *SIGNED).when(lambda p: p.activate(1, AT, "user:admin", AT)).then_each(activated())


@pytest.mark.parametrize("missing", [3, 4, 5])
def test_without_all_three_signatures_it_does_not_hold(missing: int) -> None:
    Spec(TierPolicy, *SIGNED[:missing]).when(lambda p: p.activate(1, AT, "a", AT)).then_raises(
        Rejected, "sign-off-missing"
    )


def test_rules_of_signing() -> None:
    given = (opened, drafted(), submitted(), signed("sales", "u:1"))
    for function, signer, roles, slug in (
        ("finance", "u:2", ("finance",), "unknown-function"),
        ("service", "u:2", ("sales",), "function-not-held"),
        ("service", "user:author", ("service",), "signer-is-author"),
        ("sales", "u:2", ("sales",), "already-signed"),
        ("service", "u:1", ("service",), "signer-signed-twice"),
    ):
        Spec(TierPolicy, *given).when(lambda p, f=function, s=signer, r=roles: p.sign_off(1, f, s, r, AT)).then_raises(
            Rejected, slug
        )
    Spec(TierPolicy, opened, drafted()).when(lambda p: p.sign_off(1, "sales", "u:1", ("sales",), AT)).then_raises(
        Rejected, "wrong-policy-state"
    )
    Spec(TierPolicy, opened).when(lambda p: p.submit(3, "u", AT)).then_raises(NotFound)


def test_a_rejected_version_is_a_draft_without_signatures() -> None:
    given = (opened, drafted(), submitted(), signed("sales", "u:1"))
    rejected = (TierPolicy.TierPolicyRejected, {"version": 1, "reason": "weights", "by": "u:2", "at": AT})
    Spec(TierPolicy, *given).when(lambda p: p.reject(1, "weights", "u:2", AT)).then_each(rejected)
    Spec(TierPolicy, *given).when(lambda p: p.reject(1, " ", "u:2", AT)).then_raises(Rejected, "reason-missing")
    again = Spec(TierPolicy, *given, rejected, submitted()).when(
        lambda p: p.sign_off(1, "sales", "u:1", ("sales",), AT)
    )
    again.then(TierPolicy.TierPolicySignedOff)
    Spec(TierPolicy, *SIGNED).when(lambda p: p.reject(1, "second thoughts", "u:2", AT)).then(
        TierPolicy.TierPolicyRejected
    )
    Spec(TierPolicy, *SIGNED, activated()).when(lambda p: p.reject(1, "x", "u:2", AT)).then_raises(
        Rejected, "wrong-policy-state"
    )


SECOND = (
    *SIGNED,
    activated(1),
    drafted(2),
    submitted(2),
    signed("sales", "u:1", 2),
    signed("service", "u:2", 2),
    signed("management", "u:3", 2),
)
scheduled = (TierPolicy.TierPolicyScheduled, {"version": 2, "effective_from": LATER, "by": "user:admin"})


def test_a_version_supersedes_the_one_before() -> None:
    Spec(TierPolicy, *SECOND).when(lambda p: p.activate(2, AT, "user:admin", AT)).then_each(
        (TierPolicy.TierPolicyActivated, {"version": 2}), (TierPolicy.TierPolicySuperseded, {"version": 1, "at": AT})
    )


def test_a_version_can_wait_for_its_day() -> None:
    Spec(TierPolicy, *SECOND).when(lambda p: p.activate(2, LATER, "user:admin", AT)).then_each(scheduled)
    Spec(TierPolicy, *SECOND, scheduled).when(lambda p: p.take_effect(2, LATER - timedelta(1))).then_nothing()
    Spec(TierPolicy, *SECOND, scheduled).when(lambda p: p.take_effect(2, LATER)).then_each(
        (TierPolicy.TierPolicyActivated, {"version": 2, "effective_from": LATER, "signed_off": True}),
        (TierPolicy.TierPolicySuperseded, {"version": 1, "by_version": 2}),
    )
    Spec(TierPolicy, *SECOND).when(lambda p: p.take_effect(2, LATER)).then_nothing()
    Spec(TierPolicy, *SECOND).when(lambda p: p.activate(2, AT - timedelta(1), "a", AT)).then_raises(
        Rejected, "effective-in-the-past"
    )


def test_a_simulation_is_remembered_and_changes_nothing() -> None:
    Spec(TierPolicy, *SECOND).when(lambda p: p.record_simulation(2, "r", "d", "u", AT)).then(
        TierPolicy.TierPolicySimulated, version=2, against_version=1
    )
    Spec(TierPolicy, opened, drafted()).when(lambda p: p.record_simulation(1, "r", "d", "u", AT)).then_raises(
        Rejected, "no-active-policy"
    )


def test_the_active_document_is_ready_to_be_used() -> None:
    policy = TierPolicy.open()
    with pytest.raises(NotFound):
        policy.document()
    policy.adopt_default(DOCUMENT, "system:accounts", AT)
    assert policy.document().thresholds == policy.document(1).thresholds == {"A": 7000, "B": 5000, "C": 3000}


def test_standards_are_activated_in_versions() -> None:
    start = (StandardsPolicy.StandardsOpened, {})
    first = (
        StandardsPolicy.StandardsActivated,
        {
            "version": 1,
            "document": STANDARDS,
            "digest": digest(STANDARDS),
            "effective_from": AT,
            "by": "system:accounts",
            "signed_off": False,
        },
    )
    Spec(StandardsPolicy, start).when(lambda s: s.adopt_default(STANDARDS, "system:accounts", AT)).then_each(first)
    Spec(StandardsPolicy, start, first).when(lambda s: s.adopt_default(STANDARDS, "x", AT)).then_nothing()
    Spec(StandardsPolicy, start, first).when(lambda s: s.activate(STANDARDS, "x", AT, signed_off=True)).then_nothing()
    other = copy.deepcopy(STANDARDS)
    other["standards"]["contact_amber_days"]["A"] = 30
    changed = Spec(StandardsPolicy, start, first).when(lambda s: s.activate(other, "u", AT, signed_off=True))
    changed.then(StandardsPolicy.StandardsActivated, version=2, signed_off=True)
    assert changed.aggregate
    assert changed.aggregate.document().limit("contact_amber_days", "A") == 30
    Spec(StandardsPolicy, start).when(lambda s: s.activate({}, "u", AT, signed_off=True)).then_raises(
        Invalid, "policy-invalid"
    )
    with pytest.raises(NotFound):
        StandardsPolicy.open().document()
