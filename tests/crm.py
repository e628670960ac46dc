"""The crm service without a broker: captured lines in, facts out. Shared by its unit, feature, integration and fault
tests.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.crm import domain, publish
from services.crm.consumers import Ingest
from services.crm.mapping.edition import Edition, load
from shared.consumer import Message
from shared.contracts.base import PublicEvent
from shared.eventstore.events import Recorded
from shared.eventstore.store import append_in, read_in
from shared.migrate import kernel_ddl
from shared.positions import driver

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data" / "crm-demo"
MIRROR = (ROOT / "services/crm/migrations/versions/0001_init.py").read_text().split('"""')[3]
SENT_AT = datetime(2026, 11, 22, tzinfo=UTC)

Line = tuple[str, bytes | None, bytes | None]
"""topic, key, value."""


def edition(name: str = "suitecrm-7") -> Edition:
    return load(name, "sugar", "USD")


def capture(name: str) -> list[Line]:
    """A captured file as Kafka would hold it."""
    with gzip.open(DATA / name) as f:
        lines = [orjson.loads(line) for line in f]
    return [line(m["topic"], m["key"], m["value"]) for m in lines]


def usage(name: str = "usage_small.jsonl.gz") -> list[Line]:
    with gzip.open(DATA / name) as f:
        reports = [orjson.loads(row) for row in f]
    return [("crm.usage.v1", r["account_crm_id"].encode(), orjson.dumps(r)) for r in reports]


def line(topic: str, key: Any, value: Any) -> Line:
    return topic, orjson.dumps(key) if key is not None else None, orjson.dumps(value) if value is not None else None


@dataclass
class Crm:
    """Delivers lines in batches, each in a transaction, as the worker's consumer does."""

    engine: AsyncEngine
    edition: Edition = field(default_factory=edition)
    rejected: list[tuple[Line, str]] = field(default_factory=list)
    offsets: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ingest = Ingest(self.edition)

    def message(self, topic: str, key: bytes | None, value: bytes | None) -> Message:
        offset = self.offsets[topic] = self.offsets.get(topic, -1) + 1
        m = Message(topic, 0, offset, SENT_AT, key, value, ())
        try:
            m.body = self.ingest.decode(key, value, topic)
        except Exception as e:
            m.body, m.reason = None, f"{type(e).__name__}: {e}"
            self.rejected.append(((topic, key, value), m.reason))
        return m

    async def deliver(self, lines: Iterable[Line], batch: int = 4_000) -> int:
        """Returns how many events came of it."""
        told = 0
        for part in parts(list(lines), batch):
            messages = [m for m in (self.message(*x) for x in part) if m.body is not None]
            if messages:
                told += await self.apply(messages)
        return told

    async def apply(self, messages: Sequence[Message]) -> int:
        async with self.engine.begin() as conn:
            await conn.execute(text("SELECT 1"))
            events = await self.ingest.handle(conn, messages)
            if events:
                await append_in(driver(conn), events)
        return len(events)

    async def fetch(self, sql: str, *args: Any) -> list[Any]:
        async with self.engine.begin() as conn:
            await conn.execute(text("SELECT 1"))
            return list(await driver(conn).fetch(sql, *args))

    async def run(self, script: str) -> None:
        async with self.engine.begin() as conn:
            await conn.execute(text("SELECT 1"))
            await driver(conn).execute(script)

    async def log(self) -> list[Recorded]:
        async with self.engine.begin() as conn:
            await conn.execute(text("SELECT 1"))
            return [*await read_in(driver(conn), 0, 1_000_000)]

    async def public(self) -> list[tuple[Recorded, PublicEvent]]:
        """Every public event with the stored one behind it, in order."""
        found = [(r, publish.publish(r)) for r in await self.log()]
        return [(r, p[1]) for r, p in found if p is not None]


async def install(engine: AsyncEngine) -> None:
    """The mirror's tables, beside the kernel's."""
    async with engine.begin() as conn:
        await conn.execute(text("SELECT 1"))
        await driver(conn).execute(MIRROR)


def parts(lines: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for i in range(0, len(lines), size):
        yield lines[i : i + size]


def timelines(log: Iterable[Recorded]) -> dict[Any, list[tuple[datetime, str, Any]]]:
    """What each record was from when on, as its facts tell it: the newest of an instant counts, repeats are one."""
    states: dict[Any, dict[datetime, tuple[str, Any]]] = {}
    for r in log:
        if isinstance(r.event, domain.RecordEvent) and r.topic.rpartition(".")[2] in ("Seen", "Deleted", "Merged"):
            data = {
                k: v
                for k, v in r.event.__dict__.items()
                if k not in ("originator_id", "originator_version", "timestamp")
            }
            states.setdefault(r.stream_id, {})[r.effective_at] = (r.topic, data)
    out: dict[Any, list[tuple[datetime, str, Any]]] = {}
    for stream, by_instant in states.items():
        found = out[stream] = []
        for at, (topic, data) in sorted(by_instant.items()):
            if not found or found[-1][1:] != (topic, data):
                found.append((at, topic, data))
    return out


def newest(log: Iterable[Recorded]) -> dict[Any, Recorded]:
    """The state of each record by its highest revision, which is what a reader keeps."""
    return {
        r.stream_id: r
        for r in log
        if isinstance(r.event, domain.RecordEvent) and r.topic.rpartition(".")[2] in ("Seen", "Deleted", "Merged")
    }


def linked(lines: Iterable[Line], ids: Iterable[str]) -> set[bytes]:
    """These account ids, and those of the contacts and deals linked to them in a capture without schemas."""
    found = {i.encode() for i in ids}
    for topic, _, value in lines:
        if topic.endswith((".accounts_contacts", ".accounts_opportunities")) and value:
            row = orjson.loads(value)
            row = row["after"] or row["before"]
            if row["account_id"].encode() in found:
                found.add((row.get("contact_id") or row["opportunity_id"]).encode())
    return found


def about(lines: Iterable[Line], ids: set[bytes]) -> list[Line]:
    """The lines that have to do with these ids, in any format; all users too."""
    return [x for x in lines if x[0].endswith(".users") or any(i in (x[2] or x[1] or b"") for i in ids)]


async def delivered(dsn: str, batches: Iterable[Sequence[Line]]) -> Crm:
    """A service of its own that got these batches; each is a transaction. Dispose of its engine."""
    engine = create_async_engine(dsn.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as conn:
        await conn.execute(text("SELECT 1"))
        await driver(conn).execute(kernel_ddl())
    await install(engine)
    crm = Crm(engine)
    for batch in batches:
        await crm.deliver(batch, len(batch) or 1)
    return crm
