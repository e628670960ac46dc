"""Data packs: frozen with a QBR, looked at again, or as they would be now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr import pack
from services.qbr.domain.values import Locale, TemplateRef
from services.qbr.domain.values import Pack as FrozenPack
from services.qbr.publish import publish
from services.qbr.reads import accounts, facts, states
from services.qbr.reads.asof import AsOf
from services.qbr.reads.tables import READ_MODEL
from services.qbr.reads.tables import packs as kept_packs
from shared.clock import Clock
from shared.errors import NotFound
from shared.eventstore.store import COLUMNS, LogRow
from shared.positions import driver
from shared.projector import PLACE

STANDARD = "std"
_OURS = f"""
SELECT {COLUMNS} FROM events WHERE stream_id = ANY($1::uuid[])
    AND position <= (SELECT coalesce(max(position), 0) FROM positions WHERE consumer = $2 AND source = $3)
ORDER BY position"""
_STREAMS = """
SELECT series_id FROM series_states WHERE account_id = ANY($1) UNION
SELECT qbr_id FROM qbr_states WHERE account_id = ANY($1) UNION
SELECT action_id FROM action_states WHERE account_id = ANY($1)"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A pack to show. `frozen_as`: the hash that it was frozen with; None: a preview."""

    pack: pack.Pack
    account_id: UUID
    canonical: bytes
    frozen_as: str | None

    @property
    def matches(self) -> bool:
        """A frozen pack came out as when it was frozen."""
        return self.frozen_as is None or self.frozen_as == self.pack.hash


class Packs:
    """Builds packs from what the transaction sees."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def preview(self, conn: AsyncConnection, account_id: UUID, locale: str) -> Shown:
        """As it would be now."""
        made = await self._build(conn, account_id, TemplateRef(id=STANDARD, version=0), self._clock.now(), None, locale)
        return Shown(made, account_id, made.canonical(), None)

    async def freeze(self, conn: AsyncConnection, qbr_id: UUID, locale: Locale) -> FrozenPack:
        """As it is now, for ever; keeps its bytes. Raises NotFound for a QBR that is not (yet) in the read model."""
        account_id = await self.account_of(conn, qbr_id)
        shown = await self.preview(conn, account_id, locale)
        made = shown.pack
        row = {
            "pack_hash": made.hash, "qbr_id": qbr_id, "account_id": account_id, "body": shown.canonical,
            "frozen_at": datetime.fromisoformat(made.as_of),
        }  # fmt: skip
        await conn.execute(insert(kept_packs).values(row).on_conflict_do_nothing())
        used = TemplateRef(id=made.template.id, version=made.template.version)
        return FrozenPack(
            watermark=made.vector, pack_at=datetime.fromisoformat(made.as_of), template=used, locale=locale,
            pack_hash=made.hash,
        )  # fmt: skip

    async def frozen(self, conn: AsyncConnection, qbr_id: UUID, pack_hash: str = "") -> Shown:
        """A frozen pack (empty: the newest) made again from the same events. If it comes out otherwise, because packs
        are counted otherwise by now, the bytes that were kept are shown. Raises NotFound."""
        told = await states.told(conn, AsOf.everything(), qbr_id=qbr_id, type="QBRDataPackFrozen")
        found = [t for t in told if pack_hash in ("", t["data"]["pack_hash"])]
        if not found:
            raise NotFound("no such pack was frozen for this QBR", slug="pack-unknown")
        how: Mapping[str, Any] = found[-1]["data"]
        made = await self._build(
            conn, found[-1]["account_id"], TemplateRef.model_validate(how["template"]),
            datetime.fromisoformat(how["pack_at"]), how["watermark"], how["locale"],
        )  # fmt: skip
        canonical, frozen_as = made.canonical(), how["pack_hash"]
        if made.hash != frozen_as:
            t = kept_packs
            query = select(t.c.body).where(t.c.pack_hash == frozen_as, t.c.qbr_id == qbr_id)
            canonical = (await conn.execute(query)).scalar() or canonical
        return Shown(made, found[-1]["account_id"], canonical, frozen_as)

    async def since(self, conn: AsyncConnection, account_id: UUID, since: datetime, until: datetime) -> pack.Section:
        """What happened between two instants."""
        theirs, ours = await self._facts(conn, account_id)
        return pack.since(theirs, ours, since, until)

    async def account_of(self, conn: AsyncConnection, qbr_id: UUID) -> UUID:
        """The account of a QBR. Raises NotFound."""
        row = await states.qbr(conn, AsOf.everything(), qbr_id)
        if row is None:
            raise NotFound(f"there is no QBR {qbr_id}", slug="qbr-unknown")
        account: UUID = row["account_id"]
        return account

    async def _build(
        self, conn: AsyncConnection, account_id: UUID, used: TemplateRef, at: datetime,
        vector: Mapping[str, int] | None, locale: str,
    ) -> pack.Pack:  # fmt: skip
        row = await states.template(conn, used.id, used.version)
        if row is None:
            raise NotFound("no QBR template is published yet", slug="template-unpublished")
        document = row["document"]
        template = pack.Template.of(
            row["template_id"], row["template_version"], document["agenda"], document["result_fields"],
            document["pack_sections"],
        )  # fmt: skip
        theirs, ours = await self._facts(conn, account_id)
        return pack.build(
            theirs, ours, account_id=account_id, template=template, as_of=at, vector=vector, locale=locale
        )

    async def _facts(self, conn: AsyncConnection, account_id: UUID) -> tuple[Sequence[pack.Fact], list[pack.Fact]]:
        """What others told, and our own events of the account up to where the read model is: none of them missing."""
        await conn.execute(text("SELECT 1"))  # opens the transaction
        everyone = await accounts.family(conn, account_id)
        theirs, raw = await facts.of_account(conn, account_id, absorbed=everyone[1:]), driver(conn)
        streams = [r[0] for r in await raw.fetch(_STREAMS, everyone)]
        rows = await raw.fetch(_OURS, streams, READ_MODEL, PLACE[0], record_class=LogRow)
        ours = [f for r in rows if (p := publish(r)) is not None and (f := pack.own(r, p[1])) is not None]
        return theirs, [f if f.account_id == account_id else replace(f, absorbed=True) for f in ours]
