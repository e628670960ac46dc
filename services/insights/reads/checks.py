"""Are the BI tables fresh, unique and whole? Checks in SQL over the schema `bi`, as a BI team would write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncEngine

from services.insights.reads.snapshot import snapshot
from shared.contracts.bi import tables
from shared.contracts.bi.base import Sourced, Versioned
from shared.positions import driver


class Check(NamedTuple):
    """`wrong`: how many rows fail; 0: passed."""

    name: str
    table: str
    wrong: int
    about: str


def statements() -> Iterator[tuple[str, str, str, str]]:
    """(name, table, SQL that counts what is wrong, what it means)."""
    for name, model in tables().items():
        key = ", ".join(model.KEY)
        yield (
            "unique", name, f"SELECT count(*) FROM (SELECT 1 FROM bi.{name} GROUP BY {key} HAVING count(*) > 1) x",
            f"rows with the same ({key})",
        )  # fmt: skip
        yield (
            "same as topic", name,
            f"SELECT abs((SELECT count(*) FROM bi.{name}) - (SELECT count(*) FROM bi_rows "
            f"WHERE table_name = '{name}' AND value IS NOT NULL))", "rows more or less than kam.bi.v1 carries",
        )  # fmt: skip
        if issubclass(model, Sourced):
            yield (
                "sourced", name, f"SELECT count(*) FROM bi.{name} WHERE cardinality(event_ids) = 0",
                "rows that lead to no event",
            )  # fmt: skip
            yield (
                "known account", name,
                f"SELECT count(*) FROM bi.{name} x WHERE NOT EXISTS (SELECT 1 FROM facts f "
                "WHERE f.account_id = x.account_id OR f.also_id = x.account_id)", "rows of accounts without facts",
            )  # fmt: skip
        if issubclass(model, Versioned):
            more = [c for c in model.KEY if c not in ("valid_from", "known_from")]
            same = " AND ".join(f"a.{c} = b.{c}" for c in more)
            yield (
                "no overlap", name,
                f"SELECT count(*) FROM bi.{name} a JOIN bi.{name} b ON {same} AND a.ctid < b.ctid "
                "AND tstzrange(a.valid_from, a.valid_to) && tstzrange(b.valid_from, b.valid_to) "
                "AND tstzrange(a.known_from, a.known_to) && tstzrange(b.known_from, b.known_to)",
                "pairs of rows that say something else of the same instants",
            )  # fmt: skip
            yield (
                "in order", name,
                f"SELECT count(*) FROM bi.{name} WHERE valid_to <= valid_from OR known_to <= known_from",
                "rows that end before they begin",
            )  # fmt: skip


async def run(engine: AsyncEngine, now: datetime, oldest: timedelta) -> list[Check]:
    """Every check. Fresh: no account waits, and the newest business time that was read is at most `oldest` ago."""
    found = []
    async with snapshot(engine) as conn:
        raw = driver(conn)
        waiting = await raw.fetchval("SELECT count(*) FROM dirty")
        found.append(Check("fresh", "dirty", waiting, "accounts whose rows are not written yet"))
        newest = await raw.fetchval("SELECT max(newest) FROM bi.freshness")
        late = newest is None or now - newest > oldest
        found.append(Check("fresh", "freshness", int(late), f"newest business time {newest}, at most {oldest} ago"))
        for name, table, sql, about in statements():
            found.append(Check(name, table, await raw.fetchval(sql), about))
    return found
