"""What can be done with an alert. Every method decides on the case as it is; what is over takes nothing more."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notifications.domain.base import need
from services.notifications.domain.events import Events
from services.notifications.domain.state import CaseState
from services.notifications.domain.values import (
    ChannelKind,
    Reason,
    Scalar,
    SnoozeReason,
    Step,
    SuppressedBecause,
    Told,
)
from services.notifications.policy.documents import Limits
from shared import ids


class CaseCommands(CaseState, Events):
    """Mixed into `AlertCase`."""

    # -- the schedule

    def extend(
        self, trigger: str, title: str, facts: dict[str, Scalar], why: tuple[str, ...], people: dict[str, str],
        named: tuple[Told, ...], steps: Iterable[Step], expires_at: datetime,
    ) -> None:  # fmt: skip
        """A new fact about the same matter: its steps come to those that are left. Known steps are not added twice."""
        new = tuple(s for s in steps if s.key not in self.known)
        if new and not self.ended:
            self.trigger_event(
                self.AlertScheduleExtended, trigger=trigger, title=title, facts=facts, why=why, people=people,
                named=named, steps=new, expires_at=max(expires_at, self.expires_at),
            )  # fmt: skip

    def reach(self, step: Step, to: tuple[Told, ...], late_by_s: int) -> None:
        """The step is due: these are to be told."""
        kind: Any = self.AlertEscalated if step.level > self.level else self.AlertStepReached
        if not self.ended and step.key in self.steps:
            self.trigger_event(kind, step=step.key, level=step.level, to=to, late_by_s=late_by_s)

    def call_in(self, to: Told) -> None:
        """Nobody of those told may read it any more: somebody else is to."""
        if not self.ended and to.person not in self.recipients:
            self.trigger_event(self.AlertStepReached, step="stand-in", level=self.level, to=(to,), late_by_s=0)

    def skip(self, step: Step, why: str) -> None:
        """The step is due, and needless."""
        if not self.ended and step.key in self.steps:
            self.trigger_event(self.AlertStepSkipped, step=step.key, level=step.level, why=why)

    def needless(self, step: Step) -> str | None:
        """Why nobody is to be told of a step; None: somebody is."""
        if step.unless == "acknowledged" and self.acknowledged_by:
            return "acknowledged"
        return "planned" if step.unless == "planned" and self.planned else None

    def exhaust(self) -> None:
        """The ladder ends without a reaction."""
        if not self.ended:
            self.trigger_event(self.LadderExhausted, level=self.level)

    # -- one person

    def deliver(self, person: str, channels: Iterable[ChannelKind]) -> list[tuple[ChannelKind, UUID]]:
        """The inbox has it at once; for every other channel a message is queued. Returns those messages."""
        queued: list[tuple[ChannelKind, UUID]] = []
        if self.ended or person not in self.recipients:
            return queued
        nth = self.recipients[person].told
        for channel in channels:
            delivery = ids.derived("delivery", str(self.id), person, channel, str(nth))
            if channel == "in_app":
                self.delivered(person, channel, delivery, 1)
            else:
                self.trigger_event(self.AlertDeliveryQueued, person=person, channel=channel, delivery_id=delivery)
                queued.append((channel, delivery))
        return queued

    def defer(self, person: str, until: datetime, why: Reason) -> None:
        """Later."""
        if not self.ended:
            self.trigger_event(self.AlertDeferred, person=person, until=until, why=why)

    def put_into_digest(self, person: str, digest_id: UUID, at: datetime, why: Reason) -> None:
        """Later, with others."""
        if not self.ended:
            self.trigger_event(self.AlertDigested, person=person, digest_id=digest_id, at=at, why=why)

    def suppress_for(self, person: str, why: Reason) -> None:
        """Not this person."""
        if not self.ended:
            self.trigger_event(self.AlertSuppressedForRecipient, person=person, why=why)

    # -- what the channels answer; also after the case is over

    def delivered(
        self, person: str, channel: ChannelKind, delivery_id: UUID, attempts: int, digest_id: UUID | None = None
    ) -> None:
        """The channel took it."""
        self.trigger_event(
            self.AlertDelivered, person=person, channel=channel, delivery_id=delivery_id, attempts=attempts,
            digest_id=digest_id,
        )  # fmt: skip

    def delivery_failed(self, person: str, channel: ChannelKind, delivery_id: UUID, attempt: int, why: str) -> None:
        """It will be tried again."""
        self.trigger_event(
            self.AlertDeliveryFailed, person=person, channel=channel, delivery_id=delivery_id, attempt=attempt,
            why=why,
        )  # fmt: skip

    def unconfirmed(self, person: str, channel: ChannelKind, delivery_id: UUID, attempt: int, why: str) -> None:
        """No answer: it may have arrived."""
        self.trigger_event(
            self.AlertDeliveryUnconfirmed, person=person, channel=channel, delivery_id=delivery_id, attempt=attempt,
            why=why,
        )  # fmt: skip

    def dead_letter(self, person: str, channel: ChannelKind, delivery_id: UUID, attempts: int, why: str) -> None:
        """It will not be tried again."""
        self.trigger_event(
            self.AlertDeadLettered, person=person, channel=channel, delivery_id=delivery_id, attempts=attempts,
            why=why,
        )  # fmt: skip

    # -- people

    def see(self, person: str, roles: Collection[str]) -> None:
        """Looked at. Twice is once."""
        self._need_recipient(person, roles)
        if not self.ended and person not in self.seen_by:
            self.trigger_event(self.AlertSeen, person=person)

    def acknowledge(self, person: str, roles: Collection[str], realert_at: datetime | None) -> None:
        """Taken on: the acknowledgement clock stops, the resolution clock goes on."""
        self._need_open()
        self._need_recipient(person, roles)
        if self.acknowledged_by is None:
            self.trigger_event(self.AlertAcknowledged, person=person, realert_at=realert_at)

    def snooze(
        self, person: str, roles: Collection[str], until: datetime, reason: SnoozeReason, now: datetime,
        latest: datetime, limits: Limits,
    ) -> None:  # fmt: skip
        """Heard of again later. `latest`: so far a snooze may reach today."""
        self._need_open()
        self._need_recipient(person, roles)
        need(until > now, "snooze-past", "Choose a time in the future.")
        need(
            self.level < limits.snooze_below_level, "snooze-level",
            f"The alert is at level {self.level}: from level {limits.snooze_below_level} on nobody snoozes it.",
        )  # fmt: skip
        need(
            self.snoozes < limits.snoozes, "snooze-count",
            f"It was snoozed {self.snoozes} times, more is not allowed: acknowledge or delegate it.",
        )  # fmt: skip
        need(
            until <= latest, "snooze-too-long",
            f"A snooze ends after {limits.snooze_business_days} business days at the latest ({latest:%Y-%m-%d %H:%M}).",
        )  # fmt: skip
        deadline = min((self.expires_at, *(s.due_at for s in self.steps.values())))
        need(
            until < deadline, "snooze-past-deadline",
            f"The next deadline of this alert is {deadline:%Y-%m-%d %H:%M} UTC: snooze until before.",
        )  # fmt: skip
        self.trigger_event(self.AlertSnoozed, person=person, until=until, reason=reason)

    def end_snooze(self) -> None:
        """The time is over."""
        if not self.ended and self.snooze_until is not None:
            self.trigger_event(self.AlertSnoozeEnded, person=self.snoozed_by)

    def delegate(self, person: str, roles: Collection[str], to: str) -> None:
        """Somebody else is told; who delegates stays among its readers."""
        self._need_open()
        self._need_recipient(person, roles)
        need(to.strip(), "delegate-missing", "Name the employee (CRM user id) who shall take it on.")
        need(to != person, "delegate-self", "You have it already.")
        need(to not in self.recipients, "delegate-has-it", f"{to} was told already.")
        self.trigger_event(self.AlertDelegated, person=person, to=to)

    # -- time and facts

    def reopen(self, limits: Limits) -> None:
        """Acknowledged, and not resolved in time. After so many times it stays acknowledged."""
        if not self.ended and self.acknowledged_by is not None and self.reopenings < limits.reopenings:
            self.trigger_event(self.AlertReopened, count=self.reopenings + 1)

    def note_plan(self, by_event: str) -> None:
        """The resolution clock stops."""
        if not self.ended and not self.planned:
            self.trigger_event(self.AlertPlanNoted, by_event=by_event)

    def fold(self, under: UUID) -> None:
        """Silent under its cause."""
        if not self.ended and self.under is None and under != self.id:
            self.trigger_event(self.AlertFolded, under=under)

    def unfold(self) -> None:
        """On its own again."""
        if not self.ended and self.under is not None:
            self.trigger_event(self.AlertUnfolded)

    def pause(self, by: str, until: datetime | None) -> None:
        """Silent while a source has a gap."""
        if not self.ended and (by, until) != (self.paused_by, self.paused_until):
            self.trigger_event(self.AlertPaused, by=by, until=until)

    def go_on(self) -> None:
        """The gap is over."""
        if not self.ended and self.paused_by:
            self.trigger_event(self.AlertContinued)

    def resolve(self, by_event: str, by_type: str) -> None:
        """The matter is over."""
        if not self.ended:
            self.trigger_event(self.AlertResolved, by_event=by_event, by_type=by_type)

    def expire(self) -> None:
        """Too old."""
        if not self.ended:
            self.trigger_event(self.AlertExpired)

    def suppress(self, why: SuppressedBecause) -> None:
        """Nobody is to hear of it."""
        if not self.ended:
            self.trigger_event(self.AlertSuppressed, why=why)

    def _need_open(self) -> None:
        need(not self.ended, "alert-over", f"The alert is {self.status}: nothing is left to do.")

    def _need_recipient(self, person: str, roles: Collection[str]) -> None:
        mine = person in self.recipients or any(f"role:{r}" in self.recipients for r in roles)
        need(mine, "not-a-recipient", "The alert was not sent to you: ask one of its recipients to delegate it.")
