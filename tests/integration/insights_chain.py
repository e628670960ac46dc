"""The insights service without Kafka: facts go through its consumer in any order, the clock stands where a test puts
it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from services.insights import consumers
from services.insights.projections import Marts
from services.insights.settings import Settings
from services.insights.shipped import catalogue
from services.insights.timekeeping.figures import Figures
from shared.migrate import upgrade
from shared.positions import driver
from shared.testing import ManualClock
from tests.integration.accounts_chain import ROOT, Record, engine_of

CAPTURE_END = datetime(2026, 11, 15, 18, tzinfo=UTC)


class Service:
    """The insights worker, step by step."""

    def __init__(self, engine: AsyncEngine, dsn: str, clock: ManualClock, **more: Any) -> None:
        self.engine, self.dsn, self.clock = engine, dsn, clock
        self.settings = Settings(database=dsn, **more)
        self.consumer = consumers.facts_consumer(engine)
        self.figures = Figures(engine, self.settings.terms, clock, catalogue(), self.settings.kpi_months)
        self.marts = Marts(engine, self.settings.terms, clock, self.settings.bi_reader)

    async def take(self, facts: Sequence[Record], batch: int = 2_000) -> None:
        """Consume."""
        for n in range(0, len(facts), batch):
            await self.consumer.apply(facts[n : n + batch])

    async def project(self) -> None:
        """Until the BI tables show everything."""
        await self.marts.ensure()
        while await self.marts.step():
            pass

    async def tell(self) -> int:
        """KPI values of closed months; returns how many were told."""
        return await self.figures.step()

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """Short SQL."""
        async with self.engine.connect() as conn:
            await conn.begin()
            return list(await driver(conn).fetch(sql, *values))


@asynccontextmanager
async def insights_service(dsn: str, now: datetime = CAPTURE_END, **more: Any) -> AsyncIterator[Service]:
    """A fresh insights database, and the worker on it."""
    await upgrade(dsn, ROOT / "services" / "insights" / "migrations")
    async with engine_of(dsn) as engine:
        yield Service(engine, dsn, ManualClock(now), **more)
