"""`kam.qbr.v1` → initiatives (PM4): a promoted action becomes an initiative of the account's plan, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.growth import process
from services.growth.app.workspace import Workspace
from services.growth.domain import AccountPlanning, GrowthPlan, Now
from services.growth.domain.values import AccountState
from services.growth.policy.documents import shipped
from services.growth.process import ActionCommand, DraftForAction, ProposeFromAction, RefuseProposal
from services.growth.reads import foreign
from services.growth.reads.tables import accounts, texts
from services.growth.settings import Settings
from shared import ids
from shared.clock import Clock
from shared.consumer import Message
from shared.contracts.base import Envelope
from shared.contracts.qbr.actions import ActionItemPromoted
from shared.errors import Transient
from shared.eventstore.events import Meta, NewEvent

POLICY = "policy:growth"


class QbrFacts:
    """The handler of the consumer `growth.qbr`. `everything_known`: whether all that the accounts service told is read;
    until then an account that is not known yet may still come, and its actions wait (Transient)."""

    def __init__(self, settings: Settings, clock: Clock, everything_known: Callable[[], bool]) -> None:
        self._settings, self._clock, self._everything_known = settings, clock, everything_known

    async def __call__(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        facts = [(m.body, m.body.event()) for m in messages if m.body.type == ActionItemPromoted.TYPE]
        actions = [(e, f) for e, f in facts if isinstance(f, ActionItemPromoted)]
        if not actions:
            return ()
        work, words = Workspace(conn), list[dict[str, Any]]()
        into = await foreign.survivors(conn, {f.account_id for _, f in actions})
        actions = [(e, f.model_copy(update={"account_id": into[f.account_id]})) for e, f in actions]
        wanted = {f.account_id for _, f in actions}
        found = await conn.execute(select(accounts).where(accounts.c.account_id.in_(wanted)))
        known = {r["account_id"]: foreign.state(r) for r in found.mappings()}
        if wanted - known.keys() and not self._everything_known():
            raise Transient("actions of accounts that are not known yet: waiting until kam.accounts.v1 is read")
        await work.load({AccountPlanning: {AccountPlanning.create_id(i) for i in wanted}})
        plannings = [p for i in wanted if (p := work.get(AccountPlanning, AccountPlanning.create_id(i)))]
        await work.load({GrowthPlan: {i for p in plannings for i in (p.draft, p.active) if i}})
        for e, action in actions:
            account = known.get(action.account_id)
            planning = work.get(AccountPlanning, AccountPlanning.create_id(action.account_id))
            plan_id = planning and (planning.active or planning.draft)
            plan = work.get(GrowthPlan, plan_id) if plan_id else None
            # before the account's own zone is known the company's counts; such an action is refused anyway
            zone = account.zone if account else self._settings.company_time_zone
            today = e.effective_at.astimezone(ZoneInfo(zone)).date()  # not the clock's: a log read again gives the same
            for step, command in enumerate(process.promote(account, planning, plan, action, today)):
                self._do(work, words, action.account_id, account, command, e)
                work.keep(Meta.follow(e, POLICY, command_id=ids.command_id(e.id, "promote", str(step))))
        if words:
            await conn.execute(insert(texts).on_conflict_do_nothing(), words)
        return work.events

    def _do(
        self, work: Workspace, words: list[dict[str, Any]], account_id: UUID, account: AccountState | None,
        command: ActionCommand, e: Envelope,
    ) -> None:  # fmt: skip
        planning = work.get(AccountPlanning, AccountPlanning.create_id(account_id))
        planning = planning or work.add(AccountPlanning.open(account_id))
        now = Now(POLICY, e.effective_at, self._clock.now(), self._settings.calendar, shipped())
        match command:
            case RefuseProposal(action_id, initiative_id, reason):
                planning.refuse(action_id, initiative_id, reason)
            case DraftForAction(owner):
                assert account is not None  # or the action would be refused
                plan_id, begin = ids.derived("plan-for", e.id), now.day(account.zone)
                planning.register(plan_id)
                title, ends = f"{begin.year}", begin + timedelta(days=now.policy.plan_days)
                work.add(GrowthPlan.draft(now, plan_id, account_id, title, owner, begin, ends, account.zone))
            case ProposeFromAction(action, plan_id_):
                plan = work.get(GrowthPlan, plan_id_ or ids.derived("plan-for", e.id))
                assert plan is not None
                ref = None
                if action.no_opportunity_reason:
                    ref = ids.derived("text", e.id, "no_opportunity")
                    words.append(
                        {
                            "text_ref": ref, "account_id": account_id, "kind": "no_opportunity", "author": e.actor,
                            "body": action.no_opportunity_reason, "written_at": e.recorded_at,
                        }
                    )  # fmt: skip
                plan.propose_initiative(
                    now, action.initiative_id, title=action.title, owner=action.owner, due=action.due,
                    goal_ids=action.goal_ids, stakeholders=action.stakeholders, opportunity_id=action.opportunity_id,
                    no_opportunity_ref=ref, origin="qbr_action", from_action_id=action.action_id,
                )  # fmt: skip
                planning.note_proposed(action.action_id, action.initiative_id)
