"""What-if runs: started, followed, cancelled. A run folds in a process of its own, so that the API keeps answering;
where it stands and what it found is in the database.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import grpc.aio
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.risk.api import messages
from services.risk.api.parse import Fields
from services.risk.policy import replay
from services.risk.policy.facts import Fact
from services.risk.policy.replay import Company, Outcome
from services.risk.policy.rules import WAKE
from services.risk.reads import standing, status
from services.risk.reads.history import histories
from services.risk.settings import Settings
from services.risk.shipped import handling
from shared.clock import Clock
from shared.errors import NotFound
from shared.positions import driver
from shared.protos import risk_pb2 as pb

log = logging.getLogger(__name__)
Context = grpc.aio.ServicerContext[Any, Any]

CHUNK = 4  # accounts that are read at once; whether somebody cancelled is looked at before each
SILENT = timedelta(minutes=5)
"""Without a sign of life for so long, the process that ran it is gone."""
NICE = 5
"""What-ifs come after pages, but do not starve on a busy machine."""
_START = """
INSERT INTO whatifs (whatif_id, version, against, status, done, total, input_hash, request, asked_by, asked_at, seen_at,
    cancelled)
VALUES ($1, $2, $3, 'running', 0, $4, '', $5::jsonb, $6, $7, $7, false) ON CONFLICT DO NOTHING RETURNING 1"""
_COLUMNS = "whatif_id, version, against, status, done, total, input_hash, asked_by, asked_at, seen_at, ended_at"
_ONE = f"SELECT {_COLUMNS}, report::text AS report FROM whatifs WHERE whatif_id = $1"
_LIST = f"SELECT {_COLUMNS}, NULL AS report FROM whatifs ORDER BY asked_at DESC, whatif_id LIMIT 100"
_STEP = "UPDATE whatifs SET done = $2, seen_at = $3 WHERE whatif_id = $1 RETURNING cancelled"
_CANCEL = "UPDATE whatifs SET cancelled = true WHERE whatif_id = $1 AND status = 'running'"
_END = """
UPDATE whatifs SET status = $2, report = $3::jsonb, ended_at = $4, done = $5, input_hash = $6 WHERE whatif_id = $1"""
_ACCOUNTS = text("SELECT account_id, owner_id, name, crm_id FROM known_accounts ORDER BY account_id")
_OPEN = text("SELECT 1")


class Draft(NamedTuple):
    """What is tried: a version (None: a document that is none yet) beside the one in force."""

    version: int | None
    document: Mapping[str, Any]
    against: int
    active: Mapping[str, Any]


async def shown(conn: AsyncConnection, id: UUID, now: datetime) -> pb.WhatIf:
    """A run with its report. Raises NotFound."""
    r = await driver(conn).fetchrow(_ONE, id)
    if r is None:
        raise NotFound(f"there is no what-if {id}", slug="whatif-unknown")
    return _message(r, now)


async def listed(conn: AsyncConnection, now: datetime) -> list[pb.WhatIf]:
    """The newest hundred without their reports."""
    return [_message(r, now) for r in await driver(conn).fetch(_LIST)]


def _message(r: Any, now: datetime) -> pb.WhatIf:
    gone = r["status"] == "running" and now - r["seen_at"] > SILENT
    return pb.WhatIf(
        whatif_id=str(r["whatif_id"]), version=r["version"] or 0, against=r["against"],
        status="failed" if gone else r["status"], done=r["done"], total=r["total"], input_hash=r["input_hash"],
        report_json=r["report"] or "", asked_by=messages.who(r["asked_by"]), asked_at=messages.instant(r["asked_at"]),
        ended_at=messages.instant(r["ended_at"] or (r["seen_at"] if gone else None)),
    )  # fmt: skip


class Runner:
    """Runs what-ifs one after the other: whoever holds `turn` folds."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._tasks: set[asyncio.Task[None]] = set()
        self.turn = asyncio.Lock()

    async def start(self, id: UUID, draft: Draft, company: Company, by: str) -> None:
        """Begin a run; a repeated id changes nothing."""
        request = orjson.dumps({"draft": draft.document, "active": draft.active}).decode()
        async with self._engine.begin() as conn:
            total = len((await conn.execute(_ACCOUNTS)).all())
            now = self._clock.now()
            new = await driver(conn).fetchval(_START, id, draft.version, draft.against, total, request, by, now)
        if new:
            task = asyncio.create_task(self._run(id, draft, company), name=f"what-if {id}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def cancel(self, id: UUID) -> None:
        """Ask a run to stop; one that is over stays as it is."""
        async with self._engine.begin() as conn:
            await conn.execute(_OPEN)
            await driver(conn).execute(_CANCEL, id)

    async def idle(self) -> None:
        """Until every run that was started here is over."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _run(self, id: UUID, draft: Draft, company: Company) -> None:
        found: list[Outcome] = []
        status, report, digest = "done", None, ""
        try:
            async with self.turn:
                names = await self._folded(id, draft, company, found)
            if names is None:
                status = "cancelled"
            else:
                made = replay.report(found)
                for row in made["moved"]:
                    row["name"], row["crm_id"] = names[row["account_id"]]
                made["until"] = company.until.isoformat()
                report = orjson.dumps(made).decode()
                digest = replay.input_hash(draft.active, draft.document, company, found)
        except Exception as e:  # a run is nobody's call: its failure is told where its progress is
            log.error("what-if %s failed: %r", id, e)
            status = "failed"
        async with self._engine.begin() as conn:
            await conn.execute(_OPEN)
            await driver(conn).execute(_END, id, status, report, self._clock.now(), len(found), digest)

    async def _folded(
        self, id: UUID, draft: Draft, company: Company, found: list[Outcome]
    ) -> dict[str, tuple[str, str]] | None:
        """Folds every account into `found`; (name, CRM id) of each, or None if somebody cancelled."""
        loop, spawn = asyncio.get_running_loop(), multiprocessing.get_context("spawn")
        async with self._engine.begin() as conn:
            accounts = (await conn.execute(_ACCOUNTS)).all()
        pool = ProcessPoolExecutor(1, spawn, initializer=_quiet)
        try:
            for n in range(0, len(accounts), CHUNK):
                chunk = accounts[n : n + CHUNK]
                async with self._engine.begin() as conn:
                    told = await histories(conn, [r.account_id for r in chunk])
                for r in chunk:
                    async with self._engine.begin() as conn:
                        await conn.execute(_OPEN)
                        if await driver(conn).fetchval(_STEP, id, len(found), self._clock.now()):
                            return None
                    history = told[r.account_id]
                    one = replay.Account(r.account_id, history.absorbed, history.facts, team(history.facts, r.owner_id))
                    arguments = one, draft.active, draft.document, company
                    found.append(await loop.run_in_executor(pool, replay.outcome, *arguments))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return {str(r.account_id): (r.name, r.crm_id) for r in accounts}


class WhatIfs:
    """What-if runs as commands: they decide nothing."""

    def __init__(self, engine: AsyncEngine, settings: Settings, clock: Clock, consumer: str, projection: str) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._read, self._plan = (consumer, projection), handling(settings.business).plan
        self.runner = Runner(engine, clock)

    async def StartWhatIf(self, r: pb.StartWhatIfRequest, _: Context) -> pb.WhatIf:
        """A draft over all history, beside the model in force; the command id is the id of the run."""
        f = Fields()
        meta = f.meta(r.meta, self._clock)
        document = {} if r.version else f.document("document_json", r.document_json)
        f.done()
        now = self._clock.now()
        async with self._engine.begin() as conn:
            known = await standing.models(conn)
            state = await status.status(conn, *self._read, WAKE)
            begin = await standing.begin(conn)
        if r.version:
            document = known.version_of(r.version).document
        known.checked(document)
        against, _model = standing.active(known, now)
        draft = Draft(r.version or None, document, against, known.version_of(against).document)
        company = Company(self._settings.zone, self._plan, begin, state.judged or state.told or now)
        await self.runner.start(UUID(r.meta.command_id), draft, company, meta.actor)
        return await self._shown(UUID(r.meta.command_id))

    async def CancelWhatIf(self, r: pb.CancelWhatIfRequest, _: Context) -> pb.WhatIf:
        """Stops before the next account."""
        f = Fields()
        id = f.uuid("whatif_id", r.whatif_id)
        f.meta(r.meta, self._clock)
        f.done()
        await self.runner.cancel(id)
        return await self._shown(id)

    async def _shown(self, id: UUID) -> pb.WhatIf:
        async with self._engine.begin() as conn:
            await conn.execute(_OPEN)
            return await shown(conn, id, self._clock.now())


def team(facts: list[Fact], owner: str | None) -> str:
    """Whom the commercial owner reports to; who reports to nobody leads a team of their own. Empty: no owner."""
    known = [f for f in facts if f.type == "CrmUserSeen" and f.data["crm_id"] == owner]
    return (known[-1].data.get("reports_to") if known else None) or owner or ""


def _quiet() -> None:
    """In the process of the folds: whoever stops the service stops it too, and pages come first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
