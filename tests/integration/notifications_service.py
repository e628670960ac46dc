"""The notifications service on an embedded database: its worker step by step, its gRPC API, facts by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zlib import crc32

import grpc.aio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifications import api
from services.notifications.channels.sender import Sender
from services.notifications.consumers import CHANNELS, consumers
from services.notifications.main import BOOTSTRAP, MIGRATIONS, application
from services.notifications.projections import NotificationsReads
from services.notifications.settings import Settings
from services.notifications.timekeeping.arming import Arming
from services.notifications.timekeeping.firing import timekeeping
from shared import ids
from shared.contracts.accounts import account as a
from shared.contracts.accounts import people as p
from shared.contracts.accounts import tiers as t
from shared.contracts.base import Envelope, PublicEvent
from shared.contracts.crm import CrmUserSeen
from shared.eventstore.store import EventStore
from shared.migrate import upgrade
from shared.projector import Projector
from shared.protos import accounts_pb2 as common
from shared.protos import notifications_pb2 as pb
from shared.protos.notifications_pb2_grpc import NotificationsCommandsStub, NotificationsQueriesStub
from shared.testing import ManualClock
from tests.integration.accounts_chain import engine_of, record

ACCOUNT = ids.account_id("sugar", "a1")
PERSON = ids.subject_id("sugar", "contact", "p1")
START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday, 10:00 in Berlin
OF = {channel: name for name, channel in CHANNELS.items()}


class Service:
    """Worker and API. `tell` and `ask` are clients; `step` lets everything happen that is due."""

    def __init__(self, engine: AsyncEngine, clock: ManualClock, channel: grpc.aio.Channel, settings: Settings) -> None:
        self.engine, self.clock, self.settings = engine, clock, settings
        self.tell: Any = NotificationsCommandsStub(channel)  # type: ignore[no-untyped-call]
        self.ask: Any = NotificationsQueriesStub(channel)  # type: ignore[no-untyped-call]
        self._last: dict[tuple[str, int], int] = {}
        self._position = 0
        self.restart()

    def restart(self) -> None:
        """A new worker process on the same database."""
        self.consumers = {c.name: c for c in consumers(self.engine, self.clock, self.settings.book)}
        self.reads, self.arming = Projector(NotificationsReads(), self.engine), Projector(Arming(), self.engine)
        self.time = timekeeping(self.engine, self.settings, self.clock)

    def message(self, fact: PublicEvent, at: datetime, stream: UUID | None = None, version: int = 1) -> Any:
        """As the relay of the other service would send it."""
        self._position += 1
        key = str(getattr(fact, "account_id", None) or "sugar").encode()
        partition, position = crc32(key) % 4, self._position
        prev = self._last.get((fact.CHANNEL, partition), 0)
        self._last[fact.CHANNEL, partition] = position
        envelope = Envelope(
            id=f"{fact.CHANNEL.split('.')[1]}:{position}", type=fact.TYPE, position=position, version=version,
            stream=stream or ids.derived(fact.TYPE), effective_at=at, recorded_at=at, actor="user:u1",
            data=fact.model_dump(mode="json", by_alias=True),
        )  # fmt: skip
        headers = [("position", str(position).encode()), ("prev", str(prev).encode())]
        return record(fact.CHANNEL, partition, position, key, envelope.model_dump_json(by_alias=True).encode(), headers)

    async def hear(self, *facts: PublicEvent, at: datetime | None = None, stream: UUID | None = None) -> None:
        """Facts of other services, in order, without letting time act."""
        for fact in facts:
            message = self.message(fact, at or self.clock.now(), stream)
            await self.consumers[OF[fact.CHANNEL]].apply([message])

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
        methods = pb.DESCRIPTOR.services_by_name["NotificationsCommands"].methods_by_name
        command = common.CommandMeta(command_id=fields.pop("command_id", str(uuid4())), user_id=user, roles=list(roles))
        request = getattr(pb, methods[rpc].input_type.name)(meta=command, **fields)
        done: common.CommandResult = await getattr(self.tell, rpc)(request)
        await self.step()
        return done

    async def alerts(self, **fields: Any) -> list[pb.Alert]:
        """The alerts that a list shows."""
        return list((await self.ask.ListAlerts(pb.ListAlertsRequest(**fields))).alerts)

    async def alert(self, alert_id: str, **fields: Any) -> pb.GetAlertResponse:
        """One alert with its ledger."""
        found: pb.GetAlertResponse = await self.ask.GetAlert(pb.GetAlertRequest(alert_id=alert_id, **fields))
        return found

    async def inbox(self, person: str, *roles: str) -> list[pb.InboxItem]:
        """Somebody's inbox."""
        return list((await self.ask.GetInbox(pb.GetInboxRequest(person=person, roles=roles))).items)

    async def ledger(self, *types: str) -> list[tuple[str, str, str]]:
        """(type, person, status) of every line, all or of these types."""
        async with self.engine.connect() as conn:
            rows = await conn.execute(
                text("SELECT type, coalesce(person, ''), status FROM alert_log ORDER BY position")
            )
            found = [(r[0], r[1], r[2]) for r in rows]
        return [x for x in found if not types or x[0] in types]

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """A table, in the order of its first column."""
        async with self.engine.connect() as conn:
            return [dict(r) for r in (await conn.execute(text(f"SELECT * FROM {table} ORDER BY 1"))).mappings()]

    def sender(self, **channels: Any) -> Sender:
        """A sender of its own, over these channels or the configured ones."""
        return Sender(self.engine, self.settings, self.clock, channels or None)  # type: ignore[arg-type]


@asynccontextmanager
async def notifications(dsn: str, now: datetime = START, **settings: Any) -> AsyncIterator[Service]:
    """A fresh database, the shipped rules, a server and clients of it; live since `now`."""
    await upgrade(dsn, MIGRATIONS)
    clock, made = ManualClock(now), Settings(database=dsn, **settings)
    async with engine_of(dsn) as engine, EventStore(dsn, "notifications") as store:
        app = application(store, made, clock)
        await app.adopt_shipped_rules(BOOTSTRAP)
        server = api.bind(api.Queries(engine, made, clock), api.Commands(app, clock, engine, made), "127.0.0.1:0")
        await server.start()
        try:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
                yield Service(engine, clock, channel, made)
        finally:
            await server.stop()


def team(account: UUID = ACCOUNT, at: datetime = START, tier: str = "A", **owners: str) -> list[PublicEvent]:
    """A key account and its people."""
    owners = owners or {"COMMERCIAL": "u7", "SERVICE": "u8", "TECHNICAL": "u9", "EXEC_SPONSOR": "boss"}
    return [
        a.AccountRegistered(account_id=account, name="Acme", time_zone="Europe/Berlin"),
        a.AccountLinkedToCrm(account_id=account, system="sugar", crm_id="a1"),
        t.KeyAccountConfirmed(account_id=account, at=at, tier=tier),
        *(
            p.ThemeOwnerAssigned(
                account_id=account, theme=theme, owner_id=owner, at=at, assigned_from="person",
                owner_subject=ids.subject_id("sugar", "user", owner),
            )
            for theme, owner in owners.items()
        ),
    ]  # fmt: skip


def employee(user: str, active: bool = True, revision: int = 1, reports_to: str | None = None) -> CrmUserSeen:
    """One of ours."""
    return CrmUserSeen(
        system="sugar", crm_id=user, revision=revision, account_id=None, account_crm_id=None, active=active,
        subject_id=ids.subject_id("sugar", "user", user), reports_to=reports_to,
    )  # fmt: skip


def red(epoch: int = 1, tier: str = "A", evidence: str | None = None, kind: str = "severe", **more: Any) -> PublicEvent:
    """The account turns red; the service factor adds most."""
    from shared.contracts.risk.colours import RiskTurnedRed

    found = [{"event": evidence, "code": "p1", "why": "P1"}] if evidence else []
    return RiskTurnedRed.model_validate(
        {
            "account_id": ACCOUNT, "tier": tier, "from": "AMBER", "score": 7240, "coverage": 10000, "why": "P1",
            "trigger": {"kind": kind}, "epoch": epoch, "model_version": 1,
            "contributions": [contribution("service", 1800, found), contribution("usage", 300, [])],
            "arr_exposed": {"amount": 100, "currency": "EUR"}, **more,
        }
    )  # fmt: skip


def contribution(factor: str, points: int, evidence: list[dict[str, Any]]) -> dict[str, Any]:
    """As the risk service tells it."""
    from shared.contracts.risk.base import Contribution

    given = {"factor": factor, "weight": 2000, "value": 9000, "points": points, "evidence": evidence}
    return {**{n: None for n, f in Contribution.model_fields.items() if f.is_required()}, **given}
