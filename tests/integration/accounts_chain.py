"""The chain crm → accounts without Kafka: the capture goes through the crm consumer, its facts through ours, in any
order.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zlib import crc32

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from deploy.local.postgres import Postgres
from services.accounts import consumers
from services.accounts.app import Accounts
from services.accounts.projections import AccountsReads
from services.accounts.reads.asof import AsOf
from services.accounts.reads.portfolio import Portfolio, load
from services.accounts.settings import Settings
from services.accounts.timekeeping.wiring import Timekeeping, arm_daily
from services.crm import publish as crm_publish
from services.crm import vault
from services.crm.consumers.ingest import Ingest
from services.crm.settings import Settings as CrmSettings
from shared.consumer import Consumer
from shared.contracts.base import Envelope, PublicEvent
from shared.contracts.people import CHANNEL as PEOPLE
from shared.eventstore.events import Meta
from shared.eventstore.repository import Repository
from shared.eventstore.store import EventStore
from shared.ids import derived
from shared.migrate import upgrade
from shared.positions import driver
from shared.projector import Projector
from shared.relay import public_events
from shared.testing import ManualClock

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data" / "crm-demo"
SMALL = ("crm_cdc_small.jsonl.gz", "usage_small.jsonl.gz")
END = datetime(2026, 11, 23, tzinfo=UTC)
Record = Any


def record(
    topic: str, partition: int, offset: int, key: bytes | None, value: bytes | None, headers: Any = ()
) -> Record:
    """One message as aiokafka delivers it."""
    return SimpleNamespace(
        topic=topic, partition=partition, offset=offset, key=key, value=value, headers=headers, timestamp=0
    )


def capture(*files: str) -> list[Record]:
    """The messages of capture files, with offsets of their topic."""
    offsets: dict[str, int] = {}
    found = []
    for name in files:
        with gzip.open(DATA / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                d = json.loads(line)
                usage = {"topic": "crm.usage.v1", "key": None, "value": d}
                topic, key, value = ((d if "topic" in d else usage)[part] for part in ("topic", "key", "value"))
                offset = offsets.get(topic, -1) + 1
                offsets[topic] = offset
                encoded = None if value is None else json.dumps(value).encode()
                found.append(record(topic, 0, offset, None if key is None else json.dumps(key).encode(), encoded))
    return found


@asynccontextmanager
async def engine_of(dsn: str) -> AsyncIterator[AsyncEngine]:
    """SQLAlchemy on a database."""
    made = create_async_engine(dsn.replace("postgresql:", "postgresql+asyncpg:"), pool_pre_ping=True)
    try:
        yield made
    finally:
        await made.dispose()


async def facts_of(dsn: str, messages: Sequence[Record], batch: int = 500) -> tuple[list[Record], list[Record]]:
    """(messages of kam.crm.v1, messages of kam.people.v1) that the crm service makes of a capture."""
    await upgrade(dsn, ROOT / "services" / "crm" / "migrations")
    ingest = Ingest(CrmSettings(database=dsn).edition)
    async with engine_of(dsn) as engine:
        consumer = Consumer(
            "crm.ingest", sorted({m.topic for m in messages}), engine, ingest.decode, ingest.handle, chained=False
        )
        for n in range(0, len(messages), batch):
            await consumer.apply(messages[n : n + batch])
        facts: list[Record] = []
        last: dict[int, int] = {}
        async with engine.connect() as conn:
            await conn.begin()
            read, after = public_events("crm", crm_publish.publish), 0
            while (page := await read(driver(conn), after, 5_000)).scanned > after:
                after = page.scanned
                facts += [_chained(m, last) for m in page.messages]
            words = (await vault.page(driver(conn), 0, 100_000)).messages
    return facts, [
        record(PEOPLE, 0, n, m.key, m.value, [("position", str(m.position).encode())]) for n, m in enumerate(words)
    ]


_small: list[tuple[list[Record], list[Record]]] = []


async def small_facts(postgres: Postgres) -> tuple[list[Record], list[Record]]:
    """The same of the small capture and its usage. Six files of tests begin with it, so a process makes it once."""
    if not _small:
        _small.append(await facts_of(postgres.create("small_crm"), capture(*SMALL)))
        postgres.drop("small_crm")
    facts, persons = _small[0]
    return [*facts], [*persons]


def _chained(m: Any, last: dict[int, int]) -> Record:
    partition = crc32(m.key) % 4
    headers = [("position", str(m.position).encode()), ("prev", str(last.get(partition, 0)).encode()), *m.headers]
    last[partition] = m.position
    return record("kam.crm.v1", partition, m.position, m.key, m.value, headers)


def interleaved(facts: Iterable[Record], seed: int) -> list[Record]:
    """Any order between the partitions, their own order within each."""
    lanes: dict[int, list[Record]] = {}
    for m in facts:
        lanes.setdefault(m.partition, []).append(m)
    rng, out = random.Random(seed), []
    while lanes:
        lane = rng.choice(sorted(lanes))
        take = rng.randint(1, 400)
        out += lanes[lane][:take]
        lanes[lane] = lanes[lane][take:]
        if not lanes[lane]:
            del lanes[lane]
    return out


class AccountsService:
    """The accounts worker, step by step."""

    def __init__(self, engine: AsyncEngine, dsn: str, clock: ManualClock) -> None:
        self.engine, self.clock, self.settings = engine, clock, Settings(database=dsn)
        self.consumer = consumers.crm_consumer(engine, self.settings)
        self.people = consumers.people_consumer(engine)
        self.matters = consumers.matters_consumer(engine, self.settings)
        self.projector = Projector(AccountsReads(), engine)
        self.time = Timekeeping(engine, self.settings, clock, consumers.CRM_CONSUMER, AccountsReads.name)

    async def take(self, facts: Sequence[Record], batch: int = 2_000) -> None:
        """Consume and project."""
        for n in range(0, len(facts), batch):
            await self.consumer.apply(facts[n : n + batch])
        await self.project()

    async def know(self, persons: Sequence[Record]) -> None:
        """The names."""
        if persons:
            await self.people.apply(persons)

    async def project(self) -> None:
        """Until the read model shows everything."""
        while await self.projector.step():
            pass

    async def settle(self) -> int:
        """Let time pass until nothing is due; returns how many timers fired."""
        fired = 0
        while done := await self.time.assessments.step() or await self.time.others.step():
            fired += done
            await self.project()
        return fired

    async def look_at_handovers(self) -> None:
        """As the worker does every half minute."""
        self.clock.advance(timedelta(minutes=1))
        await self.project()
        await self.time.handovers.step()
        await self.project()

    async def portfolio(self, asof: AsOf | None = None) -> Portfolio:
        """The portfolio on a day (now)."""
        async with self.engine.connect() as conn:
            return await load(conn, asof or AsOf.at(self.clock.now(), self.settings.zone), currency="USD")


@asynccontextmanager
async def accounts_service(dsn: str, now: datetime = END) -> AsyncIterator[AccountsService]:
    """A fresh accounts database with the shipped policies, and the worker on it."""
    await upgrade(dsn, ROOT / "services" / "accounts" / "migrations")
    clock = ManualClock(now)
    async with engine_of(dsn) as engine:
        async with EventStore(dsn, "accounts") as store:
            await Accounts(Repository(store, clock), clock).adopt_shipped_policies(Meta("system:accounts"))
        await arm_daily(engine)
        yield AccountsService(engine, dsn, clock)


def told(*facts: tuple[PublicEvent, datetime], start: int = 1) -> list[Record]:
    """Messages of facts written by hand, in the order given; `start`: the first position."""
    last: dict[int, int] = {}
    found = []
    for position, (fact, at) in enumerate(facts, start):
        key = str(getattr(fact, "account_id", None) or getattr(fact, "crm_id", None) or "sugar").encode()
        envelope = Envelope(
            id=f"crm:{position}", type=fact.TYPE, position=position, stream=derived("test", fact.TYPE), version=1,
            effective_at=at, recorded_at=at, actor="crm:sugar", data=fact.model_dump(mode="json"),
        )  # fmt: skip
        value = envelope.model_dump_json(by_alias=True).encode()
        found.append(_chained(SimpleNamespace(position=position, key=key, value=value, headers=()), last))
    return found
