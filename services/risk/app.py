"""Every use case of the service, one method each. Read this file to know what can be done.

Each method loads one aggregate, lets it decide and appends what follows. `meta` says who asks and with which command id
(a repeat returns the first result). `Rejected` names the rule that says no; `NotFound` what does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from services.risk.domain import AccountRisk, Escalation, RiskItem, RiskModels
from services.risk.domain.account_risk import OverrideLimits
from services.risk.domain.escalation import Pace
from shared.clock import Clock
from shared.contracts.risk.base import Colour, Money
from shared.errors import NotFound
from shared.eventstore.events import Aggregate, Meta
from shared.eventstore.repository import Repository, Result

A = TypeVar("A", bound=Aggregate)
Do = Callable[[A, str, datetime], object]
"""Calls a command of an aggregate: who asks, and at which business instant."""


class Risk:
    """The use cases. `limits`, `pace`: `policies/handling.v1.json`; `default`: the model that is shipped."""

    def __init__(
        self, repository: Repository, clock: Clock, limits: OverrideLimits, pace: Pace, default: dict[str, Any]
    ) -> None:
        self._repository, self._clock, self._default = repository, clock, default
        self._limits, self._pace = limits, pace

    # -- risk items

    async def identify_risk(
        self, risk_id: UUID, account: UUID, category: str, cause: str, title: str, owner: str, meta: Meta
    ) -> Result[RiskItem]:
        """Names a risk."""
        by, _ = self._who(meta)

        def decide(found: RiskItem | None) -> RiskItem:
            return found or RiskItem.identify(risk_id, account, category, cause, title, owner, by)

        return await self._repository.execute(RiskItem, risk_id, decide, meta)

    async def assess_risk(
        self, risk_id: UUID, likelihood: int, impact: int, arr: Money, meta: Meta
    ) -> Result[RiskItem]:
        """How likely, how grave, what is exposed."""
        return await self._item(risk_id, lambda i, by, at: i.assess(likelihood, impact, arr, by, at), meta)

    async def plan_countermeasure(
        self, risk_id: UUID, measure: UUID, title: str, owner: str, due: date, link: str, meta: Meta
    ) -> Result[RiskItem]:
        """Somebody does something by a day."""
        return await self._item(risk_id, lambda i, by, at: i.plan(measure, title, owner, due, link, by, at), meta)

    async def complete_countermeasure(self, risk_id: UUID, measure: UUID, meta: Meta) -> Result[RiskItem]:
        """It is done."""
        return await self._item(risk_id, lambda i, by, at: i.complete(measure, by), meta)

    async def fail_countermeasure(self, risk_id: UUID, measure: UUID, text: UUID, meta: Meta) -> Result[RiskItem]:
        """It did not help."""
        return await self._item(risk_id, lambda i, by, at: i.fail(measure, text, by), meta)

    async def accept_risk(self, risk_id: UUID, until: datetime, text: UUID, meta: Meta) -> Result[RiskItem]:
        """Nothing is done about it until then."""
        return await self._item(risk_id, lambda i, by, at: i.accept(until, text, by, at), meta)

    async def resolve_risk(self, risk_id: UUID, evidence: Sequence[str], meta: Meta) -> Result[RiskItem]:
        """It is gone."""
        return await self._item(risk_id, lambda i, by, at: i.resolve(evidence, by), meta)

    async def record_materialised(self, risk_id: UUID, loss: Money, meta: Meta) -> Result[RiskItem]:
        """It happened."""
        return await self._item(risk_id, lambda i, by, at: i.materialise(loss, by), meta)

    # -- escalations

    async def open_escalation(
        self, escalation: UUID, account: UUID, severity: str, title: str, cause: str, risk_id: UUID | None, meta: Meta
    ) -> Result[Escalation]:
        """Begins one."""
        by, at = self._who(meta)

        def decide(found: Escalation | None) -> Escalation:
            return found or Escalation.open(escalation, account, severity, title, cause, risk_id, by, at, self._pace)

        return await self._repository.execute(Escalation, escalation, decide, meta)

    async def assign_dri(self, escalation: UUID, dri: str, meta: Meta) -> Result[Escalation]:
        """One person directs it."""
        return await self._escalation(escalation, lambda e, by, at: e.assign(dri, by), meta)

    async def change_severity(self, escalation: UUID, severity: str, meta: Meta) -> Result[Escalation]:
        """Graver or lighter."""
        return await self._escalation(
            escalation, lambda e, by, at: e.change_severity(severity, by, at, self._pace), meta
        )

    async def update_escalation(self, escalation: UUID, text: UUID, meta: Meta) -> Result[Escalation]:
        """Word about where it stands."""
        return await self._escalation(escalation, lambda e, by, at: e.update(text, by, at, self._pace), meta)

    async def propose_resolution(self, escalation: UUID, text: UUID, meta: Meta) -> Result[Escalation]:
        """We think it is solved."""
        return await self._escalation(escalation, lambda e, by, at: e.propose(text, by), meta)

    async def close_escalation(self, escalation: UUID, agreed_by: UUID | None, meta: Meta) -> Result[Escalation]:
        """Both sides agree."""
        return await self._escalation(escalation, lambda e, by, at: e.close(agreed_by, by, at), meta)

    async def reopen_escalation(self, escalation: UUID, text: UUID, meta: Meta) -> Result[Escalation]:
        """Not solved after all."""
        return await self._escalation(escalation, lambda e, by, at: e.reopen(text, by, at, self._pace), meta)

    # -- colours

    async def override_colour(
        self, account: UUID, to: str, reason: str, text: UUID, until: datetime, meta: Meta
    ) -> Result[AccountRisk]:
        """Shows another colour than the model's for a time."""
        return await self._risk(
            account, lambda r, by, at: r.override(cast(Colour, to), reason, text, until, by, at, self._limits), meta
        )

    async def confirm_override(self, account: UUID, meta: Meta) -> Result[AccountRisk]:
        """A second person agrees."""
        return await self._risk(account, lambda r, by, at: r.confirm(by, at), meta)

    async def lift_override(self, account: UUID, meta: Meta) -> Result[AccountRisk]:
        """The model's colour shows again."""
        return await self._risk(account, lambda r, by, at: r.lift(by, at), meta)

    # -- models

    async def adopt_shipped_model(self, since: datetime, meta: Meta) -> Result[RiskModels]:
        """At the first start: the shipped model decides over all of history."""
        by, _ = self._who(meta)

        def decide(found: RiskModels | None) -> RiskModels:
            models = found or RiskModels.open()
            models.adopt_default(self._default, by, since)
            return models

        return await self._repository.execute(RiskModels, RiskModels.create_id(), decide, meta)

    async def draft_model(self, document: dict[str, Any], meta: Meta) -> Result[RiskModels]:
        """A new version."""
        return await self._models(lambda m, by, at: m.draft(document, by), meta)

    async def shadow_model(self, version: int, meta: Meta) -> Result[RiskModels]:
        """Tries it beside the active one."""
        return await self._models(lambda m, by, at: m.shadow(version, by), meta)

    async def sign_off_model(self, version: int, roles: Collection[str], meta: Meta) -> Result[RiskModels]:
        """Somebody answers for it."""
        return await self._models(lambda m, by, at: m.sign_off(version, by, roles), meta)

    async def activate_model(self, version: int, since: datetime | None, meta: Meta) -> Result[RiskModels]:
        """Lets it decide."""
        return await self._models(lambda m, by, at: m.activate(version, since or at, by, at), meta)

    async def retire_model(self, version: int, meta: Meta) -> Result[RiskModels]:
        """Gives it up."""
        return await self._models(lambda m, by, at: m.retire(version, by), meta)

    async def get(self, cls: type[A], stream: UUID) -> A:
        """An aggregate as it is now. Raises NotFound."""
        return await self._repository.get(cls, stream)

    # -- how each of them runs

    def _who(self, meta: Meta) -> tuple[str, datetime]:
        return meta.actor, meta.effective_at or self._clock.now()

    async def _run(self, cls: type[A], stream: UUID, do: Do[A], meta: Meta, missing: str) -> Result[A]:
        by, at = self._who(meta)

        def decide(found: A | None) -> A:
            if found is None:
                raise NotFound(missing)
            do(found, by, at)
            return found

        return await self._repository.execute(cls, stream, decide, meta)

    async def _item(self, risk_id: UUID, do: Do[RiskItem], meta: Meta) -> Result[RiskItem]:
        return await self._run(RiskItem, risk_id, do, meta, f"there is no risk {risk_id}")

    async def _escalation(self, escalation: UUID, do: Do[Escalation], meta: Meta) -> Result[Escalation]:
        return await self._run(Escalation, escalation, do, meta, f"there is no escalation {escalation}")

    async def _risk(self, account: UUID, do: Do[AccountRisk], meta: Meta) -> Result[AccountRisk]:
        missing = f"account {account} was never judged: there is no colour to set another over"
        return await self._run(AccountRisk, AccountRisk.create_id(account), do, meta, missing)

    async def _models(self, do: Do[RiskModels], meta: Meta) -> Result[RiskModels]:
        missing = "no risk model is known yet: start the worker once"
        return await self._run(RiskModels, RiskModels.create_id(), do, meta, missing)
