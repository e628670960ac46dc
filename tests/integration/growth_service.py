"""The growth service on an embedded database: its worker step by step, its gRPC API, foreign facts by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4
from zlib import crc32

import grpc.aio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.growth import api
from services.growth.consumers import NAMES, consumers
from services.growth.main import BOOTSTRAP, MIGRATIONS, application
from services.growth.projections import GrowthReads
from services.growth.publish import publish
from services.growth.settings import Settings
from services.growth.timekeeping.arming import Arming
from services.growth.timekeeping.firing import timekeeping
from shared import ids
from shared.contracts.accounts import account as a
from shared.contracts.accounts import tiers as t
from shared.contracts.base import Envelope, PublicEvent
from shared.eventstore.store import EventStore
from shared.migrate import upgrade
from shared.positions import driver
from shared.projector import Projector
from shared.protos import accounts_pb2 as common
from shared.protos import growth_pb2 as pb
from shared.protos.growth_pb2_grpc import GrowthCommandsStub, GrowthQueriesStub
from shared.relay import public_events
from shared.testing import ManualClock
from tests.integration.accounts_chain import engine_of, record

ACCOUNT = ids.account_id("sugar", "a1")
PERSON = ids.subject_id("sugar", "contact", "p1")
START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday


class GrowthService:
    """Worker and API. `tell` and `ask` are clients; `step` lets everything happen that is due."""

    def __init__(self, engine: AsyncEngine, dsn: str, clock: ManualClock, channel: grpc.aio.Channel) -> None:
        self.target = ""
        self.engine, self.dsn, self.clock, self.settings = engine, dsn, clock, Settings(database=dsn)
        self.channel = channel
        self.tell: Any = GrowthCommandsStub(channel)  # type: ignore[no-untyped-call]
        self.ask: Any = GrowthQueriesStub(channel)  # type: ignore[no-untyped-call]
        self.restart()
        self._last: dict[tuple[str, int], int] = {}
        self._position = 0

    def restart(self) -> None:
        """A new worker process on the same database."""
        self.consumers = {c.name: c for c in consumers(self.engine, self.settings, self.clock)}
        self.reads = Projector(GrowthReads(), self.engine)
        self.arming = Projector(Arming(self.settings, self.clock), self.engine)
        self.time = timekeeping(self.engine, self.settings, self.clock)

    async def hear(self, *facts: tuple[PublicEvent, datetime], stream: UUID | None = None, version: int = 1) -> None:
        """Facts of other services, in order, each through the consumer of its topic."""
        for fact, at in facts:
            self._position += 1
            message = self.message(fact, at, self._position, stream, version)
            name = {"kam.accounts.v1": "growth.accounts", "kam.crm.v1": "growth.crm", "kam.qbr.v1": "growth.qbr"}
            await self.consumers[name[fact.CHANNEL]].apply([message])
        await self.step()

    def message(self, fact: PublicEvent, at: datetime, position: int, stream: UUID | None, version: int) -> Any:
        """As the relay of the other service would send it."""
        key = str(getattr(fact, "account_id", None) or "sugar").encode()
        partition = crc32(key) % 4
        prev = self._last.get((fact.CHANNEL, partition), 0)
        self._last[fact.CHANNEL, partition] = position
        service = fact.CHANNEL.split(".")[1]
        envelope = Envelope(
            id=f"{service}:{position}", type=fact.TYPE, position=position, stream=stream or ids.derived(fact.TYPE),
            version=version, effective_at=at, recorded_at=at, actor="user:u1", data=fact.model_dump(mode="json"),
        )  # fmt: skip
        headers = [("position", str(position).encode()), ("prev", str(prev).encode())]
        value = envelope.model_dump_json(by_alias=True).encode()
        return record(fact.CHANNEL, partition, position, key, value, headers)

    async def step(self) -> int:
        """Project, arm and fire until nothing is left; returns how many timers fired."""
        fired = 0
        while True:
            while await self.reads.step() or await self.arming.step():
                pass
            if not (done := await self.time.step()):
                return fired
            fired += done

    async def at(self, when: datetime) -> int:
        """Move the clock and let time act."""
        self.clock.set(when)
        return await self.step()

    async def do(self, rpc: str, *, user: str = "u7", roles: Sequence[str] = (), **fields: Any) -> common.CommandResult:
        """A command; afterwards the read model shows it."""
        request = getattr(pb, _requests()[rpc])(meta=meta(user, roles, fields), **fields)
        done: common.CommandResult = await getattr(self.tell, rpc)(request)
        await self.step()
        return done

    async def plan(self, **fields: Any) -> pb.GetPlanResponse:
        """The account's plan page."""
        found: pb.GetPlanResponse = await self.ask.GetPlan(pb.GetPlanRequest(account_id=str(ACCOUNT), **fields))
        return found

    async def log(self, *types: str) -> list[tuple[str, dict[str, Any], datetime]]:
        """(type, data, effective at) of stored events, all or of these types."""
        async with self.engine.connect() as conn:
            data = "CAST(convert_from(state, 'UTF8') AS json)"
            rows = await conn.execute(text(f"SELECT topic, {data}, effective_at FROM events ORDER BY position"))
            found = [(r[0].rpartition(".")[2], r[1], r[2]) for r in rows]
        return [f for f in found if not types or f[0] in types]

    async def published(self) -> list[Envelope]:
        """What the relay would send, in order."""
        read = public_events("growth", publish)
        async with self.engine.connect() as conn:
            await conn.begin()
            found, after = list[Envelope](), 0
            while (page := await read(driver(conn), after, 5_000)).scanned > after:
                after = page.scanned
                found += [Envelope.model_validate_json(m.value) for m in page.messages if m.value]
        return found


def _requests() -> dict[str, str]:
    service = pb.DESCRIPTOR.services_by_name["GrowthCommands"]
    return {m.name: m.input_type.name for m in service.methods}


_OWN = ("command_id", "effective_at", "expected_version")


def meta(user: str, roles: Sequence[str], fields: dict[str, Any]) -> common.CommandMeta:
    """Takes `command_id`, `effective_at` and `expected_version` out of the fields."""
    own: dict[str, Any] = {k: fields.pop(k) for k in _OWN if k in fields}
    known: dict[str, Any] = {"command_id": str(uuid4()), "user_id": user, "roles": list(roles), **own}
    return common.CommandMeta(**known)


@asynccontextmanager
async def growth_service(dsn: str, now: datetime = START) -> AsyncIterator[GrowthService]:
    """A fresh database, the shipped play books, a server and clients of it."""
    await upgrade(dsn, MIGRATIONS)
    clock = ManualClock(now)
    async with engine_of(dsn) as engine, EventStore(dsn, "growth") as store:
        settings = Settings(database=dsn)
        app = application(engine, store, settings, clock)
        await app.adopt_shipped_playbooks(BOOTSTRAP)
        queries = api.Queries(engine, settings, clock, NAMES, GrowthReads.name, Arming.name)
        server = api.bind(queries, api.Commands(app, clock), "127.0.0.1:0")
        await server.start()
        try:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
                service = GrowthService(engine, dsn, clock, channel)
                service.target = f"127.0.0.1:{server.port}"
                await service.step()
                yield service
        finally:
            await server.stop()


async def key_account(service: GrowthService, tier: str = "A", zone: str = "Europe/Berlin") -> None:
    """The accounts service tells of a key account."""
    at = service.clock.now()
    await service.hear(
        (a.AccountRegistered(account_id=ACCOUNT, name="Acme", time_zone=zone), at),
        (a.AccountLinkedToCrm(account_id=ACCOUNT, system="sugar", crm_id="a1"), at),
        (t.KeyAccountConfirmed(account_id=ACCOUNT, at=at, tier=tier), at),
    )


class Plan:
    """A plan with a goal and an initiative, as most tests need it."""

    def __init__(self, service: GrowthService, plan: str, goal: str, initiative: str) -> None:
        self.service, self.id, self.goal, self.initiative = service, plan, goal, initiative

    async def milestone(self, due: date, title: str = "Step", owner: str = "u8", **fields: Any) -> str:
        """One more; returns its id."""
        done = await self.service.do(
            "PlanMilestone", plan_id=self.id, initiative_id=self.initiative, title=title, owner=owner,
            due=due.isoformat(), **fields,
        )  # fmt: skip
        return str(done.id)

    async def approve(self) -> None:
        """By a head of KAM."""
        await self.service.do("SubmitPlan", plan_id=self.id)
        await self.service.do("ApprovePlan", plan_id=self.id, user="boss", roles=["head_of_kam"])


async def drafted(service: GrowthService) -> Plan:
    """A draft for 2026."""
    plan = await service.do(
        "DraftPlan",
        account_id=str(ACCOUNT),
        title="Acme 2026",
        owner="u7",
        starts_on="2026-01-01",
        ends_on="2026-12-31",
    )
    goal = await service.do(
        "SetGoal", plan_id=plan.id, title="More seats", owner="u7", kpi_id="seats@1", baseline=100, target=200,
        unit="seats", direction="increase", starts_on="2026-01-01", due="2026-12-31",
    )  # fmt: skip
    initiative = await service.do(
        "ProposeInitiative", plan_id=plan.id, title="Second site", owner="u8", due="2026-11-30", goal_ids=[goal.id],
        stakeholders=[str(PERSON)], no_opportunity_reason="No budget yet",
    )  # fmt: skip
    return Plan(service, plan.id, goal.id, initiative.id)
