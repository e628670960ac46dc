"""The company's tier policy: every version of it in one stream, so that numbers are gapless and one at most is active.

Draft → Submitted → signed off by sales, service and management (three people, none the author) → Scheduled → Active →
Superseded; Submitted → Draft (rejected). The shipped version 1 is active from the first start, "default, not signed off".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import need
from services.accounts.domain.values import SignOffFunction
from shared import ids
from shared.errors import Rejected
from shared.eventstore.events import Aggregate, AggregateCreated

Status = Literal["Draft", "Submitted", "SignedOff", "Scheduled", "Active", "Superseded"]


class TierPolicy(Aggregate):
    """Stream id = `TierPolicy.create_id()`: there is one per company."""

    TOPIC = "accounts.TierPolicy"

    class Event(Aggregate.Event): ...

    class TierPoliciesOpened(AggregateCreated, Event):
        """The company keeps tier policies from now on."""

        TOPIC = "accounts.TierPoliciesOpened"

    class TierPolicyDrafted(Event):
        """`document` as in `policies/tier_policy.v1.json`; `digest`: SHA-256 of its canonical JSON. Drafting again replaces it."""

        TOPIC = "accounts.TierPolicyDrafted"
        version: int
        document: dict[str, Any]
        digest: str
        author: str
        at: datetime

    class TierPolicySubmitted(Event):
        TOPIC = "accounts.TierPolicySubmitted"
        version: int
        by: str
        at: datetime

    class TierPolicySignedOff(Event):
        TOPIC = "accounts.TierPolicySignedOff"
        version: int
        function: SignOffFunction
        signer: str
        at: datetime

    class TierPolicyRejected(Event):
        """Back to draft; the signatures are void."""

        TOPIC = "accounts.TierPolicyRejected"
        version: int
        reason: str
        by: str
        at: datetime

    class TierPolicyScheduled(Event):
        """It will hold from `effective_from`."""

        TOPIC = "accounts.TierPolicyScheduled"
        version: int
        effective_from: datetime
        by: str

    class TierPolicyActivated(Event):
        """It holds from `effective_from`. `signed_off` false: the shipped default."""

        TOPIC = "accounts.TierPolicyActivated"
        version: int
        effective_from: datetime
        by: str
        signed_off: bool

    class TierPolicySuperseded(Event):
        TOPIC = "accounts.TierPolicySuperseded"
        version: int
        by_version: int
        at: datetime

    class TierPolicySimulated(Event):
        """A what-if run against the active version; changes nothing. `report_digest`: SHA-256 of the report."""

        TOPIC = "accounts.TierPolicySimulated"
        version: int
        against_version: int
        report_ref: str
        report_digest: str
        by: str
        at: datetime
