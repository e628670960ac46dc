"""Own events → entries of an account's timeline: what the page translates, and the facts it puts into the sentence.

Contacts, contracts' terms and use have tables of their own; the page adds the contacts to the timeline itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.accounts.domain import (
    Account,
    AccountStandards,
    AccountTeam,
    AccountTier,
    Contract,
    Handover,
    Stakeholder,
)
from shared.eventstore.events import Event, Recorded

# event → (key of the sentence, fields it needs)
ENTRIES: Mapping[type[Event], tuple[str, tuple[str, ...]]] = {
    Account.AccountRegistered: ("account_registered", ("name",)),
    Account.AccountRenamed: ("account_renamed", ("name", "was")),
    Account.AccountActivated: ("account_became_customer", ()),
    Account.AccountTimeZoneChanged: ("account_time_zone_changed", ("time_zone",)),
    Account.AccountParentSet: ("parent_set", ("parent_id",)),
    Account.AccountParentCleared: ("parent_cleared", ("was",)),
    Account.AccountParentRejected: ("parent_rejected", ("parent_id", "why")),
    Account.AccountsMerged: ("accounts_merged", ("absorbed_crm_id", "survivor_crm_id")),
    Account.AccountMergeReverted: ("account_merge_reverted", ("absorbed_crm_id",)),
    Account.AccountEnded: ("account_ended", ("reason", "value_at_end", "currency")),
    Account.AccountReopened: ("account_reopened", ("reason",)),
    Account.AccountArchived: ("account_archived", ()),
    Account.AccountRestored: ("account_restored", ()),
    AccountTier.TierAssessed: ("tier_assessed", ("score_bp", "tier", "reason")),
    AccountTier.TierAssessmentIncomplete: ("tier_assessment_incomplete", ("completeness_bp",)),
    AccountTier.TierCriterionRated: ("tier_criterion_rated", ("criterion", "value_bp", "rater")),
    AccountTier.TierChangeProposed: ("tier_change_proposed", ("from_tier", "to_tier", "why")),
    AccountTier.TierChanged: ("tier_changed", ("from_tier", "to_tier", "why", "decided_by")),
    AccountTier.TierChangeRejected: ("tier_change_rejected", ("to_tier", "reason", "rejected_by")),
    AccountTier.TierReaffirmed: ("tier_reaffirmed", ("tier", "reaffirmed_by")),
    AccountTier.TierOverridden: ("tier_overridden", ("from_tier", "to_tier", "reason", "until", "overridden_by")),
    AccountTier.TierOverrideExpired: ("tier_override_expired", ("was", "back_to")),
    AccountTier.TierOverrideLifted: ("tier_override_lifted", ("was", "back_to", "lifted_by")),
    AccountTier.TierReviewDue: ("tier_review_due", ("tier",)),
    AccountTier.TierReviewOverdue: ("tier_review_overdue", ("tier",)),
    AccountTier.TierCapacityExceeded: ("tier_capacity_exceeded", ("tier", "cap", "limit", "actual", "owner_id")),
    AccountTier.KeyAccountNominated: ("key_account_nominated", ("reason", "nominated_by")),
    AccountTier.KeyAccountNominationRejected: ("key_account_nomination_rejected", ("reason", "rejected_by")),
    AccountTier.KeyAccountConfirmed: ("key_account_confirmed", ("tier",)),
    AccountTier.KeyAccountDeclassified: ("key_account_declassified", ("reason", "declassified_by")),
    AccountTeam.ThemeOwnerAssigned: ("theme_owner_assigned", ("theme", "owner_id")),
    AccountTeam.ThemeOwnerReplaced: ("theme_owner_replaced", ("theme", "owner_id", "was_owner_id")),
    AccountTeam.ThemeVacated: ("theme_vacated", ("theme", "owner_id", "cause")),
    AccountTeam.DeputyAppointed: ("deputy_appointed", ("theme", "owner_id")),
    AccountTeam.AbsenceRecorded: ("absence_recorded", ("owner_id", "first", "last")),
    Handover.HandoverStarted: ("handover_started", ("theme", "from_owner_id", "to_owner_id", "due_on")),
    Handover.HandoverAccepted: ("handover_accepted", ("theme", "from_owner_id", "to_owner_id")),
    Handover.HandoverDeclined: ("handover_declined", ("theme", "to_owner_id", "reason")),
    Handover.HandoverWithdrawn: ("handover_withdrawn", ("theme", "to_owner_id")),
    Handover.HandoverOverdue: ("handover_overdue", ("theme", "to_owner_id", "due_on")),
    Stakeholder.StakeholderSuggested: ("stakeholder_suggested", ("subject_id",)),
    Stakeholder.StakeholderReturned: ("stakeholder_returned", ("subject_id",)),
    Stakeholder.StakeholderMapped: ("stakeholder_mapped", ("subject_id", "by")),
    Stakeholder.StakeholderSuggestionDismissed: ("stakeholder_dismissed", ("subject_id", "reason", "by")),
    Stakeholder.StakeholderRolesAssigned: ("stakeholder_roles_assigned", ("subject_id", "by")),
    Stakeholder.StakeholderInfluenceAssessed: ("stakeholder_influence_assessed", ("subject_id", "by")),
    Stakeholder.StakeholderAttitudeAssessed: ("stakeholder_attitude_assessed", ("subject_id", "by")),
    Stakeholder.StakeholderConfirmed: ("stakeholder_confirmed", ("subject_id", "by")),
    Stakeholder.StakeholderAssessmentWentStale: ("stakeholder_went_stale", ("subject_id",)),
    Stakeholder.StakeholderDeparted: ("stakeholder_departed", ("subject_id", "cause")),
    Stakeholder.StakeholderSucceeded: ("stakeholder_succeeded", ("subject_id", "successor_id")),
    Stakeholder.ChampionLost: ("champion_lost", ("subject_id",)),
    Stakeholder.EconomicBuyerLost: ("economic_buyer_lost", ("subject_id",)),
    Contract.ContractRecorded: ("contract_recorded", ("name", "starts_on", "ends_on", "arr", "currency")),
    Contract.ContractAmended: ("contract_amended", ("name", "changed", "status")),
    Contract.ContractWithdrawn: ("contract_withdrawn", ("name",)),
    Contract.ContractRestored: ("contract_restored", ("name",)),
    Contract.NoticeReceived: ("notice_received", ("on", "ends_on")),
    Contract.NoticeWithdrawn: ("notice_withdrawn", ("was_on",)),
    Contract.RenewalWindowOpened: ("renewal_window_opened", ("notice_deadline", "ends_on")),
    Contract.NoticeDeadlineApproached: ("notice_deadline_approached", ("notice_deadline", "days_left")),
    Contract.NoticeDeadlinePassed: ("notice_deadline_passed", ("notice_deadline", "auto_renew")),
    Contract.RenewalOpportunityLinked: ("renewal_opportunity_linked", ("opportunity_crm_id",)),
    Contract.ContractRenewed: ("contract_renewed", ("kind", "starts_on", "arr_before", "arr_after", "currency")),
    Contract.ContractLapsed: ("contract_lapsed", ("ends_on", "arr", "currency")),
    Contract.ContractRenewedLate: (
        "contract_renewed_late",
        ("kind", "gap_days", "arr_before", "arr_after", "currency"),
    ),
    Contract.ContractTerminated: ("contract_terminated", ("on", "arr", "currency")),
    AccountStandards.StandardBreached: ("standard_breached", ("standard", "required", "actual")),
    AccountStandards.StandardRestored: ("standard_restored", ("standard", "required", "actual")),
}
MONEY = frozenset(("arr", "arr_before", "arr_after", "value_at_end"))  # minor units of `currency`
_BY_TOPIC = {cls.TOPIC: entry for cls, entry in ENTRIES.items()}


def entry(r: Recorded) -> dict[str, Any] | None:
    """The timeline row of an event; None: it is not worth telling."""
    known = _BY_TOPIC.get(r.topic)
    if known is None or getattr(r.event, "absorbed_id", None) == r.stream_id:
        return None  # a merge is told once, in the survivor's timeline
    what, fields = known
    account = getattr(r.event, "account_id", None) or r.stream_id
    facts = {f"{f}_minor" if f in MONEY else f: text for f in fields if (text := _text(_find(r.event, f)))}
    return {
        "account_id": account,
        "kind": r.topic.rpartition(".")[2],
        "what": what,
        "facts": facts,
        "meaningful": False,
        "actor": r.actor,
    }


def _find(event: Any, field: str) -> Any:
    """A field of the event, or of the terms or the assessment inside it."""
    for part in (event, getattr(event, "terms", None), getattr(event, "assessment", None)):
        if part is not None and hasattr(part, field):
            return getattr(part, field)
    return None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
