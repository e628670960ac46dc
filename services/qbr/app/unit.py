"""One transaction of the service: the aggregates it loads, what they decide, the words they leave."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.app import texts
from services.qbr.domain import Qbr, QbrTemplate, Series
from services.qbr.domain.base import need
from services.qbr.domain.values import TemplateRef
from services.qbr.policies import shipped_cycle
from services.qbr.policy.cadence import Rhythm, rhythm
from services.qbr.policy.cycle import Cycle
from services.qbr.policy.templates import Document
from shared import ids
from shared.errors import NotFound
from shared.eventstore.events import Aggregate, Event, Meta, NewEvent, encode
from shared.eventstore.repository import aggregates_in
from shared.positions import driver

A = TypeVar("A", bound=Aggregate)
STANDARD = "std"
"""The template that QBRs go by."""


class Known(Protocol):
    """What a decision needs to know of an account and of the company, from the facts of other services."""

    async def zone(self, conn: AsyncConnection, account_id: UUID) -> ZoneInfo:
        """The account's time zone."""
        ...

    async def standards(self, conn: AsyncConnection) -> dict[str, Any]:
        """The standards document in force."""
        ...


@dataclass(frozen=True, slots=True)
class Company:
    """What is the same for all: the CRM whose users we are, the public holidays, the figures of the cycle."""

    system: str
    off: Container[date]
    cycle: Cycle = field(default_factory=shipped_cycle)


class Unit:
    """Lives as long as one transaction. Aggregates are loaded once and changed in memory; `events`: what followed."""

    def __init__(self, conn: AsyncConnection, known: Known, company: Company, now: datetime) -> None:
        self.conn, self.known, self.company, self.now = conn, known, company, now
        self.events: list[NewEvent] = []
        self.meta = Meta("system:qbr", now)
        self._found: dict[UUID, Any] = {}
        self._touched: list[Aggregate] = []

    @property
    def at(self) -> datetime:
        """The business instant of the command at hand."""
        return self.meta.effective_at or self.now

    async def fetch(self, cls: type[A], streams: Iterable[UUID]) -> None:
        """Loads several at once; what is here already is not loaded again."""
        missing = set(streams) - self._found.keys()
        if missing:
            found = await aggregates_in(driver(self.conn), cls, missing)
            self._found.update({i: found.get(i) for i in missing})

    async def find(self, cls: type[A], stream_id: UUID) -> A | None:
        """The aggregate, to be changed; None: it does not exist."""
        await self.fetch(cls, [stream_id])
        found: A | None = self._found.get(stream_id)
        if found is not None and not any(found is t for t in self._touched):
            self._touched.append(found)
        return found

    async def get(self, cls: type[A], stream_id: UUID) -> A:
        """The aggregate. Raises NotFound."""
        found = await self.find(cls, stream_id)
        if not isinstance(found, cls):
            raise NotFound(f"there is no {cls.__name__} {stream_id}", slug=f"{cls.__name__.lower()}-unknown")
        return found

    def add(self, made: A) -> A:
        """A new aggregate."""
        self._found[made.id] = made
        self._touched.append(made)
        return made

    def lead(self, made: A) -> A:
        """A new aggregate whose events come before those of the others in this command."""
        self._found[made.id] = made
        self._touched.insert(0, made)
        return made

    def keep(self) -> list[Event]:
        """Take the new events of everything touched, as the consequence of the command at hand."""
        taken: list[Event] = []
        for aggregate in self._touched:
            taken += aggregate.collect_events()  # type: ignore[arg-type]
        self._touched.clear()
        self.events += encode(taken, self.meta)
        return taken

    def drop(self) -> None:
        """Forget what a refused command changed in memory."""
        for aggregate in self._touched:
            aggregate.collect_events()
            self._found.pop(aggregate.id, None)
        self._touched.clear()

    # -- what commands ask for

    async def series(self, account_id: UUID) -> Series:
        """The series of an account. Raises Rejected where there is none."""
        found = await self.find(Series, Series.create_id(account_id))
        need(found, "no-series", "The account has no series of QBRs: start one.")
        assert found is not None
        return found

    async def open_qbr(self, series: Series | None) -> Qbr | None:
        """The open QBR of a series."""
        newest = await self.find(Qbr, series.current) if series is not None and series.current else None
        return newest if newest is not None and newest.open else None

    async def rhythm(self, tier: str) -> Rhythm:
        """What the tier is owed. Raises Rejected for a tier without QBRs."""
        found = rhythm(await self.known.standards(self.conn), tier)
        need(found, "tier-without-qbrs", f"Accounts of tier {tier!r} have no QBRs by the standards.")
        assert found is not None
        return found

    async def zone(self, account_id: UUID) -> ZoneInfo:
        """The account's time zone."""
        return await self.known.zone(self.conn, account_id)

    async def today(self, account_id: UUID) -> date:
        """The day at the account, now."""
        return self.now.astimezone(await self.zone(account_id)).date()

    async def day(self, account_id: UUID) -> date:
        """The day at the account, at the business instant of the command."""
        return self.at.astimezone(await self.zone(account_id)).date()

    async def template(self, used: TemplateRef | None = None) -> tuple[TemplateRef, Document]:
        """The version that a QBR uses, else the one that holds. Raises NotFound before the first start."""
        name = used.id if used and used.version else STANDARD
        found = await self.get(QbrTemplate, QbrTemplate.create_id(name))
        version = used.version if used and used.version else found.current
        if version is None:
            raise NotFound("no QBR template is published yet", slug="template-unpublished")
        return TemplateRef(id=name, version=version), found.published[version]

    async def write(self, account_id: UUID, kind: str, body: str) -> UUID:
        """Keeps a text beside the log; the same words by the same command are the same text."""
        need(body.strip(), "text-missing", "Write what is to be kept.")
        ref = ids.derived("qbr-text", str(self.meta.command_id or ids.new_id()), kind)
        await texts.write(self.conn, {
            "text_ref": ref, "account_id": account_id, "kind": kind.partition(":")[0], "body": body,
            "author": self.meta.actor, "written_at": self.now,
        })  # fmt: skip
        return ref
