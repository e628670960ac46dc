"""The portfolio as messages: rows, matrix, totals, forecast, and how a model on trial differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.risk.api import messages, parse
from services.risk.policy.book import Book
from services.risk.policy.exposure import at_risk
from services.risk.policy.factors import Now
from services.risk.policy.forecast import HORIZONS, Forecast
from services.risk.policy.sweep import Sweep
from services.risk.reads.portfolio import Row
from services.risk.reads.tables import known_accounts
from services.risk.reads.trend import Point
from shared.protos import risk_pb2 as pb

ORDER = {"RED": 0, "AMBER": 1, "GREY": 2, "GREEN": 3}
_DIFFERENT = text("""
SELECT a.account_id, a.state->>'shown' AS active, b.state->>'shown' AS shadow,
       (a.state->>'score_told')::int AS active_score, (b.state->>'score_told')::int AS shadow_score
FROM cursors a JOIN cursors b USING (account_id)
WHERE a.model_version = 0 AND b.model_version = :version AND a.state->>'shown' <> b.state->>'shown'
ORDER BY a.account_id""")


def response(
    found: Mapping[UUID, Row], r: pb.ListRiskRequest, before: datetime, freshness: pb.RiskFreshness, currency: str
) -> pb.ListRiskResponse:
    """The worst first, then by what is exposed."""
    shown = [x for x in found.values() if r.colour in ("", x.colour) and r.tier in ("", x.tier)]
    shown.sort(key=lambda x: (ORDER[x.colour], -x.arr, x.name, str(x.account_id)))
    accounts, money = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for x in shown:
        accounts[x.tier, x.colour] += 1
        money[x.tier, x.colour] += x.arr
    all_names = {a: x.name for a, x in found.items()}
    return pb.ListRiskResponse(
        as_of=messages.instant(before - parse.TICK), freshness=freshness,
        rows=[messages.row(x, all_names) for x in shown],
        cells=[
            pb.RiskCell(tier=t, colour=c, accounts=n, arr_minor=money[t, c]) for (t, c), n in sorted(accounts.items())
        ],
        totals=pb.RiskTotals(
            accounts=len(shown), arr_minor=sum(x.arr for x in shown), currency=currency,
            arr_at_risk_minor=sum(x.arr for x in shown if x.at_risk),
            arr_red_minor=sum(x.arr for x in shown if x.colour == "RED"),
            by_colour=Counter(x.colour for x in shown),
        ),
    )  # fmt: skip


def trend(points: Sequence[Point], currency: str) -> pb.GetTrendResponse:
    """The board over time."""
    return pb.GetTrendResponse(
        as_of=messages.instant(points[-1].before - parse.TICK), currency=currency,
        points=[
            pb.TrendPoint(
                at=messages.instant(p.before - parse.TICK), by_colour=p.colours, arr_minor=p.arr,
                arr_at_risk_minor=p.at_risk, arr_red_minor=p.red,
            )
            for p in points
        ],
    )  # fmt: skip


def point(p: Any) -> pb.ScorePoint:
    """A daily tick."""
    return pb.ScorePoint(on=p.day.isoformat(), score=p.score, colour=p.colour)


class RiskLater(NamedTuple):
    """Whether an account's ARR is at risk some days from now, with the contracts that are known now."""

    now: datetime
    zone: ZoneInfo
    deadline_days: int

    def __call__(self, colour: str, book: Book, day: int) -> bool:
        then = Now(self.now + timedelta(days=day), self.zone, book.tier or "C")
        return at_risk(colour, book, then, self.deadline_days)


def forecast(
    found: Mapping[UUID, Row], swept: Mapping[UUID, tuple[Forecast, Sweep]], risky: RiskLater, days: int, every: bool
) -> pb.GetForecastResponse:
    """`every`: also those whose colour does not change."""
    ahead, now = {a: f for a, (f, _) in swept.items()}, risky.now
    last = max(max(f.colours) for f in ahead.values()) if ahead else days
    until = messages.instant(now + timedelta(days=days))
    begin: dict[str, Any] = {"from": messages.instant(now)}
    made = pb.GetForecastResponse(until=until, days=days, **begin)
    for day in (0, *(h for h in HORIZONS if h <= last)):
        counts = Counter(f.colours[day] for f in ahead.values())
        risk = sum(found[a].arr for a, (f, sweep) in swept.items() if risky(f.colours[day], sweep.book, day))
        made.counts.append(pb.ForecastCount(day=day, by_colour=counts, arr_at_risk_minor=risk))
    for account, f in sorted(ahead.items(), key=lambda x: (ORDER[x[1].colours[last]], str(x[0]))):
        if not (f.steps or every):
            continue
        row = found[account]
        later: dict[str, Any] = {f"colour_{d}": f.colours[d] for d in HORIZONS if d in f.colours}
        later |= {f"score_{d}": f.scores[d] for d in HORIZONS if d in f.scores}
        made.accounts.append(
            pb.AccountForecast(
                account_id=str(account), crm_id=row.crm_id, name=row.name, tier=row.tier, colour=f.colours[0],
                score=f.scores[0], steps=[messages.forecast_step(s) for s in f.steps], arr_minor=row.arr,
                **later,
            )
        )  # fmt: skip
    return made


async def differences(conn: AsyncConnection, version: int) -> list[pb.ShadowDifference]:
    """Accounts that a version on trial sees in another colour."""
    told = await names(conn)
    return [
        pb.ShadowDifference(
            account_id=str(r.account_id), name=told.get(r.account_id, ""), active=r.active, shadow=r.shadow,
            active_score=r.active_score, shadow_score=r.shadow_score,
        )
        for r in await conn.execute(_DIFFERENT, {"version": version})
    ]  # fmt: skip


async def names(conn: AsyncConnection) -> dict[UUID, str]:
    """The name of every account."""
    t = known_accounts
    return {r.account_id: r.name for r in await conn.execute(select(t.c.account_id, t.c.name))}


async def crm_ids(conn: AsyncConnection) -> dict[UUID, str]:
    """The CRM id of every account."""
    t = known_accounts
    return {r.account_id: r.crm_id for r in await conn.execute(select(t.c.account_id, t.c.crm_id))}
