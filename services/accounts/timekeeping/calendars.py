"""What the calendar brings to the contracts of an account: renewal window, notice deadline, lapse, renewal, end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts import process
from services.accounts.domain import Contract
from services.accounts.policy import contracts as rules
from services.accounts.policy.standards import standards
from services.accounts.process import Step
from services.accounts.reads import records, states
from services.accounts.reads.asof import AsOf
from services.accounts.reads.figures import fold_tier
from services.accounts.reads.foreign import deals
from services.accounts.reads.states import Rows, fetch
from services.accounts.reads.tables import contract_states
from services.accounts.timekeeping.assessments import document_in_force
from shared import timers
from shared.eventstore.events import Meta, NewEvent, encode
from shared.eventstore.repository import aggregates_in
from shared.ids import derived
from shared.positions import driver
from shared.timers import Timer


class Calendars:
    """The action of the rule `contract_calendar`; the subject is the account.

    A step counts only from the day on which we could have known of the contract: nobody is told in 2026 that a window
    opened in 2023.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    async def fire(self, conn: AsyncConnection, timer: Timer, until: datetime, _: datetime) -> Sequence[NewEvent]:
        """Everything that fell due up to `until`, in order, and a timer for what comes next."""
        account = timer.subject
        merged = await states.merges(conn)
        if account in merged:
            return ()
        histories = await self._histories(conn, merged, account)
        found = await aggregates_in(driver(conn), Contract, histories)
        mine = {i: c for i, c in found.items() if merged.final(c.account_id) == account and not c.withdrawn}
        owed = standards(await document_in_force(conn, "standards", until))
        leads = {tier: owed.lead_days(tier) for tier in ("A", "B", "C", "N", None)}
        tiers = await self._tiers(conn, account)
        steps = list(await self._deals(conn, merged, account, mine))
        for i, contract in mine.items():
            known = known_since(histories[i])
            anchor = contract.deadline or contract.terms.ends_on
            window = process.window_opens(anchor, leads, tiers) if anchor else None
            steps += process.calendar(i, contract.terms, known, window, self._zone)
            for j, other in mine.items():
                if j != i and rules.follows(contract.terms, other.terms):
                    at = max(known, known_since(histories[j]))
                    steps.append(Step(at, i, "renewed", at.astimezone(self._zone).date(), 0, str(j)))
        steps.sort(key=lambda s: (s.at, _ORDER[s.what], str(s.contract_id), -s.days))
        events: list[NewEvent] = []
        for step in (s for s in steps if s.at <= until):
            contract = mine[step.contract_id]
            _take(contract, step, mine)
            meta = Meta(
                "system:accounts", step.at, correlation_id=derived(timer.rule, str(contract.id), step.at.isoformat())
            )
            events += encode(contract.collect_events(), meta)  # type: ignore[arg-type]
        if later := next((s.at for s in steps if s.at > until), None):
            await timers.arm(conn, [Timer(timer.rule, account, timer.due_version + 1, later)])
        return events

    async def _histories(self, conn: AsyncConnection, merged: states.Merges, account: UUID) -> dict[UUID, Rows]:
        t = contract_states
        ever = select(t.c.contract_id).where(t.c.account_id.in_(merged.with_absorbed([account])))
        found: dict[UUID, Rows] = defaultdict(list)
        for r in await fetch(conn, select(t).where(t.c.contract_id.in_(ever)).order_by(t.c.effective_at, t.c.position)):
            found[r["contract_id"]].append(r)
        return found

    async def _tiers(self, conn: AsyncConnection, account: UUID) -> list[tuple[date, str | None]]:
        _, path = (await states.tiers(conn, AsOf.everything(), [account])).get(account, (None, []))
        return [(step.at.astimezone(self._zone).date(), fold_tier(path[: n + 1]).tier) for n, step in enumerate(path)]

    async def _deals(
        self, conn: AsyncConnection, merged: states.Merges, account: UUID, mine: Mapping[UUID, Contract]
    ) -> Iterable[Step]:
        """Each renewal deal, linked on the day it appeared to the contract it is about."""
        t = deals
        query = select(t).where(t.c.account_id.in_(merged.with_absorbed([account])), t.c.motion == "renewal")
        terms = [(i, c.terms) for i, c in mine.items()]
        found: dict[str, Step] = {}
        for r in await fetch(conn, query.order_by(t.c.effective_at, t.c.revision)):
            day = r["effective_at"].astimezone(self._zone).date()
            deal = records.RenewalDeal(r["deal_id"], r["name"], r["motion"], r["closes_on"])
            target = rules.renewal_target(deal, terms, day)
            if target is not None and r["deal_id"] not in found:
                found[r["deal_id"]] = Step(r["effective_at"], target, "deal", day, 0, r["deal_id"])
        return found.values()


_ORDER = {"deal": 0, "renewed": 1, "window": 2, "approach": 3, "passed": 4, "over": 5}


def known_since(rows: Rows) -> datetime:
    """Since when the CRM has had the contract's present terms. `rows`: oldest first."""

    def said(r: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(r[c] for c in ("signed", "product", "starts_on", "ends_on", "notice_period_days", "withdrawn"))

    now = said(max(rows, key=lambda r: r["position"]))
    since = rows[-1]["effective_at"]
    for r in reversed(rows):
        if said(r) != now:
            break
        since = r["effective_at"]
    found: datetime = since
    return found


def _take(contract: Contract, step: Step, mine: Mapping[UUID, Contract]) -> None:
    match step.what:
        case "deal":
            contract.link_renewal_opportunity(step.other)
        case "renewed":
            contract.renew(mine[UUID(step.other)])
        case "window":
            contract.open_renewal_window(step.day, step.days)
        case "approach":
            contract.approach_deadline(step.day, step.days)
        case "passed":
            contract.pass_deadline(step.day)
        case "over":
            contract.lapse(step.day)
            contract.terminate(step.day)
