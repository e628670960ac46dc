"""Every judged account at an instant: colour, score, trend, what is exposed, the group below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.policy.book import Book
from services.risk.policy.exposure import at_risk
from services.risk.policy.factors import Now
from services.risk.policy.facts import Fact, in_order
from services.risk.policy.model import Model
from services.risk.policy.rollup import Member, RollUp, descendants, roll_up
from services.risk.reads.responses import Responses, responses
from services.risk.reads.tables import known_accounts, parents

_COLOURS = text("""
SELECT DISTINCT ON (account_id) account_id, to_colour, score, coverage, why, epoch, event_id, effective_at, trigger,
    data->>'plan_due_at' AS plan_due_at
FROM colour_steps WHERE effective_at < :before ORDER BY account_id, effective_at DESC, position DESC""")
_SCORES = text("""
SELECT DISTINCT ON (account_id) account_id, score, coverage, effective_at FROM score_steps
WHERE effective_at < :before ORDER BY account_id, effective_at DESC, position DESC""")
_SAMPLES = text("""
SELECT DISTINCT ON (account_id) account_id, day, score FROM samples WHERE day <= :day
ORDER BY account_id, day DESC""")
_SIGNS = text("""
SELECT DISTINCT ON (account_id, sign) account_id, sign, value, CAST(data AS text) AS data, effective_at,
    event_id FROM sign_steps
WHERE effective_at < :before ORDER BY account_id, sign, effective_at DESC, position DESC""")
_CONTRACTS = text("""
SELECT account_id, type, event_id, stream_id, number, CAST(data AS text) AS data, effective_at FROM facts
WHERE account_id IS NOT NULL AND effective_at < :before AND (type = ANY(:types)
    OR (type IN ('CrmRecordDeleted', 'CrmRecordMoved') AND data->>'object' = 'contract'))""").bindparams(
    bindparam("types")
)
_TYPES = [
    "CrmContractSeen", "TierChanged", "TierOverridden", "TierOverrideExpired", "TierOverrideLifted",
    "KeyAccountConfirmed", "KeyAccountDeclassified", "AccountEnded", "AccountReopened",
]  # fmt: skip
_MERGED = text("SELECT absorbed_id FROM merges WHERE survivor_id IS NOT NULL AND at < :before")
_FOLDS = text("""
SELECT account_id, at, state->'state'->>'colour' AS model, state->'state'->>'stale' AS stale FROM cursors
WHERE model_version = 0""")


@dataclass(slots=True)
class Row:
    """One account. `model`: the colour without overrides, where it is known for that instant."""

    account_id: UUID
    crm_id: str
    name: str
    owner_id: str
    tier: str
    colour: str
    model: str
    score: int | None
    coverage: int
    since: datetime | None
    why: str
    event_id: str
    evaluated_at: datetime | None
    arr: int
    currency: str
    trend: str = "steady"
    delta_30d: int | None = None
    stale: bool = False
    flapping: bool = False
    warnings: list[Mapping[str, Any]] = field(default_factory=list)
    parent_id: UUID | None = None
    group: RollUp | None = None
    responses: Responses = field(default_factory=Responses)
    plan_due_at: datetime | None = None
    """Red: until then each cause needs a countermeasure."""
    at_risk: bool = False
    """Its ARR is at risk (K16)."""

    @property
    def override_waits(self) -> bool:
        return any(o.status == "waits" for o in self.responses.overrides.values())

    @property
    def overridden(self) -> bool:
        return any(o.status == "holds" for o in self.responses.overrides.values())

    @property
    def no_countermeasure(self) -> bool:
        return self.colour == "RED" and not self.responses.planned


async def rows(
    conn: AsyncConnection, before: datetime, zone: ZoneInfo, model: Model, currency: str, deadline_days: int, *,
    now: bool,
) -> dict[UUID, Row]:  # fmt: skip
    """Everything that was true before an instant. `now`: also what only the folds of today know; `deadline_days`: how
    near a notice deadline puts an amber account at risk."""
    last = before - timedelta(microseconds=1)
    on = last.astimezone(zone).date()
    cut = {"before": before}
    colours = {r.account_id: r for r in await conn.execute(_COLOURS, cut)}
    scores = {r.account_id: r for r in await conn.execute(_SCORES, cut)}
    sampled = {r.account_id: r for r in await conn.execute(_SAMPLES, {"day": on})}
    past = {r.account_id: r for r in await conn.execute(_SAMPLES, {"day": on - timedelta(days=model.trend_days)})}
    folds = {r.account_id: r for r in await conn.execute(_FOLDS)}
    merged = set((await conn.execute(_MERGED, cut)).scalars())
    known = {r.account_id: r for r in await conn.execute(select(known_accounts))}
    above = {r.account_id: r.parent_id for r in await conn.execute(select(parents))}
    told, books = await responses(conn, before), await _books(conn, before)
    found: dict[UUID, Row] = {}
    for account, c in colours.items():
        if account in merged:
            continue
        k, book, fold = known.get(account), books.get(account), folds.get(account)
        newest = max((x for x in (scores.get(account), c) if x is not None), key=lambda x: x.effective_at)
        s = sampled.get(account)
        score = s.score if s is not None and s.day >= newest.effective_at.astimezone(zone).date() else newest.score
        score = None if c.trigger == "ended" else score
        arr, own = book.arr_on(on) if book else (0, "")
        row = found[account] = Row(
            account, k.crm_id if k else "", k.name if k else "", (k.owner_id if k else None) or "",
            (book.tier if book else None) or "", c.to_colour, (fold.model if fold and now else "") or c.to_colour,
            score, newest.coverage, c.effective_at, c.why, c.event_id, fold.at if fold and now else None, arr,
            own or currency, parent_id=above.get(account), responses=told.get(account, Responses()),
        )  # fmt: skip
        row.stale = bool(now and fold and fold.stale == "true")
        row.plan_due_at = datetime.fromisoformat(c.plan_due_at) if c.plan_due_at else None
        row.at_risk = at_risk(c.to_colour, book, Now(last, zone, row.tier or "C"), deadline_days)
        old = past.get(account)
        if old is not None and old.score is not None and score is not None:
            row.delta_30d = score - old.score
            worse, better = row.delta_30d >= model.trend_rising, row.delta_30d <= model.trend_falling
            row.trend = "rising" if worse else "falling" if better else "steady"
    for sign in (await conn.execute(_SIGNS, cut)).mappings():
        _sign(found.get(sign["account_id"]), {**sign, "data": orjson.loads(sign["data"])})
    _groups(found, above, model)
    return found


def _sign(row: Row | None, sign: Mapping[str, Any]) -> None:
    if row is None or sign["value"] != "on":
        return
    if sign["sign"] == "flapping":
        row.flapping = True
    elif sign["sign"].startswith("warning"):
        row.warnings.append(sign)


def _groups(found: dict[UUID, Row], above: Mapping[UUID, UUID | None], model: Model) -> None:
    members = {a: Member(a, r.colour, r.tier or None, r.arr) for a, r in found.items()}
    for account, below in descendants({a: above.get(a) for a in found}).items():
        if account in found:
            found[account].group = roll_up(members[account], [members[b] for b in below if b in members], model)


async def contract_facts(conn: AsyncConnection, before: datetime) -> dict[UUID, list[Fact]]:
    """What tells contracts, tier, and whether an account is one of ours, by account, in order."""
    facts: dict[UUID, list[Fact]] = {}
    for r in await conn.execute(_CONTRACTS, {"before": before, "types": _TYPES}):
        fact = Fact(r.effective_at, r.type, r.event_id, r.stream_id, r.number, orjson.loads(r.data), r.account_id)
        facts.setdefault(r.account_id, []).append(fact)
    return {account: in_order(told) for account, told in facts.items()}


async def _books(conn: AsyncConnection, before: datetime) -> dict[UUID, Book]:
    books = {}
    for account, told in (await contract_facts(conn, before)).items():
        book = books[account] = Book(account)
        for fact in told:
            book.apply(fact)
    return books
