"""What-if runs: started, followed, cancelled. A run lives in the process that started it; its state in the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.insights.api import messages
from services.insights.policy import whatif
from services.insights.policy.facts import Fact
from services.insights.policy.whatif import Known
from shared.clock import Clock
from shared.errors import NotFound
from shared.positions import driver
from shared.protos import insights_pb2 as pb

log = logging.getLogger(__name__)

KIND = "tier_policy"
CHUNK = 200  # assessments between two looks whether it is cancelled
LONGEST = timedelta(minutes=10)
"""A run takes seconds: one that is older ended with its process."""
_START = """
INSERT INTO whatifs (whatif_id, kind, status, done, total, input_hash, request, asked_by, asked_at, cancelled)
VALUES ($1, $2, 'running', 0, $3, $4, $5::jsonb, $6, $7, false) ON CONFLICT DO NOTHING RETURNING 1"""
_COLUMNS = (
    "whatif_id, kind, status, done, total, input_hash, asked_by, asked_at, ended_at, request->'version' AS version"
)
_ONE = f"SELECT {_COLUMNS}, report::text AS report FROM whatifs WHERE whatif_id = $1"
_LIST = f"SELECT {_COLUMNS}, NULL AS report FROM whatifs ORDER BY asked_at DESC, whatif_id LIMIT 100"
_STEP = "UPDATE whatifs SET done = $2 WHERE whatif_id = $1 RETURNING cancelled"
_END = "UPDATE whatifs SET status = $2, report = $3::jsonb, ended_at = $4, done = $5 WHERE whatif_id = $1"
_OPEN = text("SELECT 1")


async def shown(conn: AsyncConnection, id: UUID, now: datetime) -> pb.WhatIf:
    """A run. Raises NotFound."""
    r = await driver(conn).fetchrow(_ONE, id)
    if r is None:
        raise NotFound(f"there is no what-if {id}", slug="whatif-unknown")
    return _message(r, now)


async def listed(conn: AsyncConnection, now: datetime) -> list[pb.WhatIf]:
    """The newest hundred without their reports."""
    return [_message(r, now) for r in await driver(conn).fetch(_LIST)]


def _message(r: Any, now: datetime) -> pb.WhatIf:
    gone = r["status"] == "running" and now - r["asked_at"] > LONGEST
    return pb.WhatIf(
        whatif_id=str(r["whatif_id"]), kind=r["kind"], status="failed" if gone else r["status"], done=r["done"],
        total=r["total"], input_hash=r["input_hash"], report_json=r["report"] or "",
        asked_by=r["asked_by"].removeprefix("user:"), version=int(r["version"] or 0),
        asked_at=messages.instant(r["asked_at"]), ended_at=messages.instant(r["ended_at"]),
    )  # fmt: skip


class Runner:
    """Runs what-ifs, one task each."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(
        self,
        id: UUID,
        document: Mapping[str, Any],
        version: int,
        facts: list[Fact],
        known: Mapping[str, Known],
        by: str,
    ) -> None:
        """Begin a run; a repeated id changes nothing. Raises ValueError for a draft that makes no sense."""
        draft, caps = whatif.Draft.read(document), whatif.Caps.read(document)
        facts = sorted(facts, key=lambda f: (f.effective_at, f.position))
        digest = whatif.input_hash(document, facts)
        request = orjson.dumps({"version": version, "document": document}).decode()
        async with self._engine.begin() as conn:
            await conn.execute(_OPEN)
            new = await driver(conn).fetchval(_START, id, KIND, len(facts), digest, request, by, self._clock.now())
        if new:
            task = asyncio.create_task(self._run(id, draft, caps, facts, known), name=f"what-if {id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def cancel(self, id: UUID) -> None:
        """Ask a run to stop; one that is over stays as it is."""
        async with self._engine.begin() as conn:
            await conn.execute(_OPEN)
            sql = "UPDATE whatifs SET cancelled = true WHERE whatif_id = $1 AND status = 'running'"
            await driver(conn).execute(sql, id)

    async def idle(self) -> None:
        """Until every run that was started here is over."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _run(
        self, id: UUID, draft: whatif.Draft, caps: whatif.Caps, facts: list[Fact], known: Mapping[str, Known]
    ) -> None:
        rows: list[dict[str, Any]] = []
        status, report = "done", None
        try:
            for n in range(0, len(facts), CHUNK):
                part = facts[n : n + CHUNK]
                rows += await asyncio.to_thread(lambda part=part: list(whatif.replay(draft, part)))  # type: ignore[misc]
                async with self._engine.begin() as conn:
                    await conn.execute(_OPEN)
                    if await driver(conn).fetchval(_STEP, id, len(rows)):
                        status = "cancelled"
                        break
            if status == "done":
                report = orjson.dumps(whatif.report(rows, known, caps)).decode()
        except Exception as e:  # a run is nobody's call: its failure is told where its progress is
            log.error("what-if %s failed: %r", id, e)
            status = "failed"
        async with self._engine.begin() as conn:
            await conn.execute(_OPEN)
            await driver(conn).execute(_END, id, status, report, self._clock.now(), len(rows))
