"""One row over time: a pure function of the set of its versions."""

from __future__ import annotations

from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from services.crm.mapping.rows import Coordinate
from services.crm.policy.history import BEGIN, History, Span, Version, emptied, first_difference, spans
from services.crm.policy.world import World, liveness
from tests.crm import edition

EDITION = edition()
ACCOUNTS, LINKS, CUSTOM, CONTACTS = (
    EDITION.tables[t] for t in ("accounts", "accounts_contacts", "accounts_cstm", "contacts_cstm")
)


def v(pos: int, ts: int | None, cells: dict[str, object] | None, op: str = "u", file: int = 1) -> Version:
    return Version(Coordinate(file, pos, 2), op, ts, cells)


def told(found: list[Span]) -> list[tuple[int, object]]:
    return [(s.instant, s.cells and s.cells.get("name")) for s in found]


VERSIONS = [
    v(1, 10, {"name": "a"}),
    v(2, 10, {"name": "b"}),
    v(3, 20, {"name": "b"}),
    v(4, 15, {"name": "c"}),
    v(5, 30, None, "d"),
]


def test_the_newest_coordinate_counts_whatever_came_first() -> None:
    for order in permutations(VERSIONS):
        assert told(spans(ACCOUNTS, order)) == [(10, "b"), (20, "c"), (30, None)]


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 5), st.sampled_from(["a", "b", None])), unique_by=lambda x: x[0]
    )
)
def test_time_never_runs_backwards_and_neighbours_differ(given_: list[tuple[int, int, str | None]]) -> None:
    versions = [v(pos, ts, None if name is None else {"name": name}) for pos, ts, name in given_]
    found = spans(ACCOUNTS, versions)
    assert [s.instant for s in found] == sorted({s.instant for s in found})
    cells = [None, *(s.cells for s in found)]
    assert all(a != b for a, b in pairwise(cells))
    newest = max(versions, default=None)
    assert (found[-1].cells if found else None) == (newest.cells if newest else None)


def test_a_custom_row_of_the_snapshot_is_so_since_ever_a_later_one_since_it_was_read() -> None:
    first, again = v(1, 500, {"nps_c": 1}, "s"), v(9, 900, {"nps_c": 2}, "s")
    assert [s.instant for s in spans(CUSTOM, [first])] == [BEGIN]
    assert [s.instant for s in spans(CUSTOM, [first, again])] == [BEGIN, 900]
    assert [s.instant for s in spans(ACCOUNTS, [first])] == [500], "a record begins at some time"


def test_a_tombstone_counts_only_where_nothing_has_a_coordinate() -> None:
    tombstone = Version(Coordinate(0, 0, 99), "d", 77, None)
    flat = Version(Coordinate(-1, 50, 3), "u", 50, {"name": "a"})
    assert told(spans(ACCOUNTS, [tombstone, flat])) == [(50, "a"), (77, None)]
    assert told(spans(ACCOUNTS, [tombstone, v(1, 10, {"name": "a"})])) == [(10, "a")]


def test_an_erased_row_keeps_only_that_it_was_there() -> None:
    versions = [v(1, 10, {"attitude_c": "opponent"}), v(5, 50, None, "d"), v(7, 70, {"attitude_c": "neutral"})]
    assert [x.cells for x in emptied(CONTACTS, versions)] == [{}, None, {"attitude_c": "neutral"}]
    assert emptied(ACCOUNTS, versions) == versions, "not of persons"


def test_first_difference() -> None:
    a, b, c = (spans(ACCOUNTS, VERSIONS[:n]) for n in (1, 4, 5))
    assert first_difference(a, a) is None
    assert (first_difference(a, b), first_difference(b, c), first_difference([], c)) == (10, 30, 10)


def test_fields_are_read_and_soft_deleted_rows_are_gone() -> None:
    cells = {"contact_id": "c1", "account_id": "a1", "deleted": 0}
    found = spans(LINKS, [v(1, 10, cells), v(2, 20, cells | {"deleted": "1"}), v(3, 30, cells | {"deleted": False})])
    history = History(LINKS, "l1", found, lambda *_: 0, set())
    assert [history.at(t) for t in (9, 20)] == [None, None]
    assert history.at(10) == history.at(99) == {"contact": "contacts/c1", "account": "accounts/a1"}


def test_an_account_is_there_until_it_is_deleted_also_before_we_saw_it() -> None:
    history = History(ACCOUNTS, "a1", spans(ACCOUNTS, VERSIONS), lambda *_: 0, set())
    assert liveness(history) == [(BEGIN, True), (30, False)]
    world = World(EDITION)
    world.rows["accounts/a1"] = history
    assert [world.gone_since("accounts/a1", t) for t in (0, 29, 30, 99)] == [None, None, 30, 30]
    assert world.gone_since("accounts/never-seen", 99) is None


def test_aliases_hold_from_the_merger_on_and_a_circle_ends() -> None:
    world = World(EDITION)
    for name in ("a1", "a2"):
        world.rows[f"accounts/{name}"] = History(ACCOUNTS, name, spans(ACCOUNTS, VERSIONS), lambda *_: 0, set())
    world.aliases = {("accounts/a1", 30): "accounts/a3"}
    assert [world.survivor("accounts/a1", t) for t in (29, 30)] == ["accounts/a1", "accounts/a3"]
    world.aliases = {("accounts/a1", 30): "accounts/a2", ("accounts/a2", 30): "accounts/a1"}
    assert world.survivor("accounts/a1", 30) in ("accounts/a1", "accounts/a2")
