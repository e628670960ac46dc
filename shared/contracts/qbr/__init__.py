"""Quarterly business reviews, on `kam.qbr.v1`; Kafka key = account id (stream id for templates, which hold for the
whole company).

`Envelope.stream` is the thing itself (series, QBR, action item, template). `owner` is one of us by CRM user id, or a
person of the customer by pseudonym, as `side` says. Free text is never here: `text_ref` names it inside the service.
Titles and reasons are short and name no persons.
"""

from shared.contracts.qbr import actions, held, reminders, reviews, series, templates
from shared.contracts.qbr.base import CHANNEL

__all__ = ["CHANNEL", "actions", "held", "reminders", "reviews", "series", "templates"]
