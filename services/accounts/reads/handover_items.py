"""What somebody who takes a theme over has to know of the account, from all that this service knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts.domain.values import HandoverItem
from services.accounts.policy import contracts as rules
from services.accounts.reads import records, states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.figures import ContractFacts
from services.accounts.reads.foreign import matters
from services.accounts.reads.person import Person
from services.accounts.reads.states import Rows, fetch

_REVIEW = text("""
SELECT due_at FROM timers WHERE rule = :rule AND subject = :account AND fired_at IS NULL AND due_at > :now""")
MAIN = ("ECONOMIC_BUYER", "DECIDER", "CHAMPION", "APPROVER", "EXEC_SPONSOR")
"""Roles that say why somebody is a key player, the first that holds."""


async def items(conn: AsyncConnection, account: UUID, now: datetime, zone: ZoneInfo, rule: str) -> list[HandoverItem]:
    """Open escalations and promises, contracts with deadlines, what is due next, and key players, each in the order of
    their days. `rule`: the timer of the next tier assessment."""
    asof = AsOf.at(now, zone)
    merged = await states.merges(conn)
    t = matters
    said = await fetch(
        conn, select(t).where(t.c.account_id.in_(merged.with_absorbed([account]))).order_by(t.c.position)
    )
    facts = await records.contracts(conn, asof, merged, [account])
    people = (await records.stakeholders(conn, asof, merged, [account])).get(account, [])
    review = (await conn.execute(_REVIEW, {"rule": rule, "account": account, "now": now})).scalar_one_or_none()
    tier, path = (await states.tiers(conn, asof, [account])).get(account, (None, []))
    until = next((s.until for s in reversed(path) if s.until), None) if tier is not None and tier.manual else None
    timers = [
        HandoverItem(kind="timer", ref=what, what=what, due_on=at.astimezone(zone).date())
        for what, at in (("tier_review", review), ("tier_override", until))
        if at is not None
    ]
    of_others = open_matters(said)
    found = [*of_others, *deadlines(facts, asof.day), *timers, *key_players(people)]
    order = ("escalation", "promise", "contract", "timer", "stakeholder")
    return sorted(found, key=lambda i: (order.index(i.kind), i.due_on or date.max, i.item_id))


def open_matters(rows: Rows) -> list[HandoverItem]:
    """What is open of `matters` rows, those of one matter in their order. A milestone counts while its plan holds."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for r in rows:
        known = found.setdefault((r["kind"], r["ref"]), {})
        known.update({k: v for k, v in r.items() if v is not None})
    in_force = {ref for (kind, ref), m in found.items() if kind == "plan" and m.get("open")}
    return [
        HandoverItem(
            kind=m["kind"], ref=m["ref"], what=m.get("what", ""), label=m.get("label", ""), due_on=m.get("due_on")
        )
        for (kind, _), m in found.items()
        if kind != "plan" and m.get("open") and m.get("part_of", "") in ("", *in_force)
    ]


def deadlines(contracts: Sequence[ContractFacts], day: date) -> Iterable[HandoverItem]:
    """Signed contracts that do not follow yet: until when notice can be given, else when they end."""
    for c in contracts:
        ends = c.ends_on
        if not c.signed or ends is None or ends < day or rules.successor_of(c, contracts) is not None:
            continue
        notice = rules.notice_deadline(c) if c.notice_received_on is None else None
        what = "notice_deadline" if notice is not None and notice >= day else "contract_end"
        due = notice if what == "notice_deadline" else ends
        yield HandoverItem(kind="contract", ref=str(c.contract_id), what=what, label=c.name, due_on=due)


def key_players(people: Iterable[Person]) -> Iterable[HandoverItem]:
    """Those without whom nothing is decided, and those who can stop us; the role says why, never an attitude."""
    for p in people:
        if p.live and (p.key_player or p.blocker):
            role = next((r for r in MAIN if r in p.roles), "key_player")
            yield HandoverItem(kind="stakeholder", ref=str(p.subject_id), what=role)
