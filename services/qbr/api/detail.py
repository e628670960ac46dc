"""The page of one QBR: what its events say, with the words and names that they only refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.api import messages
from services.qbr.api.messages import Names, day, instant, words
from services.qbr.app import texts
from services.qbr.deadlines import Calendar
from services.qbr.domain.review.states import AT_WORK, OPEN, allowed
from services.qbr.policy.preparation import active_minutes
from services.qbr.reads import accounts, states
from services.qbr.reads.asof import AsOf
from services.qbr.reads.states import Row
from shared.people import names
from shared.protos import qbr_pb2 as pb

_REFS = ("text_ref",)


async def detail(conn: AsyncConnection, asof: AsOf, row: Row, calendar: Calendar, now: datetime) -> pb.GetQbrResponse:
    """Everything about one QBR at an instant."""
    qbr_id, account_id = row["qbr_id"], row["account_id"]
    told = await states.told(conn, asof, qbr_id=qbr_id)
    actions = await states.actions(conn, asof, qbr_id=qbr_id)
    known = await _names(conn, row, told, actions, calendar, asof)
    series = (await states.series(conn, asof, [account_id])).get(account_id)
    others = await states.qbrs(conn, asof, [account_id])
    following = next((q for q in others if q["state"] in OPEN and q["qbr_id"] != qbr_id), None)
    closed_by = {r["action_id"]: r["data"] for r in told if r["type"] in ("ActionItemDone", "ActionItemDropped")}
    today = asof.shown.astimezone(calendar.zone).date()
    held = _held(told, known)
    template = await states.template(conn, row["template_id"], row["template_version"])
    done = sum(a["state"] in ("Agreed", "InProgress") for a in actions)
    return pb.GetQbrResponse(
        as_of=instant(asof.shown), qbr=messages.qbr_row(row, known, asof.shown, (len(actions), done)),
        template=messages.template(template) if template else None,
        invitees=[
            pb.Invitee(subject_id=str(p), name=known.person(p), accepted=p in row["accepted"]) for p in row["invitees"]
        ],
        notes=[_note(r, known) for r in told if r["type"] == "QBRAgendaNoted"],
        annotations=[_note(r, known) for r in told if r["type"] == "QBRPackAnnotated"],
        packs=_packs(told), held=held,
        decisions=[messages.decision(r, known) for r in told if r["type"] == "QBRDecisionRecorded"],
        actions=[messages.action(a, known, today, closed_by.get(a["action_id"])) for a in actions],
        closing=_closing(told, row, known, calendar), history=messages.history(told), allowed=allowed(row["state"]),
        missing_to_close=_missing(told, row, actions, following is not None or _over(series), template),
        preparation_minutes=await _minutes(conn, row, told, calendar, now), preparation_running=row["state"] in AT_WORK,
        series=messages.series_row(series, known, following["qbr_id"] if following else _own(row)) if series else None,
        proposed_meeting_crm_id=words(row["meeting_crm_id"]),
    )  # fmt: skip


def _over(series: Row | None) -> bool:
    """No QBR follows: the rhythm has ended."""
    return series is not None and series["state"] == "Ended"


def _own(row: Row) -> UUID | None:
    return row["qbr_id"] if row["state"] in OPEN else None


async def _names(
    conn: AsyncConnection, row: Row, told: Sequence[Row], actions: Sequence[Row], calendar: Calendar, asof: AsOf
) -> Names:
    cards = await accounts.cards(conn, [row["account_id"]], asof.before)
    persons, staff, refs = set(row["invitees"]), {c.owner_id for c in cards.values()}, set[UUID]()
    for r in told:
        data = r["data"]
        refs |= {UUID(data[name]) for name in _REFS if data.get(name)} | {
            UUID(v) for v in data.get("results", {}).values()
        }
        if there := data.get("attendees"):
            persons |= {UUID(a["subject"]) for a in there["customer"]}
            staff |= set(there["own"])
    for a in actions:
        if a["side"] == "customer":
            persons.add(UUID(a["owner"]))
        else:
            staff.add(a["owner"])
    return Names(
        cards, calendar.zone, await accounts.staff_names(conn, staff), await names(conn, persons) if persons else {},
        await texts.words(conn, refs),
    )  # fmt: skip


def _note(r: Row, known: Names) -> pb.NoteRow:
    data = r["data"]
    return pb.NoteRow(
        section=data["section"], text=known.text(data["text_ref"]), author=r["actor"],
        written_at=instant(r["recorded_at"]), event_id=r["event_id"], customer=data.get("customer", False),
    )  # fmt: skip


def _packs(told: Sequence[Row]) -> list[pb.PackVersion]:
    published: dict[str, dict[str, list[str]]] = {}
    for r in told:
        if r["type"] == "QBRPackPublished":
            released = published.setdefault(r["data"]["pack_hash"], {})
            released[r["data"]["audience"]] = r["data"].get("shared_sections", [])
    return [
        pb.PackVersion(
            pack_hash=data["pack_hash"], frozen_at=data["pack_at"], template_id=data["template"]["id"],
            template_version=data["template"]["version"], locale=data["locale"], watermark=data["watermark"],
            event_id=r["event_id"], published_to=list(released := published.get(data["pack_hash"], {})),
            shared_sections=released.get("customer", []),
        )
        for r in reversed(told)
        if r["type"] == "QBRDataPackFrozen" and (data := r["data"])
    ]  # fmt: skip


def _held(told: Sequence[Row], known: Names) -> pb.Held | None:
    found = [r for r in told if r["type"] in ("QBRHeld", "QBRHeldCorrected")]
    if not found or any(r["type"] == "QBRHeldRetracted" for r in told):
        return None
    last: Mapping[str, Any] = found[-1]["data"]
    rated = [r["data"]["rating"] for r in told if r["type"] == "QBRRated"]
    rating = rated[-1] if rated else last["rating"]
    results = {
        k: known.text(v) for r in told if r["type"] == "QBRResultsRecorded" for k, v in r["data"]["results"].items()
    }
    return pb.Held(
        at=last["held_at"], mode=last["mode"], minutes=last["minutes"], days_vs_due=last["days_vs_due"],
        pack_hash=words(last["pack_hash"]),
        customer=[
            pb.Attendee(subject_id=a["subject"], name=known.person(UUID(a["subject"])), roles=a["roles"])
            for a in last["attendees"]["customer"]
        ],
        own=[pb.Attendee(subject_id=u, name=known.staff.get(u, "")) for u in last["attendees"]["own"]],
        economic_buyer_present=last["economic_buyer_present"],
        rating_criteria_version=rating["criteria_version"] if rating else 0, ratings=rating["values"] if rating else [],
        next_qbr=words(last["next_qbr"]), event_id=found[-1]["event_id"], corrected=len(found) > 1, results=results,
    )  # fmt: skip


def _closing(told: Sequence[Row], row: Row, known: Names, calendar: Calendar) -> pb.Closing:
    by = {r["type"]: r for r in told}

    def at(kind: str) -> str:
        return instant(by[kind]["effective_at"]) if kind in by else ""

    closed = by["QBRClosed"]["data"] if "QBRClosed" in by else {}
    minutes = by["QBRMinutesApproved"]["data"]["text_ref"] if "QBRMinutesApproved" in by else None
    return pb.Closing(
        minutes_approved_at=at("QBRMinutesApproved"), minutes=known.text(minutes), summary_sent_at=at("QBRSummarySent"),
        summary_due=day(calendar.summary_due(row["held_on"])) if row["held_on"] else "", closed_at=at("QBRClosed"),
        no_action_reason=words(closed.get("no_action_reason")), next_qbr_id=words(closed.get("next_qbr_id")),
    )  # fmt: skip


def _missing(told: Sequence[Row], row: Row, actions: Sequence[Row], followed: bool, template: Row | None) -> list[str]:
    """What keeps a held QBR from being closed."""
    if row["state"] not in ("Held", "FollowUp"):
        return []
    filled = {k for r in told if r["type"] == "QBRResultsRecorded" for k in r["data"]["results"]}
    wanted = {f["key"] for f in template["document"].get("result_fields", ()) if f["required"]} if template else set()
    checks = {
        "minutes": row["state"] == "FollowUp", "actions": bool(actions), "next_qbr": followed,
        "results": wanted <= filled,
    }  # fmt: skip
    return [name for name, ok in checks.items() if not ok]


async def _minutes(conn: AsyncConnection, row: Row, told: Sequence[Row], calendar: Calendar, now: datetime) -> int:
    """Active preparation: while it runs up to now, later as it was published."""
    if row["state"] in AT_WORK:
        worked = await texts.activity(conn, row["qbr_id"])
        return active_minutes([w for w in worked if w <= now], calendar.cycle.pause_that_ends_activity_minutes)
    published = [r["data"]["active_minutes"] for r in told if r["type"] == "QBRPackPublished"]
    return published[-1] if published else 0
