"""One batch of foreign messages, in the transaction that moves the positions: versions into the mirror, facts into the
log.

The mirror is a set of versions and the facts are what follows from it, so repeats, other orders and late arrivals lead
to the same facts. One batch at a time holds the mirror's lock: the rows of one record come from several topics.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.crm import domain, reads
from services.crm.consumers.neighbours import Neighbours
from services.crm.consumers.telling import Health, remember_persons, tell
from services.crm.consumers.touched import Touched
from services.crm.mapping.debezium import read_row, read_schema
from services.crm.mapping.edition import Edition, Table
from services.crm.mapping.rows import Change, Columns, Coordinate
from services.crm.mapping.schemas import Schemas, drift
from services.crm.mapping.usage import read_usage
from services.crm.mapping.values import moment
from services.crm.policy.history import Version
from shared.consumer import Message
from shared.eventstore.events import NewEvent
from shared.eventstore.store import Connection

Body = Change | list[Columns]


class Ingest:
    """Decode and Handler of the crm worker. `behind`: whether there is more to read than this batch."""

    def __init__(self, edition: Edition, behind: Callable[[], bool] = lambda: False) -> None:
        self.edition, self.behind = edition, behind
        self._connected = False

    def decode(self, key: bytes | None, value: bytes | None, topic: str) -> Body | None:
        """A foreign message in our words; None: nothing for us in it. Raises ValueError."""
        table = self.edition.by_topic.get(topic)
        if table is not None:
            return read_row(self.edition, table, key, value)
        if topic == self.edition.usage_topic:
            return read_usage(self.edition, value)
        if topic == self.edition.schema_topic:
            return read_schema(self.edition, value)
        return None

    async def handle(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        """Apply a batch."""
        raw = await reads.lock(conn)
        changes, columns = _sorted(messages)
        known = await reads.schemas(raw)
        schemas = Schemas(self.edition, known)
        rescaled: list[Table] = []
        strange = {d for c in columns for d in drift(c, schemas.newest(c.table))}
        if columns:
            new = [(c.table.name, c.at, c.types) for c in columns if not c.dropped]
            before, schemas = schemas, Schemas(self.edition, [*known, *new])
            rescaled = [t for t in {c.table for c in columns} if before.scales(t) != schemas.scales(t)]
            if new:
                await reads.learn(raw, new)
        batch = await self._take(raw, changes, schemas, rescaled)
        batch.world.drift |= strange
        around = Neighbours(raw, batch)
        await around.mergers()
        await around.dependents()
        await around.around()
        events = await tell(raw, batch)
        events += await self._health(raw, batch, changes)
        await remember_persons(conn, raw, batch)
        return events

    async def _take(
        self,
        raw: Connection,
        changes: dict[tuple[Table, str], dict[Coordinate, Change]],
        schemas: Schemas,
        rescaled: Sequence[Table],
    ) -> Touched:
        """Put the changes into the mirror."""
        rows = [f"{t.name}/{key}" for t, key in changes]
        stored = await reads.versions(raw, rows + [f"{t}/" for t in self.edition.tables])
        truncates = {row[:-1]: found for row, found in stored.items() if row.endswith("/")}
        cut: set[Table] = set(rescaled)
        for (table, key), news in changes.items():
            if not key:
                old = truncates.setdefault(table.name, [])
                new = [
                    Version(c.at, c.op, c.ts, None) for c in news.values() if c.at and c.at not in {v.at for v in old}
                ]
                await reads.keep(raw, [(f"{table.name}/", v) for v in new])
                old += new
                cut |= {table} if new else set()
        batch = Touched(self.edition, schemas, truncates)
        for (table, key), news in changes.items():
            if key:
                batch.row(table, key, stored.get(f"{table.name}/{key}", ()), list(news.values()))
                batch.world.drift.update(
                    (table.name, c, "unknown column") for change in news.values() for c in change.strange
                )
        await reads.keep(raw, batch.kept)
        for table in cut:  # all its rows read differently now
            found = await reads.versions(raw, [r for r in await reads.rows_of(raw, table.name) if not r.endswith("/")])
            for row, versions in found.items():
                batch.again(table, row.partition("/")[2], versions)
        await reads.empty(raw, batch.emptied)
        await reads.relate(raw, batch.refs)
        await reads.speak(raw, batch.words)
        return batch

    async def _health(
        self, raw: Connection, batch: Touched, changes: dict[tuple[Table, str], dict[Coordinate, Change]]
    ) -> list[NewEvent]:
        last = any(c.last for news in changes.values() for c in news.values())
        strange = await reads.drifts(raw, batch.world.drift)
        behind = self.behind()
        if self._connected and not last and not strange and not behind:
            return []
        health = await Health.read(raw, self.edition.system)
        dated = [(c.ts, c.op) for news in changes.values() for c in news.values() if c.ts is not None]
        now = moment(max(dated)[0]) if dated else None
        if changes and not health.knows(domain.Connected):
            health.tell(domain.Connected, _connected_at(dated), edition=self.edition.name)
        self._connected = self._connected or health.knows(domain.Connected)
        if behind and not health.behind:
            health.tell(domain.LagExceeded, now)
        for table, column, what in strange:
            health.tell(domain.SchemaDriftDetected, now, table=table, column=column or None, what=what)
        if last and not health.knows(domain.BackfillCompleted):
            health.tell(domain.BackfillCompleted, now, rows=await reads.snapshot_rows(raw))
        return health.events


def _connected_at(dated: Sequence[tuple[int, str]]) -> datetime | None:
    """The instant of the snapshot: its rows are not newer, and those without a date of their own carry it. A topic that
    is read far ahead of the others must not make the connection younger than what it told.
    """
    snapshot = [ts for ts, op in dated if op in ("r", "s")]
    if snapshot:
        return moment(max(snapshot))
    return moment(min(dated)[0]) if dated else None


def _sorted(messages: Sequence[Message]) -> tuple[dict[tuple[Table, str], dict[Coordinate, Change]], list[Columns]]:
    """Changes by row and coordinate; where the same was sent twice, one is enough."""
    changes: dict[tuple[Table, str], dict[Coordinate, Change]] = {}
    columns: list[Columns] = []
    for m in messages:
        body: Body = m.body
        if isinstance(body, list):
            columns += body
            continue
        change = body.placed(m.offset, m.sent_at)
        assert change.at is not None  # placed
        changes.setdefault((change.table, change.key), {}).setdefault(change.at, change)
    return changes, columns
