"""Use cases around plays: play books, and runs that write a plan and a run in one append."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.growth.app.work import Commander, Done, Work
from services.growth.domain import GrowthPlan, Playbook, PlayRun
from services.growth.domain.base import need
from services.growth.domain.values import PlayStep
from services.growth.policy import playbooks
from services.growth.policy.playbooks import PlaybookDocument
from shared import ids
from shared.errors import Invalid
from shared.eventstore.events import Meta


class Plays:
    """Part of `Growth`."""

    def __init__(self, commander: Commander) -> None:
        self._commander = commander

    async def define_playbook(self, meta: Meta, document: dict[str, Any]) -> Done:
        """A new version, as a draft. Raises Invalid."""
        key = str(document.get("playbook", ""))

        async def decide(work: Work) -> None:
            book = await work.find(Playbook, Playbook.create_id(key)) or Playbook.open(key)
            book.define(document, work.now.by)
            work.add(book)

        return await self._commander.run(meta, decide)

    async def publish_playbook(self, meta: Meta, key: str, version: int) -> Done:
        """New runs get this version."""

        async def decide(work: Work) -> None:
            (await work.get(Playbook, Playbook.create_id(key))).publish(version, work.now.by)

        return await self._commander.run(meta, decide)

    async def adopt_shipped_playbooks(self, meta: Meta) -> None:
        """At the first start the shipped play books are published; later only those whose document is a newer one of
        ours. What a company published itself stays."""

        async def decide(work: Work) -> None:
            for document in playbooks.shipped():
                key = document["playbook"]
                book = await work.find(Playbook, Playbook.create_id(key)) or Playbook.open(key)
                if document not in book.documents.values():
                    book.publish(book.define(document, work.now.by), work.now.by)
                    work.add(book)

        await self._commander.run(meta, decide)

    async def start_play(
        self, meta: Meta, plan_id: UUID, key: str, run_id: UUID, *, title: str, owner: str, owners: Mapping[str, str],
        starts_on: date | None, anchor_on: date | None, goal_ids: tuple[UUID, ...], stakeholders: tuple[UUID, ...],
        opportunity_id: str | None, no_opportunity_reason: str, locale: str = "en",
    ) -> Done:  # fmt: skip
        """A play becomes an initiative with dated milestones, and begins. Steps of a role that `owners` lacks get
        `owner`."""
        initiative_id = ids.derived("initiative", str(run_id))

        async def decide(work: Work) -> None:
            plan = await work.get(GrowthPlan, plan_id)
            need(await work.find(PlayRun, run_id) is None, "play-exists", "There is a play with this id.")
            version, book = (await work.get(Playbook, Playbook.create_id(key))).current()
            today = work.now.day(plan.zone)
            begin = starts_on or today
            need(begin >= today, "due-past", f"{begin} is over; start on {today} or later.")
            try:
                due = book.dates(begin, anchor_on, work.now.calendar)
            except ValueError as e:
                raise Invalid(slug="fields-invalid", fields={"anchor_on": str(e)}) from e
            ref = work.say(plan.account_id, "no_opportunity", no_opportunity_reason) if no_opportunity_reason else None
            plan.propose_initiative(
                work.now, initiative_id, title=title or book.title[locale], owner=owner, due=max(due.values()),
                goal_ids=goal_ids, stakeholders=stakeholders, opportunity_id=opportunity_id, no_opportunity_ref=ref,
                origin="play", run_id=run_id,
            )  # fmt: skip
            plan.approve_initiative(work.now, initiative_id)
            plan.start_initiative(work.now, initiative_id)
            steps = _plan_steps(work, plan, book, run_id, initiative_id, due, {**owners}, owner, locale)
            work.add(
                PlayRun.start(
                    run_id, plan.account_id, plan_id=plan_id, initiative_id=initiative_id, playbook=key,
                    playbook_version=version, starts_on=begin, anchor_on=anchor_on, steps=steps,
                    started_by=work.now.by,
                )
            )  # fmt: skip

        return await self._commander.run(meta, decide)

    async def complete_step(self, meta: Meta, run_id: UUID, step: str) -> Done:
        """The step is done, and with it its milestone."""

        async def decide(work: Work) -> None:
            run = await work.get(PlayRun, run_id)
            plan, milestone = await work.get(GrowthPlan, run.plan_id), run.milestone_of(step)
            if plan.milestone(milestone).open:
                plan.complete_milestone(work.now, milestone)
            run.complete_step(step)

        return await self._commander.run(meta, decide)

    async def skip_step(self, meta: Meta, run_id: UUID, step: str, reason: str) -> Done:
        """The step is left out; its milestone is waived."""

        async def decide(work: Work) -> None:
            run = await work.get(PlayRun, run_id)
            plan = await work.get(GrowthPlan, run.plan_id)
            ref = work.say(run.account_id, "reason", reason)
            run.skip_step(step, ref)
            plan.waive_milestone(work.now, run.milestone_of(step), ref)

        return await self._commander.run(meta, decide)

    async def abort_play(self, meta: Meta, run_id: UUID, reason: str) -> Done:
        """End it; its initiative is cancelled."""

        async def decide(work: Work) -> None:
            run = await work.get(PlayRun, run_id)
            plan = await work.get(GrowthPlan, run.plan_id)
            ref = work.say(run.account_id, "reason", reason)
            run.abort(ref)
            if plan.initiative(run.initiative_id).open:
                plan.cancel_initiative(work.now, run.initiative_id, ref)

        return await self._commander.run(meta, decide)


def _plan_steps(
    work: Work, plan: GrowthPlan, book: PlaybookDocument, run_id: UUID, initiative_id: UUID, due: Mapping[str, date],
    owners: Mapping[str, str], owner: str, locale: str,
) -> tuple[PlayStep, ...]:  # fmt: skip
    milestones = {s.step: ids.derived("milestone", str(run_id), s.step) for s in book.steps}
    found = []
    for s in book.steps:
        whose = owners.get(s.role) or owner
        plan.plan_milestone(
            work.now, milestones[s.step], initiative_id, title=s.title[locale], owner=whose, due=due[s.step],
            duration_days=s.duration_days, run_id=run_id, step=s.step,
        )  # fmt: skip
        found.append(PlayStep(step=s.step, milestone_id=milestones[s.step], role=s.role, owner=whose, due=due[s.step]))
    for s in book.steps:
        for a in s.after:
            plan.add_dependency(work.now, milestones[s.step], milestones[a.step], a.kind, a.lag_days)
    return tuple(found)
