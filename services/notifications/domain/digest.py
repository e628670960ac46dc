"""Digests: one message of many alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import event

from services.notifications.domain.values import DigestKind, NeverActed
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class Digest(Aggregate):
    """Stream id = `Digest.create_id(person, at, kind)`."""

    TOPIC = "notifications.Digest"

    class DigestSent(AggregateCreated):
        """These alerts were put together for a person; what was over by then is left out. That of the week also says
        which alerts the person `never_acted` on, and to the heads of KAM whose ladders were `exhausted`."""

        TOPIC = "notifications.DigestSent"
        class_version: ClassVar[int] = 2
        person: str
        at: datetime
        alerts: tuple[UUID, ...]
        kind: DigestKind
        never_acted: tuple[NeverActed, ...]
        exhausted: tuple[UUID, ...]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state |= {"kind": "daily", "never_acted": [], "exhausted": []}

    @event(DigestSent)
    def __init__(
        self, person: str, at: datetime, alerts: tuple[UUID, ...], kind: DigestKind,
        never_acted: tuple[NeverActed, ...], exhausted: tuple[UUID, ...],
    ) -> None:  # fmt: skip
        self.person, self.at, self.alerts, self.kind = person, at, alerts, kind
        self.never_acted, self.exhausted = never_acted, exhausted

    @staticmethod
    def create_id(person: str, at: datetime, kind: DigestKind = "daily", **_: object) -> UUID:
        """One digest of a kind a person and instant."""
        return ids.derived("digest", person, at.isoformat(), *([] if kind == "daily" else [kind]))
