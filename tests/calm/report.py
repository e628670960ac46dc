"""What is read off the two databases after a replay, and how it is printed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.notifications.policy.documents import shipped
from tests.integration.notifications_service import Service
from tests.integration.risk_chain import RiskService

_COLOURS = """SELECT account_id, to_colour, from_colour, effective_at, trigger FROM colour_steps
WHERE effective_at > $1 AND trigger <> 'first_classification' ORDER BY effective_at"""
_JUDGED = "SELECT account_id, min(effective_at) AS since FROM colour_steps GROUP BY 1"
_RAISED = text("SELECT rule, severity, raised_at, account_id FROM alerts")
_LOG = text("""
SELECT l.type, l.person, l.channel, l.effective_at, l.status, a.rule, a.severity, l.data->>'why' AS why,
       l.data->>'digest_id' AS digest FROM alert_log l JOIN alerts a USING (alert_id) ORDER BY l.position""")
_ENDS = text("SELECT DISTINCT ON (alert_id) status FROM alert_log ORDER BY alert_id, position DESC")


@dataclass(frozen=True, slots=True)
class Calm:
    """`first`: when an alert of a rule was raised first for an account. `per_day`: immediate alerts of a person and day
    of the company, critical ones apart. `mass`: hours in which many accounts changed hands: (when, how many,
    alerts raised within a day, most a person heard at once)."""

    since: datetime
    until: datetime
    account_years: float
    changes: Mapping[UUID, int]
    triggers: Mapping[str, int]
    raised: Mapping[str, int]
    first: Mapping[tuple[str, UUID], datetime]
    ends: Mapping[str, int]
    per_day: Mapping[tuple[str, date], int]
    critical: Mapping[tuple[str, date], int]
    digests: int
    silenced: Mapping[tuple[str, str], int]
    mass: tuple[tuple[datetime, int, int, int], ...]
    budget: int

    @property
    def busiest(self) -> int:
        """Most immediate alerts that anybody heard on one day, critical ones left out as the budget does."""
        return max(self.per_day.values(), default=0)

    def lines(self) -> Iterator[str]:
        """For people."""
        total, days = sum(self.changes.values()), (self.until - self.since).days
        people = {p for p, _ in (*self.per_day, *self.critical)}
        heard, most = sum(self.per_day.values()), max(self.changes.values(), default=0)
        by_number = _spread(Counter(self.per_day.values()))
        yield f"{self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}, {len(self.changes)} accounts, nobody reacts to anything"
        rate = _per(total, self.account_years)
        yield f"colour changes            {total}: {rate} per account-year, at most {most} of one"
        yield f"  times × accounts        {_spread(Counter(self.changes.values()))}"
        yield f"  why                     {_counts(self.triggers)}"
        yield f"alerts raised             {sum(self.raised.values())}: {_counts(self.raised)}"
        yield f"  where they stand        {_counts(self.ends)}"
        mean = _per(heard, len(people) * days)
        yield f"heard at once             {heard} by {len(people)} people, {mean} per person and day"
        yield f"  most on one day         {self.busiest} (budget {self.budget}); number × days: {by_number}"
        worst = max(self.critical.values(), default=0)
        yield f"  critical (no budget)    {sum(self.critical.values())}, at most {worst} on one day"
        yield f"digests                   {self.digests}"
        for (what, why), n in sorted(self.silenced.items(), key=lambda x: (x[0][0], -x[1], x[0][1])):
            yield f"  {what:<23} {n:>5} because {why}"
        for at, accounts, raised, told in self.mass:
            what = f"{accounts} accounts change hands: {raised} alerts in a day, at most {told} for one person"
            yield f"mass change {at:%Y-%m-%d %H} h   {what}"


async def read(
    risk: RiskService, alerts: Service, since: datetime, until: datetime, owners: Sequence[tuple[datetime, int]]
) -> Calm:
    """After the last day. `owners`: when so many accounts changed hands."""
    colours = [r for r in await risk.rows(_COLOURS, since) if r["effective_at"] <= until]
    judged = {r["account_id"]: max(r["since"], since) for r in await risk.rows(_JUDGED)}
    years = sum(((until - b) / timedelta(days=365) for b in judged.values()), 0.0)
    async with alerts.engine.connect() as conn:
        raised = [dict(r) for r in (await conn.execute(_RAISED)).mappings()]
        log = [dict(r) for r in (await conn.execute(_LOG)).mappings()]
        ends = Counter((await conn.execute(_ENDS)).scalars())
    zone = alerts.settings.zone
    per_day, critical = Counter[tuple[str, date]](), Counter[tuple[str, date]]()
    silenced, digests = Counter[tuple[str, str]](), set[str]()
    for line in log:
        day = (str(line["person"]), line["effective_at"].astimezone(zone).date())
        match line["type"]:
            case "AlertDelivered" if _at_once(line):
                (critical if line["severity"] == "critical" else per_day)[day] += 1
            case "AlertDelivered" if line["digest"]:
                digests.add(line["digest"])
            case "AlertDigested" | "AlertDeferred" | "AlertSuppressed" | "AlertSuppressedForRecipient" as kind:
                silenced[NAMES[kind], str(line["why"])] += 1
            case "AlertStepSkipped":
                silenced["step skipped", str(line["why"])] += 1
            case "AlertFolded":
                silenced["silent", "another alert explains it"] += 1
            case "AlertPaused":
                silenced["silent", "a source has a gap"] += 1
    first: dict[tuple[str, UUID], datetime] = {}
    for r in sorted(raised, key=lambda r: r["raised_at"]):
        first.setdefault((r["rule"], r["account_id"]), r["raised_at"])
    changed = Counter(r["account_id"] for r in colours)
    return Calm(
        since, until, years, {a: changed[a] for a in judged}, Counter(r["trigger"] for r in colours),
        Counter(r["rule"] for r in raised), first, ends, per_day, critical, len(digests), silenced,
        tuple(_mass(at, n, raised, log) for at, n in owners), shipped().limits.immediate_per_day,
    )  # fmt: skip


NAMES = {
    "AlertDigested": "into a digest", "AlertDeferred": "held back", "AlertSuppressed": "suppressed for all",
    "AlertSuppressedForRecipient": "suppressed for one",
}  # fmt: skip


def _mass(at: datetime, accounts: int, raised: list[dict[str, Any]], log: list[dict[str, Any]]) -> Any:
    end = at + timedelta(days=1)
    near = sum(at <= r["raised_at"] < end for r in raised)
    told: dict[str, int] = defaultdict(int)
    for line in log:
        if _at_once(line) and at <= line["effective_at"] < end:
            told[str(line["person"])] += 1
    return at, accounts, near, max(told.values(), default=0)


def _per(n: int, of: float) -> str:
    return f"{n / of:.2f}" if of else "–"


def _at_once(line: Mapping[str, Any]) -> bool:
    """Delivered by itself, counted once however many channels it takes."""
    return line["type"] == "AlertDelivered" and line["channel"] == "in_app" and not line["digest"]


def _counts(found: Mapping[str, int]) -> str:
    return ", ".join(f"{k} {n}" for k, n in sorted(found.items(), key=lambda x: (-x[1], x[0]))) or "none"


def _spread(found: Mapping[int, int]) -> str:
    return ", ".join(f"{times}×{n}" for times, n in sorted(found.items())) or "none"
