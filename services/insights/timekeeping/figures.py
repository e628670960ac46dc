"""KPI values of closed months: computed once when a month is over and everything is read; told again, as a restatement,
when a later fact changes them (X12).

Only accounts that something was told of since are folded again; the parts of all others stand as they were stored. A
group of customers is folded at a time, so that memory does not grow with history.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.insights.policy.company import Company, company
from services.insights.policy.facts import Fact
from services.insights.policy.kpi import Catalogue, Part, findings, parts, scopes
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
REVIEW = timedelta(days=14)  # after a month's end, by which its data quality is looked at
LOOK = 0.5
FACTS = 5_000
"""About as many facts are in memory at once: a group of customers, a single one at least."""
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
            known = await values.months(conn)
            missing = [m for m in months if m not in known]
            if not taken and not missing:
                return 0
            mark = await loading.watermark(conn)  # before the facts: what comes between counts as new later
            everybody = None if missing else [UUID(int=r["account_id"].int) for r in taken]
            reviewed = [m for m in missing if known]
            folded = await self._folded(conn, everybody, months, reviewed)
            told = 0
            for month in months:
                told += await self._month(conn, month, folded[month], mark)
            for month in reviewed:
                await self._review(conn, month, folded[month])
            await raw.execute(_DONE, [r["account_id"] for r in taken], [r["version"] for r in taken])
        if told:
            log.info("%d KPI values told", told)
        return told

    async def _folded(
        self, conn: AsyncConnection, stale: Sequence[UUID] | None, months: Sequence[date], reviewed: Sequence[date]
    ) -> dict[date, Folded]:
        """month → what the customers of the stale accounts contribute (None: of all), folded group by group."""
        of_all, merged = await loading.of_company(conn), await loading.merges(conn)
        whens = {m: loading.When(effective=self.terms.end(m)) for m in months}
        companies = {m: company(when.of(of_all)) for m, when in whens.items()}
        made = {m: Folded() for m in months}
        for group in grouped(await loading.sizes(conn), merged, stale):
            facts = await loading.of_accounts(conn, group)
            for m in months:
                await asyncio.to_thread(self._fold, made[m], facts, companies[m], merged, m, whens[m], m in reviewed)
        return made

    def _fold(
        self, into: Folded, facts: Mapping[UUID, list[Fact]], known: Company, merged: Mapping[UUID, UUID], month: date,
        when: loading.When, review: bool,
    ) -> None:  # fmt: skip
        world = World(loading.books(facts, when), known, self.terms, merged)
        into.accounts |= facts.keys()
        for id in self.catalogue.definitions:
            start = self.terms.end(self.catalogue.period(id, month).t0)
            for account, part in parts(self.catalogue, world, id, month).items():
                into.parts[id][account] = replace(part, events=())
                into.tiers[id][account] = world.by_account[account].tier(start)
        if review:
            into.names += findings.names(world, self.terms.end(month))
            for rule in (r for r in findings.RULES if not r.across):
                failing = findings.check(rule, world, month, self.catalogue.rules).values()
                into.failing[rule.id] += sum(len(c.failing) for c in failing)

    async def _month(self, conn: AsyncConnection, month: date, made: Folded, mark: Mapping[str, int]) -> int:
        known = await values.newest(conn, [month])
        new: list[values.Value] = []
        for id in self.catalogue.definitions:
            old = known.get((id, "company", month))
            after, tiers = values.unpacked(old["parts"]) if old is not None else (Parts(), Tiers())
            for account in made.accounts:  # whoever was folded again has these parts, or none
                after.pop(account, None)
                tiers.pop(account, None)
            after |= made.parts[id]
            tiers |= made.tiers[id]
            for value in self._values(id, month, after, tiers, known, mark):
                new.append(await self._explained(conn, value, known, made.accounts))
        rows = await values.tell(conn, new, self.clock.now())
        await writing.merge_kpis(conn, rows)
        return len(new)

    async def _review(self, conn: AsyncConnection, month: date, made: Folded) -> None:
        """PM13: a month is over, so the quality of its data is to be looked at; the first month counts for nothing."""
        counts = {rule.id: made.failing[rule.id] for rule in findings.RULES if made.failing[rule.id]}
        if alike := sum(n for n in made.names.values() if n > 1):
            counts[findings.DUPLICATE] = alike
        id = derived("data-quality-review", month.isoformat())
        due, now = month + REVIEW, self.clock.now()
        await status.open_review(conn, id, due, now, orjson.dumps(counts).decode())

    def _values(
        self, id: str, month: date, after: Parts, tiers: Tiers, known: Mapping[tuple[str, str, date], Any],
        mark: Mapping[str, int],
    ) -> Iterator[values.Value]:  # fmt: skip
        definition, period = self.catalogue.definitions[id], self.catalogue.period(id, month)
        for scope in scopes():
            tier = scope.partition(":")[2]
            mine = {a: p for a, p in after.items() if not tier or tiers.get(a) == tier}
            result = total(definition, scope, period, mine)
            old = known.get((id, scope, month))
            value = values.Value(
                id, definition.version, scope, period.t0, month, self.clock.now(), definition.unit, result.value,
                result.n, result.d, mine, tiers, mark,
            )  # fmt: skip
            if old is None:
                yield value
                continue
            same = (old["value"], old["numerator"], old["denominator"]) == (result.value, result.n, result.d)
            if not same or old["definition_version"] != definition.version:
                yield value._replace(restates=old["position"])

    async def _explained(
        self, conn: AsyncConnection, value: values.Value, known: Mapping[tuple[str, str, date], Any], folded: set[UUID]
    ) -> values.Value:
        """A restatement with the accounts whose parts changed, and the events learned since that made them."""
        if value.restates is None:
            return value
        old = known[value.kpi, value.scope, value.as_of]
        before, _ = values.unpacked(old["parts"])
        changed = [a for a in sorted({*before, *value.parts}, key=str) if before.get(a) != value.parts.get(a)]
        seen, end = orjson.loads(old["watermark"]), self.terms.end(value.as_of)
        causes = await loading.causes(conn, [a for a in changed if a in folded], seen, end)
        metrics.RESTATED.labels(value.kpi).inc()
        return value._replace(causes=causes, changed=changed)


@dataclass(slots=True)
class Folded:
    """What some customers contribute to a month. `parts`, `tiers`: KPI → account → its part without events, its tier at
    the period's start; `accounts`: who was folded; `failing`, `names`: for the review of the month's data."""

    accounts: set[UUID] = field(default_factory=set)
    parts: dict[str, Parts] = field(default_factory=lambda: defaultdict(dict))
    tiers: dict[str, Tiers] = field(default_factory=lambda: defaultdict(dict))
    failing: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)


def grouped(
    sizes: Mapping[UUID, int], merged: Mapping[UUID, UUID], stale: Sequence[UUID] | None
) -> Iterator[list[UUID]]:
    """Accounts to fold, whole customers together, about FACTS facts at a time. `sizes`: account → number of its facts;
    `stale`: only the customers of these."""
    customers: dict[UUID, list[UUID]] = defaultdict(list)
    for account in sorted(sizes):
        customers[merged.get(account, account)].append(account)
    wanted = customers.keys() if stale is None else {merged.get(a, a) for a in stale} & customers.keys()
    group, facts = list[UUID](), 0
    for customer in sorted(wanted):
        size = sum(sizes[a] for a in customers[customer])
        if group and facts + size > FACTS:
            yield group
            group, facts = [], 0
        group += customers[customer]
        facts += size
    if group:
        yield group
