"""Digests: what is collected for a person becomes one message at their time. That of the week also says which alerts
they never acted on, and tells the heads of KAM whose ladders ended without a reaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.app import outbox
from services.notifications.app.workspace import Workspace
from services.notifications.domain import COMPANY, AlertCase, Digest
from services.notifications.domain.values import DigestKind, NeverActed
from services.notifications.policy import names
from services.notifications.policy.calendar import WorkCalendar
from services.notifications.policy.delivery import IN_APP, Wishes, next_weekly
from services.notifications.policy.documents import RuleBook
from services.notifications.reads import ledger, people
from services.notifications.settings import Settings
from shared import timers
from shared.ids import derived
from shared.timers import Timer

_COLLECT = text("""
INSERT INTO digest_items (person, alert_id, digest_id, at, kind) VALUES (:person, :alert, :digest, :at, :kind)
ON CONFLICT (person, alert_id) DO UPDATE SET digest_id = excluded.digest_id, at = excluded.at, kind = excluded.kind""")
# whoever wants digests on other days now must not wait for the day that was theirs before: the earliest counts
_FIRST = text("""
SELECT min(at) AS at, CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint) AS version FROM digest_items
WHERE person = :person AND kind = 'daily'""")
_TAKE = text("""
DELETE FROM digest_items WHERE person = :person AND kind = :kind AND at <= :at RETURNING alert_id""")
_EXHAUSTED = text("""
INSERT INTO exhausted_items VALUES (:person, :alert, :at) ON CONFLICT (person, alert_id) DO NOTHING""")
_TAKE_EXHAUSTED = text("DELETE FROM exhausted_items WHERE person = :person AND at <= :at RETURNING alert_id")


class Digests:
    """Lives as long as one transaction."""

    def __init__(self, work: Workspace, settings: Settings, book: RuleBook, now: datetime) -> None:
        self._work, self._settings, self._book, self._now = work, settings, book, now

    async def send(self, timer: Timer) -> None:
        """One message of all that waits for a person. What is over by now, or silent, is left out."""
        person, kind = str(timer.data["person"]), timer.data.get("kind", "daily")
        due, conn = timer.due_at or self._now, self._work.conn
        cases = await self._cases(person, kind)
        exhausted = list(await self._exhausted(person)) if kind == "weekly" else []
        ignored = await self._never_acted(person) if kind == "weekly" else ()
        if not cases and not exhausted and not ignored:
            return
        digest = Digest(person, due, tuple(c.id for c in cases), kind, ignored, tuple(exhausted))
        self._work.add(digest)
        for case in cases:
            delivery = derived("delivery", str(digest.id), str(case.id))
            case.delivered(person, IN_APP, delivery, 1, digest.id)
        wishes = await people.wishes(conn, [person], self._settings)
        account = cases[0].account_id if cases else COMPANY
        for channel in wishes[person].channels:
            if channel != IN_APP:
                delivery = derived("delivery", str(digest.id), channel)
                await outbox.queue(conn, delivery, account, person, channel, self._now, digest_id=digest.id)
        await arm_weekly(conn, wishes, self._now, self._settings.calendar)

    async def _cases(self, person: str, kind: DigestKind) -> list[AlertCase]:
        where = {"person": person, "kind": kind, "at": self._now}
        found = list((await self._work.conn.execute(_TAKE, where)).scalars())
        await self._work.load(found)
        cases = [c for i in sorted(found, key=str) if (c := await self._work.case(i)) is not None]
        return [c for c in cases if not c.silent]

    async def _exhausted(self, person: str) -> Iterable[UUID]:
        rows = await self._work.conn.execute(_TAKE_EXHAUSTED, {"person": person, "at": self._now})
        return sorted(rows.scalars(), key=str)

    async def _never_acted(self, person: str) -> tuple[NeverActed, ...]:
        """By rule, without those that the person muted. Yesterday's alerts are not ignored yet."""
        if person.startswith("role:"):
            return ()
        since, until = self._now - timedelta(days=self._book.limits.never_acted_days), self._now - timedelta(days=1)
        found = await ledger.never_acted(self._work.conn, person, since, until)
        wishes = (await people.wishes(self._work.conn, [person], self._settings))[person]
        return tuple(
            NeverActed(rule=r["rule"], told=r["told"]) for r in found if not wishes.muted(r["rule"], "", self._now)
        )


async def collect(
    conn: AsyncConnection, person: str, alert: UUID, digest: UUID, at: datetime, kind: DigestKind
) -> None:
    """An alert waits for a digest."""
    row = {"person": person, "alert": alert, "digest": digest, "at": at, "kind": kind}
    await conn.execute(_COLLECT, row)
    if kind == "weekly":
        await timers.arm(conn, [_weekly(person, at)])
        return
    first = (await conn.execute(_FIRST, {"person": person})).one()
    data = {"person": person, "what": "digest", "kind": kind}
    await timers.arm(conn, [Timer(names.DIGEST, derived("digest-of", person), first.version, first.at, data)])


async def report_exhausted(
    conn: AsyncConnection, alert: UUID, heads: Mapping[str, Wishes], now: datetime, calendar: WorkCalendar
) -> None:
    """A ladder ended without a reaction: the heads of KAM read of it in their digest of the week."""
    for person in heads:
        await conn.execute(_EXHAUSTED, {"person": person, "alert": alert, "at": now})
    await arm_weekly(conn, heads, now, calendar)


async def arm_weekly(
    conn: AsyncConnection, people_: Mapping[str, Wishes], now: datetime, calendar: WorkCalendar
) -> None:
    """Whoever was told something is asked at the end of the week what they made of it."""
    await timers.arm(conn, [_weekly(p, next_weekly(now, w, calendar)) for p, w in people_.items()])


def _weekly(person: str, at: datetime) -> Timer:
    """A later one takes the place of an earlier one that did not come yet."""
    data = {"person": person, "what": "digest", "kind": "weekly"}
    return Timer(names.DIGEST, derived("digest-of", person, "weekly"), int(at.astimezone(UTC).timestamp()), at, data)
