"""Everything the page of one account shows, as of a day: team, people, contracts, group, timeline, ARR, standards, use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads import states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.figures import ContractFacts, contract_figures, names_product, quarter_ends
from services.accounts.reads.portfolio import AccountRow, Portfolio, load
from services.accounts.reads.states import Aspects, Rows, fetch
from services.accounts.reads.tables import contract_steps, theme_steps, tier_assessments, timeline, usage_reports
from shared import people

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
class Node:
    """An account in its group; `depth` 0 is the root."""

    account_id: UUID
    crm_id: str
    name: str
    parent_crm_id: str | None
    tier: str | None
    arr_minor: int
    depth: int


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account on a day."""

    row: AccountRow
    portfolio: Portfolio
    assessment: Mapping[str, Any] | None
    team: Sequence[Theme]
    stakeholders: Sequence[Mapping[str, Any]]
    contracts: Sequence[tuple[ContractFacts, str | None]]
    renewals: Sequence[str]
    group: Sequence[Node]
    timeline: Sequence[Mapping[str, Any]]
    arr: Sequence[tuple[date, int]]
    standards: Sequence[Mapping[str, Any]]
    usage: Sequence[Mapping[str, Any]]
    people: Mapping[UUID, Any]
    aliases: Sequence[str]

    def has_renewal(self, contract: ContractFacts) -> bool:
        """Whether an open renewal deal names the contract's product."""
        return any(names_product(name, contract.product) for name in self.renewals)


async def account_page(conn: AsyncConnection, asof: AsOf, account: UUID, *, currency: str) -> AccountPage | None:
    """The page of one account; None if nothing was known of it by then. An absorbed account shows its survivor."""
    account = (await states.merges(conn)).final(account)
    all_of_them = await load(conn, asof, currency=currency)
    own = await load(conn, asof, [account], currency=currency)
    if not own.rows:
        return None
    merged = own.merged
    mine = merged.with_absorbed([account])
    contracts = sorted(own.contracts.get(account, ()), key=lambda c: (c.starts_on or date.min, c.crm_id), reverse=True)
    steps = await _contract_steps(conn, asof, [c.contract_id for c in contracts])
    stakeholders = own.people.get(account, [])
    return AccountPage(
        row=own.rows[0],
        portfolio=own,
        assessment=await _assessment(conn, asof, account),
        team=await team(conn, asof, account),
        stakeholders=await _with_last_contact(conn, asof, merged, account, stakeholders),
        contracts=[(c, steps.get(c.contract_id)) for c in contracts],
        renewals=(await states.open_renewals(conn, asof, merged)).get(account, []),
        group=await _group(conn, asof, account, all_of_them),
        timeline=await _timeline(conn, asof, mine),
        arr=[(day, contract_figures(contracts, day).arr) for day in quarter_ends(asof.day)],
        standards=sorted(own.standards.get(account, ()), key=lambda s: s["standard"]),
        usage=await _usage(conn, asof, mine),
        people=await people.people(conn, [p["subject_id"] for p in stakeholders]),
        aliases=sorted(own.crm_ids[a] for a in merged.absorbed_by(account) if a in own.crm_ids),
    )


async def _assessment(conn: AsyncConnection, asof: AsOf, account: UUID) -> Mapping[str, Any] | None:
    t = tier_assessments
    query = select(t).where(t.c.account_id == account, t.c.effective_at < asof.before)
    rows = await fetch(conn, query.order_by(t.c.effective_at.desc(), t.c.position.desc()).limit(1))
    return rows[0] if rows else None


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


async def _contract_steps(conn: AsyncConnection, asof: AsOf, contracts: Sequence[UUID]) -> dict[UUID, str]:
    t = contract_steps
    query = select(t).where(t.c.contract_id.in_(contracts), t.c.effective_at < asof.before)
    rows = await fetch(conn, query.order_by(t.c.effective_at, t.c.position))
    return {r["contract_id"]: r["state"] for r in rows}


async def _with_last_contact(
    conn: AsyncConnection, asof: AsOf, merged: states.Merges, account: UUID, stakeholders: Rows
) -> list[Mapping[str, Any]]:
    last: dict[UUID, datetime] = {}
    for r in await states.interactions(conn, asof, merged, [account]):
        if r["meaningful"]:
            for person in r["participants"]:
                last[person] = max(r["at"], last.get(person, r["at"]))
    order = {True: 0, False: 1}
    return sorted(
        ({**p, "last_contact_at": last.get(p["subject_id"])} for p in stakeholders),
        key=lambda p: (order[p["live"]], -(p["influence"] or 0), str(p["subject_id"])),
    )


async def _group(conn: AsyncConnection, asof: AsOf, account: UUID, everybody: Portfolio) -> list[Node]:
    """The whole group of the account, root first, children by name. Accounts that no longer live are left out."""
    rows = {r.account_id: r for r in everybody.rows}
    children: dict[UUID | None, list[AccountRow]] = {}
    for r in everybody.rows:
        children.setdefault(r.parent_id if r.parent_id in rows else None, []).append(r)
    root, seen = account, {account}
    while (row := rows.get(root)) is not None and row.parent_id in rows and row.parent_id not in seen:
        root = row.parent_id
        seen.add(root)
    found: list[Node] = []

    def visit(r: AccountRow, depth: int) -> None:
        found.append(Node(r.account_id, r.crm_id, r.name, r.parent_crm_id, r.tier.tier, r.arr_minor, depth))
        for child in children.get(r.account_id, ()):
            visit(child, depth + 1)

    if root in rows:
        visit(rows[root], 0)
    return found


async def _timeline(conn: AsyncConnection, asof: AsOf, accounts: Sequence[UUID]) -> Rows:
    """Newest first. Contacts come from their newest state, so that a meeting is one entry however often it was edited."""
    t = timeline
    query = select(t).where(t.c.account_id.in_(accounts), t.c.effective_at < asof.before)
    told = await fetch(conn, query.order_by(t.c.effective_at.desc(), t.c.position.desc()).limit(TIMELINE_LENGTH))
    merged = await states.merges(conn)
    held = [
        {
            "effective_at": r["at"], "kind": "InteractionRecorded", "what": interaction_key(r), "facts": {},
            "event_id": r["event_id"], "meaningful": r["meaningful"], "recorded_at": r["recorded_at"],
            "actor": r["actor"], "position": r["position"],
        }
        for r in await states.interactions(conn, asof, merged, [merged.final(accounts[0])])
        if r["done"] or r["status"] == "Not Held"
    ]  # fmt: skip
    entries = sorted([*told, *held], key=lambda r: (r["effective_at"], r["position"]), reverse=True)
    return entries[:TIMELINE_LENGTH]


def interaction_key(r: Mapping[str, Any]) -> str:
    """What a contact was, as the page's key: meeting_held, meeting_not_held, call_held, mail_inbound, mail_outbound ..."""
    if r["kind"] == "mail":
        return f"mail_{r['direction'] or 'outbound'}"
    return f"{r['kind']}_{'held' if r['done'] else 'not_held'}"


async def _usage(conn: AsyncConnection, asof: AsOf, accounts: Sequence[UUID]) -> Rows:
    """Newest periods, oldest first; reports of absorbed accounts are added to the survivor's."""
    t = usage_reports
    newest = (
        select(t)
        .distinct(t.c.account_id, t.c.product, t.c.metric, t.c.period_start)
        .where(t.c.account_id.in_(accounts), t.c.effective_at < asof.before)
        .order_by(t.c.account_id, t.c.product, t.c.metric, t.c.period_start, t.c.reported_at.desc(), t.c.position.desc())
        .subquery()
    )
    query = select(newest).order_by(newest.c.period_start.desc(), newest.c.product, newest.c.metric).limit(USAGE_LENGTH)
    return list(reversed(await fetch(conn, query)))


_ = Aspects
