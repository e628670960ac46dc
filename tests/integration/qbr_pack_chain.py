"""The chain crm → accounts → the qbr service's store of facts, without Kafka, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.accounts import publish as accounts_publish
from services.qbr import pack
from services.qbr.consumers.facts import keep
from services.qbr.reads import facts
from shared.consumer import Consumer, Message, decode_envelope
from shared.eventstore.events import NewEvent
from shared.positions import driver
from shared.relay import public_events
from tests.integration.accounts_chain import (
    interleaved,
    record,
)
from tests.unit.qbr.pack.told import TEMPLATE

AS_OF = datetime(2026, 11, 15, 18, tzinfo=UTC)
DAY = date(2026, 11, 15)


@dataclass
class Told:
    """What the other services said of the small capture."""

    crm: list[Any]
    accounts: list[Any]
    persons: list[Any]
    captured: str
    """The database of the captured tables."""


async def published(engine: AsyncEngine) -> list[Any]:
    """The messages of kam.accounts.v1 that the accounts service sends."""
    found: list[Any] = []
    last: dict[int, int] = {}
    async with engine.connect() as conn:
        await conn.begin()
        read, after = public_events("accounts", accounts_publish.publish), 0
        while (page := await read(driver(conn), after, 5_000)).scanned > after:
            after = page.scanned
            for m in page.messages:
                partition = crc32(m.key) % 4
                places = [("position", m.position), ("prev", last.get(partition, 0))]
                last[partition] = m.position
                headers = [(name, str(n).encode()) for name, n in places]
                found.append(record("kam.accounts.v1", partition, m.position, m.key, m.value, headers))
    return found


async def _keep(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
    await keep(conn, messages)
    return ()


async def fill(engine: AsyncEngine, told: Told, seed: int, batch: int) -> None:
    """Both topics into the store, in any order between partitions and topics, each message possibly twice."""
    consumers = {
        topic: Consumer(f"qbr.{n}", [topic], engine, decode_envelope, _keep, chained=True)
        for n, topic in enumerate(("kam.crm.v1", "kam.accounts.v1"))
    }
    lanes = {"kam.crm.v1": interleaved(told.crm, seed), "kam.accounts.v1": interleaved(told.accounts, seed + 1)}
    turn = 0
    while any(lanes.values()):
        topic = sorted(t for t in lanes if lanes[t])[turn % sum(map(bool, lanes.values()))]
        some = lanes[topic][:batch]
        assert not await consumers[topic].apply([*some, *some[-5:]])
        lanes[topic], turn = lanes[topic][batch:], turn + 1


async def packs_of(engine: AsyncEngine, vectors: dict[UUID, dict[str, int]] | None = None) -> dict[UUID, pack.Pack]:
    """The pack of every account in the store."""
    made = {}
    async with engine.connect() as conn:
        await conn.execute(text("SELECT 1"))
        accounts = (
            await conn.execute(text("SELECT DISTINCT account_id FROM facts WHERE account_id IS NOT NULL"))
        ).scalars()
        for account in sorted(accounts, key=str):
            known = await facts.of_account(conn, account)
            vector = vectors[account] if vectors else None
            made[account] = pack.build(
                known, [], account_id=account, template=TEMPLATE, as_of=AS_OF, vector=vector, locale="en"
            )
    return made
