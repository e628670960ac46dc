"""A QBR from the key account to the close, through the public API, with the clock moved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from shared.protos import qbr_pb2 as pb
from tests.integration.qbr_chain import ACCOUNT, BUYER, USER, Service, qbr_service


@pytest.fixture
async def qbr(dsn: str) -> AsyncIterator[Service]:
    async with qbr_service(dsn) as service:
        yield service


async def test_a_key_account_gets_a_series_and_its_qbr_is_planned_when_the_window_opens(qbr: Service) -> None:
    await qbr.key_account("A")
    found = await qbr.listed()
    assert [(s.account, s.tier, s.due_by, s.state) for s in found.series] == [("Acme", "A", "2026-04-16", "Active")]
    assert not found.rows
    await qbr.until(datetime(2026, 1, 15, 22, 59, tzinfo=UTC))
    assert not (await qbr.listed()).rows
    await qbr.until(datetime(2026, 1, 15, 23, 0, tzinfo=UTC))  # midnight in Berlin: 90 days before it is due
    rows = (await qbr.listed()).rows
    assert [(r.state, r.due_by, r.on, r.owner_id) for r in rows] == [("Planned", "2026-04-16", "2026-04-16", "u1")]


async def test_the_whole_cycle(qbr: Service) -> None:
    await qbr.key_account("A")
    await qbr.later(days=2)
    qbr_id = await qbr.open()
    await qbr.do(
        "ScheduleQBR", qbr_id=qbr_id, at="2026-04-14T08:30:00Z", invitees=[str(BUYER), str(USER)], accepted=[str(BUYER)]
    )
    await qbr.until(datetime(2026, 4, 1, 8, tzinfo=UTC))
    await qbr.do("RecordAcceptance", qbr_id=qbr_id, subject_id=str(USER))
    await qbr.do("StartPreparation", qbr_id=qbr_id)
    for _ in range(3):
        await qbr.later(minutes=10)
        await qbr.do("RecordPreparationActivity", qbr_id=qbr_id)
    await qbr.later(hours=3)  # a pause
    await qbr.do("NoteAgenda", qbr_id=qbr_id, section="goals", text="Ask about the roll-out")
    frozen = await qbr.do("FreezeDataPack", qbr_id=qbr_id, locale="de")
    await qbr.do("AnnotatePack", qbr_id=qbr_id, section="usage", text="Seats grow")
    await qbr.later(minutes=5)
    await qbr.do("PublishPack", qbr_id=qbr_id, audience="customer")
    page = await qbr.qbr(qbr_id)
    assert page.qbr.state == "Ready"
    assert page.preparation_minutes == 35
    assert [(n.section, n.text, n.author) for n in page.notes] == [("goals", "Ask about the roll-out", "user:u1")]
    assert [p.published_to for p in page.packs] == [["customer"]]

    pack = await qbr.ask.GetPack(pb.GetPackRequest(qbr_id=qbr_id))
    assert pack.frozen
    assert pack.matches
    assert pack.pack_hash == "sha256:" + hashlib.sha256(pack.canonical_json).hexdigest() == page.packs[0].pack_hash
    assert frozen.event_ids[0] == page.packs[0].event_id
    assert json.loads(pack.canonical_json)["account_id"] == str(ACCOUNT)
    assert {s.section for s in pack.sections} >= {"goals", "pipeline", "risk", "promises"}

    await qbr.until(datetime(2026, 4, 14, 10, tzinfo=UTC))
    await qbr.do(
        "HoldQBR", qbr_id=qbr_id, effective_at="2026-04-14T08:30:00Z", mode="onsite", minutes=75,
        customer=[pb.AttendeeInput(subject_id=str(BUYER), roles=["ECONOMIC_BUYER"])], own=["u1", "u2"],
        ratings=[4, 3, 5, 4], next_qbr="2026-07-14", results={"our_ask": "A reference"},
    )  # fmt: skip
    page = await qbr.qbr(qbr_id)
    assert page.qbr.state == "Held"
    assert (page.held.days_vs_due, page.held.economic_buyer_present, list(page.held.ratings)) == (
        -2,
        True,
        [4, 3, 5, 4],
    )
    assert dict(page.held.results) == {"our_ask": "A reference"}
    assert page.missing_to_close[:2] == ["minutes", "actions"]
    planned = [r for r in (await qbr.listed()).rows if r.state == "Planned"]
    assert [r.due_by for r in planned] == ["2026-07-14"]  # 91 days later, planned by itself

    await qbr.do(
        "RecordDecision", qbr_id=qbr_id, text="We extend the pilot", agreed_by=["u1", str(BUYER)],
        action=pb.PlannedAction(side="ours", owner="u1", due="2026-05-15",
            title="Offer for the extension", promote=True),
    )  # fmt: skip
    await qbr.do(
        "AgreeAction", qbr_id=qbr_id,
        action=pb.PlannedAction(side="customer", owner=str(BUYER), due="2026-04-30", title="Name the key users"),
    )  # fmt: skip
    await qbr.do("ApproveMinutes", qbr_id=qbr_id, text="As agreed")
    await qbr.until(datetime(2026, 4, 15, 8, tzinfo=UTC))
    await qbr.do("SendSummary", qbr_id=qbr_id)
    await qbr.do("CloseQBR", qbr_id=qbr_id)
    page = await qbr.qbr(qbr_id)
    assert page.qbr.state == "Closed"
    assert [(d.text, list(d.agreed_by)) for d in page.decisions] == [("We extend the pilot", ["u1", str(BUYER)])]
    assert [(a.side, a.state, bool(a.initiative_id)) for a in page.actions] == [
        ("customer", "Agreed", False), ("ours", "Agreed", True)
    ]  # fmt: skip

    await qbr.until(datetime(2026, 4, 26, 22, 0, tzinfo=UTC))  # three business days before
    assert await qbr.public("ActionItemDueSoon")
    await qbr.until(datetime(2026, 4, 30, 22, 0, tzinfo=UTC))  # the customer's day is over in Berlin
    ledger = await qbr.ask.GetLedger(pb.GetLedgerRequest(account_id=str(ACCOUNT)))
    assert [(r.action.title, r.kept, r.initiative_state) for r in ledger.rows] == [
        ("Offer for the extension", "open", "Promoted"), ("Name the key users", "broken", "")
    ]  # fmt: skip
    await told_as_expected(qbr)


async def told_as_expected(qbr: Service) -> None:
    """Every public event, in order, with the payloads that others rely on."""
    told = await qbr.public()
    assert [e.TYPE for _, e in told] == [
        "QbrTemplatePublished", "QBRSeriesStarted", "QBRPlanned", "QBRDueSoon", "QBRScheduled", "QBRDueSoon",
        "QBRDueSoon", "QBRAcceptanceRecorded", "QBRPreparationStarted", "QBRAgendaNoted", "QBRDataPackFrozen",
        "QBRPackAnnotated", "QBRPackPublished", "QBRHeld", "QBRRated", "QBRResultsRecorded", "QBRSeriesRetimed",
        "QBRPlanned", "QBRDecisionRecorded", "ActionItemAgreed", "ActionItemPromoted", "ActionItemAgreed",
        "QBRMinutesApproved",
        "QBRDueSoon", "QBRSummarySent", "QBRClosed", "ActionItemDueSoon", "ActionItemOverdue",
    ]  # fmt: skip
    by = {e.TYPE: (r, e) for r, e in told}
    held, data = by["QBRHeld"]
    assert held.effective_at == datetime(2026, 4, 14, 8, 30, tzinfo=UTC)
    assert data.model_dump(mode="json") == {
        "account_id": str(ACCOUNT), "qbr_id": str(held.stream_id), "series_id": str(data.series_id),  # type: ignore[attr-defined]
        "due_by": "2026-04-16", "days_vs_due": -2, "mode": "onsite", "minutes": 75,
        "template": {"id": "std", "version": 1}, "pack_hash": by["QBRDataPackFrozen"][1].pack_hash,  # type: ignore[attr-defined]
        "attendees": {"customer": [{"subject": str(BUYER), "roles": ["ECONOMIC_BUYER"]}], "own": ["u1", "u2"]},
        "economic_buyer_present": True, "rating": {"criteria_version": 1, "values": [4, 3, 5, 4]},
        "next_qbr": "2026-07-14",
    }  # fmt: skip
    promoted = by["ActionItemPromoted"][1].model_dump()
    assert promoted["owner"] == "u1"
    assert promoted["stakeholders"] == (BUYER,)
    assert promoted["no_opportunity_reason"]
    overdue, event = by["ActionItemOverdue"]
    assert overdue.effective_at == datetime(2026, 4, 30, 22, 0, tzinfo=UTC)
    assert (event.due, event.late_by_s, event.side) == (date(2026, 4, 30), 0, "customer")  # type: ignore[attr-defined]
    assert all(
        r.correlation_id or r.actor.startswith("user:") or r.topic.startswith("qbr.QbrTemplate") for r, _ in told
    )
