"""A politically sensitive topic of an account: who may know of it, and its text in a form that nobody reads here.

Flagged → Lifted. Each topic is a stream of its own: the length of a stream that all share would tell whoever asks for
its version that there is something.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import AccountEvent, OfAccount, need
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


def _concerns(audience: Collection[str], flagged_by: str, user_id: str) -> bool:
    return bool(user_id) and (user_id in audience or flagged_by == f"user:{user_id}")


class SensitiveTopic(OfAccount, Aggregate):
    """`sealed` is the text, encrypted with a key that lies beside the log; without the key it is nothing.

    It is there for its audience and for who flagged it. Nobody else may learn that it exists, whatever their role.
    """

    TOPIC = "accounts.SensitiveTopic"

    class Event(AccountEvent): ...

    class SensitiveTopicFlagged(AggregateCreated, Event):
        """`audience` (CRM user ids) and `flagged_by` may read what `sealed` holds."""

        TOPIC = "accounts.SensitiveTopicFlagged"
        topic_id: UUID
        sealed: str
        audience: tuple[str, ...]
        audience_subjects: tuple[UUID, ...]
        flagged_by: str
        at: datetime

        def subjects(self) -> tuple[UUID, ...]:
            return self.audience_subjects

        def concerns(self, user_id: str) -> bool:
            """As the aggregate's."""
            return _concerns(self.audience, self.flagged_by, user_id)

    class SensitiveTopicLifted(Event):
        """The topic is no longer one: its key is destroyed, and with it the text."""

        TOPIC = "accounts.SensitiveTopicLifted"
        lifted_by: str
        at: datetime

    @event(SensitiveTopicFlagged)
    def __init__(
        self,
        account_id: UUID,
        topic_id: UUID,
        sealed: str,
        audience: tuple[str, ...],
        audience_subjects: tuple[UUID, ...],
        flagged_by: str,
        at: datetime,
    ) -> None:
        self.account_id, self.sealed = account_id, sealed
        self.audience, self.flagged_by, self.flagged_at = audience, flagged_by, at
        self.lifted_by: str | None = None
        self.lifted_at: datetime | None = None

    @staticmethod
    def create_id(topic_id: UUID) -> UUID:
        """The stream is the topic."""
        return topic_id

    @classmethod
    def flag(
        cls,
        account_id: UUID,
        topic_id: UUID,
        system: str,
        sealed: str,
        audience: Collection[str],
        employees: Collection[str],
        by: str,
        at: datetime,
    ) -> SensitiveTopic:
        """A topic for these `employees` alone (CRM user ids in `system`: all who may be named) and for `by`."""
        named = tuple(sorted(set(audience)))
        need(named, "audience-missing", "Name at least one colleague who may read it.")
        strangers = [user for user in named if user not in employees]
        need(
            not strangers,
            "audience-unknown",
            f"{', '.join(strangers)}: no active employee of the CRM has this id. Name colleagues who work here now.",
        )
        subjects = tuple(ids.subject_id(system, "user", user) for user in named)
        return cls(account_id, topic_id, sealed, named, subjects, by, at)

    def concerns(self, user_id: str) -> bool:
        """Whether somebody (CRM user id) may know that it exists."""
        return _concerns(self.audience, self.flagged_by, user_id)

    def lift(self, by: str, at: datetime) -> None:
        """Somebody whom it concerns ends it, for good."""
        need(self.lifted_at is None, "topic-lifted", "The topic has been lifted already.")
        self._lifted(lifted_by=by, at=max(at, self.flagged_at))

    @event(SensitiveTopicLifted)
    def _lifted(self, lifted_by: str, at: datetime) -> None:
        self.lifted_by, self.lifted_at = lifted_by, at
