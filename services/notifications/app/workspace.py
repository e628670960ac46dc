"""The aggregates that a batch of facts or a timer touches: loaded once, changed in memory, their events kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.domain import AlertCase, Digest
from shared.eventstore.events import Meta, NewEvent, encode
from shared.eventstore.repository import aggregates_in
from shared.positions import driver

T = TypeVar("T")


class Workspace:
    """Lives as long as one transaction, which many timers may share."""

    def __init__(self, conn: AsyncConnection) -> None:
        self.conn = conn
        self.events: list[NewEvent] = []
        self._found: dict[UUID, AlertCase | None] = {}
        self._touched: list[AlertCase | Digest] = []
        self._read: dict[Hashable, Any] = {}

    async def once(self, what: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` found when it was first asked for `what`: for what this transaction does not change."""
        if what not in self._read:
            self._read[what] = await read()
        return cast(T, self._read[what])

    def know(self, what: Hashable, found: Any) -> None:
        """It was read together with others: `once` need not ask."""
        self._read.setdefault(what, found)

    def forget(self, what: Hashable) -> None:
        """It was changed: `once` asks again."""
        self._read.pop(what, None)

    async def load(self, ids: Iterable[UUID]) -> list[AlertCase]:
        """Those that exist, in one query; what is here already is not loaded again."""
        wanted = set(ids)
        missing = wanted - self._found.keys()
        if missing:
            found = await aggregates_in(driver(self.conn), AlertCase, missing)
            self._found.update({i: found.get(i) for i in missing})
        return [case for i in wanted if (case := self._found[i]) is not None]

    async def case(self, alert_id: UUID) -> AlertCase | None:
        """The alert, to be changed; None: it does not exist."""
        await self.load([alert_id])
        found = self._found[alert_id]
        if found is not None:
            self._touched.append(found)
        return found

    def add(self, made: AlertCase | Digest) -> None:
        """A new one."""
        if isinstance(made, AlertCase):
            self._found[made.id] = made
        self._touched.append(made)

    def keep(self, meta: Meta) -> None:
        """Take the new events of everything touched since the last call, as the consequence of one cause."""
        for aggregate in self._touched:
            if events := aggregate.collect_events():
                self.events += encode(events, meta)  # type: ignore[arg-type]
        self._touched.clear()

    def take(self) -> list[NewEvent]:
        """The events so far; they are not given twice."""
        events, self.events = self.events, []
        return events
