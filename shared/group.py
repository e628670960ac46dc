"""This process's part in a Kafka consumer group: batches in, offsets committed, and how far there is still to go."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, cast

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from faststream.kafka.annotations import KafkaMessage

from shared import positions, telemetry
from shared.consumer import Consumer
from shared.contracts.topics import topic
from shared.errors import Conflict
from shared.faults import transient
from shared.kafka import Kafka, cluster_id, quietly, subscribe
from shared.positions import driver, wait

log = logging.getLogger(__name__)

LOOK_EVERY, LOOK_AROUND_EVERY, LINGER, REREAD_EVERY = 0.2, 0.8, 2.0, 5.0  # seconds

Ends = dict[TopicPartition, tuple[int, int | None]]
"""Next offset and end of the log (by the last fetch; None: not known yet) of each partition that is ours."""


async def consume(kafka: Kafka, consumer: Consumer, stop: asyncio.Event) -> None:
    """Feed the consumer from Kafka until `stop`; then finish the batch, commit and leave the group.

    Waits for the broker. Raises Broken, and whatever else no retry cures: it must be seen, not looped over.
    """
    while not stop.is_set():
        try:
            async with AsyncExitStack() as stack:
                await kafka.ensure_topics(map(topic, consumer.topics))
                admin = await stack.enter_async_context(kafka.admin())
                consumer.cluster = await cluster_id(admin)
                member, broker = Member(consumer, admin, stop), kafka.broker()
                subscription = subscribe(broker, consumer.topics, consumer.name, consumer.max_records)
                subscription(member.handle)
                stack.push_async_callback(quietly, broker.stop, 12)
                await broker.start()
                await member.watch(subscription)
        except (KafkaError, OSError) as e:
            log.warning("%s waits for the broker: %r", consumer.name, e)
            await wait(stop, 0.5)


class Member:
    """One process in the group of one consumer."""

    def __init__(self, consumer: Consumer, admin: AIOKafkaAdminClient, stop: asyncio.Event) -> None:
        self.consumer, self.admin, self.stop = consumer, admin, stop
        self._busy = False
        self._broken: Exception | None = None
        self._reread: dict[TopicPartition, float] = {}

    async def handle(self, message: KafkaMessage) -> None:
        """FastStream's handler: what returns is committed, what raises is nacked and comes back."""
        c, kafka, records = self.consumer, cast(Any, message.consumer), cast("tuple[Any, ...]", message.raw_message)
        self._busy = True
        try:
            if (found := await cluster_id(self.admin)) != c.cluster:  # asked after the fetch: whose offsets are these?
                log.warning("%s: cluster %s instead of %s; reading from the start", c.name, found, c.cluster)
                c.cluster = found
                self._seek(kafka, dict.fromkeys(kafka.assignment(), 0), "cluster")
            elif gaps := {tp: at for tp, at in (await c.apply(records)).items() if self._may_reread(tp)}:
                log.warning("%s: messages are missing; reading again %s", c.name, gaps)
                self._seek(kafka, gaps, "gap")  # and return: the nack of an exception would undo the seek
        except Exception as e:
            if not (transient(e) or isinstance(e, (Conflict, KafkaError))):
                self._broken = e
            log.warning("%s: batch put back: %r", c.name, e)
            telemetry.RETRIES.labels(c.name).inc()
            jitter = random.uniform(0.5, 1.5)
            await wait(self.stop, jitter * 0.05 * 2 ** min(c.failures, 6))  # the nack brings it back at once
            # the nack stops at the first partition that was revoked and leaves the others behind: seek them all here
            self._seek(kafka, {TopicPartition(r.topic, r.partition): r.offset for r in reversed(records)})
            raise
        finally:
            self._busy = False

    async def watch(self, subscription: Any) -> None:
        """Keep lag and `caught_up` true until `stop`. Raises what made the handler give up.

        Quiet is who had nothing to read for `idle` seconds; and he remains so under a steady trickle, until there is
        always something left for LINGER seconds, or the partitions change. Caught up: every member is quiet.
        """
        c, before, still, clear, looked, quiet = self.consumer, Ends(), 0.0, 0.0, 0.0, False
        while not await wait(self.stop, LOOK_EVERY):
            if self._broken is not None:
                raise self._broken
            now, ends = time.monotonic(), await self._ends(subscription.consumer)
            clear = now if ends and not self._busy and all(at == end for at, end in ends.values()) else clear
            still = now if clear < now or ends != before else still
            lost = now - clear > LINGER or ends.keys() != before.keys()
            before, quiet = ends, not lost and (quiet or now - still >= c.idle)
            if not quiet:
                c.caught_up.clear()
            if now - looked > LOOK_AROUND_EVERY:
                looked = now
                await self._look_around(subscription.consumer, ends, quiet)
            telemetry.CAUGHT_UP.labels(c.name).set(c.caught_up.is_set())

    async def _look_around(self, kafka: Any, ends: Ends, quiet: bool) -> None:
        """Is this still the log we read (who stands beyond the end of a new one would never notice)? And the others?"""
        c = self.consumer
        try:
            if await cluster_id(self.admin) != c.cluster:
                self._seek(kafka, dict.fromkeys(ends, 0))  # the next batch finds the same, and does what is needed
            elif quiet:
                async with c.engine.connect() as conn:
                    ours = [c.place(tp.topic, tp.partition, c.cluster) for tp in ends]
                    await positions.note_idle(driver(conn), c.name, ours)
                    if await positions.all_idle(driver(conn), c.name, {t: topic(t).partitions for t in c.topics}):
                        c.caught_up.set()
                    else:
                        c.caught_up.clear()
        except Exception as e:
            if not (transient(e) or isinstance(e, KafkaError)):
                raise
            log.debug("%s: %r", c.name, e)  # the handler meets the same, and says so

    async def _ends(self, kafka: Any) -> Ends:
        async def ask() -> Ends:
            return {tp: (await kafka.position(tp), kafka.highwater(tp)) for tp in kafka.assignment()}

        try:
            ends = await asyncio.wait_for(ask(), 1)
        except (KafkaError, AssertionError, TimeoutError):  # a rebalance is under way
            return {}
        if not self._busy:
            for tp, (at, end) in ends.items():
                telemetry.LAG.labels(self.consumer.name, tp.topic, tp.partition).set((end or at) - at)
        return ends

    def _may_reread(self, tp: TopicPartition) -> bool:
        """Once, then wait for more: the missing ones may not have been sent again yet."""
        due = self._reread.get(tp, -REREAD_EVERY) <= time.monotonic() - REREAD_EVERY
        if due:
            self._reread[tp] = time.monotonic()
        return due

    def _seek(self, kafka: Any, offsets: Mapping[TopicPartition, int], cause: str = "") -> None:
        for tp in offsets.keys() & kafka.assignment():
            kafka.seek(tp, offsets[tp])
            if cause:
                telemetry.REREADS.labels(self.consumer.name, cause).inc()
