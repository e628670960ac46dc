"""Cadence, business days, preparation minutes, templates: the arithmetic against the reference figures."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.app import shipped as accounts_shipped
from services.qbr.policies import shipped, shipped_cycle
from services.qbr.policy.business import business_days_after, calendar
from services.qbr.policy.cadence import next_due, over, rhythm
from services.qbr.policy.preparation import active_minutes, medians
from services.qbr.policy.templates import FIXED, PACK_SECTIONS, document, faults

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "accounts" / "vectors.json").read_text())
HELD, ANCHOR, D = date(2026, 1, 15), date(2025, 1, 1), date
START = datetime(2026, 4, 1, 8, tzinfo=UTC)


def test_the_next_due_day_is_the_reference_one() -> None:
    assert VECTORS["qbr_due"] == {
        "A every 91": str(next_due(HELD, 91, ANCHOR)),
        "C->A on 10 Mar, held 15 Jan": str(next_due(HELD, 91, ANCHOR, D(2026, 3, 10))),
        "C->A on 10 May, held 15 Jan": str(next_due(HELD, 91, ANCHOR, D(2026, 5, 10))),
    }


def test_without_a_qbr_held_the_anchor_counts() -> None:
    assert next_due(None, 91, D(2026, 1, 15)) == D(2026, 4, 16)


def test_due_days_end_at_local_midnight() -> None:
    for zone, at in VECTORS["overdue"].items():
        assert over(D(2026, 3, 28), ZoneInfo(zone)).isoformat() == at
    assert over(D(2026, 3, 29), ZoneInfo("Europe/Berlin")).isoformat() == VECTORS["overdue_dst"]


def test_the_standards_are_those_of_the_accounts_service() -> None:
    theirs = accounts_shipped("standards.v1")["standards"]
    for name, ours in shipped("standards.v1")["standards"].items():
        assert {tier: theirs[name][tier] for tier in ours} == ours, name


def test_a_tier_without_interval_has_no_rhythm() -> None:
    found = {tier: rhythm(shipped("standards.v1"), tier) for tier in "ABCN"}
    assert found["N"] is None
    assert [(r.interval, r.grace) for r in found.values() if r] == [(91, 14), (182, 21), (365, 30)]


def test_business_days_pass_over_weekends_and_holidays() -> None:
    off = calendar("DE")
    assert business_days_after(D(2026, 4, 2), 1, off) == D(2026, 4, 7)  # Good Friday, weekend, Easter Monday
    assert business_days_after(D(2026, 4, 7), -1, off) == D(2026, 4, 2)
    assert business_days_after(D(2026, 6, 3), 1, calendar("DE-BY")) == D(2026, 6, 5)  # Corpus Christi in Bavaria
    assert business_days_after(D(2026, 6, 3), 1, off) == D(2026, 6, 4)
    assert business_days_after(D(2026, 6, 3), 0, off) == D(2026, 6, 3)


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="DE-BY"):
        calendar("Atlantis")


def test_pauses_over_fifteen_minutes_do_not_count() -> None:
    worked = [START + timedelta(minutes=m) for m in (0, 10, 25, 60, 65)]
    assert active_minutes(worked, 15) == 30  # 10 + 15 + 5; the pause of 35 is cut
    assert active_minutes([START], 15) == active_minutes([], 15) == 0


@given(st.lists(st.integers(0, 10_000), max_size=50))
def test_active_minutes_do_not_depend_on_order_and_never_exceed_the_span(minutes: list[int]) -> None:
    worked = [START + timedelta(minutes=m) for m in minutes]
    found = active_minutes(worked, 15)
    assert found == active_minutes(reversed(worked), 15)
    assert 0 <= found <= max(minutes, default=0) - min(minutes, default=0)


def test_a_median_of_fewer_than_five_or_of_one_owner_is_not_told() -> None:
    def spent(*minutes: int, owners: str = "ab") -> list[tuple[str, int]]:
        return [(owners[n % len(owners)], m) for n, m in enumerate(minutes)]

    assert medians({"": spent(10, 20, 30, 41, 50), "boss": spent(1, 2, 3, 4)}, 5) == {"": (5, 30), "boss": (4, None)}
    assert medians({"": spent(10, 20, 30, 31, 50, 60)}, 5) == {"": (6, 31)}
    assert medians({"boss": spent(10, 20, 30, 31, 50, 60, owners="a")}, 5) == {"boss": (6, None)}


def test_the_figures_of_the_cycle() -> None:
    cycle = shipped_cycle()
    assert (cycle.window_days, cycle.tier_change_lead_days, cycle.preparation_target_minutes) == (90, 30, 45)
    assert dict(cycle.before_date_days) == {"accept_30": 30, "accept_14": 14, "freeze": 14, "agenda": 7}


def test_the_shipped_template_has_the_fixed_sections_and_every_pack_section() -> None:
    found = document(shipped("qbr_template.v1"))
    assert set(FIXED) <= {s.key for s in found.agenda}
    assert found.pack_sections == PACK_SECTIONS
    assert faults(found) == {}


@pytest.mark.parametrize(("key", "slug"), [(k, "fixed-section-missing") for k in FIXED])
def test_a_fixed_section_cannot_be_removed(key: str, slug: str) -> None:
    raw = shipped("qbr_template.v1")
    raw["agenda"] = [s for s in raw["agenda"] if s["key"] != key]
    assert list(faults(document(raw))) == [slug]


def test_other_faults_of_a_template_are_named() -> None:
    raw = shipped("qbr_template.v1")
    raw["agenda"] = [*raw["agenda"], raw["agenda"][0]]
    raw["pack_sections"] = ["goals", "horoscope"]
    assert set(faults(document(raw))) == {"section-twice", "pack-section-unknown"}
    with pytest.raises(ValueError, match="minutes"):
        document({**raw, "agenda": [{**raw["agenda"][0], "minutes": -1}]})
