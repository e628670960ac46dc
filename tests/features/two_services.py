"""The qbr and the growth service side by side: one clock, people at both APIs, and what each publishes at the other.

What the relay would send goes through the other's consumer, and each message twice, as after a lost position.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from types import ModuleType
from typing import Any
from uuid import uuid4
from zlib import crc32
from zoneinfo import ZoneInfo

from sqlalchemy import text

from deploy.local.postgres import Postgres
from services.growth.projections import GrowthReads
from services.growth.publish import publish as growth_publish
from services.qbr.projections import QbrReads
from services.qbr.publish import publish as qbr_publish
from shared.consumer import Consumer
from shared.contracts.base import Envelope, PublicEvent
from shared.positions import driver
from shared.protos import growth_pb2, qbr_pb2
from shared.protos.accounts_pb2 import CommandMeta, CommandResult
from shared.relay import public_events
from tests.integration.accounts_chain import record
from tests.integration.growth_service import GrowthService, growth_service
from tests.integration.qbr_chain import Service as QbrService
from tests.integration.qbr_chain import qbr_service
from tests.kernel import fingerprint

BERLIN = ZoneInfo("Europe/Berlin")
_PAGE = {"qbr": public_events("qbr", qbr_publish), "growth": public_events("growth", growth_publish)}
_TABLES: dict[str, Any] = {"qbr": QbrReads.tables, "growth": GrowthReads.tables}
_REQUESTS: dict[str, tuple[ModuleType, dict[str, str]]] = {
    name: (pb, {m.name: m.input_type.name for m in pb.DESCRIPTOR.services_by_name[service].methods})
    for name, pb, service in (("qbr", qbr_pb2, "QbrCommands"), ("growth", growth_pb2, "GrowthCommands"))
}


@dataclass
class Sent:
    """A command, and what it answered."""

    service: str
    rpc: str
    request: Any
    result: CommandResult


@dataclass
class Told:
    """What a service has published so far, as others read it."""

    envelopes: list[Envelope] = field(default_factory=list)
    records: list[Any] = field(default_factory=list)
    after: int = 0
    last: dict[int, int] = field(default_factory=dict)


class House:
    """Both services."""

    def __init__(self, qbr: QbrService, growth: GrowthService) -> None:
        self.qbr, self.growth = qbr, growth
        self.told = {"qbr": Told(), "growth": Told()}
        self.sent: list[Sent] = []
        self.accounts: list[Any] = []
        self.door: Callable[[str, Any], Awaitable[CommandResult]] | None = None
        """Takes the commands instead of the gRPC API."""

    @property
    def now(self) -> datetime:
        return self.qbr.clock.now()

    # -- what the accounts service tells

    async def hear(self, *facts: PublicEvent) -> None:
        """Facts of the accounts service, now, at both services."""
        self.accounts += (found := self.qbr.messages("accounts", *facts))
        await self.qbr.consumers["accounts"].apply(found)
        await self.growth.consumers["growth.accounts"].apply(found)
        await self.settle()

    # -- time and messages

    async def settle(self) -> None:
        """Until nothing is due, nothing follows, and both know of each other's events."""
        while True:
            await self.qbr.settle()
            await self.growth.step()
            if not await self._carry("qbr") + await self._carry("growth"):
                return

    async def until(self, at: datetime) -> None:
        """The clocks jump; what fell due meanwhile happens late."""
        assert at > self.now
        self.qbr.clock.set(at)
        self.growth.clock.set(at)
        await self.settle()

    async def walk(self, at: datetime) -> None:
        """The clocks go from midnight to midnight in Berlin, so that everything happens when it is due."""
        day = self.now.astimezone(BERLIN).date()
        while (midnight := datetime.combine(day := day + timedelta(days=1), time(), BERLIN)) < at:
            await self.until(midnight.astimezone(UTC))
        await self.until(at)

    async def _carry(self, of: str) -> int:
        """Brings what is new in a service's log to the other one; returns how many messages."""
        told, service = self.told[of], getattr(self, of)
        start = len(told.records)
        async with service.engine.connect() as conn:
            await conn.begin()
            while (page := await _PAGE[of](driver(conn), told.after, 5_000)).scanned > told.after:
                told.after = page.scanned
                for m in page.messages:
                    partition = crc32(m.key) % 4
                    places = (("position", m.position), ("prev", told.last.get(partition, 0)))
                    told.last[partition] = m.position
                    headers = [(name, str(n).encode()) for name, n in places]
                    told.records.append(record(f"kam.{of}.v1", partition, m.position, m.key, m.value, headers))
                    told.envelopes.append(Envelope.model_validate_json(m.value))
        new = told.records[start:]
        if new:
            await self._reader(of).apply(new)
            await self._reader(of).apply(new)
        return len(new)

    def _reader(self, of: str) -> Consumer:
        return self.growth.consumers["growth.qbr"] if of == "qbr" else self.qbr.consumers["growth"]

    async def replay(self) -> None:
        """Everything that was ever sent, once more to whoever reads it."""
        await self.qbr.consumers["accounts"].apply(self.accounts)
        await self.growth.consumers["growth.accounts"].apply(self.accounts)
        for of, told in self.told.items():
            await self._reader(of).apply(told.records)
        await self.settle()

    # -- people

    async def do(
        self, service: str, rpc: str, user: str = "u1", roles: Sequence[str] = (), effective_at: str = "", **fields: Any
    ) -> CommandResult:  # fmt: skip
        """A command through the public API, and the same once more."""
        pb, names = _REQUESTS[service]
        meta = CommandMeta(command_id=str(uuid4()), user_id=user, roles=roles, effective_at=effective_at)
        request = getattr(pb, names[rpc])(meta=meta, **fields)
        result: CommandResult = await self._call(service, rpc, request)
        assert not result.repeated
        await self.settle()
        self.sent.append(Sent(service, rpc, request, result))
        await self.again(self.sent[-1])
        return result

    async def again(self, sent: Sent) -> None:
        """The same command changes nothing, and says what it said."""
        before = await self.heads()
        result = await self._call(sent.service, sent.rpc, sent.request)
        assert (result.repeated, result.event_ids, result.id) == (True, sent.result.event_ids, sent.result.id), sent.rpc
        await self.settle()
        assert await self.heads() == before, sent.rpc

    async def _call(self, service: str, rpc: str, request: Any) -> Any:
        return await (self.door(rpc, request) if self.door else getattr(getattr(self, service).tell, rpc)(request))

    # -- what there is

    async def heads(self) -> dict[str, int]:
        """The length of each log."""
        found = {}
        for name in _PAGE:
            async with getattr(self, name).engine.connect() as conn:
                found[name] = (await conn.execute(text("SELECT coalesce(max(position), 0) FROM events"))).scalar_one()
        return found

    async def shown(self) -> dict[str, dict[str, str]]:
        """Number and hash of the rows of both read models."""
        found = {}
        for name, tables in _TABLES.items():
            async with getattr(self, name).engine.begin() as conn:
                await conn.execute(text("SELECT 1"))
                found[name] = await fingerprint(conn, tables)
        return found

    async def rebuild(self) -> None:
        """Fold both logs into the read models anew, and let everything follow that would."""
        await self.qbr.projector.rebuild()
        await self.growth.reads.rebuild()
        await self.settle()


@asynccontextmanager
async def two_services(postgres: Postgres, name: str, now: datetime) -> AsyncIterator[House]:
    """Fresh databases, workers and APIs of both services at an instant."""
    async with (
        qbr_service(postgres.create(f"{name}_qbr"), now) as qbr,
        growth_service(postgres.create(f"{name}_growth"), now) as growth,
    ):
        house = House(qbr, growth)
        await house.settle()
        yield house
