"""Which of our aggregates a fact of the CRM touches, and what it calls the record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.accounts.domain import Account, Contract, Interaction, Stakeholder, UsageReading
from shared import ids
from shared.contracts.crm import (
    CrmAccountSeen,
    CrmActivityLogged,
    CrmContactSeen,
    CrmContractSeen,
    CrmFact,
    CrmOpportunitySeen,
    CrmRecordDeleted,
    CrmRecordMerged,
    CrmRecordMoved,
    CrmUsageReported,
    CrmUserSeen,
)
from shared.eventstore.events import Aggregate

_OBJECTS: dict[type[CrmFact], str] = {
    CrmAccountSeen: "account",
    CrmContactSeen: "contact",
    CrmContractSeen: "contract",
    CrmActivityLogged: "activity",
    CrmUsageReported: "usage",
    CrmOpportunitySeen: "opportunity",
    CrmUserSeen: "user",
}


def object_of(fact: CrmFact) -> str:
    return _OBJECTS.get(type(fact)) or str(getattr(fact, "object", ""))


def streams_of(fact: Any) -> list[tuple[type[Aggregate], UUID]]:
    """The aggregates that a fact touches."""
    match fact:
        case CrmAccountSeen():
            return [(Account, fact.account_id or ids.account_id(fact.system, fact.crm_id))]
        case CrmRecordMerged(object="account"):
            absorbed = fact.absorbed_account_id or ids.account_id(fact.system, fact.crm_id)
            survivor = fact.survivor_account_id or ids.account_id(fact.system, fact.survivor_crm_id)
            return [(Account, absorbed), (Account, survivor)]
        case CrmContactSeen(account_id=UUID() as account):
            return [(Stakeholder, Stakeholder.create_id(account, fact.subject_id))]
        case CrmContractSeen():
            return [(Contract, Contract.create_id(fact.system, fact.crm_id))]
        case CrmActivityLogged():
            return [(Interaction, Interaction.create_id(fact.system, fact.crm_id))]
        case CrmUsageReported(account_id=UUID() as account):
            return [(UsageReading, UsageReading.create_id(account, fact.product, fact.metric, fact.period_start))]
        case CrmRecordDeleted() | CrmRecordMoved():
            return _of_gone(fact)
    return []


def _of_gone(fact: CrmRecordDeleted | CrmRecordMoved) -> list[tuple[type[Aggregate], UUID]]:
    match fact.object:
        case "account":
            return [(Account, fact.account_id or ids.account_id(fact.system, fact.crm_id))]
        case "contact" if fact.account_id is not None:
            person = ids.subject_id(fact.system, "contact", fact.crm_id)
            return [(Stakeholder, Stakeholder.create_id(fact.account_id, person))]
        case "contract":
            return [(Contract, Contract.create_id(fact.system, fact.crm_id))]
        case "activity":
            return [(Interaction, Interaction.create_id(fact.system, fact.crm_id))]
    return []
