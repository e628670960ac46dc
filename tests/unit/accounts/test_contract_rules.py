"""Dates, states and values of contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.domain.values import Terms
from services.accounts.policy import contracts as rules

D = date
GTX = Terms(
    signed=True,
    product="GTX",
    starts_on=D(2026, 1, 1),
    ends_on=D(2026, 12, 31),
    arr=138_430_00,
    notice_period_days=90,
)


def terms(**changes: Any) -> Terms:
    return GTX.model_copy(update=changes)


NEXT = terms(starts_on=D(2027, 1, 1), ends_on=D(2027, 12, 31))


@pytest.mark.parametrize(
    ("on", "active"),
    [(D(2025, 12, 31), False), (D(2026, 1, 1), True), (D(2026, 12, 31), True), (D(2027, 1, 1), False)],
)
def test_both_ends_belong_to_the_term(on: date, active: bool) -> None:
    assert rules.active(GTX, on) is active


def test_unsigned_is_never_active_and_open_ended_is_for_ever() -> None:
    assert not rules.active(terms(signed=False), D(2026, 6, 1))
    assert not rules.active(terms(starts_on=None), D(2026, 6, 1))
    assert rules.active(terms(ends_on=None), D(2099, 1, 1))


def test_notice_counts_from_the_last_day_of_the_term() -> None:
    """Hottechi: ends 2027-02-28, 90 days → 2026-11-30."""
    assert rules.notice_deadline(terms(ends_on=D(2027, 2, 28))) == D(2026, 11, 30)
    assert rules.notice_deadline(terms(notice_period_days=None)) is None
    assert rules.notice_deadline(terms(ends_on=None)) is None
    assert rules.notice_deadline(terms(notice_period_days=0)) == D(2026, 12, 31)
    assert rules.renewal_window_opens(GTX, 180) == D(2026, 10, 2) - timedelta(180)
    assert rules.renewal_window_opens(terms(notice_period_days=None), 90) == D(2026, 10, 2)
    assert rules.renewal_window_opens(terms(ends_on=None), 90) is None
    assert rules.lapses_on(GTX) == D(2027, 1, 1)
    assert rules.lapses_on(terms(ends_on=None)) is None


@pytest.mark.parametrize(
    ("on", "changes", "successor", "state"),
    [
        (D(2026, 6, 1), {"signed": False}, None, "Draft"),
        (D(2025, 12, 31), {}, None, "Upcoming"),
        (D(2026, 4, 4), {}, None, "Active"),
        (D(2026, 4, 5), {}, None, "InRenewalWindow"),
        (D(2026, 12, 31), {}, None, "InRenewalWindow"),
        (D(2026, 12, 31), {}, NEXT, "Active"),
        (D(2026, 8, 1), {"notice_received_on": D(2026, 7, 29)}, None, "NoticeReceived"),
        (D(2026, 7, 28), {"notice_received_on": D(2026, 7, 29)}, None, "InRenewalWindow"),
        (D(2027, 1, 1), {"notice_received_on": D(2026, 7, 29)}, None, "Terminated"),
        (D(2027, 1, 1), {}, NEXT, "Renewed"),
        (D(2027, 1, 1), {}, None, "Lapsed"),
        (D(2027, 3, 31), {}, None, "Lapsed"),
        (D(2027, 4, 1), {}, None, "Terminated"),
        (D(2027, 1, 31), {}, NEXT.model_copy(update={"starts_on": D(2027, 2, 1)}), "Lapsed"),
        (D(2027, 2, 1), {}, NEXT.model_copy(update={"starts_on": D(2027, 2, 1)}), "RenewedLate"),
        (D(2099, 1, 1), {"ends_on": None}, None, "Active"),
    ],
)
def test_where_a_contract_stands(on: date, changes: dict[str, Any], successor: Terms | None, state: str) -> None:
    assert rules.state_on(terms(**changes), on, 180, successor=successor) == state


def test_what_renews_a_contract() -> None:
    assert rules.follows(GTX, NEXT)
    assert rules.follows(GTX, NEXT.model_copy(update={"starts_on": D(2026, 12, 1)})), "signed before the old one ends"
    assert rules.follows(GTX, NEXT.model_copy(update={"starts_on": D(2027, 3, 31)}))
    for other in (
        NEXT.model_copy(update={"starts_on": D(2027, 4, 1)}),
        NEXT.model_copy(update={"product": "MG"}),
        NEXT.model_copy(update={"signed": False}),
        NEXT.model_copy(update={"ends_on": D(2026, 12, 31)}),
        GTX,
        terms(starts_on=D(2025, 1, 1)),
    ):
        assert not rules.follows(GTX, other)
    assert not rules.follows(terms(ends_on=None), NEXT)
    late = NEXT.model_copy(update={"starts_on": D(2027, 2, 1)})
    assert rules.successor_of(GTX, [late, NEXT, GTX]) == NEXT
    assert rules.successor_of(GTX, [GTX]) is None


def test_kinds_of_renewal() -> None:
    assert [rules.renewal_kind(100, after) for after in (100, 101, 99)] == ["flat", "expansion", "contraction"]


def test_arr_is_the_sum_of_what_is_active() -> None:
    others = [GTX, NEXT, terms(product="MG", arr=58_000_00), terms(signed=False), terms(arr=None)]
    assert rules.arr_on(others, D(2026, 6, 1)) == 196_430_00
    assert rules.arr_on(others, D(2027, 6, 1)) == 138_430_00
    assert rules.arr_on([], D(2026, 6, 1)) == 0


def test_the_tier_sees_a_late_renewal_as_continuous() -> None:
    """Mathtouch: the term ended 2026-04-30, the next began 2026-06-01 and was signed later."""
    old = terms(starts_on=D(2025, 5, 1), ends_on=D(2026, 4, 30), arr=147_290_00)
    new = terms(starts_on=D(2026, 6, 1), ends_on=D(2027, 5, 31), arr=135_510_00)
    assert rules.arr_on([old, new], D(2026, 5, 15)) == 0
    assert rules.revenue_for_tier([old, new], D(2026, 5, 15)) == 147_290_00
    assert rules.revenue_for_tier([old, new], D(2026, 6, 1)) == 135_510_00
    assert rules.revenue_for_tier([old], D(2026, 7, 29)) == 147_290_00
    assert rules.revenue_for_tier([old], D(2026, 7, 30)) == 0
    gone = old.model_copy(update={"notice_received_on": D(2026, 1, 15)})
    assert rules.revenue_for_tier([gone], D(2026, 5, 1)) == 0
    assert rules.revenue_for_tier([], D(2026, 5, 1)) is None
    assert rules.revenue_for_tier([new], D(2026, 5, 1)) is None, "signed, but not begun"


def test_product_lines_in_use() -> None:
    both = [GTX, terms(product="gtx Pro"), terms(product="MG Special"), terms(product=None), terms(product=" ")]
    assert rules.product_lines(both, D(2026, 6, 1)) == {"GTX", "MG"}
    assert rules.product_lines(both, D(2027, 6, 1)) == set()


@dataclass
class Deal:
    name: str
    motion: str | None = "renewal"
    closes_on: date | None = None


def test_which_contract_a_renewal_deal_is_about() -> None:
    gtx, mg = (UUID(int=1), GTX), (UUID(int=2), terms(product="MG", ends_on=D(2026, 9, 30)))
    on = D(2026, 6, 1)
    assert rules.renewal_target(Deal("Acme GTX renewal 2027"), [gtx, mg], on) == UUID(int=1)
    assert rules.renewal_target(Deal("Acme renewal"), [gtx, mg], on) == UUID(int=2), "the first to end"
    assert rules.renewal_target(Deal("Acme-MG-renewal"), [gtx, mg], on) == UUID(int=2)
    assert rules.renewal_target(Deal("Acme GTX", "expansion"), [gtx, mg], on) is None
    assert rules.renewal_target(Deal("Acme GTX"), [], on) is None
    assert rules.renewal_target(Deal("Acme GTX"), [gtx], D(2028, 1, 1)) is None


days = st.dates(D(2024, 1, 1), D(2028, 12, 31))


@given(st.lists(st.builds(lambda s, n, a: terms(starts_on=s, ends_on=s + timedelta(n), arr=a), days,
                          st.integers(0, 800), st.integers(0, 10**8)), max_size=6), days)  # fmt: skip
def test_the_tier_never_sees_less_than_the_arr(found: list[Terms], on: date) -> None:
    assert (rules.revenue_for_tier(found, on) or 0) >= rules.arr_on(found, on)


@given(days, st.integers(0, 400), st.integers(0, 200), st.integers(0, 250), days)
def test_states_and_activity_agree(start: date, length: int, notice: int, lead: int, on: date) -> None:
    t = terms(starts_on=start, ends_on=start + timedelta(length), notice_period_days=notice)
    running = rules.state_on(t, on, lead) in ("Active", "InRenewalWindow", "NoticeReceived")
    assert running == rules.active(t, on)
