"""`kam.accounts.v1` → what we know of accounts and contracts, plan duty (PM2), the zone of open plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.growth import process
from services.growth.app.workspace import Workspace
from services.growth.consumers.waking import wake
from services.growth.domain import AccountPlanning, GrowthPlan, Now
from services.growth.policy.documents import shipped
from services.growth.process import AdoptZone, DutyCommand, LiftDuty, NoteStanding, RequirePlan
from services.growth.reads import foreign
from services.growth.reads.tables import accounts, contracts, opportunities
from services.growth.settings import Settings
from shared import ids
from shared.clock import Clock
from shared.consumer import Message
from shared.contracts.accounts import account as a
from shared.contracts.accounts import commerce as c
from shared.contracts.accounts import tiers as t
from shared.contracts.base import Envelope
from shared.eventstore.events import Meta, NewEvent

POLICY = "policy:growth"
_GONE: dict[type[Any], tuple[str, bool]] = {
    a.AccountEnded: ("ended", True),
    a.AccountReopened: ("ended", False),
    a.AccountArchived: ("archived", True),
    a.AccountRestored: ("archived", False),
    a.AccountsMerged: ("merged", True),
    a.AccountMergeReverted: ("merged", False),
}
_LIVES: tuple[type[Any], ...] = (a.AccountRegistered, *_GONE)
_TIER: tuple[type[Any], ...] = (t.TierChanged, t.TierOverridden, t.TierOverrideExpired, t.TierOverrideLifted)
_ABOUT: tuple[type[Any], ...] = (
    a.AccountRegistered, a.AccountLinkedToCrm, a.AccountRenamed, a.AccountTimeZoneChanged, *_GONE, *_TIER,
    t.KeyAccountConfirmed, t.KeyAccountDeclassified,
)  # fmt: skip
_CONTRACT: tuple[type[Any], ...] = (
    c.ContractRecorded, c.ContractAmended, c.ContractReassigned, c.ContractWithdrawn, c.ContractRestored,
)  # fmt: skip
_TYPES = frozenset(k.TYPE for k in (*_ABOUT, *_CONTRACT))


class AccountFacts:
    """The handler of the consumer `growth.accounts`."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock

    async def __call__(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        ours = (m.body for m in messages if m.body.type in _TYPES)
        facts: list[tuple[Envelope, Any]] = [(e, fact) for e in ours if (fact := e.event()) is not None]
        await self._contracts(conn, [(e, f) for e, f in facts if isinstance(f, _CONTRACT)])
        return await self._accounts(conn, [(e, f) for e, f in facts if isinstance(f, _ABOUT)])

    async def _accounts(self, conn: AsyncConnection, facts: Sequence[tuple[Envelope, Any]]) -> Sequence[NewEvent]:
        wanted = {f.account_id for _, f in facts}
        if not wanted:
            return ()
        found = await conn.execute(select(accounts).where(accounts.c.account_id.in_(wanted)))
        rows: dict[UUID, dict[str, Any]] = {r["account_id"]: dict(r) for r in found.mappings()}
        work = Workspace(conn)
        await work.load({AccountPlanning: {AccountPlanning.create_id(i) for i in wanted}})
        plannings = [p for i in wanted if (p := work.get(AccountPlanning, AccountPlanning.create_id(i)))]
        await work.load({GrowthPlan: {i for p in plannings for i in (p.draft, p.active) if i}})
        for e, fact in facts:
            row = rows.setdefault(fact.account_id, self._blank(fact.account_id))
            before = foreign.state(row)
            row["position"] = e.position
            take(row, fact)
            if isinstance(fact, a.AccountsMerged) and fact.absorbed_id == fact.account_id:
                row["merged_into"], row["merged_at"] = fact.survivor_id, e.effective_at
            elif isinstance(fact, a.AccountMergeReverted) and fact.absorbed_id == fact.account_id:
                row["merged_into"] = row["merged_at"] = None
            # live facts only: a duty from before our first start begins when we learn of it
            at = max(e.effective_at, e.recorded_at)
            for step, command in enumerate(process.plan_duty(before, foreign.state(row), at)):
                self._do(work, row, command, e)
                cause = ids.command_id(e.id, "plan_duty", str(step))
                work.keep(Meta.follow(e, POLICY, command_id=cause, policy_refs=(("growth", shipped().version),)))
        statement = insert(accounts)
        values = {k: statement.excluded[k] for k in accounts.c.keys() if k != "account_id"}  # noqa: SIM118  columns are no dict
        await conn.execute(
            statement.on_conflict_do_update(index_elements=["account_id"], set_=values),
            [rows[i] for i in sorted(rows, key=str)],
        )
        lives: list[Any] = [f for _, f in facts if isinstance(f, _LIVES)]
        await wake(conn, process.WHITESPACE, {f.account_id for f in lives})
        return work.events

    def _blank(self, account_id: UUID) -> dict[str, Any]:
        zone = self._settings.company_time_zone
        return {
            "account_id": account_id, "name": "", "crm_id": None, "time_zone": zone, "gone": [], "key_since": None,
            "tier": None, "merged_into": None, "merged_at": None, "position": 0,
        }  # fmt: skip

    def _do(self, work: Workspace, row: dict[str, Any], command: DutyCommand, e: Envelope) -> None:
        """One command of PM2. An account that never had a duty or a plan has nothing to be told."""
        account: UUID = row["account_id"]
        planning = work.get(AccountPlanning, AccountPlanning.create_id(account))
        now = Now(POLICY, e.effective_at, self._clock.now(), self._settings.calendar, shipped())
        match command:
            case RequirePlan(tier, since):
                planning = planning or work.add(AccountPlanning.open(account))
                planning.require(tier, since, _day(since, row["time_zone"]), now)
            case LiftDuty(why) if planning:
                planning.lift(why)
            case NoteStanding(live) if planning:
                planning.note_standing(live)
            case AdoptZone(zone) if planning:
                for plan_id in (planning.draft, planning.active):
                    if plan_id and (plan := work.get(GrowthPlan, plan_id)):
                        plan.adopt_zone(zone)

    async def _contracts(self, conn: AsyncConnection, facts: Sequence[tuple[Envelope, Any]]) -> None:
        if not facts:
            return
        known = set((await conn.execute(select(contracts.c.product).distinct())).scalars())
        rows = [
            {
                "contract_id": e.stream, "version": e.version, "account_id": f.account_id,
                "crm_id": getattr(f, "crm_id", None), "product": f.product, "starts_on": f.starts_on,
                "counts": f.signed and not isinstance(f, c.ContractWithdrawn), "ends_on": f.ends_on, "arr": f.arr,
                "currency": f.currency, "effective_at": e.effective_at, "event_id": e.id,
            }
            for e, f in facts
        ]  # fmt: skip
        await conn.execute(insert(contracts).on_conflict_do_nothing(), rows)
        touched = {f.account_id for _, f in facts} | {
            f.from_account_id for _, f in facts if isinstance(f, c.ContractReassigned)
        }
        if {r["product"] for r in rows if r["product"]} - known:  # deals of anybody may be about the new product
            touched |= set((await conn.execute(select(opportunities.c.account_id).distinct())).scalars()) - {None}
        await wake(conn, process.WHITESPACE, touched)


def take(row: dict[str, Any], fact: Any) -> None:
    """One fact about an account changes what we know of it."""
    match fact:
        case a.AccountRegistered():
            row["name"], row["time_zone"] = fact.name, fact.time_zone
        case a.AccountRenamed():
            row["name"] = fact.name
        case a.AccountLinkedToCrm():
            row["crm_id"] = fact.crm_id
        case a.AccountTimeZoneChanged():
            row["time_zone"] = fact.time_zone
        case t.KeyAccountConfirmed():
            row["key_since"], row["tier"] = fact.at, fact.tier
        case t.KeyAccountDeclassified():
            row["key_since"] = None
        case t.TierChanged() | t.TierOverridden() | t.TierOverrideExpired() | t.TierOverrideLifted():
            row["tier"] = fact.to_tier
        case _ if getattr(fact, "absorbed_id", row["account_id"]) == row["account_id"]:
            why, gone = _GONE[type(fact)]
            row["gone"] = sorted({*row["gone"], why} if gone else set(row["gone"]) - {why})


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
