"""Facts: what other services told about an account, and what we decided ourselves, in one shape.

A *lane* is what is told in order: the facts about one account on one topic, or the facts of one topic that are about no
account (the health of a connection). Within a lane the positions that we have are complete from the first on, whatever
the other lanes do. So a position for each lane, the *vector*, names one set of facts for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.base import Envelope, PublicEvent
from shared.eventstore.events import Recorded
from shared.ids import subject_id

CRM, ACCOUNTS, GROWTH, QBR = "kam.crm.v1", "kam.accounts.v1", "kam.growth.v1", "kam.qbr.v1"
RISK = "kam.risk.v1"
SOURCES = "#sources"
"""Ends the name of a lane of facts about no account."""

Vector = Mapping[str, int]
"""Lane → highest position that counts, e.g. {"kam.crm.v1": 812, "kam.crm.v1#sources": 790, "kam.qbr.v1": 44}."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One public event. `data` holds the fields that packs use, as JSON values; free text is not among them."""

    account_id: UUID | None
    topic: str
    partition: int
    position: int
    event_id: str
    type: str
    stream: UUID
    effective_at: datetime
    recorded_at: datetime
    data: Mapping[str, Any]
    absorbed: bool = False
    """Told of an account that went into the pack's own; it has lanes of its own."""

    @property
    def lane(self) -> str:
        """Its key in a vector."""
        if self.absorbed:
            return f"{self.topic}#{self.account_id}"
        return self.topic if self.account_id else self.topic + SOURCES


_CONTRACT = (
    "system", "crm_id", "name", "signed", "product", "starts_on", "ends_on", "arr", "currency", "seats",
    "notice_period_days", "auto_renew", "notice_received_on",
)  # fmt: skip
_USAGE = ("product", "metric", "period_start", "period_end", "value", "licensed", "reported_at")
_SUGGESTED = ("subject_id", "roles", "power", "attitude_value")
_CONTACT = ("kind", "direction", "done", "at", "participants", "meaningful")
_COLOUR = ("score", "coverage", "trigger", "contributions", "floors", "arr_exposed", "epoch", "plan_due_at")
_ESCALATION = ("escalation_id", "severity", "title", "dri", "update_due_at")

KEPT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    CRM: {
        "CrmOpportunitySeen": ("crm_id", "name", "stage", "probability", "amount", "currency", "closes_on", "motion"),
        "CrmCaseSeen": ("crm_id", "number", "priority", "is_open", "opened_at", "closed_at"),
        "CrmContractSeen": _CONTRACT,
        "CrmRecordDeleted": ("system", "crm_id", "object"),
        "CrmRecordMoved": ("system", "crm_id", "object"),
        "SourceConnected": ("system",),
        "BackfillCompleted": ("system",),
        "SourceLagExceeded": ("system",),
        "SourceLagCleared": ("system",),
    },
    ACCOUNTS: {
        "AccountRegistered": ("name", "time_zone"),
        "AccountsMerged": ("survivor_id", "absorbed_id"),
        "AccountMergeReverted": ("survivor_id", "absorbed_id"),
        "AccountRenamed": ("name",),
        "AccountTimeZoneChanged": ("time_zone",),
        "TierChanged": ("to_tier",),
        "TierOverridden": ("to_tier",),
        "TierOverrideExpired": ("to_tier",),
        "TierOverrideLifted": ("to_tier",),
        "ThemeOwnerAssigned": ("theme", "owner_subject"),
        "ThemeOwnerReplaced": ("theme", "owner_subject"),
        "ThemeVacated": ("theme",),
        "StakeholderSuggested": _SUGGESTED,
        "StakeholderSuggestionRevised": _SUGGESTED,
        "StakeholderReturned": _SUGGESTED,
        "StakeholderSuggestionDismissed": ("subject_id",),
        "StakeholderMapped": ("subject_id",),
        "StakeholderRolesAssigned": ("subject_id", "roles"),
        "StakeholderInfluenceAssessed": ("subject_id", "power"),
        "StakeholderAttitudeAssessed": ("subject_id", "attitude_value"),
        "StakeholderConfirmed": ("subject_id",),
        "StakeholderAssessmentWentStale": ("subject_id",),
        "StakeholderDeparted": ("subject_id", "cause"),
        "StakeholderSucceeded": ("subject_id", "successor_id"),
        "ChampionLost": ("subject_id",),
        "EconomicBuyerLost": ("subject_id",),
        "NoticeReceived": ("on",),
        "NoticeWithdrawn": ("was_on",),
        "RenewalOpportunityLinked": ("opportunity_crm_id",),
        "ContractRenewed": ("successor_contract_id", "kind", "arr_before", "arr_after", "currency"),
        "ContractRenewedLate": ("successor_contract_id", "kind", "arr_before", "arr_after", "currency", "gap_days"),
        "ContractLapsed": ("ends_on", "arr", "currency"),
        "ContractTerminated": ("ends_on", "arr", "currency"),
        "InteractionRecorded": _CONTACT,
        "InteractionHeld": _CONTACT,
        "InteractionCorrected": _CONTACT,
        "InteractionReassigned": _CONTACT,
        "InteractionRetracted": _CONTACT,
        "UsageReported": _USAGE,
        "UsageCorrected": _USAGE,
    },
    RISK: {
        "RiskTurnedRed": _COLOUR,
        "RiskTurnedAmber": _COLOUR,
        "RiskTurnedGreen": _COLOUR,
        "RiskBecameUnknown": _COLOUR,
        "RiskScoreChanged": ("score", "coverage", "contributions"),
        "RiskColourStale": ("expired",),
        "RiskEarlyWarningRaised": ("kind", "code", "expected_at"),
        "RiskEarlyWarningCleared": ("kind",),
        "RiskTrendChanged": ("trend", "delta_30d"),
        "RiskColourOverridden": ("override_id", "to", "reason", "until", "needs_second"),
        "RiskOverrideConfirmed": ("override_id",),
        "RiskOverrideExpired": ("override_id",),
        "RiskOverrideLifted": ("override_id",),
        "RiskPlanMissed": ("epoch", "due_at", "causes"),
        "RiskIdentified": ("risk_id", "category", "cause", "title", "owner"),
        "RiskAssessed": ("risk_id", "likelihood", "impact", "arr_exposed"),
        "CountermeasurePlanned": ("risk_id", "countermeasure_id", "title", "owner", "due", "link"),
        "CountermeasureCompleted": ("risk_id", "countermeasure_id"),
        "CountermeasureFailed": ("risk_id", "countermeasure_id"),
        "RiskItemMonitored": ("risk_id",),
        "RiskAccepted": ("risk_id", "until"),
        "RiskResolved": ("risk_id",),
        "RiskMaterialised": ("risk_id", "loss"),
        **dict.fromkeys(
            ("EscalationOpened", "EscalationDriAssigned", "EscalationRaised", "EscalationLowered", "EscalationUpdated",
             "EscalationResolutionProposed", "EscalationClosed", "EscalationReopened"),
            _ESCALATION,
        ),
    },
}  # fmt: skip
"""Topic → type → the fields kept. Of `kam.growth.v1` and our own events all is kept: they hold no free text."""
_DATED = (CRM, ACCOUNTS)
_STAFF = ("owner", "dri")


def kept(envelope: Envelope, topic: str, partition: int, system: str = "") -> Fact | None:
    """The fact that an envelope tells packs; None: nothing that a pack shows.

    `system`: the CRM whose user ids the risk service names; packs know employees by pseudonym.
    """
    data = envelope.data
    if topic in KEPT:
        fields = KEPT[topic].get(envelope.type)
        if fields is None:
            return None
        account = data.get("account_id")
        if account is None and fields != ("system",):
            return None  # a record of no account
        data = {name: data[name] for name in fields if data.get(name) is not None}
        if topic == RISK:
            data |= {name: str(subject_id(system, "user", data[name])) for name in _STAFF if name in data}
    else:
        account = data.get("account_id")
        if account is None:
            return None
    return Fact(
        UUID(str(account)) if account else None, topic, partition, envelope.position, envelope.id, envelope.type,
        envelope.stream, envelope.effective_at, envelope.recorded_at, data,
    )  # fmt: skip


def own(recorded: Recorded, event: PublicEvent) -> Fact | None:
    """A stored event of ours as a fact: `event` is what `publish` makes of it. None: it is about no account."""
    account = getattr(event, "account_id", None)
    if account is None:
        return None
    return Fact(
        account, QBR, 0, recorded.position, recorded.event_id, event.TYPE, recorded.stream_id, recorded.effective_at,
        recorded.recorded_at, event.model_dump(mode="json"),
    )  # fmt: skip


def vector_of(facts: Iterable[Fact]) -> dict[str, int]:
    """The highest position of each lane: freeze with it."""
    highest: dict[str, int] = {}
    for fact in facts:
        highest[fact.lane] = max(fact.position, highest.get(fact.lane, 0))
    return dict(sorted(highest.items()))


def within(facts: Iterable[Fact], vector: Vector) -> list[Fact]:
    """The facts that a vector names, each once, in an order that does not depend on when they came.

    The CRM comes first, then the accounts service, both as things became true (a late word about the past is told with
    its old instant); then growth, ourselves and risk in the order of their logs (a decision may be dated back).
    """
    found = {(f.topic, f.position): f for f in facts if f.position <= vector.get(f.lane, 0)}
    return sorted(found.values(), key=_order)


def together(facts: Sequence[Fact], at: datetime) -> list[Fact]:
    """Without the facts of accounts that had not gone into this one by an instant: `facts` are in order."""
    inside: set[str] = set()
    for f in facts:
        if f.effective_at <= at and f.type == "AccountsMerged":
            inside.add(f.data["absorbed_id"])
        elif f.effective_at <= at and f.type == "AccountMergeReverted":
            inside.discard(f.data["absorbed_id"])
    return [f for f in facts if not f.absorbed or str(f.account_id) in inside]


def _order(fact: Fact) -> tuple[int, float, int]:
    dated = fact.topic in _DATED
    place = _TURN.get(fact.topic, len(_TURN))
    return place, fact.effective_at.timestamp() if dated else 0.0, fact.position


_TURN = {CRM: 0, ACCOUNTS: 1, GROWTH: 2, QBR: 3, RISK: 4}
