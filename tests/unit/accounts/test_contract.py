"""A contract: what the CRM says in any order, and what its calendar brings, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from services.accounts.domain import Contract
from services.accounts.domain.values import Terms
from shared.testing import Spec

A, B = UUID(int=10), UUID(int=11)
D = date
TERMS = Terms(
    name="GTX 2026",
    status="Signed",
    signed=True,
    product="GTX",
    starts_on=D(2026, 1, 1),
    ends_on=D(2026, 12, 31),
    arr=1000,
    notice_period_days=90,
    auto_renew=True,
)
DEADLINE = D(2026, 10, 2)
DEARER = TERMS.model_copy(update={"arr": 1200, "seats": 9})
NOTICED = TERMS.model_copy(update={"notice_received_on": D(2026, 7, 29)})


def known(terms: Terms = TERMS, revision: int = 1) -> tuple[Any, dict[str, Any]]:
    return Contract.ContractRecorded, {
        "account_id": A,
        "revision": revision,
        "place_revision": revision,
        "terms": terms,
        "system": "sugar",
        "crm_id": "k1",
    }


notice = (Contract.NoticeReceived, {"account_id": A, "on": D(2026, 7, 29), "ends_on": D(2026, 12, 31)})
lapsed = (Contract.ContractLapsed, {"account_id": A, "ends_on": D(2026, 12, 31), "arr": 1000, "currency": "USD"})
withdrawn = (Contract.ContractWithdrawn, {"account_id": A, "revision": 1, "place_revision": 3, "terms": TERMS})


def successor(**changes: Any) -> Contract:
    new = TERMS.model_copy(update={"starts_on": D(2027, 1, 1), "ends_on": D(2027, 12, 31), **changes})
    return Contract.record("sugar", "k2", A, 1, new)


def test_a_contract_is_recorded_with_the_notice_it_has() -> None:
    Spec(Contract).when(lambda _: Contract.record("sugar", "k1", A, 1, TERMS)).then_each(known())
    Spec(Contract).when(lambda _: Contract.record("sugar", "k1", A, 1, NOTICED)).then_each(known(NOTICED), notice)


def test_an_amendment_says_what_changed() -> None:
    Spec(Contract, known()).when(lambda c: c.observe(A, 2, DEARER)).then(
        Contract.ContractAmended, changed=("arr", "seats"), terms=DEARER, revision=2
    )
    Spec(Contract, known()).when(lambda c: c.observe(A, 1, DEARER)).then_nothing()


def test_notice_comes_and_goes() -> None:
    Spec(Contract, known()).when(lambda c: c.observe(A, 2, NOTICED)).then_each(
        (Contract.ContractAmended, {"changed": ("notice_received_on",)}), notice
    )
    Spec(Contract, known(NOTICED), notice).when(lambda c: c.observe(A, 2, TERMS)).then_each(
        (Contract.ContractAmended, {}), (Contract.NoticeWithdrawn, {"was_on": D(2026, 7, 29)})
    )
    later = TERMS.model_copy(update={"notice_received_on": D(2026, 8, 2)})
    Spec(Contract, known(NOTICED), notice).when(lambda c: c.observe(A, 2, later)).then_each(
        (Contract.ContractAmended, {}),
        (Contract.NoticeWithdrawn, {"was_on": D(2026, 7, 29)}),
        (Contract.NoticeReceived, {"on": D(2026, 8, 2)}),
    )


def test_it_moves_goes_and_comes_back() -> None:
    Spec(Contract, known()).when(lambda c: c.observe(B, 2, TERMS)).then(
        Contract.ContractReassigned, account_id=B, from_account_id=A
    )
    Spec(Contract, known()).when(lambda c: c.move(B, 2)).then(Contract.ContractReassigned, account_id=B)
    Spec(Contract, known()).when(lambda c: c.move(A, 2)).then_nothing()
    Spec(Contract, known()).when(lambda c: c.move(None, 3)).then_each(withdrawn)
    Spec(Contract, known(), withdrawn).when(lambda c: c.move(None, 4)).then_nothing()
    Spec(Contract, known(), withdrawn).when(lambda c: c.observe(A, 4, TERMS)).then(Contract.ContractRestored)
    Spec(Contract, known(), withdrawn).when(lambda c: c.observe(A, 2, DEARER)).then(
        Contract.ContractWithdrawn, revision=2, place_revision=3, terms=DEARER
    )


FACTS: list[Callable[[Contract], None]] = [
    lambda c: c.observe(A, 2, NOTICED),
    lambda c: c.move(B, 3),
    lambda c: c.observe(B, 4, DEARER),
    lambda c: c.move(None, 5),
    lambda c: c.observe(B, 6, DEARER),
]


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_any_order_ends_in_the_same_state(count: int) -> None:
    outcomes = set()
    for order in permutations(range(count)):
        c = Contract.record("sugar", "k1", A, 1, TERMS)
        for n in order:
            FACTS[n](c)
            FACTS[n](c)
        outcomes.add((None if c.withdrawn else c.account_id, c.terms, c.withdrawn, c.notice_on))
    assert len(outcomes) == 1
    assert next(iter(outcomes))[3] == (NOTICED.notice_received_on if count == 2 else None)


def test_the_renewal_window_opens_once_for_a_term() -> None:
    opens = DEADLINE - timedelta(180)
    opened = (
        Contract.RenewalWindowOpened,
        {
            "account_id": A,
            "opened_on": opens,
            "notice_deadline": DEADLINE,
            "ends_on": D(2026, 12, 31),
            "lead_days": 180,
        },
    )
    Spec(Contract, known()).when(lambda c: c.open_renewal_window(opens, 180)).then_each(opened)
    Spec(Contract, known()).when(lambda c: c.open_renewal_window(opens - timedelta(1), 180)).then_nothing()
    Spec(Contract, known()).when(lambda c: c.open_renewal_window(D(2027, 1, 1), 180)).then_nothing()
    Spec(Contract, known(), opened).when(lambda c: c.open_renewal_window(opens, 180)).then_nothing()
    longer = TERMS.model_copy(update={"ends_on": D(2027, 3, 31)})
    amended = (
        Contract.ContractAmended,
        {"account_id": A, "revision": 2, "place_revision": 2, "terms": longer, "changed": ("ends_on",)},
    )
    again = Spec(Contract, known(), opened, amended).when(lambda c: c.open_renewal_window(D(2026, 8, 1), 180))
    again.then(Contract.RenewalWindowOpened, ends_on=D(2027, 3, 31))


def test_the_deadline_approaches_in_steps() -> None:
    linked = (Contract.RenewalOpportunityLinked, {"account_id": A, "opportunity_crm_id": "o1"})
    told = (
        Contract.NoticeDeadlineApproached,
        {
            "account_id": A,
            "notice_deadline": DEADLINE,
            "days_left": 30,
            "has_renewal_opportunity": False,
            "step_days": 30,
        },
    )
    at = DEADLINE - timedelta(30)
    Spec(Contract, known()).when(lambda c: c.approach_deadline(at, 30)).then_each(told)
    Spec(Contract, known(), linked).when(lambda c: c.approach_deadline(at, 30)).then(
        Contract.NoticeDeadlineApproached, has_renewal_opportunity=True
    )
    Spec(Contract, known(), told).when(lambda c: c.approach_deadline(at, 30)).then_nothing()
    Spec(Contract, known(), told).when(lambda c: c.approach_deadline(DEADLINE, 14)).then(
        Contract.NoticeDeadlineApproached, days_left=0, step_days=14
    )
    Spec(Contract, known()).when(lambda c: c.approach_deadline(at - timedelta(1), 30)).then_nothing()
    Spec(Contract, known()).when(lambda c: c.approach_deadline(DEADLINE + timedelta(1), 30)).then_nothing()


def test_the_deadline_passes_once() -> None:
    passed = (
        Contract.NoticeDeadlinePassed,
        {"account_id": A, "notice_deadline": DEADLINE, "auto_renew": True},
    )
    Spec(Contract, known()).when(lambda c: c.pass_deadline(DEADLINE + timedelta(1))).then_each(passed)
    Spec(Contract, known()).when(lambda c: c.pass_deadline(DEADLINE)).then_nothing()
    Spec(Contract, known(), passed).when(lambda c: c.pass_deadline(D(2026, 11, 1))).then_nothing()


CALENDAR: list[Callable[[Contract], None]] = [
    lambda c: c.open_renewal_window(D(2026, 9, 1), 180),
    lambda c: c.approach_deadline(D(2026, 9, 10), 30),
    lambda c: c.pass_deadline(D(2026, 11, 1)),
    lambda c: c.lapse(D(2027, 1, 1)),
]


@pytest.mark.parametrize("do", CALENDAR)
def test_the_calendar_is_silent_for_what_is_unsigned_gone_noticed_or_done(do: Callable[[Contract], None]) -> None:
    Spec(Contract, known()).when(do).then_each(*[(type(e), {}) for e in _events(do)])
    assert _events(do), "this test must be able to see something"
    Spec(Contract, known(TERMS.model_copy(update={"signed": False}))).when(do).then_nothing()
    Spec(Contract, known(TERMS.model_copy(update={"ends_on": None}))).when(do).then_nothing()
    Spec(Contract, known(), withdrawn).when(do).then_nothing()
    Spec(Contract, known(NOTICED), notice).when(do).then_nothing()
    Spec(Contract, known(), lapsed).when(do).then_nothing()


def _events(do: Callable[[Contract], None]) -> list[Any]:
    contract = Contract.record("sugar", "k1", A, 1, TERMS)
    contract.collect_events()
    do(contract)
    return list(contract.collect_events())


@pytest.mark.parametrize(("arr", "kind"), [(1000, "flat"), (1100, "expansion"), (920, "contraction")])
def test_a_successor_renews_it(arr: int, kind: str) -> None:
    new = successor(arr=arr)
    Spec(Contract, known()).when(lambda c: c.renew(new)).then(
        Contract.ContractRenewed, successor_id=new.id, kind=kind, arr_before=1000, arr_after=arr
    )


def test_a_renewal_is_told_once_and_only_for_a_real_successor() -> None:
    new = successor()
    done = Spec(Contract, known()).when(lambda c: (c.renew(new), c.renew(new)))
    done.then(Contract.ContractRenewed)
    elsewhere = Contract.record("sugar", "k3", B, 1, new.terms)
    for other in (elsewhere, successor(product="MG"), successor(signed=False), successor(starts_on=D(2027, 5, 1))):
        Spec(Contract, known()).when(lambda c, o=other: c.renew(o)).then_nothing()
    gone = successor()
    gone.move(None, 9)
    Spec(Contract, known()).when(lambda c: c.renew(gone)).then_nothing()


def test_a_lapsed_contract_may_be_renewed_late() -> None:
    late = successor(starts_on=D(2027, 2, 1))
    Spec(Contract, known(), lapsed).when(lambda c: c.renew(late)).then(
        Contract.ContractRenewedLate, gap_days=31, kind="flat"
    )
    Spec(Contract, known()).when(lambda c: c.lapse(D(2026, 12, 31))).then_nothing()
    Spec(Contract, known()).when(lambda c: c.lapse(D(2027, 1, 1))).then_each(lapsed)


def test_it_ends_after_notice_or_long_after_it_lapsed() -> None:
    Spec(Contract, known(NOTICED), notice).when(lambda c: c.terminate(D(2027, 1, 1))).then(
        Contract.ContractTerminated, on=D(2026, 12, 31), after_notice=True
    )
    Spec(Contract, known(NOTICED), notice).when(lambda c: c.terminate(D(2026, 12, 31))).then_nothing()
    Spec(Contract, known(), lapsed).when(lambda c: c.terminate(D(2027, 4, 1))).then(
        Contract.ContractTerminated, after_notice=False
    )
    Spec(Contract, known(), lapsed).when(lambda c: c.terminate(D(2027, 3, 31))).then_nothing()
    Spec(Contract, known()).when(lambda c: c.terminate(D(2028, 1, 1))).then_nothing()
    terminated = (
        Contract.ContractTerminated,
        {"account_id": A, "on": D(2026, 12, 31), "arr": 1000, "currency": "USD", "after_notice": False},
    )
    Spec(Contract, known(), lapsed, terminated).when(lambda c: c.terminate(D(2028, 1, 1))).then_nothing()


def test_a_longer_term_undoes_the_lapse() -> None:
    longer = TERMS.model_copy(update={"ends_on": D(2027, 12, 31)})
    spec = Spec(Contract, known(), lapsed).when(lambda c: c.observe(A, 2, longer))
    spec.then(Contract.ContractAmended, changed=("ends_on",))
    assert spec.aggregate
    assert spec.aggregate.outcome is None


def test_a_renewal_deal_is_linked_once() -> None:
    linked = (Contract.RenewalOpportunityLinked, {"account_id": A, "opportunity_crm_id": "o1"})
    Spec(Contract, known()).when(lambda c: c.link_renewal_opportunity("o1")).then_each(linked)
    Spec(Contract, known(), linked).when(lambda c: c.link_renewal_opportunity("o1")).then_nothing()
    Spec(Contract, known(), linked).when(lambda c: c.link_renewal_opportunity("o2")).then(
        Contract.RenewalOpportunityLinked
    )
