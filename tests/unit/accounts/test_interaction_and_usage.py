"""Contacts and figures of the CRM: newest revision or latest report wins, in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from services.accounts.domain import Interaction, UsageReading
from services.accounts.domain.values import Details
from services.accounts.policy.contact import is_meaningful, is_two_way
from shared.testing import Spec

A, B = UUID(int=10), UUID(int=11)
ANNA, BEN = UUID(int=21), UUID(int=22)
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
PLANNED = Details(kind="meeting", status="Planned", at=AT, participants=(ANNA,))
HELD = PLANNED.model_copy(update={"status": "Held", "done": True})
MISSED = PLANNED.model_copy(update={"status": "Not Held"})


def seen(details: Details, revision: int = 1, account: UUID = A) -> tuple[Any, dict[str, Any]]:
    return Interaction.InteractionRecorded, {
        "account_id": account,
        "revision": revision,
        "place_revision": revision,
        "details": details,
        "system": "sugar",
        "crm_id": "m1",
    }


def test_a_planned_meeting_is_held() -> None:
    Spec(Interaction).when(lambda _: Interaction.record("sugar", "m1", A, 1, PLANNED)).then_each(seen(PLANNED))
    Spec(Interaction, seen(PLANNED)).when(lambda i: i.observe(A, 2, HELD)).then(
        Interaction.InteractionHeld, details=HELD, revision=2, place_revision=2, account_id=A
    )
    Spec(Interaction, seen(PLANNED)).when(lambda i: i.observe(A, 2, MISSED)).then(Interaction.InteractionCorrected)
    Spec(Interaction, seen(HELD)).when(lambda i: i.observe(A, 2, MISSED)).then(Interaction.InteractionCorrected)
    Spec(Interaction, seen(PLANNED)).when(lambda i: i.observe(A, 1, HELD)).then_nothing()


def test_it_moves_and_goes() -> None:
    Spec(Interaction, seen(HELD)).when(lambda i: i.observe(B, 2, HELD)).then(
        Interaction.InteractionReassigned, account_id=B, from_account_id=A
    )
    Spec(Interaction, seen(HELD)).when(lambda i: i.move(B, 2)).then(
        Interaction.InteractionReassigned, account_id=B, revision=1, place_revision=2
    )
    Spec(Interaction, seen(HELD)).when(lambda i: i.move(A, 2)).then_nothing()
    Spec(Interaction, seen(HELD)).when(lambda i: i.move(None, 2)).then(Interaction.InteractionRetracted)
    Spec(Interaction, seen(HELD)).when(lambda i: i.move(None, 1)).then_nothing()


def test_a_retracted_one_counts_again_when_it_is_shown_again() -> None:
    gone = (
        Interaction.InteractionRetracted,
        {"account_id": A, "revision": 1, "place_revision": 3, "details": HELD},
    )
    Spec(Interaction, seen(HELD), gone).when(lambda i: i.observe(A, 4, HELD)).then(Interaction.InteractionCorrected)
    Spec(Interaction, seen(HELD), gone).when(lambda i: i.move(B, 4)).then(Interaction.InteractionReassigned)
    Spec(Interaction, seen(HELD), gone).when(lambda i: i.move(None, 4)).then_nothing()
    late = Spec(Interaction, seen(HELD), gone).when(lambda i: i.observe(A, 2, MISSED))
    late.then(Interaction.InteractionRetracted, revision=2, place_revision=3, details=MISSED)


Fact = Callable[[Interaction], None]
FACTS: list[Fact] = [
    lambda i: i.observe(A, 2, HELD),
    lambda i: i.move(B, 3),
    lambda i: i.observe(B, 4, MISSED),
    lambda i: i.move(None, 5),
    lambda i: i.observe(B, 6, HELD),
]


@pytest.mark.parametrize("count", [3, 4, 5])
def test_any_order_ends_in_the_same_state(count: int) -> None:
    outcomes = set()
    for order in permutations(range(count)):
        i = Interaction.record("sugar", "m1", A, 1, PLANNED)
        for n in order:
            FACTS[n](i)
            FACTS[n](i)
        outcomes.add((None if i.retracted else i.account_id, i.details, i.retracted))
    expected = {3: (B, MISSED, False), 4: (None, MISSED, True), 5: (B, HELD, False)}[count]
    assert outcomes == {expected}


def details(**changes: Any) -> Details:
    return HELD.model_copy(update=changes)


@pytest.mark.parametrize(
    ("contact", "counts"),
    [
        (details(), True),
        (details(participants=()), True),
        (details(kind="call", direction="outbound"), True),
        (details(kind="call", done=False), False),
        (PLANNED, False),
        (MISSED, False),
        (details(at=None), False),
        (details(kind="mail", direction="inbound"), True),
        (details(kind="mail", direction="inbound", participants=()), True),
        (details(kind="mail", direction="outbound"), False),
        (details(kind="mail", direction=None), False),
        (details(kind="offer", direction="outbound"), False),
        (details(kind="ticket", direction="inbound"), False),
    ],
)
def test_meaningful_contact(contact: Details, counts: bool) -> None:
    assert is_meaningful(contact) is counts


def test_a_mail_from_dismissed_people_only_does_not_count() -> None:
    mail = details(kind="mail", direction="inbound", participants=(ANNA,))
    assert not is_meaningful(mail, {ANNA})
    assert is_meaningful(mail.model_copy(update={"participants": (ANNA, BEN)}), {ANNA})
    assert is_meaningful(details(), {ANNA}), "a held meeting is a held meeting"


def test_both_sides_speak_in_meetings_and_calls() -> None:
    assert [is_two_way(details(kind=k)) for k in ("meeting", "call", "mail")] == [True, True, False]
    assert not is_two_way(PLANNED)


WEEK = date(2026, 3, 2)
REPORT = {
    "account_id": A,
    "product": "GTX",
    "metric": "active_users",
    "period_start": WEEK,
    "period_end": WEEK + timedelta(6),
    "value": 200,
    "licensed": 250,
    "reported_at": AT,
    "reported_under": "a1",
}
first = (UsageReading.UsageReported, REPORT)


def test_a_later_report_corrects_and_an_earlier_one_does_nothing() -> None:
    Spec(UsageReading, first).when(lambda u: u.report(190, 250, AT + timedelta(hours=1), "a1")).then(
        UsageReading.UsageCorrected, value=190, period_start=WEEK, product="GTX"
    )
    Spec(UsageReading, first).when(lambda u: u.report(190, 250, AT - timedelta(hours=1), "a1")).then_nothing()
    Spec(UsageReading, first).when(lambda u: u.report(200, 250, AT, "a1")).then_nothing()


def test_reports_converge_in_any_order() -> None:
    reports = [(150, AT), (180, AT), (90, AT + timedelta(hours=2)), (95, AT - timedelta(hours=2))]
    outcomes = set()
    for order in permutations(reports):
        value, at = order[0]
        reading = UsageReading(**{**REPORT, "value": value, "reported_at": at})  # type: ignore[arg-type]
        for value, at in order[1:]:
            reading.report(value, 250, at, "a1")
        outcomes.add((reading.value, reading.reported_at))
    assert outcomes == {(90, AT + timedelta(hours=2))}


def test_streams_are_derived_so_that_every_replay_finds_them() -> None:
    assert UsageReading(**REPORT).id == UsageReading.create_id(A, "GTX", "active_users", WEEK)  # type: ignore[arg-type]
    assert Interaction.record("sugar", "m1", A, 1, HELD).id == Interaction.create_id("sugar", "m1")
    assert Interaction.create_id("sugar", "m1") != Interaction.create_id("other", "m1")
