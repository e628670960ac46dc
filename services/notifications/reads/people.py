"""Who answers for an account now, what they want, and what they had today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifications.domain import Preferences
from services.notifications.policy.delivery import IN_APP, WORKDAYS, Wishes
from services.notifications.policy.quiet import QuietHours
from services.notifications.policy.recipients import Team
from services.notifications.settings import Settings, listed
from shared.eventstore.repository import aggregates_in
from shared.positions import driver

_TEAM = text("""SELECT theme, owner_id, deputy_id, from_owner_id, to_owner_id
FROM team LEFT JOIN handovers USING (account_id, theme) WHERE account_id = :account""")
_AWAY = text("SELECT DISTINCT person FROM absences WHERE :day BETWEEN first AND last")
_STAFF = text("SELECT user_id, active, reports_to FROM employees WHERE NOT active OR reports_to IS NOT NULL")
_OWNERS = text("""
SELECT DISTINCT owner_id FROM team JOIN accounts USING (account_id)
WHERE theme = 'COMMERCIAL' AND owner_id IS NOT NULL AND gone = '{}' AND key_since IS NOT NULL ORDER BY owner_id""")
_MEMBERS = text("""
SELECT owner_id, count(DISTINCT account_id) AS n FROM team JOIN accounts USING (account_id)
LEFT JOIN employees ON user_id = owner_id
WHERE owner_id IS NOT NULL AND gone = '{}' AND key_since IS NOT NULL AND coalesce(active, true)
GROUP BY owner_id ORDER BY owner_id""")
_EMPLOYED = text("SELECT EXISTS (SELECT FROM employees WHERE user_id = :person AND active)")
_HOLDER = text("SELECT holder FROM players WHERE account_id = :account AND subject_id = :subject")
_SPENT = text("SELECT person, spent FROM budgets WHERE (person, day) IN (SELECT * FROM unnest(CAST(:people AS text[]), "
              "CAST(:days AS date[])))")  # fmt: skip
_SPEND = text("""
INSERT INTO budgets AS b (person, day, spent) VALUES (:person, :day, 1)
ON CONFLICT (person, day) DO UPDATE SET spent = b.spent + 1""")
_ACCOUNT = text("SELECT * FROM accounts WHERE account_id = :account")
_ACCOUNTS = text("SELECT * FROM accounts WHERE account_id = ANY(CAST(:accounts AS uuid[]))")


class Staff(NamedTuple):
    """The whole company: who reports to whom, who is away today or gone, who owns a key account."""

    managers: Mapping[str, str]
    inactive: frozenset[str]
    away: frozenset[str]
    everywhere: tuple[str, ...]


async def staff(conn: AsyncConnection, now: datetime, settings: Settings) -> Staff:
    """As of now. It asks for all employees and all accounts: once for many alerts."""
    away = await conn.execute(_AWAY, {"day": now.astimezone(settings.zone).date()})
    known = list(await conn.execute(_STAFF))
    everywhere = await conn.execute(_OWNERS)
    return Staff(
        managers={r.user_id: r.reports_to for r in known if r.reports_to},
        inactive=frozenset(r.user_id for r in known if not r.active),
        away=frozenset(away.scalars()),
        everywhere=tuple(everywhere.scalars()),
    )


async def team(
    conn: AsyncConnection, account_id: UUID, subject: str, now: datetime, settings: Settings,
    company: Staff | None = None,
) -> Team:  # fmt: skip
    """The people of an account as of now; `subject`: what the alert is about, perhaps a person whom somebody knows;
    `company`: the staff, if it was read already."""
    rows = list(await conn.execute(_TEAM, {"account": account_id}))
    everybody = company or await staff(conn, now, settings)
    try:
        person = UUID(subject)
        holder = (await conn.execute(_HOLDER, {"account": account_id, "subject": person})).scalar_one_or_none()
    except ValueError:
        holder = None
    return Team(
        owners={r.theme: r.owner_id for r in rows if r.owner_id},
        deputies={r.theme: r.deputy_id for r in rows if r.deputy_id},
        managers=everybody.managers,
        away=everybody.away,
        inactive=everybody.inactive,
        heads=listed(settings.heads_of_kam),
        board=listed(settings.management_board),
        platform=listed(settings.platform_team),
        holder=holder,
        everywhere=everybody.everywhere,
        handovers={r.theme: (r.from_owner_id, r.to_owner_id) for r in rows if r.from_owner_id},
    )


async def account(conn: AsyncConnection, account_id: UUID) -> Mapping[str, Any] | None:
    """What we know of an account."""
    row = (await conn.execute(_ACCOUNT, {"account": account_id})).mappings().one_or_none()
    return dict(row) if row else None


async def accounts(conn: AsyncConnection, ids: Iterable[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """What we know of these accounts, of those that we know."""
    rows = await conn.execute(_ACCOUNTS, {"accounts": list(set(ids))})
    return {r["account_id"]: dict(r) for r in rows.mappings()}


async def wishes(conn: AsyncConnection, people: Iterable[str], settings: Settings) -> dict[str, Wishes]:
    """What each person wants; the company's defaults for what they never said. Only channels that are configured, and
    that reach them. A shared inbox of a role has no other channel."""
    found: dict[str, Wishes] = {}
    streams = {p: Preferences.create_id(p) for p in people}
    said = await aggregates_in(driver(conn), Preferences, streams.values())
    for person, stream in streams.items():
        found[person] = wish(said.get(stream), settings, shared=person.startswith("role:"))
    return found


def wish(p: Preferences | None, settings: Settings, *, shared: bool = False) -> Wishes:
    """One person's wishes. Who never chose gets mail as well, if mail is configured."""
    chosen = p.channels if p is not None and p.channels is not None else (IN_APP, "email")
    usable = settings.configured - (p.revoked.keys() if p is not None else set())
    channels = (IN_APP, *(c for c in chosen if c in usable)) if not shared else (IN_APP,)
    at, days = (p.digest if p is not None and p.digest else None) or (Wishes(QuietHours("UTC")).digest_at, WORKDAYS)
    quiet = p.quiet if p is not None and p.quiet is not None else QuietHours(settings.company_time_zone)
    consent = p.critical_consent if p is not None else False
    locale = (p.locale if p is not None else None) or settings.locale
    mutes = tuple(p.mutes.items()) if p is not None else ()
    return Wishes(quiet, channels, at, days, consent, locale, mutes)


async def spent(conn: AsyncConnection, wanted: Mapping[str, Wishes], now: datetime) -> dict[str, int]:
    """How many immediate alerts each had on their day."""
    days = {p: now.astimezone(ZoneInfo(w.quiet.zone)).date() for p, w in wanted.items()}
    rows = await conn.execute(_SPENT, {"people": list(days), "days": list(days.values())})
    return {r.person: r.spent for r in rows}


async def spend(conn: AsyncConnection, person: str, w: Wishes, now: datetime) -> None:
    """One more."""
    await conn.execute(_SPEND, {"person": person, "day": now.astimezone(ZoneInfo(w.quiet.zone)).date()})


async def members(conn: AsyncConnection) -> dict[str, int]:
    """Everybody who owns a theme of a key account, and of how many accounts."""
    return {r.owner_id: r.n for r in await conn.execute(_MEMBERS)}


async def revoked(conn: AsyncConnection, people: Iterable[str]) -> dict[str, bool]:
    """Whether a channel said for good that it does not reach somebody."""
    streams = {p: Preferences.create_id(p) for p in people}
    said = await aggregates_in(driver(conn), Preferences, streams.values())
    return {p: bool(found.revoked) if (found := said.get(s)) is not None else False for p, s in streams.items()}


async def employed(conn: AsyncConnection, person: str) -> bool:
    """Whether somebody is one of our employees, who works here still, as far as the CRM told."""
    return bool((await conn.execute(_EMPLOYED, {"person": person})).scalar_one())
