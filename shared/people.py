"""Words about persons (names, titles, mail), by pseudonym. The event log never holds them.

The vault's owner, the crm service, sends the newest state of each person on the compacted topic `kam.people.v1`. A
reader keeps a copy with `remember`; `names` puts words to pseudonyms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.consumer import Message
from shared.contracts.people import Person
from shared.eventstore.events import NewEvent
from shared.positions import driver

SELECT = "SELECT subject_id, kind, crm_id, change, words::text FROM people "
UPSERT = """
INSERT INTO people AS p (subject_id, kind, crm_id, change, words) SELECT s, k, c, n, w::jsonb FROM given
ON CONFLICT (subject_id) DO UPDATE
SET words = excluded.words, kind = excluded.kind, crm_id = excluded.crm_id, change = excluded.change WHERE """
_REMEMBER = f"""
WITH given AS (SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[]) AS u(s, k, c, n, w))
{UPSERT} p.change < excluded.change"""


async def names(conn: AsyncConnection, subjects: Iterable[UUID]) -> dict[UUID, Person]:
    """The persons that are known and not erased."""
    rows = await driver(conn).fetch(SELECT + "WHERE subject_id = ANY($1) AND words IS NOT NULL", list(set(subjects)))
    return {r["subject_id"]: person(r) for r in rows}


def decode_person(key: bytes | None, value: bytes | None, _: str) -> Person | UUID:
    """The Decode of `kam.people.v1`: a person, or the pseudonym of one who was erased."""
    return Person.model_validate_json(value) if value is not None else UUID((key or b"").decode())


async def remember(conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
    """The Handler of `kam.people.v1`: keeps the highest change of each person, in whatever order they come."""
    newest: dict[UUID, tuple[Any, ...]] = {}
    for row in map(_row, messages):
        newest[row[0]] = max(newest.get(row[0], row), row, key=itemgetter(3))
    if newest:
        await driver(conn).execute(_REMEMBER, *map(list, zip(*newest.values(), strict=True)))
    return ()


def _row(m: Message) -> tuple[Any, ...]:
    if isinstance(p := m.body, Person):
        return p.subject_id, p.kind, p.crm_id, p.change, words(p)
    return p, "", "", int(dict(m.headers).get("position") or b""), None


def words(person: Person) -> str:
    """What the column `words` holds, as JSON."""
    return person.model_dump_json(include={"name", "title", "department", "mail"})


def person(row: Mapping[str, Any]) -> Person:
    """A row of SELECT whose words are not erased."""
    return Person.model_validate({**row, **orjson.loads(row["words"])})
