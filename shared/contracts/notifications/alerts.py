"""The public events of the notifications service."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import PublicEvent

CHANNEL = "kam.notifications.v1"
Channel = Literal["in_app", "email", "slack", "teams", "webhook", "apprise"]


class AlertFact(PublicEvent):
    """Something about one alert; the envelope's stream is the alert."""

    CHANNEL: ClassVar[str] = CHANNEL
    account_id: UUID


class AlertRaised(AlertFact):
    """Somebody is to hear of something."""

    TYPE: ClassVar[str] = "AlertRaised"
    key: str = Field(description="account|rule|subject|epoch: the same matter is the same alert")
    rule: str = Field(description="Rule of the rule book (`R1` … `R22`)")
    rule_version: int = Field(description="Version of the rule book")
    trigger: str = Field(description="Type of the event that anchored it")
    severity: Literal["info", "warning", "urgent", "critical"] = Field(description="How bad it is")
    tier: str | None = None
    why: tuple[str, ...] = Field(description="Event ids that it rests on")
    expires_at: datetime = Field(description="When it is too old to be of use (instant, UTC)")


class AlertEscalated(AlertFact):
    """A higher level of the ladder is told."""

    TYPE: ClassVar[str] = "AlertEscalated"
    step: str = Field(description="Key of the step")
    level: int = Field(description="Level of the ladder: 0 theme owner … 4 management board")


class AlertDelivered(AlertFact):
    """A channel took a message."""

    TYPE: ClassVar[str] = "AlertDelivered"
    channel: Channel = Field(description="Which channel")
    attempts: int = Field(description="How many attempts it took")
    digest_id: UUID | None = Field(default=None, description="Digest that it was part of; null: a message of its own")


class AlertDeadLettered(AlertFact):
    """A channel will not take a message."""

    TYPE: ClassVar[str] = "AlertDeadLettered"
    channel: Channel = Field(description="Which channel")
    attempts: int = Field(description="How many attempts it took")


class AlertAcknowledged(AlertFact):
    """Somebody takes it on. It is not resolved by that."""

    TYPE: ClassVar[str] = "AlertAcknowledged"


class AlertSnoozed(AlertFact):
    """Somebody wants to hear of it again later."""

    TYPE: ClassVar[str] = "AlertSnoozed"
    until: datetime = Field(description="When (instant, UTC)")


class AlertReopened(AlertFact):
    """Acknowledged, and not resolved in time."""

    TYPE: ClassVar[str] = "AlertReopened"
    count: int = Field(description="How often by now")


class AlertSuppressed(AlertFact):
    """Nobody is told (any more)."""

    TYPE: ClassVar[str] = "AlertSuppressed"
    why_code: str = Field(description="Reason: duplicate, muted, no_permission, superseded, stale, withdrawn")


class AlertResolved(AlertFact):
    """The event that ends the matter came."""

    TYPE: ClassVar[str] = "AlertResolved"
    by_event: str = Field(description="Id of that event")
    by_type: str = Field(description="Type of that event")


class AlertExpired(AlertFact):
    """Too old to be of use."""

    TYPE: ClassVar[str] = "AlertExpired"


class LadderExhausted(AlertFact):
    """Two rounds of the ladder without a reaction: a matter for the weekly governance report."""

    TYPE: ClassVar[str] = "LadderExhausted"
    level: int = Field(description="Level of the ladder: 0 theme owner … 4 management board")


class AlertRulePublished(PublicEvent):
    """A version of the rule book holds from now on; Kafka key = stream id."""

    CHANNEL: ClassVar[str] = CHANNEL
    TYPE: ClassVar[str] = "AlertRulePublished"
    policy_version: int
    digest: str = Field(description="SHA-256 of the rule book")
    signed_off: bool = Field(description="Whether the company signed it; false: the default that ships")
