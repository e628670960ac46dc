"""How far the stack has come, read from the stores themselves: what a store has committed is what survives.

Only tables of the kernel are read (events, positions, timers), the same in every service.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import asyncpg

from shared.contracts.topics import TOPICS, Topic
from shared.eventstore.store import Connection
from shared.faults import transient

T = TypeVar("T")

AGAIN = 0.3  # seconds between two tries to reach PostgreSQL


_TAKEN = """
SELECT split_part(source, '@', 1) AS topic, min(position) AS position FROM positions
WHERE partition = 0 AND split_part(source, '@', 2) = $1 AND consumer NOT LIKE 'relay %' GROUP BY 1"""

_LOG = "SELECT coalesce(max(position), 0) FROM events"

_RELAYED = """
SELECT split_part(source, '@', 1) AS topic, partition, max(position) AS position FROM positions
WHERE consumer LIKE 'relay %' GROUP BY 1, 2"""
"""Over all clusters: what was sent to a lost log counts until it is read, and is sent again to the next one."""

_READ = """
SELECT source AS topic, partition, min(position) AS position FROM positions
WHERE source NOT LIKE '%@%' AND source <> 'store' GROUP BY 1, 2"""

_PROJECTED = "SELECT min(position) FROM positions WHERE source = 'store'"

_DUE = """
SELECT count(*) FROM timers WHERE fired_at IS NULL AND (retry_at IS NULL OR retry_at <= now())
AND due_at <= least(now(), (SELECT max(effective_at) FROM positions WHERE consumer <> 'accounts.matters'))"""
"""What time itself has to do up to the newest business time told of: time does not run ahead of the facts. What other
services tell the accounts (for handovers) does not move their time: a proposal of today is no fact of the CRM."""

_VAULT = "SELECT count(*), coalesce(sum(change), 0) FROM people"
"""Equal in two vaults if they hold the same state of the same persons."""

SCANNED = -1
"""The relay's pseudo-partition: how far its own table was read."""

PEOPLE = "kam.people.v1"

NO_READS = ("crm",)
"""Services whose own tables are all there is: no projection follows their log."""

NO_LOG = ("insights",)
"""Services that decide nothing: what they send comes from their tables, which have numbers of their own."""


@dataclass(frozen=True, slots=True)
class Lag:
    """What is still on its way from CRM change to page, over all services."""

    unsent: int
    """Events that their service's relay has never looked at."""

    unread: int
    """Partitions and vaults of which a service that follows them has not read all that was sent."""
    unprojected: int
    """Events that the read model of their own service lacks."""

    due: int
    """Timers (assessments above all) that have yet to fire."""

    @property
    def steps(self) -> int:
        """All of these together; 0 if the page shows all there is."""
        return self.unsent + self.unread + self.unprojected + self.due


@dataclass(frozen=True, slots=True)
class Place:
    """Where one service stands, by its own tables."""

    log: int
    sent: Mapping[tuple[str, int], int]
    read: Mapping[tuple[str, int], int]
    projected: int
    due: int
    vault: tuple[object, ...]


class Stores:
    """Reads how far the services are. `dsns`: by service. While PostgreSQL is away the answer waits for it."""

    def __init__(self, dsns: Mapping[str, str]) -> None:
        self.dsns = dict(dsns)

    async def taken(self, cluster: str) -> dict[str, int]:
        """Messages of each source topic in this cluster that the crm service has taken in."""
        rows = await self._ask(self.dsns["crm"], lambda conn: conn.fetch(_TAKEN, cluster))
        return {row["topic"]: row["position"] for row in rows}

    async def lag(self) -> Lag:
        """What the page lacks, at the moment of asking."""
        at = {service: await self._place(dsn) for service, dsn in self.dsns.items()}
        unsent = unread = 0
        for topic in TOPICS.values():
            if (producer := at.get(topic.producer)) is None:
                continue
            if topic.name != PEOPLE and topic.producer not in NO_LOG:
                unsent += producer.log - producer.sent.get((topic.name, SCANNED), 0)
            unread += sum(_behind(topic, producer, at[c]) for c in topic.consumers if c in at)
        unprojected = sum(p.log - p.projected for service, p in at.items() if service not in NO_READS + NO_LOG)
        return Lag(unsent, unread, unprojected, sum(p.due for p in at.values()))

    async def _place(self, dsn: str) -> Place:
        async def read(conn: Connection) -> Place:
            sent, taken = await conn.fetch(_RELAYED), await conn.fetch(_READ)
            return Place(
                await conn.fetchval(_LOG),
                {(row["topic"], row["partition"]): row["position"] for row in sent},
                {(row["topic"], row["partition"]): row["position"] for row in taken},
                await conn.fetchval(_PROJECTED) or 0,
                await conn.fetchval(_DUE),
                tuple(await conn.fetchrow(_VAULT) or ()),
            )

        return await self._ask(dsn, read)

    @staticmethod
    async def _ask(dsn: str, read: Callable[[Connection], Awaitable[T]]) -> T:
        """One connection for all that is read: opening one costs more than what is asked."""
        while True:
            try:
                connection = await asyncpg.connect(dsn, timeout=5)
                try:
                    return await read(connection)
                finally:
                    await connection.close(timeout=5)
            except Exception as error:
                if not transient(error):
                    raise
            await asyncio.sleep(AGAIN)


def _behind(topic: Topic, producer: Place, reader: Place) -> int:
    """Partitions of a topic that a reader has not read to the end; for the vault: 1 unless both hold the same."""
    if topic.name == PEOPLE:
        return int(producer.vault != reader.vault)
    sent = {
        part: position for (name, part), position in producer.sent.items() if name == topic.name and part != SCANNED
    }
    return sum(reader.read.get((topic.name, part), 0) < position for part, position in sent.items())
