"""The whole stack on Apache Kafka: the crash test on one broker, and three brokers of which one is killed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from deploy.local.kafka import KafkaCluster
from tests.e2e.stack import RunningStack
from tests.faults.test_crash import count, crash, verify
from tests.integration.on_kafka import emptied
from tests.scratch import scratch

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(2_400)]


def on(cluster: KafkaCluster, home: Path, data: str) -> RunningStack:
    """A stack that uses these brokers instead of its own."""
    environment = {
        "STELLWERK_KAFKA": cluster.servers,
        "STELLWERK_KAFKA_IDEMPOTENT": "true",
        "STELLWERK_KAFKA_REPLICATION": str(cluster.replication),
    }
    return RunningStack(home, data=data, shift="none", environment=environment)


async def test_nothing_is_lost_doubled_or_reordered_on_one_broker(kafka: KafkaCluster) -> None:
    await emptied(kafka)
    with scratch() as home, on(kafka, home / "home", "full") as stack:
        stack.wait_line("progress", 300)
        try:
            assert await crash(stack, kafka) == []
            assert stack.stop() == 0
        finally:
            print("\n".join(stack.output[-80:]))


async def test_the_services_go_on_while_one_of_three_brokers_is_dead(kafka3: KafkaCluster) -> None:
    await emptied(kafka3)
    with scratch() as home, on(kafka3, home / "home", "small") as stack:
        stack.wait_line("progress", 300)
        try:
            while not await count(stack.dsn("crm")):  # noqa: ASYNC110  another process writes
                await asyncio.sleep(0.1)
            kafka3.kill(2)
            stack.wait_ready(1_500)
            assert await verify(stack, "small") == []
            assert stack.stop() == 0
        finally:
            kafka3.start()
            print("\n".join(stack.output[-80:]))
