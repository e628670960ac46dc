"""Every use case of the service, one method each. Read this file to know what can be done.

Each method loads one aggregate, lets it decide and appends what follows. `meta` says who asks and with which command id
(a repeat returns the first result). `Rejected` names the rule that says no; `NotFound` what does not exist.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from importlib.resources import files
from typing import Any, TypeVar
from uuid import UUID

from services.accounts.domain import (
    Account,
    AccountTeam,
    AccountTier,
    Stakeholder,
    StandardsPolicy,
    TierPolicy,
)
from services.accounts.domain.values import EndReason, Evidence, Line, Theme, Tier
from services.accounts.policy.capacity import Standing
from services.accounts.policy.scoring import Facts
from services.accounts.policy.simulation import Case, Report, simulate
from shared.clock import Clock
from shared.errors import NotFound, Rejected
from shared.eventstore.events import Aggregate, Meta
from shared.eventstore.repository import Repository, Result

A = TypeVar("A", bound=Aggregate)
Do = Callable[[A, str, datetime], object]
"""Calls a command of an aggregate: who asks, and at which business instant."""


def shipped(name: str) -> dict[str, Any]:
    """A policy document that the product ships: `tier_policy.v1` or `standards.v1`."""
    text = (files("services.accounts") / "policies" / f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


class Accounts:
    """The use cases. `at` is the business instant of a command: `meta.effective_at`, or now."""

    def __init__(self, repository: Repository, clock: Clock) -> None:
        self._repository, self._clock = repository, clock

    # -- account

    async def change_time_zone(self, account_id: UUID, time_zone: str, meta: Meta) -> Result[Account]:
        """Due dates of the account are dates in this zone."""
        return await self._account(account_id, lambda a, by, at: a.change_time_zone(time_zone), meta)

    async def end_account(
        self, account_id: UUID, reason: EndReason, value_at_end: int, currency: str, meta: Meta
    ) -> Result[Account]:
        """The relation is over; `value_at_end`: ARR now, minor units."""
        return await self._account(account_id, lambda a, by, at: a.end(reason, value_at_end, currency, at), meta)

    async def reopen_account(self, account_id: UUID, reason: str, meta: Meta) -> Result[Account]:
        """An ended relation goes on."""
        return await self._account(account_id, lambda a, by, at: a.reopen(reason, at), meta)

    # -- tier and key status

    async def rate_tier_criterion(
        self, account_id: UUID, criterion: str, value_bp: int, note: str, evidence: Sequence[str], meta: Meta
    ) -> Result[AccountTier]:
        """A person rates what no system sees; counts from the next assessment on."""
        document = (await self.tier_policy()).document()
        return await self._tier(
            account_id, lambda t, by, at: t.rate(criterion, value_bp, note, evidence, by, at, document), meta
        )

    async def assess_tier(
        self,
        account_id: UUID,
        facts: Facts,
        others: Iterable[Standing],
        owner_id: str | None,
        rating_events: Mapping[str, str],
        meta: Meta,
    ) -> Result[AccountTier]:
        """Assesses now, besides the cadence, by the active policy. `facts`: the account's figures; the rest as in
        `AccountTier.assess`."""
        policy = await self.tier_policy()
        document, version = policy.document(), policy.active or 0
        return await self._tier(
            account_id,
            lambda t, by, at: t.assess(
                document, version, facts, at, rating_events=rating_events, others=others, owner_id=owner_id
            ),
            replace(meta, policy_refs=(("tier", version),)),
        )

    async def approve_tier_change(
        self, account_id: UUID, roles: Collection[str], strategic_reason: str, second_signer: str, meta: Meta
    ) -> Result[AccountTier]:
        """A person approves the open proposal, or an A that only the gate held back."""
        return await self._tier(
            account_id,
            lambda t, by, at: t.approve(by, roles, at, strategic_reason=strategic_reason, second_signer=second_signer),
            meta,
        )

    async def reject_tier_change(self, account_id: UUID, reason: str, meta: Meta) -> Result[AccountTier]:
        """A person refuses the open proposal."""
        return await self._tier(account_id, lambda t, by, at: t.reject(by, reason, at), meta)

    async def reaffirm_tier(self, account_id: UUID, meta: Meta) -> Result[AccountTier]:
        """At a review: the tier stays."""
        return await self._tier(account_id, lambda t, by, at: t.reaffirm(by, at), meta)

    async def override_tier(
        self, account_id: UUID, to: Tier, reason: str, until: datetime, roles: Collection[str], meta: Meta
    ) -> Result[AccountTier]:
        """Another tier by hand, for at most 180 days."""
        return await self._tier(account_id, lambda t, by, at: t.set_override(to, reason, until, by, roles, at), meta)

    async def lift_tier_override(self, account_id: UUID, meta: Meta) -> Result[AccountTier]:
        """Ends an override early."""
        return await self._tier(account_id, lambda t, by, at: t.lift_override(by, at), meta)

    async def nominate_key_account(self, account_id: UUID, reason: str, meta: Meta) -> Result[AccountTier]:
        """Suggests a key account; a tier decision confirms it."""
        return await self._tier(account_id, lambda t, by, at: t.nominate(by, reason, at), meta)

    async def reject_nomination(self, account_id: UUID, reason: str, meta: Meta) -> Result[AccountTier]:
        """Refuses a nomination."""
        return await self._tier(account_id, lambda t, by, at: t.reject_nomination(by, reason, at), meta)

    async def declassify(self, account_id: UUID, reason: str, meta: Meta) -> Result[AccountTier]:
        """Takes the key status away."""
        return await self._tier(account_id, lambda t, by, at: t.declassify(by, reason, at), meta)

    # -- tier policy and standards

    async def adopt_shipped_policies(self, meta: Meta) -> None:
        """At the first start: the shipped documents hold, "default, not signed off". Later it does nothing."""
        tiers, standards, meta = shipped("tier_policy.v1"), shipped("standards.v1"), replace(meta, command_id=None)
        await self._policy(lambda p, by, at: p.adopt_default(tiers, by, at), meta)
        stream, start = StandardsPolicy.create_id(), StandardsPolicy.open
        await self._run(StandardsPolicy, stream, start, lambda p, by, at: p.adopt_default(standards, by, at), meta)

    async def tier_policy(self) -> TierPolicy:
        """All versions of the tier policy. Raises NotFound before the first start."""
        return await self._repository.get(TierPolicy, TierPolicy.create_id())

    async def standards(self) -> StandardsPolicy:
        """The standards per tier. Raises NotFound before the first start."""
        return await self._repository.get(StandardsPolicy, StandardsPolicy.create_id())

    async def draft_tier_policy(self, document: dict[str, Any], meta: Meta) -> Result[TierPolicy]:
        """A new version; its number is the highest of the result's aggregate."""
        return await self._policy(lambda p, by, at: p.draft(document, by, at), meta)

    async def submit_tier_policy(self, version: int, meta: Meta) -> Result[TierPolicy]:
        """Asks for the three signatures."""
        return await self._policy(lambda p, by, at: p.submit(version, by, at), meta)

    async def sign_off_tier_policy(
        self, version: int, function: str, roles: Collection[str], meta: Meta
    ) -> Result[TierPolicy]:
        """Sales, service or management signs."""
        return await self._policy(lambda p, by, at: p.sign_off(version, function, by, roles, at), meta)

    async def reject_tier_policy(self, version: int, reason: str, meta: Meta) -> Result[TierPolicy]:
        """Sends a version back to its author."""
        return await self._policy(lambda p, by, at: p.reject(version, reason, by, at), meta)

    async def activate_tier_policy(
        self, version: int, effective_from: datetime | None, meta: Meta
    ) -> Result[TierPolicy]:
        """Lets a signed-off version hold, now or later."""
        return await self._policy(lambda p, by, at: p.activate(version, effective_from or at, by, at), meta)

    async def let_tier_policy_take_effect(self, version: int, meta: Meta) -> Result[TierPolicy]:
        """The timer of a scheduled version."""
        return await self._policy(lambda p, by, at: p.take_effect(version, at), meta)

    async def simulate_tier_policy(self, version: int, cases: Sequence[Case], meta: Meta) -> Report:
        """What a version would do to these accounts; records that it was asked, changes no tier."""
        policy = await self.tier_policy()
        if policy.active is None:
            raise Rejected("no-active-policy", "There is no active version to compare with.")
        report = simulate(policy.document(version), version, policy.document(), policy.active, list(cases))
        ref = f"tier-policy-{version}-against-{policy.active}"
        await self._policy(lambda p, by, at: p.record_simulation(version, ref, report.digest, by, at), meta)
        return report

    # -- account team

    async def assign_theme_owner(
        self, account_id: UUID, theme: Theme, owner_id: str, meta: Meta
    ) -> Result[AccountTeam]:
        """Gives a theme to an employee (CRM user id)."""
        return await self._team(account_id, lambda t, by, at: t.assign(theme, owner_id, at), meta)

    async def remove_theme_owner(self, account_id: UUID, theme: Theme, meta: Meta) -> Result[AccountTeam]:
        """Takes a theme from its owner."""
        return await self._team(account_id, lambda t, by, at: t.remove(theme, at), meta)

    async def appoint_deputy(self, account_id: UUID, theme: Theme, deputy_id: str, meta: Meta) -> Result[AccountTeam]:
        """Names who stands in for the owner."""
        return await self._team(account_id, lambda t, by, at: t.appoint_deputy(theme, deputy_id, at), meta)

    async def record_absence(
        self, account_id: UUID, user_id: str, first: date, last: date, meta: Meta
    ) -> Result[AccountTeam]:
        """Somebody of the team is away from `first` to `last`, both included."""
        return await self._team(account_id, lambda t, by, at: t.record_absence(user_id, first, last), meta)

    # -- stakeholders

    async def map_stakeholder(self, account_id: UUID, subject_id: UUID, meta: Meta) -> Result[Stakeholder]:
        """Takes the CRM's suggestion: the person is on the map."""
        return await self._person(account_id, subject_id, lambda s, by, at: s.map(by, at), meta)

    async def dismiss_suggestion(
        self, account_id: UUID, subject_id: UUID, reason: str, meta: Meta
    ) -> Result[Stakeholder]:
        """Refuses the CRM's suggestion."""
        return await self._person(account_id, subject_id, lambda s, by, at: s.dismiss(reason, by, at), meta)

    async def assign_roles(
        self, account_id: UUID, subject_id: UUID, roles: Sequence[str], meta: Meta
    ) -> Result[Stakeholder]:
        """Sets the buying roles, all of them."""
        return await self._person(account_id, subject_id, lambda s, by, at: s.assign_roles(roles, by, at), meta)

    async def assess_influence(
        self, account_id: UUID, subject_id: UUID, power: int, interest: int, evidence: Sequence[str], meta: Meta
    ) -> Result[Stakeholder]:
        """Power and interest 1…5; evidence as in `Evidence.parse`."""
        proofs = self._proofs(evidence, meta)
        return await self._person(
            account_id, subject_id, lambda s, by, at: s.assess_influence(power, interest, proofs, by, at), meta
        )

    async def assess_attitude(
        self, account_id: UUID, subject_id: UUID, value: int, evidence: Sequence[str], meta: Meta
    ) -> Result[Stakeholder]:
        """−2 opponent … +2 advocate; evidence as in `Evidence.parse`."""
        proofs = self._proofs(evidence, meta)
        return await self._person(
            account_id, subject_id, lambda s, by, at: s.assess_attitude(value, proofs, by, at), meta
        )

    async def set_responsibility(
        self, account_id: UUID, subject_id: UUID, org_unit: str | None, product_lines: Sequence[str], meta: Meta
    ) -> Result[Stakeholder]:
        """Which unit and product lines the person answers for."""
        return await self._person(
            account_id, subject_id, lambda s, by, at: s.set_responsibility(org_unit, product_lines, by, at), meta
        )

    async def set_reporting_line(
        self,
        account_id: UUID,
        subject_id: UUID,
        manager_id: UUID | None,
        managers: Mapping[UUID, UUID | None],
        meta: Meta,
    ) -> Result[Stakeholder]:
        """To whom the person reports. `managers`: the lines of the account as they are."""
        return await self._person(
            account_id, subject_id, lambda s, by, at: s.set_manager(manager_id, managers, by, at), meta
        )

    async def draw_influence(
        self, account_id: UUID, subject_id: UUID, to: UUID, line: Line, weight: int, meta: Meta
    ) -> Result[Stakeholder]:
        """Draws an influence or a conflict, weight 1…3."""
        return await self._person(
            account_id, subject_id, lambda s, by, at: s.draw_influence(to, line, weight, by, at), meta
        )

    async def remove_influence(
        self, account_id: UUID, subject_id: UUID, to: UUID, line: Line, meta: Meta
    ) -> Result[Stakeholder]:
        """Takes such a line away."""
        return await self._person(account_id, subject_id, lambda s, by, at: s.remove_influence(to, line, by, at), meta)

    async def rate_relationship(
        self, account_id: UUID, subject_id: UUID, member_id: str, value: int, meta: Meta
    ) -> Result[Stakeholder]:
        """How well one of us (CRM user id) knows the person, 0…4."""
        return await self._person(
            account_id, subject_id, lambda s, by, at: s.rate_relationship(member_id, value, by, at), meta
        )

    async def confirm_stakeholder(self, account_id: UUID, subject_id: UUID, meta: Meta) -> Result[Stakeholder]:
        """All that is assessed still holds."""
        return await self._person(account_id, subject_id, lambda s, by, at: s.confirm(by, at), meta)

    async def mark_departed(self, account_id: UUID, subject_id: UUID, meta: Meta) -> Result[Stakeholder]:
        """The person left, and the CRM does not know yet."""
        return await self._person(account_id, subject_id, lambda s, by, at: s.mark_departed(at), meta)

    async def name_successor(
        self, account_id: UUID, subject_id: UUID, successor_id: UUID, meta: Meta
    ) -> Result[Stakeholder]:
        """Who takes the departed person's place."""
        return await self._person(
            account_id, subject_id, lambda s, by, at: s.name_successor(successor_id, by, at), meta
        )

    # -- how each of them runs

    def _at(self, meta: Meta) -> datetime:
        return meta.effective_at or self._clock.now()

    def _proofs(self, evidence: Sequence[str], meta: Meta) -> list[Evidence]:
        return [Evidence.parse(text, self._at(meta).date()) for text in evidence]

    async def _run(self, cls: type[A], stream_id: UUID, start: Callable[[], A], do: Do[A], meta: Meta) -> Result[A]:
        """Lets the aggregate (or a new one) decide. A repeated command never gets as far as `start` or `do`."""
        at = self._at(meta)

        def decide(found: A | None) -> A:
            aggregate = found or start()
            do(aggregate, meta.actor, at)
            return aggregate

        return await self._repository.execute(cls, stream_id, decide, meta)

    async def _account(self, account_id: UUID, do: Do[Account], meta: Meta) -> Result[Account]:
        return await self._run(Account, account_id, _missing("account"), do, meta)

    async def _tier(self, account_id: UUID, do: Do[AccountTier], meta: Meta) -> Result[AccountTier]:
        do = _while_live(await self._repository.get(Account, account_id), do)
        start = partial(AccountTier.start, account_id)
        return await self._run(AccountTier, AccountTier.create_id(account_id), start, do, meta)

    async def _team(self, account_id: UUID, do: Do[AccountTeam], meta: Meta) -> Result[AccountTeam]:
        account = await self._repository.get(Account, account_id)
        start = partial(AccountTeam.form, account_id, account.system)
        return await self._run(AccountTeam, AccountTeam.create_id(account_id), start, _while_live(account, do), meta)

    async def _policy(self, do: Do[TierPolicy], meta: Meta) -> Result[TierPolicy]:
        return await self._run(TierPolicy, TierPolicy.create_id(), TierPolicy.open, do, meta)

    async def _person(self, account_id: UUID, subject_id: UUID, do: Do[Stakeholder], meta: Meta) -> Result[Stakeholder]:
        stream = Stakeholder.create_id(account_id, subject_id)
        return await self._run(Stakeholder, stream, _missing("stakeholder"), do, meta)


def _missing(what: str) -> Callable[[], Any]:
    """Instead of a start, for what only the CRM can bring."""

    def refuse() -> Any:
        raise NotFound(f"There is no such {what}: the CRM has not told us of it.")

    return refuse


def _while_live(account: Account, do: Do[A]) -> Do[A]:
    """Refuses if the account ended, was merged or archived."""

    def checked(aggregate: A, by: str, at: datetime) -> object:
        if account.lifecycle not in ("Registered", "Active"):
            raise Rejected("account-not-live", f"The account is {account.lifecycle}: reopen it, or use the survivor.")
        return do(aggregate, by, at)

    return checked
