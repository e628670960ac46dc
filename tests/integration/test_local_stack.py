"""The embedded PostgreSQL and broker: what the other tests stand on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local import postgres as postgres_module
from deploy.local.broker import Tansu
from deploy.local.plan import REPOSITORY
from deploy.local.postgres import Postgres, remove


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


def test_a_server_in_a_directory_that_its_account_cannot_reach(tmp_path: Path) -> None:
    """As root the server runs as somebody else, who cannot look into a private directory."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    server = Postgres(private / "postgres")
    server.start()
    try:
        assert (os.geteuid() == 0) == (private / "postgres").is_symlink()
        assert psycopg.connect(server.create("a")).execute("SELECT 1").fetchone() == (1,)
        assert private.stat().st_mode & 0o777 == 0o700
        place = (private / "postgres").resolve()
    finally:
        server.remove()
    assert not place.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its programs to another account")
def test_programs_that_its_account_cannot_reach_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Path(tempfile.mkdtemp())
    shared.chmod(0o755)
    monkeypatch.setattr(postgres_module, "SHARED", shared)
    monkeypatch.setattr(postgres_module, "reachable", lambda path, _: "site-packages" not in str(path))
    postgres_module.binaries.cache_clear()
    try:
        server = Postgres(shared / "postgres")
        server.start()
        assert str(shared) in Path(f"/proc/{server.pid}/exe").readlink().as_posix()
        server.remove()
    finally:
        postgres_module.binaries.cache_clear()
        shutil.rmtree(shared)


def test_a_server_keeps_its_data_and_passwords_over_a_restart(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres")
    server.start()
    before = server.create("a")
    psycopg.connect(before, autocommit=True).execute("CREATE TABLE t AS SELECT 7 AS x")
    server.stop()
    again = Postgres(tmp_path / "postgres", server.port)
    again.start()
    assert again.create("a") == before
    assert psycopg.connect(before).execute("SELECT x FROM t").fetchone() == (7,)
    again.remove()


def test_the_servers_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = """
import sys, time
from pathlib import Path
from deploy.local.broker import Tansu
from deploy.local.postgres import Postgres
home = Path(sys.argv[1])
servers = Postgres(home / "postgres"), Tansu(home / "tansu.log")
for server in servers:
    server.start()
print(*(server.pid for server in servers), flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, cwd=REPOSITORY)
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() and not _zombie(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    remove(tmp_path / "postgres")


def _zombie(pid: int) -> bool:
    return ") Z " in Path(f"/proc/{pid}/stat").read_text()
