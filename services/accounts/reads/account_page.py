"""Everything the page of one account shows, as of a day: team, people, contracts, group, timeline, ARR, standards,
use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.policy import contracts as rules
from services.accounts.reads import records, states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.figures import ContractFacts, TierStep, contract_figures, quarter_ends
from services.accounts.reads.group import Node, group_of, members
from services.accounts.reads.person import Person
from services.accounts.reads.portfolio import AccountRow, Portfolio, load
from services.accounts.reads.states import Rows, fetch
from services.accounts.reads.tables import theme_steps, timeline, usage_reports
from shared import people
from shared.contracts.people import Person as Words

TIMELINE_LENGTH = 200
USAGE_LENGTH = 400
THEMES = ("COMMERCIAL", "TECHNICAL", "SERVICE", "EXEC_SPONSOR", "RENEWALS", "LEGAL", "PRODUCT")


@dataclass(frozen=True, slots=True)
class Theme:
    """Who answers for a theme; `owner_id` None: vacant, and `reason` says since when and why."""

    theme: str
    owner_id: str | None = None
    deputy_id: str | None = None
    since: datetime | None = None
    reason: str | None = None
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account on a day. `contracts`: newest first, with the state the log tells, if any."""

    row: AccountRow
    portfolio: Portfolio
    assessment: Mapping[str, Any] | None
    steps: Sequence[TierStep]
    team: Sequence[Theme]
    stakeholders: Sequence[Person]
    last_contact: Mapping[UUID, datetime]
    contracts: Sequence[ContractFacts]
    with_renewal: frozenset[UUID]
    group: Sequence[Node]
    timeline: Sequence[Mapping[str, Any]]
    arr: Sequence[tuple[date, int]]
    standards: Sequence[Mapping[str, Any]]
    usage: Sequence[Mapping[str, Any]]
    people: Mapping[UUID, Words]
    aliases: Sequence[str]


async def account_page(conn: AsyncConnection, asof: AsOf, account: UUID, *, currency: str) -> AccountPage | None:
    """The page of one account; None if nothing was known of it by then. An absorbed account shows its survivor."""
    merged = await states.merges(conn)
    account = merged.final(account)
    own = await load(conn, asof, await members(conn, asof, merged, account), currency=currency)
    row = next((r for r in own.rows if r.account_id == account), None)
    if row is None:
        return None
    mine = merged.with_absorbed([account])
    contracts = sorted(own.contracts.get(account, ()), key=lambda c: (c.starts_on or date.min, c.crm_id), reverse=True)
    contacts = await records.interactions(conn, asof, merged, [account])
    stakeholders = (await records.stakeholders(conn, asof, merged, [account])).get(account, [])
    themes = await team(conn, asof, account)
    deals = (await records.open_renewals(conn, asof, merged, [account])).get(account, [])
    return AccountPage(
        row=row,
        portfolio=own,
        assessment=(await states.assessments(conn, asof, [account])).get(account),
        steps=own.tiers[account][1] if account in own.tiers else (),
        team=themes,
        stakeholders=sorted(stakeholders, key=lambda p: (not p.live, -(p.influence or 0), str(p.subject_id))),
        last_contact=last_contacts(contacts),
        contracts=contracts,
        with_renewal=renewal_targets(deals, contracts, asof.day),
        group=group_of(account, own.rows),
        timeline=await _timeline(conn, asof, mine, contacts),
        arr=[(day, contract_figures(contracts, day).arr) for day in quarter_ends(asof.day)],
        standards=sorted(own.standards.get(account, ()), key=lambda s: s["standard"]),
        usage=await _usage(conn, asof, mine),
        people={**own.names, **await people.names(conn, {p.subject_id for p in stakeholders})},
        aliases=sorted(own.crm_ids[a] for a in merged.absorbed_by(account) if a in own.crm_ids),
    )


def renewal_targets(
    deals: Sequence[records.RenewalDeal], contracts: Sequence[ContractFacts], day: date
) -> frozenset[UUID]:
    """The contracts that an open renewal deal is about."""
    terms = [(c.contract_id, c) for c in contracts]
    return frozenset(x for d in deals if (x := rules.renewal_target(d, terms, day)) is not None)


def last_contacts(contacts: Rows) -> dict[UUID, datetime]:
    """person → their last meaningful contact."""
    last: dict[UUID, datetime] = {}
    for r in contacts:
        if r["meaningful"]:
            for person in r["participants"]:
                last[person] = max(r["at"], last.get(person, r["at"]))
    return last


async def team(conn: AsyncConnection, asof: AsOf, account: UUID) -> list[Theme]:
    """Every theme that ever had an owner, as it stands."""
    t = theme_steps
    query = select(t).where(t.c.account_id == account, t.c.effective_at < asof.before)
    found: dict[str, Theme] = {}
    for r in await fetch(conn, query.order_by(t.c.effective_at, t.c.position)):
        theme, at, event = r["theme"], r["effective_at"], r["event_id"]
        before = found.get(theme, Theme(theme))
        match r["kind"]:
            case "assigned":
                deputy = before.deputy_id if before.deputy_id != r["user_id"] else None
                found[theme] = Theme(theme, r["user_id"], deputy, at, None, event)
            case "deputy":
                found[theme] = Theme(theme, before.owner_id, r["user_id"], before.since, before.reason, event)
            case "vacated":
                found[theme] = Theme(theme, None, before.deputy_id, at, r["reason"], event)
    return sorted(found.values(), key=lambda theme: THEMES.index(theme.theme))


async def _timeline(conn: AsyncConnection, asof: AsOf, accounts: Sequence[UUID], contacts: Rows) -> Rows:
    """Newest first. Contacts come from their newest state, so that a meeting is one entry however often it was
    edited.
    """
    t = timeline
    query = select(t).where(t.c.account_id.in_(accounts), t.c.effective_at < asof.before)
    told = await fetch(conn, query.order_by(t.c.effective_at.desc(), t.c.position.desc()).limit(TIMELINE_LENGTH))
    held = [
        {**r, "effective_at": r["at"], "kind": "InteractionRecorded", "what": interaction_key(r), "facts": {}}
        for r in contacts
        if r["done"] or r["status"] == "Not Held"
    ]
    entries = sorted([*told, *held], key=lambda r: (r["effective_at"], r["position"]), reverse=True)
    return entries[:TIMELINE_LENGTH]


def interaction_key(r: Mapping[str, Any]) -> str:
    """What a contact was, as the page's key: meeting_held, meeting_not_held, call_held, mail_inbound, mail_outbound
    ...
    """
    if r["kind"] == "mail":
        return f"mail_{r['direction'] or 'outbound'}"
    return f"{r['kind']}_{'held' if r['done'] else 'not_held'}"


async def _usage(conn: AsyncConnection, asof: AsOf, accounts: Sequence[UUID]) -> Rows:
    """Newest periods, oldest first; reports of absorbed accounts are added to the survivor's."""
    t = usage_reports
    newest = (
        select(t)
        .ext(distinct_on(t.c.account_id, t.c.product, t.c.metric, t.c.period_start))
        .where(t.c.account_id.in_(accounts), t.c.effective_at < asof.before)
        .order_by(
            t.c.account_id, t.c.product, t.c.metric, t.c.period_start, t.c.reported_at.desc(), t.c.position.desc()
        )
        .subquery()
    )
    query = select(newest).order_by(newest.c.period_start.desc(), newest.c.product, newest.c.metric).limit(USAGE_LENGTH)
    return list(reversed(await fetch(conn, query)))
