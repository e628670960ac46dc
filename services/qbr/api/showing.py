"""The queries of data packs: their canonical JSON, their documents, and what changed since the last QBR."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr import pack
from services.qbr.api import render
from services.qbr.api.messages import instant
from services.qbr.api.packs import Packs, Shown
from services.qbr.api.parse import Fields
from services.qbr.api.run import Context
from services.qbr.domain.review.states import TOOK_PLACE
from services.qbr.pack.model import Row, Table
from services.qbr.reads import accounts, states
from services.qbr.reads.asof import AsOf
from shared.protos import qbr_pb2 as pb

LOOK_BACK = timedelta(days=91)
"""How far back changes are told of an account without a QBR held."""


class PackQueries:
    """Mixed into `Queries`."""

    _packs: Packs

    if TYPE_CHECKING:

        def asof(self, asked: str) -> AsOf: ...

        def snapshot(self) -> AbstractAsyncContextManager[AsyncConnection]: ...

    async def GetPack(self, r: pb.GetPackRequest, _: Context) -> pb.GetPackResponse:
        """A frozen pack of a QBR, or how a pack would be now."""
        async with self.snapshot() as conn:
            shown = await self._shown(conn, r, r.pack_hash)
        made = shown.pack
        return pb.GetPackResponse(
            canonical_json=shown.canonical, pack_hash=shown.frozen_as or made.hash,
            frozen=shown.frozen_as is not None, matches=shown.matches,
            sections=[
                pb.SectionHealth(
                    section=s.name, status=s.status, why=s.reason or "", as_of=s.source.watermark_at or ""
                )
                for s in made.sections
            ],
            watermark=made.vector, as_of=made.as_of, account_id=str(shown.account_id),
        )  # fmt: skip

    async def GetPackDocument(self, r: pb.GetPackDocumentRequest, _: Context) -> pb.GetPackDocumentResponse:
        """The pack as PowerPoint deck, PDF or page."""
        f = Fields()
        form = f.one_of("format", r.format, render.FORMS)
        audience = f.one_of("audience", r.audience, render.AUDIENCES)
        for n, name in enumerate(r.share):
            f.one_of(f"share[{n}]", name, pack.SECTIONS)
        f.done()
        async with self.snapshot() as conn:
            shown = await self._shown(conn, r, "")
            shown_pack = shown.pack if shown.matches else pack.Pack.parse(shown.canonical)
            qbr_id = UUID(r.qbr_id) if r.qbr_id else None
            said = await render.words(conn, shown_pack, shown.account_id, qbr_id)
            share = tuple(r.share)
            if qbr_id is not None and shown.frozen_as and not share:
                share = await render.shared(conn, qbr_id, shown.frozen_as)
        language = r.locale or shown_pack.locale
        content = await asyncio.to_thread(
            render.document, shown_pack, said, form, audience, language, r.template, share
        )
        return pb.GetPackDocumentResponse(
            content=content, file_name=render.file_name(shown_pack, form, audience), media_type=render.FORMS[form],
            pack_hash=shown.frozen_as or shown_pack.hash,
        )  # fmt: skip

    async def GetSinceLastQbr(self, r: pb.GetSinceLastQbrRequest, _: Context) -> pb.GetSinceLastQbrResponse:
        """What happened at the account since its last QBR held, by kind of change."""
        f = Fields()
        account = f.uuid("account_id", r.account_id)
        f.done()
        asof = self.asof(r.as_of)
        async with self.snapshot() as conn:
            everyone = await accounts.family(conn, account, asof.before)
            held = [q for q in await states.qbrs(conn, asof, everyone) if q["state"] in TOOK_PLACE]
            last = max(held, key=lambda q: q["at"], default=None)
            until = asof.shown
            since: datetime = last["at"] if last else until - LOOK_BACK
            section = await self._packs.since(conn, account, since, until)
        changes = [_change(table, row) for table in section.tables for row in table.rows]
        return pb.GetSinceLastQbrResponse(
            since=instant(since.astimezone(UTC)), qbr_id=str(last["qbr_id"]) if last else "", changes=changes,
            as_of=instant(asof.shown),
        )  # fmt: skip

    async def _shown(self, conn: AsyncConnection, r: Any, pack_hash: str) -> Shown:
        f = Fields()
        locale = f.one_of("locale", r.locale or "de", render.LANGUAGES)
        qbr_id = f.uuid("qbr_id", r.qbr_id) if r.qbr_id else None
        account = f.uuid("account_id", r.account_id) if not r.qbr_id else None
        f.done()
        if qbr_id is not None and not r.preview:
            return await self._packs.frozen(conn, qbr_id, pack_hash)
        if qbr_id is not None:
            account = await self._packs.account_of(conn, qbr_id)
        assert account is not None
        return await self._packs.preview(conn, account, locale)


def _change(table: Table, row: Row) -> pb.Change:
    """`section`: what it is about (contracts, plan, risk …); `kind`: what happened; `what`: to whom or what."""
    cells: dict[str, Any] = dict(zip((c.name for c in table.columns), row.cells, strict=True))
    facts = {"was": cells.get("was"), "now": cells.get("now"), "moved_days": cells.get("days")}
    if cells.get("amount") is not None and row.currency:
        facts |= {"amount_minor": cells["amount"], "currency": row.currency}
    return pb.Change(
        section=table.name, kind=str(cells["change"]), what=str(cells.get("about") or cells.get("who") or ""),
        at=str(cells.get("at") or ""), event_ids=list(row.events),
        facts={k: str(v) for k, v in facts.items() if v is not None},
    )  # fmt: skip
