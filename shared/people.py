"""The people vault: the words about persons (names, titles, mail), by pseudonym. The event log never holds them.

The vault's owner writes (`write_in`, `forget_in`) and relays the table to the compacted topic `kam.people.v1`; a reader
keeps its own copy (`remember`). On both sides `names` puts words to pseudonyms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.consumer import Message
from shared.contracts.people import CHANNEL, Person
from shared.eventstore.events import NewEvent
from shared.eventstore.store import Connection, Row
from shared.kafka import Kafka
from shared.positions import driver
from shared.relay import Outgoing, Page, Relay

_HEADERS = (("content-type", b"application/json"),)
_WORDS = ("name", "title", "department", "mail")

# so that changes rise in commit order, like positions of the log
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('people', 0))")
_WRITE = """
WITH given AS (
    SELECT s, k, c, w::jsonb AS w, (SELECT coalesce(max(change), 0) FROM people) + n AS change
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS u(s, k, c, w, n))
INSERT INTO people AS p (subject_id, kind, crm_id, words, change) SELECT s, k, c, w, change FROM given
ON CONFLICT (subject_id) DO UPDATE
SET words = excluded.words, kind = excluded.kind, crm_id = excluded.crm_id, change = excluded.change
WHERE (p.words, p.kind, p.crm_id) IS DISTINCT FROM (excluded.words, excluded.kind, excluded.crm_id)"""
_FORGET = """
UPDATE people p SET words = NULL, crm_id = '', change = (SELECT max(change) FROM people) + u.n
FROM unnest($1::uuid[]) WITH ORDINALITY AS u(s, n) WHERE p.subject_id = u.s AND p.words IS NOT NULL"""
_REMEMBER = """
INSERT INTO people AS p (subject_id, kind, crm_id, change, words)
SELECT s, k, c, n, w::jsonb
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[]) AS u(s, k, c, n, w)
ON CONFLICT (subject_id) DO UPDATE
SET words = excluded.words, kind = excluded.kind, crm_id = excluded.crm_id, change = excluded.change
WHERE p.change < excluded.change"""
_SELECT = "SELECT subject_id, kind, crm_id, change, words::text FROM people "


async def write_in(conn: AsyncConnection, persons: Iterable[Person]) -> None:
    """Write words in the caller's transaction; unchanged ones change nothing. `Person.change` is given here.

    Call it before `append_in`: from here to the commit other writers of the vault wait.
    """
    newest = {p.subject_id: p for p in persons}
    if newest:
        rows = [(s, p.kind, p.crm_id, _words(p)) for s, p in newest.items()]
        await conn.execute(_LOCK)
        await driver(conn).execute(_WRITE, *map(list, zip(*rows, strict=True)))


async def forget_in(conn: AsyncConnection, subjects: Iterable[UUID]) -> None:
    """Erase the words; the pseudonym stays, and the erasure is sent on."""
    await conn.execute(_LOCK)
    await driver(conn).execute(_FORGET, list(set(subjects)))


async def names(conn: AsyncConnection, subjects: Iterable[UUID]) -> dict[UUID, Person]:
    """The persons that are known and not erased."""
    rows = await driver(conn).fetch(_SELECT + "WHERE subject_id = ANY($1) AND words IS NOT NULL", list(set(subjects)))
    return {r["subject_id"]: _person(r) for r in rows}


def relay(dsn: str, kafka: Kafka) -> Relay:
    """Sends the vault to `kam.people.v1`: the newest state of each person, erasures as null."""
    return Relay(dsn, kafka, CHANNEL, page)


async def page(conn: Connection, after: int, limit: int) -> Page:
    """The relay's PageReader: persons changed after that change."""
    rows = await conn.fetch(_SELECT + "WHERE change > $1 ORDER BY change LIMIT $2", after, limit)
    found = [Outgoing(r["change"], str(r["subject_id"]).encode(), _value(r), _HEADERS) for r in rows]
    return Page(found[-1].position if found else after, found)


def decode_person(key: bytes | None, value: bytes | None, _: str) -> Person | UUID:
    """The Decode of `kam.people.v1`: a person, or the pseudonym of one who was erased."""
    return Person.model_validate_json(value) if value is not None else UUID((key or b"").decode())


async def remember(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
    """The Handler of `kam.people.v1`: keeps the highest change of each person, in whatever order they come."""
    row: tuple[UUID, str, str, int, str | None]
    newest: dict[UUID, tuple[UUID, str, str, int, str | None]] = {}
    for m in messages:
        p = m.body
        if isinstance(p, Person):
            row = (p.subject_id, str(p.kind), p.crm_id, p.change, _words(p))
        else:
            row = (p, "", "", int(m.header("position") or b""), None)
        if row[0] not in newest or newest[row[0]][3] < row[3]:
            newest[row[0]] = row
    if newest:
        await driver(conn).execute(_REMEMBER, *map(list, zip(*newest.values(), strict=True)))
    return ()


def _words(person: Person) -> str:
    return orjson.dumps({word: getattr(person, word) for word in _WORDS}).decode()


def _person(row: Row) -> Person:
    return Person.model_validate({**row, **orjson.loads(row["words"])})


def _value(row: Row) -> bytes | None:
    return _person(row).model_dump_json().encode() if row["words"] is not None else None
