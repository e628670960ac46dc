"""The people vault: the words about the CRM's persons, which only this service writes, and their way to the readers.

A change that is told gets the next number, in commit order; erasing somebody is a change too. See `shared/people.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.people import CHANNEL, Person
from shared.eventstore.store import Connection
from shared.kafka import Kafka
from shared.people import SELECT, UPSERT, person, words
from shared.positions import driver
from shared.relay import Outgoing, Page, Relay

_HEADERS = (("content-type", b"application/json"),)

# so that changes rise in commit order, like positions of the log
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('people', 0))")
_WRITE = f"""
WITH given AS (
    SELECT s, k, c, w, (SELECT coalesce(max(change), 0) FROM people) + n AS n
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS u(s, k, c, w, n))
{UPSERT} (p.words, p.kind, p.crm_id) IS DISTINCT FROM (excluded.words, excluded.kind, excluded.crm_id)"""
_FORGET = """
UPDATE people p SET words = NULL, crm_id = '', change = (SELECT max(change) FROM people) + u.n
FROM unnest($1::uuid[]) WITH ORDINALITY AS u(s, n) WHERE p.subject_id = u.s AND p.words IS NOT NULL"""


async def write_in(conn: AsyncConnection, persons: Iterable[Person]) -> None:
    """Write words in the caller's transaction; unchanged ones change nothing. `Person.change` is given here.

    Call it before `append_in`: from here to the commit other writers of the vault wait.
    """
    newest = {p.subject_id: (p.subject_id, p.kind, p.crm_id, words(p)) for p in persons}
    if newest:
        await conn.execute(_LOCK)
        await driver(conn).execute(_WRITE, *map(list, zip(*newest.values(), strict=True)))


async def forget_in(conn: AsyncConnection, subjects: Iterable[UUID]) -> None:
    """Erase the words; the pseudonym stays, and the erasure is sent on."""
    await conn.execute(_LOCK)
    await driver(conn).execute(_FORGET, list(set(subjects)))


def relay(dsn: str, kafka: Kafka) -> Relay:
    """Sends the vault to `kam.people.v1`: the newest state of each person, erasures as null."""
    return Relay(dsn, kafka, CHANNEL, page)


async def page(conn: Connection, after: int, limit: int) -> Page:
    """The relay's PageReader: persons changed after that change."""
    rows = await conn.fetch(SELECT + "WHERE change > $1 ORDER BY change LIMIT $2", after, limit)
    values = [person(r).model_dump_json().encode() if r["words"] is not None else None for r in rows]
    found = [
        Outgoing(r["change"], str(r["subject_id"]).encode(), value, _HEADERS)
        for r, value in zip(rows, values, strict=True)
    ]
    return Page(found[-1].position if found else after, found)
