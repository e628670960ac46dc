"""Facts of the CRM in the words of our domain."""

from __future__ import annotations

from typing import cast, get_args

from services.accounts.domain.values import Details, InteractionKind, Profile, Role, Suggestion, Terms
from services.accounts.policy import stakeholders as rules
from shared.contracts.crm import CrmAccountSeen, CrmActivityLogged, CrmContactSeen, CrmContractSeen

INTERACTIONS = frozenset(get_args(InteractionKind))


def profile(fact: CrmAccountSeen) -> Profile:
    """The master data of an account."""
    values = {name: getattr(fact, name, None) for name in Profile.model_fields if name != "parent_id"}
    return Profile(parent_id=fact.parent_account_id, **values)


def terms(fact: CrmContractSeen) -> Terms:
    """What a contract says."""
    return Terms(**{name: getattr(fact, name) for name in Terms.model_fields})


def suggestion(fact: CrmContactSeen) -> Suggestion:
    """What the CRM believes about a person, on our scales."""
    return Suggestion(
        roles=cast("tuple[Role, ...]", rules.suggested_roles(fact.buying_role, fact.champion)),
        power=rules.suggested_power(fact.influence),
        attitude=rules.suggested_attitude(fact.attitude),
        has_mail=fact.has_mail,
    )


def details(fact: CrmActivityLogged) -> Details | None:
    """A contact with the customer; None for what is none (tasks, notes)."""
    if fact.kind not in INTERACTIONS:
        return None
    return Details(
        kind=cast("InteractionKind", fact.kind),
        direction=fact.direction,
        status=fact.status,
        done=fact.done,
        at=fact.at,
        owner_id=fact.owner_id,
        participants=fact.participants,
    )
