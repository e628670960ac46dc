"""The qbr service without Kafka: facts written by hand go through its consumers, time is moved by hand, people ask by
gRPC.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zlib import crc32

import grpc.aio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.qbr import api
from services.qbr.app import Reviews
from services.qbr.main import FOLLOWED, MIGRATIONS, company, every_consumer
from services.qbr.projections import QbrReads
from services.qbr.publish import publish
from services.qbr.reads.accounts import KnownAccounts
from services.qbr.settings import Settings
from services.qbr.timekeeping.clockwork import Clockwork
from services.qbr.timekeeping.reactor import NAME as REACTOR
from services.qbr.timekeeping.reactor import Reactor
from shared import ids
from shared.contracts.accounts import account, people, tiers
from shared.contracts.base import Envelope, PublicEvent
from shared.contracts.crm import CrmActivityLogged
from shared.eventstore.events import Recorded
from shared.eventstore.store import read_in
from shared.migrate import upgrade
from shared.positions import driver
from shared.projector import Projector
from shared.protos import qbr_pb2 as pb
from shared.protos.accounts_pb2 import CommandMeta
from shared.protos.qbr_pb2_grpc import QbrCommandsStub, QbrQueriesStub
from shared.testing import ManualClock
from tests.integration.accounts_chain import engine_of, record

START = datetime(2026, 1, 15, 9, tzinfo=UTC)
ACCOUNT = ids.account_id("sugar", "a1")
BUYER, USER = ids.subject_id("sugar", "contact", "p1"), ids.subject_id("sugar", "contact", "p2")
TOPICS = {"accounts": "kam.accounts.v1", "crm": "kam.crm.v1", "growth": "kam.growth.v1", "risk": "kam.risk.v1"}


class Service:
    """The worker step by step, and clients of the API."""

    def __init__(self, engine: AsyncEngine, dsn: str, clock: ManualClock) -> None:
        self.engine, self.clock, self.settings = engine, clock, Settings(database=dsn)
        self.known, self.company = KnownAccounts(self.settings.zone), company(self.settings)
        self.consumers = every_consumer(engine, self.settings, clock)
        self.projector = Projector(QbrReads(), engine)
        self.reactor = Reactor(engine, self.known, self.company, clock)
        self.time = Clockwork(engine, self.known, self.company, clock)
        self.reviews = Reviews(engine, self.known, self.company, clock)
        self._told: dict[tuple[str, int], int] = {}
        self._positions: dict[str, int] = {}
        self.target = ""
        self.ask: Any = None
        self.tell: Any = None

    # -- what others tell

    def messages(self, source: str, *facts: PublicEvent, at: datetime | None = None) -> list[Any]:
        """Messages of a topic, in the order given, all of one instant (now)."""
        found = []
        for fact in facts:
            position = self._positions[source] = self._positions.get(source, 0) + 1
            key = str(getattr(fact, "account_id", None) or getattr(fact, "system", "company")).encode()
            when = at or self.clock.now()
            envelope = Envelope(
                id=f"{source}:{position}", type=fact.TYPE, position=position, stream=ids.derived("test", fact.TYPE),
                version=1, effective_at=when, recorded_at=when, actor=f"system:{source}",
                data=fact.model_dump(mode="json"),
            )  # fmt: skip
            topic, partition = TOPICS[source], crc32(key) % 4
            prev = self._told.get((topic, partition), 0)
            self._told[topic, partition] = position
            headers = [("position", str(position).encode()), ("prev", str(prev).encode())]
            found.append(
                record(topic, partition, position, key, envelope.model_dump_json(by_alias=True).encode(), headers)
            )
        return found

    async def take(self, source: str, *facts: PublicEvent, at: datetime | None = None) -> None:
        """Consume facts, and let everything follow."""
        await self.consumers[source].apply(self.messages(source, *facts, at=at))
        await self.settle()

    async def key_account(
        self, tier: str = "A", of: UUID = ACCOUNT, name: str = "Acme", zone: str = "Europe/Berlin", owner: str = "u1"
    ) -> None:
        """An account that was registered and confirmed as a key account."""
        await self.take(
            "accounts",
            account.AccountRegistered(account_id=of, name=name, time_zone=zone),
            account.AccountLinkedToCrm(account_id=of, system="sugar", crm_id="a1"),
            people.ThemeOwnerAssigned(
                account_id=of, theme="COMMERCIAL", owner_id=owner, owner_subject=ids.subject_id("sugar", "user", owner),
                at=self.clock.now(), assigned_from="crm",
            ),
            tiers.KeyAccountConfirmed(account_id=of, at=self.clock.now(), tier=tier),
        )  # fmt: skip

    async def retier(self, to: str, of: UUID = ACCOUNT) -> None:
        """Another tier."""
        await self.take("accounts", tiers.TierChanged(
            account_id=of, changed_at=self.clock.now(), from_tier="C", to_tier=to, why="test", score_bp=8_000,
            policy_version=1, decided_by="user:head", provisional=False,
        ))  # fmt: skip

    # -- time

    async def settle(self) -> int:
        """Until nothing follows and nothing is due; returns how many timers fired."""
        fired = 0
        while True:
            moved = await self.reactor.step() + await self.projector.step()
            if not moved:
                now = await self.time.timers.step()
                fired += now
                if not now:
                    return fired

    async def until(self, at: datetime) -> int:
        """The clock jumps, then everything that fell due happens."""
        self.clock.set(at)
        return await self.settle()

    async def later(self, **by: int) -> int:
        """As `until`, from now."""
        return await self.until(self.clock.now() + timedelta(**by))

    # -- people

    def meta(self, user: str = "u1", *roles: str, **more: Any) -> CommandMeta:
        """Somebody asks."""
        return CommandMeta(**{"command_id": str(uuid4()), "user_id": user, "roles": list(roles)} | more)

    async def do(
        self, name: str, user: str = "u1", roles: Sequence[str] = (), effective_at: str = "", **fields: Any
    ) -> Any:
        """A command by gRPC; returns the result."""
        method = getattr(self.tell, name)
        kind = next(
            m.input_type for m in pb.DESCRIPTOR.services_by_name["QbrCommands"].methods if m.name == name
        )  # fmt: skip
        request = getattr(pb, kind.name)(meta=self.meta(user, *roles, effective_at=effective_at), **fields)
        result = await method(request)
        await self.settle()
        return result

    async def qbr(self, qbr_id: str, as_of: str = "") -> pb.GetQbrResponse:
        found: pb.GetQbrResponse = await self.ask.GetQbr(pb.GetQbrRequest(qbr_id=qbr_id, as_of=as_of))
        return found

    async def listed(self, **asked: Any) -> pb.ListQbrsResponse:
        found: pb.ListQbrsResponse = await self.ask.ListQbrs(pb.ListQbrsRequest(**asked))
        return found

    async def open(self) -> str:
        """The id of the account's open QBR."""
        found: str = (await self.listed()).series[0].open_qbr_id
        return found

    # -- what was told

    async def log(self) -> list[Recorded]:
        """All of our own events."""
        async with self.engine.begin() as conn:
            await conn.execute(text("SELECT 1"))
            return [*await read_in(driver(conn), 0, 100_000)]

    async def public(self, *names: str) -> list[tuple[Recorded, PublicEvent]]:
        """What we publish, in order; of these types only."""
        found = [(r, p[1]) for r in await self.log() if (p := publish(r)) is not None]
        return [(r, e) for r, e in found if not names or e.TYPE in names]

    async def rows(self) -> dict[str, list[Any]]:
        """The whole read model."""
        async with self.engine.connect() as conn:
            return {
                t.name: sorted(map(repr, (await conn.execute(t.select())).all())) for t in QbrReads.tables
            }  # fmt: skip


@asynccontextmanager
async def qbr_service(dsn: str, now: datetime = START) -> AsyncIterator[Service]:
    """A fresh qbr database with the shipped template, the worker on it, and its API."""
    await upgrade(dsn, MIGRATIONS)
    clock = ManualClock(now)
    async with engine_of(dsn) as engine:
        service = Service(engine, dsn, clock)
        await service.reviews.adopt_shipped_template()
        await service.settle()
        packs = api.Packs(clock)
        queries = api.Queries(engine, service.settings, clock, service.company, packs, api.Follows(FOLLOWED, REACTOR))
        server = api.bind(queries, api.Commands(service.reviews, packs, clock), "127.0.0.1:0")
        await server.start()
        limits = [("grpc.max_receive_message_length", api.LARGEST)]
        try:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}", options=limits) as channel:
                service.target = f"127.0.0.1:{server.port}"
                service.ask = QbrQueriesStub(channel)  # type: ignore[no-untyped-call]
                service.tell = QbrCommandsStub(channel)  # type: ignore[no-untyped-call]
                yield service
        finally:
            await server.stop()


def review_meeting(crm_id: str, at: datetime, revision: int = 1, **more: Any) -> CrmActivityLogged:
    """A held meeting of the CRM that looks like a QBR."""
    known: dict[str, Any] = {
        "kind": "meeting", "status": "Held", "done": True, "at": at, "owner_id": "u1", "participants": (BUYER,),
        "purpose": "review",
    }  # fmt: skip
    return CrmActivityLogged(
        system="sugar", crm_id=crm_id, revision=revision, account_id=ACCOUNT, account_crm_id="a1", **(known | more)
    )
