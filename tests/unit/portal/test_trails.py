"""Events in words: what is said of one beside its type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from services.portal import peoplemap, trails
from services.portal.formats import Formats
from services.portal.models import Account, StakeholderMap, view
from services.portal.slider import slider
from services.portal.words import Words
from tests.unit.portal import demo, demo_looking

BERLIN = ZoneInfo("Europe/Berlin")
WORDS = Words(Formats("en", BERLIN))
KAN = next(r for r in demo.portfolio().rows if r.name == "Kan-code")


def said(**data: object) -> dict[str, str]:
    return {f.name: f.value for f in trails.facts_of(data, WORDS, lambda i: f"<{i}>")}


def test_a_change_is_said_with_what_was_before() -> None:
    assert said(from_due="2026-03-01", to_due="2026-04-01") == {"new day": "1 Mar 2026 → 1 Apr 2026"}
    assert "A" in next(iter(said(from_tier=None, to_tier="A").values()))


def test_persons_have_names_and_reasons_words() -> None:
    assert "<u1>" in said(owner_id="u1").values()
    assert said(why="promote")[WORDS.code("fact", "why")] == WORDS.code("tier reason", "promote")
    assert said(why="silent for 33 days")[WORDS.code("fact", "why")] == "silent for 33 days"


def test_a_contact_is_one_fact() -> None:
    found = said(kind="mail", direction="inbound", status="inbound", done=True, meaningful=True)
    assert list(found.values()) == [WORDS.what("mail_inbound", "")]
    held = said(kind="meeting", done=False, meaningful=False)
    assert list(held.values()) == [WORDS.what("meeting_not_held", "")]


def test_at_most_five_facts_and_none_of_nonsense() -> None:
    assert len(said(**dict.fromkeys(trails.TELLING, "x"))) <= trails.MOST
    assert trails.data_of("no json") == {}
    assert trails.data_of("[1]") == {}
    assert said(product="GTX") == {"product": "GTX"}


def test_values_of_the_audit_trail_are_read_back() -> None:
    assert trails.before_of("due", "2026-03-01", WORDS, str) == "1 Mar 2026"
    assert trails.before_of("arr", "19643000", WORDS, str) == "196,430"
    assert trails.before_of("colour", "RED", WORDS, str) == "Red"
    assert trails.before_of("anything", None, WORDS, str) == "–"


def test_the_slider_begins_with_the_first_fact_and_ends_today() -> None:
    first, today = datetime(2024, 6, 1, 23, 30, tzinfo=UTC), date(2026, 11, 15)
    made = slider(first, today, date(2025, 6, 2), None, BERLIN, [("last_qbr", date(2026, 9, 3)), ("colour", None)])
    assert (made.first, made.days, made.position) == (date(2024, 6, 2), 896, 365)
    assert date(2026, 9, 30) in [m.on for m in made.marks]
    assert [m.what for m in made.marks if m.on == date(2026, 9, 3)] == ["last_qbr"]
    assert [m.on for m in made.marks] == sorted(m.on for m in made.marks)
    assert slider(None, today, today, None, BERLIN).first == date(2025, 11, 15)
    assert slider(today, today, date(2020, 1, 1), None, BERLIN).position == 0


def cards() -> list[peoplemap.Card]:
    facts, found = demo.account(KAN.crm_id), demo_looking.people(KAN.account_id, "", "")
    assert facts is not None
    assert found is not None
    return peoplemap.cards(view(StakeholderMap, found), view(Account, facts))


def test_superiors_stand_above_and_no_box_covers_another() -> None:
    facts, found = demo.account(KAN.crm_id), demo_looking.people(KAN.account_id, "", "")
    assert facts is not None
    assert found is not None
    drawn = peoplemap.graph(cards(), view(StakeholderMap, found).lines)
    assert drawn is not None
    at = {n.card.subject_id: n for n in drawn.nodes}
    for edge in drawn.edges:
        if edge.kind == "reports_to":
            assert at[edge.to.subject_id].y < at[edge.from_.subject_id].y
    places = sorted((n.y, n.x) for n in drawn.nodes)
    assert all(b[1] - a[1] >= peoplemap.BOX for a, b in pairwise(places) if a[0] == b[0])
    assert len(drawn.nodes) + len(drawn.loose) == sum(c.here for c in cards())
    assert peoplemap.graph(cards(), []) is None


def test_a_circle_that_history_left_is_drawn_and_does_not_hang() -> None:
    found = demo_looking.people(KAN.account_id, "", "")
    assert found is not None
    line = view(StakeholderMap, found).lines[0]
    back = line.model_copy(update={"from_": line.to, "to": line.from_})
    drawn = peoplemap.graph(cards(), [line, back])
    assert drawn is not None
    assert len(drawn.nodes) == 2


def test_strangers_with_power_come_first_in_the_matrix() -> None:
    made = peoplemap.matrix(cards(), ["u1"])
    strangers = [r.card.stranger for r in made.rows]
    assert strangers == sorted(strangers, reverse=True)
    assert made.members[0] == "u1"
    assert not any(c.assessable for c in cards() if c.status in ("Suggested", "Departed"))
