"""The watchdog of a group's member: who stands still joins anew, who has nothing to do does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from sqlalchemy.ext.asyncio import AsyncEngine

from shared import group, telemetry
from tests.kernel import counter, sql

P0 = TopicPartition("kam.crm.v1", 0)


class Stuck:
    """A client that does not move: (next offset, end) of its partitions, as aiokafka would tell them."""

    def __init__(self, partitions: Mapping[TopicPartition, tuple[int, int]]) -> None:
        self.partitions = partitions

    def assignment(self) -> set[TopicPartition]:
        return set(self.partitions)

    async def position(self, tp: TopicPartition) -> int:
        return self.partitions[tp][0]

    def highwater(self, tp: TopicPartition) -> int:
        return self.partitions[tp][1]


class Admin:
    """Brokers of one cluster."""

    cluster = "one"

    async def describe_cluster(self) -> dict[str, str]:
        return {"cluster_id": self.cluster}


async def watched(
    engine: AsyncEngine, partitions: Mapping[TopicPartition, tuple[int, int]], admin: Admin | None = None
) -> None:
    """A member watches the stuck client for a second. Raises what the watch raises."""
    stop, consumer = asyncio.Event(), counter(engine)
    consumer.cluster = "one"
    member = group.Member(consumer, admin or Admin(), stop)
    asyncio.get_running_loop().call_later(1.0, stop.set)
    await member.watch(SimpleNamespace(consumer=Stuck(partitions)))


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("LOOK_EVERY", 0.01), ("LOOK_AROUND_EVERY", 0.02), ("STALLED", 0.2)):
        monkeypatch.setattr(group, name, seconds)


def stalls() -> Any:
    return telemetry.STALLS.labels("counter")._value.get()


async def test_who_stands_before_unread_messages_joins_anew(engine: AsyncEngine) -> None:
    before = stalls()
    with pytest.raises(group.Rejoin, match="nothing was read"):
        await watched(engine, {P0: (5, 9)})
    assert stalls() == before + 1


async def test_who_has_read_everything_stays(engine: AsyncEngine) -> None:
    await watched(engine, {P0: (9, 9)})


async def test_who_gets_no_partition_joins_anew_unless_others_do_the_work(engine: AsyncEngine, dsn: str) -> None:
    with pytest.raises(group.Rejoin):
        await watched(engine, {})

    async def work() -> None:
        await sql(dsn, "INSERT INTO positions (consumer, source, partition, position) VALUES ('counter', 's', 0, 0)")
        while True:
            await sql(dsn, "UPDATE positions SET position = position + 1")
            await asyncio.sleep(0.05)

    working = asyncio.create_task(work())
    try:
        await watched(engine, {})
    finally:
        working.cancel()


async def test_another_cluster_makes_it_join_anew(engine: AsyncEngine) -> None:
    admin = Admin()
    admin.cluster = "two"
    with pytest.raises(group.Rejoin, match="cluster two answers where one was"):
        await watched(engine, {P0: (9, 9)}, admin)


class Endless:
    """Brokers that went away while a client joins: it waits for partitions for ever, as aiokafka does."""

    def __init__(self) -> None:
        self.joins, self.closed = asyncio.Event(), False

    async def ensure_topics(self, _: object) -> None: ...

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[Admin]:
        yield Admin()

    def broker(self) -> Endless:
        return self

    async def start(self) -> None:
        self.joins.set()
        await asyncio.Event().wait()

    async def stop(self) -> None:
        self.closed = True


async def test_a_member_that_still_joins_hears_the_stop(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "subscribe", lambda *_: lambda handler: handler)
    kafka, stop = Endless(), asyncio.Event()
    consuming = asyncio.create_task(group.consume(cast(Any, kafka), counter(engine), stop))
    await kafka.joins.wait()
    stop.set()
    await asyncio.wait_for(consuming, 5)
    assert kafka.closed, "it leaves the group"
