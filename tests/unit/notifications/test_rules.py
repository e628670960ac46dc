"""The rule book: complete, about events that exist, and unable to carry words that somebody wrote."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from pydantic import ValidationError

from services.notifications import process
from services.notifications.policy.calendar import calendar
from services.notifications.policy.documents import FACTS, parse, rule_book, shipped, written
from services.notifications.policy.matching import Fact, anchored, ended, types
from services.notifications.policy.recipients import Team, resolve
from services.notifications.settings import Settings
from shared.contracts.base import PublicEvent
from shared.errors import Invalid

BOOK, BERLIN = shipped(), calendar("Europe/Berlin", "DE")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MISSING = {
    "DataQualityReviewCompleted", "DataQualityReviewOpened", "ResyncCompleted", "SourceGapDetected",
}  # fmt: skip
"""Events of domain.md that no service publishes yet. Take them out here when one does."""


def published() -> dict[str, type[PublicEvent]]:
    for name in ("accounts", "qbr", "growth", "risk", "crm"):
        module = importlib.import_module(f"shared.contracts.{name}")
        for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
            importlib.import_module(f"{module.__name__}.{found.name}")
    return {type_: model for (type_, _), model in PublicEvent.registry.items()}


def test_all_rules_are_there() -> None:
    assert [r.rule for r in BOOK.rules] == [f"R{n}" for n in range(1, 23)]


def test_every_event_exists_or_is_known_to_be_missing() -> None:
    assert types(BOOK) - published().keys() == MISSING


def test_every_field_exists() -> None:
    known = published()
    wrong = []
    for rule in BOOK.rules:
        for trigger in rule.triggers:
            used = {trigger.subject, *trigger.refs, trigger.anchor, trigger.epoch, *trigger.facts}
            used |= {name.split(".")[0] for name in trigger.where}
            used -= {"effective", "last_contact", *(n for n in used if n.startswith("$"))}
            for event in set(trigger.event) & known.keys():
                shared = set(trigger.event) - {"KeyAccountConfirmed"}
                fields = known[event].model_fields.keys()
                wrong += [f"{rule.rule} {event}.{n}" for n in used - fields if event in shared and n != "participants"]
        for end in rule.resolved_by:
            used = {*end.match, *end.where, *end.unlike} - {"$stream"}
            for event in set(end.event) & known.keys():
                wrong += [f"{rule.rule} {event}.{n}" for n in used - known[event].model_fields.keys()]
    assert wrong == []


def test_texts_use_only_facts_of_their_trigger() -> None:
    for rule in BOOK.rules:
        for trigger in rule.triggers:
            for language, sentence in BOOK.texts[trigger.title].items():
                used = {name for _, name, _, _ in Formatter().parse(sentence) if name}
                assert used <= set(trigger.facts), f"{trigger.title} {language}: {used - set(trigger.facts)}"


def test_no_word_that_somebody_wrote_and_no_attitude_can_leave() -> None:
    known = published()
    free = {"title", "reason", "cause", "why", "name", "attitude_value", "owner", "dri", "note", "power", "roles"}
    assert not free & FACTS
    assert {"title", "reason"} <= known["EscalationOpened"].model_fields.keys() | known["QBRWaived"].model_fields.keys()
    document = BOOK.model_dump(mode="json")
    document["rules"][15]["triggers"][0]["facts"] = ["reason"]
    with pytest.raises(ValidationError, match="may not leave"):
        parse(document)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["ladders"].pop("red"), "no ladder"),
        (lambda d: d["texts"].pop("qbr_plan"), "no text"),
        (lambda d: d["rules"].append(d["rules"][0]), "same name"),
        (lambda d: d["ladders"]["red"]["A"][0].update(to=["mayor"]), "tells"),
        (lambda d: d["ladders"]["red"]["A"][0].update(after="soon"), "no offset"),
    ],
)
def test_a_faulty_book_is_refused(change: Any, message: str) -> None:
    document = BOOK.model_dump(mode="json")
    change(document)
    with pytest.raises(ValidationError, match=message):
        parse(document)


def anchor(**more: Any) -> process.Anchor:
    given = {"rule": "R14", "trigger": 0, "anchor": NOW, "known_at": NOW, "token": "risk:1", "digest": False}
    return process.Anchor(**{**given, **more})


def test_the_ladder_of_a_red_a_account_is_that_of_the_table() -> None:
    steps = process.schedule(BOOK, anchor(), "A", NOW, BERLIN)
    first = [(s.due_at, s.level, s.to[0]) for s in steps if "/2" not in s.key and not s.exhaust]
    hours = [0, 0, 4, 24, 48, 72, 96]
    assert [at for at, _, _ in first] == [NOW + timedelta(hours=h) for h in hours]
    assert [(level, to) for _, level, to in first] == [
        (0, "theme_owner"), (1, "commercial_owner"), (2, "head_of_kam"), (3, "exec_sponsor"), (2, "head_of_kam"),
        (4, "management_board"), (3, "exec_sponsor"),
    ]  # fmt: skip
    assert steps[-1].exhaust
    assert sum("/2" in s.key for s in steps) == 3, "the acknowledgement clocks run twice"


def test_history_has_no_steps_and_a_late_fact_only_its_last() -> None:
    past = NOW - timedelta(days=400)
    assert process.schedule(BOOK, anchor(anchor=past, known_at=past), "A", NOW, BERLIN) == ()
    late = process.schedule(BOOK, anchor(rule="R12", anchor=past, known_at=NOW), "A", NOW, BERLIN)
    assert [(s.key, s.due_at) for s in late] == [("risk:1:1", NOW)]
    ahead = process.schedule(
        BOOK, anchor(rule="R12", anchor=past + timedelta(days=300), known_at=past), "A", NOW, BERLIN
    )
    assert [s.due_at.date().isoformat() for s in ahead] == ["2026-04-21", "2026-05-21"], "timers follow the facts"


def test_whom_history_did_not_tell_hears_of_it_before_the_manager() -> None:
    steps = process.schedule(BOOK, anchor(), "A", NOW + timedelta(minutes=1), BERLIN)
    assert (steps[0].due_at, steps[0].level) == (NOW + timedelta(hours=4), 2)
    assert steps[0].to == ("theme_owner", "commercial_owner", "account_team", "head_of_kam")
    assert steps[1].to == ("exec_sponsor",)


def test_a_fact_anchors_and_ends() -> None:
    data = {
        "account_id": "a",
        "milestone_id": "m",
        "plan_id": "p",
        "owner": "u9",
        "due": "2026-03-05",
        "due_version": 2,
    }
    found = list(anchored(BOOK, Fact("growth:1", "MilestoneDueSoon", "p", NOW, data)))
    assert [(x.key, x.people, dict(x.facts)) for x in found] == [("a|R7|m|2", {"owner": "u9"}, {"due": "2026-03-05"})]
    over = {(x.rule, x.ids) for x in ended(BOOK, Fact("growth:2", "MilestoneOverdue", "p", NOW, data))}
    assert over == {("R7", ("m",))}


def test_a_timer_checks_no_goal() -> None:
    data = {"account_id": "a", "plan_id": "p", "checked_by": "timer"}
    assert not list(ended(BOOK, Fact("growth:1", "GoalChecked", "p", NOW, data)))
    assert list(ended(BOOK, Fact("growth:1", "GoalChecked", "p", NOW, {**data, "checked_by": "u1"})))


TEAM = Team(owners={"COMMERCIAL": "c", "SERVICE": "s"}, deputies={"SERVICE": "d"}, managers={"c": "boss"})


@pytest.mark.parametrize(
    ("role", "team", "expected"),
    [
        ("commercial_owner", TEAM, "c"),
        ("theme_owner", TEAM, "s"),
        ("theme_owner", Team(TEAM.owners, TEAM.deputies, away=frozenset({"s"})), "d"),
        ("theme_owner", Team(TEAM.owners, {}, inactive=frozenset({"s"})), "c"),
        ("head_of_kam", TEAM, "boss"),
        ("head_of_kam", Team(heads=("h1", "h2")), "h1 h2"),
        ("head_of_kam", Team(), "role:head_of_kam"),
        ("exec_sponsor", Team(), "role:head_of_kam"),
        ("management_board", Team(), "role:management_board"),
        ("platform_team", TEAM, "role:platform_team"),
        ("account_team", TEAM, "c s"),
        ("event.owner", TEAM, "u9"),
        ("event.dri", TEAM, "c"),
        ("named", TEAM, "n1"),
        ("named", Team(away=frozenset({"n1"})), "role:head_of_kam"),
        ("commercial_owners", Team(everywhere=("c", "x"), away=frozenset({"x"})), "c"),
        ("relationship_holder", Team(TEAM.owners, holder="s"), "s"),
    ],
)
def test_there_is_always_a_reader(role: str, team: Team, expected: str) -> None:
    found = resolve(role, team, "SERVICE", {"owner": "u9"}, [("n1", "plan_owner")])
    assert " ".join(person for person, _ in found) == expected


def test_a_company_has_its_own_book_in_a_file(tmp_path: Path) -> None:
    own = tmp_path / "rules.yaml"
    own.write_text(
        written(BOOK).replace("version: 2", "version: 3").replace("immediate_per_day: 12", "immediate_per_day: 5")
    )
    book = rule_book(str(own))
    assert (book.version, book.limits.immediate_per_day) == (3, 5)
    assert book.rules == BOOK.rules
    assert Settings(database="postgresql://x", alert_rules=str(own)).book is book
    assert rule_book("") is BOOK
    own.write_text("policy: alert_rules\nversion: 3\n")
    rule_book.cache_clear()
    with pytest.raises(Invalid, match=r"(?s)is none.*ladders"):
        rule_book(str(own))
    with pytest.raises(Invalid, match="STELLWERK_ALERT_RULES"):
        rule_book(str(tmp_path / "missing.yaml"))
