"""The risk path of the account in `endangered.py`, counted by hand."""

from __future__ import annotations

import pytest

from services.qbr.pack import Pack
from services.qbr.pack.facts import kept
from shared.contracts.base import Envelope
from shared.contracts.risk.models import RiskModelRetired
from shared.ids import derived, subject_id
from tests.unit.qbr.pack.account import HELD, whole_account
from tests.unit.qbr.pack.endangered import ALARM, LATE_CASE, MEASURE, SILENT, turned
from tests.unit.qbr.pack.test_figures import rows, value
from tests.unit.qbr.pack.told import AS_OF, SYSTEM, Log, at, built, on, risk


@pytest.fixture(scope="module")
def made() -> Pack:
    return built(whole_account())


def test_the_colour_and_how_long(made: Pack) -> None:
    assert value(made, "risk", "colour") == "AMBER"
    assert value(made, "risk", "days_in_colour") == 20
    assert value(made, "risk", "days_of_colour", "RED") == 20
    since_review = (at(-40).date() - HELD.date()).days
    assert value(made, "risk", "days_of_colour", "AMBER") == since_review + 20
    assert value(made, "risk", "score") == 5_640
    assert value(made, "risk", "arr_exposed") == 26_200_000


def test_the_colours_since_the_review_begin_with_the_one_it_had_then(made: Pack) -> None:
    shown = list(rows(made, "risk", "episodes").values())
    assert [(r["colour"], r["trigger"], r["score"]) for r in shown] == [
        ("AMBER", "sustained", 4_350), ("RED", "p1_72h", 7_215), ("AMBER", "recovered", 5_640),
    ]  # fmt: skip
    assert shown[-1]["until"] is None


def test_each_cause_says_what_is_done_about_it(made: Pack) -> None:
    causes = rows(made, "risk", "causes")
    assert list(causes) == ["floor/p1_72h", "floor/silence", "factor/service", "factor/usage"]
    assert causes["floor/p1_72h"]["countermeasure"] == "Send the task force"
    assert causes["floor/p1_72h"]["owner"] == str(subject_id(SYSTEM, "user", "u1"))
    assert causes["floor/p1_72h"]["standing"] == "overdue"
    assert causes["floor/silence"]["standing"] == "no_countermeasure"
    assert causes["factor/service"]["points"] == 4_640
    assert causes["factor/service"]["standing"] == "overdue", "the same risk is about service"
    assert causes["factor/usage"]["standing"] is None
    cause = next(r for r in made.section("risk").table("causes").rows if r.id == "floor/p1_72h")  # type: ignore[union-attr]
    assert "crm:7" in cause.events, "the very event that the risk service cites"


def test_risks_countermeasures_escalations_warnings(made: Pack) -> None:
    risks = rows(made, "risk", "risks")
    assert list(risks) == [str(LATE_CASE), str(SILENT)], "the gravest first"
    assert risks[str(LATE_CASE)] | {"owner": ""} == {
        "risk": "Data loss at the site", "category": "service", "likelihood": 4, "impact": 5, "exposed": 26_200_000,
        "owner": "", "status": "mitigating", "opened": on(-39).isoformat(),
    }  # fmt: skip
    measures = rows(made, "risk", "countermeasures")
    assert [m["standing"] for m in measures.values()] == ["failed", "overdue"]
    assert measures[str(MEASURE)]["risk"] == "Data loss at the site"
    alarm = rows(made, "risk", "escalations")[str(ALARM)]
    assert (alarm["severity"], alarm["state"]) == ("high", "owned")
    assert alarm["owner"] == str(subject_id(SYSTEM, "user", "u2"))
    assert rows(made, "risk", "warnings")["floor_ahead"]["warning"] == "notice_no_opp"
    counts = ("open_risks", "without_countermeasure", "late_countermeasures", "open_escalations")
    assert [value(made, "risk", name) for name in counts] == [2, 1, 1, 1]


def test_the_score_by_week_is_what_was_told_last(made: Pack) -> None:
    path = rows(made, "risk", "path")
    assert len(path) == 14
    assert next(iter(path.values()))["score"] == 4_350
    assert path[on(-56).isoformat()]["score"] == 5_020
    assert path[on(-35).isoformat()]["score"] == 7_215
    assert list(path.values())[-1]["score"] == 5_640


def test_the_difference_since_the_review_tells_the_risk(made: Pack) -> None:
    changes = {r["change"]: r for r in rows(made, "changes", "risk").values()}
    assert "risk_colour" not in changes, "amber then, amber now"
    assert changes["risk_was"]["now"] == "RED"
    assert set(changes) == {
        "risk_was", "risk_named", "measure_planned", "measure_failed", "escalation_opened"
    }  # fmt: skip
    assert made.section("changes").table("risk").internal  # type: ignore[union-attr]


def test_a_cause_and_a_risk_without_countermeasure_are_open_questions(made: Pack) -> None:
    asked = {(r["rule"], r["about"]) for r in rows(made, "open_questions", "questions").values()}
    assert {("cause_unanswered", "silence"), ("risk_unanswered", "A competitor is asked in")} <= asked
    assert ("cause_unanswered", "p1_72h") not in asked
    assert ("escalation_silent", "Data loss") in asked


def test_a_judgement_that_is_not_fed_says_so_until_it_is_judged_again() -> None:
    log = whole_account()
    log.about(risk("RiskColourStale"), at(-1), colour="AMBER", coverage=4_000, expired=("usage", "service"))
    assert value(built(log), "risk", "not_fed") == ("usage", "service")
    turned(log, "RiskTurnedRed", 0, 9_000, "severe")
    assert built(log).section("risk").figure("not_fed") is None  # type: ignore[union-attr]


def test_a_plan_missed_and_a_colour_set_by_hand_are_shown_while_they_hold() -> None:
    log = whole_account()
    turned(log, "RiskTurnedRed", -1, 9_000, "severe")
    log.about(risk("RiskPlanMissed"), at(0), epoch=2, due_at=at(0), causes=("silence",), escalation_id=ALARM)
    key = derived("override", "1")
    log.about(risk("RiskColourOverridden"), at(0), override_id=key, to="AMBER", from_="RED", reason="known_better",
              reason_ref=key, until=at(20), by="user:u1", needs_second=True)  # fmt: skip
    waiting = built(log)
    assert value(waiting, "risk", "plan_missed") == AS_OF.date().isoformat()
    assert waiting.section("risk").figure("set_by_hand") is None, "it waits for the second person"  # type: ignore[union-attr]
    log.about(risk("RiskOverrideConfirmed"), at(0), override_id=key, to="AMBER", by="user:u2")
    assert value(built(log), "risk", "set_by_hand") == "AMBER"
    log.about(risk("RiskOverrideLifted"), at(0), override_id=key, to="AMBER", by="user:u2")
    turned(log, "RiskTurnedAmber", 0, 5_000, "recovered")
    after = built(log).section("risk")
    assert after is not None
    assert after.figure("set_by_hand") is None
    assert after.figure("plan_missed") is None


def test_an_account_that_nobody_judged_says_so() -> None:
    section = built(Log()).section("risk")
    assert section is not None
    assert (section.status, section.reason, section.figures, section.tables) == ("empty", "not_judged", (), ())


def test_what_a_model_says_of_no_account_is_not_kept() -> None:
    fact = RiskModelRetired(model_version=1, by="user:u1")
    envelope = Envelope(
        id="risk:1", type=fact.TYPE, position=1, stream=derived("x", "1"), version=1, effective_at=AS_OF,
        recorded_at=AS_OF, actor="user:u1", data=fact.model_dump(mode="json"),
    )  # fmt: skip
    assert kept(envelope, "kam.risk.v1", 0, SYSTEM) is None
