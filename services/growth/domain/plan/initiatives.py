"""Commands on initiatives and on the deals that belong to them.

Proposed → Approved → InProgress ⇄ OnHold → Completed | Cancelled.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.growth.domain.base import Now, need, need_owner, need_title
from services.growth.domain.plan.state import Initiative, PlanState
from services.growth.domain.values import Origin, Outcome


class InitiativeCommands(PlanState):
    """Mixed into `GrowthPlan`."""

    def propose_initiative(
        self, now: Now, initiative_id: UUID, *, title: str, owner: str, due: date, goal_ids: tuple[UUID, ...],
        stakeholders: tuple[UUID, ...], opportunity_id: str | None, no_opportunity_ref: UUID | None,
        origin: Origin = "person", from_action_id: UUID | None = None, run_id: UUID | None = None,
    ) -> None:  # fmt: skip
        """Only what a QBR's action proposes may lack goals, until the plan is submitted, and may come while the plan is
        in review."""
        if origin == "qbr_action":
            self._running()
        else:
            self._editable()
        need(initiative_id not in self.initiatives, "initiative-exists", "The plan has this initiative already.")
        need_title(title)
        need_owner(owner)
        need(goal_ids or origin == "qbr_action", "goal-missing", "Say which goals of the plan it serves.")
        self._goals_open(goal_ids)
        need(stakeholders, "stakeholder-missing", "Name at least one person of the customer whom it is about.")
        need(opportunity_id or no_opportunity_ref, "opportunity-missing", "Name its deal, or say why there is none.")
        self._not_past(due, now)
        people = tuple(dict.fromkeys(stakeholders))
        self.trigger_event(
            self.InitiativeProposed, initiative_id=initiative_id, title=title, owner=owner, due=due,
            goal_ids=tuple(dict.fromkeys(goal_ids)), stakeholders=people, opportunity_id=opportunity_id or None,
            no_opportunity_ref=no_opportunity_ref, origin=origin, from_action_id=from_action_id, run_id=run_id,
        )  # fmt: skip
        if opportunity_id:
            self._link(opportunity_id, initiative_id, people)

    def align_initiative(self, now: Now, initiative_id: UUID, goal_ids: tuple[UUID, ...]) -> None:
        """Say anew which goals it serves."""
        self._editable()
        initiative = self._open_initiative(initiative_id)
        need(goal_ids, "goal-missing", "Say which goals of the plan it serves.")
        self._goals_open(goal_ids)
        wanted = tuple(dict.fromkeys(goal_ids))
        if wanted != initiative.goals:
            self.trigger_event(self.InitiativeAligned, initiative_id=initiative_id, goal_ids=wanted)

    def reassign_initiative(self, now: Now, initiative_id: UUID, owner: str) -> None:
        """Another owner."""
        self._running()
        initiative = self._open_initiative(initiative_id)
        need_owner(owner)
        if owner != initiative.owner:
            self.trigger_event(
                self.InitiativeReassigned, initiative_id=initiative_id, from_owner=initiative.owner, to_owner=owner
            )

    def approve_initiative(self, now: Now, initiative_id: UUID) -> None:
        """It may begin; it must serve a goal."""
        self._running()
        initiative = self._in(initiative_id, "Proposed")
        need(initiative.goals, "initiative-unaligned", "Say first which goals it serves.")
        self.trigger_event(self.InitiativeApproved, initiative_id=initiative_id, approver=now.by)

    def start_initiative(self, now: Now, initiative_id: UUID) -> None:
        """Work begins."""
        self._running()
        self._in(initiative_id, "Approved")
        self.trigger_event(self.InitiativeStarted, initiative_id=initiative_id)

    def hold_initiative(self, now: Now, initiative_id: UUID, reason_ref: UUID) -> None:
        """It rests."""
        self._running()
        self._in(initiative_id, "InProgress")
        self.trigger_event(self.InitiativePutOnHold, initiative_id=initiative_id, reason_ref=reason_ref)

    def resume_initiative(self, now: Now, initiative_id: UUID) -> None:
        """It goes on."""
        self._running()
        self._in(initiative_id, "OnHold")
        self.trigger_event(self.InitiativeResumed, initiative_id=initiative_id)

    def complete_initiative(self, now: Now, initiative_id: UUID, outcome: Outcome, outcome_ref: UUID | None) -> None:
        """Done; every milestone of it must be done or waived."""
        self._running()
        initiative = self._in(initiative_id, "InProgress")
        left = [i for i, m in self.milestones.items() if m.initiative == initiative_id and m.open]
        need(not left, "milestones-open", f"{len(left)} of its milestones are open: complete or waive them first.")
        self.trigger_event(
            self.InitiativeCompleted, initiative_id=initiative_id, outcome=outcome, outcome_ref=outcome_ref,
            from_action_id=initiative.from_action,
        )  # fmt: skip

    def cancel_initiative(self, now: Now, initiative_id: UUID, reason_ref: UUID) -> None:
        """It will not be done; neither will its open milestones."""
        self._running()
        initiative = self._open_initiative(initiative_id)
        self.trigger_event(
            self.InitiativeCancelled, initiative_id=initiative_id, reason_ref=reason_ref,
            from_action_id=initiative.from_action,
        )  # fmt: skip
        for i, m in list(self.milestones.items()):
            if m.initiative == initiative_id and m.open:
                cleared = m.overdue
                self.trigger_event(self.MilestoneWaived, milestone_id=i, reason_ref=reason_ref)
                if cleared is not None:
                    self.trigger_event(
                        self.MilestoneOverdueCleared, milestone_id=i, due_version=cleared, reason="initiative_ended"
                    )
        self.settle_overlays(now)

    def link_opportunity(
        self, now: Now, initiative_id: UUID, opportunity_id: str, stakeholders: tuple[UUID, ...]
    ) -> None:
        """A deal belongs to the initiative. The first initiative that it is linked to is its primary one."""
        self._running()
        self._open_initiative(initiative_id)
        need(opportunity_id.strip(), "opportunity-missing", "Name the deal.")
        need(stakeholders, "stakeholder-missing", "Name at least one person of the customer whom it is about.")
        need(
            initiative_id not in self.links.get(opportunity_id, ()), "opportunity-linked", "It is linked there already."
        )
        self._link(opportunity_id, initiative_id, tuple(dict.fromkeys(stakeholders)))

    def unlink_opportunity(self, now: Now, initiative_id: UUID, opportunity_id: str) -> None:
        """It does not belong there; the next initiative it is linked to becomes its primary one."""
        self._running()
        linked = self.links.get(opportunity_id, [])
        need(initiative_id in linked, "opportunity-not-linked", "The deal is not linked to this initiative.")
        left = [i for i in linked if i != initiative_id]
        self.trigger_event(
            self.OpportunityUnlinked, opportunity_id=opportunity_id, initiative_id=initiative_id,
            primary_initiative_id=left[0] if left else None,
        )  # fmt: skip

    def settle_overlays(self, now: Now) -> None:
        """See `MilestoneCommands`."""
        raise NotImplementedError

    def _link(self, opportunity_id: str, initiative_id: UUID, people: tuple[UUID, ...]) -> None:
        self.trigger_event(
            self.OpportunityLinked, opportunity_id=opportunity_id, initiative_id=initiative_id, stakeholders=people,
            primary=not self.links.get(opportunity_id),
        )  # fmt: skip

    def _goals_open(self, goal_ids: tuple[UUID, ...]) -> None:
        for g in goal_ids:
            need(self.goal(g).open, "goal-not-open", f"The goal {g} is {self.goals[g].status}.")

    def _open_initiative(self, initiative_id: UUID) -> Initiative:
        initiative = self.initiative(initiative_id)
        need(initiative.open, "initiative-not-open", f"The initiative is {initiative.status}.")
        return initiative

    def _in(self, initiative_id: UUID, status: str) -> Initiative:
        initiative = self.initiative(initiative_id)
        need(initiative.status == status, "initiative-status", f"The initiative is {initiative.status}, not {status}.")
        return initiative
