"""Private event of a record stream → public fact on `kam.crm.v1`; the only place that knows both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import orjson

from services.crm import domain
from services.crm.domain import SourceEvent
from shared.contracts import crm
from shared.contracts.base import PublicEvent
from shared.eventstore.events import Recorded
from shared.ids import account_id

FACTS: Mapping[str, type[crm.CrmFact]] = {
    domain.AccountSeen.TOPIC: crm.CrmAccountSeen,
    domain.AccountMerged.TOPIC: crm.CrmRecordMerged,
    domain.ContactSeen.TOPIC: crm.CrmContactSeen,
    domain.OpportunitySeen.TOPIC: crm.CrmOpportunitySeen,
    domain.OpportunityStageChanged.TOPIC: crm.CrmOpportunityStageChanged,
    domain.OpportunityAmountChanged.TOPIC: crm.CrmOpportunityAmountChanged,
    domain.OpportunityWon.TOPIC: crm.CrmOpportunityWon,
    domain.OpportunityLost.TOPIC: crm.CrmOpportunityLost,
    domain.CaseSeen.TOPIC: crm.CrmCaseSeen,
    domain.CaseOpened.TOPIC: crm.CrmCaseOpened,
    domain.CaseReopened.TOPIC: crm.CrmCaseReopened,
    domain.CaseEscalated.TOPIC: crm.CrmCaseEscalated,
    domain.CaseClosed.TOPIC: crm.CrmCaseClosed,
    domain.ContractSeen.TOPIC: crm.CrmContractSeen,
    domain.ActivitySeen.TOPIC: crm.CrmActivityLogged,
    domain.UserSeen.TOPIC: crm.CrmUserSeen,
    domain.UserDeactivated.TOPIC: crm.CrmUserDeactivated,
    domain.UsageSeen.TOPIC: crm.CrmUsageReported,
    domain.RecordDeleted.TOPIC: crm.CrmRecordDeleted,
    domain.RecordMoved.TOPIC: crm.CrmRecordMoved,
}
HEALTH: Mapping[str, type[crm.SourceEvent]] = {
    domain.Connected.TOPIC: crm.SourceConnected,
    domain.BackfillCompleted.TOPIC: crm.BackfillCompleted,
    domain.LagExceeded.TOPIC: crm.SourceLagExceeded,
    domain.LagCleared.TOPIC: crm.SourceLagCleared,
    domain.SchemaDriftDetected.TOPIC: crm.SchemaDriftDetected,
    domain.FactRejected.TOPIC: crm.CrmFactRejected,
}

_Ids = Callable[[str, Mapping[str, Any]], dict[str, UUID | None]]


def publish(recorded: Recorded) -> tuple[UUID | str, PublicEvent] | None:
    """(Kafka key, public event). The key is the account, or the record's stream where there is none, or the system's
    name.
    """
    topic = recorded.topic
    if (fact := FACTS.get(topic)) is None:
        event = recorded.event
        return (event.system, HEALTH[topic].model_validate(event.__dict__)) if isinstance(event, SourceEvent) else None
    # Of the present version the stored fields are taken as they are: the fact is validated, once for both is enough.
    now = recorded.class_version == (domain.version_of(topic) or 1)
    fields = orjson.loads(recorded.state) if now else recorded.event.__dict__
    system, account = fields["system"], _account(fields["system"], fields.get("account_crm_id"))
    more = MORE.get(topic)
    extra = more(system, fields) if more is not None else {}
    return account or recorded.stream_id, fact.model_validate(
        {**fields, **extra, "revision": recorded.version, "account_id": account}
    )


def _account(system: str, crm_id: str | None) -> UUID | None:
    return account_id(system, crm_id) if crm_id is not None else None


MORE: Mapping[str, _Ids] = {
    domain.AccountSeen.TOPIC: lambda system, f: {"parent_account_id": _account(system, f.get("parent_crm_id"))},
    domain.RecordMoved.TOPIC: lambda system, f: {"to_account_id": _account(system, f.get("to_account_crm_id"))},
    domain.AccountMerged.TOPIC: lambda system, f: {
        "survivor_account_id": _account(system, f["survivor_crm_id"]),
        "absorbed_account_id": _account(system, f["crm_id"]),
    },
}
"""Ids of further accounts, by topic."""
