"""The commands: parse, call the use case, answer with the events it led to. Roles are checked by the domain."""

from __future__ import annotations

from typing import Any, get_args

import grpc.aio
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifications.api.parse import Fields
from services.notifications.api.webhooks import WebHookCommands
from services.notifications.app import Notifications
from services.notifications.domain.values import ChannelKind, SnoozeReason
from services.notifications.policy.quiet import QuietHours
from services.notifications.policy.recipients import HEAD, OFFICES
from services.notifications.reads import people
from services.notifications.settings import Settings
from shared.clock import Clock
from shared.eventstore.repository import Result
from shared.protos import accounts_pb2 as common
from shared.protos import notifications_pb2 as pb
from shared.protos.notifications_pb2_grpc import NotificationsCommandsServicer

Context = grpc.aio.ServicerContext[Any, Any]


class Commands(WebHookCommands, NotificationsCommandsServicer):
    """`NotificationsCommands` of the .proto. The person who acts is the one who asks."""

    def __init__(self, app: Notifications, clock: Clock, engine: AsyncEngine, settings: Settings) -> None:
        self._app, self._clock, self._engine = app, clock, engine
        self._hooks, self._settings = app.hooks, settings

    async def MarkSeen(self, r: pb.AlertRequest, _: Context) -> common.CommandResult:
        f = Fields()
        alert, meta = f.uuid("alert_id", r.alert_id), f.meta(r.meta, self._clock)
        f.done()
        return _result(await self._app.see(alert, r.meta.user_id, _roles(r), meta), r.alert_id)

    async def Acknowledge(self, r: pb.AlertRequest, _: Context) -> common.CommandResult:
        f = Fields()
        alert, meta = f.uuid("alert_id", r.alert_id), f.meta(r.meta, self._clock)
        f.done()
        return _result(await self._app.acknowledge(alert, r.meta.user_id, _roles(r), meta), r.alert_id)

    async def Snooze(self, r: pb.SnoozeRequest, _: Context) -> common.CommandResult:
        f = Fields()
        alert, meta = f.uuid("alert_id", r.alert_id), f.meta(r.meta, self._clock)
        until, reason = f.instant("until", r.until), f.one_of("reason", r.reason, get_args(SnoozeReason))
        f.done()
        return _result(await self._app.snooze(alert, r.meta.user_id, _roles(r), until, reason, meta), r.alert_id)

    async def Delegate(self, r: pb.DelegateRequest, _: Context) -> common.CommandResult:
        f = Fields()
        alert, meta, to = f.uuid("alert_id", r.alert_id), f.meta(r.meta, self._clock), f.text("to", r.to)
        if to and not await self._reads(to):
            f.wrong("to", f"{to!r} is no active employee by CRM user id, nor an office such as {HEAD}")
        f.done()
        return _result(await self._app.delegate(alert, r.meta.user_id, _roles(r), to, meta), r.alert_id)

    async def SetPreferences(self, r: pb.SetPreferencesRequest, _: Context) -> common.CommandResult:
        f = Fields()
        meta = f.meta(r.meta, self._clock)
        channels = tuple(f.one_of("channels", c, get_args(ChannelKind)) for c in r.channels)
        locale = f.one_of("locale", r.locale, ("de", "en"))
        start, end = f.clock("quiet_from", r.quiet_from), f.clock("quiet_to", r.quiet_to)
        quiet = QuietHours(f.zone("zone", r.zone), start, end, f.clock("release_at", r.release_at), r.free_days)
        digest_at = f.clock("digest_at", r.digest_at)
        f.done()
        done = await self._app.set_preferences(
            r.meta.user_id, channels, locale, quiet, r.critical_consent, digest_at, tuple(r.digest_days), meta
        )
        return _result(done, r.meta.user_id)

    async def MuteRule(self, r: pb.MuteRuleRequest, _: Context) -> common.CommandResult:
        f = Fields()
        meta, scope, until = f.meta(r.meta, self._clock), f.text("scope", r.scope), f.instant_or_none("until", r.until)
        f.done()
        return _result(await self._app.mute(r.meta.user_id, scope, until, meta), r.meta.user_id)

    async def UnmuteRule(self, r: pb.UnmuteRuleRequest, _: Context) -> common.CommandResult:
        f = Fields()
        meta, scope = f.meta(r.meta, self._clock), f.text("scope", r.scope)
        f.done()
        return _result(await self._app.unmute(r.meta.user_id, scope, meta), r.meta.user_id)

    async def _reads(self, to: str) -> bool:
        """Whether there is somebody who would read it."""
        if to.startswith("role:"):
            return to.removeprefix("role:") in OFFICES
        async with self._engine.connect() as conn:
            return await people.employed(conn, to)


def _roles(r: Any) -> frozenset[str]:
    return frozenset(r.meta.roles)


def _result(done: Result[Any], id: str) -> common.CommandResult:
    return common.CommandResult(event_ids=list(done.event_ids), repeated=done.repeated, id=id)
