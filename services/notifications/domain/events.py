"""The events of an alert case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.notifications.domain.base import AccountEvent, events_of
from services.notifications.domain.values import (
    ChannelKind,
    Reason,
    Scalar,
    SnoozeReason,
    Status,
    Step,
    SuppressedBecause,
    Told,
)


class CaseEvent(AccountEvent):
    """Something about one alert. `status`: where its life cycle stands after it."""

    status: Status


class PersonEvent(CaseEvent):
    """Something between the alert and one person."""

    person: str


class DeliveryEvent(PersonEvent):
    """Something about one message. `delivery_id` is the same for every attempt."""

    channel: ChannelKind
    delivery_id: UUID


@events_of("services.notifications.domain.case", "AlertCase")
class Events:
    """Namespace; `AlertCase` takes each of them over."""

    class AlertScheduleExtended(CaseEvent):
        """The same matter is said again by a new fact (or, reopened, by its ladder): these steps are added."""

        TOPIC = "notifications.AlertScheduleExtended"
        trigger: str
        title: str
        facts: dict[str, Scalar]
        why: tuple[str, ...]
        people: dict[str, str]
        named: tuple[Told, ...]
        steps: tuple[Step, ...]
        expires_at: datetime

    class AlertStepReached(CaseEvent):
        """A step fell due; these are told, at the level that was reached already."""

        TOPIC = "notifications.AlertStepReached"
        step: str
        level: int
        to: tuple[Told, ...]
        late_by_s: int

    class AlertEscalated(CaseEvent):
        """A step fell due that is a higher level than before; these are told."""

        TOPIC = "notifications.AlertEscalated"
        step: str
        level: int
        to: tuple[Told, ...]
        late_by_s: int

    class AlertStepSkipped(CaseEvent):
        """A step fell due and nobody is told, because `why`."""

        TOPIC = "notifications.AlertStepSkipped"
        step: str
        level: int
        why: str

    class AlertDeferred(PersonEvent):
        """Held back until the person's quiet hours end."""

        TOPIC = "notifications.AlertDeferred"
        until: datetime
        why: Reason

    class AlertDigested(PersonEvent):
        """Goes into the person's next digest."""

        TOPIC = "notifications.AlertDigested"
        digest_id: UUID
        at: datetime
        why: Reason

    class AlertSuppressedForRecipient(PersonEvent):
        """This person is not told; others may be."""

        TOPIC = "notifications.AlertSuppressedForRecipient"
        why: Reason

    class AlertDeliveryQueued(DeliveryEvent):
        """A message waits to be sent."""

        TOPIC = "notifications.AlertDeliveryQueued"

    class AlertDelivered(DeliveryEvent):
        """The channel took the message. `digest_id`: as part of that digest."""

        TOPIC = "notifications.AlertDelivered"
        digest_id: UUID | None
        attempts: int

    class AlertDeliveryFailed(DeliveryEvent):
        """The channel refused or could not be reached; it is tried again."""

        TOPIC = "notifications.AlertDeliveryFailed"
        attempt: int
        why: str

    class AlertDeliveryUnconfirmed(DeliveryEvent):
        """The channel gave no answer: the message may have arrived. It is sent again under the same id."""

        TOPIC = "notifications.AlertDeliveryUnconfirmed"
        attempt: int
        why: str

    class AlertDeadLettered(DeliveryEvent):
        """The channel will not take it; the message stays as a dead letter, the inbox has it."""

        TOPIC = "notifications.AlertDeadLettered"
        attempts: int
        why: str

    class AlertSeen(PersonEvent):
        """The person looked at it."""

        TOPIC = "notifications.AlertSeen"

    class AlertAcknowledged(PersonEvent):
        """The person takes it on, which resolves nothing. `realert_at`: said again if it is not resolved by then."""

        TOPIC = "notifications.AlertAcknowledged"
        realert_at: datetime | None

    class AlertSnoozed(PersonEvent):
        """The person wants to hear of it again at `until`."""

        TOPIC = "notifications.AlertSnoozed"
        until: datetime
        reason: SnoozeReason

    class AlertSnoozeEnded(PersonEvent):
        """The time is over; the person hears of it again."""

        TOPIC = "notifications.AlertSnoozeEnded"

    class AlertDelegated(PersonEvent):
        """The person asks `to` to take it on."""

        TOPIC = "notifications.AlertDelegated"
        to: str

    class AlertReopened(CaseEvent):
        """Acknowledged, and still not resolved when it should have been: its people hear of it again."""

        TOPIC = "notifications.AlertReopened"
        count: int

    class AlertPlanNoted(CaseEvent):
        """A countermeasure is planned: the resolution clock stops."""

        TOPIC = "notifications.AlertPlanNoted"
        by_event: str

    class AlertFolded(CaseEvent):
        """Another alert is its cause and explains it; it is silent while that one is open."""

        TOPIC = "notifications.AlertFolded"
        under: UUID

    class AlertUnfolded(CaseEvent):
        """Its cause ended and it did not."""

        TOPIC = "notifications.AlertUnfolded"

    class AlertPaused(CaseEvent):
        """The source `by` has a gap: what we do not hear of may have happened. Nobody is told until it is back (None),
        or `until`."""

        TOPIC = "notifications.AlertPaused"
        by: str
        until: datetime | None

    class AlertContinued(CaseEvent):
        """The source is back, its facts are read, and the matter still stands."""

        TOPIC = "notifications.AlertContinued"

    class AlertSuppressed(CaseEvent):
        """Nobody is told (any more)."""

        TOPIC = "notifications.AlertSuppressed"
        why: SuppressedBecause

    class AlertResolved(CaseEvent):
        """The domain event that ends it came."""

        TOPIC = "notifications.AlertResolved"
        by_event: str
        by_type: str

    class AlertExpired(CaseEvent):
        """It is too old to be of use."""

        TOPIC = "notifications.AlertExpired"

    class LadderExhausted(CaseEvent):
        """Two rounds of the ladder, and nobody reacted: it goes into the weekly governance report."""

        TOPIC = "notifications.LadderExhausted"
        level: int
