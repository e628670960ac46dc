"""Groups without circles, and caps that warn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.accounts.app import shipped
from services.accounts.policy import capacity
from services.accounts.policy.capacity import Standing
from services.accounts.policy.documents import tier_policy
from services.accounts.policy.hierarchy import (
    MAX_DEPTH,
    Wish,
    check_parent,
    depth_below,
    path_to_root,
    root_of,
    settle,
)

T0 = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = tier_policy(shipped("tier_policy.v1"))
A, B, C, D = (UUID(int=n) for n in (1, 2, 3, 4))


def chain(length: int) -> dict[UUID, UUID]:
    """length levels: 1 under 2 under 3 …"""
    return {UUID(int=n): UUID(int=n + 1) for n in range(1, length)}


def test_circles_are_seen_at_any_length() -> None:
    assert check_parent({}, A, A) == "cycle"
    assert check_parent({B: A}, A, B) == "cycle"
    assert check_parent({B: A, C: B}, A, C) == "cycle"
    assert check_parent({B: A}, C, B) is None
    assert check_parent({A: C, B: A}, A, D) is None, "an account may change its parent"


def test_eight_levels_are_the_limit() -> None:
    deep = chain(MAX_DEPTH)
    top, bottom, new = UUID(int=MAX_DEPTH), UUID(int=1), UUID(int=99)
    assert (depth_below(deep, top), len(path_to_root(deep, bottom))) == (8, 8)
    assert root_of(deep, bottom) == top
    assert check_parent(deep, new, bottom) == "too_deep"
    assert check_parent(deep, top, new) == "too_deep"
    assert check_parent(deep, new, UUID(int=2)) is None


def wish(child: UUID, parent: UUID, day: int) -> Wish:
    return Wish(child, parent, T0 + timedelta(days=day))


def test_the_newest_link_of_a_circle_is_refused_whatever_came_first() -> None:
    wishes = [wish(A, B, 1), wish(B, C, 2), wish(C, A, 3), wish(D, A, 4)]
    for order in permutations(wishes):
        assert settle(order) == {A: (B, None), B: (C, None), C: (A, "cycle"), D: (A, None)}


def test_a_refused_link_is_accepted_once_the_circle_is_gone() -> None:
    assert settle([wish(B, A, 1), wish(A, B, 2)])[A] == (B, "cycle")
    assert settle([wish(A, B, 2)])[A] == (B, None)


accounts = st.integers(1, 12).map(lambda n: UUID(int=n))
forests = st.dictionaries(accounts, st.tuples(accounts, st.integers(0, 5)), max_size=12)


@given(forests)
def test_whatever_is_wished_the_forest_has_no_circle_and_no_ninth_level(wished: dict[UUID, tuple[UUID, int]]) -> None:
    verdicts = settle(wish(child, parent, day) for child, (parent, day) in wished.items())
    assert set(verdicts) == set(wished)
    links = {child: parent for child, (parent, why) in verdicts.items() if why is None}
    for account in links:
        path = path_to_root(links, account)
        assert links.get(path[-1]) is None, "the walk ended at a root, not in a circle"
        assert len(path) <= MAX_DEPTH


def standing(n: int, tier: str, owner: str | None = "u1") -> Standing:
    return Standing(UUID(int=n), tier, 5000 + n, owner)  # type: ignore[arg-type]


def test_caps_per_owner_and_for_the_company() -> None:
    crowd = [standing(n, "N", None) for n in range(100, 160)]
    assert capacity.exceeded(POLICY, [*crowd, *(standing(n, "A") for n in range(5))]) == ()
    (found,) = capacity.exceeded(POLICY, [*crowd, *(standing(n, "A") for n in range(6))])
    assert (found.cap, found.limit, found.actual, found.owner_id) == ("a_per_kam", 5, 6, "u1")
    assert [s.score_bp for s in found.ranking] == [5005, 5004, 5003, 5002, 5001, 5000]
    (found,) = capacity.exceeded(POLICY, [*crowd, *(standing(n, "B") for n in range(13))])
    assert (found.cap, found.limit, found.actual) == ("ab_per_kam", 12, 13)
    (found,) = capacity.exceeded(POLICY, [standing(1, "A", None), *(standing(n, "B", None) for n in range(2, 6))])
    assert (found.cap, found.limit, found.actual, found.owner_id) == ("a_share", 1500, 2000, None)
    assert capacity.exceeded(POLICY, []) == ()


def test_a_candidate_is_counted_with_its_new_tier_once() -> None:
    others = [standing(n, "B") for n in range(12)]
    assert capacity.would_exceed(POLICY, others, standing(0, "B")) == ()
    (found,) = capacity.would_exceed(POLICY, others, standing(50, "B"))
    assert found.actual == 13
    assert capacity.would_exceed(POLICY, others, standing(50, "C")) == ()
    assert capacity.would_exceed(POLICY, others, standing(50, "B", "u2")) == ()


def test_a_cap_that_others_exceed_does_not_hold_up_a_candidate() -> None:
    others = [standing(n, "A", "u2") for n in range(6)] + [standing(n, "N", None) for n in range(100, 160)]
    assert capacity.would_exceed(POLICY, others, standing(50, "B", "u1")) == ()


def test_a_ranking_puts_a_before_b() -> None:
    mixed = [standing(n, "B") for n in range(12)] + [standing(50, "A")]
    (found,) = [e for e in capacity.exceeded(POLICY, mixed) if e.cap == "ab_per_kam"]
    assert found.ranking[0].account_id == UUID(int=50)
