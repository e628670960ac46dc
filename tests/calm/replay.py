"""The capture, day by day: what crm and accounts make of it goes, day for day, through risk and notifications.

Time is simulated. Risk dates what it finds at its own instants, so it takes a whole day at once; notifications hear
that day's facts in the order of their effect, and let time act every `SLOT`. Nobody ever reacts to an alert, so ladders
climb as far as they can: what is counted is the most that anybody could hear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from deploy.local.postgres import Postgres
from services.risk.publish import publish as risk_publish
from shared.contracts.base import Envelope
from shared.positions import driver
from shared.relay import public_events
from tests.calm.report import Calm, read
from tests.integration.accounts_chain import Record, capture, facts_of, record
from tests.integration.notifications_service import OF, Service, notifications
from tests.integration.risk_chain import CAPTURE_END, RiskService, judgements_of, risk_service

SLOT = timedelta(hours=1)
DAY = timedelta(days=1)
FILES = {
    "small": ("crm_cdc_small.jsonl.gz", "usage_small.jsonl.gz"),
    "full": ("crm_cdc_full.jsonl.gz", "usage.jsonl.gz"),
}
MASS = 4
_DUE = text("SELECT min(coalesce(retry_at, due_at)) FROM timers WHERE fired_at IS NULL")


@dataclass(slots=True)
class Chains:
    """The same messages as one chain for each topic: in the order of their effect a relay would have sent them so."""

    _last: dict[str, int] = field(default_factory=dict)

    def again(self, message: Record, envelope: Envelope) -> Record:
        """The next message of its topic."""
        before = self._last.get(message.topic, 0)
        position = self._last[message.topic] = before + 1
        body = envelope.model_copy(update={"position": position}).model_dump_json(by_alias=True).encode()
        headers = [("position", str(position).encode()), ("prev", str(before).encode())]
        return record(message.topic, 0, position, message.key, body, headers)


async def told_of(postgres: Postgres, size: str) -> list[Record]:
    """What crm and accounts tell of a capture."""
    facts, _ = await facts_of(postgres.create("calm_crm"), capture(*FILES[size]))
    return [*facts, *await judgements_of(postgres.create("calm_accounts"), facts)]


async def replay(
    postgres: Postgres, told: Sequence[Record], since: datetime, until: datetime = CAPTURE_END,
    say: Callable[[str], None] = lambda _: None, many: int = MASS, **settings: Any,
) -> Calm:  # fmt: skip
    """Everything until `since` is history; then day by day to `until`. `many` accounts that change hands within an hour
    are a mass change. Leaves two databases in `postgres`."""
    ordered = sorted(((Envelope.model_validate_json(m.value), m) for m in told), key=lambda x: x[0].effective_at)
    async with AsyncExitStack() as stack:
        risk = await stack.enter_async_context(risk_service(postgres.create("calm_risk"), since))
        alerts = await stack.enter_async_context(
            notifications(postgres.create("calm_notifications"), since, **settings)
        )
        run = _Run(risk, alerts)
        day, n = since, 0
        while True:
            page = []
            while n < len(ordered) and ordered[n][0].effective_at <= day:
                page.append(ordered[n])
                n += 1
            await run.day(page, day)
            if day >= until:
                break
            if day.day == 1 or day == since:
                say(f"{day:%Y-%m-%d}")
            day = min(day + DAY, until)
        owners = mass_changes([e for e, _ in ordered], since, until, many)
        return await read(risk, alerts, since, until, owners)


def mass_changes(told: Sequence[Envelope], since: datetime, until: datetime, many: int) -> list[tuple[datetime, int]]:
    """(hour, accounts) of the hours in which so many accounts got another owner or lost theirs."""
    hours: dict[datetime, set[str]] = {}
    for e in told:
        if e.type in ("ThemeOwnerReplaced", "ThemeVacated") and since < e.effective_at <= until:
            hour = e.effective_at.replace(minute=0, second=0, microsecond=0)
            hours.setdefault(hour, set()).add(str(e.data["account_id"]))
    return [(hour, len(accounts)) for hour, accounts in sorted(hours.items()) if len(accounts) >= many]


class _Run:
    def __init__(self, risk: RiskService, alerts: Service) -> None:
        self._risk, self._alerts = risk, alerts
        self._to_risk, self._to_alerts, self._told = Chains(), Chains(), 0
        self._page_of: Mapping[str, Any] = {}

    async def day(self, page: Sequence[tuple[Envelope, Record]], until: datetime) -> None:
        """One day of facts; the first one is all of history."""
        await self._risk.take([self._to_risk.again(m, e) for e, m in page])
        await self._risk.at(until)
        found = sorted([*page, *[x async for x in self._colours()]], key=lambda x: x[0].effective_at)
        history = self._alerts.clock.now() >= until
        for part, at in [(found, until)] if history else _slots(found, self._alerts.clock.now(), until):
            by_topic: dict[str, list[Record]] = {}
            for e, m in part:
                by_topic.setdefault(m.topic, []).append(self._to_alerts.again(m, e))
            if part or await self._due(at):
                self._alerts.clock.set(at)
                for topic, messages in by_topic.items():
                    await self._alerts.consumers[OF[topic]].apply(messages)
                await self._alerts.step()
        self._alerts.clock.set(until)

    async def _due(self, at: datetime) -> bool:
        async with self._alerts.engine.connect() as conn:
            first = (await conn.execute(_DUE)).scalar()
        return first is not None and first <= at

    async def _colours(self) -> Any:
        """What risk told since it was asked last."""
        async with self._risk.engine.connect() as conn:
            await conn.begin()
            pages = public_events("risk", risk_publish)
            while (page := await pages(driver(conn), self._told, 5_000)).scanned > self._told:
                self._told = page.scanned
                for m in page.messages:
                    told = record("kam.risk.v1", 0, m.position, m.key, m.value)
                    yield Envelope.model_validate_json(m.value or b""), told


def _slots(
    found: Sequence[tuple[Envelope, Record]], since: datetime, until: datetime
) -> Iterator[tuple[list[tuple[Envelope, Record]], datetime]]:
    """Page by page what happened in each slot, at its end; what is dated earlier comes with the first."""
    n, at = 0, since
    while at < until:
        at = min(at + SLOT, until).astimezone(UTC)
        part = []
        while n < len(found) and found[n][0].effective_at <= at:
            part.append(found[n])
            n += 1
        yield part, at
