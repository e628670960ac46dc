"""The qbr service through its API: tiers, missed and caught up, pauses, suggestions, what is refused, replay, as-of."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import grpc
import grpc.aio
import pytest
from sqlalchemy import text

from services.qbr.domain import Qbr
from shared import ids
from shared.contracts.accounts import account, tiers
from shared.contracts.crm import CrmUserSeen, SourceLagCleared, SourceLagExceeded
from shared.contracts.growth.accounts import InitiativeProposalRefused
from shared.contracts.growth.initiatives import InitiativeCompleted, InitiativeProposed
from shared.projector import Projector
from shared.protos import qbr_pb2 as pb
from shared.protos.accounts_pb2 import GetEventRequest
from tests.integration.qbr_chain import ACCOUNT, BUYER, Service, qbr_service, review_meeting
from tests.integration.test_accounts_api import refused


@pytest.fixture
async def qbr(dsn: str) -> AsyncIterator[Service]:
    async with qbr_service(dsn) as service:
        yield service


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


async def ready(qbr: Service, at: str = "2026-04-14T08:30:00Z") -> str:
    """A QBR with a date and a published pack."""
    await qbr.key_account("A")
    await qbr.later(days=2)
    qbr_id = await qbr.open()
    await qbr.do("ScheduleQBR", qbr_id=qbr_id, at=at, invitees=[str(BUYER)], accepted=[str(BUYER)])
    await qbr.do("StartPreparation", qbr_id=qbr_id)
    await qbr.do("FreezeDataPack", qbr_id=qbr_id)
    await qbr.do("PublishPack", qbr_id=qbr_id, audience="internal")
    return qbr_id


async def hold(qbr: Service, qbr_id: str, at: str = "2026-04-14T08:30:00Z", name: str = "HoldQBR", **more: Any) -> Any:
    known: dict[str, Any] = {
        "mode": "remote", "minutes": 60, "own": ["u1"], "customer": [pb.AttendeeInput(subject_id=str(BUYER))],
    }  # fmt: skip
    return await qbr.do(name, qbr_id=qbr_id, effective_at=at, **known | more)


async def test_a_promotion_retimes_the_series_with_thirty_days_to_get_ready(qbr: Service) -> None:
    """The vector: C → A on 10 May, last QBR on 15 January: due on 9 June, not overdue since April."""
    await qbr.until(utc(2026, 1, 16, 9))
    await qbr.key_account("C")
    await qbr.take("crm", review_meeting("m1", utc(2026, 1, 15, 9)))
    proposed = next(r for r in (await qbr.listed()).rows if r.state == "Proposed")
    await hold(qbr, proposed.qbr_id, "2026-01-15T09:00:00Z", "ConfirmProposedQBR")
    assert [(s.due_by, s.last_held_on) for s in (await qbr.listed()).series] == [("2027-01-15", "2026-01-15")]
    await qbr.until(utc(2026, 5, 10, 9))
    await qbr.retier("A")
    found = await qbr.listed()
    assert [(s.tier, s.due_by, s.interval_days) for s in found.series] == [("A", "2026-06-09", 91)]
    assert [(r.due_by, r.overdue) for r in found.rows if r.state == "Planned"] == [("2026-06-09", False)]
    assert not await qbr.public("QBRMissed")
    moved = await qbr.public("QBRSeriesRetimed", "QBRDueMoved")
    assert [(e.TYPE, getattr(e, "cause", "")) for _, e in moved][-2:] == [
        ("QBRSeriesRetimed", "tier_changed"), ("QBRDueMoved", "tier_changed"),
    ]  # fmt: skip


async def test_missed_once_after_the_grace_however_late_and_caught_up(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.until(utc(2026, 6, 1, 9))  # down for months
    [(missed, event)] = await qbr.public("QBRMissed")
    assert missed.effective_at == utc(2026, 4, 30, 22)  # the grace of 14 days is over at midnight in Berlin
    assert event.late_by_s == int((utc(2026, 6, 1, 9) - utc(2026, 4, 30, 22)).total_seconds())  # type: ignore[attr-defined]
    await qbr.later(days=30)
    qbr_id = await qbr.open()
    await qbr.do("ScheduleQBR", qbr_id=qbr_id, at="2026-08-01T08:00:00Z", accepted=[str(BUYER)])
    await qbr.later(days=20)
    assert (await qbr.qbr(qbr_id)).qbr.state == "Scheduled"
    assert len(await qbr.public("QBRMissed")) == 1


async def test_a_waiver_moves_the_next_one(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.later(days=2)
    qbr_id = await qbr.open()
    code, slug, _ = await refused(qbr.do("WaiveQBR", qbr_id=qbr_id, reason="merger"))
    assert (code, slug) == (grpc.StatusCode.FAILED_PRECONDITION, "approver-missing")
    await qbr.do("WaiveQBR", user="h1", roles=["head_of_kam"], qbr_id=qbr_id, reason="merger")
    assert [s.due_by for s in (await qbr.listed()).series] == ["2026-07-16"]
    assert not [r for r in (await qbr.listed()).rows if r.state == "Planned"], "planned when its window opens"
    await qbr.until(utc(2026, 4, 17, 22))
    assert [r.due_by for r in (await qbr.listed()).rows if r.state == "Planned"] == ["2026-07-16"]


async def test_nothing_falls_due_in_a_pause_and_it_ends_on_its_day(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.later(days=2)
    await qbr.do("PauseSeries", account_id=str(ACCOUNT), reason="merger of the customer", until="2026-06-01")
    await qbr.until(utc(2026, 5, 31, 21))
    assert not await qbr.public("QBRMissed")
    await qbr.until(utc(2026, 5, 31, 22))
    assert [(s.state, s.due_by) for s in (await qbr.listed()).series] == [("Active", "2026-07-01")]
    assert [r.due_by for r in (await qbr.listed()).rows] == ["2026-07-01"]


async def test_an_ended_relation_ends_the_series_and_cancels_what_is_open(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.later(days=2)
    await qbr.take("accounts", account.AccountEnded(
        account_id=ACCOUNT, reason="churned", value_at_end=0, currency="USD", at=qbr.clock.now()))  # fmt: skip
    found = await qbr.listed()
    assert [s.state for s in found.series] == ["Ended"]
    assert [r.state for r in found.rows] == ["Cancelled"]
    await qbr.later(days=400)
    assert not await qbr.public("QBRMissed")
    await qbr.take("accounts", account.AccountReopened(account_id=ACCOUNT, reason="back", at=qbr.clock.now()))
    assert [s.state for s in (await qbr.listed()).series] == ["Active"]


async def test_reviews_of_the_crm_are_suggested_never_silently_held(qbr: Service) -> None:
    await qbr.take("crm", review_meeting("m1", utc(2025, 12, 1, 9)), review_meeting("m2", utc(2025, 9, 1, 9)))
    await qbr.key_account("A")
    rows = (await qbr.listed()).rows
    assert [(r.state, r.on) for r in rows] == [("Proposed", "2025-09-01"), ("Proposed", "2025-12-01")]
    assert not await qbr.public("QBRHeld")
    await qbr.do("DismissProposedQBR", qbr_id=rows[0].qbr_id, reason="was a workshop")
    await hold(qbr, rows[1].qbr_id, "2025-12-01T09:00:00Z", "ConfirmProposedQBR")
    [(held, event)] = await qbr.public("QBRHeld")
    assert held.effective_at == utc(2025, 12, 1, 9)
    assert event.attendees.own == ("u1",)  # type: ignore[attr-defined]
    assert [s.due_by for s in (await qbr.listed()).series] == ["2026-03-02"]
    await qbr.take(
        "crm", review_meeting("m3", utc(2025, 11, 1, 9)), review_meeting("m3", utc(2025, 11, 1, 9), 2, done=False)
    )
    assert Counter(r.state for r in (await qbr.listed()).rows)["Dismissed"] == 2
    assert not await qbr.public("QBRSummaryOverdue"), "nobody is chased for the summary of a meeting of the past"


async def test_a_correction_and_a_retraction_recompute_the_cadence(qbr: Service) -> None:
    qbr_id = await ready(qbr)
    await qbr.until(utc(2026, 4, 14, 12))
    await hold(qbr, qbr_id)
    assert [s.due_by for s in (await qbr.listed()).series] == ["2026-07-14"]
    await hold(qbr, qbr_id, "2026-04-10T08:30:00Z", "CorrectQBR")
    assert [s.due_by for s in (await qbr.listed()).series] == ["2026-07-10"]
    page = await qbr.qbr(qbr_id)
    assert (page.held.corrected, page.held.days_vs_due) == (True, -6)
    await qbr.do("RetractQBR", qbr_id=qbr_id, reason="another account")
    found = await qbr.listed()
    assert [s.due_by for s in found.series] == ["2026-04-16"]
    assert sorted((r.state, r.due_by) for r in found.rows) == [("Planned", "2026-04-16"), ("Retracted", "2026-04-16")]
    await qbr.until(utc(2026, 4, 30, 22))
    assert len(await qbr.public("QBRMissed")) == 1


async def test_summary_and_close_are_asked_for(qbr: Service) -> None:
    qbr_id = await ready(qbr)
    await qbr.until(utc(2026, 4, 14, 12))
    await hold(qbr, qbr_id)
    await qbr.until(utc(2026, 4, 22, 9))
    told = [(r.effective_at, e.TYPE) for r, e in await qbr.public("QBRSummaryOverdue", "QBRCloseOverdue")]
    assert told == [(utc(2026, 4, 15, 22), "QBRSummaryOverdue"), (utc(2026, 4, 21, 22), "QBRCloseOverdue")]
    await qbr.later(days=20)
    assert len(await qbr.public("QBRSummaryOverdue", "QBRCloseOverdue")) == 2


async def test_another_time_zone_moves_what_is_due(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.later(days=2)
    await qbr.take("accounts", account.AccountTimeZoneChanged(
        account_id=ACCOUNT, time_zone="America/New_York", was="Europe/Berlin"))  # fmt: skip
    await qbr.until(utc(2026, 5, 1, 3, 59))
    assert not await qbr.public("QBRMissed")
    await qbr.until(utc(2026, 5, 1, 4))
    assert len(await qbr.public("QBRMissed")) == 1


async def test_the_ledger_follows_a_promise_to_its_outcome(qbr: Service) -> None:
    qbr_id = await ready(qbr)
    await qbr.until(utc(2026, 4, 14, 12))
    await hold(qbr, qbr_id)
    for title in ("Offer", "Training"):
        planned = pb.PlannedAction(side="ours", owner="u1", due="2026-05-15", title=title, promote=True)
        await qbr.do("RecordDecision", qbr_id=qbr_id, text=f"{title}, agreed", agreed_by=["u1"], action=planned)
    offer, training = sorted((await qbr.qbr(qbr_id)).actions, key=lambda a: a.title)
    common: dict[str, Any] = {"account_id": ACCOUNT, "plan_id": ids.derived("plan", "1")}
    await qbr.take(
        "growth",
        InitiativeProposed(
            **common, initiative_id=offer.initiative_id, title="Offer", owner="u1", due="2026-05-15", goal_ids=(),
            stakeholders=(BUYER,), opportunity_id=None, no_opportunity_ref=None, origin="qbr_action",
            from_action_id=offer.action_id,
        ),
        InitiativeProposalRefused(
            account_id=ACCOUNT, action_id=training.action_id, initiative_id=training.initiative_id, reason="no_owner"
        ),
        InitiativeCompleted(
            **common, initiative_id=offer.initiative_id, outcome="achieved", outcome_ref=None,
            from_action_id=offer.action_id,
        ),
    )  # fmt: skip
    await qbr.do("RescheduleAction", action_id=training.action_id, to="2026-05-29", reason="trainer is ill")
    await qbr.do("CompleteAction", action_id=offer.action_id, evidence_ref="crm:77")
    await qbr.until(utc(2026, 5, 20, 9))
    await qbr.do("CompleteAction", action_id=training.action_id, evidence_ref="crm:78")
    found = await qbr.ask.GetLedger(pb.GetLedgerRequest(account_id=str(ACCOUNT)))
    said = [(r.decision.text, r.action.title, r.initiative_state, r.outcome, r.kept) for r in found.rows]
    assert [r.action.moved for r in found.rows] == [0, 1]
    assert said == [
        ("Offer, agreed", "Offer", "Completed", "achieved", "kept"),
        ("Training, agreed", "Training", "Refused", "no_owner", "late"),
    ]  # fmt: skip
    assert [(s.side, s.kept, s.late, s.said_done_bp) for s in found.sides if s.due] == [("ours", 1, 1, 5000)]
    assert all(len(r.event_ids) >= 3 for r in found.rows)
    stay = await qbr.do("RecordDecision", qbr_id=qbr_id, text="We stay on GTX", agreed_by=["u1"])
    assert stay.id in {d.decision_id for d in (await qbr.qbr(qbr_id)).decisions}
    everywhere = await qbr.ask.GetLedger(pb.GetLedgerRequest())
    assert [(r.account, r.account_crm_id, r.account_id, r.kept) for r in everywhere.rows] == [
        ("Acme", "a1", str(ACCOUNT), kept) for kept in ("kept", "late", "")
    ]  # fmt: skip


async def test_preparation_times_are_told_of_five_or_more_and_never_of_a_person(qbr: Service) -> None:
    for user in ("u1", "u2"):
        await qbr.take("crm", CrmUserSeen(
            system="sugar", crm_id=user, revision=1, subject_id=ids.subject_id("sugar", "user", user), active=True,
            reports_to="boss"))  # fmt: skip
    for n in range(5):
        of = ids.account_id("sugar", f"b{n}")
        await qbr.key_account("A", of, owner="u1" if n else "u2")
        await qbr.do("PlanQBR", account_id=str(of))
        mine = next(s for s in (await qbr.listed()).series if s.account_id == str(of)).open_qbr_id
        await qbr.do("ScheduleQBR", qbr_id=mine, at="2026-04-14T08:30:00Z", accepted=[str(BUYER)])
        await qbr.do("StartPreparation", qbr_id=mine)
        await qbr.later(minutes=10 + n)
        await qbr.do("FreezeDataPack", qbr_id=mine)
        await qbr.do("PublishPack", qbr_id=mine, audience="internal")
        told = await qbr.ask.GetPreparationTimes(pb.GetPreparationTimesRequest())
        assert [(r.team, r.n, r.HasField("median_minutes")) for r in told.rows] == [
            ("", n + 1, n == 4),
            ("boss", n + 1, n == 4),
        ]
    assert [r.median_minutes for r in told.rows] == [12, 12]
    assert told.target_minutes == 45
    async with qbr.engine.begin() as conn:
        columns = (await conn.execute(text("SELECT * FROM preparation_activity"))).keys()
    assert set(columns) == {"qbr_id", "at"}, "not who"


async def test_the_past_is_shown_as_it_was(qbr: Service) -> None:
    qbr_id = await ready(qbr)
    await qbr.until(utc(2026, 4, 14, 12))
    await hold(qbr, qbr_id)
    for day, state in (("2026-01-16", "Planned"), ("2026-04-13", "Ready"), ("2026-04-14", "Held")):
        rows = (await qbr.listed(as_of=day)).rows
        assert [r.state for r in rows if r.qbr_id == qbr_id] == [state]
    assert (await qbr.qbr(qbr_id, "2026-04-13")).held.at == ""
    code, slug, _ = await refused(qbr.qbr(qbr_id, "2025-06-01"))
    assert (code, slug) == (grpc.StatusCode.NOT_FOUND, "qbr-unknown")
    listed = await qbr.listed(states=["Planned"], **{"from": "2026-07-01", "until": "2026-07-31"})
    assert [r.due_by for r in listed.rows] == ["2026-07-14"]
    assert not (await qbr.listed(owner_id="u9")).rows


async def test_a_command_runs_once(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.later(days=2)
    qbr_id, meta = await qbr.open(), qbr.meta()
    request = pb.SectionTextRequest(meta=meta, qbr_id=qbr_id, section="goals", text="Once")
    first, again = await qbr.tell.NoteAgenda(request), await qbr.tell.NoteAgenda(request)
    assert (first.repeated, again.repeated) == (False, True)
    assert first.event_ids == again.event_ids
    assert first.id == again.id == qbr_id
    stale = pb.QbrReasonRequest(meta=qbr.meta(expected_version=1), qbr_id=qbr_id, reason="x")
    code, slug, _ = await refused(qbr.tell.CancelQBR(stale))
    assert (code, slug) == (grpc.StatusCode.ABORTED, "version-changed")


async def test_wrong_fields_are_named_all_at_once(qbr: Service) -> None:
    request = pb.HoldQBRRequest(meta=qbr.meta(user_id=""), qbr_id="x", mode="by phone", customer=[pb.AttendeeInput()])
    code, slug, fields = await refused(qbr.tell.HoldQBR(request))
    assert (code, slug) == (grpc.StatusCode.INVALID_ARGUMENT, "fields-invalid")
    assert set(fields) == {"meta.user_id", "qbr_id", "mode", "customer[0].subject_id"}
    code, slug, _ = await refused(qbr.do("StartPreparation", qbr_id=str(uuid4())))
    assert (code, slug) == (grpc.StatusCode.NOT_FOUND, "qbr-unknown")
    code, slug, _ = await refused(qbr.do("PlanQBR", account_id=str(uuid4())))
    assert (code, slug) == (grpc.StatusCode.FAILED_PRECONDITION, "no-series")


async def test_one_qbr_of_a_series_is_open_at_a_time(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.do("PlanQBR", account_id=str(ACCOUNT))
    code, slug, _ = await refused(qbr.do("PlanQBR", account_id=str(ACCOUNT)))
    assert (code, slug) == (grpc.StatusCode.FAILED_PRECONDITION, "open-qbr-exists")


async def test_a_template_is_drafted_and_published(qbr: Service) -> None:
    [shipped] = (await qbr.ask.ListTemplates(pb.ListTemplatesRequest())).templates
    assert [s.key for s in shipped.agenda] == ["summary", "goals", "results", "risks", "next_steps"]
    code, slug, _ = await refused(qbr.do("DefineTemplate", template_id="std", document_json='{"agenda": []}'))
    assert (code, slug) == (grpc.StatusCode.FAILED_PRECONDITION, "fixed-section-missing")


async def test_a_rebuilt_read_model_is_the_same_and_nothing_is_sent_again(qbr: Service) -> None:
    qbr_id = await ready(qbr)
    await qbr.until(utc(2026, 4, 14, 12))
    await hold(qbr, qbr_id)
    action = pb.PlannedAction(side="ours", owner="u1", due="2026-05-15", title="Offer", promote=True)
    await qbr.do("RecordDecision", qbr_id=qbr_id, text="Yes", agreed_by=["u1"], action=action)
    await qbr.until(utc(2026, 6, 1))
    pack = await qbr.ask.GetPack(pb.GetPackRequest(qbr_id=qbr_id))
    before, events = await qbr.rows(), len(await qbr.log())
    await Projector(qbr.projector.projection, qbr.engine).rebuild(page=7)
    assert await qbr.rows() == before
    assert await qbr.settle() == 0
    assert len(await qbr.log()) == events
    again = await qbr.ask.GetPack(pb.GetPackRequest(qbr_id=qbr_id))
    assert (again.canonical_json, again.matches) == (pack.canonical_json, True)


async def test_repeats_of_facts_and_lost_positions_of_processes_send_nothing_twice(qbr: Service) -> None:
    qbr_id = await ready(qbr)
    await qbr.until(utc(2026, 4, 14, 12))
    await hold(qbr, qbr_id)
    action = pb.PlannedAction(side="ours", owner="u1", due="2026-04-20", title="Offer", promote=True)
    await qbr.do("RecordDecision", qbr_id=qbr_id, text="Yes", agreed_by=["u1"], action=action)
    await qbr.until(utc(2026, 6, 1))
    told = Counter(
        (r.stream_id, e.TYPE, getattr(e, "step", ""), getattr(e, "due_version", 0)) for r, e in await qbr.public()
    )
    timers = {
        k: n for k, n in told.items() if k[1] in ("QBRDueSoon", "QBRMissed", "ActionItemOverdue", "ActionItemDueSoon")
    }
    assert set(timers.values()) == {1}
    async with qbr.engine.begin() as conn:  # a restart that has forgotten which timers fired, and a clock set back
        await conn.execute(text("UPDATE timers SET fired_at = NULL"))
    for at in (utc(2026, 5, 1), utc(2026, 4, 1), utc(2026, 7, 1)):
        await qbr.until(at)
    again = Counter(
        (r.stream_id, e.TYPE, getattr(e, "step", ""), getattr(e, "due_version", 0)) for r, e in await qbr.public()
    )
    assert {k: n for k, n in again.items() if k in timers} == timers
    assert not [k for k, n in again.items() if k[1].endswith(("Overdue", "Missed", "DueSoon")) and n > 1]


async def test_time_waits_while_a_source_is_behind(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.take("crm", SourceLagExceeded(system="sugar"))
    await qbr.until(utc(2026, 6, 1))
    assert not (await qbr.listed()).rows
    await qbr.take("crm", SourceLagCleared(system="sugar"))
    assert [r.state for r in (await qbr.listed()).rows] == ["Missed"]


async def test_standards_of_the_company_count_for_new_rhythms(qbr: Service) -> None:
    document = {"standards": {"qbr_interval_days": {"A": 60}, "qbr_grace_days": {"A": 7}}}
    await qbr.take("accounts", tiers.StandardsActivated(
        policy_version=2, document=document, effective_from=qbr.clock.now(), by="user:h", signed_off=True))  # fmt: skip
    await qbr.key_account("A")
    assert [(s.interval_days, s.grace_days, s.due_by) for s in (await qbr.listed()).series] == [(60, 7, "2026-03-16")]


async def test_events_status_and_health(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.later(days=2)
    status = await qbr.ask.GetStatus(pb.GetQbrStatusRequest())
    assert (status.series, status.open_qbrs, status.dead_letters, status.freshness.caught_up) == (1, 1, 0, True)
    planned = next(r for r in await qbr.log() if isinstance(r.event, Qbr.QBRPlanned))
    event = await qbr.ask.GetEvent(GetEventRequest(event_id=planned.event_id))
    assert (event.type, event.account_id, event.actor) == ("qbr.QBRPlanned", str(ACCOUNT), "system:qbr")
    assert event.causation_id.startswith("qbr:")
