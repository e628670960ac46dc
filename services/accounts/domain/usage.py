"""Product usage of one account, product, metric and period: one short stream each; the later report wins."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import AccountEvent, OfAccount
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class UsageReading(OfAccount, Aggregate):
    """Stream id = `UsageReading.create_id(account_id, product, metric, period_start)`."""

    TOPIC = "accounts.UsageReading"

    class Event(AccountEvent): ...

    class UsageReported(AggregateCreated, Event):
        """`value` of `metric` in the period (both days included); `reported_under`: the CRM account id in the
        report.
        """

        TOPIC = "accounts.UsageReported"
        product: str
        metric: str
        period_start: date
        period_end: date
        value: int
        licensed: int | None
        reported_at: datetime
        reported_under: str

    class UsageCorrected(Event):
        """A later report about the same period. Whole again, so that a reader needs no history."""

        TOPIC = "accounts.UsageCorrected"
        product: str
        metric: str
        period_start: date
        period_end: date
        value: int
        licensed: int | None
        reported_at: datetime
        reported_under: str

    @event(UsageReported)
    def __init__(
        self,
        account_id: UUID,
        product: str,
        metric: str,
        period_start: date,
        period_end: date,
        value: int,
        licensed: int | None,
        reported_at: datetime,
        reported_under: str,
    ) -> None:
        self.account_id = account_id
        self.product, self.metric, self.period_start, self.period_end = product, metric, period_start, period_end
        self.value, self.licensed, self.reported_at, self.reported_under = value, licensed, reported_at, reported_under

    @staticmethod
    def create_id(account_id: UUID, product: str, metric: str, period_start: date) -> UUID:
        """The stream of one figure."""
        return ids.derived("usage", str(account_id), product, metric, period_start.isoformat())

    def report(self, value: int, licensed: int | None, reported_at: datetime, reported_under: str) -> None:
        """Another report about the same period: counts only if it was made later than the last one.

        Of two reports made at the same instant the higher value counts, so that their order does not matter.
        """
        newer = (reported_at, value, licensed or 0) > (self.reported_at, self.value, self.licensed or 0)
        if newer:
            self._corrected(
                self.product,
                self.metric,
                self.period_start,
                self.period_end,
                value,
                licensed,
                reported_at,
                reported_under,
            )

    @event(UsageCorrected)
    def _corrected(
        self,
        product: str,
        metric: str,
        period_start: date,
        period_end: date,
        value: int,
        licensed: int | None,
        reported_at: datetime,
        reported_under: str,
    ) -> None:
        self.value, self.licensed, self.reported_at, self.reported_under = value, licensed, reported_at, reported_under
