"""The rhythm of one account's QBRs: Active ⇄ Paused → Ended. It knows when the next one is due, and which one is the
newest planned, so that one of a series is open at a time.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from eventsourcing.domain import event

from services.qbr.domain.base import AccountEvent, OfAccount, need, reason_given
from services.qbr.domain.values import RetimeCause, SeriesState, Tier
from services.qbr.policy.cadence import Rhythm, next_due
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class SeriesEvent(AccountEvent):
    """About the series."""


class Series(OfAccount, Aggregate):
    """Stream id = `Series.create_id(account_id)`. A series that ended can start again."""

    TOPIC = "qbr.Series"

    class Event(SeriesEvent): ...

    class QBRSeriesOpened(AggregateCreated, Event):
        TOPIC = "qbr.QBRSeriesOpened"

    class QBRSeriesStarted(Event):
        """`anchor` counts as the day of the last QBR."""

        TOPIC = "qbr.QBRSeriesStarted"
        tier: Tier
        interval_days: int
        grace_days: int
        anchor: date
        due_by: date

    class QBRSeriesRetimed(Event):
        """`tier_changed_on` is set where the tier's change is the cause."""

        TOPIC = "qbr.QBRSeriesRetimed"
        cause: RetimeCause
        tier: Tier
        interval_days: int
        grace_days: int
        due_by: date
        was_due_by: date
        tier_changed_on: date | None

    class QBRSeriesHeldNoted(Event):
        """A QBR counts as held on a day; None: it does not count any more."""

        TOPIC = "qbr.QBRSeriesHeldNoted"
        qbr_id: UUID
        held_on: date | None

    class QBRSeriesWaiverNoted(Event):
        """The QBR that was due then is left out: the next interval runs from its due day."""

        TOPIC = "qbr.QBRSeriesWaiverNoted"
        qbr_id: UUID
        was_due: date

    class QBRSeriesBooked(Event):
        """This QBR is the newest of the series."""

        TOPIC = "qbr.QBRSeriesBooked"
        qbr_id: UUID

    class QBRSeriesPaused(Event):
        """`until` None: until somebody resumes it."""

        TOPIC = "qbr.QBRSeriesPaused"
        reason: str
        until: date | None

    class QBRSeriesResumed(Event):
        TOPIC = "qbr.QBRSeriesResumed"
        due_by: date

    class QBRSeriesEnded(Event):
        TOPIC = "qbr.QBRSeriesEnded"
        reason: str

    class QBRPullForwardProposed(Event):
        """The account turned red: somebody is to decide whether the next QBR is due on `to` already."""

        TOPIC = "qbr.QBRPullForwardProposed"
        to: date
        due_by: date
        risk_event: str

    class QBRPullForwardDismissed(Event):
        """The proposal is off the table."""

        TOPIC = "qbr.QBRPullForwardDismissed"
        reason: str

    @event(QBRSeriesOpened)
    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id
        self.state: SeriesState = "New"
        self.tier: Tier = "N"
        self.interval = self.grace = 0
        self.anchor = self.due_by = date.min
        self.tier_changed_on: date | None = None
        self.held: dict[UUID, date] = {}
        self.waived: dict[UUID, date] = {}
        self.current: UUID | None = None
        self.paused_until: date | None = None
        self.proposed_to: date | None = None
        self.pulled_to: date | None = None

    @staticmethod
    def create_id(account_id: UUID) -> UUID:
        """The stream of an account's series."""
        return ids.derived("qbr-series", str(account_id))

    @property
    def last_held(self) -> date | None:
        """The day of the last QBR held."""
        return max(self.held.values(), default=None)

    def start(self, tier: Tier, rhythm: Rhythm, anchor: date) -> None:
        """Begins, or begins again after its end. Does nothing while it runs."""
        if self.state in ("New", "Ended"):
            due = next_due(None, rhythm.interval, anchor)
            self._started(tier, rhythm.interval, rhythm.grace, anchor, due)

    def retime(self, tier: Tier, rhythm: Rhythm, on: date, lead: int, cause: RetimeCause = "tier_changed") -> None:
        """Another tier, or other standards, from a day on: another rhythm, with `lead` days to get ready."""
        self._running()
        if (tier, rhythm.interval, rhythm.grace) != (self.tier, self.interval, self.grace):
            due = self._next(rhythm.interval, on, lead)
            self._retimed(cause, tier, rhythm.interval, rhythm.grace, due, self.due_by, on)

    def note_held(self, qbr_id: UUID, held_on: date | None, lead: int, cause: RetimeCause) -> None:
        """A QBR was held on that day (None: it was not, after all). What is due next follows."""
        if self.held.get(qbr_id) == held_on:
            return
        self._held_noted(qbr_id, held_on)
        self._follow(lead, cause)

    def note_waived(self, qbr_id: UUID, was_due: date, lead: int) -> None:
        """A QBR is left out. What is due next follows."""
        if qbr_id not in self.waived:
            self._waiver_noted(qbr_id, was_due)
            self._follow(lead, "waived")

    def book(self, qbr_id: UUID) -> None:
        """The newest QBR of the series is this one."""
        need(self.state != "Paused", "series-paused", "The series is paused; resume it before you plan a QBR.")
        self._running()
        self._booked(qbr_id)

    def pause(self, reason: str, until: date | None, today: date) -> None:
        """Nothing falls due for a while."""
        reason_given(reason)
        need(self.state == "Active", "series-not-active", "Only an active series can be paused.")
        need(until is None or until > today, "pause-in-the-past", "A pause ends on a day to come.")
        self._paused(reason, until)

    def resume(self, today: date, lead: int) -> None:
        """Goes on; what fell due meanwhile is due `lead` days from now."""
        need(self.state == "Paused", "series-not-paused", "The series is not paused.")
        self._resumed(max(self.due_by, today + timedelta(days=lead)))

    def end(self, reason: str) -> None:
        """No more QBRs of this account."""
        reason_given(reason)
        if self.state in ("Active", "Paused"):
            self._ended(reason)

    def propose_pull(self, to: date, not_within: int, risk_event: str) -> None:
        """The account is red. Nothing to propose where the next QBR is due by `to` anyway, where one was held in the
        `not_within` days before `to`, or while a proposal waits for its answer."""
        recent = self.last_held is not None and to - self.last_held <= timedelta(days=not_within)
        if self.state == "Active" and self.due_by > to and not recent and self.proposed_to is None:
            self._pull_proposed(to, self.due_by, risk_event)

    def dismiss_pull(self, reason: str) -> None:
        """A person says no."""
        reason_given(reason)
        need(self.proposed_to, "no-proposal", "Nobody proposed to pull the next QBR forward.")
        self._pull_dismissed(reason)

    def settle_pull(self, reason: str) -> None:
        """What made it wanted is over."""
        if self.proposed_to is not None:
            self._pull_dismissed(reason)

    def pull_forward(self, today: date) -> None:
        """The next QBR is due on the proposed day, today at the earliest; a change of tier does not move it back."""
        need(self.proposed_to, "no-proposal", "Nobody proposed to pull the next QBR forward.")
        self._running()
        assert self.proposed_to is not None
        due = min(max(self.proposed_to, today), self.due_by)
        self._retimed("pulled_forward", self.tier, self.interval, self.grace, due, self.due_by, None)

    def _follow(self, lead: int, cause: RetimeCause) -> None:
        due = self._next(self.interval, self.tier_changed_on, lead)
        if due != self.due_by and self.state in ("Active", "Paused"):
            self._retimed(cause, self.tier, self.interval, self.grace, due, self.due_by, None)

    def _next(self, interval: int, tier_change: date | None, lead: int) -> date:
        due = next_due(self.last_held, interval, self.anchor, tier_change, lead)
        left_out = max((d for d in self.waived.values() if d > self.anchor), default=None)
        due = max(due, left_out + timedelta(days=interval)) if left_out else due
        return min(due, self.pulled_to) if self.pulled_to else due

    def _running(self) -> None:
        need(self.state in ("Active", "Paused"), "series-not-running", "The account has no running series: start it.")

    @event(QBRSeriesStarted)
    def _started(self, tier: Tier, interval_days: int, grace_days: int, anchor: date, due_by: date) -> None:
        self.state, self.tier, self.interval, self.grace = "Active", tier, interval_days, grace_days
        self.anchor, self.due_by, self.tier_changed_on = anchor, due_by, None
        self.proposed_to = self.pulled_to = None

    @event(QBRPullForwardProposed)
    def _pull_proposed(self, to: date, due_by: date, risk_event: str) -> None:
        self.proposed_to = to

    @event(QBRPullForwardDismissed)
    def _pull_dismissed(self, reason: str) -> None:
        self.proposed_to = None

    @event(QBRSeriesRetimed)
    def _retimed(
        self, cause: RetimeCause, tier: Tier, interval_days: int, grace_days: int, due_by: date, was_due_by: date,
        tier_changed_on: date | None,
    ) -> None:  # fmt: skip
        self.tier, self.interval, self.grace, self.due_by = tier, interval_days, grace_days, due_by
        self.tier_changed_on = tier_changed_on or self.tier_changed_on
        if cause == "pulled_forward":
            self.pulled_to, self.proposed_to = due_by, None

    @event(QBRSeriesHeldNoted)
    def _held_noted(self, qbr_id: UUID, held_on: date | None) -> None:
        self.held.pop(qbr_id, None)
        if held_on is not None:
            self.held[qbr_id] = held_on
            self.proposed_to = self.pulled_to = None  # it was talked about

    @event(QBRSeriesWaiverNoted)
    def _waiver_noted(self, qbr_id: UUID, was_due: date) -> None:
        self.waived[qbr_id] = was_due
        self.pulled_to = None

    @event(QBRSeriesBooked)
    def _booked(self, qbr_id: UUID) -> None:
        self.current = qbr_id

    @event(QBRSeriesPaused)
    def _paused(self, reason: str, until: date | None) -> None:
        self.state, self.paused_until = "Paused", until

    @event(QBRSeriesResumed)
    def _resumed(self, due_by: date) -> None:
        self.state, self.paused_until, self.due_by = "Active", None, due_by

    @event(QBRSeriesEnded)
    def _ended(self, reason: str) -> None:
        self.state, self.paused_until = "Ended", None
        self.proposed_to = self.pulled_to = None
