"""What rules wait for: rows of `watches`, in the transaction of whoever changes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.app.workspace import Workspace
from services.notifications.domain import AlertCase
from services.notifications.policy import names
from shared import timers
from shared.timers import Timer

# A later fact must win over an earlier one and over what a firing timer arms for itself (its version + 1): the
# database's clock, in microseconds, is the one clock that all workers share.
_VERSION = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")
_COLUMNS = (
    "watch_id, key, series, rule, part, account_id, subject, epoch, anchor, refs, facts, evidence, anchors, state, "
    "under"
)
_UPSERT = text(f"""
INSERT INTO watches ({_COLUMNS}) VALUES (:watch_id, :key, :series, :rule, :part, :account_id, :subject, :epoch,
    :anchor, :refs, :facts, :evidence, CAST(:anchors AS jsonb), :state, :under)
ON CONFLICT (key) DO UPDATE SET anchor = excluded.anchor, refs = excluded.refs, facts = excluded.facts,
    evidence = excluded.evidence, anchors = excluded.anchors, state = excluded.state""")
_SELECT = f"SELECT {_COLUMNS} FROM watches "


class Watch(NamedTuple):
    """One row. `anchors`: the facts about this matter, oldest first, as JSON; `facts` their event ids, `evidence` what
    they rest on; `under`: the alert that explains this one."""

    watch_id: UUID
    key: str
    series: str
    rule: str
    part: str
    account_id: UUID
    subject: str
    epoch: str
    anchor: datetime
    refs: Sequence[str]
    facts: Sequence[str]
    evidence: Sequence[str]
    anchors: Sequence[Mapping[str, Any]]
    state: str
    under: UUID | None


async def by_keys(conn: AsyncConnection, keys: Collection[str]) -> dict[str, Watch]:
    """Those that exist, locked."""
    if not keys:
        return {}
    rows = await conn.execute(text(_SELECT + "WHERE key = ANY(:keys) ORDER BY key FOR UPDATE"), {"keys": list(keys)})
    return {r.key: Watch(*r) for r in rows}


async def by_id(conn: AsyncConnection, watch_id: UUID) -> Watch | None:
    """One, locked."""
    row = (await conn.execute(text(_SELECT + "WHERE watch_id = :id FOR UPDATE"), {"id": watch_id})).one_or_none()
    return Watch(*row) if row else None


async def by_ids(conn: AsyncConnection, ids: Collection[UUID]) -> list[Watch]:
    """Those that exist, locked."""
    rows = await conn.execute(text(_SELECT + "WHERE watch_id = ANY(:ids) ORDER BY key FOR UPDATE"), {"ids": list(ids)})
    return [Watch(*r) for r in rows]


async def open_of(conn: AsyncConnection, accounts: Iterable[UUID]) -> list[Watch]:
    """All of these accounts that wait or are raised, locked."""
    wanted = sorted(set(accounts), key=str)
    if not wanted:
        return []
    query = text(
        _SELECT + "WHERE account_id = ANY(:accounts) AND state IN ('waiting', 'raised') ORDER BY key FOR UPDATE"
    )
    return [Watch(*r) for r in await conn.execute(query, {"accounts": wanted})]


async def save(conn: AsyncConnection, watches: Iterable[Watch]) -> None:
    """Insert or overwrite."""
    rows = [{**w._asdict(), "anchors": orjson.dumps(w.anchors, default=str).decode()} for w in watches]
    if rows:
        await conn.execute(_UPSERT, rows)


async def set_state(conn: AsyncConnection, watch_id: UUID, state: str) -> None:
    """waiting → raised → done, or waiting → closed."""
    await conn.execute(text("UPDATE watches SET state = :s WHERE watch_id = :id"), {"s": state, "id": watch_id})


async def pause(conn: AsyncConnection, watch_id: UUID) -> None:
    """It waits for a source."""
    await conn.execute(text("UPDATE watches SET paused = true WHERE watch_id = :id"), {"id": watch_id})


async def pause_case(conn: AsyncConnection, key: str) -> None:
    """The same of what has raised its alert."""
    await conn.execute(text("UPDATE watches SET paused = true WHERE key = :key"), {"key": key})


async def unpause(conn: AsyncConnection) -> list[Watch]:
    """What waited for sources, whose gaps are over."""
    query = text(f"UPDATE watches SET paused = false WHERE paused RETURNING {_COLUMNS}")
    return [Watch(*r) for r in await conn.execute(query)]


async def look_at(conn: AsyncConnection, watches: Iterable[Watch], at: datetime, **more: Any) -> None:
    """Look at them then, unless a fact comes before."""
    if wanted := list(watches):
        version = (await conn.execute(_VERSION)).scalar_one()
        await timers.arm(conn, [timer(w, version, at, **more) for w in wanted])


async def wake(conn: AsyncConnection, watches: Iterable[Watch]) -> None:
    """Look at them as soon as everything is read."""
    await look_at(conn, watches, names.WAKE)


def timer(w: Watch, version: int, due_at: datetime | None, **more: Any) -> Timer:
    """The timer of a watch; its data say why."""
    data = {"rule": w.rule, "part": w.part, "account": str(w.account_id), "subject": w.subject, "anchor": w.anchor}
    return Timer(names.WATCH, w.watch_id, version, due_at, {**data, **more})


async def finished(work: Workspace, case: AlertCase) -> None:
    """The alert is over: nothing watches any more, and what it explained speaks for itself."""
    conn = work.conn
    await conn.execute(text("UPDATE watches SET state = 'done', under = NULL WHERE key = :key"), {"key": case.key})
    await conn.execute(text("DELETE FROM digest_items WHERE alert_id = :id"), {"id": case.id})
    query = text("UPDATE watches SET under = NULL WHERE under = :id RETURNING key")
    for row in await conn.execute(query, {"id": case.id}):
        child = await work.case(AlertCase.create_id(row.key))
        if child is not None:
            child.unfold()


async def fold(work: Workspace, watch: Watch, under: UUID) -> None:
    """This alert is explained by another."""
    await work.conn.execute(
        text("UPDATE watches SET under = :u WHERE watch_id = :id"), {"u": under, "id": watch.watch_id}
    )
    if (case := await work.case(AlertCase.create_id(watch.key))) is not None:
        case.fold(under)


async def live_since(conn: AsyncConnection) -> datetime | None:
    """Since when facts are news; None: the service has not caught up for the first time."""
    found: datetime | None = (await conn.execute(text("SELECT since FROM live"))).scalar_one_or_none()
    return found.astimezone(UTC) if found else None


async def go_live(conn: AsyncConnection, at: datetime) -> None:
    """From now on. Only the first time counts."""
    await conn.execute(text("INSERT INTO live (since) VALUES (:at) ON CONFLICT DO NOTHING"), {"at": at})


async def sleep(conn: AsyncConnection, w: Watch) -> None:
    """No timer any more."""
    version = (await conn.execute(_VERSION)).scalar_one()
    await timers.arm(conn, [timer(w, version, None)])
