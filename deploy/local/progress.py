"""How far the stack has come, read from the stores themselves: what a store has committed is what survives.

Only tables of the kernel are read (events, positions, timers), the same in every service.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import asyncpg

from shared.faults import transient

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
AND due_at <= least(now(), (SELECT max(effective_at) FROM positions))"""
"""What time itself has to do up to the newest business time told of: time does not run ahead of the facts."""

_VAULT = "SELECT count(*), coalesce(sum(change), 0) FROM people"
"""Equal in two vaults if they hold the same state of the same persons."""

SCANNED = -1
"""The relay's pseudo-partition: how far its own table was read."""


@dataclass(frozen=True, slots=True)
class Lag:
    """What is still on its way from CRM change to page."""

    unsent: int
    """Facts of the crm service that its relay has never sent."""

    unread: int
    """Partitions and vaults in which the accounts service has not read all that the crm service has sent."""
    unprojected: int
    """Events of the accounts service that its read model lacks."""

    due: int
    """Timers of the accounts service (assessments above all) that have yet to fire."""

    @property
    def steps(self) -> int:
        """All of these together; 0 if the page shows all there is."""
        return self.unsent + self.unread + self.unprojected + self.due


class Stores:
    """Reads how far the crm and the accounts service are. While PostgreSQL is away the answer waits for it."""

    def __init__(self, crm: str, accounts: str) -> None:
        self.crm, self.accounts = crm, accounts

    async def taken(self, cluster: str) -> dict[str, int]:
        """Messages of each source topic in this cluster that the crm service has taken in."""
        rows = await self._rows(self.crm, _TAKEN, cluster)
        return {row["topic"]: row["position"] for row in rows}

    async def lag(self) -> Lag:
        """What the page lacks, at the moment of asking."""
        log = (await self._rows(self.crm, _LOG))[0][0]
        relayed = await self._rows(self.crm, _RELAYED)
        sent = {(row["topic"], row["partition"]): row["position"] for row in relayed}
        read = {(row["topic"], row["partition"]): row["position"] for row in await self._rows(self.accounts, _READ)}
        behind = sum(p[1] != SCANNED and read.get(p, 0) < position for p, position in sent.items())
        behind += await self._rows(self.crm, _VAULT) != await self._rows(self.accounts, _VAULT)
        own = (await self._rows(self.accounts, _LOG))[0][0]
        projected = (await self._rows(self.accounts, _PROJECTED))[0][0] or 0
        due = (await self._rows(self.accounts, _DUE))[0][0]
        return Lag(log - sent.get(("kam.crm.v1", SCANNED), 0), behind, own - projected, due)

    @staticmethod
    async def _rows(dsn: str, query: str, *arguments: object) -> list[asyncpg.Record]:
        while True:
            try:
                connection = await asyncpg.connect(dsn, timeout=5)
                try:
                    return await connection.fetch(query, *arguments)
                finally:
                    await connection.close(timeout=5)
            except Exception as error:
                if not transient(error):
                    raise
            await asyncio.sleep(AGAIN)
