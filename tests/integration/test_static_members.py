"""A worker that comes back under its name gets its partitions, and no other member stops for it (real Apache Kafka)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from deploy.local.kafka import KafkaCluster
from shared.contracts.topics import topic
from shared.kafka import Kafka, subscribe
from tests.kernel import until

pytestmark = pytest.mark.kafka


class Pod:
    """One member of a group, as a worker's process makes it."""

    def __init__(self, kafka: Kafka, group: str) -> None:
        self.broker = kafka.broker()
        self.subscription = subscribe(self.broker, ["kam.kpi.v1"], group, 10, kafka)

        async def handle(_: Any) -> None:
            """Nothing is sent here."""

        self.subscription(handle)

    @property
    def parts(self) -> set[int]:
        """Its partitions."""
        return {tp.partition for tp in self.subscription.consumer.assignment()}

    @property
    def generation(self) -> int:
        """Rises with each rebalance that this member took part in."""
        found: int = self.subscription.consumer._coordinator.generation
        return found


async def settled(pods: list[Pod], wanted: int) -> None:
    async def shared_out() -> bool:
        return sum(len(pod.parts) for pod in pods) == wanted and all(pod.parts for pod in pods)

    await until(shared_out, 40)


@pytest.mark.parametrize("named", [True, False])
async def test_a_restart_is_a_rebalance_only_for_members_without_a_name(kafka: KafkaCluster, named: bool) -> None:
    plain = Kafka(kafka.servers)
    await plain.ensure_topics([topic("kam.kpi.v1")])
    group, names = f"static-{uuid4().hex}", ["w-0", "w-1"] if named else [None, None]
    pods = [Pod(replace(plain, member=name), group) for name in names]
    for pod in pods:
        await pod.broker.start()
    await settled(pods, topic("kam.kpi.v1").partitions)
    stays, before, parts = pods[0], pods[0].generation, pods[1].parts
    await pods[1].broker.stop()
    await asyncio.sleep(4)  # a pod is away for some seconds
    back = Pod(replace(plain, member=names[1]), group)
    await back.broker.start()
    await settled([stays, back], topic("kam.kpi.v1").partitions)
    assert (stays.generation == before) == named
    if named:
        assert back.parts == parts
    for pod in (stays, back):
        await pod.broker.stop()
