"""What happens to the small world, crash included, and how it goes on: ends when all has been read that can be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from services.crm import vault
from shared import people
from shared.consumer import Consumer
from shared.contracts.people import Person
from shared.eventstore.events import Meta
from shared.eventstore.repository import Repository
from shared.eventstore.store import EventStore, append_in
from shared.ids import derived
from shared.timers import Timer, Timers, arm
from tests.faults.world import World, killed_before_commit, ring, streams
from tests.kernel import AT, tick, until
from tests.unit.crm import messages as cdc
from tests.unit.shared.garden import Spot, Tree

DAY = timedelta(days=1)
GRACE = 1.5  # seconds for what must not happen


async def grace(happened: Callable[[], Awaitable[object]]) -> None:
    """Time for what only a bug does."""
    with suppress(AssertionError):
        await until(happened, GRACE)


async def a_slow_writer_commits_last(world: World) -> None:
    """One appends and is slow to commit, another is quick, a projector reads in between."""
    crm, (slow, quick) = await world.service("crm"), streams(2)
    async with crm.connect() as first:
        tx = first.transaction()
        await tx.start()
        await append_in(first, [tick(slow, 1)])
        other = asyncio.create_task(world.facts(1, stream=quick))
        await crm.until_done_or_blocked(other)
        await crm.project()
        await tx.commit()
        await other
    await crm.project()


async def killed_with_a_batch(world: World) -> None:
    """accounts dies before the commit of a batch, and gets it again."""
    await world.facts(1, 2, 3)
    await world.relayed()
    consumer = await world.follower()
    with killed_before_commit(consumer.engine):
        await world.group.drain(consumer)
    await world.group.drain(await world.follower())


async def killed_with_a_page(world: World) -> None:
    """A projector dies before the commit of a page, and another goes on."""
    crm = await world.service("crm")
    await world.facts(1, 2, 3)
    with killed_before_commit(crm.engine):
        await crm.project()
    await world.facts(4)
    await crm.project()


async def killed_while_taking_in(world: World) -> None:
    """crm dies before the commit of what it took in; before that comes again, somebody else appends."""
    foreign, own = streams(2)
    relay = await world.relay()
    world.tell(1, stream=foreign)
    consumer = await world.ingest()
    with killed_before_commit(consumer.engine):
        await world.group.drain(consumer)
    await world.facts(1, stream=own)
    await world.group.drain(await world.ingest())
    await world.relayed(relay)
    await world.group.drain(await world.follower())


async def killed_before_the_acks(world: World) -> None:
    """The relay dies while the brokers have acknowledged nothing yet."""
    await world.facts(1, 2, 3)
    held = asyncio.Event()

    async def hold() -> None:
        held.set()
        await asyncio.Event().wait()

    world.brokers.hold = hold
    first = asyncio.create_task((await world.relay()).run(asyncio.Event()))
    await held.wait()
    async with world.services["crm"].connect() as conn:
        await grace(lambda: conn.fetchval("SELECT count(*) > 0 FROM positions"))  # what must not be saved yet
    first.cancel()
    await asyncio.wait({first})
    world.brokers.hold = None
    await world.facts(4)
    await world.relayed()
    await world.group.drain(await world.follower())


async def a_zombie_wakes_up(world: World) -> None:
    """A consumer stops in the middle of a batch; its partition goes to another one; then it goes on."""
    await world.facts(1, 2, 3)
    await world.relayed()
    asleep, awake = asyncio.Event(), asyncio.Event()

    async def sleep() -> None:
        asleep.set()
        await awake.wait()

    zombie = asyncio.create_task(world.group.drain(await world.follower(sleep)))
    await asleep.wait()
    other = asyncio.create_task(world.group.drain(await world.follower()))
    await world.services["accounts"].until_done_or_blocked(other)
    awake.set()
    await asyncio.gather(zombie, other)


async def offsets_are_not_committed(world: World) -> None:
    """accounts dies between the commit of a batch and that of its offsets."""
    await world.facts(1, 2, 3)
    await world.relayed()
    await world.group.drain(await world.follower())
    world.group.rewind()
    await world.group.drain(await world.follower())


async def an_answer_is_lost(world: World) -> None:
    """Somebody repeats a command because he got no answer."""
    service = await world.service("crm")
    meta = Meta("user:u1", AT, command_id=uuid4())
    plant = Meta("user:u1", AT, command_id=uuid4())
    tree = derived("tree", "1")

    def grow(found: Tree | None) -> Tree:
        assert found is not None
        found.grow(10)
        return found

    async with EventStore(service.dsn, "garden") as store:
        repository = Repository(store)
        spot = Spot(row=1, sun=Decimal("0.5"))
        await repository.execute(Tree, tree, lambda _: Tree(id=tree, species="oak", spot=spot, on=AT.date()), plant)
        for _ in range(2):
            await repository.execute(Tree, tree, grow, meta)


async def a_log_begins_in_the_middle(world: World) -> None:
    """The brokers forget everything; a producer's retry is the first that the new log gets."""
    await world.facts(1, 2, 3, 4)
    await world.relayed()
    for tp, records in world.brokers.forget().items():
        late = [{"key": r.key, "value": r.value, "headers": r.headers} for r in records[2:]]
        world.brokers.put(tp.topic, tp.partition, late)
    consumer = await world.follower()
    await world.group.drain(consumer)
    await world.relayed()
    await world.group.drain(consumer)


async def a_foreign_log_is_replaced(world: World) -> None:
    """The brokers forget everything; the foreign system goes on at offset 0."""
    consumer = await world.ingest()
    world.tell(1, 2, 3, 4)
    await world.group.drain(consumer)
    world.brokers.forget()
    world.tell(5, 6)
    await world.group.drain(consumer)


async def our_log_is_replaced(world: World) -> None:
    """The brokers forget everything before anybody read it."""
    await world.facts(1, 2, 3)
    await world.relayed()
    world.brokers.forget()
    await world.facts(4)
    await world.relayed()
    await world.group.drain(await world.follower())


async def two_relays(world: World) -> None:
    """One relay has read a person and is slow to send; the person is erased; another relay is there too."""
    crm, subject, held, go_on = await world.service("crm"), uuid4(), asyncio.Event(), asyncio.Event()
    ana = Person(subject_id=subject, kind="contact", change=0, crm_id="c1", name="Ana")

    async def hold() -> None:
        world.brokers.hold = None  # only the first one is slow
        held.set()
        await go_on.wait()

    async with crm.engine.begin() as conn:
        await vault.write_in(conn, [ana])
    world.brokers.hold, slow_stop, stop = hold, asyncio.Event(), asyncio.Event()
    slow = asyncio.create_task(vault.relay(crm.dsn, world.brokers).run(slow_stop))  # type: ignore[arg-type]
    await held.wait()
    async with crm.engine.begin() as conn:
        await vault.forget_in(conn, [subject])
    other = asyncio.create_task(vault.relay(crm.dsn, world.brokers).run(stop))  # type: ignore[arg-type]
    await grace(world.brokers.has_stored(1))  # what must not be sent yet
    slow_stop.set()  # it ends with what it has in hand
    go_on.set()
    await slow
    await until(world.brokers.has_stored(2))
    stop.set()
    await other
    world.brokers.compact("kam.people.v1")
    engine = (await world.service("accounts")).engine
    reader = Consumer("people", ["kam.people.v1"], engine, people.decode_person, people.remember, chained=False)
    await world.group.drain(reader)


async def an_old_change_comes_late(world: World) -> None:
    """An account is renamed twice; what it was called in between comes last."""
    world.mirror = await world.mirrored("mirror")
    ms = round(AT.timestamp() * 1000)
    world.lines = [
        cdc.change(
            "accounts",
            op,
            {"id": "a1", "name": name, "account_type": "Customer", "deleted": 0, "date_modified": at},
            pos,
            at,
        )
        for op, name, pos, at in (
            ("c", "First", 100, ms),
            ("u", "Second", 200, ms + 1000),
            ("u", "Third", 300, ms + 2000),
        )
    ]
    for n in (0, 2, 1):
        await world.mirror.deliver([world.lines[n]])


async def an_old_arming_comes_late(world: World) -> None:
    """A review is put off to a later day; then the fact that had set the earlier one is delivered again."""
    engine, subject = (await world.service("accounts")).engine, uuid4()
    world.armed[subject] = (2, AT + 10 * DAY)
    first, second = Timer("review", subject, 1, AT + DAY), Timer("review", subject, 2, AT + 10 * DAY)
    for timer in (first, second, first):
        async with engine.begin() as conn:
            await arm(conn, [timer])
    timers = Timers(engine, world.clock, ring)
    for _ in range(4):
        world.clock.advance(3 * DAY)
        await timers.step()
