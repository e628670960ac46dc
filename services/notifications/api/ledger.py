"""Queries across alerts: the ledger, digests, what is never acted on, and what changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import grpc.aio
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.api import messages as m
from services.notifications.api.base import MOST, USUAL, Base
from services.notifications.api.parse import Fields
from services.notifications.domain import Digest
from services.notifications.reads import alerts, ledger, people
from shared.edge.passport import caller
from shared.errors import NotFound
from shared.eventstore.repository import aggregates_in
from shared.positions import driver
from shared.protos import notifications_pb2 as pb

Context = grpc.aio.ServicerContext[Any, Any]
LOOK = 1.0  # seconds between two looks of a watcher


class LedgerQueries(Base):
    """Mixed into `Queries`."""

    async def ListLedger(self, r: pb.ListLedgerRequest, _: Context) -> pb.ListLedgerResponse:
        f = Fields()
        account = self.account_or(f, r)
        kinds = [f.one_of("kinds", kind, tuple(ledger.KINDS)) for kind in r.kinds]
        first = self.midnight(f.day("from", getattr(r, "from"))) if getattr(r, "from") else None
        last = self.midnight(f.day("to", r.to) + timedelta(days=1)) if r.to else None
        before = f.read("after", r.after, int, "the `next` of the page before", 0) if r.after else None
        f.done()
        n = min(r.limit or USUAL, MOST)
        async with self.snapshot() as conn:
            found = await ledger.lines(
                conn, n, account=account, person=r.person or None, kinds=kinds, rules=r.rules, channels=r.channels,
                first=first, last=last, before=before, within=caller().accounts,
            )  # fmt: skip
        shown = [m.line(x, ledger.KIND_OF[x["type"]], self._book, self._zone) for x in found]
        return pb.ListLedgerResponse(lines=shown, next=str(found[-1]["position"]) if len(found) == n else "")

    async def GetDigest(self, r: pb.GetDigestRequest, _: Context) -> pb.Digest:
        f = Fields()
        wanted = f.uuid("digest_id", r.digest_id)
        f.done()
        async with self.snapshot() as conn:
            digest = (await aggregates_in(driver(conn), Digest, [wanted])).get(wanted)
            if digest is None:
                raise NotFound(f"There is no digest {wanted}.", slug="digest-unknown")
            now = self._clock.now()
            told = await alerts.find(conn, now, ids=digest.alerts, n=MOST)
            ended = await alerts.find(conn, now, ids=digest.exhausted, n=MOST)
        return pb.Digest(
            digest_id=r.digest_id, kind=digest.kind, person=digest.person, at=m.instant(digest.at),
            alerts=[m.alert(c, self._book, self._zone) for c in told],
            exhausted=[m.alert(c, self._book, self._zone) for c in ended],
            never_acted=[m.never_acted(x.rule, x.told, None, self._book) for x in digest.never_acted],
        )  # fmt: skip

    async def ListNeverActed(self, r: pb.ListNeverActedRequest, _: Context) -> pb.ListNeverActedResponse:
        f = Fields()
        person = f.text("person", r.person)
        f.done()
        now = self._clock.now()
        since = now - timedelta(days=self._book.limits.never_acted_days)
        async with self.snapshot() as conn:
            found = await ledger.never_acted(conn, person, since, now - timedelta(days=1))
            wishes = (await people.wishes(conn, [person], self._settings))[person]
        shown = [x for x in found if not wishes.muted(x["rule"], "", now)]
        return pb.ListNeverActedResponse(
            rules=[m.never_acted(x["rule"], x["told"], x["last"], self._book) for x in shown], since=m.instant(since)
        )

    async def ListChanges(self, r: pb.ChangesRequest, _: Context) -> pb.ListChangesResponse:
        async with self.snapshot() as conn:
            if r.after < 0:
                return pb.ListChangesResponse(position=await ledger.newest(conn))
            found = await self._changes(conn, r, r.after)
            position = found[-1].position if found else max(r.after, await ledger.newest(conn))
        return pb.ListChangesResponse(changes=found, position=position)

    async def WatchChanges(self, r: pb.ChangesRequest, context: Context) -> AsyncIterator[pb.Change]:
        async with self.snapshot() as conn:
            after = r.after if r.after >= 0 else await ledger.newest(conn)
            await self._changes(conn, r, after)  # a wrong request is refused now
        while not context.cancelled():
            async with self.snapshot() as conn:
                found = await self._changes(conn, r, after)
            for change in found:
                yield change
                after = change.position
            if not found:
                await asyncio.sleep(LOOK)

    async def _changes(self, conn: AsyncConnection, r: pb.ChangesRequest, after: int) -> list[pb.Change]:
        f = Fields()
        account = f.uuid("account_id", r.account_id) if r.account_id else None
        f.done()
        who = [r.person, *(f"role:{role}" for role in r.roles)] if r.person else []
        rows = await ledger.changes(conn, after, min(r.limit or USUAL, MOST), account, who)
        return [m.change(x) for x in rows]
