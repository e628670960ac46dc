"""Answers of a notifications service that never was: alerts in every state, a ledger, timers, preferences."""

from __future__ import annotations

from datetime import timedelta

from shared.protos import notifications_pb2 as pb
from tests.unit.portal import demo
from tests.unit.portal.demo_qbr import ids
from tests.unit.portal.demo_risk import NOW, iso

STATES = ("Delivered", "Escalated", "Acknowledged", "Snoozed", "Deferred", "Resolved", "Suppressed", "LadderExhausted")
RULES = (
    ("R14", "Account rot oder Risiko ohne Maßnahme", "Red account or risk without countermeasure", "critical",
     "Die Ampel ist rot. Maßnahme geplant bis 17. Nov 2026.", "The colour is red. Countermeasure due by 17 Nov 2026."),
    ("R17", "Vertragsverlängerung", "Renewal", "warning",
     "Die Kündigungsfrist endet am 30. Dez 2026, in 45 Tagen.", "The notice deadline is 30 Dec 2026, in 45 days."),
    ("R10", "Kein Kontakt zum Kunden", "Account inactivity", "info",
     "Der letzte bedeutsame Kontakt war am 1. Sep 2026.", "The last meaningful contact was on 1 Sep 2026."),
)  # fmt: skip


def alert(n: int) -> pb.Alert:
    """The n-th alert: its state, rule and account go round."""
    rule, name, name_en, severity, text, text_en = RULES[n % len(RULES)]
    account = demo.portfolio().rows[n % 12]
    state = STATES[n % len(STATES)]
    return pb.Alert(
        alert_id=ids("alert", n), account_id=account.account_id, account_name=account.name,
        account_crm_id=account.crm_id, rule=rule, rule_name=name, rule_name_en=name_en, severity=severity,
        tier=account.tier, status=state, level=n % 3, raised_at=iso(-n - 1), changed_at=iso(-n), text=text,
        text_en=text_en, persons=[account.owner_id, "role:head_of_kam"], open=n % len(STATES) < 5,
        acknowledged_by=account.owner_id if state == "Acknowledged" else "",
        snoozed_until=iso(2) if state == "Snoozed" else "", ended_by_event="accounts:12" if state == "Resolved" else "",
    )  # fmt: skip


def listed(account_id: str, states: list[str], after: str) -> pb.ListAlertsResponse:
    found = [a for a in (alert(n) for n in range(16)) if account_id in ("", a.account_id)]
    if states == ["open"]:
        found = [a for a in found if a.open]
    if after:
        found = []
    return pb.ListAlertsResponse(alerts=found, as_of=NOW, next=found[-1].alert_id if len(found) > 8 else "")


def detail(alert_id: str) -> pb.GetAlertResponse | None:
    """An alert with its schedule, its ledger and a message that got no answer."""
    n = next((n for n in range(16) if ids("alert", n) == alert_id), None)
    if n is None:
        return None
    found = alert(n)
    steps = [
        pb.Step(key="0", due_at=iso(-n - 1), to=["theme_owner"], unless="never", state="reached"),
        pb.Step(
            key="1", due_at=iso(-n), level=2, to=["head_of_kam"], unless="acknowledged", state="skipped: acknowledged"
        ),
        pb.Step(key="2", due_at=iso(3), level=4, to=["management_board"], unless="planned", state="waiting"),
    ]  # fmt: skip
    message = pb.Delivery(
        delivery_id=ids("delivery"), alert_id=alert_id, person=found.persons[0], channel="email", status="unknown",
        attempts=2, unanswered=1, message_id="<a1@stellwerk.example>", created_at=iso(-1), next_at=iso(1),
        error="connection cut after DATA",
    )  # fmt: skip
    return pb.GetAlertResponse(
        alert=found, why_event_ids=["risk:302"], schedule=steps, ledger=[x.entry for x in lines(found)],
        deliveries=[message], children=[alert(2)] if n == 0 else [],
    )  # fmt: skip


def lines(found: pb.Alert) -> list[pb.LedgerLine]:
    """What happened to one alert, the newest first."""
    person = found.persons[0]
    told = (
        ("AlertAcknowledged", "people", person, "", ""),
        ("AlertSuppressedForRecipient", "not_told", "u-99", "", "muted"),
        ("AlertDeferred", "later", "role:head_of_kam", "", "quiet_hours"),
        ("AlertDeliveryUnconfirmed", "failed", person, "email", "connection cut after DATA"),
        ("AlertDelivered", "told", person, "in_app", ""),
        ("AlertRaised", "told", "", "", "risk:302"),
    )
    return [
        pb.LedgerLine(
            entry=pb.LedgerEntry(
                event_id=f"notifications:{50 - n}", type=kind, status="Delivered", at=iso(-n),
                actor="system:notifications", person=who, channel=channel, why=why,
                until=iso(1) if kind == "AlertDeferred" else "",
            ),
            kind=name, alert_id=found.alert_id, account_id=found.account_id, account_name=found.account_name,
            account_crm_id=found.account_crm_id, rule=found.rule, rule_name=found.rule_name,
            rule_name_en=found.rule_name_en, severity=found.severity, text=found.text, text_en=found.text_en,
        )
        for n, (kind, name, who, channel, why) in enumerate(told)
    ]  # fmt: skip


def ledger(account_id: str, kinds: list[str]) -> pb.ListLedgerResponse:
    found = [x for n in range(3) for x in lines(alert(n)) if account_id in ("", x.account_id)]
    return pb.ListLedgerResponse(lines=[x for x in found if not kinds or x.kind in kinds], next="" if kinds else "50")


def inbox(person: str, every: bool, seen: frozenset[str]) -> pb.GetInboxResponse:
    """Five open alerts and, with `every`, one that is over."""
    items = [
        pb.InboxItem(
            alert=alert(n), delivered_at=iso(-n), seen=n > 2 or ids("alert", n) in seen, may_snooze=n != 1,
            inbox="role:head_of_kam" if n == 4 else person, via="digest" if n == 3 else "in_app",
            snooze_until=iso(5), role="delegate" if n == 2 else "commercial_owner",
        )
        for n in range(6 if every else 5)
    ]  # fmt: skip
    return pb.GetInboxResponse(items=items, unread=sum(not i.seen for i in items))


def timers(account_id: str) -> pb.NextTimersResponse:
    """What time brings at each account."""
    out = pb.NextTimersResponse()
    for n, account in enumerate(demo.portfolio().rows):
        if account_id in ("", account.account_id):
            rule, name, name_en, _, text, text_en = RULES[n % 3]
            out.timers.add(
                due_at=iso(3 + n), rule=rule, rule_name=name, rule_name_en=name_en, what="raise", anchor="accounts:12",
                text=text, text_en=text_en, account_id=account.account_id, account_name=account.name,
                account_crm_id=account.crm_id, paused_by="sugar" if n == 1 else "",
            )  # fmt: skip
    return out


def preferences(person: str) -> pb.Preferences:
    account = demo.portfolio().rows[0]
    return pb.Preferences(
        person=person, channels=["in_app", "email"], available=["in_app", "email", "slack"], locale="de",
        zone="Europe/Berlin", quiet_from="19:00", quiet_to="07:00", release_at="07:30", free_days=True,
        digest_at="08:00", digest_days=[0, 1, 2, 3, 4], has_mail=False,
        mutes=[pb.Mute(scope="R12", until=iso(20)), pb.Mute(scope=f"R7|account:{account.account_id}")],
        revoked=[pb.Revoked(channel="slack", why="channel_not_found")],
    )  # fmt: skip


def never_acted() -> pb.ListNeverActedResponse:
    found = pb.NeverActed(
        rule="R12", rule_name="Einschätzung veraltet", rule_name_en="Stakeholder stale", told=4, last_told_at=iso(-6),
        scope="R12",
    )  # fmt: skip
    return pb.ListNeverActedResponse(rules=[found], since=f"{demo.TODAY - timedelta(days=28)}")


def colleagues() -> pb.ListColleaguesResponse:
    return pb.ListColleaguesResponse(
        colleagues=[
            pb.Colleague(user_id="u-77", name="Ada Berg", roles=["COMMERCIAL"]),
            pb.Colleague(user_id="u-78", name="Tom Lind", roles=["SERVICE"], away=True),
        ]
    )


def deliveries() -> pb.ListDeliveriesResponse:
    return pb.ListDeliveriesResponse(
        counts=[
            pb.ChannelCount(channel="email", status="sent", messages=41, unanswered=1),
            pb.ChannelCount(channel="email", status="dead", messages=2),
        ]
    )


def status(events: int = 400) -> pb.GetStatusResponse:
    return pb.GetStatusResponse(
        events=events, shown=events, armed_timers=210, told_at=NOW, caught_up=True, live_since=iso(-30),
        channels=["in_app", "email"], waiting_messages=1, dead_messages=2, unanswered_messages=1, possible_doubles=1,
    )  # fmt: skip
