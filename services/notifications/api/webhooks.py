"""Web hooks of other programs over gRPC: managing them, what became of attempts, the feed itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import grpc.aio
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifications.api.base import MOST, USUAL, Base
from services.notifications.api.messages import instant
from services.notifications.api.parse import Fields
from services.notifications.app.webhooks import WebHooks, resolved
from services.notifications.domain import WebHook
from services.notifications.policy import webhooks as rules
from services.notifications.reads import webhooks as reads
from services.notifications.settings import Settings
from shared.clock import Clock
from shared.errors import NotFound, Rejected
from shared.eventstore.repository import Result
from shared.protos import accounts_pb2 as common
from shared.protos import notifications_pb2 as pb

Context = grpc.aio.ServicerContext[Any, Any]
MOST_ACCOUNTS = 500


class WebHookCommands:
    """Part of `NotificationsCommands`."""

    _hooks: WebHooks
    _settings: Settings
    _clock: Clock
    _engine: AsyncEngine

    async def SubscribeWebHook(self, r: pb.SubscribeWebHookRequest, _: Context) -> pb.WebHookSecret:
        f = Fields()
        meta, (types, accounts) = f.meta(r.meta, self._clock), self._asked(f, r)
        f.text("name", r.name)
        await self._address(f, r.url)
        f.done()
        self._on()
        async with self._engine.begin() as conn:
            newest = await reads.last(conn)
        id, after = UUID(r.meta.command_id), 0 if r.from_start else newest
        done = await self._hooks.subscribe(id, r.name, r.url, types, accounts, after, r.meta.roles, meta)
        return await self._secret(id, done)

    async def RotateWebHookSecret(self, r: pb.WebHookRequest, _: Context) -> pb.WebHookSecret:
        f, id, meta = self._about(r)
        f.done()
        self._on()
        return await self._secret(id, await self._hooks.rotate(id, r.meta.roles, meta))

    async def ChangeWebHook(self, r: pb.ChangeWebHookRequest, _: Context) -> common.CommandResult:
        f, id, meta = self._about(r)
        types, accounts = self._asked(f, r)
        f.text("name", r.name)
        await self._address(f, r.url)
        f.done()
        return _result(id, await self._hooks.change(id, r.name, r.url, types, accounts, r.meta.roles, meta))

    async def PauseWebHook(self, r: pb.WebHookRequest, _: Context) -> common.CommandResult:
        f, id, meta = self._about(r)
        f.done()
        return _result(id, await self._hooks.pause(id, r.meta.roles, meta))

    async def ResumeWebHook(self, r: pb.WebHookRequest, _: Context) -> common.CommandResult:
        f, id, meta = self._about(r)
        f.done()
        return _result(id, await self._hooks.resume(id, r.meta.roles, meta))

    async def ReplayWebHook(self, r: pb.ReplayWebHookRequest, _: Context) -> common.CommandResult:
        f, id, meta = self._about(r)
        since = f.instant_or_none("since", r.since)
        if r.HasField("after") == bool(r.since):
            f.wrong("after", "give a position of the feed (0: everything), or an instant as `since`, not both")
        f.done()
        after = r.after
        if since is not None:
            async with self._engine.begin() as conn:
                after = await reads.last(conn, since)
        return _result(id, await self._hooks.replay(id, after, r.meta.roles, meta))

    async def UnsubscribeWebHook(self, r: pb.WebHookRequest, _: Context) -> common.CommandResult:
        f, id, meta = self._about(r)
        f.done()
        return _result(id, await self._hooks.unsubscribe(id, r.meta.roles, meta))

    def _about(self, r: Any) -> tuple[Fields, UUID, Any]:
        f = Fields()
        return f, f.uuid("hook_id", r.hook_id), f.meta(r.meta, self._clock)

    def _asked(self, f: Fields, r: Any) -> tuple[list[str], tuple[UUID, ...]]:
        known = rules.all_offered()
        strange = sorted(set(r.types) - known)
        if strange:
            f.wrong("types", f"not offered: {', '.join(strange)[:200]}; `ListWebHooks.offered` has those that are")
        elif not r.types:
            f.wrong("types", "is missing; say which events it is to hear")
        if len(r.account_ids) > MOST_ACCOUNTS:
            f.wrong("account_ids", f"at most {MOST_ACCOUNTS}; leave them out to hear of all accounts")
        return list(r.types), f.uuids("account_ids", r.account_ids)

    async def _address(self, f: Fields, url: str) -> None:
        private = self._settings.webhook_private
        fault = rules.address_fault(url, private)
        if not fault:
            try:
                fault = rules.inner(await resolved(url), private)
            except OSError:
                fault = "its host is not known"
        if fault:
            f.wrong("url", fault)

    def _on(self) -> None:
        if not self._settings.webhook_key.get_secret_value():
            raise Rejected("web-hooks-off", "No key is set, so nothing could be signed: set STELLWERK_WEBHOOK_KEY.")

    async def _secret(self, id: UUID, done: Result[WebHook]) -> pb.WebHookSecret:
        """A repetition finds the hook as it is now, and so the same secret unless it was rotated since."""
        hook = done.aggregate or await self._hooks.get(id)
        key = self._settings.webhook_key.get_secret_value()
        return pb.WebHookSecret(
            hook_id=str(id), secret=rules.secret(key, id, hook.generation), event_ids=list(done.event_ids),
            repeated=done.repeated,
        )  # fmt: skip


class WebHookQueries(Base):
    """Part of `NotificationsQueries`."""

    async def ListWebHooks(self, r: pb.ListWebHooksRequest, _: Context) -> pb.ListWebHooksResponse:
        """All of them, or one."""
        f = Fields()
        only = f.uuid("hook_id", r.hook_id) if r.hook_id else None
        f.done()
        async with self.snapshot() as conn:
            found = [h for h in await reads.hooks(conn) if only in (None, h.id)]
            if only and not found:
                raise NotFound(f"there is no web hook {only}", slug="webhook-unknown")
            at = await reads.states(conn, [h.id for h in found])
            rows = [_hook(h, at.get(h.id), await reads.waiting(conn, h, _position(h, at.get(h.id)))) for h in found]
            newest = await reads.last(conn)
        offered = [pb.OfferedTypes(topic=c, types=t) for c, t in rules.offered().items()]
        off = not self._settings.webhook_key.get_secret_value()
        return pb.ListWebHooksResponse(rows=rows, newest=newest, offered=offered, off=off)

    async def ListWebHookAttempts(self, r: pb.ListWebHookAttemptsRequest, _: Context) -> pb.ListWebHookAttemptsResponse:
        """What became of attempts, newest first."""
        f = Fields()
        id, before = f.uuid("hook_id", r.hook_id), f.instant_or_none("before", r.before)
        f.done()
        n = min(r.limit or USUAL, MOST)
        async with self.snapshot() as conn:
            if await reads.hook(conn, id) is None:
                raise NotFound(f"there is no web hook {id}", slug="webhook-unknown")
            found = await reads.attempts(conn, id, before, n)
        rows = [
            pb.WebHookAttempt(
                at=instant(x["at"]), position=x["seq"], attempt=x["attempt"], replay=x["replay"],
                event_id=x["event_id"], type=x["type"], account_id=str(x["account_id"] or ""), outcome=x["outcome"],
                why=x["why"], millis=x["millis"],
            )
            for x in found
        ]  # fmt: skip
        return pb.ListWebHookAttemptsResponse(rows=rows, next_before=rows[-1].at if len(rows) == n else "")

    async def ListFeed(self, r: pb.ListFeedRequest, _: Context) -> pb.ListFeedResponse:
        """What was told after a position, in order."""
        f = Fields()
        accounts = f.uuids("account_ids", r.account_ids)
        if r.after < 0:
            f.wrong("after", f"{r.after} is no position; 0 is the beginning")
        f.done()
        types = list(r.types) or sorted(rules.all_offered())
        async with self.snapshot() as conn:
            found = await reads.entries(conn, r.after, types, accounts, min(r.limit or USUAL, MOST))
            newest = await reads.last(conn)
        rows = [
            pb.FeedEntry(
                position=e.seq, event_id=e.event_id, type=e.type, account_id=str(e.account_id or ""), body_json=e.body
            )
            for e in found
        ]
        return pb.ListFeedResponse(rows=rows, newest=newest)


def _position(h: WebHook, at: Any) -> int:
    """Where it stands: a replay that was asked for counts at once."""
    return int(at["position"]) if at is not None and at["replays"] >= h.replays else h.after


def _hook(h: WebHook, at: Any, waiting: int) -> pb.WebHook:
    made = pb.WebHook(
        hook_id=str(h.id), name=h.name, url=h.url, types=list(h.types), account_ids=[str(a) for a in h.accounts],
        state=h.state, why=h.why, position=_position(h, at), waiting=waiting, generation=h.generation,
        overlap_until=_instant(h.overlap_until) if h.generation > 1 else "",
    )  # fmt: skip
    if at is not None:
        made.attempts, made.error = at["attempts"], at["error"]
        made.failing_since, made.sent_at = _instant(at["failing_since"]), _instant(at["sent_at"])
        made.next_at = _instant(at["next_at"]) if at["attempts"] else ""
    return made


def _instant(at: datetime | None) -> str:
    return instant(at) if at else ""


def _result(id: UUID, done: Result[WebHook]) -> common.CommandResult:
    return common.CommandResult(event_ids=list(done.event_ids), repeated=done.repeated, id=str(id))
