"""The processes, each as given-when-then: (what is known, what happened) → commands. And when time acts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.qbr import deadlines, process
from services.qbr.deadlines import Calendar
from services.qbr.domain import ActionItem, Qbr, Series
from services.qbr.domain import commands as c
from services.qbr.domain.values import Promotion
from services.qbr.policy.business import calendar
from services.qbr.process import Situation, Standing
from shared.contracts.accounts import account, tiers
from shared.contracts.crm import CrmActivityLogged, CrmRecordDeleted
from tests.unit.qbr.lives import (
    ACCOUNT,
    ACTION,
    BUYER,
    CYCLE,
    DUE,
    HELD,
    HELD_AT,
    ID,
    action,
    happened,
    promise,
    qbr,
    series,
)  # fmt: skip

DAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 8, tzinfo=UTC)
KNOWN = Calendar(ZoneInfo("Europe/Berlin"), calendar("DE"), CYCLE)
RUNNING = Standing(True, "C", series(tier="C").aggregate)
ENDED = Standing(True, "B", series(happened(Series.QBRSeriesEnded, reason="x")).aggregate)


def changed(to: str) -> Any:
    return tiers.TierChanged(
        account_id=ACCOUNT, changed_at=AT, from_tier="C", to_tier=to, why="", score_bp=1, policy_version=1,
        decided_by="user:h", provisional=False,
    )  # fmt: skip


CONFIRMED = tiers.KeyAccountConfirmed(account_id=ACCOUNT, at=AT, tier="B")
OVER = account.AccountEnded(account_id=ACCOUNT, reason="churned", value_at_end=0, currency="EUR", at=AT)
MERGED = account.AccountsMerged(
    account_id=ACCOUNT, survivor_id=ID, survivor_crm_id="s", absorbed_id=ACCOUNT, absorbed_crm_id="a"
)
DECLASSIFIED = tiers.KeyAccountDeclassified(account_id=ACCOUNT, at=AT, reason="x", declassified_by="user:h")
REOPENED = account.AccountReopened(account_id=ACCOUNT, reason="x", at=AT)


@pytest.mark.parametrize(
    ("state", "fact", "wanted"),
    [
        (Standing(), CONFIRMED, [c.StartSeries(account_id=ACCOUNT, tier="B", anchor=DAY)]),
        (RUNNING, CONFIRMED, []),
        (RUNNING, changed("A"), [c.RetimeSeries(account_id=ACCOUNT, tier="A", on=DAY)]),
        (RUNNING, changed("C"), []),
        (RUNNING, changed("N"), []),
        (Standing(), changed("A"), []),
        (RUNNING, DECLASSIFIED, [c.EndSeries(account_id=ACCOUNT, reason="no key account any more")]),
        (RUNNING, OVER, [c.EndSeries(account_id=ACCOUNT, reason="the business relation is over")]),
        (RUNNING, MERGED, [c.EndSeries(account_id=ACCOUNT, reason="the account went into another one")]),
        (RUNNING, MERGED.model_copy(update={"absorbed_id": ID}), []),
        (ENDED, OVER, []),
        (ENDED, REOPENED, [c.StartSeries(account_id=ACCOUNT, tier="B", anchor=DAY)]),
        (Standing(False, "B", ENDED.series), REOPENED, []),
    ],
)
def test_onboarding_and_tiers(state: Standing, fact: Any, wanted: list[Any]) -> None:
    assert process.onboard(state, fact, ACCOUNT, DAY) == wanted


def meeting(**changes: Any) -> CrmActivityLogged:
    known: dict[str, Any] = {
        "system": "sugar", "crm_id": "m1", "revision": 2, "account_id": ACCOUNT, "kind": "meeting", "done": True,
        "at": HELD_AT, "owner_id": "u1", "participants": (BUYER,), "purpose": "review",
    }  # fmt: skip
    return CrmActivityLogged(**known | changes)


def test_held_reviews_of_the_crm_are_suggested_and_nothing_else() -> None:
    see = c.SeeMeeting(
        account_id=ACCOUNT, system="sugar", meeting_crm_id="m1", revision=2, at=HELD_AT, participants=(BUYER,),
        owner_id="u1",
    )  # fmt: skip
    lose = c.LoseMeeting(account_id=ACCOUNT, system="sugar", meeting_crm_id="m1", revision=2)
    assert process.suggest(False, meeting()) == [see]
    assert process.suggest(True, meeting()) == [see]
    for other in ({"purpose": None}, {"done": False}, {"at": None}, {"kind": "call"}):
        assert process.suggest(False, meeting(**other)) == []
        assert process.suggest(True, meeting(**other)) == [lose]
    gone = CrmRecordDeleted(system="sugar", crm_id="m1", revision=2, object="activity", account_id=ACCOUNT)
    assert process.suggest(True, gone) == [lose]
    assert process.suggest(False, gone) == []


def event(kind: Any, **fields: Any) -> Any:
    """An event of the account that was just stored."""
    return kind(originator_id=ID, originator_version=9, timestamp=AT, account_id=ACCOUNT, **fields)


def test_the_cycle() -> None:
    rhythm, planned = series().aggregate, qbr("Planned").aggregate
    assert rhythm
    assert planned
    retimed = event(
        Series.QBRSeriesRetimed, cause="tier_changed", tier="A", interval_days=91, grace_days=14, due_by=DUE,
        was_due_by=DUE, tier_changed_on=None,
    )  # fmt: skip
    move = c.MoveDue(qbr_id=ID, due_by=rhythm.due_by, grace=14, cause="tier_changed")
    assert process.cycle(Situation(rhythm, planned), retimed) == [move]
    assert process.cycle(Situation(rhythm), retimed) == []
    ended = event(Series.QBRSeriesEnded, reason="churned")
    assert process.cycle(Situation(rhythm, planned), ended) == [
        c.CancelQBR(qbr_id=ID, reason="the series ended: churned")
    ]
    assert process.cycle(Situation(rhythm, qbr("Missed").aggregate), ended) == []
    held = event(Qbr.QBRHeld, **{k: v for k, v in HELD[1].items() if k != "account_id"})
    note = c.NoteHeld(account_id=ACCOUNT, qbr_id=ID, held_on=HELD_AT.date(), cause="held")
    assert process.cycle(Situation(rhythm), held) == [note, c.PlanQBR(account_id=ACCOUNT)]
    assert process.cycle(Situation(rhythm, planned), held) == [note]
    assert process.cycle(Situation(), held) == [note]
    retracted = event(Qbr.QBRHeldRetracted, corrects_version=7, reason="x")
    assert process.cycle(Situation(rhythm), retracted) == [
        c.NoteHeld(account_id=ACCOUNT, qbr_id=ID, held_on=None, cause="held_retracted")
    ]
    waived = event(Qbr.QBRWaived, reason="x", approver="h")
    assert process.cycle(Situation(rhythm), waived) == [
        c.NoteWaived(account_id=ACCOUNT, qbr_id=ID, was_due=rhythm.due_by)
    ]


def test_decisions_flow_back() -> None:
    told = {"decision_id": ACTION, "text_ref": ACTION, "agreed_by": ("u1",)}
    with_action = event(Qbr.QBRDecisionRecorded, **told, action=promise())
    assert process.follow_up(with_action) == [c.AgreeAction(qbr_id=ID, action=promise(), decision_id=ACTION)]
    assert process.follow_up(event(Qbr.QBRDecisionRecorded, **told, action=None)) == []
    agreed: dict[str, Any] = {
        "qbr_id": ID, "owner": "u1", "owner_subject": BUYER, "due": DUE, "title": "Offer", "decision_id": None,
        "due_version": 1, "action_id": ACTION, "originator_topic": "qbr.ActionItem",
    }  # fmt: skip
    convert = c.ConvertToInitiative(action_id=ID, promotion=Promotion(no_opportunity_reason=process.FROM_QBR))
    for side, promote, wanted in (("ours", True, [convert]), ("ours", False, []), ("customer", True, [])):
        assert process.follow_up(event(ActionItem.ActionItemAgreed, **agreed, side=side, promote=promote)) == wanted


# -- time


def steps(found: deadlines.Agenda) -> list[tuple[str, str, datetime]]:
    return [(type(d.command).__name__, getattr(d.command, "step", ""), d.at) for d in found.now]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def test_a_qbr_is_planned_at_local_midnight_ninety_days_before() -> None:
    rhythm = series().aggregate
    assert rhythm
    opens = utc(2026, 1, 15, 23)
    early = deadlines.of_series(rhythm, False, KNOWN, opens - timedelta(seconds=1))
    assert (early.now, early.next) == ((), opens)
    assert steps(deadlines.of_series(rhythm, False, KNOWN, opens)) == [("PlanQBR", "", opens)]
    assert deadlines.of_series(rhythm, True, KNOWN, opens) == deadlines.Agenda()


@pytest.mark.parametrize(
    ("now", "wanted", "later"),
    [
        (utc(2026, 1, 20), [("Remind", "plan", utc(2026, 1, 15, 23))], utc(2026, 2, 14, 23)),
        (utc(2026, 2, 14, 23), [("Remind", "invite", utc(2026, 2, 14, 23))], utc(2026, 4, 30, 22)),
        (utc(2026, 4, 30, 22), [("MissQBR", "", utc(2026, 4, 30, 22))], None),
    ],
)
def test_reminders_of_a_planned_qbr(now: datetime, wanted: list[Any], later: datetime | None) -> None:
    planned = qbr("Planned").aggregate
    assert planned
    found = deadlines.of_qbr(planned, False, KNOWN, now)
    assert (steps(found), found.next) == (wanted, later)
    assert deadlines.of_qbr(planned, True, KNOWN, now) == deadlines.Agenda(), "nothing falls due in a pause"


def test_reminders_before_the_date() -> None:
    dated = qbr("Scheduled").aggregate
    assert dated
    month, fortnight, week = (
        utc(2026, 3, 14, 23),
        utc(2026, 3, 30, 22),
        utc(2026, 4, 6, 22),
    )  # the clock changes between
    assert steps(deadlines.of_qbr(dated, False, KNOWN, month)) == [("Remind", "accept_30", month)]
    both = [("Remind", "accept_14", fortnight), ("Remind", "freeze", fortnight)]
    assert steps(deadlines.of_qbr(dated, False, KNOWN, fortnight)) == both
    assert ("Remind", "agenda", week) in steps(deadlines.of_qbr(dated, False, KNOWN, week))
    accepted = happened(Qbr.QBRAcceptanceRecorded, subject_id=dated.invitees[1])
    agreed = qbr("Scheduled", accepted).aggregate
    assert agreed
    assert steps(deadlines.of_qbr(agreed, False, KNOWN, fortnight)) == [("Remind", "freeze", fortnight)]
    ready = qbr("Ready", accepted).aggregate
    assert ready
    assert not deadlines.of_qbr(ready, False, KNOWN, week).now
    over = deadlines.of_qbr(dated, False, KNOWN, utc(2026, 4, 14, 22))
    assert not over.now, "late reminders of a date that is over help nobody"


def test_summary_and_close_after_the_qbr() -> None:
    held = qbr("Held").aggregate
    assert held
    assert deadlines.of_qbr(held, False, KNOWN, HELD_AT).next == utc(2026, 4, 15, 22)
    late = deadlines.of_qbr(held, False, KNOWN, utc(2026, 4, 21, 22))
    assert [type(d.command).__name__ for d in late.now] == ["TellSummaryOverdue", "TellCloseOverdue"]
    assert late.now[0].command.late_by_s == 6 * 86_400  # type: ignore[attr-defined]


def test_an_action_is_due_soon_three_business_days_before_and_overdue_after_its_day() -> None:
    found = action().aggregate
    assert found
    soon, end = utc(2026, 5, 10, 22), utc(2026, 5, 15, 22)  # Ascension Day, 14 May, is no business day
    assert deadlines.of_action(found, KNOWN, utc(2026, 5, 1)).next == soon
    assert steps(deadlines.of_action(found, KNOWN, soon)) == [("TellActionDueSoon", "", soon)]
    assert steps(deadlines.of_action(found, KNOWN, end)) == [("TellActionOverdue", "", end)]
