"""The arithmetic of the page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.accounts.reads.asof import AsOf
from services.accounts.reads.figures import (
    ContractFacts,
    TierState,
    TierStep,
    contract_figures,
    fold_tier,
    quarter_ends,
)
from services.accounts.reads.person import fold_person
from services.accounts.reads.records import known_contract
from services.accounts.reads.states import Merges
from shared.ids import derived

ACCOUNT = derived("test", "account")
BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 11, 15)


def contract(number: int, starts: str, ends: str | None, **more: Any) -> ContractFacts:
    values: dict[str, Any] = {
        "contract_id": derived("test", str(number)), "account_id": ACCOUNT, "crm_id": f"c{number}", "name": "",
        "product": "GTX",
        "signed": True, "signed_on": None, "starts_on": date.fromisoformat(starts),
        "ends_on": date.fromisoformat(ends) if ends else None, "arr": 100, "currency": "USD", "seats": None,
        "notice_period_days": 90, "auto_renew": None, "notice_received_on": None, "event_id": f"accounts:{number}",
    }  # fmt: skip
    return ContractFacts(**values | more)


def test_arr_counts_signed_contracts_of_the_day_both_ends_included() -> None:
    contracts = [
        contract(1, "2026-11-15", "2027-11-14"),
        contract(2, "2025-11-16", "2026-11-15", product="MG"),
        contract(3, "2026-11-16", None, product="X"),
        contract(4, "2025-01-01", "2026-11-14", product="Y"),
        contract(5, "2025-01-01", None, signed=False),
    ]
    found = contract_figures(contracts, DAY)
    assert (found.arr, found.active, found.next_renewal_on) == (200, 2, date(2026, 11, 16))
    assert found.evidence["arr_minor"] == "accounts:1"


@pytest.mark.parametrize(
    ("ends", "deadline"),
    [("2027-02-13", date(2026, 11, 15)), ("2027-02-12", None), ("2027-06-30", date(2027, 4, 1))],
)
def test_a_deadline_counts_until_it_is_over(ends: str, deadline: date | None) -> None:
    assert contract_figures([contract(1, "2026-01-01", ends)], DAY).next_notice_deadline == deadline


def test_a_signed_successor_takes_the_deadline_away() -> None:
    now, after = contract(1, "2026-01-01", "2027-02-28"), contract(2, "2027-03-01", "2028-02-29")
    assert contract_figures([now], DAY).next_notice_deadline == date(2026, 11, 30)
    assert contract_figures([now, after], DAY).next_notice_deadline is None


def test_quarter_ends() -> None:
    assert quarter_ends(DAY, 3) == [date(2026, 6, 30), date(2026, 9, 30), DAY]
    assert quarter_ends(date(2026, 1, 5), 3) == [date(2025, 9, 30), date(2025, 12, 31), date(2026, 1, 5)]


def step(n: int, kind: str, to: str | None, by: str = "policy:tier", provisional: bool = True) -> TierStep:
    at = datetime(2026, n, 1, tzinfo=UTC)
    return TierStep(at, kind, None, to, None, by, provisional, None, f"accounts:{n}")


def test_an_override_hides_the_own_tier_and_gives_it_back() -> None:
    path = [
        step(1, "changed", "B"),
        step(2, "overridden", "A", "user:u"),
        step(3, "changed", "C"),
        step(4, "override_ended", "C"),
    ]
    first, manual, hidden, back = (fold_tier(path[: n + 1]) for n in range(4))
    assert (first.tier, first.provisional, first.before) == ("B", True, None)
    assert (manual.tier, manual.manual, manual.provisional, manual.before) == ("A", True, False, "B")
    assert (hidden.tier, hidden.own, hidden.since) == ("A", "C", manual.since)
    assert (back.tier, back.manual, back.provisional, back.since) == ("C", False, True, path[3].at)


def test_a_proposal_stays_until_somebody_decides() -> None:
    path = [step(1, "changed", "B"), step(2, "proposed", "A")]
    assert fold_tier(path).proposed == "A"
    assert fold_tier([*path, step(3, "rejected", "A")]).proposed is None
    assert fold_tier([*path, step(3, "changed", "A", "user:u", False)]) == TierState(
        "A", "B", path[1].at.replace(month=3), False, False, None, "accounts:3", "A", False
    )


def test_only_a_person_makes_a_provisional_tier_final() -> None:
    path = [step(1, "changed", "B")]
    assert fold_tier([*path, step(2, "reaffirmed", "B")]).provisional
    assert not fold_tier([*path, step(2, "reaffirmed", "B", "user:u")]).provisional


def said(n: int, kind: str, **more: Any) -> dict[str, Any]:
    known = dict.fromkeys(("live", "crm_id", "roles", "influence", "interest", "attitude"))
    at = datetime(2026, n, 1, tzinfo=UTC)
    return (
        known
        | {"subject_id": ACCOUNT, "kind": kind, "event_id": f"accounts:{n}", "position": n, "effective_at": at}
        | more
    )


def test_what_our_people_assessed_outlasts_what_the_crm_suggests() -> None:
    rows = [
        said(1, "suggested", live=True, roles=["CHAMPION"], influence=4, attitude=1, crm_id="p"),
        said(2, "influence", influence=2, interest=5),
        said(3, "revised", live=True, roles=[], influence=5, attitude=-2),
    ]
    person = fold_person(rows)
    assert (person.influence, person.interest, person.attitude, person.roles) == (2, 5, -2, ())
    assert (person.status, person.live, person.quadrant, person.blocker) == ("Suggested", True, "keep_informed", False)
    assert fold_person([*rows, said(4, "departed", live=False)]).status == "Departed"


def test_merges_are_followed_to_their_end() -> None:
    a, b, c = (derived("test", x) for x in "abc")
    merges = Merges([(a, b), (b, c)])
    assert (merges.final(a), merges.final(c)) == (c, c)
    assert merges.absorbed_by(c) == sorted([a, b])
    assert Merges([(a, b), (b, a)]).final(a) == b


def test_a_day_ends_when_it_ends_there() -> None:
    assert AsOf.end_of(date(2026, 3, 29), BERLIN).before == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert AsOf.end_of(date(2026, 11, 15), BERLIN).shown == datetime(2026, 11, 15, 22, 59, 59, 999999, tzinfo=UTC)
    assert AsOf.at(datetime(2026, 11, 14, 23, 30, tzinfo=UTC), BERLIN).day == DAY


def test_a_contract_is_judged_as_it_was_known_then_or_from_its_signature_on() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [
        {"effective_at": at, "position": 1, "signed_on": date(2026, 1, 10), "n": 1},
        {"effective_at": at + timedelta(days=9), "position": 2, "signed_on": date(2026, 1, 10), "n": 2},
        {"effective_at": at + timedelta(days=5), "position": 3, "signed_on": date(2026, 1, 10), "n": 3},
    ]

    def judged(day: datetime) -> Any:
        row = known_contract(rows, AsOf.judged_at(day, BERLIN))
        return row and row["n"]

    assert [judged(at + timedelta(days=n)) for n in (-60, -20, 1, 6, 30)] == [None, 1, 1, 3, 2]
    newest = known_contract(rows, AsOf.at(at, BERLIN))
    assert newest is not None
    assert newest["n"] == 3
