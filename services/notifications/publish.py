"""Private event → public contract, or nothing. The only place that knows both.

What is between an alert and one person stays inside, except that a channel took a message: not whose.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.notifications.domain import AccountEvent, AlertCase
from shared.contracts.base import PublicEvent, channel
from shared.contracts.notifications import CHANNEL
from shared.eventstore.events import Recorded

_CONTRACTS: Mapping[str, type[PublicEvent]] = {model.TYPE: model for model in channel(CHANNEL)}


def publish(recorded: Recorded) -> tuple[UUID, PublicEvent] | None:
    """(Kafka key, public event) of a stored event; None: it stays inside. The key is the account, else the stream."""
    event = recorded.event
    contract = _CONTRACTS.get(type(event).__name__)
    if contract is None:
        return None
    values = dict(event.__dict__)
    if isinstance(event, AlertCase.AlertSuppressed):
        values["why_code"] = event.why
    account = event.account_id if isinstance(event, AccountEvent) else None
    return account or recorded.stream_id, contract.model_validate(values, from_attributes=True)
