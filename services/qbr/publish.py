"""Private event → public contract, or nothing. The only place that knows both.

A public event has the fields of the private one that carry the same name; where the public name differs, `_NAMES` says
how. Not public: technical starts of streams, drafts, and notes that one aggregate leaves for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.qbr.domain import AccountEvent, ActionEvent, Qbr, QbrEvent, QbrTemplate, Series, SeriesEvent
from shared.contracts.base import PublicEvent, channel
from shared.contracts.qbr import CHANNEL
from shared.eventstore.events import Event, Recorded

PRIVATE = frozenset(
    {
        QbrTemplate.QbrTemplateOpened,
        QbrTemplate.QbrTemplateDrafted,
        Series.QBRSeriesOpened,
        Series.QBRSeriesHeldNoted,
        Series.QBRSeriesWaiverNoted,
        Series.QBRSeriesBooked,
        Qbr.QBROpened,
        Qbr.QBRActionNoted,
    }
)
"""Events that no other service learns of."""

_CONTRACTS: Mapping[str, type[PublicEvent]] = {model.TYPE: model for model in channel(CHANNEL)}


def publish(recorded: Recorded) -> tuple[UUID, PublicEvent] | None:
    """(Kafka key, public event) of a stored event; None: it stays inside. The key is the account, else the stream."""
    event = recorded.event
    if type(event) in PRIVATE:
        return None
    values: dict[str, Any] = {**event.__dict__, **_whose(event)}
    key = event.account_id if isinstance(event, AccountEvent) else event.originator_id
    return key, _CONTRACTS[type(event).__name__].model_validate(values, from_attributes=True)


def _whose(event: Event) -> dict[str, Any]:
    """The id of the thing, under its public name."""
    match event:
        case ActionEvent():
            return {"action_id": event.originator_id}
        case QbrEvent():
            return {"qbr_id": event.originator_id}
        case SeriesEvent():
            return {"series_id": event.originator_id}
    return {}
