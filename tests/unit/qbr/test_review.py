"""The rules of a QBR, one by one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from services.qbr.domain import Qbr
from services.qbr.domain.values import Attendees, CustomerAttendee, Pack
from shared.errors import Rejected
from tests.unit.qbr.lives import (
    ACCOUNT,
    ACTION,
    AFTER,
    BUYER,
    CYCLE,
    DECISION,
    DUE,
    HASH,
    HELD_AT,
    MISSED,
    NOW,
    SECOND,
    SERIES,
    TEMPLATE,
    TEXT,
    ZONE,
    happened,
    meeting,
    promise,
    qbr,
)  # fmt: skip

LATER = HELD_AT + timedelta(days=7)


def test_a_qbr_is_planned_with_its_window() -> None:
    made = Qbr.plan(ACCOUNT, SERIES, 3, DUE, 14, CYCLE)
    again = Qbr.plan(ACCOUNT, SERIES, 3, DUE, 14, CYCLE)
    assert made.id == again.id, "the same plan is the same QBR"
    planned = made.collect_events()[-1]
    assert (planned.window_opens, planned.due_version) == (date(2026, 1, 16), 1)


def test_scheduled_needs_a_key_person_who_accepted() -> None:
    qbr("Planned").when(lambda q: q.schedule(HELD_AT, [BUYER], [], NOW)).then_raises(Rejected, "nobody-accepted")
    qbr("Planned").when(lambda q: q.schedule(HELD_AT, [BUYER], [SECOND], NOW)).then(
        Qbr.QBRScheduled, invitees=(BUYER, SECOND), accepted=(SECOND,), due_version=1
    )


def test_an_acceptance_counts_once() -> None:
    qbr("Scheduled").when(lambda q: q.record_acceptance(SECOND)).then(Qbr.QBRAcceptanceRecorded, subject_id=SECOND)
    qbr("Scheduled").when(lambda q: q.record_acceptance(BUYER)).then_nothing()


def test_the_third_move_alerts_the_head() -> None:
    moves = [
        happened(Qbr.QBRRescheduled, from_at=HELD_AT, to_at=LATER, reason="x", count=n, alert_head=False,
                 due_version=n + 1)
        for n in (1, 2)
    ]  # fmt: skip
    again = LATER + timedelta(days=1)
    qbr("Scheduled", moves[0]).when(lambda q: q.reschedule(again, "x", NOW, CYCLE)).then(
        Qbr.QBRRescheduled, count=2, alert_head=False, due_version=3
    )
    qbr("Scheduled", *moves).when(lambda q: q.reschedule(again, "x", NOW, CYCLE)).then(
        Qbr.QBRRescheduled, count=3, alert_head=True, from_at=LATER, to_at=again
    )


def test_a_move_needs_a_reason_and_another_date() -> None:
    qbr("Scheduled").when(lambda q: q.reschedule(LATER, " ", NOW, CYCLE)).then_raises(Rejected, "reason-missing")
    qbr("Scheduled").when(lambda q: q.reschedule(HELD_AT, "x", NOW, CYCLE)).then_raises(Rejected, "date-unchanged")


def test_a_waiver_is_approved_by_somebody_else_or_by_a_head_of_kam() -> None:
    qbr("Missed").when(lambda q: q.waive("merger", "", "u1", [])).then_raises(Rejected, "approver-missing")
    qbr("Missed").when(lambda q: q.waive("merger", "u1", "u1", [])).then_raises(Rejected, "approver-is-asker")
    qbr("Missed").when(lambda q: q.waive("merger", "head", "u1", [])).then(Qbr.QBRWaived, approver="head")
    qbr("Planned").when(lambda q: q.waive("merger", "", "h1", ["head_of_kam"])).then(Qbr.QBRWaived, approver="h1")


def test_a_pack_is_published_after_it_was_frozen() -> None:
    pack = Pack(watermark={"kam.crm.v1": 9}, pack_at=NOW, template=TEMPLATE, locale="de", pack_hash=HASH)
    qbr("Scheduled").when(lambda q: q.freeze_pack(pack)).then_raises(Rejected, "wrong-state")
    fresh = qbr("Scheduled", happened(Qbr.QBRPreparationStarted))
    fresh.when(lambda q: q.publish_pack("internal", 5)).then_raises(Rejected, "no-pack")
    qbr("Preparing").when(lambda q: q.freeze_pack(pack)).then(
        Qbr.QBRDataPackFrozen, watermark={"kam.crm.v1": 9}, pack_hash=HASH
    )
    qbr("Preparing").when(lambda q: q.publish_pack("customer", 38)).then(Qbr.QBRPackPublished, active_minutes=38)
    qbr("Ready").when(lambda q: q.publish_pack("internal", 38)).then_nothing()


def test_notes_name_a_section_that_exists() -> None:
    qbr("Planned").when(lambda q: q.note_agenda("weather", TEXT, ["goals"])).then_raises(Rejected, "section-unknown")
    qbr("Ready").when(lambda q: q.annotate_pack("weather", TEXT, ["goals"])).then_raises(Rejected, "section-unknown")
    qbr("Planned").when(lambda q: q.note_agenda("goals", TEXT, ["goals"])).then(Qbr.QBRAgendaNoted, text_ref=TEXT)


@pytest.mark.parametrize(
    ("changed", "slug"),
    [
        ({"at": AFTER + timedelta(minutes=1)}, "held-in-the-future"),
        ({"attendees": Attendees(customer=(), own=("u1",))}, "no-customer-attendee"),
        ({"attendees": Attendees(customer=(CustomerAttendee(subject=BUYER),), own=())}, "no-own-attendee"),
        ({"minutes": 0}, "minutes-impossible"),
        ({"results": {"weather": TEXT}}, "result-unknown"),
    ],
)
def test_what_cannot_have_been_held(changed: dict[str, object], slug: str) -> None:
    told = meeting(**changed)
    qbr("Ready").when(lambda q: q.hold(told, ZONE, AFTER, "", "u1", CYCLE, [])).then_raises(Rejected, slug)


def test_held_says_all_that_others_rely_on() -> None:
    qbr("Ready").when(lambda q: q.hold(meeting(), ZONE, AFTER, "", "u1", CYCLE, [])).then(
        Qbr.QBRHeld, due_by=DUE, days_vs_due=-2, held_on=date(2026, 4, 14), pack_hash=HASH, template=TEMPLATE,
        economic_buyer_present=True, minutes=75,
    )  # fmt: skip


def test_held_on_the_account_s_day() -> None:
    late = datetime(2026, 4, 14, 22, 30, tzinfo=NOW.tzinfo)
    qbr("Ready").when(
        lambda q: q.hold(meeting(at=late), ZONE, late, "", "u1", CYCLE, [])
    ).then(Qbr.QBRHeld, held_on=date(2026, 4, 15), days_vs_due=-1)  # fmt: skip


def test_without_economic_buyer() -> None:
    there = Attendees(customer=(CustomerAttendee(subject=SECOND, roles=("USER",)),), own=("u1",))
    qbr("Ready").when(
        lambda q: q.hold(meeting(attendees=there), ZONE, AFTER, "", "u1", CYCLE, [])
    ).then(Qbr.QBRHeld, economic_buyer_present=False)  # fmt: skip


def test_backdating_more_than_fourteen_days_needs_somebody_else_s_approval() -> None:
    edge, over = HELD_AT + timedelta(days=14), HELD_AT + timedelta(days=14, seconds=1)
    qbr("Ready").when(lambda q: q.hold(meeting(), ZONE, edge, "", "u1", CYCLE, [])).then(Qbr.QBRHeld)
    for approver in ("", "u1"):
        qbr("Ready").when(lambda q, a=approver: q.hold(meeting(), ZONE, over, a, "u1", CYCLE, [])).then_raises(
            Rejected, "backdating-needs-approval"
        )
    qbr("Ready").when(lambda q: q.hold(meeting(), ZONE, over, "head", "u1", CYCLE, [])).then(Qbr.QBRHeld)


def test_a_correction_names_what_it_corrects() -> None:
    spec = qbr("Held")
    assert spec.aggregate is not None
    version = spec.aggregate.version
    spec.when(lambda q: q.correct(meeting(minutes=60), ZONE, AFTER, [])).then(
        Qbr.QBRHeldCorrected, corrects_version=version, minutes=60
    )
    qbr("Closed").when(lambda q: q.retract("another account")).then(Qbr.QBRHeldRetracted, corrects_version=version)


@pytest.mark.parametrize(("values", "slug"), [([5, 5], "rating-incomplete"), ([0, 5, 5, 5], "rating-out-of-range")])
def test_a_rating_is_whole(values: list[int], slug: str) -> None:
    qbr("Held").when(lambda q: q.rate(values)).then_raises(Rejected, slug)


def test_a_decision_has_somebody_who_agreed_and_a_whole_action() -> None:
    qbr("Held").when(lambda q: q.record_decision(DECISION, TEXT, [], None)).then_raises(Rejected, "nobody-agreed")
    nobody = promise(owner=" ")
    qbr("Held").when(lambda q: q.record_decision(DECISION, TEXT, ["u1"], nobody)).then_raises(Rejected, "owner-missing")
    stranger = promise(side="customer", owner="Mrs Doe")
    qbr("Held").when(lambda q: q.record_decision(DECISION, TEXT, ["u1"], stranger)).then_raises(
        Rejected, "owner-unknown"
    )
    qbr("FollowUp").when(lambda q: q.record_decision(DECISION, TEXT, ["u1"], promise())).then(
        Qbr.QBRDecisionRecorded, action=promise()
    )


@pytest.mark.parametrize(
    ("reason", "following", "wanted", "slug"),
    [
        ("", None, [], "next-not-planned"),
        ("", DECISION, ["customer_voice"], "results-missing"),
    ],
)
def test_what_keeps_it_from_being_closed(reason: str, following: UUID | None, wanted: list[str], slug: str) -> None:
    qbr("FollowUp").when(lambda q: q.close(reason, following, wanted)).then_raises(Rejected, slug)


def test_closed_with_actions_or_a_reason_for_none() -> None:
    qbr("FollowUp").when(lambda q: q.close("", DECISION, [])).then(Qbr.QBRClosed, actions=1, no_action_reason=None)
    bare = (happened(Qbr.QBRMinutesApproved, text_ref=None),)
    qbr("Held", *bare).when(lambda q: q.close("", DECISION, [])).then_raises(Rejected, "no-actions")
    qbr("Held", *bare).when(lambda q: q.close("all is well", DECISION, [])).then(
        Qbr.QBRClosed, actions=0, no_action_reason="all is well"
    )
    qbr("Held").when(lambda q: q.close("x", DECISION, [])).then_raises(Rejected, "wrong-state")


def test_the_summary_is_late_after_its_day() -> None:
    due = date(2026, 4, 15)
    qbr("FollowUp").when(lambda q: q.send_summary(due, due)).then(Qbr.QBRSummarySent, late=False)
    qbr("FollowUp").when(lambda q: q.send_summary(due, date(2026, 4, 16))).then(Qbr.QBRSummarySent, late=True)
    sent = happened(Qbr.QBRSummarySent, due_on=due, late=False)
    qbr("FollowUp", sent).when(lambda q: q.send_summary(due, due)).then_nothing()
    qbr("FollowUp", sent).when(lambda q: q.tell_summary_overdue(due, 0)).then_nothing()
    qbr("FollowUp").when(lambda q: q.tell_summary_overdue(due, 7)).then(Qbr.QBRSummaryOverdue, late_by_s=7)


def test_another_due_day_is_another_version_of_the_reminders() -> None:
    qbr("Planned").when(lambda q: q.move_due(date(2026, 6, 9), 14, "tier_changed")).then(
        Qbr.QBRDueMoved, due_version=2, was_due_by=DUE
    )
    qbr("Planned").when(lambda q: q.move_due(DUE, 14, "held")).then_nothing()
    qbr("Held").when(lambda q: q.move_due(date(2026, 6, 9), 14, "held")).then_nothing()
    moved = happened(Qbr.QBRDueMoved, due_by=date(2026, 6, 9), was_due_by=DUE, grace_days=14, cause="x", due_version=2)
    back = happened(Qbr.QBRScheduled, at=LATER, invitees=(BUYER,), accepted=(BUYER,), due_version=1)
    qbr("Missed", back).when(lambda q: q.miss(0)).then_nothing()
    qbr("Planned", MISSED, back, moved).when(lambda q: q.miss(3)).then(Qbr.QBRMissed, due_version=2, late_by_s=3)


def test_what_the_crm_suggests_follows_the_crm_until_a_person_decides() -> None:
    qbr("Proposed").when(lambda q: q.see_meeting(4, HELD_AT, (BUYER, SECOND), "u1")).then(
        Qbr.QBRProposedFromCrm, revision=4, participants=(BUYER, SECOND)
    )
    qbr("Proposed").when(lambda q: q.see_meeting(3, LATER, (BUYER,), "u1")).then_nothing()
    qbr("Proposed").when(lambda q: q.lose_meeting(4)).then(Qbr.QBRProposalDismissed, by_crm=True)
    qbr("Proposed").when(lambda q: q.lose_meeting(3)).then_nothing()
    qbr("Dismissed").when(lambda q: q.see_meeting(5, HELD_AT, (BUYER,), "u1")).then(Qbr.QBRProposedFromCrm)
    by_hand = happened(Qbr.QBRProposalDismissed, reason="workshop", by_crm=False, revision=3)
    qbr("Proposed", by_hand).when(lambda q: q.see_meeting(9, LATER, (BUYER,), "u1")).then_nothing()


def test_a_confirmed_proposal_counts_as_held_however_old_it_is() -> None:
    much_later = HELD_AT + timedelta(days=200)
    qbr("Proposed").when(lambda q: q.confirm(meeting(), DUE, ZONE, much_later, [], TEMPLATE)).then(
        Qbr.QBRHeld, days_vs_due=-2, pack_hash=None, template=TEMPLATE
    )


def test_an_action_names_a_decision_of_its_own_qbr() -> None:
    held = qbr("Held")
    held.when(lambda q: q.note_action(ACTION, DECISION)).then_raises(Rejected, "decision-unknown")
    decided = qbr(
        "Held", happened(Qbr.QBRDecisionRecorded, decision_id=DECISION, text_ref=TEXT, agreed_by=("u1",), action=None)
    )
    decided.when(lambda q: q.note_action(ACTION, DECISION)).then(Qbr.QBRActionNoted, action_id=ACTION)


def test_an_action_is_noted_once() -> None:
    qbr("Held").when(lambda q: q.note_action(ACTION)).then(Qbr.QBRActionNoted, action_id=ACTION)
    qbr("FollowUp").when(lambda q: q.note_action(ACTION)).then_nothing()
