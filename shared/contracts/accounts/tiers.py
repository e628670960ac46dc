"""Tiers, key accounts, the policies behind them, and standards."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from shared.contracts.accounts.base import AccountFact, CompanyFact, Tier
from shared.contracts.base import Contract


class Signal(Contract):
    """One signal inside a criterion."""

    signal: str
    weight_bp: int
    value_bp: int | None = None
    raw: str = ""
    source: Literal["automatic", "manual"] = "automatic"
    event_ids: tuple[str, ...] = ()


class Criterion(Contract):
    """One of the five criteria and its part in the score."""

    criterion: str
    weight_bp: int
    value_bp: int | None = None
    available_bp: int = 0
    points_bp: int = 0
    signals: tuple[Signal, ...] = ()


class Gate(Contract):
    """A condition besides the score."""

    gate: str
    tiers: tuple[str, ...]
    passed: bool
    why: str


class TierCriterionRated(AccountFact):
    """A person rated what no system sees."""

    TYPE: ClassVar[str] = "TierCriterionRated"
    criterion: str
    value_bp: int
    note: str
    evidence: tuple[str, ...]
    rater: str
    at: datetime


class TierAssessed(AccountFact):
    """A complete assessment that explains itself: the points of the criteria sum to the score."""

    TYPE: ClassVar[str] = "TierAssessed"
    at: datetime
    late_by_s: int
    current: Tier | None
    policy_version: int
    score_bp: int | None
    completeness_bp: int
    criteria: tuple[Criterion, ...]
    gates: tuple[Gate, ...]
    raw_tier: Tier
    tier: Tier | None
    why: str
    held_back: Tier | None = None


class TierAssessmentIncomplete(AccountFact):
    """Too little weight has a value: nothing follows from the score."""

    TYPE: ClassVar[str] = "TierAssessmentIncomplete"
    at: datetime
    late_by_s: int
    current: Tier | None
    policy_version: int
    score_bp: int | None
    completeness_bp: int
    criteria: tuple[Criterion, ...]
    gates: tuple[Gate, ...]


class TierChangeProposed(AccountFact):
    """Waits for a person."""

    TYPE: ClassVar[str] = "TierChangeProposed"
    at: datetime
    from_tier: Tier | None
    to_tier: Tier
    why: str
    score_bp: int | None
    policy_version: int
    proposer: str


class TierChanged(AccountFact):
    """The tier holds from `changed_at`."""

    TYPE: ClassVar[str] = "TierChanged"
    changed_at: datetime
    from_tier: Tier | None
    to_tier: Tier
    why: str
    score_bp: int | None
    policy_version: int
    decided_by: str
    provisional: bool
    strategic_reason: str | None = None
    signers: tuple[str, ...] = ()


class TierChangeRejected(AccountFact):
    """The proposal is refused: the old tier stays."""

    TYPE: ClassVar[str] = "TierChangeRejected"
    at: datetime
    from_tier: Tier | None
    to_tier: Tier
    reason: str
    rejected_by: str


class TierReaffirmed(AccountFact):
    """A review found the tier right."""

    TYPE: ClassVar[str] = "TierReaffirmed"
    at: datetime
    tier: Tier
    reaffirmed_by: str


class TierOverridden(AccountFact):
    """A person set another tier until `until`, for at most 180 days."""

    TYPE: ClassVar[str] = "TierOverridden"
    at: datetime
    from_tier: Tier
    to_tier: Tier
    reason: str
    until: datetime
    overridden_by: str


class TierOverrideExpired(AccountFact):
    """The override's time is over."""

    TYPE: ClassVar[str] = "TierOverrideExpired"
    at: datetime
    from_tier: Tier
    to_tier: Tier


class TierOverrideLifted(AccountFact):
    """A person ended the override early."""

    TYPE: ClassVar[str] = "TierOverrideLifted"
    at: datetime
    from_tier: Tier
    to_tier: Tier
    lifted_by: str


class TierReviewDue(AccountFact):
    """The tier's cadence has passed and a person has to decide."""

    TYPE: ClassVar[str] = "TierReviewDue"
    due_at: datetime
    current: Tier | None


class TierReviewOverdue(AccountFact):
    """Nobody decided in time."""

    TYPE: ClassVar[str] = "TierReviewOverdue"
    due_at: datetime
    at: datetime
    current: Tier | None


class Ranked(Contract):
    """A place in a ranking."""

    account_id: UUID
    tier: Tier
    score_bp: int | None = None


class TierCapacityExceeded(AccountFact):
    """A proposed tier would exceed a cap: a person decides."""

    TYPE: ClassVar[str] = "TierCapacityExceeded"
    at: datetime
    tier: Tier
    cap: str
    limit: int
    actual: int
    owner_id: str | None
    ranking: tuple[Ranked, ...]


class KeyAccountNominated(AccountFact):
    """Somebody suggests it as key account."""

    TYPE: ClassVar[str] = "KeyAccountNominated"
    at: datetime
    reason: str
    nominated_by: str


class KeyAccountNominationRejected(AccountFact):
    """The nomination is refused."""

    TYPE: ClassVar[str] = "KeyAccountNominationRejected"
    at: datetime
    reason: str
    rejected_by: str


class KeyAccountConfirmed(AccountFact):
    """A tier decision made it a key account."""

    TYPE: ClassVar[str] = "KeyAccountConfirmed"
    at: datetime
    tier: Tier


class KeyAccountDeclassified(AccountFact):
    """No key account any more."""

    TYPE: ClassVar[str] = "KeyAccountDeclassified"
    at: datetime
    reason: str
    declassified_by: str


class TierPolicySubmitted(CompanyFact):
    """A tier policy asks for its three signatures."""

    TYPE: ClassVar[str] = "TierPolicySubmitted"
    policy_version: int
    by: str
    at: datetime


class TierPolicySignedOff(CompanyFact):
    """Sales, service or management signed."""

    TYPE: ClassVar[str] = "TierPolicySignedOff"
    policy_version: int
    function: Literal["sales", "service", "management"]
    signer: str
    at: datetime


class TierPolicyRejected(CompanyFact):
    """Back to draft."""

    TYPE: ClassVar[str] = "TierPolicyRejected"
    policy_version: int
    reason: str
    by: str
    at: datetime


class TierPolicyScheduled(CompanyFact):
    """It will hold from `effective_from`."""

    TYPE: ClassVar[str] = "TierPolicyScheduled"
    policy_version: int
    effective_from: datetime
    by: str


class TierPolicyActivated(CompanyFact):
    """It holds from `effective_from`."""

    TYPE: ClassVar[str] = "TierPolicyActivated"
    policy_version: int
    effective_from: datetime
    by: str
    signed_off: bool


class TierPolicySuperseded(CompanyFact):
    """Another version holds."""

    TYPE: ClassVar[str] = "TierPolicySuperseded"
    policy_version: int
    by_version: int
    at: datetime


class StandardsActivated(CompanyFact):
    """What each tier is owed from `effective_from` on."""

    TYPE: ClassVar[str] = "StandardsActivated"
    policy_version: int
    document: dict[str, Any]
    effective_from: datetime
    by: str
    signed_off: bool


class StandardBreached(AccountFact):
    """The account does not get what its tier is owed."""

    TYPE: ClassVar[str] = "StandardBreached"
    standard: str
    tier: Tier
    required: str
    actual_text: str
    policy_version: int
    at: datetime
    event_ids: tuple[str, ...] = ()


class StandardRestored(AccountFact):
    """It gets it again, or it is no longer owed."""

    TYPE: ClassVar[str] = "StandardRestored"
    standard: str
    tier: Tier
    required: str
    actual_text: str
    policy_version: int
    at: datetime
    breached_at: datetime
