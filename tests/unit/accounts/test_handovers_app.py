"""Whatever people and the CRM do in whatever order: a theme has one owner or none at any instant, at most one handover
of it is open, and it moves with an acceptance or the CRM's word only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.accounts.app.handovers import Handovers, latest
from services.accounts.app.together import Work
from services.accounts.domain import Account, AccountTeam, Handover
from services.accounts.domain.handover import giver_of, outlived
from services.accounts.domain.team import Owned
from services.accounts.domain.values import HandoverItem, Profile
from shared import ids
from shared.errors import Conflict, NotFound, Rejected
from shared.eventstore.committer import Appended
from shared.eventstore.events import Aggregate, Meta, NewEvent, encode
from shared.eventstore.repository import fold
from shared.testing import ManualClock

ACME = ids.account_id("sugar", "acme")
T0, DUE = datetime(2026, 3, 2, 9, tzinfo=UTC), date(2026, 3, 16)
ITEM = HandoverItem(kind="contract", ref="k1", what="contract_end")
USERS = ("anna", "ben", "carl")


class MemoryStore:
    """What `EventStore` promises, without a database: all of an append or none of it, each version once."""

    service = "accounts"

    def __init__(self) -> None:
        self.rows: dict[UUID, list[tuple[Any, ...]]] = {}
        self.commands: dict[UUID, Appended] = {}
        self.position = 0
        self.loader = self

    async def load(self, stream: UUID, command_id: Any = "none") -> Any:
        rows = list(self.rows.get(stream, ()))
        return rows if command_id == "none" else (rows, self.commands.get(command_id))

    async def append(self, events: Sequence[NewEvent], command_id: UUID | None = None) -> Appended:
        for e in events:
            if e.version <= len(self.rows.get(e.stream_id, ())):
                raise Conflict("somebody was faster")
        for e in events:
            row = (e.stream_id, e.version, e.topic, e.class_version or 1, e.effective_at, e.state)
            self.rows.setdefault(e.stream_id, []).append(row)
        done = Appended(self.position + 1, len(events), repeated=False)
        self.position += len(events)
        if command_id is not None:
            self.commands[command_id] = Appended(done.first_position, done.number, repeated=True)
        return done

    async def keep(self, aggregate: Aggregate, at: datetime) -> None:
        await self.append(encode(aggregate.collect_events(), Meta("crm:sugar", at)))  # type: ignore[arg-type]


class World:
    """An account whose commercial theme is anna's, and what people may do about it."""

    def __init__(self) -> None:
        self.store, self.clock = MemoryStore(), ManualClock(T0)
        self.app = Handovers(cast(Any, self), self.clock)

    async def begin(self) -> None:
        account = Account.register(ACME, "Acme", "Europe/Berlin", "sugar", "acme")
        account.observe(1, "Acme", Profile(account_type="Customer"))
        await self.store.keep(account, T0)
        team = AccountTeam.form(ACME, "sugar")
        team.follow_crm_owner("anna", True, T0)
        await self.store.keep(team, T0)

    async def team(self) -> AccountTeam:
        found = fold(AccountTeam, await self.store.load(AccountTeam.create_id(ACME)))
        assert found is not None
        return found

    async def last(self) -> tuple[Handover | None, int]:
        return await latest(Work(cast(Any, self.store)).find, ACME, "COMMERCIAL")

    async def do(self, what: str, user: str) -> None:
        self.clock.advance(timedelta(hours=1))
        meta = Meta(f"user:{user}", self.clock.now(), command_id=uuid4())
        handover, _ = await self.last()
        ident = handover.id if handover else uuid4()
        try:
            match what:
                case "start":
                    owner = (await self.team()).owner("COMMERCIAL")
                    by = Meta(f"user:{owner}", self.clock.now(), command_id=uuid4())
                    await self.app.start(ACME, "COMMERCIAL", user, [ITEM], DUE, (), by)
                case "confirm":
                    await self.app.confirm_item(ACME, ident, ITEM.item_id, "", meta)
                case "accept":
                    await self.app.accept(ACME, ident, meta)
                case "decline":
                    await self.app.decline(ACME, ident, "no", meta)
                case "take back":
                    await self.app.take_back(ACME, ident, ("head_of_kam",), meta)
                case "crm" | "left":
                    team = await self.team()
                    team.follow_crm_owner(user, what == "crm", self.clock.now())
                    await self.store.keep(team, self.clock.now())
                    await self.follow()
        except (Rejected, NotFound):
            pass

    async def follow(self) -> None:
        """As the worker does."""
        team, (before, number) = await self.team(), await self.last()
        owner, at = team.owner("COMMERCIAL"), self.clock.now()
        giver = giver_of(owner, team.before.get("COMMERCIAL"), before)
        if before is not None and outlived(owner, before):
            before.outlive(at)
            await self.store.keep(before, at)
        if giver is not None and owner is not None:
            made = Handover.start(
                ACME, "COMMERCIAL", number, "sugar", giver, owner, "owner_replaced", [ITEM], at, DUE
            )  # fmt: skip
            await self.store.keep(made, at)


steps = st.lists(
    st.tuples(
        st.sampled_from(("start", "confirm", "accept", "decline", "take back", "crm", "left")), st.sampled_from(USERS)
    ),
    max_size=25,
)


@given(steps)
def test_one_owner_one_open_handover_and_nothing_moves_by_itself(done: list[tuple[str, str]]) -> None:
    async def run() -> None:
        world = World()
        await world.begin()
        for what, user in done:
            before, (handover, _) = await world.team(), await world.last()
            await world.do(what, user)
            team, (now, number) = await world.team(), await world.last()
            owned, was = team.owners.get("COMMERCIAL"), before.owners.get("COMMERCIAL")
            if owned != was:
                assert what in ("accept", "crm", "left")
            if what == "accept" and owned != was:
                assert handover is not None
                assert now is not None
                assert (owned, now.state) == (Owned(handover.to_owner_id, world.clock.now(), "person"), "Accepted")
            every = [
                fold(Handover, await world.store.load(Handover.create_id(ACME, "COMMERCIAL", n)))
                for n in range(1, number)
            ]
            assert sum(h.open for h in every if h) <= 1
            assert all(h.from_owner_id != h.to_owner_id for h in every if h)
            changes = [at for _, _, topic, _, at, _ in world.store.rows[team.id] if "Theme" in topic]
            assert changes == sorted(changes), "owners are disjoint intervals"

    asyncio.run(run())


def test_the_world_above_hands_over() -> None:
    async def run() -> None:
        world = World()
        await world.begin()
        for what, user in (("start", "ben"), ("confirm", "ben"), ("accept", "ben")):
            await world.do(what, user)
        assert (await world.team()).owner("COMMERCIAL") == "ben"
        await world.do("crm", "carl")
        assert (await world.team()).owner("COMMERCIAL") == "ben", "what a person said holds against the CRM"

    asyncio.run(run())


def test_a_repeated_command_is_the_first_one() -> None:
    async def run() -> None:
        world = World()
        await world.begin()
        meta = Meta("user:anna", T0, command_id=uuid4())
        first = await world.app.start(ACME, "COMMERCIAL", "ben", [ITEM], DUE, (), meta)
        again = await world.app.start(ACME, "COMMERCIAL", "carl", [ITEM], DUE, (), meta)
        assert (again.event_ids, again.repeated, again.handover_id) == (first.event_ids, True, first.handover_id)

    asyncio.run(run())
