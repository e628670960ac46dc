"""Persons of customers by their words. The words stay in the vault: who was erased is found no more at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads import records, states
from services.accounts.reads.asof import AsOf
from shared import people as vault
from shared.contracts.people import Person
from shared.positions import driver

SHORTEST, LONGEST = 2, 200  # letters of a query; one letter finds nearly everybody
HITS, MOST = 8, 50
_GONE = ("Departed", "Dismissed")
_FIND = r"""
WITH said AS (
    SELECT subject_id, kind, crm_id, change, words,
        replace(lower(concat_ws(' ', words->>'name', words->>'title', words->>'department')), 'ß', 'ss') AS plain
    FROM people WHERE words IS NOT NULL AND kind = 'contact'
), folded AS (
    SELECT *, concat_ws(' ',
        regexp_replace(normalize(translate(plain, 'łđøħ', 'ldoh'), NFKD), U&'[\0300-\036F]', '', 'g'),
        replace(replace(replace(normalize(plain, NFC), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue')) AS text FROM said
)
SELECT subject_id, kind, crm_id, change, words::text, count(*) OVER () AS found FROM folded
WHERE text LIKE ALL ($1::text[]) ORDER BY words->>'name', subject_id LIMIT $2"""


@dataclass(frozen=True, slots=True)
class PersonHit:
    """A person and where they stand at their account."""

    person: Person
    status: str
    account_id: UUID
    crm_id: str
    account: str


async def people(conn: AsyncConnection, asof: AsOf, wanted: Sequence[str], limit: int) -> tuple[int, list[PersonHit]]:
    """(how many the vault knows, the first of them by name, whom one of our accounts knows; who left comes last)."""
    patterns = [f"%{_literal(word)}%" for word in wanted]
    rows = await driver(conn).fetch(_FIND, patterns, limit)
    persons = {UUID(int=r["subject_id"].int): vault.person(r) for r in rows}
    if not persons:
        return 0, []
    merged = await states.merges(conn)
    known = await records.accounts_of(conn, merged, list(persons))
    at = await records.stakeholders(conn, asof, merged, sorted(known, key=str))
    crm_ids, named = await states.links(conn, known), await states.aspects(conn, asof, known)
    hits = [
        PersonHit(
            persons[p.subject_id], p.status, account, crm_ids.get(account, ""), named[account].value("name") or ""
        )
        for account, here in at.items()
        for p in here
        if p.subject_id in persons and account in named
    ]
    hits.sort(key=lambda h: (h.status in _GONE, h.person.name or "", h.account))
    return rows[0]["found"], hits


def _literal(word: str) -> str:
    """A word in which nothing is a wildcard."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
