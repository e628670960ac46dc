"""Sensitive topics, and who can be named as their audience. A part of `Queries` and of `Commands`.

Whom a topic does not concern, whatever their role, is answered as if there were none: no other status, no other
number, no other version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import grpc.aio
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.accounts.api import messages
from services.accounts.api.parse import Fields
from services.accounts.reads import records, sensitive
from services.accounts.reads.asof import AsOf
from services.accounts.settings import Settings
from services.accounts.vault import SensitiveTopics
from shared import ids, people
from shared.clock import Clock
from shared.edge.passport import caller
from shared.eventstore.events import Meta
from shared.protos import accounts_pb2 as pb

Context = grpc.aio.ServicerContext[Any, Any]


class TopicQueries:
    """What `Queries` has: the settings, an instant, and a transaction."""

    _settings: Settings
    asof: Callable[[str], AsOf]
    snapshot: Callable[[], AbstractAsyncContextManager[AsyncConnection]]

    async def ListSensitiveTopics(self, r: pb.ListSensitiveTopicsRequest, _: Context) -> pb.ListSensitiveTopicsResponse:
        """Those that concern the caller, by who the passport says they are: without one, none."""
        fields = Fields()
        account = fields.uuid("account_id", r.account_id)
        fields.done()
        asof = self.asof(r.as_of)
        async with self.snapshot() as conn:
            found = await sensitive.topics_of(conn, asof, account, caller().user_id)
            users = {u for t in found for u in (*t.audience, _user(t.flagged_by), _user(t.lifted_by)) if u}
            named = await self._named(conn, users)
        topics = [
            pb.SensitiveTopic(
                topic_id=str(t.topic_id), text=t.text or "", audience=[named[u] for u in t.audience],
                flagged_by=named[_user(t.flagged_by)], flagged_at=messages.instant(t.flagged_at), event_id=t.event_id,
                lifted_at=messages.instant(t.lifted_at), lifted_by=named.get(_user(t.lifted_by)),
                lifted_event_id=t.lifted_event_id,
            )
            for t in found
        ]  # fmt: skip
        return pb.ListSensitiveTopicsResponse(as_of=messages.instant(asof.shown), topics=topics)

    async def ListEmployees(self, _: pb.ListEmployeesRequest, __: Context) -> pb.ListEmployeesResponse:
        """Our people who work here now."""
        async with self.snapshot() as conn:
            named = await self._named(conn, await working(conn, self.asof("")))
        found = sorted(named.values(), key=lambda e: (not e.name, e.name.casefold(), e.user_id))
        return pb.ListEmployeesResponse(employees=found)

    async def _named(self, conn: AsyncConnection, users: set[str]) -> Mapping[str, pb.Employee]:
        subjects = {u: ids.subject_id(self._settings.crm_system, "user", u) for u in users}
        words = await people.names(conn, subjects.values())
        return {
            u: pb.Employee(user_id=u, name=messages.words(words[s].name) if s in words else "")
            for u, s in subjects.items()
        }


class TopicCommands:
    """What `Commands` has: the use cases, and what they need to be told."""

    _topics: SensitiveTopics
    _engine: AsyncEngine
    _settings: Settings
    _clock: Clock
    _for_account: Callable[[str], tuple[Fields, UUID]]

    async def FlagSensitiveTopic(self, r: pb.FlagSensitiveTopicRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        words, audience = f.text("text", r.text), {u for u in (a.strip() for a in r.audience) if u}
        meta = self._meta(f, r.meta)
        async with self._engine.begin() as conn:
            employees = await working(conn, AsOf.at(self._clock.now(), self._settings.zone))
        topic = SensitiveTopics.topic_of(account, meta)
        done = await self._topics.flag(account, topic, words, audience, employees, meta)
        return pb.CommandResult(event_ids=list(done.event_ids), repeated=done.repeated, id=str(topic))

    async def LiftSensitiveTopic(self, r: pb.LiftSensitiveTopicRequest, _: Context) -> pb.CommandResult:
        f, account = self._for_account(r.account_id)
        topic, meta = f.uuid("topic_id", r.topic_id), self._meta(f, r.meta)
        async with self._engine.begin() as conn:
            accounts = await sensitive.one_account(conn, account)
        done = await self._topics.lift(topic, accounts, meta)
        return pb.CommandResult(event_ids=list(done.event_ids), repeated=done.repeated, id=str(topic))

    def _meta(self, f: Fields, said: pb.CommandMeta) -> Meta:
        """Who asks. A version is not compared: the answer would tell outsiders that there is one."""
        meta = f.meta(said, self._clock)
        if said.HasField("expected_version"):
            f.wrong("meta.expected_version", "does not apply: nobody is told versions of sensitive topics")
        f.done()
        return meta


async def working(conn: AsyncConnection, asof: AsOf) -> set[str]:
    """CRM user ids of our people who work here."""
    return {user for user, employee in (await records.staff(conn, asof)).items() if employee["active"]}


def _user(actor: str) -> str:
    return actor.removeprefix("user:")
