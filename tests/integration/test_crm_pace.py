"""While the crm worker has more to read than a batch it says so, once; and that all is told when it is."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from services.crm.consumers import Ingest, keep_pace
from services.crm.settings import Settings
from shared.consumer import Consumer
from shared.migrate import upgrade
from tests.integration.accounts_chain import ROOT, capture, engine_of
from tests.kernel import sql, until


async def test_lag_is_told_with_the_first_facts_and_cleared_once(dsn: str) -> None:
    await upgrade(dsn, ROOT / "services" / "crm" / "migrations")
    messages = capture("crm_cdc_small.jsonl.gz")[:900]
    async with engine_of(dsn) as engine:
        settings = Settings(database=dsn)
        ingest = Ingest(settings.edition, lambda: not consumer.caught_up.is_set())
        topics = sorted({m.topic for m in messages})
        consumer = Consumer("crm.changes", topics, engine, ingest.decode, ingest.handle, chained=False)
        stop = asyncio.Event()
        pace = asyncio.create_task(keep_pace(engine, settings.edition, consumer, stop))
        for n in range(0, 600, 300):
            await consumer.apply(messages[n : n + 300])
        consumer.caught_up.set()
        await until(lambda: sql(dsn, "SELECT count(*) = 1 FROM events WHERE topic = 'crm.Source.LagCleared'"))
        await consumer.apply(messages[600:])  # a trickle: still caught up
        await asyncio.sleep(1)
        stop.set()
        await pace
        async with engine.connect() as conn:
            told = (await conn.execute(text("SELECT topic FROM events ORDER BY position"))).scalars().all()
    assert [t for t in told if "Lag" in t] == ["crm.Source.LagExceeded", "crm.Source.LagCleared"]
    assert told.index("crm.Source.LagExceeded") < 700
