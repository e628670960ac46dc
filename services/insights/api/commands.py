"""What people may tell the service. Nothing here changes what another service decided."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

import grpc.aio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.insights.api import parse, whatifs
from services.insights.api.worlds import Worlds
from services.insights.policy.whatif import Known
from services.insights.reads import status
from services.insights.settings import Settings
from shared.clock import Clock
from shared.errors import Invalid, NotFound
from shared.protos import insights_pb2 as pb
from shared.protos.accounts_pb2 import CommandResult
from shared.protos.insights_pb2_grpc import InsightsCommandsServicer

Context = grpc.aio.ServicerContext[Any, Any]


class Commands(InsightsCommandsServicer):
    """`InsightsCommands` of the .proto."""

    def __init__(self, engine: AsyncEngine, settings: Settings, clock: Clock, worlds: Worlds) -> None:
        self._engine, self._clock, self._worlds, self._terms = engine, clock, worlds, settings.terms
        self._key = (settings.view_key or secrets.token_hex(16)).encode()
        self.runner = whatifs.Runner(engine, clock)

    async def NoteView(self, r: pb.NoteViewRequest, _: Context) -> pb.NoteViewResponse:
        """Counted once a week by a keyed hash: how many, never who."""
        fields = parse.Fields()
        fields.text("user_id", r.user_id)
        fields.text("view", r.view)
        fields.done()
        today = self._terms.day(self._clock.now())
        who = hmac.new(self._key, f"{status.week(today)}/{r.user_id}".encode(), hashlib.sha256).hexdigest()[:32]
        async with self._engine.begin() as conn:
            await conn.execute(text("SELECT 1"))
            await status.note_view(conn, today, r.view, who)
        return pb.NoteViewResponse()

    async def CompleteReview(self, r: pb.CompleteReviewRequest, _: Context) -> CommandResult:
        """A review of data quality is through."""
        fields = parse.Fields()
        fields.uuid("meta.command_id", r.meta.command_id)
        id = fields.uuid("review_id", r.review_id)
        fields.text("meta.user_id", r.meta.user_id)
        fields.done()
        async with self._engine.begin() as conn:
            await conn.execute(text("SELECT 1"))
            done = await status.complete_review(conn, id, self._clock.now(), f"user:{r.meta.user_id}")
        if done is None:
            raise NotFound(f"there is no review {id}", slug="review-unknown")
        return CommandResult(id=str(id), repeated=not done)

    async def StartWhatIf(self, r: pb.StartWhatIfRequest, _: Context) -> pb.WhatIf:
        """The command id is the id of the run."""
        fields = parse.Fields()
        id = fields.uuid("meta.command_id", r.meta.command_id)
        fields.text("meta.user_id", r.meta.user_id)
        if r.kind != whatifs.KIND:
            why = (
                f"{r.kind[:40]!r} is none; give {whatifs.KIND}. Risk models are tried by the risk service (ShadowModel)"
            )
            fields.wrong("kind", why)
        document = fields.document("document_json", r.document_json)
        fields.done()
        world = await self._worlds.at()
        told = [f for b in world.books.values() for f in b.of(("TierAssessed",))]
        now = self._clock.now()
        known = {
            str(c.account): Known(
                c.owner("COMMERCIAL", now), c.profile(now)["name"] or "", c.profile(now)["crm_id"] or ""
            )
            for c in world.customers
        }
        try:
            await self.runner.start(id, document, r.version, told, known, f"user:{r.meta.user_id}")
        except ValueError as e:
            raise Invalid(slug="fields-invalid", fields={"document_json": str(e)}) from e
        return await self._shown(id)

    async def CancelWhatIf(self, r: pb.CancelWhatIfRequest, _: Context) -> pb.WhatIf:
        """Stops at the next step."""
        fields = parse.Fields()
        id = fields.uuid("whatif_id", r.whatif_id)
        fields.done()
        await self.runner.cancel(id)
        return await self._shown(id)

    async def _shown(self, id: Any) -> pb.WhatIf:
        async with self._engine.begin() as conn:
            await conn.execute(text("SELECT 1"))
            return await whatifs.shown(conn, id, self._clock.now())
