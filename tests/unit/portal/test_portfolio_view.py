"""Search, filter, sort and group of the portfolio, without a server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal import heat
from services.portal.models import AccountRow, Insights, Portfolio, view
from services.portal.portfolio import SORTS, Question, arr_by_currency, choices, family_roots, grouped
from tests.unit.portal import demo, demo_looking

ROWS = view(Portfolio, demo.portfolio()).rows


def names(**query: str) -> list[str]:
    return [r.name for r in Question.of(query).answer(ROWS)]


def test_the_plain_question_lists_everyone_by_revenue() -> None:
    rows = Question.of({}).answer(ROWS)
    assert len(rows) == 12
    assert [r.arr_minor for r in rows] == sorted((r.arr_minor for r in ROWS), reverse=True)


def test_search_ignores_case_and_accents_and_knows_ids() -> None:
    assert names(q="KAN-c") == ["Kan-code"]
    assert names(q="legacy-0004") == ["Goodsilron"]
    assert names(q="nobody") == []


def test_filters() -> None:
    assert names(tier="C") == ["Sunnamplex", "Rangreen"]
    assert names(country="Korea") == ["Hottechi"]
    assert names(owner=next(r.owner_id or "" for r in ROWS if r.name == "Mathtouch")) == ["Mathtouch"]
    assert "Xx-holding" in names(standards="breached")
    assert "Xx-holding" not in names(standards="kept")
    assert names(standards="contact") == ["Xx-holding"]
    assert names(standards="unheard_of") == []
    assert set(names(standards="breached")) | set(names(standards="kept")) == {r.name for r in ROWS}


@pytest.mark.parametrize("column", SORTS)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_what_is_not_known_comes_last(column: str, direction: str) -> None:
    keys = [SORTS[column](r) for r in Question.of({"sort": column, "dir": direction}).answer(ROWS)]
    known = [k for k in keys if k is not None]
    assert keys[: len(known)] == known == sorted(known, reverse=direction == "desc")


def test_tiers_sort_from_a_down() -> None:
    tiers = [r.tier for r in Question.of({"sort": "tier"}).answer(ROWS)]
    assert tiers == sorted(tiers)  # type: ignore[type-var]
    assert tiers[0] == "A"


def test_addresses_leave_out_defaults_and_keep_the_rest() -> None:
    asked = Question.of({"tier": "A", "as_of": "2026-01-01", "group": "owner", "nonsense": "1"})
    assert asked.address() == "/portfolio?tier=A&group=owner&as_of=2026-01-01"
    assert asked.address(tier="", group="") == "/portfolio?as_of=2026-01-01"
    assert Question.of({}).address() == "/portfolio"


def test_a_column_head_turns_the_order_round() -> None:
    assert Question.of({}).sorted_by("arr").endswith("sort=arr&dir=asc")
    by_name = Question.of({"sort": "name"})
    assert by_name.dir == "asc"
    assert "dir=desc" in by_name.sorted_by("name")
    assert "dir=asc" in by_name.sorted_by("notice")


@given(st.dictionaries(st.sampled_from(["sort", "dir", "group", "tier", "q", "standards"]), st.text(max_size=20)))
def test_any_address_gives_an_answer(query: dict[str, str]) -> None:
    asked = Question.of(query)
    rows = asked.answer(ROWS)
    assert {r.crm_id for r in rows} <= {r.crm_id for r in ROWS}
    assert sum(len(g.rows) for g in grouped(rows, asked.group, ROWS)) == len(rows)


def test_groups() -> None:
    assert [g.key for g in grouped(ROWS, "tier", ROWS)] == ["A", "B", "C"]
    by_owner = grouped(ROWS, "owner", ROWS)
    assert [sum(g.arr.values()) for g in by_owner] == sorted((sum(g.arr.values()) for g in by_owner), reverse=True)
    families = grouped(ROWS, "family", ROWS)
    assert {r.name for r in families[0].rows} == {"Acme Corporation", "Donquadtech"}
    assert families[-1].key == "-"


def test_a_circle_of_parents_does_not_hang() -> None:
    a, b = ROWS[0], ROWS[1]
    circle = [
        a.model_copy(update={"parent_crm_id": b.crm_id}),
        b.model_copy(update={"parent_crm_id": a.crm_id}),
    ]
    assert len(family_roots(circle)) in (0, 2)


def test_a_colour_filters_and_no_colour_is_grey() -> None:
    colours = {ROWS[0].account_id: "RED", ROWS[1].account_id: "GREEN"}
    red = Question.of({"colour": "RED"})
    assert [r.account_id for r in red.answer(ROWS, colours)] == [ROWS[0].account_id]
    assert len(Question.of({"colour": "GREY"}).answer(ROWS, colours)) == 10
    assert red.filtered
    assert red.address(known_at="2026-05-01") == "/portfolio?colour=RED&known_at=2026-05-01"


def test_the_heat_map_adds_up() -> None:
    colours = {r.account_id: "RED" for r in ROWS[:3]}
    found = heat.heat(ROWS, colours)
    assert found["all"]["all"].accounts == 12
    assert (found["all"]["RED"].accounts, found["all"]["GREY"].accounts) == (3, 9)
    assert found["all"]["RED"].arr_minor == sum(r.arr_minor for r in ROWS[:3])
    cells = [c for tier, row in found.items() if tier != "all" for colour, c in row.items() if colour != "all"]
    assert sum(c.accounts for c in cells) == 12
    assert abs(sum(c.share_bp for c in cells) - 10_000) <= len(cells)
    assert heat.heat([], {}) == {}


def test_rows_with_another_knowledge_say_nothing_that_was_not_known() -> None:
    then = view(Insights, demo_looking.portfolio("2026-05-01", "2026-05-01")).accounts
    rows = heat.known_then(ROWS, then[:5])
    assert len(rows) == 5, "an account that nobody knew then is not there"
    assert [r.arr_minor for r in rows] == [s.arr_minor for s in then[:5]]
    assert {(r.completeness_bp, r.next_renewal_on, r.tier_before, r.contact_state) for r in rows} == {(None,) * 4}


def test_currencies_are_never_added_up() -> None:
    euro: AccountRow = ROWS[0].model_copy(update={"currency": "EUR", "arr_minor": 5})
    assert arr_by_currency([ROWS[1], euro]) == {"USD": ROWS[1].arr_minor, "EUR": 5}


def test_choices_come_from_all_rows() -> None:
    offered = choices(ROWS)
    assert ("Wilburn Farren", False) in [(o[1], o[2]) for o in offered.owners]
    assert sum(o[3] for o in offered.owners) == 12
    assert offered.countries == sorted(offered.countries)
    assert offered.breaches == {"theme_owners": 10, "contact": 1}
