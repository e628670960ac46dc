"""Standards: the document that says what each tier is owed, and which of them one account breaks today."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import AccountEvent, OfAccount, need
from services.accounts.domain.values import Tier
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class StandardsPolicy(Aggregate):
    """Stream id = `StandardsPolicy.create_id()`: there is one per company."""

    TOPIC = "accounts.StandardsPolicy"

    class Event(Aggregate.Event): ...

    class StandardsOpened(AggregateCreated, Event):
        """The company keeps standards per tier from now on."""

        TOPIC = "accounts.StandardsOpened"

    class StandardsActivated(Event):
        """`document` as in `policies/standards.v1.json` holds from `effective_from`. `signed_off` false: the default."""

        TOPIC = "accounts.StandardsActivated"
        version: int
        document: dict[str, Any]
        digest: str
        effective_from: datetime
        by: str
        signed_off: bool


class AccountStandards(OfAccount, Aggregate):
    """What one account breaks. Stream id = `AccountStandards.create_id(account_id)`."""

    TOPIC = "accounts.AccountStandards"

    class Event(AccountEvent): ...

    class StandardsTracked(AggregateCreated, Event):
        """From now on the account's standards are checked."""

        TOPIC = "accounts.StandardsTracked"

    class StandardBreached(Event):
        """`required` and `actual` as text, with unit; `at`: the instant from which it is not kept."""

        TOPIC = "accounts.StandardBreached"
        standard: str
        tier: Tier
        required: str
        actual: str
        policy_version: int
        at: datetime
        event_ids: tuple[str, ...] = ()

    class StandardRestored(Event):
        """The account keeps the standard again, or it is no longer owed."""

        TOPIC = "accounts.StandardRestored"
        standard: str
        tier: Tier
        required: str
        actual: str
        policy_version: int
        at: datetime
        breached_at: datetime
