"""KPI values of closed months: computed once when a month is over and everything is read; told again, as a restatement,
when a later fact changes them (X12).

Only accounts that something was told of since are folded again; the parts of all others stand as they were stored.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.insights.policy import findings
from services.insights.policy.facts import TERMS, Fact
from services.insights.policy.kpi import Catalogue, Part, parts, scopes
from services.insights.policy.kpi.base import total
from services.insights.policy.world import Terms, World
from services.insights.reads import loading, metrics, status, values, writing
from shared import positions
from shared.clock import Clock
from shared.consumer import Consumer
from shared.ids import derived
from shared.positions import driver
from shared.projector import PLACE

log = logging.getLogger(__name__)

NAME = "insights_figures"
CAUSES = 20
REVIEW = timedelta(days=14)  # after a month's end, by which its data quality is looked at
LOOK = 0.5
_TAKE = "SELECT account_id, version FROM stale ORDER BY account_id"
_DONE = loading.DONE.format("stale")
_WORK = """
SELECT EXISTS (SELECT FROM stale) OR (SELECT count(DISTINCT as_of) FROM kpi_values
WHERE kpi = 'K1' AND scope = 'company' AND as_of = ANY($1)) < cardinality($1)"""
_PULSE = "SELECT sum(position) FROM positions WHERE consumer = 'insights.facts'"
_BEHIND = """
SELECT bool_or(type = 'SourceLagExceeded') FROM (SELECT DISTINCT ON (data->>'system') type FROM facts
WHERE type IN ('SourceLagExceeded', 'SourceLagCleared') ORDER BY data->>'system', position DESC) s"""

Parts = dict[UUID, Part]
Tiers = dict[UUID, str | None]


def closed_months(today: date, count: int) -> list[date]:
    """The last days of the `count` months before the present one, oldest first."""
    end, found = today.replace(day=1) - timedelta(days=1), list[date]()
    for _ in range(count):
        found.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return found[::-1]


class Figures:
    """Tells KPI values. `watched`: what must be read to its end first; nothing is computed while the CRM's connection
    says that it is behind, or something came less than `settle` ago."""

    def __init__(
        self, engine: AsyncEngine, terms: Terms, clock: Clock, catalogue: Catalogue, months: int, *,
        watched: Sequence[Consumer] = (), settle: timedelta = timedelta(0),
    ) -> None:  # fmt: skip
        self.engine, self.terms, self.clock, self.catalogue, self.months = engine, terms, clock, catalogue, months
        self._watched, self._settle = watched, settle.total_seconds()
        self._pulse: tuple[int, float] = -1, 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Look until `stop`. Raises what no retry cures."""
        await positions.repeat("kpi values", self._look, stop, idle=LOOK)

    async def _look(self) -> int:
        return await self.step() if await self.quiet() else 0

    async def quiet(self) -> bool:
        """Whether everything is read and nothing more came for a while."""
        if not all(c.caught_up.is_set() for c in self._watched):
            return False
        async with self.engine.connect() as conn:
            await conn.begin()
            read, behind = await driver(conn).fetchval(_PULSE), await driver(conn).fetchval(_BEHIND)
        if read != self._pulse[0]:
            self._pulse = read, time.monotonic()
        return not behind and time.monotonic() - self._pulse[1] >= self._settle

    async def step(self) -> int:
        """Compute what is missing and restate what changed; returns how many values were told."""
        today = self.terms.day(self.clock.now())
        months = closed_months(today, self.months)
        async with self.engine.connect() as conn:
            if not await driver(conn).fetchval(_WORK, months):
                return 0
        async with self.engine.begin() as conn:
            await positions.fence(conn, NAME, [PLACE])
            raw = driver(conn)
            taken = await raw.fetch(_TAKE)
            known = await values.newest(conn, months)
            missing = [m for m in months if ("K1", "company", m) not in known]
            if not taken and not missing:
                return 0
            everybody = bool(missing)
            stale = [UUID(int=r["account_id"].int) for r in taken]
            mark = await loading.watermark(conn)  # before the facts: what comes between counts as new later
            facts = await self._facts(conn, None if everybody else stale)
            of_all, merged, told = await loading.of_company(conn), await loading.merges(conn), 0
            for month in months:
                world = await asyncio.to_thread(self._world, facts, of_all, merged, month)
                told += await self._month(conn, month, world, known, mark, facts)
                if month in missing and known:
                    await self._review(conn, month, world)
            await raw.execute(_DONE, [r["account_id"] for r in taken], [r["version"] for r in taken])
        if told:
            log.info("%d KPI values told", told)
        return told

    async def _facts(self, conn: AsyncConnection, stale: list[UUID] | None) -> dict[UUID, list[Fact]]:
        """Facts of the accounts to fold, whole customers."""
        if stale is None:
            return await loading.of_accounts(conn, None)
        merged = await loading.merges(conn)
        finals = {merged.get(a, a) for a in stale}
        wanted = finals | {a for a, s in merged.items() if s in finals} | set(stale)
        return await loading.of_accounts(conn, wanted)

    def _world(
        self, facts: Mapping[UUID, list[Fact]], of_all: list[Fact], merged: Mapping[UUID, UUID], month: date
    ) -> World:
        when = loading.When(effective=self.terms.end(month))
        return loading.folded(facts, of_all, merged, self.terms, when)

    async def _month(
        self, conn: AsyncConnection, month: date, world: World, known: Mapping[tuple[str, str, date], Any],
        mark: Mapping[str, int], facts: Mapping[UUID, list[Fact]],
    ) -> int:  # fmt: skip
        new: list[values.Value] = []
        for id in self.catalogue.definitions:
            old = known.get((id, "company", month))
            before, tiers = values.unpacked(old["parts"]) if old is not None else (Parts(), Tiers())
            mine = await asyncio.to_thread(parts, self.catalogue, world, id, month)
            after, start = dict(before), self.terms.end(self.catalogue.period(id, month).t0)
            for account in facts:  # whoever was folded again has these parts, or none
                after.pop(account, None)
                tiers.pop(account, None)
            after |= mine
            tiers |= {a: world.by_account[a].tier(start) for a in mine}
            new += self._values(id, month, after, tiers, known, mark, facts)
        rows = await values.tell(conn, new, self.clock.now())
        await writing.merge_kpis(conn, rows)
        return len(new)

    async def _review(self, conn: AsyncConnection, month: date, world: World) -> None:
        """PM13: a month is over, so the quality of its data is to be looked at; the first month counts for nothing."""
        counts = {
            rule.id: n
            for rule in findings.RULES
            if (n := sum(len(c.failing) for c in findings.check(rule, world, month, self.catalogue.rules).values()))
        }
        id = derived("data-quality-review", month.isoformat())
        due, now = month + REVIEW, self.clock.now()
        await status.open_review(conn, id, due, now, orjson.dumps(counts).decode())

    def _values(
        self, id: str, month: date, after: Parts, tiers: Tiers, known: Mapping[tuple[str, str, date], Any],
        mark: Mapping[str, int], facts: Mapping[UUID, list[Fact]],
    ) -> Iterator[values.Value]:  # fmt: skip
        definition, period = self.catalogue.definitions[id], self.catalogue.period(id, month)
        for scope in scopes():
            tier = scope.partition(":")[2]
            mine = {a: p for a, p in after.items() if not tier or tiers.get(a) == tier}
            result = total(definition, scope, period, mine)
            old = known.get((id, scope, month))
            common = (
                id, definition.version, scope, period.t0, month, self.clock.now(), definition.unit, result.value,
                result.n, result.d, mine, tiers, mark,
            )  # fmt: skip
            if old is None:
                yield values.Value(*common)
                continue
            same = (old["value"], old["numerator"], old["denominator"]) == (result.value, result.n, result.d)
            if same and old["definition_version"] == definition.version:
                continue
            before, _ = values.unpacked(old["parts"])
            changed = [a for a in sorted({*before, *mine}, key=str) if _bare(before.get(a)) != _bare(mine.get(a))]
            seen = orjson.loads(old["watermark"])
            causes = _causes(changed, facts, seen, self.terms.end(month))
            metrics.RESTATED.labels(id).inc()
            yield values.Value(*common, old["position"], causes, changed)


def _bare(part: Part | None) -> Any:
    return part and (part.n, part.d, part.values, part.running, part.apart)


def _causes(changed: Sequence[UUID], facts: Mapping[UUID, list[Fact]], seen: Mapping[str, int], end: Any) -> list[str]:
    """Events learned since the old value, of accounts whose part changed, that a period up to `end` can feel."""
    found, top = dict[str, Any](), dict[str, int]()
    for place, n in seen.items():
        topic = place.rpartition("/")[0]
        top[topic] = max(n, top.get(topic, 0))
    for account in changed:
        for f in facts.get(account, ()):
            if f.position > top.get(f.topic, 0) and (f.effective_at < end or f.type in TERMS):
                found[f.event_id] = f.recorded_at
    return sorted(found, key=lambda e: (found[e], e))[:CAUSES]
