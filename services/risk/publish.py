"""Private event → public contract, or nothing. The only place that knows both.

A public event has the fields of the private one that carry the same name. What is not public: technical starts of
streams, and the documents of models (their digest is).
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.risk import domain
from shared.contracts.base import PublicEvent, channel
from shared.contracts.risk import CHANNEL
from shared.eventstore.events import Event, Recorded

PRIVATE = frozenset({domain.AccountRisk.RiskTracked, domain.RiskModels.RiskModelsOpened})
"""Events that no other service learns of."""

_CONTRACTS: Mapping[str, type[PublicEvent]] = {model.TYPE: model for model in channel(CHANNEL)}


def publish(recorded: Recorded) -> tuple[UUID, PublicEvent] | None:
    """(Kafka key, public event) of a stored event; None: it stays inside. The key is the account, else the stream."""
    event = recorded.event
    if type(event) in PRIVATE:
        return None
    contract = _CONTRACTS[type(event).__name__]
    return account_of(event) or event.originator_id, contract.model_validate(event.__dict__, from_attributes=True)


def account_of(event: Event) -> UUID | None:
    """The account an event is about; None: the whole company."""
    return event.account_id if isinstance(event, domain.RiskEvent) else None
