"""Topics are data that other programs hold on to: a change here is a migration, and every channel is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.contracts.messages import message_types
from shared.contracts.topics import SOURCES, TOPICS, Topic

SERVICES = {path.parent.name for path in Path(__file__).parents[2].glob("services/*/__init__.py")}

FROZEN = {
    "kam.crm.v1": (4, False),
    "kam.accounts.v1": (4, False),
    "kam.qbr.v1": (4, False),
    "kam.growth.v1": (4, False),
    "kam.risk.v1": (4, False),
    "kam.notifications.v1": (4, False),
    "kam.kpi.v1": (4, False),
    "kam.bi.v1": (4, True),
    "kam.people.v1": (4, True),
}
"""Partitions and compaction, as released. `docs/runbook.md` tells how a count is raised."""


def test_names_partitions_and_compaction_are_frozen() -> None:
    assert {name: (topic.partitions, topic.compacted) for name, topic in TOPICS.items()} == FROZEN


def test_every_channel_of_a_contract_is_a_topic_and_every_topic_has_contracts() -> None:
    assert {message.channel for message in message_types()} == set(TOPICS)


@pytest.mark.parametrize("topic", [*TOPICS.values(), *SOURCES.values()], ids=lambda t: t.name)
def test_a_topic_is_complete(topic: Topic) -> None:
    assert topic.partitions > 0
    assert topic.key
    assert topic.meaning.endswith(".")
    assert set(topic.consumers) <= SERVICES


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda t: t.name)
def test_our_topics_have_one_producer_of_ours(topic: Topic) -> None:
    assert topic.producer in SERVICES
    assert topic.producer not in topic.consumers
