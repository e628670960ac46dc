"""The aggregates that a batch of facts touches: loaded together, changed in memory, their events collected in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.eventstore.events import Aggregate, Meta, NewEvent, encode
from shared.eventstore.repository import aggregates_in
from shared.positions import driver

A = TypeVar("A", bound=Aggregate)
Wanted = Mapping[type[Aggregate], Iterable[UUID]]


class Workspace:
    """Lives as long as one transaction."""

    def __init__(self, conn: AsyncConnection) -> None:
        self.conn = conn
        self.events: list[NewEvent] = []
        self._found: dict[type[Aggregate], dict[UUID, Any]] = defaultdict(dict)
        self.touched: list[Aggregate] = []
        """What may have new events."""

    async def load(self, wanted: Wanted) -> None:
        """One query for each class; what is here already is not loaded again."""
        for cls, ids in wanted.items():
            missing = set(ids) - self._found[cls].keys()
            if missing:
                self._found[cls].update(await aggregates_in(driver(self.conn), cls, missing))

    def get(self, cls: type[A], stream_id: UUID) -> A | None:
        """The aggregate, to be changed; None: it does not exist."""
        found: A | None = self._found[cls].get(stream_id)
        if found is not None:
            self.touched.append(found)
        return found

    def add(self, aggregate: A) -> A:
        """A new one."""
        self._found[type(aggregate)][aggregate.id] = aggregate
        self.touched.append(aggregate)
        return aggregate

    def keep(self, meta: Meta) -> None:
        """Take the new events of everything touched since the last call, as the consequence of one cause."""
        for aggregate in self.touched:
            if events := aggregate.collect_events():
                self.events += encode(events, meta)  # type: ignore[arg-type]
        self.touched.clear()
