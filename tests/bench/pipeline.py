"""Target 12: CRM change event on Kafka → fact in the store → published → read model of another service."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import yaml
from aiokafka import AIOKafkaConsumer

from deploy.local.capture import Line, capture_file, read_capture
from deploy.local.feeder import feed
from deploy.local.postgres import Postgres
from services.crm.mapping.edition import FOLDER
from shared.contracts.topics import TOPICS
from shared.kafka import Kafka
from tests.bench.chain import broker, chain, peak
from tests.bench.measure import Target
from tests.bench.page import alive, rename

MORE = 20_000
CORE = ("accounts", "accounts_cstm")


def targets() -> list[Target]:
    return [
        Target("12", "full capture to another service's read model / bare consume, decode, COPY", "", "", 0.3),
        Target("12b", "full capture of which only account rows matter / the same bare loop", "", "", 0.65),
        Target("12c", f"{MORE} changes of account rows, each of them a fact / bare loop over them", "", "", None),
    ]


async def run(pg: Postgres, rotations: int) -> list[Target]:
    lines = list(read_capture(capture_file("full")))
    accounts = alive(lines)
    renamed = [rename(accounts[n % len(accounts)], n) for n in range(MORE)]
    whole, part, each = found = targets()
    for _ in range(rotations):
        for target, sent in ((whole, lines), (part, lines), (each, renamed)):
            with broker() as (kafka, folder):
                await kafka.ensure_topics(TOPICS.values())
                await feed(sent, kafka)
                bare = await bare_loop(pg, kafka, sent)
                more = {"STELLWERK_CRM_EDITION": str(core(folder))} if target is part else {}
                async with chain(pg, kafka, folder, **more) as ours:
                    target.take(await ours.run(len(sent)), bare)
                    used = ours.cpu().items()
                    each_of = ", ".join(f"{n} {s:.1f} s, {peak(ours.children[n].pid):.0f} MB" for n, s in used)
                    rates = f"{target.pairs[-1][0]:,.0f} / {bare:,.0f} messages/s"
                    print(f"      {target.number}: {rates}; CPU and peak memory: {each_of}", flush=True)
    return found


def core(folder: Path) -> Path:
    """A mapping that reads past every table but the accounts' own."""
    spec = yaml.safe_load((FOLDER / "suitecrm-7.yaml").read_text("utf-8"))
    for name, table in spec["tables"].items():
        if name not in CORE:
            spec["tables"][name] = {"key": table.get("key", "id"), "ignored": True}
    path = folder / "core.yaml"
    path.write_text(yaml.safe_dump(spec), "utf-8")
    return path


async def bare_loop(pg: Postgres, kafka: Kafka, lines: list[Line]) -> float:
    """Messages per second of the least that could be done: fetch, decode with orjson, COPY into one table."""
    dsn = pg.create("bench_bare")
    conn: Any = await asyncpg.connect(dsn)
    await conn.execute("CREATE TABLE rows (id text, op text, row bytea)")
    topics = {line.topic for line in lines}
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=kafka.servers, auto_offset_reset="earliest", max_partition_fetch_bytes=4_000_000
    )
    await consumer.start()
    got, started = 0, 0.0
    while got < len(lines):
        records = [r for rs in (await consumer.getmany(timeout_ms=100, max_records=4_000)).values() for r in rs]
        started = started or (time.perf_counter() if records else 0.0)
        got += len(records)
        rows = []
        for r in records:
            d = orjson.loads(r.value) if r.value else None
            if d and d.get("op"):
                rows.append(((r.key or b"").decode(), d["op"], orjson.dumps(d["after"])))
        if rows:
            await conn.copy_records_to_table("rows", records=rows)
    seconds = time.perf_counter() - started
    await consumer.stop()
    await conn.close()
    pg.drop("bench_bare")
    return got / seconds
