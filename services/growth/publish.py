"""Private event → public contract, or nothing. The only place that knows both.

A public event has the fields of the private one; `plan_id` and `run_id` are the streams of a plan and of a play's run.
What is not public: technical starts of streams, drafts of play books, and which plan of an account has which part.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.growth.domain import AccountPlanning, GrowthPlan, Playbook, PlayRun, Whitespace
from shared.contracts.base import PublicEvent, channel
from shared.contracts.growth import CHANNEL
from shared.eventstore.events import Recorded

PRIVATE = frozenset(
    {
        AccountPlanning.AccountPlanningOpened.TOPIC,
        AccountPlanning.AccountStandingNoted.TOPIC,
        AccountPlanning.InitiativeProposalNoted.TOPIC,
        AccountPlanning.PlanRegistered.TOPIC,
        AccountPlanning.PlanPutInForce.TOPIC,
        AccountPlanning.PlanLeft.TOPIC,
        GrowthPlan.GrowthPlanZoneAdopted.TOPIC,
        Playbook.PlaybookOpened.TOPIC,
        Playbook.PlaybookDrafted.TOPIC,
        Whitespace.WhitespaceOpened.TOPIC,
    }
)
"""Topics of events that no other service learns of."""

_CONTRACTS: Mapping[str, type[PublicEvent]] = {model.TYPE: model for model in channel(CHANNEL)}
_RUN = {PlayRun.PlayStarted.TOPIC, PlayRun.PlayStepCompleted.TOPIC, PlayRun.PlayStepSkipped.TOPIC} | {
    PlayRun.PlayStepReopened.TOPIC,
    PlayRun.PlayCompleted.TOPIC,
    PlayRun.PlayAborted.TOPIC,
}


def publish(recorded: Recorded) -> tuple[UUID, PublicEvent] | None:
    """(Kafka key, public event) of a stored event; None: it stays inside. The key is the account, else the stream."""
    if recorded.topic in PRIVATE:
        return None
    stream = {"run_id" if recorded.topic in _RUN else "plan_id": recorded.stream_id}
    contract = _CONTRACTS[recorded.topic.rpartition(".")[2]]
    account_id: UUID | None = getattr(recorded.event, "account_id", None)
    values = {**stream, **recorded.event.__dict__}
    return account_id or recorded.stream_id, contract.model_validate(values, from_attributes=True)
