"""What the aggregates decide and refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.risk.domain import AccountRisk, Escalation, RiskItem, RiskModels
from services.risk.policy.business import WEEKDAYS, business_days
from services.risk.shipped import default_model, handling
from shared.contracts.risk.base import Money, Trigger
from shared.errors import Rejected
from shared.testing import Spec

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
ACCOUNT, REF, OTHER = UUID(int=7), UUID(int=8), UUID(int=9)
HOW = handling(WEEKDAYS)
TRACKED = (AccountRisk.RiskTracked, {"account_id": ACCOUNT})


def turned(colour: type, tier: str = "A", **fields: Any) -> tuple[type, dict[str, Any]]:
    values = {
        "account_id": ACCOUNT, "tier": tier, "from_": "GREY", "amber_since": None, "score": 5000, "coverage": 9000,
        "trigger": Trigger(kind="sustained"), "why": "x", "contributions": (), "floors": (), "counterfactual": (),
        "arr_exposed": Money(amount=1, currency="USD"), "epoch": 1, "suggested_plays": (), "model_version": 1,
        "late_by_s": 0,
    }  # fmt: skip
    if colour is AccountRisk.RiskTurnedRed:
        values["plan_due_at"] = AT
    return colour, values | fields


def override(to: Any, days: int = 10, reason: str = "known reason") -> Any:
    return lambda r: r.override(to, reason, REF, AT + timedelta(days=days), "user:u1", AT, HOW.overrides)


def test_anyone_may_call_it_worse() -> None:
    Spec(AccountRisk, TRACKED, turned(AccountRisk.RiskTurnedGreen)).when(override("RED")).then(
        AccountRisk.RiskColourOverridden, to="RED", from_="GREEN", needs_second=False
    )


@pytest.mark.parametrize(("tier", "second"), [("A", True), ("B", False)])
def test_better_on_an_a_needs_a_second_person(tier: str, second: bool) -> None:
    Spec(AccountRisk, TRACKED, turned(AccountRisk.RiskTurnedRed, tier)).when(override("AMBER")).then(
        AccountRisk.RiskColourOverridden, to="AMBER", needs_second=second
    )


@pytest.mark.parametrize(
    ("was", "command", "slug"),
    [
        (AccountRisk.RiskTurnedRed, override("GREEN"), "one-step-only"),
        (AccountRisk.RiskTurnedRed, override("AMBER", 31), "override-too-long"),
        (AccountRisk.RiskTurnedGreen, override("RED", 91), "override-too-long"),
        (AccountRisk.RiskTurnedGreen, override("GREEN"), "colour-unchanged"),
        (AccountRisk.RiskTurnedGreen, override("RED", -1), "until-in-the-past"),
        (AccountRisk.RiskTurnedGreen, override("RED", 1, "x"), "reason-missing"),
        (AccountRisk.RiskBecameUnknown, override("GREEN"), "grey-not-green"),
    ],
)
def test_an_override_that_is_refused(was: type, command: Any, slug: str) -> None:
    Spec(AccountRisk, TRACKED, turned(was)).when(command).then_raises(Rejected, slug)


IDENTIFIED = (
    RiskItem.RiskIdentified,
    {
        "account_id": ACCOUNT, "risk_id": UUID(int=1), "category": "service", "cause": "p1_72h", "title": "t",
        "owner": "u1", "by": "user:u1",
    },
)  # fmt: skip
PLANNED = (
    RiskItem.CountermeasurePlanned,
    {
        "account_id": ACCOUNT, "risk_id": UUID(int=1), "countermeasure_id": REF, "title": "fix", "owner": "u2",
        "due": date(2026, 2, 1), "link": "", "by": "user:u1",
    },
)  # fmt: skip


def test_a_countermeasure_has_owner_and_date() -> None:
    due = date(2026, 2, 1)
    Spec(RiskItem, IDENTIFIED).when(lambda i: i.plan(REF, "fix", "u2", due, "milestone:m1", "user:u1", AT)).then(
        RiskItem.CountermeasurePlanned, owner="u2", due=due, link="milestone:m1"
    )


def test_the_last_one_done_leaves_the_risk_watched() -> None:
    Spec(RiskItem, IDENTIFIED, PLANNED).when(lambda i: i.complete(REF, "user:u1")).then_each(
        (RiskItem.CountermeasureCompleted, {}), (RiskItem.RiskItemMonitored, {})
    )


@pytest.mark.parametrize(
    ("command", "slug"),
    [
        (lambda i: i.plan(OTHER, "fix", "", date(2026, 2, 1), "", "u", AT), "owner-missing"),
        (lambda i: i.plan(OTHER, "fix", "u2", date(2025, 2, 1), "", "u", AT), "due-in-the-past"),
        (lambda i: i.plan(OTHER, "fix", "u2", date(2026, 2, 1), "mail:x", "u", AT), "link-unknown"),
        (lambda i: i.plan(OTHER, " ", "u2", date(2026, 2, 1), "", "u", AT), "title-missing"),
        (lambda i: i.plan(REF, "fix", "u2", date(2026, 2, 1), "", "u", AT), "countermeasure-exists"),
        (lambda i: i.complete(OTHER, "u"), "countermeasure-unknown"),
        (lambda i: i.assess(6, 1, Money(amount=1, currency="USD"), "u", AT), "scale-1-to-5"),
        (lambda i: i.resolve([""], "u"), "evidence-missing"),
        (lambda i: i.accept(AT, REF, "u", AT), "until-in-the-past"),
    ],
)
def test_what_a_risk_item_refuses(command: Any, slug: str) -> None:
    Spec(RiskItem, IDENTIFIED, PLANNED).when(command).then_raises(Rejected, slug)


def opened(severity: str = "high") -> tuple[type, dict[str, Any]]:
    return (
        Escalation.EscalationOpened,
        {
            "account_id": ACCOUNT, "escalation_id": UUID(int=1), "severity": severity, "title": "t", "cause": "other",
            "risk_id": None, "by": "u", "update_due_at": AT,
        },
    )  # fmt: skip


def with_dri() -> tuple[type, dict[str, Any]]:
    return (
        Escalation.EscalationDriAssigned,
        {"account_id": ACCOUNT, "escalation_id": UUID(int=1), "severity": "high", "dri": "u3", "by": "u"},
    )


def test_the_severity_sets_the_pace() -> None:
    Spec(Escalation, opened()).when(lambda e: e.change_severity("critical", "u", AT, HOW.pace)).then(
        Escalation.EscalationRaised, was="high", severity="critical", update_due_at=AT + timedelta(days=1)
    )
    friday = datetime(2026, 1, 9, 9, tzinfo=UTC)
    Spec(Escalation, opened("low")).when(lambda e: e.change_severity("high", "u", friday, HOW.pace)).then(
        Escalation.EscalationRaised, update_due_at=friday + timedelta(days=4)
    )


def test_no_word_in_time_is_told_once() -> None:
    Spec(Escalation, opened()).when(lambda e: [e.becomes_overdue(AT, 0), e.becomes_overdue(AT, 0)]).then(
        Escalation.EscalationUpdateOverdue, due_at=AT
    )


@pytest.mark.parametrize(
    ("command", "slug"),
    [
        (lambda e: e.close(OTHER, "u", AT), "no-resolution"),
        (lambda e: e.reopen(REF, "u", AT, HOW.pace), "not-closed"),
        (lambda e: e.change_severity("high", "u", AT, HOW.pace), "severity-unchanged"),
        (lambda e: e.change_severity("huge", "u", AT, HOW.pace), "severity-unknown"),
        (lambda e: e.update(REF, "u", AT, HOW.pace), "dri-missing"),
    ],
)
def test_what_an_escalation_refuses(command: Any, slug: str) -> None:
    Spec(Escalation, opened()).when(command).then_raises(Rejected, slug)


def test_both_sides_close_it() -> None:
    proposed = (
        Escalation.EscalationResolutionProposed,
        {"account_id": ACCOUNT, "escalation_id": UUID(int=1), "severity": "high", "text_ref": REF, "by": "u"},
    )
    Spec(Escalation, opened(), with_dri(), proposed).when(lambda e: e.close(None, "u", AT)).then_raises(
        Rejected, "customer-not-agreed"
    )
    Spec(Escalation, opened(), with_dri(), proposed).when(lambda e: e.close(OTHER, "u", AT)).then(
        Escalation.EscalationClosed, agreed_by_customer=OTHER
    )


def models() -> RiskModels:
    made = RiskModels.open()
    made.adopt_default(default_model(), "system:risk", AT)
    return made


def test_a_model_is_tried_signed_by_another_and_then_active() -> None:
    made = models()
    assert made.draft(default_model(), "user:u1") == 2
    for early in (lambda: made.sign_off(2, "user:u2", ["head_of_kam"]), lambda: made.activate(2, AT, "user:u2", AT)):
        with pytest.raises(Rejected) as refused:
            early()
        assert refused.value.slug == "wrong-model-state"
    made.shadow(2, "user:u1")
    with pytest.raises(Rejected, match="author"):
        made.sign_off(2, "user:u1", ["head_of_kam"])
    with pytest.raises(Rejected, match="signs"):
        made.sign_off(2, "user:u2", ["sales"])
    made.sign_off(2, "user:u2", ["head_of_kam"])
    with pytest.raises(Rejected, match="past"):
        made.activate(2, AT - timedelta(days=1), "user:u2", AT)
    made.activate(2, AT, "user:u2", AT)
    assert (made.active, made.versions[1].status, made.versions[2].status) == (2, "Retired", "Active")


def test_the_shipped_model_is_adopted_once() -> None:
    made = models()
    before = made.version
    made.adopt_default(default_model(), "system:risk", AT)
    assert made.version == before


def test_deadlines_pass_over_holidays_and_the_change_of_clocks_in_the_company_s_zone() -> None:
    """Thu 2 Apr 2026, 16:00 in Berlin: Good Friday and Easter Monday are free, 1 May is a Friday."""
    bavaria = business_days(ZoneInfo("Europe/Berlin"), "DE", "BY")
    assert bavaria.add(datetime(2026, 4, 2, 14, tzinfo=UTC), 2) == datetime(2026, 4, 8, 14, tzinfo=UTC)
    assert WEEKDAYS.add(datetime(2026, 4, 2, 14, tzinfo=UTC), 2) == datetime(2026, 4, 6, 14, tzinfo=UTC)
    clocks_change = bavaria.add(datetime(2026, 3, 27, 9, tzinfo=UTC), 1)  # 10:00 there, on either side of the night
    assert clocks_change == datetime(2026, 3, 30, 8, tzinfo=UTC)
    pace = handling(bavaria).pace
    assert pace.due("high", datetime(2026, 4, 30, 8, tzinfo=UTC)) == datetime(2026, 5, 5, 8, tzinfo=UTC)
    with pytest.raises(ValueError, match="DE XX has no calendar"):
        business_days(ZoneInfo("Europe/Berlin"), "DE", "XX")
