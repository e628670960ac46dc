"""The risk service without Kafka: facts go through its consumer in any order, the clock stands where a test puts it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zlib import crc32

from sqlalchemy.ext.asyncio import AsyncEngine

from services.accounts.publish import publish as accounts_publish
from services.risk import consumers
from services.risk.app import Risk
from services.risk.main import ALWAYS, application
from services.risk.projections import RiskReads, Wake
from services.risk.settings import Settings
from services.risk.timekeeping.wiring import Timekeeping
from shared.contracts.base import Envelope, PublicEvent
from shared.eventstore.events import Meta
from shared.eventstore.store import EventStore
from shared.ids import derived
from shared.migrate import upgrade
from shared.positions import driver
from shared.projector import Projector
from shared.relay import public_events
from shared.testing import ManualClock
from tests.integration.accounts_chain import ROOT, Record, accounts_service, engine_of, record

CAPTURE_END = datetime(2026, 11, 15, 18, tzinfo=UTC)


class RiskService:
    """The risk worker, step by step."""

    def __init__(self, engine: AsyncEngine, dsn: str, clock: ManualClock, store: EventStore) -> None:
        self.engine, self.dsn, self.clock, self.store = engine, dsn, clock, store
        self.settings = Settings(database=dsn)
        self.app: Risk = application(store, self.settings, clock)
        self.consumer = consumers.facts_consumer(engine)
        self.projector, self.wake = Projector(RiskReads(), engine), Projector(Wake(), engine)
        self.time = Timekeeping(engine, self.settings, clock, consumers.FACTS_CONSUMER, RiskReads.name)

    async def take(self, facts: Sequence[Record], batch: int = 1_000) -> None:
        """Consume."""
        for n in range(0, len(facts), batch):
            await self.consumer.apply(facts[n : n + batch])

    async def project(self) -> None:
        """Until the read model shows everything, and everybody is woken."""
        while await self.projector.step() or await self.wake.step():
            pass

    async def settle(self) -> int:
        """Let time pass until nothing is due; returns how many timers fired."""
        fired = 0
        await self.project()
        while done := await self.time.step():
            fired += done
            await self.project()
        return fired

    async def at(self, instant: datetime) -> int:
        """Move the clock there, and let time pass."""
        self.clock.set(instant)
        return await self.settle()

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """Short SQL."""
        async with self.engine.connect() as conn:
            await conn.begin()
            return list(await driver(conn).fetch(sql, *values))

    async def path(self, account: UUID) -> list[tuple[datetime, str]]:
        """(when, colour) of every colour event of an account."""
        sql = "SELECT effective_at, to_colour FROM colour_steps WHERE account_id = $1 ORDER BY effective_at, position"
        return [(r[0], r[1]) for r in await self.rows(sql, account)]


@asynccontextmanager
async def risk_service(dsn: str, now: datetime = CAPTURE_END) -> AsyncIterator[RiskService]:
    """A fresh risk database with the shipped model, and the worker on it."""
    await upgrade(dsn, ROOT / "services" / "risk" / "migrations")
    clock = ManualClock(now)
    async with engine_of(dsn) as engine, EventStore(dsn, "risk") as store:
        service = RiskService(engine, dsn, clock, store)
        await service.app.adopt_shipped_model(ALWAYS, Meta("system:risk"))
        yield service


async def judgements_of(dsn: str, facts: Sequence[Record], now: datetime = CAPTURE_END) -> list[Record]:
    """Messages of kam.accounts.v1 that the accounts service makes of the CRM's facts."""
    async with accounts_service(dsn, now) as accounts:
        await accounts.take(facts)
        await accounts.settle()
        found: list[Record] = []
        last: dict[int, int] = {}
        async with accounts.engine.connect() as conn:
            await conn.begin()
            read, after = public_events("accounts", accounts_publish), 0
            while (page := await read(driver(conn), after, 5_000)).scanned > after:
                after = page.scanned
                found += [chained(m, last, "kam.accounts.v1") for m in page.messages]
    return found


def chained(m: Any, last: dict[int, int], topic: str) -> Record:
    """A message as the relay sends it."""
    partition = crc32(m.key) % 4
    headers = [("position", str(m.position).encode()), ("prev", str(last.get(partition, 0)).encode())]
    last[partition] = m.position
    return record(topic, partition, m.position, m.key, m.value, headers)


class Teller:
    """Facts written by hand, of any topic, each in the chain of its topic."""

    def __init__(self) -> None:
        self._last: dict[str, dict[int, int]] = {}
        self._position: dict[str, int] = {}

    def tell(self, *facts: tuple[PublicEvent, datetime]) -> list[Record]:
        """Messages of these facts, each true since an instant."""
        return list(self._each(facts))

    def _each(self, facts: Iterable[tuple[PublicEvent, datetime]]) -> Iterable[Record]:
        for fact, at in facts:
            topic = fact.CHANNEL
            position = self._position[topic] = self._position.get(topic, 0) + 1
            stream = derived("test", fact.TYPE, str(getattr(fact, "crm_id", getattr(fact, "account_id", ""))))
            key = str(getattr(fact, "account_id", None) or getattr(fact, "crm_id", None) or "sugar").encode()
            envelope = Envelope(
                id=f"{topic.split('.')[1]}:{position}", type=fact.TYPE, position=position, stream=stream,
                version=position, effective_at=at, recorded_at=at, actor="crm:sugar",
                data=fact.model_dump(mode="json", by_alias=True),
            )  # fmt: skip
            value = envelope.model_dump_json(by_alias=True).encode()
            yield chained(
                SimpleNamespace(position=position, key=key, value=value), self._last.setdefault(topic, {}), topic
            )
