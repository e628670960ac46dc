"""What tests on a shared Apache Kafka need: its topics gone, so that it is as new."""

from __future__ import annotations

import asyncio

from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.kafka import KafkaCluster


async def emptied(cluster: KafkaCluster) -> KafkaCluster:
    """Start what was killed, and delete all topics, and with them the offsets of all groups."""
    await asyncio.to_thread(cluster.start)
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.servers)
    await admin.start()
    try:
        while names := [name for name in await admin.list_topics() if not name.startswith("__")]:
            await admin.delete_topics(names)
            await asyncio.sleep(0.5)
    finally:
        await admin.close()
    return cluster
