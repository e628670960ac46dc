"""What the standards are judged by, for many ticks in a row: the histories are read once, then walked through in
time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.policy import contracts as rules
from services.accounts.policy.standards import Situation, StandardsDocument
from services.accounts.policy.tiering import TierName
from services.accounts.reads import records, states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.figures import ContractFacts, TierStep, fold_tier
from services.accounts.reads.foreign import deals
from services.accounts.reads.person import Person, fold_person
from services.accounts.reads.states import Rows, fetch
from services.accounts.reads.tables import contract_states, stakeholder_steps, theme_steps


@dataclass(frozen=True, slots=True)
class _Contact:
    """A meaningful contact counts from when it had happened and was recorded."""

    since: datetime
    at: datetime
    people: frozenset[UUID]
    event_id: str


@dataclass(slots=True)
class _Account:
    tiers: list[TierStep] = field(default_factory=list)
    themes: Rows = field(default_factory=list)
    contacts: list[_Contact] = field(default_factory=list)
    people: dict[tuple[UUID, UUID], Rows] = field(default_factory=lambda: defaultdict(list))
    folded: dict[tuple[UUID, UUID], tuple[int, Person]] = field(default_factory=dict)
    contracts: list[Rows] = field(default_factory=list)
    deals: dict[str, Rows] = field(default_factory=lambda: defaultdict(list))
    gone: Rows = field(default_factory=list)
    tier: tuple[int, str | None] = (0, None)
    read: int = 0
    last: _Contact | None = None
    spoken: dict[UUID, datetime] = field(default_factory=dict)
    facts: dict[int, ContractFacts] = field(default_factory=dict)

    def heard(self, tick: datetime) -> tuple[_Contact | None, Mapping[UUID, datetime]]:
        """(the last contact, person → their last one). Ticks only rise, so each contact is looked at once."""
        while self.read < len(self.contacts) and (c := self.contacts[self.read]).since <= tick:
            self.read += 1
            self.last = c if self.last is None or c.at >= self.last.at else self.last
            self.spoken.update({p: max(c.at, self.spoken.get(p, c.at)) for p in c.people})
        return self.last, self.spoken

    def tier_at(self, tick: datetime) -> TierName | None:
        """The tier that holds; folded again only when there are more steps."""
        n = bisect_right(self.tiers, tick, key=lambda s: s.at)
        if n != self.tier[0]:
            self.tier = n, fold_tier(self.tiers[:n]).tier
        return cast("TierName | None", self.tier[1])

    def contracts_at(self, asof: AsOf) -> list[ContractFacts]:
        """The contracts as they are judged; a row is read once."""
        found = []
        for rows in self.contracts:
            row = records.known_contract(rows, asof)
            if row is not None and not row["withdrawn"]:
                facts = self.facts.get(row["position"])
                if facts is None:
                    facts = self.facts[row["position"]] = records.contract_facts(
                        {**row, "crm_id": ""}, row["account_id"]
                    )
                found.append(facts)
        return found


class Situations:
    """The histories of all accounts that ever had a tier."""

    def __init__(self, accounts: dict[UUID, _Account], zone: ZoneInfo, document: StandardsDocument) -> None:
        self._accounts, self._zone, self._document = accounts, zone, document

    @property
    def accounts(self) -> list[UUID]:
        """In a fixed order."""
        return sorted(self._accounts, key=str)

    def at(self, account: UUID, tick: datetime) -> tuple[TierName | None, Situation]:
        """(tier, situation) at a tick; no tier for an account that does not live."""
        a = self._accounts[account]
        tier = a.tier_at(tick)
        since = a.tiers[0].at
        if tier is None or tier == "N" or _newest(a.gone, tick, "value") in ("archived", "merged"):
            return None, Situation(since)
        owners, deputies, vacant = _themes(a.themes, tick)
        last, spoken = a.heard(tick)
        live = [p for key in a.people if (p := _person(a, key, tick)) is not None and p.live]
        opened, events = self._unattended(a, tier, tick)
        return tier, Situation(
            tracked_since=since,
            owners=owners,
            deputies=deputies,
            vacant_since=vacant,
            last_contact=last.at if last else None,
            contact_events=(last.event_id,) if last else (),
            key_players=tuple(spoken.get(p.subject_id) for p in live if p.key_player),
            assessed=sum(p.assessed for p in live),
            live=len(live),
            unattended=opened,
            contract_events=events,
        )

    def _unattended(self, a: _Account, tier: TierName, tick: datetime) -> tuple[tuple[date, ...], tuple[str, ...]]:
        """The days on which a renewal window opened, of contracts that nobody is negotiating."""
        day = tick.astimezone(self._zone).date()
        facts = a.contracts_at(AsOf.judged_at(tick, self._zone))
        terms = [(c.contract_id, c) for c in facts]
        talked = set()
        for rows in a.deals.values():
            deal = _row(rows, tick)
            if deal is not None and deal["open"]:
                wanted = records.RenewalDeal(deal["deal_id"], deal["name"], deal["motion"], deal["closes_on"])
                talked.add(rules.renewal_target(wanted, terms, day))
        opened, events = [], []
        for c in facts:
            opens = rules.renewal_window_opens(c, self._document.lead_days(tier))
            waiting = rules.active(c, day) and c.notice_received_on is None and rules.successor_of(c, facts) is None
            if waiting and opens is not None and opens <= day and c.contract_id not in talked:
                opened.append(max(opens, c.starts_on or opens))
                events.append(c.event_id)
        return tuple(opened), tuple(events)


async def situations(
    conn: AsyncConnection, ticks: Sequence[datetime], zone: ZoneInfo, document: StandardsDocument
) -> Situations:
    """Reads what is needed for these ticks."""
    asof = AsOf.at(ticks[-1], zone)
    merged = await states.merges(conn)
    paths = await states.tiers(conn, asof)
    found = {account: _Account(tiers=path) for account, (_, path) in paths.items()}

    def of(account: UUID | None) -> _Account | None:
        return found.get(merged.final(account)) if account is not None else None

    for r in await _all(conn, theme_steps, asof):
        if a := of(r["account_id"]):
            a.themes.append(r)
    for r in await records.interactions(conn, asof, merged):
        if r["meaningful"] and (a := of(r["account_id"])):
            since = max(r["at"], r["effective_at"])
            a.contacts.append(_Contact(since, r["at"], frozenset(r["participants"]), r["event_id"]))
    for r in await _all(conn, stakeholder_steps, asof):
        if a := of(r["account_id"]):
            a.people[r["account_id"], r["subject_id"]].append(r)
    histories: dict[UUID, Rows] = defaultdict(list)
    for r in await fetch(
        conn, select(contract_states).order_by(contract_states.c.contract_id, contract_states.c.position)
    ):
        histories[r["contract_id"]].append(r)
    for rows in histories.values():
        if a := of(rows[-1]["account_id"]):
            a.contracts.append(rows)
    t = deals
    for r in await fetch(conn, select(t).where(t.c.motion == "renewal").order_by(t.c.effective_at, t.c.revision)):
        if a := of(r["account_id"]):
            a.deals[r["deal_id"]].append(r)
    for account, rows in (await states.presences(conn)).items():
        if account in found:
            found[account].gone = rows
    for a in found.values():
        a.contacts.sort(key=lambda c: c.since)
    return Situations(found, zone, document)


async def _all(conn: AsyncConnection, table: Any, asof: AsOf) -> Rows:
    query = select(table).where(table.c.effective_at < asof.before)
    return await fetch(conn, query.order_by(table.c.effective_at, table.c.position))


def _row(rows: Rows, tick: datetime) -> Mapping[str, Any] | None:
    """The row that held at a tick; `rows` oldest first."""
    n = bisect_right(rows, tick, key=lambda r: r["effective_at"])
    return rows[n - 1] if n else None


def _newest(rows: Rows, tick: datetime, column: str) -> Any:
    row = _row(rows, tick)
    return row[column] if row else None


def _person(a: _Account, key: tuple[UUID, UUID], tick: datetime) -> Person | None:
    rows = a.people[key]
    n = bisect_right(rows, tick, key=lambda r: r["effective_at"])
    if n and a.folded.get(key, (0,))[0] != n:
        a.folded[key] = n, fold_person(rows[:n])
    return a.folded[key][1] if n else None


def _themes(
    rows: Iterable[Mapping[str, Any]], tick: datetime
) -> tuple[frozenset[str], frozenset[str], dict[str, datetime]]:
    """(owned themes, themes with deputy, since when the others are vacant)."""
    owners: set[str] = set()
    deputies: set[str] = set()
    vacant: dict[str, datetime] = {}
    for r in rows:
        if r["effective_at"] > tick:
            break
        match r["kind"]:
            case "assigned":
                owners.add(r["theme"])
                vacant.pop(r["theme"], None)
            case "vacated":
                owners.discard(r["theme"])
                vacant[r["theme"]] = r["effective_at"]
            case "deputy":
                deputies.add(r["theme"])
    return frozenset(owners), frozenset(deputies), vacant
