"""A real Apache Kafka by TLS with the rights that the manifests give: each service can do what its code does and
nothing else, and who has no certificate of the brokers' CA gets no answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
)
from aiokafka.protocol.admin import CreateAclsRequest
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.k8s.checks.code import Service, services
from deploy.k8s.generate import kafka_users
from deploy.local.kafka import KafkaCluster
from shared.consumer import Consumer
from shared.contracts.topics import TOPICS, topic
from shared.group import consume
from shared.kafka import Kafka
from shared.relay import Relay, public_events
from tests.certificates import Authority, Files
from tests.kernel import COUNTS, append, count, decode_tick, publish_tick, running, sql, tick, until

pytestmark = pytest.mark.kafka

TYPES = {"topic": 2, "group": 3}
PATTERNS = {"literal": 3, "prefix": 4}
OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8}
"""As the protocol numbers them."""
SERVICES = [s for s in services() if s.has_log]


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Signs brokers and users, as Strimzi's two CAs do."""
    return Authority(tmp_path_factory.mktemp("ca"), "kafka CA")


@pytest.fixture(scope="module")
def cluster(ca: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """One broker that lets in only who has a certificate, and lets it do only what a rule says."""
    broker = ca.issue("broker", "127.0.0.1")
    both = broker.key.with_suffix(".pem")
    both.write_bytes(broker.key.read_bytes() + broker.certificate.read_bytes())
    settings = {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(both),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(ca.file),
        "ssl.client.auth": "required",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:CN=broker;User:CN=operator;User:ANONYMOUS",  # the last is the controller's own listener
    }
    made = KafkaCluster(tmp_path_factory.mktemp("kafka-tls"), 1, "SSL", settings)
    made.start()
    yield made
    made.stop()


def as_user(cluster: KafkaCluster, files: Files) -> Kafka:
    """The client of a service in a pod."""
    return Kafka(cluster.servers, ca=files.ca, certificate=files.certificate, key=files.key)


@pytest.fixture(scope="module")
def ready(cluster: KafkaCluster, ca: Authority) -> Kafka:
    """Topics and rules as the operators make them from the manifests; returns the operator."""
    operator = as_user(cluster, ca.issue("operator"))
    asyncio.run(_rule(operator))
    return operator


async def _rule(operator: Kafka) -> None:
    await operator.ensure_topics(TOPICS.values())
    async with operator.admin() as admin:
        for user in kafka_users(SERVICES):
            name = user["metadata"]["name"].removesuffix("-kafka")
            for acl in user["spec"]["authorization"]["acls"]:
                await _allow(admin, f"User:CN={name}", acl)


async def _allow(admin: AIOKafkaAdminClient, principal: str, acl: dict[str, Any]) -> None:
    what = acl["resource"]
    for operation in acl["operations"]:
        numbers = TYPES[what["type"]], what["name"], PATTERNS[what["patternType"]], principal, "*"
        request = CreateAclsRequest(*numbers, OPERATIONS[operation], 3)
        node = admin._client.get_random_node()
        for code, message in (await admin._client.send(node, request)).creation_responses:
            assert code == 0, message


async def may_write(kafka: Kafka, name: str) -> bool:
    producer = kafka.producer()
    try:
        await producer.start()
        await producer.send_and_wait(name, b"x", key=b"k", partition=0)
    except TopicAuthorizationFailedError:
        return False
    finally:
        await producer.stop()
    return True


async def may_read(kafka: Kafka, name: str, group: str) -> bool:
    """Reads in the group's name, and commits."""
    consumer = AIOKafkaConsumer(**kafka.where(), group_id=group, enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        await consumer.start()
        consumer.assign([TopicPartition(name, 0)])
        await consumer.getmany(timeout_ms=500)
        await consumer.commit({TopicPartition(name, 0): 0})
    except (TopicAuthorizationFailedError, GroupAuthorizationFailedError):
        return False
    finally:
        await consumer.stop()
    return True


@pytest.mark.parametrize("service", SERVICES, ids=lambda s: s.name)
async def test_a_service_writes_its_own_topics_and_no_other(
    service: Service, ready: Kafka, cluster: KafkaCluster, ca: Authority
) -> None:
    user = as_user(cluster, ca.issue(service.name))
    own = {t.name for t in service.writes}
    found = {name: await may_write(user, name) for name in TOPICS}
    assert found == {name: name in own for name in TOPICS}
    begun_with = dict.fromkeys((*service.writes, *map(topic, service.reads)))  # a service may read what it writes
    await user.ensure_topics(begun_with)


@pytest.mark.parametrize("service", SERVICES, ids=lambda s: s.name)
async def test_a_service_reads_what_its_groups_read_and_no_other(
    service: Service, ready: Kafka, cluster: KafkaCluster, ca: Authority
) -> None:
    user = as_user(cluster, ca.issue(service.name))
    group, topics = next(iter(service.groups.items()))
    found = {name: await may_read(user, name, group) for name in TOPICS}
    assert found == {name: name in service.reads for name in TOPICS}
    for other in SERVICES:
        if other.name != service.name:
            assert not await may_read(user, topics[0], next(iter(other.groups)))


async def test_who_has_no_certificate_of_the_ca_gets_no_answer(
    ready: Kafka, cluster: KafkaCluster, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path).issue("operator")
    for kafka in (
        Kafka(cluster.servers),
        Kafka(cluster.servers, ca=ready.ca),
        Kafka(cluster.servers, ca=ready.ca, certificate=stranger.certificate, key=stranger.key),
        Kafka(cluster.servers, ca=stranger.ca, certificate=ready.certificate, key=ready.key),
    ):
        with pytest.raises(KafkaConnectionError):
            async with kafka.admin():
                pass


async def test_the_kernel_works_by_tls(
    engine: AsyncEngine, dsn: str, ready: Kafka, cluster: KafkaCluster, ca: Authority
) -> None:
    """Relay and consumer as they are in a pod, with the operator's rights; the topics are emptied before."""
    await sql(dsn, COUNTS)
    async with ready.admin() as admin:
        await admin.delete_topics(["kam.crm.v1"])
    await asyncio.sleep(1)
    streams = [uuid4() for _ in range(5)]
    relay = Relay(dsn, ready, "kam.crm.v1", public_events("ticker", publish_tick))
    consumer = Consumer(f"counter-{uuid4().hex}", ["kam.crm.v1"], engine, decode_tick, count, chained=True)
    await append(engine, [tick(s, v) for s in streams for v in (1, 2)])
    async with running(relay.run, lambda stop: consume(ready, consumer, stop)):
        await until(lambda: sql(dsn, "SELECT sum(n) >= 10 FROM counts"), 60)
    assert await sql(dsn, "SELECT sum(n) || ' ' || sum(disorder) FROM counts") == "10 0"
