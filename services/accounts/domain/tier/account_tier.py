"""The tier of one account and its key status.

Unassessed → assessed → (proposed →) changed → reaffirmed at each review …; a person may override for at most 180 days.
An assessment is arithmetic (`policy.tiering`); what follows from it is decided here. An account becomes a key account
only by a tier decision.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from services.accounts.domain.base import AccountEvent, OfAccount
from services.accounts.domain.tier.decisions import Override, Proposal, TierDecisions
from services.accounts.domain.values import Ranked, Tier
from services.accounts.policy.results import Assessment
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated


class AccountTier(TierDecisions, OfAccount, Aggregate):
    """Events, state and how the ones change the other; the commands are in `decisions.py`.

    Stream id = `AccountTier.create_id(account_id)`.
    """

    TOPIC = "accounts.AccountTier"

    class Event(AccountEvent): ...

    class TieringStarted(AggregateCreated, Event):
        """From now on the account is rated, assessed and tiered."""

        TOPIC = "accounts.TieringStarted"

    class TierCriterionRated(Event):
        """A person rated a signal the systems cannot see. `criterion`: `<criterion>.<signal>`; evidence: references."""

        TOPIC = "accounts.TierCriterionRated"
        criterion: str
        value_bp: int
        note: str
        evidence: tuple[str, ...]
        rater: str
        at: datetime

    class TierAssessed(Event):
        """A complete assessment at the business instant `at`. `current`: the tier before; `late_by_s`: how much later
        than due it was made; `late` facts known by then count."""

        TOPIC = "accounts.TierAssessed"
        at: datetime
        late_by_s: int
        current: Tier | None
        assessment: Assessment

    class TierAssessmentIncomplete(Event):
        """Too little weight has a value: nothing follows from the score."""

        TOPIC = "accounts.TierAssessmentIncomplete"
        at: datetime
        late_by_s: int
        current: Tier | None
        assessment: Assessment

    class TierChangeProposed(Event):
        """Waits for a person. `why`: the rule; `proposer`: who or which policy."""

        TOPIC = "accounts.TierChangeProposed"
        at: datetime
        from_tier: Tier | None
        to_tier: Tier
        why: str
        score_bp: int | None
        policy_version: int
        proposer: str

    class TierChanged(Event):
        """The tier holds from `effective_at`. `provisional`: approved by policy, not by a person."""

        TOPIC = "accounts.TierChanged"
        effective_at: datetime
        from_tier: Tier | None
        to_tier: Tier
        why: str
        score_bp: int | None
        policy_version: int
        decided_by: str
        provisional: bool
        strategic_reason: str | None = None
        signers: tuple[str, ...] = ()

    class TierChangeRejected(Event):
        TOPIC = "accounts.TierChangeRejected"
        at: datetime
        from_tier: Tier | None
        to_tier: Tier
        reason: str
        rejected_by: str

    class TierReaffirmed(Event):
        """The review found the tier right. By policy, if a due assessment changes nothing."""

        TOPIC = "accounts.TierReaffirmed"
        at: datetime
        tier: Tier
        reaffirmed_by: str

    class TierOverridden(Event):
        """A person sets another tier until `until` (at most 180 days): shown everywhere as manual."""

        TOPIC = "accounts.TierOverridden"
        at: datetime
        from_tier: Tier
        to_tier: Tier
        reason: str
        until: datetime
        overridden_by: str

    class TierOverrideExpired(Event):
        TOPIC = "accounts.TierOverrideExpired"
        at: datetime
        was: Tier
        back_to: Tier

    class TierOverrideLifted(Event):
        TOPIC = "accounts.TierOverrideLifted"
        at: datetime
        was: Tier
        back_to: Tier
        lifted_by: str

    class TierReviewDue(Event):
        """The cadence of the tier has passed and a person has to decide."""

        TOPIC = "accounts.TierReviewDue"
        due_at: datetime
        tier: Tier | None

    class TierReviewOverdue(Event):
        TOPIC = "accounts.TierReviewOverdue"
        due_at: datetime
        at: datetime
        tier: Tier | None

    class TierCapacityExceeded(Event):
        """The proposed tier would exceed a cap: policy may not approve, a person decides. `ranking`: best score
        first.
        """

        TOPIC = "accounts.TierCapacityExceeded"
        at: datetime
        tier: Tier
        cap: str
        limit: int
        actual: int
        owner_id: str | None
        ranking: tuple[Ranked, ...]

    class KeyAccountNominated(Event):
        TOPIC = "accounts.KeyAccountNominated"
        at: datetime
        reason: str
        nominated_by: str

    class KeyAccountNominationRejected(Event):
        TOPIC = "accounts.KeyAccountNominationRejected"
        at: datetime
        reason: str
        rejected_by: str

    class KeyAccountConfirmed(Event):
        """A tier decision (A, B or C) made it a key account."""

        TOPIC = "accounts.KeyAccountConfirmed"
        at: datetime
        tier: Tier

    class KeyAccountDeclassified(Event):
        TOPIC = "accounts.KeyAccountDeclassified"
        at: datetime
        reason: str
        declassified_by: str

    @event(TieringStarted)
    def __init__(self, account_id: UUID) -> None:
        self.account_id = account_id
        self.decided = None
        self.override = None
        self.ratings = {}
        self.last = None
        self.previous_score = None
        self.dwell = 0
        self.proposal = None
        self.strategic_reason = False
        self.review_due_at = None
        self.review_overdue = False
        self.key_status = "NotKey"
        self.declassified_by_policy = False

    @staticmethod
    def create_id(account_id: UUID) -> UUID:
        """The stream of the account's tier."""
        return ids.derived("tier", str(account_id))

    @classmethod
    def start(cls, account_id: UUID) -> AccountTier:
        """An account that was never assessed."""
        return cls(account_id)

    @event(TierCriterionRated)
    def _rated(
        self, criterion: str, value_bp: int, note: str, evidence: tuple[str, ...], rater: str, at: datetime
    ) -> None:
        self.ratings[criterion] = value_bp

    @event(TierAssessed)
    def _assessed(self, at: datetime, late_by_s: int, current: Tier | None, assessment: Assessment) -> None:
        self.last, self.previous_score, self.dwell = assessment, assessment.score_bp, self.dwell + 1
        self.assessed_at = at

    @event(TierAssessmentIncomplete)
    def _incomplete(self, at: datetime, late_by_s: int, current: Tier | None, assessment: Assessment) -> None:
        self.last, self.assessed_at = assessment, at

    @event(TierChangeProposed)
    def _proposed(
        self,
        at: datetime,
        from_tier: Tier | None,
        to_tier: Tier,
        why: str,
        score_bp: int | None,
        policy_version: int,
        proposer: str,
    ) -> None:
        self.proposal = Proposal(to_tier, why, score_bp, policy_version, proposer)

    @event(TierChanged)
    def _changed(
        self,
        effective_at: datetime,
        from_tier: Tier | None,
        to_tier: Tier,
        why: str,
        score_bp: int | None,
        policy_version: int,
        decided_by: str,
        provisional: bool,
        strategic_reason: str | None = None,
        signers: tuple[str, ...] = (),
    ) -> None:
        self.decided, self.dwell, self.proposal = to_tier, 0, None
        self.review_due_at, self.review_overdue = None, False
        self.strategic_reason = self.strategic_reason or bool(strategic_reason)

    @event(TierChangeRejected)
    def _change_rejected(
        self, at: datetime, from_tier: Tier | None, to_tier: Tier, reason: str, rejected_by: str
    ) -> None:
        self.proposal = None

    @event(TierReaffirmed)
    def _reaffirmed(self, at: datetime, tier: Tier, reaffirmed_by: str) -> None:
        self.review_due_at, self.review_overdue, self.proposal = None, False, None

    @event(TierOverridden)
    def _overridden(
        self, at: datetime, from_tier: Tier, to_tier: Tier, reason: str, until: datetime, overridden_by: str
    ) -> None:
        self.override = Override(to_tier, until)

    @event(TierOverrideExpired)
    def _override_expired(self, at: datetime, was: Tier, back_to: Tier) -> None:
        self.override = None

    @event(TierOverrideLifted)
    def _override_lifted(self, at: datetime, was: Tier, back_to: Tier, lifted_by: str) -> None:
        self.override = None

    @event(TierReviewDue)
    def _review_due(self, due_at: datetime, tier: Tier | None) -> None:
        self.review_due_at = due_at

    @event(TierReviewOverdue)
    def _review_overdue(self, due_at: datetime, at: datetime, tier: Tier | None) -> None:
        self.review_overdue = True

    @event(TierCapacityExceeded)
    def _capacity_exceeded(
        self,
        at: datetime,
        tier: Tier,
        cap: str,
        limit: int,
        actual: int,
        owner_id: str | None,
        ranking: tuple[Ranked, ...],
    ) -> None:
        """Changes nothing: the open proposal is what blocks."""

    @event(KeyAccountNominated)
    def _nominated(self, at: datetime, reason: str, nominated_by: str) -> None:
        self.key_status = "Nominated"

    @event(KeyAccountNominationRejected)
    def _nomination_rejected(self, at: datetime, reason: str, rejected_by: str) -> None:
        self.key_status = "NotKey"

    @event(KeyAccountConfirmed)
    def _confirmed(self, at: datetime, tier: Tier) -> None:
        self.key_status = "Key"

    @event(KeyAccountDeclassified)
    def _declassified(self, at: datetime, reason: str, declassified_by: str) -> None:
        self.key_status, self.declassified_by_policy = "Declassified", declassified_by.startswith("policy:")
