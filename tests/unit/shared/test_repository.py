"""A command: loaded, decided, appended; decided again after a conflict, and never twice for one id."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from shared.errors import Conflict, NotFound, Rejected
from shared.eventstore.events import Meta, encode
from shared.eventstore.repository import Repository, aggregates_in
from shared.eventstore.store import EventStore
from shared.ids import new_id
from shared.testing import ManualClock, head
from tests.kernel import stored
from tests.unit.shared.garden import Spot, Tree
from tests.unit.shared.test_store import batches

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ME = Meta("user:u1")


@pytest.fixture
def repository(store: EventStore) -> Repository:
    return Repository(store, ManualClock(NOON))


def plant(id: UUID) -> Callable[[Tree | None], Tree]:
    return lambda _: Tree(id=id, species="oak", spot=Spot(row=1, sun=Decimal("0.5")), on=date(2026, 3, 1))


def grow(cm: int) -> Callable[[Tree | None], Tree]:
    def decide(tree: Tree | None) -> Tree:
        assert tree is not None
        tree.grow(cm)
        return tree

    return decide


async def test_an_aggregate_lives_in_its_stream(repository: Repository, store: EventStore) -> None:
    id = new_id()
    with pytest.raises(NotFound, match=f"no Tree {id}"):
        await repository.get(Tree, id)
    made = await repository.execute(Tree, id, plant(id), ME)
    assert (made.event_ids, made.repeated) == (("garden:1",), False)
    grown = await repository.execute(Tree, id, grow(3), ME.at(datetime(2026, 2, 1, tzinfo=UTC)))
    assert grown.aggregate is not None
    assert (grown.event_ids, grown.aggregate.cm) == (("garden:2",), 3)
    again = await repository.get(Tree, id)
    assert (again.cm, again.version, again.spot) == (3, 2, Spot(row=1, sun=Decimal("0.5")))
    assert [(await stored(store, p)).effective_at for p in (1, 2)] == [NOON, datetime(2026, 2, 1, tzinfo=UTC)]
    async with store.pool.acquire() as conn:
        assert await aggregates_in(conn, Tree, [id, new_id()]) == {id: again}


async def test_commands_at_the_same_time_all_count(repository: Repository, store: EventStore) -> None:
    id = new_id()
    await repository.execute(Tree, id, plant(id), ME)
    await asyncio.gather(*(repository.execute(Tree, id, grow(1), ME) for _ in range(8)))
    tree = await repository.get(Tree, id)
    assert (tree.cm, tree.version) == (8, 9)


async def test_a_conflict_that_does_not_end_is_raised(store: EventStore) -> None:
    id = new_id()
    repository = Repository(store, attempts=3)
    await repository.execute(Tree, id, plant(id), ME)
    decided = []

    def decide(_: Tree | None) -> Tree:
        decided.append(1)
        return plant(id)(None)  # wants version 1, always

    with pytest.raises(Conflict, match=f"{id} version 1"):
        await repository.execute(Tree, id, decide, ME)
    assert len(decided) == 3


async def test_a_repeated_command_is_not_decided_again(repository: Repository) -> None:
    id, command = new_id(), new_id()
    await repository.execute(Tree, id, plant(id), ME)
    meta = Meta("user:u1", command_id=command)
    first = await repository.execute(Tree, id, grow(5), meta)
    await repository.execute(Tree, id, grow(1), ME)

    def never(_: Tree | None) -> Tree:
        raise AssertionError("decided again")

    again = await repository.execute(Tree, id, never, meta)
    assert (again.event_ids, again.repeated) == (first.event_ids, True)
    assert again.aggregate is not None and again.aggregate.cm == 6  # noqa: PT018
    twins = Meta("user:u1", command_id=new_id())
    results = await asyncio.gather(*(repository.execute(Tree, id, grow(7), twins) for _ in range(5)))
    assert sorted(r.repeated for r in results) == [False, True, True, True, True]
    assert len({r.event_ids for r in results}) == 1
    assert (await repository.get(Tree, id)).cm == 13


async def test_a_command_that_changes_nothing_is_remembered(repository: Repository, store: EventStore) -> None:
    id, meta = new_id(), Meta("user:u1", command_id=new_id())
    await repository.execute(Tree, id, plant(id), ME)
    nothing = await repository.execute(Tree, id, grow(0), meta)
    again = await repository.execute(Tree, id, grow(4), meta)
    assert (nothing.event_ids, nothing.repeated, again.event_ids, again.repeated) == ((), False, (), True)
    assert (await repository.execute(Tree, id, grow(0), ME)).event_ids == ()
    assert await head(store) == 1


async def test_a_rejection_leaves_no_trace(repository: Repository, store: EventStore) -> None:
    id, meta = new_id(), Meta("user:u1", command_id=new_id())
    await repository.execute(Tree, id, plant(id), ME)
    with pytest.raises(Rejected) as refused:
        await repository.execute(Tree, id, grow(-1), meta)
    assert refused.value.slug == "trees-do-not-shrink"
    assert await head(store) == 1
    assert (await repository.execute(Tree, id, grow(2), meta)).event_ids == ("garden:2",)  # the id is still free


async def test_commands_that_cannot_be_meant_are_refused(repository: Repository, log: str) -> None:
    id = new_id()
    with pytest.raises(ValueError, match=str(id)):
        await repository.execute(Tree, id, plant(new_id()), ME)
    async with EventStore(log, "kitchen") as other:
        with pytest.raises(TypeError, match="kitchen"):
            await Repository(other).execute(Tree, id, plant(id), ME)


async def test_loads_and_appends_of_many_commands_are_grouped(repository: Repository, store: EventStore) -> None:
    ids = [new_id() for _ in range(40)]
    await store.append([e for i in ids for e in encode(plant(i)(None).collect_events(), ME.at(NOON))])  # type: ignore[arg-type]
    queries, before = store.loader.queries, batches()
    await asyncio.gather(*(repository.execute(Tree, i, grow(1), Meta("x", command_id=new_id())) for i in ids))
    assert store.loader.queries - queries <= 3
    assert batches() - before <= 3
