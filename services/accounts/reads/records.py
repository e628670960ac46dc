"""The loaders of what belongs to accounts: contracts, people, contacts, renewal deals; and of our own employees.

`merged` and `only` as in `states`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.reads.asof import AsOf, present, then
from services.accounts.reads.figures import ContractFacts
from services.accounts.reads.foreign import deals, employees
from services.accounts.reads.person import Person, fold_person
from services.accounts.reads.states import Merges, Only, Rows, fetch
from services.accounts.reads.tables import contract_states, interaction_states, stakeholder_steps


def _belonging(table: Table, key: str, merged: Merges, only: Only, column: str = "account_id") -> tuple[Any, ...]:
    """Limits to things that ever belonged to the accounts: which belongs to them now is for the newest row to say."""
    if only is None:
        return ()
    ever = select(table.c[key]).where(table.c[column].in_(merged.with_absorbed(only)))
    return (table.c[key].in_(ever),)


async def contracts(conn: AsyncConnection, asof: AsOf, merged: Merges, only: Only = None) -> list[ContractFacts]:
    """Contracts that are not withdrawn and belong to an account; whether one counts on a day is its own dates' affair.

    For a judgement (`asof.known`) a contract counts as it was known by then, or, if we heard of it only later, from
    the day on which it was signed.
    """
    t = contract_states
    query = select(t).where(*_belonging(t, "contract_id", merged, only)).order_by(t.c.contract_id, t.c.position)
    histories: dict[UUID, Rows] = defaultdict(list)
    for r in await fetch(conn, query):
        histories[r["contract_id"]].append(r)
    found = []
    for rows in histories.values():
        row = known_contract(rows, asof)
        if row is None or row["withdrawn"]:
            continue
        account = merged.final(row["account_id"])
        if only is None or account in only:
            found.append(contract_facts({**row, "crm_id": rows[0]["crm_id"]}, account))
    return found


def known_contract(rows: Rows, asof: AsOf) -> dict[str, Any] | None:
    """Of one contract's rows, in the order we learned them, the one that counts; None: not known and not signed by
    then.
    """
    if asof.known is None:
        return rows[-1]
    by_then = [r for r in rows if r["effective_at"] < asof.known]
    if by_then:
        return max(by_then, key=lambda r: (r["effective_at"], r["position"]))
    first = rows[0]
    return first if first["signed_on"] is not None and first["signed_on"] <= asof.day else None


def contract_facts(row: Mapping[str, Any], account: UUID) -> ContractFacts:
    """A row as the rules read it, at its final account."""
    values = {name: row[name] for name in ContractFacts.__dataclass_fields__}
    return ContractFacts(**{**values, "account_id": account, "arr": row["arr"] or 0})


async def live_contacts(
    conn: AsyncConnection, asof: AsOf, merged: Merges, only: Only = None
) -> dict[UUID, tuple[int, str]]:
    """account → (how many live contacts the CRM has with it, the newest event that changed the number)."""
    t = stakeholder_steps
    where = () if only is None else (t.c.account_id.in_(merged.with_absorbed(only)),)
    query = then(t, ("account_id", "subject_id"), asof.before, t.c.live.is_not(None), *where)
    live: dict[UUID, set[UUID]] = defaultdict(set)
    newest: dict[UUID, tuple[int, str]] = {}
    for r in await fetch(conn, query):
        account = merged.final(r["account_id"])
        if r["live"]:
            live[account].add(r["subject_id"])
        newest[account] = max(newest.get(account, (0, "")), (r["position"], r["event_id"]))
    return {account: (len(live[account]), event) for account, (_, event) in newest.items()}


async def stakeholders(
    conn: AsyncConnection, asof: AsOf, merged: Merges, only: Only = None
) -> dict[UUID, list[Person]]:
    """account → people of the customer; of a person in two merged accounts the one that is live, then the newest."""
    t = stakeholder_steps
    query = select(t).where(t.c.effective_at < asof.before).order_by(t.c.effective_at, t.c.position)
    if only is not None:
        query = query.where(t.c.account_id.in_(merged.with_absorbed(only)))
    said: dict[tuple[UUID, UUID], Rows] = defaultdict(list)
    for r in await fetch(conn, query):
        said[r["account_id"], r["subject_id"]].append(r)
    found: dict[UUID, dict[UUID, Person]] = defaultdict(dict)
    for (account, subject), rows in said.items():
        people, person = found[merged.final(account)], fold_person(rows)
        known = people.get(subject)
        if known is None or (person.live, person.position) > (known.live, known.position):
            people[subject] = person
    return {account: list(people.values()) for account, people in found.items()}


async def accounts_of(conn: AsyncConnection, merged: Merges, subjects: Collection[UUID]) -> set[UUID]:
    """The accounts at which these people were ever seen."""
    c = stakeholder_steps.c
    query = select(c.account_id).where(c.subject_id.in_(subjects)).distinct()
    return {merged.final(r["account_id"]) for r in await fetch(conn, query)}


async def subjects_of(conn: AsyncConnection, account: UUID) -> list[UUID]:
    """Everybody that was ever seen at an account itself."""
    c = stakeholder_steps.c
    query = select(c.subject_id).where(c.account_id == account).distinct().order_by(c.subject_id)
    return [r["subject_id"] for r in await fetch(conn, query)]


async def last_meaningful(
    conn: AsyncConnection, asof: AsOf, merged: Merges, only: Only = None
) -> dict[UUID, dict[str, Any]]:
    """account → its last meaningful contact; a contact counts on its own day, whenever it was recorded."""
    t = interaction_states
    known = present(t, ("interaction_id",), *_belonging(t, "interaction_id", merged, only)).subquery()
    c = known.c
    query = (
        select(known)
        .ext(distinct_on(c.account_id))
        .where(c.meaningful, ~c.retracted, c.at < asof.before, c.account_id.is_not(None))
        .order_by(c.account_id, c.at.desc(), c.position.desc())
    )
    found: dict[UUID, dict[str, Any]] = {}
    for r in await fetch(conn, query):
        account = merged.final(r["account_id"])
        if (only is None or account in only) and (account not in found or found[account]["at"] < r["at"]):
            found[account] = r
    return found


async def staff(conn: AsyncConnection, asof: AsOf) -> dict[str, dict[str, Any]]:
    """CRM user id → employee (active, subject_id)."""
    t = employees
    query = (
        select(t)
        .ext(distinct_on(t.c.user_id))
        .where(t.c.effective_at < asof.before)
        .order_by(t.c.user_id, t.c.effective_at.desc(), t.c.revision.desc())
    )
    return {r["user_id"]: r for r in await fetch(conn, query)}


@dataclass(frozen=True, slots=True)
class RenewalDeal:
    """An open renewal of the CRM; which contract it is about is for `policy.contracts.renewal_target` to say."""

    crm_id: str
    name: str
    motion: str | None
    closes_on: date | None


async def open_renewals(
    conn: AsyncConnection, asof: AsOf, merged: Merges, only: Only = None
) -> dict[UUID, list[RenewalDeal]]:
    """account → its open renewal deals."""
    t = deals
    belonging = _belonging(t, "deal_id", merged, only)
    newest = (
        select(t)
        .ext(distinct_on(t.c.deal_id))
        .where(t.c.effective_at < asof.before, *belonging)
        .order_by(t.c.deal_id, t.c.effective_at.desc(), t.c.revision.desc())
        .subquery()
    )
    c = newest.c
    query = select(newest).where(c.open, c.account_id.is_not(None), c.motion == "renewal").order_by(c.deal_id)
    found: dict[UUID, list[RenewalDeal]] = defaultdict(list)
    for r in await fetch(conn, query):
        found[merged.final(r["account_id"])].append(RenewalDeal(r["deal_id"], r["name"], r["motion"], r["closes_on"]))
    return found


async def interactions(conn: AsyncConnection, asof: AsOf, merged: Merges, only: Only = None) -> Rows:
    """Contacts that were not retracted, by their own day up to the cut; `account_id` is the final account."""
    t = interaction_states
    rows = await fetch(conn, present(t, ("interaction_id",), *_belonging(t, "interaction_id", merged, only)))
    found = []
    for r in rows:
        if not r["retracted"] and r["at"] is not None and r["at"] < asof.before:
            r["account_id"] = merged.final(r["account_id"])
            if only is None or r["account_id"] in only:
                found.append(r)
    return found
