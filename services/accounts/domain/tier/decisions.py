"""What people and the policy decide about a tier. Mixed into `AccountTier`, which holds the events and the state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.accounts.domain.base import need
from services.accounts.domain.values import KeyStatus, Ranked, Tier
from services.accounts.policy.capacity import Exceeded, Standing, would_exceed
from services.accounts.policy.documents import TierPolicyDocument
from services.accounts.policy.results import Assessment
from services.accounts.policy.scoring import Facts, History, Rating, assess
from services.accounts.policy.tiering import LADDER

BY_POLICY = "policy:tier"
HEAD_OF_KAM = "head_of_kam"
LONGEST_OVERRIDE = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tier change that waits for a person."""

    to_tier: Tier
    why: str
    score_bp: int | None
    policy_version: int
    proposer: str


@dataclass(frozen=True, slots=True)
class Override:
    """A tier set by hand, and until when."""

    to_tier: Tier
    until: datetime


class TierDecisions:
    """The commands of `AccountTier`. All instants are explicit; `by` is who decides, `roles` what they may decide."""

    account_id: UUID
    decided: Tier | None
    override: Override | None
    ratings: dict[str, int]
    last: Assessment | None
    assessed_at: datetime
    previous_score: int | None
    dwell: int
    proposal: Proposal | None
    strategic_reason: bool
    review_due_at: datetime | None
    review_overdue: bool
    key_status: KeyStatus
    declassified_by_policy: bool

    if TYPE_CHECKING:  # the methods of AccountTier that record an event
        _assessed: Any
        _capacity_exceeded: Any
        _change_rejected: Any
        _changed: Any
        _confirmed: Any
        _declassified: Any
        _incomplete: Any
        _nominated: Any
        _nomination_rejected: Any
        _overridden: Any
        _override_expired: Any
        _override_lifted: Any
        _proposed: Any
        _rated: Any
        _reaffirmed: Any
        _review_due: Any
        _review_overdue: Any

    @property
    def tier(self) -> Tier | None:
        """The tier that holds now: the override's while there is one. None: never assessed."""
        return self.override.to_tier if self.override else self.decided

    def rate(
        self,
        criterion: str,
        value_bp: int,
        note: str,
        evidence: Sequence[str],
        rater: str,
        at: datetime,
        document: TierPolicyDocument,
    ) -> None:
        """A person rates `<criterion>.<signal>` with 0…10000 basis points and says why."""
        known = document.rateable()
        need(
            criterion in known,
            "criterion-not-rateable",
            f"{criterion!r} is not rated by hand; {', '.join(sorted(known))} are.",
        )
        need(0 <= value_bp <= 10000, "rating-out-of-range", f"A rating is 0 to 10000 basis points, not {value_bp}.")
        need(note.strip(), "note-missing", "A manual rating needs a note that says why.")
        need(
            evidence and all(e.strip() for e in evidence),
            "evidence-missing",
            "Name at least one evidence for the rating.",
        )
        self._rated(criterion, value_bp, note, tuple(evidence), rater, at)

    def assess(
        self,
        document: TierPolicyDocument,
        version: int,
        facts: Facts,
        at: datetime,
        *,
        late_by_s: int = 0,
        review: bool = False,
        rating_events: Mapping[str, str] | None = None,
        others: Iterable[Standing] | None = None,
        owner_id: str | None = None,
    ) -> Assessment:
        """Assesses at the business instant `at` and draws the consequences. Returns the assessment.

        The first tier is approved by policy. So is any later change, except a promotion to A and one that exceeds a cap
        (`others`: the tiers of all active customers; None: not checked): these wait as proposals for a person.
        `review`: made at the tier's cadence; then a review falls due where a person has to act. `rating_events`:
        criterion → id of the event that rated it.
        """
        cited = rating_events or {}
        ratings = {k: Rating(v, (cited[k],) if k in cited else ()) for k, v in self.ratings.items()}
        history = History(self.decided, self.previous_score, self.dwell + 1, self.strategic_reason)
        result = assess(document, version, facts, ratings, history)
        if result.reason == "incomplete" or result.tier is None:
            self._incomplete(at, late_by_s, self.decided, result)
        else:
            self._assessed(at, late_by_s, self.decided, result)
            if result.tier == self.decided:
                self._hold(at)
            else:
                self._follow(document, result, at, others, owner_id)
        if review and (result.reason == "incomplete" or self.proposal):
            self.review_falls_due(at)
        return result

    def _hold(self, at: datetime) -> None:
        """Nothing changes: the review is done, and an open proposal has lost its ground."""
        if self.proposal:
            self._change_rejected(
                at, self.decided, self.proposal.to_tier, "the next assessment does not support it", BY_POLICY
            )
        self._reaffirmed(at, self.decided, BY_POLICY)
        self._confirm_key(at)

    def _follow(
        self,
        document: TierPolicyDocument,
        result: Assessment,
        at: datetime,
        others: Iterable[Standing] | None,
        owner_id: str | None,
    ) -> None:
        to, before = result.tier, self.decided
        assert to is not None
        caps: tuple[Exceeded, ...] = ()
        if before is not None and others is not None and LADDER.index(to) > LADDER.index(before):
            caps = would_exceed(document, others, Standing(self.account_id, to, result.score_bp, owner_id))
        if before is None or (to != "A" and not caps):
            self._change(at, to, result.reason, result.score_bp, result.policy_version, BY_POLICY)
            return
        if not self.proposal or self.proposal.to_tier != to:
            self._proposed(at, before, to, result.reason, result.score_bp, result.policy_version, BY_POLICY)
        for c in caps:
            ranking = tuple(Ranked(account_id=s.account_id, tier=s.tier or "N", score_bp=s.score_bp) for s in c.ranking)
            self._capacity_exceeded(at, c.tier, c.cap, c.limit, c.actual, c.owner_id, ranking)

    def approve(
        self,
        by: str,
        roles: Collection[str],
        at: datetime,
        *,
        strategic_reason: str = "",
        second_signer: str = "",
    ) -> None:
        """A person approves the open proposal. Without one: with a strategic reason signed by two, the A that only the
        gate held back at the last assessment.
        """
        open_ = self.proposal
        if open_ is None:
            held = self.last is not None and self.last.held_back == "A"
            need(held, "no-proposal", "No tier change is proposed for this account.")
            need(
                strategic_reason.strip(),
                "gate-closed",
                "The A gate is closed: give a strategic reason and a second signer.",
            )
        to: Tier = open_.to_tier if open_ else "A"
        need(to != "A" or HEAD_OF_KAM in roles, "head-of-kam-needed", "Only a head of KAM approves a promotion to A.")
        need(not open_ or by != open_.proposer, "approver-is-proposer", "Somebody else must approve your own proposal.")
        signers: tuple[str, ...] = ()
        if strategic_reason.strip():
            need(second_signer.strip(), "second-signer-missing", "A strategic reason needs a second signature.")
            need(second_signer != by, "second-signer-same", "The second signature must be another person's.")
            signers = (by, second_signer)
        last = self.last
        score = open_.score_bp if open_ else last.score_bp if last else None
        version = open_.policy_version if open_ else last.policy_version if last else 0
        why = open_.why if open_ else "strategic_reason"
        self._change(at, to, why, score, version, by, strategic_reason.strip() or None, signers)

    def reject(self, by: str, reason: str, at: datetime) -> None:
        """A person refuses the open proposal: the old tier stays."""
        need(self.proposal, "no-proposal", "No tier change is proposed for this account.")
        need(reason.strip(), "reason-missing", "Say why the change is refused.")
        if self.proposal:
            self._change_rejected(at, self.decided, self.proposal.to_tier, reason, by)

    def reaffirm(self, by: str, at: datetime) -> None:
        """At a review: the tier stays as it is. An open proposal is refused by that."""
        need(self.decided, "not-assessed", "The account has no tier yet: assess it first.")
        if self.proposal:
            self._change_rejected(at, self.decided, self.proposal.to_tier, "reaffirmed", by)
        self._reaffirmed(at, self.decided, by)
        self._confirm_key(at)

    def set_override(
        self, to: Tier, reason: str, until: datetime, by: str, roles: Collection[str], at: datetime
    ) -> None:
        """A person sets another tier for at most 180 days; an A needs a head of KAM."""
        tier = self.tier
        need(tier, "not-assessed", "The account has no tier yet: assess it first.")
        need(to in LADDER, "unknown-tier", f"{to!r} is no tier; A, B, C and N are.")
        need(to != tier, "override-same-tier", f"The account already is {to}.")
        need(reason.strip(), "reason-missing", "An override needs a reason: it is shown wherever the tier is.")
        need(until > at, "override-in-the-past", f"The override would end ({until}) before it begins.")
        need(
            until - at <= LONGEST_OVERRIDE,
            "override-too-long",
            "An override lasts at most 180 days; choose an earlier end.",
        )
        need(to != "A" or HEAD_OF_KAM in roles, "head-of-kam-needed", "Only a head of KAM sets an A.")
        self._overridden(at, tier, to, reason, until, by)

    def lift_override(self, by: str, at: datetime) -> None:
        """A person ends the override early."""
        need(self.override, "no-override", "The tier of this account is not overridden.")
        if self.override:
            self._override_lifted(at, self.override.to_tier, self.decided, by)

    def expire_override(self, at: datetime) -> None:
        """The timer: does nothing before the override's end or without one."""
        if self.override and at >= self.override.until:
            self._override_expired(at, self.override.to_tier, self.decided)

    def review_falls_due(self, due_at: datetime) -> None:
        """The timer at the cadence: once per due instant, until somebody decides."""
        if self.review_due_at is None:
            self._review_due(due_at, self.decided)

    def review_becomes_overdue(self, at: datetime) -> None:
        """The timer ten business days later: once, and only while the review is open."""
        if self.review_due_at is not None and not self.review_overdue:
            self._review_overdue(self.review_due_at, at, self.decided)

    def nominate(self, by: str, reason: str, at: datetime) -> None:
        """Suggests the account as key account: the next tier decision confirms it."""
        free = self.key_status in ("NotKey", "Declassified")
        need(free, "already-nominated", f"The account is {self.key_status} already.")
        need(reason.strip(), "reason-missing", "Say why this should be a key account.")
        self._nominated(at, reason, by)

    def reject_nomination(self, by: str, reason: str, at: datetime) -> None:
        """Refuses the nomination."""
        need(self.key_status == "Nominated", "not-nominated", f"The account is {self.key_status}, not nominated.")
        need(reason.strip(), "reason-missing", "Say why the nomination is refused.")
        self._nomination_rejected(at, reason, by)

    def declassify(self, by: str, reason: str, at: datetime) -> None:
        """A person takes the key status away; only a new nomination brings it back."""
        need(self.key_status == "Key", "not-key", f"The account is {self.key_status}, not a key account.")
        need(reason.strip(), "reason-missing", "Say why it is no key account any more.")
        self._declassified(at, reason, by)

    def _change(
        self,
        at: datetime,
        to: Tier,
        why: str,
        score_bp: int | None,
        version: int,
        by: str,
        strategic_reason: str | None = None,
        signers: tuple[str, ...] = (),
    ) -> None:
        by_policy = by == BY_POLICY
        self._changed(at, self.decided, to, why, score_bp, version, by, by_policy, strategic_reason, signers)
        self._confirm_key(at)
        if to == "N" and self.key_status == "Key":
            self._declassified(at, "no tier", BY_POLICY)

    def _confirm_key(self, at: datetime) -> None:
        """A tier decision for A, B or C makes a key account, unless a person declassified it."""
        back = self.key_status == "Declassified" and self.declassified_by_policy
        if self.decided in ("A", "B", "C") and (self.key_status in ("NotKey", "Nominated") or back):
            self._confirmed(at, self.decided)
