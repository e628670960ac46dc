"""Handovers: the query and the commands. Parts of `Queries` and `Commands`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import grpc.aio
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.accounts import process
from services.accounts.api.messages import day, instant, words
from services.accounts.api.parse import Fields
from services.accounts.app.handovers import Done, Handovers
from services.accounts.policy.business import handover_due
from services.accounts.reads import handover_items, records, states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.handovers import HandoverState, handovers
from services.accounts.reads.sensitive import open_topics
from services.accounts.settings import Settings
from shared import people
from shared.clock import Clock
from shared.edge.passport import caller
from shared.errors import Rejected
from shared.eventstore.events import Meta
from shared.protos import accounts_pb2 as pb

Context = grpc.aio.ServicerContext[Any, Any]


class HandoverQueries:
    """What `Queries` has: the day asked for, and a snapshot."""

    asof: Callable[[str], AsOf]
    snapshot: Callable[[], AbstractAsyncContextManager[AsyncConnection]]
    _account: Callable[[str, str], UUID]

    async def ListHandovers(self, request: pb.ListHandoversRequest, _: Context) -> pb.ListHandoversResponse:
        """Those of one account with their items; names are what the vault knows now. Sensitive topics are no items:
        that there are any is for those alone whom they concern."""
        asof, account = self.asof(request.as_of), self._account(request.crm_id, request.account_id)
        async with self.snapshot() as conn:
            merged = await states.merges(conn)
            found = await handovers(conn, asof, merged, merged.final(account))
            staff, me = await records.staff(conn, asof), caller().user_id
            theirs = any(h.open and me in (h.from_owner_id, h.to_owner_id) for h in found)
            topics = await open_topics(conn, account, me) if theirs and me else []
            persons = {UUID(i.ref) for h in found for i in h.items if i.kind == "stakeholder"}
            known = await people.names(conn, persons | {r["subject_id"] for r in staff.values()})
        users = {user: known[r["subject_id"]].name for user, r in staff.items() if r["subject_id"] in known}
        names = {str(subject): known[subject].name for subject in persons if subject in known}
        return pb.ListHandoversResponse(
            as_of=instant(asof.shown),
            handovers=[
                _row(h, users, names, topics if h.open and me in (h.from_owner_id, h.to_owner_id) else ())
                for h in found
            ],
        )


def _row(
    h: HandoverState, users: Mapping[str, str | None], names: Mapping[str, str | None], topics: Iterable[UUID]
) -> pb.HandoverRow:
    items = [
        pb.HandoverItem(
            item_id=i.item_id, kind=i.kind, ref=i.ref, what=i.what, label=i.label, name=words(names.get(i.ref)),
            due_on=day(i.due_on), confirmed_at=instant(i.confirmed_at), note=i.note, event_id=i.event_id,
        )
        for i in h.items
    ]  # fmt: skip
    return pb.HandoverRow(
        handover_id=str(h.handover_id), account_id=str(h.account_id), theme=h.theme, state=h.state,
        from_owner_id=h.from_owner_id, from_owner=words(users.get(h.from_owner_id)), to_owner_id=h.to_owner_id,
        to_owner=words(users.get(h.to_owner_id)), cause=h.cause, due_on=day(h.due_on), started_at=instant(h.started_at),
        ended_at=instant(h.ended_at), reason=h.words, withdrawn_because=h.because, event_id=h.event_id, items=items,
        confirmed=sum(i.confirmed_at is not None for i in h.items), topic_ids=map(str, topics),
    )  # fmt: skip


class HandoverCommands:
    """What `Commands` has, and the use cases of handovers."""

    _handovers: Handovers
    _engine: AsyncEngine
    _settings: Settings
    _clock: Clock
    _for_account: Callable[[str], tuple[Fields, UUID]]

    async def StartHandover(self, r: pb.StartHandoverRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        theme, receiver = f.theme("theme", r.theme), f.text("to_owner_id", r.to_owner_id)

        async def start(meta: Meta) -> Done:
            assert meta.effective_at is not None
            zone = self._settings.zone
            async with self._engine.begin() as conn:
                known = (await records.staff(conn, AsOf.at(self._clock.now(), zone))).get(receiver)
                items = await handover_items.items(conn, account, meta.effective_at, zone, process.ASSESSMENT)
            if known is None or not known["active"]:
                raise Rejected("receiver-not-active", "Nobody of that id works here: choose an active employee.")
            due_on = handover_due(meta.effective_at.astimezone(zone).date(), self._settings.holidays)
            return await self._handovers.start(account, theme, receiver, items, due_on, list(r.meta.roles), meta)

        return await self._hand(r, f, start)

    async def ConfirmHandoverItem(self, r: pb.ConfirmHandoverItemRequest, _: Context) -> pb.CommandResult:
        f, account, handover = self._for_handover(r)
        item, note = f.text("item_id", r.item_id), f.text_or_empty("note", r.note)
        return await self._hand(r, f, lambda m: self._handovers.confirm_item(account, handover, item, note, m))

    async def AcceptHandover(self, r: pb.HandoverRequest, _: Context) -> pb.CommandResult:
        f, account, handover = self._for_handover(r)
        return await self._hand(r, f, lambda m: self._handovers.accept(account, handover, m))

    async def DeclineHandover(self, r: pb.DeclineHandoverRequest, _: Context) -> pb.CommandResult:
        f, account, handover = self._for_handover(r)
        reason = f.text("reason", r.reason)
        return await self._hand(r, f, lambda m: self._handovers.decline(account, handover, reason, m))

    async def WithdrawHandover(self, r: pb.HandoverRequest, _: Context) -> pb.CommandResult:
        f, account, handover = self._for_handover(r)
        roles = list(r.meta.roles)
        return await self._hand(r, f, lambda m: self._handovers.take_back(account, handover, roles, m))

    def _for_handover(self, r: Any) -> tuple[Fields, UUID, UUID]:
        f, account = self._for_account(r.account_id)
        return f, account, f.uuid("handover_id", r.handover_id)

    async def _hand(self, r: Any, f: Fields, do: Callable[[Meta], Awaitable[Done]]) -> pb.CommandResult:
        meta = f.meta(r.meta, self._clock)
        f.done()
        done = await do(meta)
        return pb.CommandResult(event_ids=list(done.event_ids), repeated=done.repeated, id=str(done.handover_id))
