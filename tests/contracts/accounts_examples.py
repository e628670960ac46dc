"""One event of each private type of the accounts service, with every field filled in: golden files and examples use
them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from services.accounts.app import shipped
from services.accounts.domain import (
    Account,
    AccountStandards,
    AccountTeam,
    AccountTier,
    Contract,
    Handover,
    Interaction,
    SensitiveTopic,
    Stakeholder,
    StandardsPolicy,
    TierPolicy,
    UsageReading,
)
from services.accounts.domain.values import Details, Evidence, HandoverItem, Profile, Ranked, Suggestion, Terms
from services.accounts.policy.documents import digest, tier_policy
from services.accounts.policy.scoring import Facts, Figure, History, assess
from shared import ids
from shared.eventstore.events import Aggregate, AggregateCreated, Event

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
DAY, END = date(2026, 1, 1), date(2026, 12, 31)
ACCOUNT, OTHER = ids.account_id("sugar", "acme"), ids.account_id("sugar", "acme-2")
PERSON, SECOND = ids.subject_id("sugar", "contact", "c1"), ids.subject_id("sugar", "contact", "c2")
USER = ids.subject_id("sugar", "user", "u7")
TOPIC = ids.derived("sensitive-topic", str(ACCOUNT), "a command")
BY = "user:u7"

PROFILE = Profile(
    account_type="Customer",
    industry="Manufacturing",
    country="Germany",
    parent_id=OTHER,
    parent_crm_id="acme-2",
    owner_id="u7",
    rating="A",
    currency="USD",
    annual_revenue=90_000_000_000,
    employees=4200,
    margin_bp=2850,
    potential=40_000_000,
    strategic_reference=True,
    competitor="Globex",
    nps=42,
)
TERMS = Terms(
    name="Acme GTX 2026",
    status="Signed",
    signed=True,
    product="GTX",
    starts_on=DAY,
    ends_on=END,
    arr=13_843_000,
    currency="USD",
    seats=250,
    notice_period_days=90,
    auto_renew=False,
    notice_received_on=date(2026, 7, 29),
    signed_on=date(2025, 12, 1),
    owner_id="u7",
)
DETAILS = Details(
    kind="meeting", direction="inbound", status="Held", done=True, at=AT, owner_id="u7", participants=(PERSON, SECOND)
)
SUGGESTION = Suggestion(roles=("ECONOMIC_BUYER",), power=4, attitude=1, has_mail=True)
PROOF = (Evidence(kind="power", ref="accounts:4711", on=DAY),)
FACTS = Facts(
    "USD",
    revenue=Figure(13_843_000, ("accounts:12",)),
    margin_bp=Figure(2850, ("accounts:3",)),
    potential=Figure(40_000_000, ("accounts:3",)),
    customer_revenue=Figure(90_000_000_000, ("accounts:3",)),
    employees=Figure(4200, ("accounts:3",)),
    contacts=Figure(7, ("accounts:20", "accounts:21")),
    lines=frozenset({"GTX"}),
    line_events=("accounts:12",),
    reference=True,
    profile_events=("accounts:3",),
)
POLICY, STANDARDS = shipped("tier_policy.v1"), shipped("standards.v1")
ASSESSMENT = assess(tier_policy(POLICY), 1, FACTS, {}, History())
USE: dict[str, Any] = {
    "product": "GTX",
    "metric": "active_users",
    "period_start": date(2026, 3, 2),
    "period_end": date(2026, 3, 8),
    "value": 211,
    "licensed": 250,
    "reported_at": LATER,
    "reported_under": "acme",
}
_tier: dict[str, Any] = {"at": AT, "from_tier": "B", "to_tier": "A"}
_handover: dict[str, Any] = {
    "theme": "TECHNICAL",
    "from_owner_id": "u6",
    "from_subject": ids.subject_id("sugar", "user", "u6"),
    "to_owner_id": "u7",
    "to_subject": USER,
    "at": AT,
}
_owner: dict[str, Any] = {"owner_id": "u7", "owner_subject": USER}
_seen: dict[str, Any] = {"revision": 3, "place_revision": 2}
_by: dict[str, Any] = {"by": BY, "at": AT}
_renewal: dict[str, Any] = {
    "successor_id": Contract.create_id("sugar", "k2"),
    "kind": "expansion",
    "arr_before": 13_184_000,
    "arr_after": 13_843_000,
    "currency": "USD",
}
_finding: dict[str, Any] = {
    "standard": "contact",
    "tier": "A",
    "required": "35 d",
    "actual": "41 d",
    "policy_version": 1,
}

_FIELDS: dict[type[Event], dict[str, Any]] = {
    Account.AccountRegistered: {"name": "Acme Corporation", "time_zone": "Europe/Berlin"},
    Account.AccountLinkedToCrm: {"system": "sugar", "crm_id": "acme"},
    Account.AccountProfileObserved: {"revision": 4, "profile": PROFILE},
    Account.AccountActivated: {},
    Account.AccountRenamed: {"name": "Acme SE", "was": "Acme Corporation"},
    Account.AccountTimeZoneChanged: {"time_zone": "Asia/Tokyo", "was": "Europe/Berlin"},
    Account.AccountParentSet: {"parent_id": OTHER},
    Account.AccountParentCleared: {"was": OTHER},
    Account.AccountParentRejected: {"parent_id": OTHER, "why": "cycle"},
    Account.AccountsMerged: {
        "survivor_id": OTHER,
        "absorbed_id": ACCOUNT,
        "absorbed_crm_id": "acme",
        "survivor_crm_id": "acme-2",
        "revision": 6,
    },
    Account.AccountMergeReverted: {
        "survivor_id": OTHER,
        "absorbed_id": ACCOUNT,
        "absorbed_crm_id": "acme",
        "revision": 7,
    },
    Account.AccountEnded: {"reason": "churned", "value_at_end": 13_843_000, "currency": "USD", "at": AT},
    Account.AccountReopened: {"reason": "came back", "at": AT},
    Account.AccountArchived: {"revision": 5},
    Account.AccountRestored: {"revision": 6},
    AccountTier.TieringStarted: {},
    AccountTier.TierCriterionRated: {
        "criterion": "growth.sites_without_us",
        "value_bp": 6500,
        "note": "12 sites, we are at 3",
        "evidence": ("https://crm.example/notes/77",),
        "rater": BY,
        "at": AT,
    },
    AccountTier.TierAssessed: {"at": AT, "late_by_s": 0, "current": None, "assessment": ASSESSMENT},
    AccountTier.TierAssessmentIncomplete: {"at": AT, "late_by_s": 60, "current": "B", "assessment": ASSESSMENT},
    AccountTier.TierChangeProposed: {
        **_tier,
        "why": "promote",
        "score_bp": 7310,
        "policy_version": 1,
        "proposer": "policy:tier",
    },
    AccountTier.TierChanged: {
        "effective_at": AT,
        "from_tier": "B",
        "to_tier": "A",
        "why": "promote",
        "score_bp": 7310,
        "policy_version": 1,
        "decided_by": BY,
        "provisional": False,
        "strategic_reason": "Lighthouse in the industry",
        "signers": (BY, "user:u8"),
    },
    AccountTier.TierChangeRejected: {**_tier, "reason": "too early", "rejected_by": BY},
    AccountTier.TierReaffirmed: {"at": AT, "tier": "B", "reaffirmed_by": BY},
    AccountTier.TierOverridden: {**_tier, "reason": "tender", "until": LATER, "overridden_by": BY},
    AccountTier.TierOverrideExpired: {"at": LATER, "was": "A", "back_to": "B"},
    AccountTier.TierOverrideLifted: {"at": AT, "was": "A", "back_to": "B", "lifted_by": BY},
    AccountTier.TierReviewDue: {"due_at": AT, "tier": "B"},
    AccountTier.TierReviewOverdue: {"due_at": AT, "at": LATER, "tier": "B"},
    AccountTier.TierCapacityExceeded: {
        "at": AT,
        "tier": "B",
        "cap": "ab_per_kam",
        "limit": 12,
        "actual": 13,
        "owner_id": "u7",
        "ranking": (Ranked(account_id=ACCOUNT, tier="A", score_bp=7310),),
    },
    AccountTier.KeyAccountNominated: {"at": AT, "reason": "growing fast", "nominated_by": BY},
    AccountTier.KeyAccountNominationRejected: {"at": AT, "reason": "no potential", "rejected_by": BY},
    AccountTier.KeyAccountConfirmed: {"at": AT, "tier": "B"},
    AccountTier.KeyAccountDeclassified: {"at": AT, "reason": "no tier", "declassified_by": "policy:tier"},
    AccountTeam.AccountTeamFormed: {"system": "sugar"},
    AccountTeam.ThemeOwnerAssigned: {**_owner, "theme": "COMMERCIAL", "at": AT, "assigned_from": "crm"},
    AccountTeam.ThemeOwnerReplaced: {
        **_owner,
        "theme": "TECHNICAL",
        "at": AT,
        "assigned_from": "person",
        "was_owner_id": "u6",
    },
    AccountTeam.ThemeVacated: {**_owner, "theme": "COMMERCIAL", "at": AT, "cause": "owner_inactive"},
    AccountTeam.DeputyAppointed: {**_owner, "theme": "COMMERCIAL", "at": AT},
    AccountTeam.AbsenceRecorded: {**_owner, "first": DAY, "last": END},
    Handover.HandoverStarted: {
        **_handover,
        "number": 1,
        "cause": "owner_replaced",
        "due_on": date(2026, 3, 16),
        "items": (
            HandoverItem(kind="contract", ref="k1", what="notice_deadline", label="Acme GTX 2026", due_on=END),
            HandoverItem(kind="stakeholder", ref=str(PERSON), what="CHAMPION"),
        ),
    },
    Handover.HandoverItemConfirmed: {**_handover, "item_id": "contract:k1", "note": "notice goes to the plant in Ulm"},
    Handover.HandoverAccepted: _handover,
    Handover.HandoverDeclined: {**_handover, "reason": "no capacity before summer"},
    Handover.HandoverWithdrawn: {**_handover, "cause": "owner_changed"},
    Handover.HandoverOverdue: {**_handover, "due_on": date(2026, 3, 16), "unconfirmed": 2},
    Stakeholder.StakeholderSuggested: {"crm_id": "c1", "revision": 1, "suggestion": SUGGESTION},
    Stakeholder.StakeholderSuggestionRevised: {"revision": 2, "suggestion": SUGGESTION},
    Stakeholder.StakeholderReturned: {"revision": 5, "suggestion": SUGGESTION, "at": AT},
    Stakeholder.StakeholderSuggestionDismissed: {"reason": "duplicate", **_by},
    Stakeholder.StakeholderMapped: _by,
    Stakeholder.StakeholderRolesAssigned: {"roles": ("DECIDER", "COACH"), **_by},
    Stakeholder.StakeholderInfluenceAssessed: {"power": 5, "interest": 3, "evidence": PROOF, **_by},
    Stakeholder.StakeholderAttitudeAssessed: {"value": -1, "evidence": PROOF, **_by},
    Stakeholder.StakeholderResponsibilitySet: {"org_unit": "purchasing", "product_lines": ("GTX",), **_by},
    Stakeholder.StakeholderConfirmed: _by,
    Stakeholder.StakeholderAssessmentWentStale: {"since": AT, "at": LATER},
    Stakeholder.StakeholderDeparted: {"cause": "moved", "revision": 4, "at": AT},
    Stakeholder.StakeholderSucceeded: {"successor_id": SECOND, **_by},
    Stakeholder.ChampionLost: {"suggested": True, "at": AT},
    Stakeholder.EconomicBuyerLost: {"suggested": False, "at": AT},
    Stakeholder.ReportingLineSet: {"manager_id": SECOND, **_by},
    Stakeholder.InfluenceLineDrawn: {"to_subject_id": SECOND, "line": "influences", "weight": 2, **_by},
    Stakeholder.InfluenceLineRemoved: {"to_subject_id": SECOND, "line": "conflicts_with", **_by},
    Stakeholder.RelationshipRated: {"member_id": "u7", "value": 3, **_by},
    Contract.ContractRecorded: {**_seen, "terms": TERMS, "system": "sugar", "crm_id": "k1"},
    Contract.ContractAmended: {**_seen, "terms": TERMS, "changed": ("arr", "seats")},
    Contract.ContractReassigned: {**_seen, "terms": TERMS, "from_account_id": OTHER},
    Contract.ContractWithdrawn: {**_seen, "terms": TERMS},
    Contract.ContractRestored: {**_seen, "terms": TERMS},
    Contract.NoticeReceived: {"on": date(2026, 7, 29), "ends_on": END},
    Contract.NoticeWithdrawn: {"was_on": date(2026, 7, 29)},
    Contract.RenewalWindowOpened: {
        "opened_on": date(2026, 4, 5),
        "notice_deadline": date(2026, 10, 2),
        "ends_on": END,
        "lead_days": 180,
    },
    Contract.NoticeDeadlineApproached: {
        "notice_deadline": date(2026, 10, 2),
        "days_left": 30,
        "has_renewal_opportunity": False,
        "step_days": 30,
    },
    Contract.NoticeDeadlinePassed: {"notice_deadline": date(2026, 10, 2), "auto_renew": True},
    Contract.RenewalOpportunityLinked: {"opportunity_crm_id": "o9"},
    Contract.ContractRenewed: {**_renewal, "starts_on": date(2027, 1, 1)},
    Contract.ContractLapsed: {"ends_on": END, "arr": 13_843_000, "currency": "USD"},
    Contract.ContractRenewedLate: {**_renewal, "starts_on": date(2027, 2, 1), "gap_days": 31},
    Contract.ContractTerminated: {"on": END, "arr": 13_843_000, "currency": "USD", "after_notice": True},
    Interaction.InteractionRecorded: {**_seen, "details": DETAILS, "system": "sugar", "crm_id": "m1"},
    Interaction.InteractionHeld: {**_seen, "details": DETAILS},
    Interaction.InteractionCorrected: {**_seen, "details": DETAILS},
    Interaction.InteractionReassigned: {**_seen, "details": DETAILS, "from_account_id": OTHER},
    Interaction.InteractionRetracted: {**_seen, "details": DETAILS},
    UsageReading.UsageReported: USE,
    UsageReading.UsageCorrected: USE,
    StandardsPolicy.StandardsOpened: {},
    StandardsPolicy.StandardsActivated: {
        "version": 1,
        "document": STANDARDS,
        "digest": digest(STANDARDS),
        "effective_from": AT,
        "by": "system:accounts",
        "signed_off": False,
    },
    AccountStandards.StandardsTracked: {},
    AccountStandards.StandardBreached: {**_finding, "at": AT, "event_ids": ("accounts:99",)},
    AccountStandards.StandardRestored: {**_finding, "at": LATER, "breached_at": AT},
    TierPolicy.TierPoliciesOpened: {},
    TierPolicy.TierPolicyDrafted: {
        "version": 2,
        "document": POLICY,
        "digest": digest(POLICY),
        "author": BY,
        "at": AT,
    },
    TierPolicy.TierPolicySubmitted: {"version": 2, **_by},
    TierPolicy.TierPolicySignedOff: {"version": 2, "function": "sales", "signer": "user:u8", "at": AT},
    TierPolicy.TierPolicyRejected: {"version": 2, "reason": "weights", **_by},
    TierPolicy.TierPolicyScheduled: {"version": 2, "effective_from": LATER, "by": BY},
    TierPolicy.TierPolicyActivated: {"version": 2, "effective_from": LATER, "by": BY, "signed_off": True},
    TierPolicy.TierPolicySuperseded: {"version": 1, "by_version": 2, "at": LATER},
    TierPolicy.TierPolicySimulated: {
        "version": 2,
        "against_version": 1,
        "report_ref": "tier-policy-2-against-1",
        "report_digest": digest({"rows": []}),
        **_by,
    },
    SensitiveTopic.SensitiveTopicFlagged: {
        "topic_id": TOPIC,
        "sealed": "gAAAAABpsealed",
        "audience": ("u2", "u7"),
        "audience_subjects": (ids.subject_id("sugar", "user", "u2"), USER),
        "flagged_by": BY,
        "at": AT,
    },
    SensitiveTopic.SensitiveTopicLifted: {"lifted_by": BY, "at": LATER},
}

_STREAMS: dict[type[Aggregate], UUID] = {
    Account: ACCOUNT,
    AccountTier: AccountTier.create_id(ACCOUNT),
    AccountTeam: AccountTeam.create_id(ACCOUNT),
    AccountStandards: AccountStandards.create_id(ACCOUNT),
    Handover: Handover.create_id(ACCOUNT, "TECHNICAL", 1),
    Stakeholder: Stakeholder.create_id(ACCOUNT, PERSON),
    Contract: Contract.create_id("sugar", "k1"),
    Interaction: Interaction.create_id("sugar", "m1"),
    UsageReading: UsageReading.create_id(ACCOUNT, "GTX", "active_users", date(2026, 3, 2)),
    SensitiveTopic: TOPIC,
    TierPolicy: TierPolicy.create_id(),
    StandardsPolicy: StandardsPolicy.create_id(),
}


def examples() -> list[Event]:
    """One of each."""
    versions = {cls: count(1) for cls in _STREAMS}
    found = []
    for kind, fields in _FIELDS.items():
        cls = next(c for c in _STREAMS if kind.__qualname__.startswith(f"{c.__qualname__}."))
        own: dict[str, Any] = {
            "originator_id": _STREAMS[cls],
            "originator_version": next(versions[cls]),
            "timestamp": AT,
            "account_id": ACCOUNT,
            "subject_id": PERSON,
        }
        if issubclass(kind, AggregateCreated):
            own["originator_topic"] = cls.TOPIC
        found.append(kind(**own, **fields))
    return found
