"""The mirror of the CRM in the database: what was told of each row, what hangs together. Set-based statements only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.crm.mapping.rows import Cells, Coordinate
from services.crm.policy.history import Version
from services.crm.policy.timeline import Told
from shared.eventstore.store import Connection
from shared.positions import driver

_LOCK = text("SELECT pg_advisory_xact_lock(7285)")
_VERSIONS = "SELECT row, file, pos, step, op, ts, cells FROM versions WHERE row = ANY($1::text[])"
_TABLE = "SELECT DISTINCT row FROM versions WHERE row > $1 AND row < $2"
_EMPTY = """
UPDATE versions v SET cells = u.cells FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[])
AS u(row, file, pos, step, cells) WHERE (v.row, v.file, v.pos, v.step) = (u.row, u.file, u.pos, u.step)"""
_RELATE = "INSERT INTO refs SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING"
_REFS = "SELECT target, entity, row FROM refs WHERE target = ANY($1::text[])"
_SPEAK = """
INSERT INTO words AS w SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[])
ON CONFLICT (row) DO UPDATE SET file = excluded.file, pos = excluded.pos, step = excluded.step, cells = excluded.cells
WHERE (w.file, w.pos, w.step) < (excluded.file, excluded.pos, excluded.step)"""
_WORDS = "SELECT row, cells FROM words WHERE row = ANY($1::text[])"
_ALIASES = "SELECT absorbed, since, survivor FROM aliases WHERE absorbed = ANY($1::text[])"
_ABSORBED = "SELECT DISTINCT absorbed, survivor FROM aliases WHERE survivor = ANY($1::text[])"
_MARRY = """
INSERT INTO aliases AS a SELECT $1, s, h FROM unnest($2::bigint[], $3::text[]) AS u(s, h)
ON CONFLICT (absorbed, since) DO UPDATE SET survivor = excluded.survivor"""
_DRIFT = """
INSERT INTO drifts SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING
RETURNING tbl, col, what"""
_LETTERS = """
SELECT id, topic, partition, kafka_offset, reason FROM dead_letters WHERE consumer = $1 AND id > $2 ORDER BY id"""
_SCHEMA = """
INSERT INTO schemas SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[])
ON CONFLICT (tbl, file, pos) DO UPDATE SET columns = excluded.columns"""
_TOLD = "SELECT stream_id, version, topic, effective_at, state FROM events WHERE stream_id = ANY($1::uuid[])"


class Ref(NamedTuple):
    """`entity` has to do with `target`, by what `row` says. Entity = target: the row belongs to that record."""

    target: str
    entity: str
    row: str


class Stream(NamedTuple):
    """What a stream has told, in order, and the version of its last event."""

    told: Sequence[Told]
    version: int


async def lock(conn: AsyncConnection) -> Connection:
    """One batch at a time looks at the mirror and changes it, whoever else consumes: a record's rows come from several
    topics.

    Opens the transaction; returns the driver's connection in it.
    """
    await conn.execute(_LOCK)
    return driver(conn)


async def versions(raw: Connection, rows: Collection[str]) -> dict[str, list[Version]]:
    """All versions of these rows."""
    out: dict[str, list[Version]] = {}
    if rows:
        loads = orjson.loads
        for row, file, pos, step, op, ts, cells in await raw.fetch(_VERSIONS, list(rows)):
            found = Version(Coordinate(file, pos, step), op.decode(), ts, loads(cells) if cells is not None else None)
            if row in out:
                out[row].append(found)
            else:
                out[row] = [found]
    return out


async def rows_of(raw: Connection, table: str) -> list[str]:
    """Ids of all rows of a table (and of its truncate)."""
    return [r[0] for r in await raw.fetch(_TABLE, f"{table}/", f"{table}0")]  # "0" follows "/"


async def page_of_rows(raw: Connection, after: str, limit: int) -> list[str]:
    """Ids of rows in order, after one; truncates left out."""
    sql = "SELECT DISTINCT row FROM versions WHERE row > $1 AND right(row, 1) <> '/' ORDER BY row LIMIT $2"
    return [r[0] for r in await raw.fetch(sql, after, limit)]


async def rejected(raw: Connection, consumer: str, after: int) -> list[tuple[int, str, int, int, str]]:
    """Dead letters of a consumer after one: (id, topic, partition, offset, reason)."""
    return [tuple(r) for r in await raw.fetch(_LETTERS, consumer, after)]


async def keep(raw: Connection, new: Sequence[tuple[str, Version]]) -> None:
    """Add versions that are not there yet."""
    if new:
        dumps = orjson.dumps
        rows = [
            (row, *at, op.encode(), ts, dumps(cells) if cells is not None else None) for row, (at, op, ts, cells) in new
        ]
        await raw.copy_records_to_table(
            "versions", records=rows
        )  # asyncpg looks at each element of an array, not of a COPY


async def empty(raw: Connection, old: Sequence[tuple[str, Version]]) -> None:
    """Write what remains of versions that held personal data."""
    if old:
        columns = [(row, *v.at, _json(v.cells)) for row, v in old]
        await raw.execute(_EMPTY, *map(list, zip(*columns, strict=True)))


async def relate(raw: Connection, new: Collection[Ref]) -> None:
    """Add references."""
    if new:
        await raw.execute(_RELATE, *map(list, zip(*new, strict=True)))


async def refs(raw: Connection, targets: Collection[str]) -> list[Ref]:
    """Everything that has, or once had, to do with these rows."""
    return [Ref(*r) for r in await raw.fetch(_REFS, list(targets))] if targets else []


async def speak(raw: Connection, newest: Mapping[str, tuple[Coordinate, Cells | None]]) -> None:
    """Keep the newest words of these rows."""
    if newest:
        columns = [(row, *at, _json(cells)) for row, (at, cells) in newest.items()]
        await raw.execute(_SPEAK, *map(list, zip(*columns, strict=True)))


async def words(raw: Connection, rows: Collection[str]) -> dict[str, Cells]:
    """The words of these rows, of those that have any."""
    return {r[0]: orjson.loads(r[1]) for r in await raw.fetch(_WORDS, list(rows)) if r[1] is not None} if rows else {}


async def aliases(raw: Connection, accounts: Collection[str]) -> dict[tuple[str, int], str]:
    """(absorbed account, since) → survivor, of these accounts."""
    return {(r[0], r[1]): r[2] for r in await raw.fetch(_ALIASES, list(accounts))} if accounts else {}


async def absorbed(raw: Connection, survivors: Collection[str]) -> dict[str, set[str]]:
    """Survivor → the accounts that were merged into it."""
    out: dict[str, set[str]] = {}
    for account, survivor in await raw.fetch(_ABSORBED, list(survivors)) if survivors else ():
        out.setdefault(survivor, set()).add(account)
    return out


async def marry(raw: Connection, absorbed: str, survivors: Mapping[int, str]) -> None:
    """Replace what is known of an account's mergers."""
    await raw.execute(
        "DELETE FROM aliases WHERE absorbed = $1 AND since <> ALL($2::bigint[])", absorbed, list(survivors)
    )
    if survivors:
        await raw.execute(_MARRY, absorbed, list(survivors), list(survivors.values()))


async def drifts(raw: Connection, found: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Remember drift; returns what was not known before."""
    columns = sorted(found)
    return [tuple(r) for r in await raw.fetch(_DRIFT, *map(list, zip(*columns, strict=True)))] if columns else []


async def learn(raw: Connection, new: Sequence[tuple[str, Coordinate, Mapping[str, Any]]]) -> None:
    """Keep the columns of tables from a place in the log on."""
    columns = list({(t, at.file, at.pos): (t, at.file, at.pos, orjson.dumps(c)) for t, at, c in new}.values())
    await raw.execute(_SCHEMA, *map(list, zip(*columns, strict=True)))


async def schemas(raw: Connection) -> list[tuple[str, Coordinate, Mapping[str, Any]]]:
    """Every known version of the columns of every table."""
    found = await raw.fetch("SELECT tbl, file, pos, columns FROM schemas ORDER BY file, pos")
    return [(t, Coordinate(f, p, 0), orjson.loads(c)) for t, f, p, c in found]


async def told(raw: Connection, streams: Collection[Any]) -> dict[Any, Stream]:
    """What these streams have told so far."""
    by_stream: dict[Any, list[tuple[int, Told]]] = {}
    if streams:
        for stream, version, topic, at, state in await raw.fetch(_TOLD, list(streams)):
            fact = Told(topic.rpartition(".")[2], state, round(at.timestamp() * 1000))
            by_stream.setdefault(stream, []).append((version, fact))
    out = {}
    for stream, found in by_stream.items():
        found.sort()
        out[stream] = Stream([t for _, t in found], found[-1][0])
    return out


async def snapshot_rows(raw: Connection) -> int:
    """How many rows snapshots have told."""
    count: int = await raw.fetchval("""SELECT count(*) FROM versions WHERE op IN ('r', 's')""")
    return count


def _json(cells: Cells | None) -> bytes | None:
    return orjson.dumps(cells) if cells is not None else None
