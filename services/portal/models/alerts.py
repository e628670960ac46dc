"""Alerts: who was told what, when, by which channel, and what was not sent and why."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from services.portal.models.base import Moment, Tier, View


class Alert(View):
    """One matter that people are told about."""

    alert_id: str
    account_id: str | None
    account_name: str | None
    account_crm_id: str | None
    rule: str
    rule_name: str | None = Field(description="In German")
    rule_name_en: str | None
    part: str | None
    subject: str | None
    severity: str | None = Field(description="info, warning, urgent, critical")
    tier: Tier | None
    status: str
    level: int
    raised_at: datetime | None
    changed_at: datetime | None
    acknowledged_by: str | None
    snoozed_until: datetime | None
    under_alert_id: str | None = Field(description="The alert that explains this one")
    text: str | None = Field(description="The fact in one sentence, in German")
    text_en: str | None
    persons: list[str] = Field(description="Who was told")
    open: bool
    ended_by_event: str | None


class Alerts(View):
    """Alerts, the newest first; `next` asks for those after them."""

    as_of: Moment | None
    alerts: list[Alert]
    next: str | None


class ScheduleStep(View):
    """A step of an alert's schedule."""

    key: str | None
    due_at: datetime | None
    level: int
    to: list[str]
    unless: str | None
    urgency: str | None
    exhaust: bool
    state: str | None = Field(description="due, waiting, reached, skipped: …")


class LedgerEntry(View):
    """A line of an alert's ledger."""

    event_id: str | None
    type: str
    status: str | None
    at: datetime | None
    actor: str | None
    person: str | None
    channel: str | None
    why: str | None
    until: Moment | None
    level: int


class Delivery(View):
    """One message over one channel."""

    delivery_id: str
    alert_id: str | None
    digest_id: str | None
    person: str | None
    channel: str
    status: str
    attempts: int
    unanswered: int = Field(description="Attempts that got no answer: each may have arrived")
    message_id: str | None
    created_at: datetime | None
    sent_at: datetime | None
    next_at: datetime | None
    error: str | None


class ChannelCount(View):
    """Messages of a channel in one state."""

    channel: str
    status: str
    messages: int
    unanswered: int


class Deliveries(View):
    """Messages, the newest first, and how many there are."""

    deliveries: list[Delivery]
    counts: list[ChannelCount]


class AlertDetail(View):
    """One alert with everything that happened to it."""

    alert: Alert
    why_event_ids: list[str]
    schedule: list[ScheduleStep]
    ledger: list[LedgerEntry]
    deliveries: list[Delivery]
    children: list[Alert]


class LedgerLine(View):
    """A line of the ledger with the alert it belongs to."""

    entry: LedgerEntry
    kind: str | None = Field(description="told, later, not_told, failed, people, ended")
    alert_id: str | None
    account_id: str | None
    account_name: str | None
    account_crm_id: str | None
    rule: str | None
    rule_name: str | None
    rule_name_en: str | None
    severity: str | None
    text: str | None
    text_en: str | None


class AlertLedger(View):
    """Who was told what, when, by which channel, and what was not sent and why; the newest first."""

    lines: list[LedgerLine]
    next: str | None


class NeverActed(View):
    """A rule whose alerts a person got and never acted on; `scope` is what muting it takes."""

    rule: str
    rule_name: str | None
    rule_name_en: str | None
    told: int
    last_told_at: datetime | None
    scope: str | None


class NeverActedRules(View):
    """Rules that were not acted on, since when."""

    rules: list[NeverActed]
    since: Moment | None


class Colleague(View):
    """Somebody to whom an alert can be delegated."""

    user_id: str
    name: str | None
    roles: list[str]
    away: bool


class Colleagues(View):
    """The colleagues of an account."""

    colleagues: list[Colleague]


class InboxItem(View):
    """An alert as its reader sees it."""

    alert: Alert
    delivered_at: datetime | None
    seen: bool
    role: str | None
    via: str | None
    digest_id: str | None
    may_snooze: bool
    inbox: str | None = Field(description="Whose inbox: a person's, or that of a role (`role:head_of_kam`)")
    snooze_until: datetime | None = Field(description="So far it may be snoozed")


class Inbox(View):
    """What waits for a person."""

    items: list[InboxItem]
    unread: int


class NextTimer(View):
    """What time brings next, and by which rule."""

    due_at: datetime
    rule: str | None
    rule_name: str | None
    rule_name_en: str | None
    part: str | None
    what: str | None
    subject: str | None
    anchor: str | None
    alert_id: str | None
    level: int
    to: list[str]
    text: str | None
    text_en: str | None
    account_id: str | None
    account_name: str | None
    account_crm_id: str | None
    paused_by: str | None = Field(description="The source whose gap holds it back")


class Timers(View):
    """The next timers of an account, or of all."""

    timers: list[NextTimer]


class Mute(View):
    """What a person does not want to hear of."""

    scope: str
    until: datetime | None


class Revoked(View):
    """A channel that does not reach a person."""

    channel: str
    why: str | None


class Preferences(View):
    """How a person wants to be told."""

    person: str
    channels: list[str]
    available: list[str]
    locale: str | None
    zone: str | None
    quiet_from: str | None
    quiet_to: str | None
    release_at: str | None
    free_days: bool
    critical_consent: bool
    digest_at: str | None
    digest_days: list[int] = Field(description="0 is Monday")
    mutes: list[Mute]
    revoked: list[Revoked]
    has_mail: bool


class NotificationsStatus(View):
    """The state of the notifications service."""

    events: int
    shown: int
    armed_timers: int
    dead_letters: int
    told_at: datetime | None
    caught_up: bool
    live_since: datetime | None
    channels: list[str]
    waiting_messages: int
    dead_messages: int
    unanswered_messages: int
    possible_doubles: int
