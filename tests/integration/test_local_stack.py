"""The embedded PostgreSQL and broker: what the other tests stand on."""

from __future__ import annotations

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.broker import Tansu
from deploy.local.postgres import Postgres


async def test_a_fresh_database_is_empty_and_its_owner_is_no_superuser(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        assert not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        await connection.execute("CREATE TABLE t (x int)")
    finally:
        await connection.close()


async def test_a_role_cannot_open_the_database_of_another(postgres: Postgres) -> None:
    mine, theirs = postgres.create("mine"), postgres.create("theirs")
    assert postgres.create("mine") == mine
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(mine.rsplit("/", 1)[0] + "/theirs")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(theirs.replace("//theirs:", "//postgres:"))
    postgres.drop("mine")
    postgres.drop("theirs")


async def test_postgres_keeps_what_was_committed_when_killed(postgres: Postgres, dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SHOW fsync") == "on"
    await connection.execute("CREATE TABLE t (x int); INSERT INTO t VALUES (7)")
    postgres.kill()
    postgres.start()
    connection.terminate()
    again = await asyncpg.connect(dsn)
    assert await again.fetchval("SELECT x FROM t") == 7
    await again.close()


async def test_the_broker_is_empty_and_another_cluster_after_a_kill(broker: Tansu) -> None:
    await _produce(broker.servers, "t", [b"a", b"b"])
    assert await _consume(broker.servers, "t", 2) == [b"a", b"b"]
    before = broker.cluster_id
    broker.kill()
    broker.start()
    assert broker.cluster_id != before
    await _produce(broker.servers, "t", [b"c"])
    assert await _consume(broker.servers, "t", 1) == [b"c"]


async def _produce(servers: str, topic: str, values: list[bytes]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all")
    await producer.start()
    for value in values:
        await producer.send_and_wait(topic, value)
    await producer.stop()


async def _consume(servers: str, topic: str, count: int) -> list[bytes | None]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=servers, auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    values = [(await consumer.getone()).value for _ in range(count)]
    await consumer.stop()
    return values
