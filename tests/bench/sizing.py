"""Targets size … and disk …: what a platform team plans with, read off a stack through which a capture has streamed.

A worker's pace is messages for each CPU second, its start left out: what a replica with a core of its own takes. It
depends on what a message leads to: a worker that judges years of history for each fact is slower than one that counts.
"""

from __future__ import annotations

from typing import Any, get_args

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer

from deploy.local.plan import PORTS, Port
from shared.contracts.topics import TOPICS
from tests.bench.chain import seconds
from tests.bench.measure import Target
from tests.e2e.stack import RunningStack

SERVICES = [p.removesuffix("-worker") for p in get_args(Port) if p.endswith("-worker")]
STARTED = 3.0
"""CPU seconds after which a process has imported what it needs and does its first work."""
ENOUGH = 100
"""Events from which on an average says something."""


async def sizes(stack: RunningStack) -> list[Target]:
    """The stack must have caught up."""
    found = []
    cpu = {name: seconds(pid) for name, pid in stack.pids.items()}
    for service in SERVICES:
        taken, busy = await _applied(stack, service), max(cpu[f"{service}-worker"] - STARTED, 0.1)
        found.append(_line(f"size {service}", f"messages a CPU second of {service}-worker", taken / busy, "per second"))
        conn: Any = await asyncpg.connect(stack.dsn(service))
        events, log, all_of_it = await conn.fetchrow(
            "SELECT count(*), pg_total_relation_size('events'), pg_database_size(current_database()) FROM events"
        )
        await conn.close()
        if events > ENOUGH:
            found.append(_line(f"disk {service}", f"MB of {service}'s log per million events", log / events, "MB"))
        what = f"MB of {service}'s other tables per million messages it took"
        found.append(_line(f"disk {service} rest", what, (all_of_it - log) / taken, "MB"))
    what = "MB of messages per million, keys and headers included"
    return [*found, _line("disk kafka", what, await _message(stack), "MB")]


async def _applied(stack: RunningStack, service: str) -> float:
    """Messages that the service's worker has applied."""
    port = stack.port + PORTS.index(f"{service}-worker")  # type: ignore[arg-type]
    async with httpx.AsyncClient(timeout=10) as client:
        text = (await client.get(f"http://127.0.0.1:{port}/metrics")).raise_for_status().text
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if _taken(line))


def _taken(line: str) -> bool:
    return line.startswith("stellwerk_consumer_messages_total") and 'outcome="applied"' in line


def _line(number: str, what: str, value: float, unit: str) -> Target:
    target = Target(number, what, "", "", None, unit=unit)
    target.take(value, 0.0)
    return target


async def _message(stack: RunningStack) -> float:
    """Bytes of the middle of our own topics: up to 20,000 messages, uncompressed."""
    servers = f"127.0.0.1:{stack.port + PORTS.index('broker')}"
    reader = AIOKafkaConsumer(
        *[t for t in TOPICS if t.startswith("kam.")], bootstrap_servers=servers, auto_offset_reset="earliest"
    )
    await reader.start()
    n = size = 0
    try:
        while n < 20_000 and (got := await reader.getmany(timeout_ms=3_000)):
            for r in (r for records in got.values() for r in records):
                n += 1
                size += len(r.key or b"") + len(r.value or b"") + sum(len(k) + len(v or b"") for k, v in r.headers)
    finally:
        await reader.stop()
    return size / max(n, 1)
