"""Facts of the CRM that no aggregate of ours decides about, kept in our own tables: deals, employees, wishes,
sources.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads.foreign import account_wishes, deals, employees, sources
from shared import ids
from shared.contracts.base import Envelope
from shared.contracts.crm import (
    BackfillCompleted,
    CrmAccountSeen,
    CrmOpportunitySeen,
    CrmRecordDeleted,
    CrmRecordMoved,
    CrmUserSeen,
    SourceConnected,
    SourceEvent,
    SourceLagCleared,
    SourceLagExceeded,
)
from shared.projector import copy_in

SAID: Mapping[type[SourceEvent], str] = {
    SourceConnected: "connected",
    BackfillCompleted: "backfill_completed",
    SourceLagExceeded: "behind",
    SourceLagCleared: "caught_up",
}
CLOSED = ("Closed Won", "Closed Lost")


class ForeignRows:
    """Rows that a batch adds. History tables take every revision, so the order in which facts come does not matter."""

    def __init__(self) -> None:
        self._rows: dict[Table, list[dict[str, Any]]] = {deals: [], employees: [], sources: []}
        self._wishes: dict[UUID, dict[str, Any]] = {}

    def deal(self, e: Envelope, fact: CrmOpportunitySeen) -> None:
        """A deal as the CRM shows it."""
        self._add(
            deals, e, deal_id=fact.crm_id, account_id=fact.account_id, revision=fact.revision, name=fact.name,
            motion=fact.motion, stage=fact.stage, closes_on=fact.closes_on, open=fact.stage not in CLOSED,
        )  # fmt: skip

    def deal_gone(self, e: Envelope, fact: CrmRecordDeleted | CrmRecordMoved) -> None:
        """A deal that was deleted, or left its account (its new account's own fact says where it went)."""
        self._add(
            deals, e, deal_id=fact.crm_id, account_id=None, revision=fact.revision, name="", motion=None, stage="",
            closes_on=None, open=False,
        )  # fmt: skip

    def employee(self, e: Envelope, fact: CrmUserSeen) -> None:
        """An own employee."""
        self._add(
            employees, e, user_id=fact.crm_id, revision=fact.revision, subject_id=fact.subject_id, active=fact.active,
            reports_to=fact.reports_to,
        )  # fmt: skip

    def employee_gone(self, e: Envelope, fact: CrmRecordDeleted) -> None:
        """A deleted user is an employee who left."""
        subject = ids.subject_id(fact.system, "user", fact.crm_id)
        self._add(
            employees, e, user_id=fact.crm_id, revision=fact.revision, subject_id=subject, active=False, reports_to=None
        )

    def source(self, e: Envelope, fact: SourceEvent) -> None:
        """What a connection told about itself."""
        what = SAID.get(type(fact))
        if what:
            self._add(sources, e, system=fact.system, what=what)

    def wish(self, e: Envelope, fact: CrmAccountSeen) -> None:
        """Owner and parent of an account; the highest revision counts."""
        if fact.account_id is None:
            return
        known = self._wishes.get(fact.account_id)
        if known and known["revision"] >= fact.revision:
            return
        same_parent = known and known["parent_id"] == fact.parent_account_id
        self._wishes[fact.account_id] = {
            "account_id": fact.account_id,
            "revision": fact.revision,
            "owner_id": fact.owner_id,
            "owner_active": fact.owner_active,
            "parent_id": fact.parent_account_id,
            "parent_since": known["parent_since"] if known and same_parent else e.effective_at,
            "seen_at": e.effective_at,
        }

    async def known_wishes(self, conn: AsyncConnection, accounts: Collection[UUID]) -> None:
        """Start from what was wished before."""
        if accounts:
            query = select(account_wishes).where(account_wishes.c.account_id.in_(accounts))
            self._wishes = {r["account_id"]: dict(r) for r in (await conn.execute(query)).mappings()}

    def parent_of(self, account: UUID) -> UUID | None:
        """The parent wished last."""
        wish = self._wishes.get(account)
        return wish["parent_id"] if wish else None

    async def write(self, conn: AsyncConnection, wished: Iterable[UUID]) -> None:
        """All rows, in the batch's transaction. `wished`: the accounts whose wishes may have changed."""
        for table, rows in self._rows.items():
            names = table.columns.keys()
            await copy_in(conn, table, [[row[n] for n in names] for row in rows])
        if wishes := [self._wishes[a] for a in sorted(set(wished), key=str) if a in self._wishes]:
            statement = insert(account_wishes)
            newer = account_wishes.c.revision < statement.excluded.revision
            values = {c: statement.excluded[c] for c in account_wishes.columns.keys() if c != "account_id"}  # noqa: SIM118  columns are no dict
            await conn.execute(
                statement.on_conflict_do_update(index_elements=["account_id"], set_=values, where=newer), wishes
            )

    def _add(self, table: Table, e: Envelope, **values: Any) -> None:
        self._rows[table].append(
            {
                **values,
                "effective_at": e.effective_at,
                "recorded_at": e.recorded_at,
                "event_id": e.id,
                "position": e.position,
            }
        )


async def owned_by(conn: AsyncConnection, users: Sequence[str]) -> list[UUID]:
    """The accounts whose owner in the CRM is one of these users."""
    t = account_wishes
    return list((await conn.execute(select(t.c.account_id).where(t.c.owner_id.in_(users)))).scalars())
