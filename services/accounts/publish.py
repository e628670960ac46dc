"""Private event → public contract, or nothing. The only place that knows both.

A public event has the fields of the private one that carry the same name; where the public name differs or a value is
nested, `_SHAPES` says how. What is not public: master data and drafts (the CRM's own facts are on `kam.crm.v1`),
technical starts of streams, simulations, and whatever concerns a sensitive topic: not even that there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from services.accounts import domain
from services.accounts.domain.contract import TermsEvent
from services.accounts.domain.interaction import InteractionEvent
from services.accounts.policy.contact import is_meaningful
from shared.contracts.accounts import CHANNEL
from shared.contracts.base import PublicEvent, channel
from shared.eventstore.events import Event, Recorded

PRIVATE = frozenset(
    {
        domain.Account.AccountProfileObserved,
        domain.AccountTier.TieringStarted,
        domain.AccountTeam.AccountTeamFormed,
        domain.AccountStandards.StandardsTracked,
        domain.SensitiveTopic.SensitiveTopicFlagged,
        domain.SensitiveTopic.SensitiveTopicLifted,
        domain.StandardsPolicy.StandardsOpened,
        domain.TierPolicy.TierPoliciesOpened,
        domain.TierPolicy.TierPolicyDrafted,
        domain.TierPolicy.TierPolicySimulated,
    }
)
"""Events that no other service learns of."""

_CONTRACTS: Mapping[str, type[PublicEvent]] = {model.TYPE: model for model in channel(CHANNEL)}

Shape = Callable[[Any], dict[str, Any]]


def publish(recorded: Recorded) -> tuple[UUID, PublicEvent] | None:
    """(Kafka key, public event) of a stored event; None: it stays inside. The key is the account, else the stream."""
    event = recorded.event
    if type(event) in PRIVATE:
        return None
    contract = _CONTRACTS[type(event).__name__]
    account_id = account_of(event)
    shape = next((s for kind, s in _SHAPES.items() if isinstance(event, kind)), None)
    values = {**event.__dict__, "account_id": account_id, **(shape(event) if shape else {})}
    return account_id or event.originator_id, contract.model_validate(values, from_attributes=True)


def _suggested(event: Any) -> dict[str, Any]:
    suggestion = event.suggestion
    return {"roles": suggestion.roles, "power": suggestion.power, "attitude_value": suggestion.attitude}


def _interaction(event: InteractionEvent) -> dict[str, Any]:
    retracted = isinstance(event, domain.Interaction.InteractionRetracted)
    return {**event.details.__dict__, "meaningful": not retracted and is_meaningful(event.details)}


def _assessed(event: Any) -> dict[str, Any]:
    return {**event.assessment.__dict__, "why": event.assessment.reason}


def _renamed(**names: str) -> Shape:
    """Public name = private name."""
    return lambda event: {public_name: getattr(event, name) for public_name, name in names.items()}


_SHAPES: Mapping[type[Event], Shape] = {
    TermsEvent: lambda event: dict(event.terms.__dict__),
    InteractionEvent: _interaction,
    domain.AccountTier.TierAssessed: _assessed,
    domain.AccountTier.TierAssessmentIncomplete: _assessed,
    domain.AccountTier.TierChanged: _renamed(changed_at="effective_at"),
    domain.AccountTier.TierOverrideExpired: _renamed(from_tier="was", to_tier="back_to"),
    domain.AccountTier.TierOverrideLifted: _renamed(from_tier="was", to_tier="back_to"),
    domain.AccountTier.TierReviewDue: _renamed(current="tier"),
    domain.AccountTier.TierReviewOverdue: _renamed(current="tier"),
    domain.AccountStandards.StandardBreached: _renamed(actual_text="actual"),
    domain.AccountStandards.StandardRestored: _renamed(actual_text="actual"),
    domain.Contract.ContractRenewed: _renamed(successor_contract_id="successor_id"),
    domain.Contract.ContractRenewedLate: _renamed(successor_contract_id="successor_id"),
    domain.Contract.ContractTerminated: _renamed(ends_on="on"),
    domain.Stakeholder.StakeholderSuggested: _suggested,
    domain.Stakeholder.StakeholderSuggestionRevised: _suggested,
    domain.Stakeholder.StakeholderReturned: _suggested,
    domain.Stakeholder.StakeholderAttitudeAssessed: _renamed(attitude_value="value"),
    domain.Stakeholder.RelationshipRated: _renamed(strength="value"),
    domain.StandardsPolicy.Event: _renamed(policy_version="version"),
    domain.TierPolicy.Event: _renamed(policy_version="version"),
}


def account_of(event: Event) -> UUID | None:
    """The account an event is about; None: the whole company."""
    if isinstance(event, domain.AccountEvent):
        return event.account_id
    return event.originator_id if isinstance(event, domain.Account.Event) else None
