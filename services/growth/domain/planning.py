"""What holds for an account as a whole: its plan duty, and which of its plans is drafted and which is active."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from eventsourcing.domain import event

from services.growth.domain.base import AccountEvent, Now, OfAccount, need
from services.growth.domain.values import Duty, RefusedBecause, Tier
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class AccountPlanning(OfAccount, Aggregate):
    """Stream id = `AccountPlanning.create_id(account_id)`. A command on a plan's life writes here in the same append,
    so two plans of an account cannot both become active."""

    TOPIC = "growth.AccountPlanning"

    class Event(AccountEvent): ...

    class AccountPlanningOpened(AggregateCreated, Event):
        """The first word about the account's plans."""

        TOPIC = "growth.AccountPlanningOpened"

    class GrowthPlanRequired(Event):
        """The tier asks for a plan (`optional`: it may have one). Without an active one by `due_on` the duty is
        missed."""

        TOPIC = "growth.GrowthPlanRequired"
        tier: Tier
        duty: Duty
        check_every_days: int
        since: datetime
        due_on: date | None
        duty_version: int
        policy_version: int

    class GrowthPlanDutyLifted(Event):
        """No plan is owed any more."""

        TOPIC = "growth.GrowthPlanDutyLifted"
        why: Literal["declassified", "account_ended", "no_tier"]
        duty_version: int

    class GrowthPlanDutyMissed(Event):
        """A plan is owed, and none was active in time."""

        TOPIC = "growth.GrowthPlanDutyMissed"
        tier: Tier
        due_on: date
        duty_version: int
        late_by_s: int

    class InitiativeProposalRefused(Event):
        """A QBR's action could not become an initiative."""

        TOPIC = "growth.InitiativeProposalRefused"
        action_id: UUID
        initiative_id: UUID
        reason: RefusedBecause

    class InitiativeProposalNoted(Event):
        """A QBR's action became an initiative. Whoever reads the QBRs' topic anew must not propose it again, even if
        the plan that took it is over."""

        TOPIC = "growth.InitiativeProposalNoted"
        action_id: UUID
        initiative_id: UUID

    class AccountStandingNoted(Event):
        """Whether the account lives: nothing falls due in one that does not."""

        TOPIC = "growth.AccountStandingNoted"
        live: bool

    class PlanRegistered(Event):
        """A plan of the account is being drafted."""

        TOPIC = "growth.PlanRegistered"
        plan_id: UUID

    class PlanPutInForce(Event):
        """The drafted plan is the active one."""

        TOPIC = "growth.PlanPutInForce"
        plan_id: UUID

    class PlanLeft(Event):
        """A plan ended."""

        TOPIC = "growth.PlanLeft"
        plan_id: UUID

    @event(AccountPlanningOpened)
    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id
        self.draft: UUID | None = None
        self.active: UUID | None = None
        self.tier: Tier | None = None
        self.duty: Duty | None = None
        self.check_every_days: int | None = None
        self.due_on: date | None = None
        self.duty_version = 0
        self.missed = False
        self.refused: set[UUID] = set()
        self.proposed: set[UUID] = set()
        self.live = True

    @staticmethod
    def create_id(account_id: UUID) -> UUID:
        """The stream of the account's planning."""
        return ids.derived("account-planning", str(account_id))

    @classmethod
    def open(cls, account_id: UUID) -> AccountPlanning:
        """Without duty and without plans."""
        return cls(account_id)

    def note_standing(self, live: bool) -> None:
        """The account ended, was merged or archived, or lives again."""
        if live != self.live:
            self.trigger_event(self.AccountStandingNoted, live=live)

    def register(self, plan_id: UUID) -> None:
        """Start a draft. One at a time."""
        need(self.draft is None, "plan-drafted-already", "The account has a draft: finish or abandon that one first.")
        self.trigger_event(self.PlanRegistered, plan_id=plan_id)

    def put_in_force(self, plan_id: UUID) -> UUID | None:
        """The draft becomes the active plan; returns the one that it supersedes."""
        need(self.draft == plan_id, "plan-not-drafted", "Only the account's draft can be approved.")
        superseded = self.active
        self.trigger_event(self.PlanPutInForce, plan_id=plan_id)
        return superseded

    def leave(self, plan_id: UUID) -> None:
        """A plan was closed or abandoned."""
        self.trigger_event(self.PlanLeft, plan_id=plan_id)

    def require(self, tier: Tier, since: datetime, zone_day: date, now: Now) -> None:
        """The duty of a tier, from `zone_day` on. The same again does nothing; missing it counts from the first day on
        which any plan was owed."""
        duty, every = now.policy.duty(tier), now.policy.check_days(tier)
        if (tier, duty) == (self.tier, self.duty):
            return
        owed_before = self.duty in ("head_of_kam", "owner")
        due_on = None if duty == "optional" else self.due_on if owed_before else now.policy.plan_due(zone_day)
        self.trigger_event(
            self.GrowthPlanRequired, tier=tier, duty=duty, check_every_days=every, since=since, due_on=due_on,
            duty_version=self.duty_version + 1, policy_version=now.policy.version,
        )  # fmt: skip

    def lift(self, why: Literal["declassified", "account_ended", "no_tier"]) -> None:
        """No plan is owed."""
        if self.duty is not None:
            self.trigger_event(self.GrowthPlanDutyLifted, why=why, duty_version=self.duty_version + 1)

    def miss_duty(self, duty_version: int, late_by_s: int) -> None:
        """The time to have a plan is over. An outdated version, or a plan in force, does nothing."""
        if duty_version == self.duty_version and self.due_on and self.tier and not self.active and not self.missed:
            self.trigger_event(
                self.GrowthPlanDutyMissed, tier=self.tier, due_on=self.due_on, duty_version=duty_version,
                late_by_s=late_by_s,
            )  # fmt: skip

    def refuse(self, action_id: UUID, initiative_id: UUID, reason: RefusedBecause) -> None:
        """Tell the QBR that its action became nothing; once."""
        if action_id not in self.refused:
            self.trigger_event(
                self.InitiativeProposalRefused, action_id=action_id, initiative_id=initiative_id, reason=reason
            )

    def note_proposed(self, action_id: UUID, initiative_id: UUID) -> None:
        """The action is an initiative of one of the account's plans."""
        if action_id not in self.proposed:
            self.trigger_event(self.InitiativeProposalNoted, action_id=action_id, initiative_id=initiative_id)

    def settled(self, action_id: UUID) -> bool:
        """Whether a QBR's action was proposed or refused before."""
        return action_id in self.proposed or action_id in self.refused

    @event(GrowthPlanRequired)
    def _required(self, tier: Tier, duty: Duty, check_every_days: int, due_on: date | None, duty_version: int) -> None:
        if self.due_on != due_on:
            self.missed = False
        self.tier, self.duty, self.check_every_days = tier, duty, check_every_days
        self.due_on, self.duty_version = due_on, duty_version

    @event(GrowthPlanDutyLifted)
    def _lifted(self, duty_version: int) -> None:
        self.tier = self.duty = self.check_every_days = self.due_on = None
        self.duty_version, self.missed = duty_version, False

    @event(GrowthPlanDutyMissed)
    def _missed(self) -> None:
        self.missed = True

    @event(InitiativeProposalRefused)
    def _refused(self, action_id: UUID) -> None:
        self.refused.add(action_id)

    @event(InitiativeProposalNoted)
    def _proposed(self, action_id: UUID) -> None:
        self.proposed.add(action_id)

    @event(AccountStandingNoted)
    def _standing(self, live: bool) -> None:
        self.live = live

    @event(PlanRegistered)
    def _registered(self, plan_id: UUID) -> None:
        self.draft = plan_id

    @event(PlanPutInForce)
    def _in_force(self, plan_id: UUID) -> None:
        self.active, self.draft = plan_id, None

    @event(PlanLeft)
    def _left(self, plan_id: UUID) -> None:
        self.active = None if self.active == plan_id else self.active
        self.draft = None if self.draft == plan_id else self.draft
