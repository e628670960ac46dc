"""Answers of a qbr service that never was: one QBR in each state, on the accounts of `demo`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from shared.protos import accounts_pb2 as common
from shared.protos import qbr_pb2 as pb
from tests.unit.portal import demo

STATES = (
    "Missed",
    "Proposed",
    "Planned",
    "Scheduled",
    "Preparing",
    "Ready",
    "Held",
    "FollowUp",
    "Closed",
    "Postponed",
    "Waived",
    "Planned",
)
DAYS = {
    "Missed": -40,
    "Proposed": -6,
    "Planned": 21,
    "Scheduled": 34,
    "Preparing": 12,
    "Ready": 3,
    "Held": -1,
    "FollowUp": -8,
    "Closed": -95,
    "Postponed": 5,
    "Waived": -60,
}
ALLOWED = {
    "Planned": ["ScheduleQBR", "PostponeQBR", "CancelQBR", "WaiveQBR", "NoteAgenda"],
    "Missed": ["ScheduleQBR", "WaiveQBR", "NoteAgenda"],
    "Postponed": ["ScheduleQBR", "CancelQBR", "WaiveQBR", "NoteAgenda"],
    "Scheduled": [
        "RecordAcceptance",
        "RescheduleQBR",
        "PostponeQBR",
        "CancelQBR",
        "WaiveQBR",
        "StartPreparation",
        "NoteAgenda",
    ],
    "Preparing": [
        "RecordAcceptance",
        "RescheduleQBR",
        "PostponeQBR",
        "CancelQBR",
        "WaiveQBR",
        "NoteAgenda",
        "RecordPreparationActivity",
        "FreezeDataPack",
        "AnnotatePack",
        "PublishPack",
    ],
    "Ready": [
        "RescheduleQBR",
        "PostponeQBR",
        "WaiveQBR",
        "NoteAgenda",
        "FreezeDataPack",
        "AnnotatePack",
        "PublishPack",
        "HoldQBR",
    ],
    "Proposed": ["ConfirmProposedQBR", "DismissProposedQBR"],
    "Held": ["CorrectQBR", "RetractQBR", "RateQBR", "RecordDecision", "AgreeAction", "ApproveMinutes", "NoteAgenda"],
    "FollowUp": [
        "CorrectQBR",
        "RetractQBR",
        "RateQBR",
        "RecordDecision",
        "AgreeAction",
        "SendSummary",
        "CloseQBR",
        "NoteAgenda",
    ],
    "Closed": ["CorrectQBR", "RetractQBR", "RateQBR"],
}
HASH = "sha256:" + "4fe2" * 16
AGENDA = (
    ("summary", "Überblick", "Summary", 5),
    ("goals", "Ziele", "Goals", 15),
    ("results", "Ergebnisse", "Results", 20),
    ("risks", "Risiken", "Risks", 15),
    ("next_steps", "Nächste Schritte", "Next steps", 5),
)
SECTIONS = (
    "changes",
    "goals",
    "results",
    "value",
    "pipeline",
    "renewals",
    "cases",
    "usage",
    "risk",
    "stakeholders",
    "promises",
    "whitespace",
    "next_goals",
    "open_questions",
)


def qbr_id(n: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"qbr/{n}"))


def ids(name: str, n: int = 0) -> str:
    return str(uuid5(NAMESPACE_URL, f"{name}/{n}"))


def by_state(state: str) -> str:
    """The QBR of the demo that is in a state."""
    return qbr_id(STATES.index(state))


def row(n: int) -> pb.QbrRow:
    account, state = demo.portfolio().rows[n % 12], STATES[n % 12]
    on = demo.TODAY + timedelta(days=DAYS[state] + (40 if n == 11 else 0))
    dated = state not in ("Missed", "Planned", "Postponed", "Waived")
    return pb.QbrRow(
        qbr_id=qbr_id(n),
        account_id=account.account_id,
        account_crm_id=account.crm_id,
        account=account.name,
        tier=account.tier if account.tier in "ABC" else "C",
        state=state,
        due_by=(on + timedelta(days=2 if dated else 0)).isoformat(),
        grace_days=14,
        at=f"{on}T09:00:00Z" if dated else "",
        on=on.isoformat(),
        overdue=state == "Missed",
        moves=2 if state == "Ready" else 0,
        owner_id=account.owner_id,
        owner=account.owner,
        open_actions=2 if state in ("Held", "FollowUp") else 0,
        actions=3 if state in ("Held", "FollowUp", "Closed") else 0,
        event_id=f"qbr:{100 + n}",
        time_zone="Europe/Berlin",
    )


def series(n: int) -> pb.SeriesRow:
    account = demo.portfolio().rows[n]
    state = STATES[n]
    return pb.SeriesRow(
        account_id=account.account_id,
        account_crm_id=account.crm_id,
        account=account.name,
        state="Paused" if n == 10 else "Active",
        tier=row(n).tier,
        interval_days=91,
        grace_days=14,
        due_by=row(n).due_by,
        last_held_on=(demo.TODAY - timedelta(days=88 + n)).isoformat(),
        open_qbr_id=qbr_id(n) if state in ("Planned", "Scheduled", "Preparing", "Ready", "Missed", "Postponed") else "",
        paused_until="2027-01-15" if n == 10 else "",
        event_id=f"qbr:{20 + n}",
        owner_id=account.owner_id,
        owner=account.owner,
        pull_forward_to=(demo.TODAY + timedelta(days=30)).isoformat() if n == 0 else "",
    )


def listed(account_ids: list[str], as_of: str, count: int = 12) -> pb.ListQbrsResponse:
    rows = [r for n in range(count) if (r := row(n)).account_id in account_ids or not account_ids]
    found = [s for n in range(12) if (s := series(n)).account_id in account_ids or not account_ids]
    return pb.ListQbrsResponse(as_of=as_of, rows=rows, series=found)


def action(n: int, of: str, account: str, **more: Any) -> pb.Action:
    people = demo_people(account)
    side = "customer" if n == 2 else "ours"
    values: dict[str, Any] = {
        "action_id": ids("action", n),
        "qbr_id": of,
        "account_id": account,
        "state": ["Agreed", "InProgress", "Agreed"][n],
        "side": side,
        "owner": people[0] if side == "customer" else "u-77",
        "due": (demo.TODAY + timedelta(days=[-3, 14, 30][n])).isoformat(),
        "first_due": (demo.TODAY + timedelta(days=[-20, 14, 30][n])).isoformat(),
        "moved": [2, 0, 0][n],
        "overdue": n == 0,
        "blocked": n == 1,
        "blocked_reason": "waits for access to the test system" if n == 1 else "",
        "title": ["Send the migration concept", "Set up the joint backlog", "Name a data owner"][n],
        "decision_id": ids("decision", 0) if n < 2 else "",
        "initiative_id": ids("initiative", 0) if n == 1 else "",
        "event_id": f"qbr:{220 + n}",
    }
    return pb.Action(**{**values, **more})


def demo_people(account_id: str) -> list[str]:
    crm_id = next(r.crm_id for r in demo.portfolio().rows if r.account_id == account_id)
    answer = demo.account(crm_id)
    assert answer is not None
    return [s.subject_id for s in answer.stakeholders]


def detail(qbr: str, as_of: str) -> pb.GetQbrResponse | None:
    n = next((n for n in range(12) if qbr_id(n) == qbr), None)
    if n is None:
        return None
    head, state = row(n), STATES[n]
    people = demo_people(head.account_id)
    after = state in ("Held", "FollowUp", "Closed")
    answer = pb.GetQbrResponse(
        as_of=as_of,
        qbr=head,
        allowed=ALLOWED.get(state, []),
        series=series(n),
        template=template(),
        history=[
            pb.HistoryEntry(
                at="2026-11-02T08:00:00Z", what="QBRScheduled", actor="user:demo", event_id=f"qbr:{100 + n}"
            ),
            pb.HistoryEntry(
                at="2026-09-01T08:00:00Z",
                what="QBRPlanned",
                actor="policy:qbr_cycle",
                event_id="qbr:77",
                facts={"due_by": head.due_by},
            ),
        ],
    )
    if state in ("Scheduled", "Preparing", "Ready"):
        answer.invitees.add(subject_id=people[0], name="Jana Weiss", accepted=True)
        answer.invitees.add(subject_id=people[1], name="", accepted=False)
        answer.notes.add(
            section="goals",
            text="Ask for the new plant",
            author="u-77",
            written_at="2026-11-10T09:12:00Z",
            event_id="qbr:90",
        )
    if state == "Preparing":
        answer.preparation_minutes, answer.preparation_running = 23, True
    if state in ("Ready", "Held", "FollowUp", "Closed"):
        answer.preparation_minutes = 31
        answer.packs.add(
            pack_hash=HASH,
            frozen_at="2026-11-12T08:00:00Z",
            template_id="std",
            template_version=1,
            locale="de",
            event_id="qbr:95",
            published_to=["internal"],
        )
        answer.annotations.add(
            section="goals",
            text="Seats are the lever",
            author="u-77",
            event_id="qbr:96",
            written_at="2026-11-12T09:12:00Z",
        )
    if after:
        answer.held.CopyFrom(
            pb.Held(
                at=head.at,
                mode="onsite",
                minutes=75,
                days_vs_due=-2,
                pack_hash=HASH,
                economic_buyer_present=True,
                customer=[pb.Attendee(subject_id=people[0], name="Jana Weiss", roles=["ECONOMIC_BUYER"])],
                own=[pb.Attendee(subject_id="u-77", name="Versie Hillebrand")],
                ratings=[4, 3, 5, 4],
                rating_criteria_version=1,
                next_qbr="2027-02-16",
                event_id="qbr:200",
                results={"our_ask": "A reference"},
            )
        )
        answer.decisions.add(
            decision_id=ids("decision"),
            text="We migrate the Rostock plant first.\nThe rest follows.",
            agreed_by=[people[0], "u-77"],
            at=head.at,
            event_id="qbr:210",
        )
        answer.actions.extend(action(i, qbr, head.account_id) for i in range(3))
    if state in ("FollowUp", "Closed"):
        answer.closing.CopyFrom(
            pb.Closing(
                minutes_approved_at="2026-11-09T08:00:00Z",
                minutes="All agreed.",
                summary_due="2026-11-10",
                closed_at="2026-11-12T08:00:00Z" if state == "Closed" else "",
                summary_sent_at="2026-11-10T08:00:00Z" if state == "Closed" else "",
            )
        )
        answer.missing_to_close.extend(["next_qbr"] if state == "FollowUp" else [])
    if state == "Proposed":
        answer.proposed_meeting_crm_id = "m-4711"
    return answer


def template() -> pb.Template:
    return pb.Template(
        template_id="std",
        version=1,
        state="Published",
        event_id="qbr:1",
        agenda=[pb.Section(key=k, title_de=d, title_en=e, minutes=m) for k, d, e, m in AGENDA],
        result_fields=[pb.ResultField(key="our_ask", title_de="Unsere Bitte", title_en="Our ask", required=False)],
        pack_sections=SECTIONS,
    )


def status() -> pb.GetQbrStatusResponse:
    fresh = common.Freshness(crm_event_at="2026-11-15T03:58:38Z", position=9, caught_up=True)
    return pb.GetQbrStatusResponse(events=512, series=12, open_qbrs=7, armed_timers=31, dead_letters=1, freshness=fresh)
