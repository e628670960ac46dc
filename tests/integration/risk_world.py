"""One key account of the risk service behind its gRPC API, and whatever a test tells or decides about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import grpc.aio

from services.risk import api, consumers
from services.risk.projections import RiskReads
from shared import ids
from shared.contracts.accounts.tiers import KeyAccountConfirmed, TierChanged
from shared.contracts.crm import (
    CrmAccountSeen,
    CrmActivityLogged,
    CrmCaseSeen,
    CrmContractSeen,
    SourceConnected,
    SourceLagCleared,
)
from shared.protos import risk_pb2 as pb
from shared.protos.accounts_pb2 import CommandMeta
from shared.protos.risk_pb2_grpc import RiskCommandsStub, RiskQueriesStub
from tests.integration.risk_chain import RiskService, Teller, risk_service

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)  # a Monday
ACME = ids.account_id("sugar", "acme")
WON = datetime(2025, 1, 1, tzinfo=UTC)


class World:
    """One key account with a contract, a contact of yesterday, and whatever a test tells."""

    def __init__(self, service: RiskService, queries: Any, commands: Any, whatifs: Any) -> None:
        self.service, self.queries, self.commands, self.teller = service, queries, commands, Teller()
        self.whatifs = whatifs

    async def tell(self, *facts: tuple[Any, datetime]) -> None:
        await self.service.take(self.teller.tell(*facts))
        await self.service.settle()

    async def risk(self, **asked: Any) -> pb.GetRiskResponse:
        found: pb.GetRiskResponse = await self.queries.GetRisk(pb.GetRiskRequest(account_id=str(ACME), **asked))
        return found

    async def do(self, name: str, request: type, user: str = "u1", roles: tuple[str, ...] = (), **fields: Any) -> Any:
        meta = CommandMeta(command_id=str(uuid4()), user_id=user, roles=roles)
        done = await getattr(self.commands, name)(request(meta=meta, **fields))
        await self.service.settle()
        return done


def account(**fields: Any) -> CrmAccountSeen:
    values = {"name": "Acme", "currency": "USD", "owner_id": "u1", "revision": 1} | fields
    return CrmAccountSeen(system="sugar", crm_id="acme", account_id=ACME, **values)


def case(number: int, opened: datetime, *, revision: int = 1, closed: datetime | None = None) -> CrmCaseSeen:
    return CrmCaseSeen(
        system="sugar", crm_id=f"case-{number}", revision=revision, account_id=ACME, number=number, priority="P1",
        is_open=closed is None, opened_at=opened, closed_at=closed,
    )  # fmt: skip


def met(at: datetime, key: str) -> CrmActivityLogged:
    return CrmActivityLogged(
        system="sugar", crm_id=key, revision=1, account_id=ACME, kind="meeting", status="Held", done=True, at=at
    )


def start(tier: str = "A") -> list[tuple[Any, datetime]]:
    contract = CrmContractSeen(
        system="sugar", crm_id="c1", revision=1, account_id=ACME, name="Acme GTX", status="Signed", signed=True,
        product="GTX", starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31), arr=10_000_00, currency="USD",
        notice_period_days=90,
    )  # fmt: skip
    tiered = TierChanged(
        account_id=ACME, changed_at=WON, from_tier=None, to_tier=tier, why="first", score_bp=8000, policy_version=1,
        decided_by="policy:tier", provisional=True,
    )  # fmt: skip
    return [
        (SourceConnected(system="sugar", edition="suitecrm-7"), WON),
        (SourceLagCleared(system="sugar"), WON),
        (account(), WON),
        (contract, WON),
        (tiered, WON),
        (KeyAccountConfirmed(account_id=ACME, at=WON, tier=tier), WON),
        (met(BEGIN - timedelta(days=1), "m0"), BEGIN - timedelta(days=1)),
    ]


@asynccontextmanager
async def a_world(dsn: str, tier: str = "A") -> AsyncIterator[World]:
    async with risk_service(dsn, BEGIN) as service:
        queries = api.Queries(service.engine, service.settings, service.clock, consumers.FACTS_CONSUMER, RiskReads.name)
        commands = api.Commands(
            service.app, service.engine, service.settings, service.clock, consumers.FACTS_CONSUMER, RiskReads.name
        )
        server = api.bind(queries, commands, "127.0.0.1:0")
        await server.start()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
            stubs = RiskQueriesStub(channel), RiskCommandsStub(channel)  # type: ignore[no-untyped-call]
            world = World(service, *stubs, commands.runner)
            await world.tell(*start(tier))
            yield world
        await server.stop()


def slug(error: grpc.aio.AioRpcError) -> str:
    return f"{dict(error.trailing_metadata() or ())} {error.details()}"
