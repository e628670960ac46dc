"""What must hold after any crash: nothing lost, doubled or reordered, and the read model equals its rebuild.

Every check returns sentences about what is wrong, [] if all is well, so that a planted bug can be shown to be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import asyncpg

from tests.e2e.oracle import Row

FIELDS = (
    "name", "parent_crm_id", "owner_id", "owner", "owner_active", "arr_minor", "active_contracts", "live_contacts",
    "last_meaningful_contact_at",
)  # fmt: skip


async def log_is_whole(conn: asyncpg.Connection[Any], who: str) -> list[str]:
    """Positions 1 … n without holes, and in each stream versions 1 … n in the order of positions."""
    n, top = await conn.fetchrow("SELECT count(*), coalesce(max(position), 0) FROM events")
    wrong = [] if n == top else [f"{who}: {n} events, but the last position is {top}"]
    broken = await conn.fetch(
        "SELECT stream_id FROM (SELECT stream_id, version, "
        "row_number() OVER (PARTITION BY stream_id ORDER BY position) AS n FROM events) s WHERE version <> n LIMIT 3"
    )
    return wrong + [f"{who}: stream {r[0]} has versions out of order or missing" for r in broken]


async def effects_are_single(conn: asyncpg.Connection[Any], who: str) -> list[str]:
    """No fact of another service had its effect twice on one stream."""
    doubled = await conn.fetch(
        "SELECT causation_id, topic, state, count(*) AS n FROM events WHERE causation_id LIKE 'crm:%' "
        "GROUP BY causation_id, stream_id, topic, state HAVING count(*) > 1 LIMIT 3"
    )
    return [f"{who}: {r['causation_id']} led to {r['n']} times the same {r['topic']}" for r in doubled]


async def order_is_kept(
    conn: asyncpg.Connection[Any], who: str, account_of: Mapping[int, str | None] | None = None
) -> list[str]:
    """Facts about one CRM record and one account had their effects in the order in which crm recorded them.

    `account_of`: position of a fact → its account. Between accounts there is no order: they lie in several partitions.
    """
    effects = await conn.fetch(
        "SELECT stream_id, source->>'object', source->>'record_id', split_part(causation_id, ':', 2)::bigint "
        "FROM events WHERE causation_id LIKE 'crm:%' AND source IS NOT NULL ORDER BY position"
    )
    wrong, newest = [], dict[Any, int]()
    for *record, here in effects:
        key = (*record, (account_of or {}).get(here))
        if here < newest.get(key, 0):
            wrong.append(f"{who}: stream {record[0]} took crm:{here} after crm:{newest[key]}")
        newest[key] = here
    return wrong[:3]


async def accounts_of_facts(crm: asyncpg.Connection[Any]) -> dict[int, str | None]:
    """Position of each fact in the log of crm → the account by which it is keyed."""
    query = "SELECT position, convert_from(state, 'UTF8')::json->>'account_crm_id' FROM events"
    return {r[0]: r[1] for r in await crm.fetch(query)}


async def nothing_is_dead(conn: asyncpg.Connection[Any], who: str) -> list[str]:
    rows = await conn.fetch("SELECT topic, reason FROM dead_letters LIMIT 3")
    return [f"{who}: a dead letter of {r['topic']}: {r['reason']}" for r in rows]


async def all_is_consumed(crm: asyncpg.Connection[Any], accounts: asyncpg.Connection[Any]) -> list[str]:
    """What the relay last chained into each partition is what the consumer has seen."""
    sent = await crm.fetch(
        "SELECT partition, max(position) AS n FROM positions "
        "WHERE source LIKE 'kam.crm.v1@%' AND partition >= 0 GROUP BY 1"
    )
    rows = await accounts.fetch("SELECT partition, position FROM positions WHERE source = 'kam.crm.v1'")
    seen = {r["partition"]: r["position"] for r in rows}
    return [
        f"accounts saw {seen.get(r['partition'], 0)} of partition {r['partition']}, sent up to {r['n']}"
        for r in sent
        if seen.get(r["partition"], 0) != r["n"]
    ]


def portfolio_is(expected: Mapping[str, Row], rows: list[dict[str, Any]]) -> list[str]:
    """The JSON of the portal says of each account what the captured tables say."""
    found = {r["crm_id"]: r for r in rows}
    wrong = [f"{expected[k].name} is not on the page" for k in expected.keys() - found.keys()]
    wrong += [f"{found[k]['name']} is on the page, not in the tables" for k in found.keys() - expected.keys()]
    for key in expected.keys() & found.keys():
        row = dict(found[key])
        if row["last_meaningful_contact_at"]:
            row["last_meaningful_contact_at"] = datetime.fromisoformat(row["last_meaningful_contact_at"])
        for name in FIELDS:
            if getattr(expected[key], name) != row[name]:
                wrong.append(
                    f"{expected[key].name}: {name} is {row[name]!r}, should be {getattr(expected[key], name)!r}"
                )
    return wrong
