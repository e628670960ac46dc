"""Which accounts are folded together when months are computed."""

from __future__ import annotations

from uuid import UUID

from services.insights.timekeeping.figures import FACTS, grouped

A, B, C, D = (UUID(int=n) for n in range(1, 5))
HALF = FACTS // 2


def test_a_group_holds_as_many_facts_as_fit() -> None:
    sizes = {A: HALF, B: HALF, C: 1, D: 1}
    assert list(grouped(sizes, {}, None)) == [[A, B], [C, D]]


def test_what_was_merged_stays_together_and_a_large_customer_is_a_group() -> None:
    sizes = {A: 1, B: FACTS, C: 1, D: FACTS}
    assert list(grouped(sizes, {A: D}, None)) == [[B], [C], [A, D]]


def test_of_a_stale_account_the_whole_customer_is_folded_and_nobody_else() -> None:
    sizes = {A: 1, B: 1, C: 1}
    assert list(grouped(sizes, {A: C}, [A, D])) == [[A, C]], "of D nothing is known"
    assert list(grouped(sizes, {}, [])) == []
