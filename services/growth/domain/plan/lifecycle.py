"""Commands on a plan's life.

Draft → InReview → Active → Closed | Superseded | Abandoned; a returned plan is a draft again; an active one may be
revised and stays active.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.growth.domain.base import Now, need, need_owner, need_title
from services.growth.domain.plan.state import PlanState
from services.growth.domain.values import Duty, PlanResult, Tier

HEAD = "head_of_kam"


class LifecycleCommands(PlanState):
    """Mixed into `GrowthPlan`."""

    def submit(self, now: Now) -> None:
        """Ask for approval: everything in it must lead somewhere."""
        need(self.status == "Draft", "plan-not-draft", f"The plan is {self.status}; only a draft can be submitted.")
        goals = [i for i, g in self.goals.items() if g.open]
        live = {i: n for i, n in self.initiatives.items() if n.open or n.status == "Completed"}
        need(goals, "goal-missing", "Set at least one goal.")
        aimless = [i for i, n in live.items() if not n.goals]
        need(not aimless, "initiative-unaligned", f"Say which goals these initiatives serve: {_list(aimless)}.")
        served = {g for n in live.values() for g in n.goals}
        bare = [g for g in goals if g not in served]
        need(not bare, "initiative-missing", f"These goals have no initiative: {_list(bare)}.")
        planned = {m.initiative for m in self.milestones.values() if m.status != "Waived"}
        empty = [i for i in live if i not in planned]
        need(not empty, "milestone-missing", f"These initiatives have no milestone: {_list(empty)}.")
        self.trigger_event(self.GrowthPlanSubmitted, submitted_by=now.by)

    def approve(self, now: Now, duty: Duty, tier: Tier | None) -> None:
        """Tier A: a head of KAM who neither owns nor submitted it; else its owner or a head of KAM."""
        need(self.status == "InReview", "plan-not-in-review", f"The plan is {self.status}; submit it first.")
        if duty == "head_of_kam":
            need(HEAD in now.roles, "head-of-kam-needed", "A plan of an A account is approved by a head of KAM.")
            need(
                now.user != self.owner and now.by != self.submitted_by, "approver-is-author",
                "Who owns or submitted the plan does not approve it.",
            )  # fmt: skip
        else:
            need(
                now.user == self.owner or HEAD in now.roles, "plan-owner-needed",
                "The plan is approved by its owner or a head of KAM.",
            )  # fmt: skip
        self.trigger_event(
            self.GrowthPlanApproved, approver=now.by, tier=tier, duty=duty, policy_version=now.policy.version,
            timestamp=now.at,
        )  # fmt: skip

    def return_(self, now: Now, reason_ref: UUID) -> None:
        """Back to draft."""
        need(self.status == "InReview", "plan-not-in-review", f"The plan is {self.status}.")
        self.trigger_event(self.GrowthPlanReturned, returned_by=now.by, reason_ref=reason_ref)

    def revise(self, now: Now, title: str, owner: str, starts_on: date, ends_on: date, reason_ref: UUID) -> None:
        """Another title, owner or period. The same again does nothing."""
        self._editable()
        check_head(title, owner, starts_on, ends_on)
        if (title, owner, starts_on, ends_on) != (self.title, self.owner, self.starts_on, self.ends_on):
            self.trigger_event(
                self.GrowthPlanRevised, title=title, owner=owner, starts_on=starts_on, ends_on=ends_on,
                revision=self.revision + 1, reason_ref=reason_ref,
            )  # fmt: skip

    def close(self, now: Now, result: PlanResult, summary_ref: UUID | None) -> None:
        """The plan is over."""
        need(self.status == "Active", "plan-not-active", f"The plan is {self.status}; only an active one is closed.")
        self.trigger_event(self.GrowthPlanClosed, result=result, closed_by=now.by, summary_ref=summary_ref)
        self._clear_all()

    def abandon(self, now: Now, reason_ref: UUID) -> None:
        """Nobody follows it any more."""
        self._running()
        self.trigger_event(self.GrowthPlanAbandoned, abandoned_by=now.by, reason_ref=reason_ref)
        self._clear_all()

    def supersede(self, by_plan: UUID) -> None:
        """Another plan of the account is active now."""
        need(self.status == "Active", "plan-not-active", f"The plan is {self.status}.")
        self.trigger_event(self.GrowthPlanSuperseded, by_plan_id=by_plan)
        self._clear_all()

    def adopt_zone(self, zone: str) -> None:
        """The account's time zone changed."""
        if self.open and zone != self.zone:
            self.trigger_event(self.GrowthPlanZoneAdopted, time_zone=zone, was=self.zone)

    def _clear_all(self) -> None:
        for i, m in self.milestones.items():
            if m.overdue is not None:
                self.trigger_event(
                    self.MilestoneOverdueCleared, milestone_id=i, due_version=m.overdue, reason="plan_ended"
                )


def check_head(title: str, owner: str, starts_on: date, ends_on: date) -> None:
    """What every plan needs."""
    need_title(title)
    need_owner(owner)
    need(starts_on < ends_on, "period-backwards", f"The plan ends ({ends_on}) before it begins ({starts_on}).")


def _list(ids: list[UUID]) -> str:
    return ", ".join(map(str, ids[:5])) + (" …" if len(ids) > 5 else "")
