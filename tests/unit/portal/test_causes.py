"""The risk service's sentences, said in the reader's language; what no pattern fits stays as it came."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from services.portal.causes import Causes
from services.portal.formats import Formats
from services.portal.words import Words


def causes(language: str) -> Causes:
    return Causes(Words(Formats(language, ZoneInfo("Europe/Berlin"))))


GERMAN = {
    "P1 4711 open 80.5 h":
        "P1 4711 offen seit 80,5 h",
    "silence: no meaningful contact since 2026-09-01 (75 d)":
        "Funkstille: kein bedeutsamer Kontakt seit 1. Sep 2026 (75 Tage)",
    "score 36.4, most of it usage: 28-day mean 40, best of 26 weeks 80":
        "36,4 Punkte, am meisten Nutzung: Mittel von 28 Tagen 40, bestes in 26 Wochen 80",
    "QBR missed 2026-05-01; QBR missed 2026-08-01":
        "QBR verpasst am 1. Mai 2026; QBR verpasst am 1. Aug 2026",
    "Maintenance: Plus notice deadline 2026-12-30: 25 d left":
        "Maintenance: Plus: Kündigungsfrist 30. Dez 2026, noch 25 Tage",
    "Suite renewal: stage went back, close date moved 2 times":
        "Verlängerung von Suite: Phase zurückgefallen, Abschluss 2-mal verschoben",
    "nobody is economic_buyer or decision_maker, champion":
        "niemand ist Wirtschaftlicher Entscheider oder Entscheidungsträger, Champion",
    "win a technical buyer as supporter":
        "Technischer Prüfer als Unterstützer gewinnen",
    "coverage 40 %: too little is known":
        "Daten für 40 %: zu wenig ist bekannt",
    "wait until 2026-12-01":
        "bis 1. Dez 2026 warten",
    "high escalation open":
        "Eskalation offen (hoch)",
}  # fmt: skip


@pytest.mark.parametrize("text", GERMAN)
def test_german(text: str) -> None:
    assert causes("de").said(text) == GERMAN[text]


def test_english_reads_like_a_page() -> None:
    assert causes("en").said("Suite renewal: stage went back") == "renewal of Suite: stage went back"
    assert causes("en").said("score 12.0") == "12 points"


def test_what_is_new_stays_as_it_came() -> None:
    found = causes("de")
    assert found.said("the moon is full") is None
    assert found.text("the moon is full") == "the moon is full"
    assert found.said("P1 4711 open 80.5 h; the moon is full") is None
    assert found.said(None) is None


def test_figures_and_colours_after() -> None:
    found = causes("de")
    assert [found.raw(x) for x in ("5100 bp", "45 d", "critical", "3/5", None)] == [
        "51\xa0%",
        "45 Tage",
        "kritisch",
        "3/5",
        "",
    ]
    assert found.after("AMBER after 7 d") == ("AMBER", 7)
    assert found.after("soon") is None
    assert found.cause("service+usage") == "Service + Nutzung"
