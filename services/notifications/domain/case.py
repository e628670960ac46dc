"""An alert: one matter, told to several people over several channels, until it is resolved."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from services.notifications.domain.commands import CaseCommands
from services.notifications.domain.events import CaseEvent, Events
from services.notifications.domain.state import Recipient, more_urgent
from services.notifications.domain.values import ChannelKind, Scalar, Severity, Status, Step, Told
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class AlertCase(CaseCommands, Aggregate):
    """Stream id = `AlertCase.create_id(key)`, key = account|rule|subject|epoch. The commands are mixed in."""

    TOPIC = "notifications.AlertCase"

    class Event(CaseEvent): ...

    class AlertRaised(AggregateCreated, Event):
        """Somebody is to hear of something. `key` = account|rule|subject|epoch; `facts`: what may be said; `why`: the
        event ids it rests on; `people`: employees whom the fact names; `persons`: customers' persons it is about."""

        TOPIC = "notifications.AlertRaised"
        key: str
        rule: str
        rule_version: int
        part: str
        trigger: str
        title: str
        subject: str
        epoch: str
        severity: Severity
        tier: str | None
        theme: str
        facts: dict[str, Scalar]
        why: tuple[str, ...]
        refs: tuple[str, ...]
        people: dict[str, str]
        named: tuple[Told, ...]
        persons: tuple[UUID, ...]
        steps: tuple[Step, ...]
        expires_at: datetime
        realert: str | None
        late_by_s: int

        def subjects(self) -> tuple[UUID, ...]:
            return self.persons

    @event(AlertRaised)
    def __init__(
        self, account_id: UUID, key: str, rule: str, rule_version: int, part: str, trigger: str, title: str,
        subject: str, epoch: str, severity: Severity, tier: str | None, theme: str, facts: dict[str, Scalar],
        why: tuple[str, ...], refs: tuple[str, ...], people: dict[str, str], named: tuple[Told, ...],
        persons: tuple[UUID, ...], steps: tuple[Step, ...], expires_at: datetime, realert: str | None,
        late_by_s: int, status: Status,
    ) -> None:  # fmt: skip
        self.account_id, self.key, self.rule, self.part, self.tier = account_id, key, rule, part, tier
        self.trigger, self.title, self.severity, self.theme = trigger, title, severity, theme
        self.facts, self.why, self.people_named, self.named = facts, why, people, named
        self.steps = {s.key: s for s in steps}
        self.known = set(self.steps)
        self.expires_at, self.realert = expires_at, realert
        self.status = status
        self.level = 0
        self.recipients = {}
        self.acknowledged_by = None
        self.realert_at = None
        self.planned = False
        self.snoozes, self.snoozed_by, self.snooze_until = 0, "", None
        self.reopenings = 0
        self.under = None
        self.paused_by, self.paused_until = "", None
        self.seen_by = set()

    @staticmethod
    def create_id(key: str, *_: object, **__: object) -> UUID:
        """The alert's id: the same key is the same alert."""
        return ids.derived("alert", key)

    @event(Events.AlertScheduleExtended)
    def _extended(
        self, trigger: str, title: str, facts: dict[str, Scalar], why: tuple[str, ...], people: dict[str, str],
        named: tuple[Told, ...], steps: tuple[Step, ...], expires_at: datetime, status: Status,
    ) -> None:  # fmt: skip
        self.trigger, self.title, self.facts, self.status = trigger, title, facts, status
        self.why = tuple(dict.fromkeys((*self.why, *why)))
        self.people_named, self.named = {**self.people_named, **people}, named
        self.steps.update({s.key: s for s in steps})
        self.known.update(s.key for s in steps)
        self.expires_at = expires_at
        self.acknowledged_by, self.realert_at = None, None

    @event(Events.AlertStepReached)
    def _reached(self, step: str, level: int, to: tuple[Told, ...], status: Status) -> None:
        self._tell(step, level, to, status)

    @event(Events.AlertEscalated)
    def _escalated(self, step: str, level: int, to: tuple[Told, ...], status: Status) -> None:
        self.level = level
        self._tell(step, level, to, status)

    def _tell(self, step: str, level: int, to: tuple[Told, ...], status: Status) -> None:
        self.status = status
        found = self.steps.pop(step, None)
        for t in to:
            old = self.recipients.get(t.person)
            urgency = found.urgency if found else None
            if old is not None and old.state in ("pending", "deferred"):
                urgency = more_urgent(old.urgency, urgency)
            self.recipients[t.person] = Recipient(t.role, level, told=old.told if old else 0, urgency=urgency)

    @event(Events.AlertStepSkipped)
    def _skipped(self, step: str, status: Status) -> None:
        self.steps.pop(step, None)
        self.status = status

    @event(Events.AlertDeferred)
    def _deferred(self, person: str, until: datetime, status: Status) -> None:
        self.recipients[person].state, self.recipients[person].until, self.status = "deferred", until, status

    @event(Events.AlertDigested)
    def _digested(self, person: str, status: Status) -> None:
        self.recipients[person].state, self.recipients[person].until, self.status = "digest", None, status

    @event(Events.AlertSuppressedForRecipient)
    def _suppressed_for(self, person: str, status: Status) -> None:
        self.recipients[person].state, self.recipients[person].until, self.status = "suppressed", None, status

    @event(Events.AlertDeliveryQueued)
    def _queued(self, person: str, status: Status) -> None:
        self.status = status

    @event(Events.AlertDelivered)
    def _delivered(self, person: str, channel: ChannelKind, status: Status) -> None:
        self.status = status
        if (found := self.recipients.get(person)) is not None and channel == "in_app":
            found.state, found.until, found.told = "delivered", None, found.told + 1

    @event(Events.AlertDeliveryFailed)
    def _failed(self, status: Status) -> None:
        self.status = status

    @event(Events.AlertDeliveryUnconfirmed)
    def _unconfirmed(self, status: Status) -> None:
        self.status = status

    @event(Events.AlertDeadLettered)
    def _dead_lettered(self, status: Status) -> None:
        self.status = status

    @event(Events.AlertSeen)
    def _seen(self, person: str, status: Status) -> None:
        self.status = status
        self.seen_by.add(person)

    @event(Events.AlertAcknowledged)
    def _acknowledged(self, person: str, realert_at: datetime | None, status: Status) -> None:
        self.acknowledged_by, self.realert_at, self.status = person, realert_at, status
        self.snooze_until = None

    @event(Events.AlertSnoozed)
    def _snoozed(self, person: str, until: datetime, status: Status) -> None:
        self.snoozes, self.snoozed_by, self.snooze_until, self.status = self.snoozes + 1, person, until, status

    @event(Events.AlertSnoozeEnded)
    def _snooze_ended(self, person: str, status: Status) -> None:
        self.snooze_until, self.status = None, status
        if person in self.recipients:
            self.recipients[person].state = "pending"

    @event(Events.AlertDelegated)
    def _delegated(self, person: str, to: str, status: Status) -> None:
        self.status, level = status, self.recipients[person].level if person in self.recipients else self.level
        self.recipients[to] = Recipient("delegate", level)

    @event(Events.AlertReopened)
    def _reopened(self, count: int, status: Status) -> None:
        self.reopenings, self.acknowledged_by, self.realert_at, self.status = count, None, None, status
        for found in self.recipients.values():
            if found.state == "delivered" and found.level >= self.level:
                found.state = "pending"

    @event(Events.AlertPlanNoted)
    def _plan_noted(self, status: Status) -> None:
        self.planned, self.realert_at, self.status = True, None, status

    @event(Events.AlertFolded)
    def _folded(self, under: UUID, status: Status) -> None:
        self.under, self.status = under, status

    @event(Events.AlertUnfolded)
    def _unfolded(self, status: Status) -> None:
        self.under, self.status = None, status

    @event(Events.AlertPaused)
    def _paused(self, by: str, until: datetime | None, status: Status) -> None:
        self.paused_by, self.paused_until, self.status = by, until, status

    @event(Events.AlertContinued)
    def _continued(self, status: Status) -> None:
        self.paused_by, self.paused_until, self.status = "", None, status

    @event(Events.AlertSuppressed)
    def _suppressed(self, status: Status) -> None:
        self.status = status

    @event(Events.AlertResolved)
    def _resolved(self, status: Status) -> None:
        self.status = status

    @event(Events.AlertExpired)
    def _expired(self, status: Status) -> None:
        self.status = status

    @event(Events.LadderExhausted)
    def _exhausted(self, level: int, status: Status) -> None:
        self.status = status
