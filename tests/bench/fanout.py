"""Target fanout: alerts brought from a fact to their readers by the notifications service, against the bare loop.

The bare loop decides the same for as many alerts, from the same fact, and keeps nothing.
"""

from __future__ import annotations

import os
import time
from datetime import timedelta
from uuid import UUID

from deploy.local.postgres import Postgres
from services.notifications import process
from services.notifications.domain import AlertCase
from services.notifications.domain.values import Told
from services.notifications.policy import matching
from services.notifications.policy.delivery import Wishes
from services.notifications.policy.documents import shipped
from services.notifications.policy.quiet import QuietHours
from services.notifications.policy.recipients import Team
from services.notifications.process import Situation
from services.notifications.settings import Settings
from shared import ids
from shared.contracts.base import PublicEvent
from shared.eventstore.events import Meta, encode
from tests.bench.measure import Target
from tests.integration.notifications_service import START, Service, notifications, red, team

ALERTS = int(os.environ.get("BENCH_ALERTS", "10000"))
THEMES = ("COMMERCIAL", "SERVICE", "TECHNICAL", "EXEC_SPONSOR")


async def run(pg: Postgres, rotations: int) -> list[Target]:
    what = f"{ALERTS} alerts from fact to inbox, with storage / the bare loop over them"
    found = Target("fanout", what, "", "", None, unit="alerts per second")
    for _ in range(max(1, rotations // 3)):
        dsn = pg.create("bench_fanout")
        async with notifications(dsn) as service:
            await service.step()  # it goes live
            await _hear(service, [fact for a in accounts() for fact in team(a, **owners(a))])
            await service.step()
            started = time.perf_counter()
            await _hear(service, [told(a) for a in accounts()])
            await service.step()
            ours = ALERTS / (time.perf_counter() - started)
            reached = await _reached(service)
            if reached != ALERTS:
                raise RuntimeError(f"{reached} of {ALERTS} alerts have a reader")
        found.take(ours, bare())
        pg.drop("bench_fanout")
    return [found]


def accounts() -> list[UUID]:
    return [ids.account_id("sugar", f"a{n}") for n in range(ALERTS)]


def owners(account: UUID) -> dict[str, str]:
    """People of its own for each account: nobody has so much to read that it becomes a digest."""
    return {theme: f"{theme[:2].lower()}{account.hex[:12]}" for theme in THEMES}


def told(account: UUID) -> PublicEvent:
    return red(account_id=account)


async def _hear(service: Service, facts: list[PublicEvent]) -> None:
    """In batches, as Kafka brings them."""
    by_channel: dict[str, list[object]] = {}
    for fact in facts:
        by_channel.setdefault(fact.CHANNEL, []).append(service.message(fact, START))
    for channel, messages in by_channel.items():
        consumer = next(c for c in service.consumers.values() if channel in c.topics)
        for n in range(0, len(messages), 500):
            await consumer.apply(messages[n : n + 500])


async def _reached(service: Service) -> int:
    return len({r["alert_id"] for r in await service.rows("alert_log") if r["type"] == "AlertDelivered"})


def bare() -> float:
    """Alerts per second: match, schedule, decide who gets it how."""
    book, live = shipped(), START - timedelta(days=1)
    quiet, now, calendar = QuietHours("Europe/Berlin"), START, Settings(database="postgresql://").calendar
    facts = [(a, told(a)) for a in accounts()]
    started = time.perf_counter()
    for n, (account, public) in enumerate(facts):
        data = public.model_dump(mode="json", by_alias=True)
        fact = matching.Fact(f"risk:{n}", public.TYPE, str(account), START, data)
        people = Team(owners=owners(account))
        for a in matching.anchored(book, fact):
            number = book.rule(a.rule).triggers.index(a.trigger)
            anchor = process.Anchor(a.rule, number, a.anchor, START, fact.id, a.digest)
            steps = process.schedule(book, anchor, "A", live, calendar)
            rule = book.rule(a.rule)
            case = AlertCase(
                account, a.key, a.rule, book.version, a.part, public.TYPE, a.trigger.title, a.subject, a.epoch,
                rule.severity, "A", a.theme, dict(a.facts), (fact.id,), a.refs, dict(a.people),
                tuple(Told(person=p, role=r) for p, r in a.named), (), steps,
                process.expires(rule, number, steps, calendar), None, 0, status="Raised",
            )  # fmt: skip
            process.advance(case, now, people, book, calendar)
            wishes = {p: Wishes(quiet) for p in case.recipients}
            situation = Situation(wishes, {}, frozenset(case.recipients), False)
            process.tell(case, now, situation, book, calendar)
            encode(case.collect_events(), Meta("system:notifications", now))  # type: ignore[arg-type]
    return len(facts) / (time.perf_counter() - started)
