"""Digests: one message of many alerts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class Digest(Aggregate):
    """Stream id = `Digest.create_id(person, at)`."""

    TOPIC = "notifications.Digest"

    class DigestSent(AggregateCreated):
        """These alerts were put together for a person. What was over by then is left out."""

        TOPIC = "notifications.DigestSent"
        person: str
        at: datetime
        alerts: tuple[UUID, ...]

    @event(DigestSent)
    def __init__(self, person: str, at: datetime, alerts: tuple[UUID, ...]) -> None:
        self.person, self.at, self.alerts = person, at, alerts

    @staticmethod
    def create_id(person: str, at: datetime, *_: object) -> UUID:
        """One digest a person and instant."""
        return ids.derived("digest", person, at.isoformat())
