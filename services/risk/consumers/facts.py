"""`kam.crm.v1`, `kam.accounts.v1`, `kam.qbr.v1`, `kam.growth.v1` → rows of our own tables, in the batch's transaction.

Nothing is judged here: a fact only wakes its account. Facts are kept as they came, by topic and position; the small
tables beside them keep the newest word by revision, so the order between topics and partitions does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.policy import book, promises, stakeholders
from services.risk.reads.cursors import starving, wake
from services.risk.reads.tables import facts, known_accounts, merges, parents, sources
from shared.consumer import Message
from shared.contracts.base import Envelope
from shared.eventstore.events import NewEvent

CRM = frozenset(
    (
        "CrmAccountSeen", "CrmContactSeen", "CrmContractSeen", "CrmOpportunitySeen", "CrmCaseSeen",
        "CrmActivityLogged", "CrmUsageReported", "CrmUserSeen", "CrmRecordDeleted", "CrmRecordMoved",
    )
)  # fmt: skip
ACCOUNTS = frozenset(
    (
        "AccountEnded", "AccountReopened", "AccountArchived", "AccountRestored", "AccountsMerged",
        "AccountMergeReverted", "KeyAccountConfirmed", "KeyAccountDeclassified",
    )
)  # fmt: skip
KEPT = CRM | ACCOUNTS | book.TIER_FACTS | stakeholders.TYPES | promises.TYPES
SAID = {"SourceConnected": "connected", "SourceLagExceeded": "behind", "SourceLagCleared": "caught_up"}
WORDS = frozenset(("title", "name", "department"))
"""Free text that no rule reads; the names of deals are read, they say which product is renewed."""


class Rows(NamedTuple):
    """What a batch writes, and whom it wakes."""

    facts: list[dict[str, Any]]
    accounts: dict[UUID, dict[str, Any]]
    parents: dict[UUID, dict[str, Any]]
    merges: dict[UUID, dict[str, Any]]
    sources: list[dict[str, Any]]
    woken: set[UUID]
    users: set[str]


async def keep(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
    """The handler of the consumer `risk.facts`."""
    rows = Rows([], {}, {}, {}, [], set(), set())
    for m in messages:
        _take(rows, m.topic, m.body)
    await _add(conn, facts, rows.facts, ("topic", "position"))
    await _add(conn, sources, rows.sources, ("position",))
    await _newest(conn, known_accounts, rows.accounts.values(), "account_id", "revision")
    await _newest(conn, parents, rows.parents.values(), "account_id", "version")
    await _newest(conn, merges, rows.merges.values(), "absorbed_id", "version")
    again = await starving(conn) if any(s["what"] == "caught_up" for s in rows.sources) else set()
    await wake(conn, rows.woken | again | await _owned_by(conn, rows.users))
    return ()


def _take(rows: Rows, topic: str, e: Envelope) -> None:
    d = e.data
    if e.type in SAID:
        rows.sources.append(
            {
                "position": e.position, "system": d["system"], "what": SAID[e.type], "effective_at": e.effective_at,
                "recorded_at": e.recorded_at,
            }
        )  # fmt: skip
    if e.type in ("AccountParentSet", "AccountParentCleared"):
        account = UUID(d["account_id"])
        _put(rows.parents, account, e.version, {"parent_id": d.get("parent_id")})
    if e.type not in KEPT:
        return
    account_id = UUID(d["account_id"]) if d.get("account_id") else None
    if account_id is None and not _employee(e):
        return
    data = {k: v for k, v in d.items() if k not in WORDS or e.type == "CrmOpportunitySeen"}
    rows.facts.append(
        {
            "topic": topic, "position": e.position, "event_id": e.id, "account_id": account_id, "type": e.type,
            "stream_id": e.stream, "number": d.get("revision") or e.version, "data": data,
            "effective_at": e.effective_at, "recorded_at": e.recorded_at, "correlation": e.correlation_id,
        }
    )  # fmt: skip
    if account_id is not None:
        rows.woken.add(account_id)
    else:
        rows.users.add(d["crm_id"])
    _beside(rows, e, account_id)


def _beside(rows: Rows, e: Envelope, account_id: UUID | None) -> None:
    d = e.data
    if e.type == "CrmAccountSeen" and account_id is not None:
        known = rows.accounts.get(account_id)
        if known is None or known["revision"] <= d["revision"]:
            rows.accounts[account_id] = {
                "account_id": account_id, "revision": d["revision"], "crm_id": d["crm_id"], "name": d["name"],
                "owner_id": d["owner_id"],
            }  # fmt: skip
    elif e.type == "AccountsMerged":
        _merged(rows, e, UUID(d["survivor_id"]), e.effective_at)
    elif e.type == "AccountMergeReverted":
        _merged(rows, e, None, e.effective_at)
        rows.woken.add(UUID(d["survivor_id"]))


def _merged(rows: Rows, e: Envelope, survivor: UUID | None, at: datetime) -> None:
    """Told under both keys: the version of the absorbed account's own stream decides."""
    absorbed = UUID(e.data["absorbed_id"])
    rows.woken.update(filter(None, (absorbed, survivor)))
    if e.stream == absorbed or survivor is not None:
        version = e.version if e.stream == absorbed else 0
        _put(rows.merges, absorbed, version, {"survivor_id": survivor, "at": at}, "absorbed_id")


def _put(
    rows: dict[UUID, dict[str, Any]], key: UUID, version: int, values: dict[str, Any], name: str = "account_id"
) -> None:
    if key not in rows or rows[key]["version"] <= version:
        rows[key] = {name: key, "version": version, **values}


def _employee(e: Envelope) -> bool:
    return e.type == "CrmUserSeen" or (e.type == "CrmRecordDeleted" and e.data["object"] == "user")


async def _add(conn: AsyncConnection, table: Table, rows: list[dict[str, Any]], key: tuple[str, ...]) -> None:
    """What is there already is a repeat."""
    if rows:
        await conn.execute(insert(table).on_conflict_do_nothing(index_elements=list(key)), rows)


async def _newest(conn: AsyncConnection, table: Table, rows: Iterable[dict[str, Any]], key: str, by: str) -> None:
    values = sorted(rows, key=lambda r: str(r[key]))
    if values:
        statement = insert(table)
        changed = {c: statement.excluded[c] for c in values[0] if c != key}
        newer = table.c[by] <= statement.excluded[by]
        await conn.execute(statement.on_conflict_do_update(index_elements=[key], set_=changed, where=newer), values)


async def _owned_by(conn: AsyncConnection, users: set[str]) -> set[UUID]:
    """The accounts whose owner in the CRM is one of these employees."""
    if not users:
        return set()
    t = known_accounts
    return set((await conn.execute(select(t.c.account_id).where(t.c.owner_id.in_(users)))).scalars())
