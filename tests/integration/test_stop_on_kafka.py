"""The tests of a graceful stop once more, against Apache Kafka."""

from __future__ import annotations

import pytest

from deploy.local.kafka import KafkaCluster
from tests.integration.on_kafka import emptied
from tests.integration.test_graceful_stop import (
    log,
    test_a_stopped_member_has_finished_its_batch_and_its_successor_starts_at_once,
    test_it_stops_in_time_without_its_broker_or_database,
)

__all__ = [
    "log",
    "test_a_stopped_member_has_finished_its_batch_and_its_successor_starts_at_once",
    "test_it_stops_in_time_without_its_broker_or_database",
]
pytestmark = pytest.mark.kafka


@pytest.fixture
async def broker(kafka: KafkaCluster) -> KafkaCluster:
    """Apache Kafka in the place of the embedded broker."""
    return await emptied(kafka)
