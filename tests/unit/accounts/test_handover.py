"""Handovers: confirmed item by item, then accepted; responsibility moves then and not before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.accounts.consumers.matters import SAYS, Matters
from services.accounts.domain import Handover
from services.accounts.domain.handover import giver_of, outlived
from services.accounts.domain.values import HandoverItem
from services.accounts.policy.business import handover_due, public_holidays
from services.accounts.reads.figures import ContractFacts
from services.accounts.reads.handover_items import deadlines, key_players, open_matters
from services.accounts.reads.person import Person
from services.accounts.settings import Settings
from shared import ids
from shared.contracts import growth, qbr, risk
from shared.contracts.base import Envelope, channel
from shared.errors import Rejected
from shared.testing import Spec

ACCOUNT = UUID(int=9)
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
T1 = T0 + timedelta(days=1)
DUE = date(2026, 3, 16)
ANNA, BEN = (ids.subject_id("sugar", "user", u) for u in ("anna", "ben"))
PERSON = ids.subject_id("sugar", "contact", "p1")
CONTRACT = HandoverItem(kind="contract", ref="k1", what="notice_deadline", label="GTX", due_on=date(2026, 6, 1))
PLAYER = HandoverItem(kind="stakeholder", ref=str(PERSON), what="CHAMPION")
said: dict[str, Any] = {
    "account_id": ACCOUNT, "theme": "TECHNICAL", "from_owner_id": "anna", "from_subject": ANNA, "to_owner_id": "ben",
    "to_subject": BEN, "at": T0,
}  # fmt: skip
started = (
    Handover.HandoverStarted,
    {**said, "number": 1, "cause": "person", "due_on": DUE, "items": (CONTRACT, PLAYER)},
)
overdue = (Handover.HandoverOverdue, {**said, "due_on": DUE, "unconfirmed": 2})
accepted, declined = (Handover.HandoverAccepted, said), (Handover.HandoverDeclined, {**said, "reason": "no time"})
withdrawn = (Handover.HandoverWithdrawn, {**said, "cause": "taken_back"})


def confirmed(*items: HandoverItem) -> list[tuple[Any, dict[str, Any]]]:
    return [(Handover.HandoverItemConfirmed, {**said, "item_id": i.item_id, "note": ""}) for i in items]


def start(receiver: str = "ben") -> Handover:
    return Handover.start(
        ACCOUNT, "TECHNICAL", 1, "sugar", "anna", receiver, "person", [CONTRACT, PLAYER], T0, DUE
    )  # fmt: skip


def test_it_begins_with_what_the_receiver_has_to_know() -> None:
    stream = Handover.create_id(ACCOUNT, "TECHNICAL", 1)
    made = Spec(Handover, id=stream).when(lambda _: start())
    made.then(Handover.HandoverStarted, from_subject=ANNA, to_subject=BEN, items=(CONTRACT, PLAYER), due_on=DUE)
    assert set(made.events[0].subjects()) == {ANNA, BEN, PERSON}
    Spec(Handover).when(lambda _: start("anna")).then_raises(Rejected, "receiver-is-giver")
    Spec(Handover).when(lambda _: start(" ")).then_raises(Rejected, "receiver-missing")


def test_items_are_confirmed_by_the_receiver_once() -> None:
    given = Spec(Handover, started)
    given.when(lambda h: h.confirm_item("contract:k1", "seen", "user:ben", T1)).then(
        Handover.HandoverItemConfirmed, item_id="contract:k1", note="seen", from_owner_id="anna", theme="TECHNICAL"
    )
    Spec(Handover, started, *confirmed(CONTRACT)).when(
        lambda h: h.confirm_item("contract:k1", "again", "user:ben", T1)
    ).then_nothing()
    for item, by, note, slug in (
        ("contract:k1", "user:anna", "", "not-the-receiver"),
        ("contract:k9", "user:ben", "", "item-unknown"),
        ("contract:k1", "user:ben", "x" * 301, "note-too-long"),
    ):
        Spec(Handover, started).when(lambda h, i=item, b=by, n=note: h.confirm_item(i, n, b, T1)).then_raises(
            Rejected, slug
        )


def test_it_is_accepted_when_every_item_is_confirmed() -> None:
    Spec(Handover, started, *confirmed(CONTRACT)).when(lambda h: h.accept("anna", "user:ben", T1)).then_raises(
        Rejected, "items-open"
    )
    every = (started, *confirmed(CONTRACT, PLAYER))
    Spec(Handover, *every).when(lambda h: h.accept("anna", "user:anna", T1)).then_raises(Rejected, "not-the-receiver")
    Spec(Handover, *every).when(lambda h: h.accept("carl", "user:ben", T1)).then_raises(Rejected, "owner-changed")
    Spec(Handover, *every).when(lambda h: h.accept("anna", "user:ben", T0 - timedelta(1))).then_raises(
        Rejected, "before-start"
    )
    for owner, moves in (("anna", True), (None, True), ("ben", False)):
        answers: list[bool] = []
        spec = Spec(Handover, *every).when(lambda h, o=owner, a=answers: a.append(h.accept(o, "user:ben", T1)))
        spec.then(Handover.HandoverAccepted, at=T1)
        assert answers == [moves], "a theme that is theirs already is not given to them again"


def test_an_overdue_one_is_told_once_and_may_still_be_accepted() -> None:
    Spec(Handover, started, *confirmed(CONTRACT)).when(lambda h: h.fall_overdue(T1)).then(
        Handover.HandoverOverdue, unconfirmed=1, due_on=DUE
    )
    Spec(Handover, started, overdue).when(lambda h: h.fall_overdue(T1)).then_nothing()
    Spec(Handover, started, *confirmed(CONTRACT, PLAYER), overdue).when(
        lambda h: h.accept("anna", "user:ben", T1)
    ).then(Handover.HandoverAccepted)


def test_it_is_declined_with_a_reason_and_taken_back_by_the_giver_or_a_head() -> None:
    Spec(Handover, started).when(lambda h: h.decline(" full ", "user:ben", T1)).then(
        Handover.HandoverDeclined, reason="full"
    )
    Spec(Handover, started).when(lambda h: h.decline(" ", "user:ben", T1)).then_raises(Rejected, "reason-missing")
    Spec(Handover, started).when(lambda h: h.decline("full", "user:anna", T1)).then_raises(Rejected, "not-the-receiver")
    for by, head in (("user:anna", False), ("user:boss", True)):
        Spec(Handover, started).when(lambda h, b=by, x=head: h.take_back(b, x, T1)).then(
            Handover.HandoverWithdrawn, cause="taken_back"
        )
    Spec(Handover, started).when(lambda h: h.take_back("user:ben", False, T1)).then_raises(Rejected, "not-the-giver")
    Spec(Handover, started).when(lambda h: h.outlive(T0 - timedelta(5))).then(
        Handover.HandoverWithdrawn, cause="owner_changed", at=T0
    )


@pytest.mark.parametrize("end", [accepted, declined, withdrawn])
def test_what_is_over_stays_over(end: Any) -> None:
    for do in (
        lambda h: h.confirm_item("contract:k1", "", "user:ben", T1),
        lambda h: h.accept("anna", "user:ben", T1),
        lambda h: h.decline("no", "user:ben", T1),
        lambda h: h.take_back("user:anna", True, T1),
    ):
        Spec(Handover, started, end).when(do).then_raises(Rejected, "handover-over")
    for quiet in (lambda h: h.fall_overdue(T1), lambda h: h.outlive(T1)):
        Spec(Handover, started, end).when(quiet).then_nothing()


def last(*events: Any, cause: str = "owner_replaced") -> Handover | None:
    begun = (started[0], {**started[1], "cause": cause})
    return Spec(Handover, begun, *events).aggregate


@pytest.mark.parametrize(
    ("owner", "before", "handover", "giver", "pointless"),
    [
        ("ben", "anna", None, "anna", False),  # the CRM gave it to somebody else
        ("ben", None, None, None, False),  # the first owner ever
        (None, "anna", None, None, False),  # vacant: whoever comes next takes it over
        ("anna", "anna", None, None, False),  # was inactive, is back
        ("ben", "anna", last(), None, False),  # to them one runs already
        ("ben", "anna", last(accepted), None, False),  # this is how they came to own it
        ("ben", "anna", last(declined), "anna", False),
        ("carl", "ben", last(), "anna", True),  # ben never took it over: anna still knows
        ("carl", "ben", last(accepted), "ben", False),
        ("anna", "ben", last(), None, True),  # the CRM took its change back
        ("anna", "x", last(cause="person"), None, False),  # anna owns it still, and wants to hand it over
        ("carl", "anna", last(cause="person"), "anna", True),
    ],
)
def test_who_hands_over_after_a_change_of_owner(
    owner: str | None, before: str | None, handover: Handover | None, giver: str | None, pointless: bool
) -> None:
    assert giver_of(owner, before, handover) == giver
    assert outlived(owner, handover) is pointless


def test_ten_business_days_know_holidays() -> None:
    bavaria = public_holidays("DE", "BY")
    assert handover_due(date(2026, 3, 2), bavaria) == date(2026, 3, 16)
    assert handover_due(date(2026, 12, 18), bavaria) == date(2027, 1, 5), "25 December and 1 January are free"
    assert handover_due(date(2026, 12, 21), bavaria) == date(2027, 1, 7), "Epiphany, in Bavaria"
    assert handover_due(date(2026, 12, 21), public_holidays("DE")) == date(2027, 1, 6)
    with pytest.raises(ValueError, match="XX has no calendar"):
        public_holidays("XX")


def test_items_of_contracts_and_people() -> None:
    def contract(ref: int, **more: Any) -> ContractFacts:
        known = {
            "contract_id": UUID(int=ref), "account_id": ACCOUNT, "crm_id": f"k{ref}", "name": f"C{ref}",
            "product": "GTX",
            "signed": True, "signed_on": None, "starts_on": date(2025, 1, 1), "ends_on": date(2026, 12, 31), "arr": 1,
            "currency": "EUR", "seats": None, "notice_period_days": 90, "auto_renew": None,
            "notice_received_on": None, "event_id": "e",
        }  # fmt: skip
        return ContractFacts(**{**known, **more})

    found = list(
        deadlines(
            [
                contract(1),
                contract(2, product="A", notice_received_on=date(2026, 2, 1)),
                contract(3, product="B", ends_on=date(2026, 3, 1)),
                contract(4, product="C", signed=False),
                contract(5, product="D", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)),
                contract(6, product="E", ends_on=None),
                contract(7, product="F", ends_on=date(2026, 4, 15)),
            ],
            date(2026, 3, 2),
        )
    )
    assert [(i.label, i.what, i.due_on) for i in found] == [
        ("C1", "notice_deadline", date(2026, 10, 2)),
        ("C2", "contract_end", date(2026, 12, 31)),
        ("C7", "contract_end", date(2026, 4, 15)),
    ]
    people = [
        Person(UUID(int=1), live=True, roles=("USER", "CHAMPION"), influence=3),
        Person(UUID(int=2), live=True, influence=5, attitude=-2),
        Person(UUID(int=3), live=False, roles=("DECIDER",)),
        Person(UUID(int=4), live=True, roles=("USER",), influence=2),
    ]
    assert [(i.ref, i.what) for i in key_players(people)] == [
        (str(UUID(int=1)), "CHAMPION"),
        (str(UUID(int=2)), "key_player"),
    ], "who can stop us is named like everybody else: attitudes are not for everybody"


def test_matters_of_other_services() -> None:
    def rows(*facts: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        keep, out = Matters(Settings(database="postgresql://x").zone), []
        for n, (kind, data) in enumerate(facts, 1):
            envelope = Envelope(
                id=f"qbr:{n}", type=kind, position=n, stream=UUID(int=n), version=1, effective_at=T0, recorded_at=T0,
                actor="user:u", data={"account_id": str(ACCOUNT), **data},
            )  # fmt: skip
            out.append(keep._row(envelope, SAYS[kind]))
        return out

    def found(*facts: tuple[str, dict[str, Any]]) -> list[tuple[str, str, str, date | None]]:
        return [(i.kind, i.what, i.label, i.due_on) for i in open_matters(rows(*facts))]

    agreed = ("ActionItemAgreed", {"action_id": "a1", "side": "ours", "due": "2026-04-01", "title": "Send the plan"})
    moved = ("ActionItemRescheduled", {"action_id": "a1", "to_due": "2026-05-01"})
    done, again = ("ActionItemDone", {"action_id": "a1"}), ("ActionItemReopened", {"action_id": "a1"})
    assert found(agreed) == [("promise", "ours", "Send the plan", date(2026, 4, 1))]
    assert found(agreed, moved) == [("promise", "ours", "Send the plan", date(2026, 5, 1))]
    assert found(agreed, moved, done) == []
    assert found(agreed, done, again) == [("promise", "ours", "Send the plan", date(2026, 4, 1))]

    plan, over = ("GrowthPlanApproved", {"plan_id": "g1"}), ("GrowthPlanClosed", {"plan_id": "g1"})
    stone = ("MilestonePlanned", {"plan_id": "g1", "milestone_id": "m1", "due": "2026-06-01", "title": "Pilot"})
    assert found(stone) == [], "a draft promises nothing"
    assert found(stone, plan) == [("promise", "milestone", "Pilot", date(2026, 6, 1))]
    assert found(stone, plan, over) == []

    planned = ("QBRPlanned", {"qbr_id": "q1", "due_by": "2026-04-30"})
    fixed = ("QBRScheduled", {"qbr_id": "q1", "at": "2026-04-20T22:30:00Z"})
    assert found(planned, fixed) == [("timer", "qbr", "", date(2026, 4, 21))], "the company's day"
    assert found(planned, fixed, ("QBRHeld", {"qbr_id": "q1"})) == []

    opened = {"escalation_id": "x1", "severity": "high", "update_due_at": "2026-03-03T10:00:00Z", "title": "Outage"}
    graver = {"escalation_id": "x1", "severity": "critical", "update_due_at": "2026-03-04T10:00:00Z"}
    assert found(("EscalationOpened", opened), ("EscalationRaised", graver)) == [
        ("escalation", "critical", "Outage", date(2026, 3, 4))
    ]
    assert found(("EscalationOpened", opened), ("EscalationClosed", graver)) == []


def test_the_fields_that_matters_read_exist() -> None:
    models = {m.TYPE: m for service in (qbr, growth, risk) for m in channel(service.CHANNEL)}
    for kind, says in SAYS.items():
        asked = {says.ref, says.due, says.label, says.part_of, says.what} - {""}
        assert asked <= models[kind].model_fields.keys(), kind
