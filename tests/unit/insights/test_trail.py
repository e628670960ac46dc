"""The audit trail: what is about a thing, in the order of recording, with what it was before."""

from __future__ import annotations

from datetime import date, timedelta

from services.insights.policy import trail
from shared.contracts.accounts.commerce import ContractAmended, ContractRecorded
from shared.contracts.qbr.actions import ActionItemAgreed, ActionItemRescheduled
from shared.contracts.risk.escalations import EscalationRaised
from shared.ids import account_id, derived
from tests.unit.insights.worlds import BEGIN, Told

A = account_id("sugar", "a")
QBR, ACTION, CONTRACT = derived("qbr", "1"), derived("action", "1"), derived("contract", "1")


def told() -> Told:
    tell = Told()
    common = {"account_id": A, "qbr_id": QBR, "action_id": ACTION}
    agreed = ActionItemAgreed(
        **common, side="ours", owner="u1", owner_subject=derived("u", "1"), due=date(2026, 3, 1), title="x",
        due_version=1,
    )  # fmt: skip
    moved = ActionItemRescheduled(
        **common, from_due=date(2026, 3, 1), to_due=date(2026, 4, 1), reason="ill", count=1, due_version=2
    )
    tell(agreed, BEGIN, "action")
    tell(moved, BEGIN - timedelta(days=9), "action", known=BEGIN + timedelta(days=1), actor="user:u1")
    return tell


def test_the_trail_of_a_qbr_has_its_actions_and_the_newest_recorded_comes_first() -> None:
    facts = told().facts
    assert [f.type for f in trail.about("qbr", str(QBR), facts)] == ["ActionItemRescheduled", "ActionItemAgreed"]
    assert trail.about("action", str(ACTION), facts) == trail.about("qbr", str(QBR), facts)
    assert trail.about("plan", str(ACTION), facts) == []


def test_a_stream_is_enough() -> None:
    facts = told().facts
    assert len(trail.about("alert", str(facts[0].stream), facts)) == 2


def test_an_event_tells_what_was_before() -> None:
    moved = told().facts[1]
    assert trail.changes(moved, None) == [trail.Change("due", "2026-03-01", "2026-04-01", told=True)]
    raised = Told()(
        EscalationRaised.model_construct(account_id=A, severity="high", was="low", by="u1"), BEGIN, "escalation"
    )
    assert trail.changes(raised, None) == [trail.Change("severity", "low", "high", told=True)]


def test_a_field_named_as_changed_is_compared_with_the_event_before() -> None:
    tell, terms = Told(), {"account_id": A, "contract_id": CONTRACT, "currency": "EUR"}
    first = tell(ContractRecorded.model_construct(**terms, arr=100, name="n", system="s", crm_id="c"), BEGIN, "c")
    second = tell(ContractAmended.model_construct(**terms, arr=250, name="n", changed=("arr",)), BEGIN, "c")
    third = tell(ContractAmended.model_construct(**terms, arr=300, name="n", changed=("arr",)), BEGIN, "c")
    before = trail.told_before(tell.facts)
    assert before == {second.event_id: first, third.event_id: second}
    assert trail.changes(third, before[third.event_id]) == [trail.Change("arr", 250, 300, told=False)]


def test_policies_are_the_companys() -> None:
    assert trail.about("policy", "tier", told().facts) == []
