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
from shared.errors import Conflict, Transient
from shared.faults import transient
from shared.kafka import Kafka, cluster_id, quietly, subscribe
from shared.positions import driver, wait

log = logging.getLogger(__name__)

LOOK_EVERY, LOOK_AROUND_EVERY, LINGER, REREAD_EVERY, STALLED = 0.2, 0.8, 2.0, 5.0, 30.0  # seconds

Ends = dict[TopicPartition, tuple[int, int | None]]
"""Next offset and end of the log (by the last fetch; None: not known yet) of each partition that is ours."""


class Rejoin(Transient):
    """This membership cannot go on, a new one can."""


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
                subscription = subscribe(broker, consumer.topics, consumer.name, consumer.max_records, kafka)
                subscription(member.handle)
                stack.push_async_callback(quietly, broker.stop, 12)
                # who joins while the broker goes away waits for partitions for ever, and must hear the stop
                joining, leaving = asyncio.ensure_future(broker.start()), asyncio.ensure_future(stop.wait())
                stack.callback(leaving.cancel)
                stack.callback(joining.cancel)
                await asyncio.wait({joining, leaving}, return_when=asyncio.FIRST_COMPLETED)
                await (leaving if leaving.done() else joining)
                await member.watch(subscription)
        except (KafkaError, OSError, Rejoin) as e:
            log.warning("%s joins its group anew when the broker answers: %r", consumer.name, e)
            await wait(stop, 0.5)


class Member:
    """One process in the group of one consumer."""

    def __init__(self, consumer: Consumer, admin: AIOKafkaAdminClient, stop: asyncio.Event) -> None:
        self.consumer, self.admin, self.stop = consumer, admin, stop
        self._busy, self._reread, self._pulse = False, dict[TopicPartition, float](), ""
        self._broken, self._moved = cast("Exception | None", None), time.monotonic()

    async def handle(self, message: KafkaMessage) -> None:
        """FastStream's handler: what returns is committed, what raises is nacked and comes back."""
        c, kafka, records = self.consumer, cast(Any, message.consumer), cast("tuple[Any, ...]", message.raw_message)
        self._busy = True
        try:
            await self._check_cluster()  # after the fetch: whose offsets are these?
            if gaps := {tp: at for tp, at in (await c.apply(records)).items() if self._may_reread(tp)}:
                log.warning("%s: messages are missing; reading again %s", c.name, gaps)
                telemetry.REREADS.labels(c.name, "gap").inc(len(gaps))
                self._seek(kafka, gaps)  # and return: the nack of an exception would undo the seek
        except Exception as e:
            if isinstance(e, Rejoin) or not (transient(e) or isinstance(e, (Conflict, KafkaError))):
                self._broken = e
            log.warning("%s: batch put back: %r", c.name, e)
            telemetry.RETRIES.labels(c.name).inc()
            # the nack brings it back at once
            await wait(self.stop, random.uniform(0.025, 0.075) * 2 ** min(c.failures, 6))
            # the nack stops at the first partition that was revoked and leaves the others behind: seek them all here
            self._seek(kafka, {TopicPartition(r.topic, r.partition): r.offset for r in reversed(records)})
            raise
        finally:
            self._busy = False

    async def watch(self, subscription: Any) -> None:
        """Keep lag and `caught_up` true until `stop`. Raises what made the handler give up, and Rejoin.

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
            self._moved = now if self._busy or clear == now or ends != before else self._moved
            lost = now - clear > LINGER or ends.keys() != before.keys()
            before, quiet = ends, not lost and (quiet or now - still >= c.idle)
            if not quiet:
                c.caught_up.clear()
            if now - looked > LOOK_AROUND_EVERY:
                looked = now
                await self._look_around(ends, quiet)
            telemetry.CAUGHT_UP.labels(c.name).set(c.caught_up.is_set())

    async def _look_around(self, ends: Ends, quiet: bool) -> None:
        """Is this still the log we read (who stands beyond the end of a new one would never notice)? And the others?"""
        c = self.consumer
        try:
            await self._check_cluster()
            if time.monotonic() - self._moved > STALLED:
                await self._check_others(ends)
            if quiet:
                async with c.engine.connect() as conn:
                    ours = [c.place(tp.topic, tp.partition, c.cluster) for tp in ends]
                    done = await positions.idle(driver(conn), c.name, ours, {t: topic(t).partitions for t in c.topics})
                    (c.caught_up.set if done else c.caught_up.clear)()
        except Exception as e:
            if isinstance(e, Rejoin) or not (transient(e) or isinstance(e, KafkaError)):
                raise
            log.debug("%s: %r", c.name, e)  # the handler meets the same, and says so

    async def _check_cluster(self) -> None:
        """Another log may lack our topics still: the commits of this membership would wait for them for ever."""
        c = self.consumer
        if (found := await cluster_id(self.admin)) != c.cluster:
            telemetry.REREADS.labels(c.name, "cluster").inc()
            raise Rejoin(f"cluster {found} answers where {c.cluster} was: reading from the start")

    async def _check_others(self, ends: Ends) -> None:
        """We stand still: the client retries a join or a commit in silence, or there are more members than partitions
        and the others do the work."""
        c, before, self._moved = self.consumer, self._pulse, time.monotonic()
        async with c.engine.connect() as conn:
            self._pulse = await positions.pulse(driver(conn), c.name)
        if ends or self._pulse == before:
            telemetry.STALLS.labels(c.name).inc()
            raise Rejoin(f"nothing was read for {STALLED:.0f} s, at {ends}")

    async def _ends(self, kafka: Any) -> Ends:
        async def ask() -> Ends:
            return {tp: (await kafka.position(tp), kafka.highwater(tp)) for tp in kafka.assignment()}

        try:
            ends = await asyncio.wait_for(ask(), 1)
        except (KafkaError, AssertionError, TimeoutError):  # a rebalance is under way
            return {}
        for tp, (at, end) in () if self._busy else ends.items():
            telemetry.LAG.labels(self.consumer.name, tp.topic, tp.partition).set((end or at) - at)
        return ends

    def _may_reread(self, tp: TopicPartition) -> bool:
        """Once, then wait for more: the missing ones may not have been sent again yet."""
        due = self._reread.get(tp, -REREAD_EVERY) <= time.monotonic() - REREAD_EVERY
        self._reread |= {tp: time.monotonic()} if due else {}
        return due

    def _seek(self, kafka: Any, offsets: Mapping[TopicPartition, int]) -> None:
        for tp in offsets.keys() & kafka.assignment():
            kafka.seek(tp, offsets[tp])
