"""Table `facts`: what other services told about accounts, each fact once, as packs need it. Append-only.

The consumers write it with their positions (`consumers/facts.py`),
so it is no projection: it cannot be rebuilt from our
own log, only read again from Kafka. Facts of all accounts are kept, because an account becomes a key account later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from services.qbr.pack.facts import GROWTH, Fact, Vector, vector_of
from shared.positions import driver

DDL = """
CREATE TABLE facts (
    account_id uuid, topic text NOT NULL, partition integer NOT NULL, position bigint NOT NULL, event_id text NOT NULL,
    type text NOT NULL, stream uuid NOT NULL, effective_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL,
    data jsonb NOT NULL, PRIMARY KEY (topic, position)
);
CREATE INDEX facts_of_account ON facts (account_id, topic, position);
CREATE INDEX facts_of_sources ON facts (topic, position) WHERE account_id IS NULL;
"""
"""For the migration that creates it."""

metadata = MetaData()
facts = Table(
    "facts",
    metadata,
    Column("account_id", Uuid),
    Column("topic", Text, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("stream", Uuid, nullable=False),
    Column("effective_at", TIMESTAMP(timezone=True), nullable=False),
    Column("recorded_at", TIMESTAMP(timezone=True), nullable=False),
    Column("data", JSONB, nullable=False),
    PrimaryKeyConstraint("topic", "position"),
    Index("facts_of_account", "account_id", "topic", "position"),
)
"""`account_id` is null for what a CRM connection says about itself; `data` holds the fields in `pack.facts.KEPT`."""

_COLUMNS = "account_id, topic, partition, position, event_id, type, stream, effective_at, recorded_at, data"
_ADD = f"""
INSERT INTO facts ({_COLUMNS})
SELECT a, t, p, n, e, y, s, f, r, d::jsonb
FROM unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::uuid[], $8::timestamptz[],
            $9::timestamptz[], $10::text[]) AS u(a, t, p, n, e, y, s, f, r, d)
ON CONFLICT (topic, position) DO NOTHING"""
_READ = _COLUMNS + "::text"  # SQLAlchemy's connections would decode it in their own way
_OF_ACCOUNT = f"SELECT {_READ} FROM facts WHERE account_id = $1"
_OF_ABSORBED = f"SELECT {_READ} FROM facts WHERE account_id = ANY($1::uuid[]) AND topic = $2"
_OF_SOURCES = f"SELECT {_READ} FROM facts WHERE account_id IS NULL"


async def add(conn: AsyncConnection, rows: Iterable[Fact]) -> None:
    """Keep facts, in the batch's transaction; one that is here already stays as it is."""
    values = [
        (f.account_id, f.topic, f.partition, f.position, f.event_id, f.type, f.stream, f.effective_at, f.recorded_at,
         orjson.dumps(f.data).decode())
        for f in rows
    ]  # fmt: skip
    if values:
        await driver(conn).execute(_ADD, *map(list, zip(*values, strict=True)))


async def of_account(
    conn: AsyncConnection, account_id: UUID, vector: Vector | None = None, absorbed: Sequence[UUID] = ()
) -> list[Fact]:
    """The facts about an account, and what the CRM's connections said; `vector`: only those that it names.

    `absorbed`: accounts that went into it. Their plans count; the CRM's records moved with the merger and are told of
    the survivor, and a colour is always of one account.
    """
    raw = driver(conn)
    rows = [*await raw.fetch(_OF_ACCOUNT, account_id), *await raw.fetch(_OF_SOURCES)]
    found = [_fact(r) for r in rows]
    if absorbed:
        theirs = await raw.fetch(_OF_ABSORBED, list(absorbed), GROWTH)
        found += [replace(_fact(r), absorbed=True) for r in theirs]
    return found if vector is None else [f for f in found if f.position <= vector.get(f.lane, 0)]


async def vector(conn: AsyncConnection, account_id: UUID) -> dict[str, int]:
    """How far we know the account now: lane → highest position. Ours (`kam.qbr.v1`) is for the caller to add."""
    return vector_of(await of_account(conn, account_id))


def _fact(r: Mapping[str, Any]) -> Fact:
    return Fact(
        r["account_id"], r["topic"], r["partition"], r["position"], r["event_id"], r["type"], r["stream"],
        r["effective_at"],
        r["recorded_at"], orjson.loads(r["data"]),
    )  # fmt: skip
