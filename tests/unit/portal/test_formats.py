"""Numbers, days and texts as readers of German and English expect them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from services.accounts.app import shipped
from services.accounts.policy.documents import tier_policy
from services.accounts.policy.scoring import Facts, Figure, History, assess
from services.portal.formats import Formats
from services.portal.words import Words

BERLIN = ZoneInfo("Europe/Berlin")
DE, EN = Formats("de", BERLIN), Formats("en", BERLIN)
TODAY = date(2026, 11, 15)


@pytest.mark.parametrize(
    ("on", "german", "english"),
    [
        (date(2026, 11, 24), "24. Nov 2026", "24 Nov 2026"),
        (date(2026, 3, 1), "1. Mär 2026", "1 Mar 2026"),
        (date(2026, 9, 30), "30. Sep 2026", "30 Sep 2026"),
    ],
)
def test_days(on: date, german: str, english: str) -> None:
    assert (DE.day(on), EN.day(on)) == (german, english)
    assert DE.day(None) == ""


def test_an_instant_is_shown_in_the_companys_zone() -> None:
    late = datetime(2026, 11, 14, 23, 30, tzinfo=UTC)
    assert DE.instant(late) == "15. Nov 2026, 00:30"
    assert DE.day(late) == "15. Nov 2026"
    assert DE.iso(late) == "2026-11-14T23:30:00Z"
    assert DE.instant(TODAY) == "15. Nov 2026"


@pytest.mark.parametrize(
    ("on", "german", "english"),
    [
        (date(2026, 11, 15), "heute", "today"),
        (date(2026, 11, 14), "gestern", "yesterday"),
        (date(2026, 11, 16), "morgen", "tomorrow"),
        (date(2026, 11, 30), "in 15 Tagen", "in 15 days"),
        (date(2026, 9, 8), "vor 68 Tagen", "68 days ago"),
        (date(2027, 6, 1), "in 7 Monaten", "in 7 months"),
        (date(2024, 11, 15), "vor 2 Jahren", "2 years ago"),
    ],
)
def test_relative_days(on: date, german: str, english: str) -> None:
    assert (DE.ago(on, TODAY), EN.ago(on, TODAY)) == (german, english)


def test_money_is_rounded_half_up_away_from_zero() -> None:
    assert DE.money(233_989_050, "USD") == "2.339.891"
    assert EN.money(233_989_049, "USD") == "2,339,890"
    assert EN.money(-150, "EUR") == "-2"
    assert EN.money(1234, "JPY") == "1,234"  # the yen has no minor unit
    assert EN.money(None) == ""
    assert EN.money(0, "USD") == "0"


def test_points_and_shares() -> None:
    assert (DE.points(7240), EN.points(7240)) == ("72,40", "72.40")
    assert EN.points(7000, 0) == "70"
    assert (DE.share(8400), EN.share(8400)) == ("84\xa0%", "84%")
    assert DE.percent(Decimal("18.50")).replace("\xa0", " ") == "18,5 %"


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("196430.00 USD", "196.430 USD"),
        ("196430.50 USD", "196.431 USD"),
        ("-12.34 %", "-12,34 %"),
        ("7", "7"),
        ("yes", "ja"),
        ("Norvantis", "Norvantis"),
        ("RED", "rot"),
        ("", ""),
        (None, ""),
    ],
)
def test_raw_figures(text: str | None, german: str) -> None:
    assert Words(DE).raw(text).replace("\xa0", " ") == german


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("35 d", "35 Tage"),
        ("1 d", "1 Tag"),
        ("7500 bp", "75 %"),
        ("COMMERCIAL, EXEC_SPONSOR", "Vertrieb, Sponsor der Leitung"),
        ("2 without renewal opportunity", "2 ohne Verkaufschance"),
        ("all attended", "alle betreut"),
        ("never", "nie"),
        ("Something Else!", "Something Else!"),
    ],
)
def test_measures_of_standards(text: str, german: str) -> None:
    assert Words(DE).measure(text).replace("\xa0", " ") == german


def test_events_actors_and_facts() -> None:
    words = Words(DE)
    assert words.event("accounts.TierAssessed") == words.event("TierAssessed") == "Stufe bewertet"
    assert words.event("BrandNewThing") == "Brand new thing"
    assert words.what("meeting_held", "InteractionRecorded") == "Treffen fand statt"
    assert words.what("unheard_of", "ContractRenewed") == "Vertrag verlängert"
    assert words.actor("policy:tier") == "Policy"
    assert words.actor("user:u-7") == "Person u-7"
    assert words.fact("ends_on", "2027-02-28") == "28. Feb 2027"
    assert words.fact("score_bp", "7240") == "72,40"
    assert words.fact("arr_minor", "1000000") == "10.000"
    assert words.fact("name", "Kan-code GTX 2026") == "Kan-code GTX 2026"


def test_facts_that_belong_together_are_one() -> None:
    said = {"from_tier": "B", "to_tier": "A", "why": "promote", "decided_by": "policy:tier", "provisional": "True"}
    assert Words(DE).facts(said) == [
        "Stufe: B → A",
        "weil: aufgestiegen",
        "entschieden durch: Policy",
    ]  # a fact without a name in the catalogs is bookkeeping: it stands with the event
    money = {"arr_before_minor": "10000000", "arr_after_minor": "12000000", "currency": "USD", "gap_days": "3"}
    assert Words(EN).facts(money) == ["ARR before: 100,000 USD", "ARR after: 120,000 USD", "gap: 3 days"]
    assert Words(DE).fact("until", "2026-12-01T00:00:00+00:00") == "1. Dez 2026, 01:00"
    assert Words(DE).fact("standard", "renewal_lead") == "Rechtzeitige Verlängerung"
    assert Words(DE).fact("changed", "arr, ends_on") == "ARR, Ende"


def test_the_sentences_of_gates_are_understood() -> None:
    """Written by the accounts service, in English, into events that never change."""
    policy, words = tier_policy(shipped("tier_policy.v1")), Words(DE)
    poor = Facts("USD", revenue=Figure(19_643_000), margin_bp=Figure(-250))
    signed = assess(policy, 1, poor, {}, History(strategic_reason=True))
    for result in (signed, assess(policy, 1, Facts("USD"), {}, History())):
        assert all(words.gate(g.why)["kind"] for g in result.gates), [g.why for g in result.gates]
    revenue, margin = (words.gate(g.why) for g in signed.gates)
    assert (revenue["kind"], revenue["revenue"], revenue["potential"]) == ("revenue", "196.430", "")
    assert revenue["signed"]
    assert (margin["kind"], margin["margin"], margin["asked"]) == ("margin", "-2,5 %", "0 %")
    assert words.gate("something new") == {"kind": ""}
