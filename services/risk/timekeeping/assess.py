"""One account is judged: its facts are folded from where the fold stood to the horizon, everything found becomes events
that are effective when they became true, and its clock is armed for the next instant.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk import process
from services.risk.domain import AccountRisk, Escalation, RiskItem, RiskModels
from services.risk.policy.book import Book
from services.risk.policy.cursor import Cursor
from services.risk.policy.findings import values
from services.risk.policy.rules import ASSESS, CLOCK
from services.risk.policy.sweep import Found, InForce, Sweep, next_tick
from services.risk.reads import cursors
from services.risk.reads.causes import Cause, causes
from services.risk.reads.cursors import Kept
from services.risk.reads.history import History, histories
from services.risk.shipped import Handling
from services.risk.timekeeping.gate import Gate
from shared.clock import Clock
from shared.eventstore.events import Meta, NewEvent, encode
from shared.eventstore.repository import aggregates_in
from shared.ids import derived
from shared.positions import driver
from shared.timers import Timer, arm

ACTOR = "policy:risk"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_WAITING = text("""
SELECT DISTINCT subject FROM (SELECT subject FROM timers WHERE rule IN (:assess, :clock) AND fired_at IS NULL
    AND due_at <= :until ORDER BY due_at, rule, subject LIMIT 5) w""")
Recorded = tuple[Found, dict[str, Any], int]
"""A finding, the fields of its event, and the model version that decided."""
Prepared = tuple[dict[UUID, History], dict[tuple[UUID, int], Kept], dict[UUID, AccountRisk], RiskModels | None]


class Assess:
    """The action of the rules `assess` and `clock`; their subject is the account."""

    def __init__(self, zone: ZoneInfo, currency: str, handling: Handling, clock: Clock, gate: Gate) -> None:
        self._zone, self._currency, self._handling, self._clock, self._gate = zone, currency, handling, clock, gate
        self._prepared: tuple[AsyncConnection, Prepared] | None = None

    async def fire(self, conn: AsyncConnection, timer: Timer, until: datetime) -> Sequence[NewEvent]:
        """Judges the account up to `until`."""
        return await self.judge(conn, timer.subject, until)

    async def judge(self, conn: AsyncConnection, account: UUID, until: datetime) -> list[NewEvent]:
        """As above; the models on trial go beside and tell nobody."""
        await asyncio.sleep(0)  # a page of accounts must not starve the heartbeats
        found, kept, risks, models = await self._load(conn, account, until)
        if models is None or models.active is None:
            return []
        history, events = found[account], []
        active = in_force(models)
        mine = kept.get((account, 0), Kept(Cursor()))
        if self._gate.dead is not None and mine.cursor.at is None:  # half of its first history: look again tomorrow
            await cursors.save(conn, account, 0, mine.cursor, 0, mine.armed + 1)
            await arm(conn, [Timer(CLOCK, account, mine.armed + 1, next_tick(until, self._zone))])
            return []
        risk = risks.get(account)
        sweep = self._sweep(history, mine, active)
        recorded: list[Recorded] = []
        sweep.emit = lambda f: recorded.append((f, self._fields(f, sweep), sweep.model_at(f.at).version))
        again = mine.facts != history.count(mine.cursor.at)
        starved = mine.cursor.state.nodata_since is not None or mine.cursor.state.stale
        if starved and self._gate.dead is None and self._gate.revived and mine.cursor.at:  # PM14
            again |= self._gate.revived <= mine.cursor.at
            sweep.also = self._gate.revived
        sweep.run(history.facts, until, again)
        if recorded or (risk and risk.held):
            risk = risk or AccountRisk.track(account)
            why = await causes(conn, history, {f.at for f, *_ in recorded})
            events += self._events(risk, recorded, until, why)
        events += await self._settled(conn, sweep.book)
        await self._leave(conn, account, mine, sweep, history)
        for version, v in models.versions.items():
            if v.status in ("Shadow", "SignedOff"):
                trial = kept.get((account, version)) or Kept(Cursor())
                beside = self._sweep(history, trial, [InForce(LONG_AGO, version, models.rules(version))])
                beside.run(history.facts, until, trial.facts != history.count(trial.cursor.at))
                seen = history.count(beside.cursor.at)
                await cursors.save(conn, account, version, beside.cursor, seen, 0)
        return events

    def _sweep(self, history: History, kept: Kept, models: Sequence[InForce]) -> Sweep:
        first = history.facts[0].at if history.facts else LONG_AGO
        begin = max(first, self._gate.begin) if self._gate.begin else first
        return Sweep(
            history.book(), kept.cursor, models, self._zone, begin, self._gate.dead,
            plan=self._handling.plan,
        )  # fmt: skip

    async def _load(self, conn: AsyncConnection, account: UUID, until: datetime) -> Prepared:
        """Read once for all that are due in one transaction."""
        if self._prepared is None or self._prepared[0] is not conn or account not in self._prepared[1][0]:
            self._prepared = None  # before the next ones come, not after
            names = {"assess": ASSESS, "clock": CLOCK, "until": until}
            accounts = {account, *(await conn.execute(_WAITING, names)).scalars()}
            raw = driver(conn)
            kept = await cursors.locked(conn, accounts)
            found = await histories(conn, accounts)
            streams = [AccountRisk.create_id(a) for a in accounts]
            risks = {r.account_id: r for r in (await aggregates_in(raw, AccountRisk, streams)).values()}
            stream = RiskModels.create_id()
            models = (await aggregates_in(raw, RiskModels, [stream])).get(stream)
            self._prepared = (conn, (found, kept, risks, models))
        loaded = self._prepared[1]
        kept = {k: replace_cursor(v) for k, v in loaded[1].items() if k[0] == account}
        return loaded[0], kept, loaded[2], loaded[3]

    def _fields(self, found: Found, sweep: Sweep) -> dict[str, Any]:
        late = self._clock.now() - found.at
        return values(found, sweep, self._handling.plays, self._currency, late)

    def _events(
        self, risk: AccountRisk, recorded: Iterable[Recorded], until: datetime, why: Mapping[datetime, Cause]
    ) -> list[NewEvent]:  # fmt: skip
        events: list[NewEvent] = []

        def take(aggregate: AccountRisk | Escalation, at: datetime, *refs: tuple[str, int]) -> None:
            cause, correlation = why.get(at, (None, derived("risk", str(risk.account_id), at.isoformat())))
            meta = Meta(ACTOR, at, correlation_id=correlation, causation_id=cause, policy_refs=refs)
            events.extend(encode(aggregate.collect_events(), meta))  # type: ignore[arg-type]

        for found, fields, version in recorded:
            if risk.held and risk.held.until <= found.at:
                over = risk.held.until
                self._expire(risk, over)
                take(risk, over)
            if found.kind == "RiskPlanMissed":
                command = process.on_plan_missed(risk.account_id, fields["escalation_id"])
                opened = Escalation.open(
                    command.escalation_id, risk.account_id, self._handling.plan_severity, command.title, command.cause,
                    None, ACTOR, found.at, self._handling.pace,
                )  # fmt: skip
                risk.record(found.kind, fields)
                take(risk, found.at, ("risk", version))
                take(opened, found.at)
                continue
            risk.record(found.kind, fields)
            take(risk, found.at, ("risk", version))
        if risk.held and risk.held.until <= until:
            at = risk.held.until
            self._expire(risk, at)
            take(risk, at)
        return events

    async def _settled(self, conn: AsyncConnection, book: Book) -> list[NewEvent]:
        """Countermeasures whose work is over elsewhere."""
        events: list[NewEvent] = []
        wanted = process.settled(book)
        items = await aggregates_in(driver(conn), RiskItem, {c.risk_id for c in wanted}) if wanted else {}
        for c in sorted(wanted, key=lambda c: (c.at, c.countermeasure_id)):
            item = items[c.risk_id]
            if item.measures[c.countermeasure_id].status != "planned":  # told already, not yet projected
                continue
            if c.status == "completed":
                item.complete(c.countermeasure_id, ACTOR)
            else:
                item.fail(c.countermeasure_id, derived("text", "settled", str(c.countermeasure_id)), ACTOR)
            events.extend(encode(item.collect_events(), Meta(ACTOR, c.at)))  # type: ignore[arg-type]
        return events

    def _expire(self, risk: AccountRisk, at: datetime) -> None:
        risk.expire_override(at, max(0, int((self._clock.now() - at).total_seconds())))

    async def _leave(self, conn: AsyncConnection, account: UUID, mine: Kept, sweep: Sweep, history: History) -> None:
        cursor, armed = sweep.cursor, mine.armed + 1
        await cursors.save(conn, account, 0, cursor, history.count(cursor.at), armed)
        await cursors.keep_samples(conn, account, sweep.sampled)
        await arm(conn, [Timer(CLOCK, account, armed, sweep.next)])


def replace_cursor(kept: Kept) -> Kept:
    """A fold of one's own: what is loaded may be asked for again."""
    return Kept(replace(kept.cursor), kept.facts, kept.armed)


def in_force(models: RiskModels) -> list[InForce]:
    """Every version that decides or decided, from when on."""
    versions = models.versions.items()
    found = [InForce(v.effective_from, n, models.rules(n)) for n, v in versions if v.effective_from is not None]
    return sorted(found, key=lambda m: (m.since, m.version))
