"""Our tables → Kafka: KPI values as events on `kam.kpi.v1`, BI rows as state on `kam.bi.v1`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from shared.contracts import bi, cloudevents, kpi
from shared.contracts.base import PublicEvent
from shared.eventstore.events import event_id
from shared.eventstore.store import Connection
from shared.ids import derived
from shared.kafka import Kafka
from shared.relay import Outgoing, Page, Relay

SERVICE = "insights"
_VALUES = """
SELECT position, kpi, definition_version, scope, period_start, as_of, known_at, unit, value, numerator, denominator,
    accounts, watermark::text AS watermark, restates, causes, changed_accounts,
    (SELECT value FROM kpi_values o WHERE o.position = v.restates) AS old,
    (SELECT count(*) FROM kpi_values o WHERE (o.kpi, o.scope, o.as_of) = (v.kpi, v.scope, v.as_of)
        AND o.position <= v.position) AS version
FROM kpi_values v WHERE {} ORDER BY position LIMIT $2"""
_ROWS = "SELECT change, key, value FROM bi_rows WHERE change > $1 ORDER BY change LIMIT $2"
_JSON = (("content-type", b"application/json"),)


class Told(NamedTuple):
    """What the envelope needs to know of a value."""

    event_id: str
    position: int
    stream_id: UUID
    version: int
    effective_at: datetime
    recorded_at: datetime
    actor: str = "policy:kpi"
    command_id: UUID | None = None
    correlation_id: UUID | None = None
    causation_id: str | None = None
    policy_refs: tuple[tuple[str, int], ...] = ()


def event(r: Any) -> PublicEvent:
    """A row of `kpi_values` as the public event."""
    common = {
        "kpi": r["kpi"], "definition_version": r["definition_version"], "scope": r["scope"],
        "period_start": r["period_start"], "as_of": r["as_of"], "known_at": r["known_at"], "unit": r["unit"],
        "numerator": r["numerator"], "denominator": r["denominator"], "accounts": r["accounts"],
        "watermark": orjson.loads(r["watermark"]),
    }  # fmt: skip
    if r["restates"] is None:
        return kpi.KpiComputed(**common, value=r["value"])
    return kpi.KpiRestated(
        **common,
        old=r["old"],
        new=r["value"],
        restates=event_id(SERVICE, r["restates"]),
        causes=tuple(r["causes"]),
        changed_accounts=tuple(r["changed_accounts"]),
    )


def told(r: Any) -> Told:
    """Its envelope: one stream for each KPI, scope and period."""
    stream = derived("kpi", r["kpi"], r["scope"], r["as_of"].isoformat())
    at = r["known_at"]
    refs = (("kpi", r["definition_version"]),)
    causes = r["causes"]
    return Told(
        event_id(SERVICE, r["position"]), r["position"], stream, r["version"], at, at,
        causation_id=causes[0] if causes else None, policy_refs=refs,
    )  # fmt: skip


async def values(conn: Connection, after: int, limit: int) -> Page:
    """The relay's PageReader of KPI values."""
    messages = []
    for r in await conn.fetch(_VALUES.format("position > $1"), after, limit):
        key, public, stored = f"{r['kpi']}/{r['scope']}", event(r), told(r)
        headers = cloudevents.headers(SERVICE, key, stored, public)
        messages.append(Outgoing(r["position"], key.encode(), cloudevents.value(stored, public), headers))
    return Page(messages[-1].position if messages else after, messages)


async def value(conn: Connection, position: int) -> Any:
    """One KPI value as `event` and `told` read it; None: there is none."""
    return await conn.fetchrow(_VALUES.format("position = $1"), position, 1)


async def rows(conn: Connection, after: int, limit: int) -> Page:
    """The relay's PageReader of BI rows: the newest state of each."""
    found = [
        Outgoing(r["change"], r["key"].encode(), r["value"].encode() if r["value"] is not None else None, _JSON)
        for r in await conn.fetch(_ROWS, after, limit)
    ]
    return Page(found[-1].position if found else after, found)


def relays(dsn: str, kafka: Kafka) -> list[Relay]:
    """Both."""
    return [Relay(dsn, kafka, kpi.CHANNEL, values), Relay(dsn, kafka, bi.CHANNEL, rows)]
