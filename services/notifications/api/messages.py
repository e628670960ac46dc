"""Read models → protobuf. What is not known is empty."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.notifications.policy.delivery import Wishes
from services.notifications.policy.documents import RuleBook
from services.notifications.policy.wording import sentence
from services.notifications.reads.alerts import Case
from shared.protos import notifications_pb2 as pb

Row = Mapping[str, Any]


def instant(value: datetime | None) -> str:
    """RFC 3339 in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value is not None else ""


def alert(c: Case, book: RuleBook, zone: ZoneInfo) -> pb.Alert:
    """An alert as lists show it."""
    h, rule = c.head, book.rule(c.head["rule"])
    return pb.Alert(
        alert_id=str(h["alert_id"]), account_id=str(h["account_id"]), account_name=h["account_name"], rule=h["rule"],
        rule_name=rule.name["de"], rule_name_en=rule.name["en"], part=h["part"], subject=h["subject"],
        epoch=h["epoch"], severity=h["severity"], tier=h["tier"] or "", status=h["status"], level=c.level,
        raised_at=instant(h["raised_at"]), changed_at=instant(c.log[-1]["effective_at"]) if c.log else "",
        acknowledged_by=c.acknowledged_by, snoozed_until=c.snoozed_until, under_alert_id=c.under,
        text=sentence(book, c.title, c.facts, "de", zone), text_en=sentence(book, c.title, c.facts, "en", zone),
        persons=sorted(p for p, d in c.people.items() if d.get("at")), open=c.open, ended_by_event=c.by_event,
        account_crm_id=h["crm_id"],
    )  # fmt: skip


def step(s: Row) -> pb.Step:
    """One step of the schedule, and what became of it."""
    return pb.Step(
        key=s["key"], due_at=instant(datetime.fromisoformat(s["due_at"])), level=s["level"], to=s["to"],
        unless=s["unless"], urgency=s["urgency"], exhaust=s["exhaust"], state=s["state"],
    )  # fmt: skip


def entry(r: Row) -> pb.LedgerEntry:
    """One line of the ledger."""
    d = r["data"]
    return pb.LedgerEntry(
        event_id=r["event_id"], type=r["type"], status=r["status"], at=instant(r["effective_at"]), actor=r["actor"],
        person=r["person"] or "", channel=r["channel"] or "", why=_why(d), until=d.get("until") or d.get("at") or "",
        level=d.get("level") or 0, data_json=json.dumps(d, sort_keys=True, ensure_ascii=False),
    )  # fmt: skip


def _why(d: Row) -> str:
    why = d.get("why") or d.get("reason") or d.get("by_event") or ""
    return why if isinstance(why, str) else ", ".join(why)


def delivery(r: Row) -> pb.Delivery:
    """One message."""
    return pb.Delivery(
        delivery_id=str(r["delivery_id"]), alert_id=str(r["alert_id"] or ""), digest_id=str(r["digest_id"] or ""),
        person=r["person"], channel=r["channel"], status=r["status"], attempts=r["attempts"],
        unanswered=r["unanswered"], message_id=r["message_id"], created_at=instant(r["created_at"]),
        sent_at=instant(r["sent_at"]), next_at=instant(r["next_at"]), error=r["error"],
    )  # fmt: skip


def inbox_item(c: Case, inbox: str, latest: datetime, book: RuleBook, zone: ZoneInfo) -> pb.InboxItem:
    """An alert as its reader sees it. `latest`: so far a snooze may reach."""
    mine, limits = c.people.get(inbox, {}), book.limits
    until = min((latest, *(datetime.fromisoformat(s["due_at"]) for s in c.steps.values() if s["state"] == "waiting")))
    snooze = c.open and c.level < limits.snooze_below_level and c.snoozes < limits.snoozes
    return pb.InboxItem(
        alert=alert(c, book, zone), delivered_at=instant(mine.get("at")), seen=bool(mine.get("seen")),
        role=mine.get("role", ""), digest_id=str(mine.get("digest") or ""), may_snooze=snooze, inbox=inbox,
        via="digest" if mine.get("digest") else "in_app", snooze_until=instant(until) if snooze else "",
    )  # fmt: skip


def timer(r: Row, book: RuleBook, zone: ZoneInfo) -> pb.NextTimer:
    """An armed timer and why."""
    d = r["data"]
    last = (r["anchors"] or [None])[-1]
    rule = book.rule(d["rule"])
    text, text_en = ((sentence(book, last["title"], last["facts"], x, zone) if last else "") for x in ("de", "en"))
    return pb.NextTimer(
        due_at=instant(r["due_at"]), rule=d["rule"], rule_name=rule.name["de"], rule_name_en=rule.name["en"],
        part=d.get("part", ""), what=d.get("what", "raise"), subject=d.get("subject", ""),
        anchor=str(d.get("anchor", "")), alert_id=d.get("alert", ""), level=d.get("level") or 0,
        to=d.get("to") or (), text=text, text_en=text_en,
        account_id=d.get("account", ""), account_name=r["name"], account_crm_id=r["crm_id"],
        paused_by=d.get("paused_by") or "",
    )  # fmt: skip


def line(r: Row, kind: str, book: RuleBook, zone: ZoneInfo) -> pb.LedgerLine:
    """One line of the ledger across alerts."""
    rule, facts = book.rule(r["rule"]), r["facts"] or {}
    return pb.LedgerLine(
        entry=entry(r), kind=kind, alert_id=str(r["alert_id"]), account_id=str(r["account_id"]),
        account_name=r["account_name"], account_crm_id=r["crm_id"], rule=r["rule"], rule_name=rule.name["de"],
        rule_name_en=rule.name["en"], severity=r["severity"], text=sentence(book, r["title"], facts, "de", zone),
        text_en=sentence(book, r["title"], facts, "en", zone),
    )  # fmt: skip


def change(r: Row) -> pb.Change:
    """Something happened to an alert. Who looked at it is not told."""
    return pb.Change(
        position=r["position"], alert_id=str(r["alert_id"]), account_id=str(r["account_id"]), type=r["type"],
        status=r["status"], person=r["person"] or "", at=instant(r["effective_at"]), rule=r["rule"],
        severity=r["severity"],
    )  # fmt: skip


def never_acted(rule: str, told: int, last: datetime | None, book: RuleBook) -> pb.NeverActed:
    """A rule whose alerts nobody needs, perhaps."""
    name = book.rule(rule).name
    return pb.NeverActed(
        rule=rule, rule_name=name["de"], rule_name_en=name["en"], told=told, last_told_at=instant(last), scope=rule
    )


def preferences(
    person: str, w: Wishes, available: Sequence[str], revoked: Mapping[Any, str], has_mail: bool
) -> pb.Preferences:
    """What a person wants, defaults included."""
    q = w.quiet
    return pb.Preferences(
        person=person, channels=w.channels, available=available, locale=w.locale, zone=q.zone,
        quiet_from=f"{q.start:%H:%M}", quiet_to=f"{q.end:%H:%M}", release_at=f"{q.release:%H:%M}",
        free_days=q.free_days, critical_consent=w.critical_consent, digest_at=f"{w.digest_at:%H:%M}",
        digest_days=w.digest_days, mutes=[pb.Mute(scope=s, until=instant(u)) for s, u in w.mutes],
        revoked=[pb.Revoked(channel=c, why=why) for c, why in revoked.items()], has_mail=has_mail,
    )  # fmt: skip
