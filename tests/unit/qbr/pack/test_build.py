"""A pack is a function of (template, vector, locale, instant): nothing else may change a byte."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.qbr import pack
from services.qbr.pack.compare import changed_sections
from shared.contracts import crm
from shared.contracts.accounts import commerce, people
from shared.errors import Invalid
from shared.ids import derived
from tests.unit.qbr.pack.account import check, promise, whole_account
from tests.unit.qbr.pack.told import ACCOUNT, AS_OF, TEMPLATE, Log, at, built, on, person


def test_every_section_of_the_template_is_there_in_its_order() -> None:
    made = built(whole_account())
    assert [s.name for s in made.sections] == ["changes", *TEMPLATE.sections[1:]]
    assert {s.name: s.status for s in made.sections if s.status != "ok"} == {}


@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_facts_come_changes_nothing(seed: int) -> None:
    log = whole_account()
    facts, ours = log.split()
    shuffled = [*facts, *random.Random(seed).sample(facts, 10)]  # some of them twice
    random.Random(seed).shuffle(shuffled)
    again = pack.build(shuffled, ours[::-1], account_id=ACCOUNT, template=TEMPLATE, as_of=AS_OF, locale="en")
    assert again.canonical() == built(log).canonical()


def test_facts_beyond_the_vector_change_nothing() -> None:
    log = whole_account()
    frozen, vector = built(log), pack.vector_of(log.facts)
    log.deal("d9", at(-1), "Prospecting", 100)
    log.source(crm.SourceLagExceeded, at(0))
    promise(log, 9, "Later", "ours", 3, at(-1))
    later = built(log, vector=vector)
    assert later.canonical() == frozen.canonical()
    assert built(log).hash != frozen.hash


def test_a_lane_that_the_vector_lacks_counts_for_nothing() -> None:
    log = whole_account()
    vector = {k: v for k, v in pack.vector_of(log.facts).items() if k != "kam.qbr.v1"}
    assert built(log, vector=vector).since.kind == "lookback"


def test_a_fact_that_becomes_true_later_does_not_count_yet() -> None:
    log = whole_account()
    before = built(log, vector=(bounds := pack.vector_of(log.facts)))
    log.deal("d9", AS_OF + timedelta(days=1), "Prospecting", 100)
    after = built(log, vector=bounds | {"kam.crm.v1": bounds["kam.crm.v1"] + 1})
    assert [c.name for c in pack.compare(before, after)] == ["vector"]


def test_the_locale_changes_no_figure() -> None:
    de, en = (orjson.loads(built(whole_account(), locale=x).canonical()) for x in ("de", "en"))
    assert de.pop("locale") == "de"
    assert en.pop("locale") == "en"
    assert de == en


def test_the_canonical_form_is_sorted_and_has_no_floats_and_comes_back_the_same() -> None:
    made = built(whole_account())
    raw = made.canonical()

    def check_value(value: Any) -> None:
        assert not isinstance(value, float)
        if isinstance(value, dict):
            assert list(value) == sorted(value)
            for v in value.values():
                check_value(v)
        elif isinstance(value, list):
            for v in value:
                check_value(v)

    check_value(orjson.loads(raw))
    assert pack.Pack.parse(raw).canonical() == raw
    assert pack.Pack.parse(raw).hash == made.hash
    assert made.hash.startswith("sha256:")
    assert len(made.hash) == 71


def test_no_free_text_enters_a_pack_or_a_fact() -> None:
    assert not [f for f in whole_account().facts if "words that must not be kept" in str(f.data)]
    assert b"words that must not be kept" not in built(whole_account()).canonical()


def test_each_figure_says_when_whence_and_why() -> None:
    made = built(whole_account())
    ids = {f.event_id for f in whole_account().facts}
    for section in made.sections:
        for figure in section.figures:
            assert figure.as_of.endswith("Z")
            assert figure.source.health == "ok"
            assert set(figure.events) <= ids
            if figure.value:
                assert figure.events, f"{section.name}.{figure.name} has no event behind it"
        for table in section.tables:
            assert all(set(r.events) <= ids for r in table.rows)


def _another_deal(log: Log) -> None:
    log.deal("d2", at(-3), "Qualification", 4_900_000, 20, motion="expansion", name="More seats", closes_on=on(30))


def _another_goal(log: Log) -> None:
    check(log, derived("goal", "2"), 6_000, "AtRisk", -2)


def _another_promise(log: Log) -> None:
    promise(log, 9, "One more", "ours", 20, at(-1))


def _another_attitude(log: Log) -> None:
    log.about(people.StakeholderAttitudeAssessed, at(-2), subject_id=person(2), attitude_value=2, evidence=(), by="u1",
              at=at(-2))  # fmt: skip


def _another_usage(log: Log) -> None:
    log.about(commerce.UsageCorrected, at(-1), product="GTX", metric="active_users", period_start=on(-13),
              period_end=on(-7), value=170, licensed=343, reported_at=at(-1), reported_under="x")  # fmt: skip


@pytest.mark.parametrize(
    ("change", "section"),
    [
        (_another_deal, "pipeline"),
        (lambda log: log.case("1570", at(-2), "P2"), "cases"),
        (lambda log: log.contract("k3", at(-2), on(-50), on(315), 6_000_000, product="MG"), "renewals"),
        (_another_usage, "usage"),
        (_another_attitude, "stakeholders"),
        (_another_goal, "goals"),
        (_another_promise, "promises"),
    ],
)  # fmt: skip
def test_one_more_event_changes_the_hash_and_the_comparison_names_the_section(change: Any, section: str) -> None:
    before, log = built(whole_account()), whole_account()
    change(log)
    after = built(log)
    assert after.hash != before.hash
    assert section in changed_sections(before, after)
    others = set(changed_sections(before, after)) - {
        section,
        "changes",
        "results",
        "value",
        "next_goals",
        "open_questions",
    }
    assert others == set()


def test_equal_packs_do_not_differ() -> None:
    assert pack.compare(built(whole_account()), built(whole_account())) == []


def test_a_comparison_names_figures_rows_and_evidence() -> None:
    before, log = built(whole_account()), whole_account()
    _another_deal(log)
    found = {(c.what, c.name): (c.was, c.now) for c in pack.compare(before, built(log)) if c.section == "pipeline"}
    assert found["figure", "open_amount/USD"] == (25_800_000, 25_900_000)
    assert found["row", "deals/d2"][1]["amount"] == 4_900_000
    assert ("evidence", "events") in found
    assert ("figure", "won_amount/USD") not in found


def test_while_the_source_is_behind_its_sections_say_so_and_show_nothing() -> None:
    log = whole_account()
    log.source(crm.SourceLagExceeded, at(-1))
    made = built(log)
    for name in ("pipeline", "renewals", "cases", "usage", "stakeholders"):
        section = made.section(name)
        assert section is not None
        assert (section.status, section.reason) == ("stale", "source_behind")
        assert not section.figures
        assert not section.tables
    goals = made.section("goals")
    assert goals is not None
    assert goals.status == "ok"
    log.source(crm.SourceLagCleared, at(0))
    assert built(log).section("cases").status == "ok"  # type: ignore[union-attr]


def test_a_connection_that_is_still_read_for_the_first_time_is_no_basis() -> None:
    log = Log()
    log.source(crm.SourceConnected, at(-5), edition="suitecrm-7")
    log.deal("d1", at(-4), "Prospecting", 1)
    assert built(log).section("pipeline").reason == "source_backfilling"  # type: ignore[union-attr]


def test_usage_that_nobody_reported_for_two_weeks_is_not_shown() -> None:
    log = whole_account()
    made = built(log, as_of=AS_OF + timedelta(days=9))
    section = made.section("usage")
    assert section is not None
    assert (section.status, section.reason, section.source.health) == ("stale", "usage_silent", "silent")
    assert not section.figures
    assert section.source.watermark_at is not None


def test_an_account_that_nobody_told_of_has_an_empty_pack() -> None:
    made = pack.build([], [], account_id=ACCOUNT, template=TEMPLATE, as_of=AS_OF)
    assert {s.status for s in made.sections} <= {"empty", "not_available", "ok"}
    assert made.section("pipeline").status == "empty"  # type: ignore[union-attr]
    assert made.vector == {}


def test_a_template_with_a_section_that_no_pack_has_is_refused() -> None:
    with pytest.raises(Invalid, match="weather"):
        pack.Template.of("x", 1, [], [], ["goals", "weather"])


def test_a_template_says_which_sections_there_are() -> None:
    short = pack.Template.of("x", 2, [], [], ["cases"])
    assert [s.name for s in built(whole_account(), template=short).sections] == ["changes", "cases"]
