"""All use cases of the growth service. What touches one plan only goes through `on_plan`; the others write several
streams in one append.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

from services.growth.app.plays import Plays
from services.growth.app.work import Commander, Done, Words, Work
from services.growth.domain import AccountPlanning, GrowthPlan, PlayRun, Whitespace
from services.growth.domain.base import need
from services.growth.domain.values import CellState, PlanResult
from shared.errors import NotFound
from shared.eventstore.events import Meta

__all__ = ["Account", "Commander", "Done", "Growth", "Words", "Work"]

Account = tuple[str, bool]  # (time zone, whether it lives)
Lookup = Callable[[UUID], Awaitable[Account | None]]
OnPlan = Callable[[GrowthPlan, Work], object]
Roles = frozenset[str]


class Growth(Plays):
    """`lookup` answers what the accounts service says of an account."""

    def __init__(self, commander: Commander, lookup: Lookup) -> None:
        super().__init__(commander)
        self._lookup = lookup

    async def version(self, cls: type[Any], stream_id: UUID) -> int:
        """The version of a stream now; 0: it does not exist."""
        return await self._commander.version(cls, stream_id)

    async def on_plan(self, meta: Meta, plan_id: UUID, do: OnPlan, roles: Roles = frozenset()) -> Done:
        """Let the plan decide. `do` calls one of its commands."""

        async def decide(work: Work) -> None:
            do(await work.get(GrowthPlan, plan_id), work)

        return await self._commander.run(meta, decide, roles)

    # -- the plan's life

    async def draft_plan(
        self, meta: Meta, plan_id: UUID, account_id: UUID, title: str, owner: str, starts_on: date, ends_on: date
    ) -> Done:
        """Begin a plan of a live account that has no other draft."""
        account = await self._lookup(account_id)
        if account is None:
            raise NotFound(f"The accounts service has not told of {account_id}.", slug="account-unknown")
        zone, live = account

        async def decide(work: Work) -> None:
            need(live, "account-not-live", "The account ended, was merged or archived: reopen it, or use the survivor.")
            planning = await self._planning(work, account_id)
            need(await work.find(GrowthPlan, plan_id) is None, "plan-exists", "There is a plan with this id.")
            planning.register(plan_id)
            work.add(GrowthPlan.draft(work.now, plan_id, account_id, title, owner, starts_on, ends_on, zone))

        return await self._commander.run(meta, decide)

    async def approve_plan(self, meta: Meta, plan_id: UUID, roles: Roles) -> Done:
        """The plan becomes the account's active one; the one before it is superseded."""

        async def decide(work: Work) -> None:
            plan = await work.get(GrowthPlan, plan_id)
            planning = await self._planning(work, plan.account_id)
            plan.approve(work.now, planning.duty or "optional", planning.tier)
            before = planning.put_in_force(plan_id)
            if before is not None:
                (await work.get(GrowthPlan, before)).supersede(plan_id)

        return await self._commander.run(meta, decide, roles)

    async def close_plan(self, meta: Meta, plan_id: UUID, result: PlanResult, summary: str) -> Done:
        """The plan is over."""

        async def decide(work: Work) -> None:
            plan = await work.get(GrowthPlan, plan_id)
            plan.close(work.now, result, work.say(plan.account_id, "summary", summary) if summary else None)
            (await self._planning(work, plan.account_id)).leave(plan_id)

        return await self._commander.run(meta, decide)

    async def abandon_plan(self, meta: Meta, plan_id: UUID, reason: str) -> Done:
        """Nobody follows it any more."""

        async def decide(work: Work) -> None:
            plan = await work.get(GrowthPlan, plan_id)
            plan.abandon(work.now, work.say(plan.account_id, "reason", reason))
            (await self._planning(work, plan.account_id)).leave(plan_id)

        return await self._commander.run(meta, decide)

    # -- milestones and initiatives that may be part of a play

    async def on_milestone(self, meta: Meta, plan_id: UUID, milestone_id: UUID, do: OnPlan) -> Done:
        """As `on_plan`; a running play learns that the milestone of its step is done, waived or open again."""

        async def decide(work: Work) -> None:
            plan = await work.get(GrowthPlan, plan_id)
            do(plan, work)
            m = plan.milestone(milestone_id)
            run = await work.get(PlayRun, m.run_id) if m.run_id else None
            if run is None or m.step is None or run.status == "Aborted":
                return
            if m.open:
                run.reopen_step(m.step)
            elif m.status == "Done":
                run.complete_step(m.step)
            elif m.step not in run.done:
                run.skip_step(m.step, work.words[0].text_ref)

        return await self._commander.run(meta, decide)

    async def cancel_initiative(self, meta: Meta, plan_id: UUID, initiative_id: UUID, reason: str) -> Done:
        """It will not be done; a play that it belongs to is aborted."""

        async def decide(work: Work) -> None:
            plan = await work.get(GrowthPlan, plan_id)
            ref = work.say(plan.account_id, "reason", reason)
            plan.cancel_initiative(work.now, initiative_id, ref)
            run_id = plan.initiatives[initiative_id].run_id
            run = await work.get(PlayRun, run_id) if run_id else None
            if run is not None and run.status == "Started":
                run.abort(ref)

        return await self._commander.run(meta, decide)

    # -- whitespace

    async def assess_cell(
        self, meta: Meta, account_id: UUID, org_unit: str, product: str, state: CellState, potential: int | None,
        currency: str | None, evidence: tuple[str, ...], reason: str,
    ) -> Done:  # fmt: skip
        """A person says what no contract and no deal says."""
        if await self._lookup(account_id) is None:
            raise NotFound(f"The accounts service has not told of {account_id}.", slug="account-unknown")

        async def decide(work: Work) -> None:
            stream = Whitespace.create_id(account_id)
            space = await work.find(Whitespace, stream) or work.add(Whitespace.open(account_id))
            ref = work.say(account_id, "reason", reason) if reason else None
            space.assess(work.now, org_unit, product, state, potential, currency, evidence, ref)

        return await self._commander.run(meta, decide)

    async def _planning(self, work: Work, account_id: UUID) -> AccountPlanning:
        found = await work.find(AccountPlanning, AccountPlanning.create_id(account_id))
        return found or work.add(AccountPlanning.open(account_id))
