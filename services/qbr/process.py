"""What happens by itself, as pure functions `(state, event) → [command]`.

- `onboard` (PM1, PM2, PM15): key accounts get a series, its rhythm follows the tier, it ends with the relation.
- `recolour` (PM6): a red account's next QBR is proposed to be pulled forward.
- `suggest`: held reviews in the CRM's meetings are proposed as QBRs.
- `cycle` (PM3): what is held, corrected, waived moves the due days, and the next QBR is planned.
- `follow_up` (PM4): decision → action → initiative.

They are asked about live events only, once each; what they want is done in the transaction that notes the event as
seen. So a rebuild of read models sends nothing. When time acts is in `deadlines.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.qbr.domain import ActionItem, Qbr, Series
from services.qbr.domain import commands as c
from services.qbr.domain.commands import Command
from services.qbr.domain.values import Promotion, Tier
from shared.contracts.accounts import account, tiers
from shared.contracts.crm import CrmActivityLogged, CrmRecordDeleted, CrmRecordMoved
from shared.contracts.risk import colours
from shared.eventstore.events import Event

RHYTHMIC: tuple[Tier, ...] = ("A", "B", "C")
"""Tiers that have a rhythm. An account that falls to N keeps the one it had: only a person ends a key account."""

FROM_QBR = "agreed in a QBR"


@dataclass(frozen=True, slots=True)
class Standing:
    """What we know of an account before the event: whether it is a key account, its tier, and its series."""

    key: bool = False
    tier: Tier | None = None
    series: Series | None = None

    @property
    def runs(self) -> bool:
        return self.series is not None and self.series.state in ("Active", "Paused")


def onboard(state: Standing, fact: Any, account_id: UUID, day: date) -> list[Command]:
    """PM1, PM2, PM15. `day`: when we learned of it, in the account's zone: a series cannot be late before it began."""
    match fact:
        case tiers.KeyAccountConfirmed(tier=tier) if tier in RHYTHMIC and not state.runs:
            return [c.StartSeries(account_id=account_id, tier=tier, anchor=day)]
        case tiers.TierChanged() | tiers.TierOverridden() | tiers.TierOverrideExpired() | tiers.TierOverrideLifted():
            to = fact.to_tier
            if to in RHYTHMIC and state.runs and state.series is not None and state.series.tier != to:
                return [c.RetimeSeries(account_id=account_id, tier=to, on=day)]
        case tiers.KeyAccountDeclassified() if state.runs:
            return [c.EndSeries(account_id=account_id, reason="no key account any more")]
        case account.AccountEnded() | account.AccountArchived() if state.runs:
            return [c.EndSeries(account_id=account_id, reason="the business relation is over")]
        case account.AccountsMerged(absorbed_id=absorbed) if absorbed == account_id and state.runs:
            return [c.EndSeries(account_id=account_id, reason="the account went into another one")]
        case account.AccountReopened() | account.AccountRestored() if not state.runs:
            return _start_again(state, account_id, day)
        case account.AccountMergeReverted(absorbed_id=absorbed) if absorbed == account_id and not state.runs:
            return _start_again(state, account_id, day)
    return []


def _start_again(state: Standing, account_id: UUID, day: date) -> list[Command]:
    if state.key and state.tier in RHYTHMIC:
        return [c.StartSeries(account_id=account_id, tier=state.tier, anchor=day)]
    return []


def recolour(state: Standing, fact: Any, account_id: UUID, day: date, event_id: str) -> list[Command]:
    """PM6: a red account's next QBR may be pulled forward; a person decides. `day`: when we learned of the colour."""
    if not state.runs:
        return []
    match fact:
        case colours.RiskTurnedRed():
            return [c.ProposePullForward(account_id=account_id, on=day, risk_event=event_id)]
        case colours.RiskTurnedAmber() | colours.RiskTurnedGreen() | colours.RiskBecameUnknown():
            return [c.SettlePullForward(account_id=account_id, reason="the account is not red any more")]
    return []


def suggest(known: bool, fact: Any) -> list[Command]:
    """Held reviews of the CRM, for a person to confirm. `known`: the account's meeting was proposed before."""
    match fact:
        case CrmActivityLogged(account_id=UUID() as of, purpose="review", kind="meeting", done=True, at=at) if at:
            return [c.SeeMeeting(
                account_id=of, system=fact.system, meeting_crm_id=fact.crm_id, revision=fact.revision, at=at,
                participants=fact.participants, owner_id=fact.owner_id,
            )]  # fmt: skip
        case (
            CrmActivityLogged(account_id=UUID() as of)
            | CrmRecordDeleted(object="activity", account_id=UUID() as of)
            | CrmRecordMoved(object="activity", account_id=UUID() as of)
        ) if known:
            return [c.LoseMeeting(
                account_id=of, system=fact.system, meeting_crm_id=fact.crm_id, revision=fact.revision
            )]  # fmt: skip
    return []


@dataclass(frozen=True, slots=True)
class Situation:
    """The series of an account after the event, and its open QBR."""

    series: Series | None = None
    open_qbr: Qbr | None = None

    @property
    def may_plan(self) -> bool:
        return self.series is not None and self.series.state == "Active" and self.open_qbr is None


def cycle(state: Situation, event: Event) -> list[Command]:
    """PM3."""
    match event:
        case Series.QBRSeriesRetimed() | Series.QBRSeriesResumed() if state.open_qbr and state.series:
            cause = event.cause if isinstance(event, Series.QBRSeriesRetimed) else "resumed"
            return [c.MoveDue(
                qbr_id=state.open_qbr.id, due_by=state.series.due_by, grace=state.series.grace, cause=cause
            )]  # fmt: skip
        case Series.QBRSeriesEnded(reason=reason) if state.open_qbr and state.open_qbr.state != "Missed":
            return [c.CancelQBR(qbr_id=state.open_qbr.id, reason=f"the series ended: {reason}")]
        case Qbr.QBRHeld(account_id=of, originator_id=qbr, held_on=on):
            plan: list[Command] = [c.PlanQBR(account_id=of)] if state.may_plan else []
            return [c.NoteHeld(account_id=of, qbr_id=qbr, held_on=on, cause="held"), *plan]
        case Qbr.QBRHeldCorrected(account_id=of, originator_id=qbr, held_on=on):
            return [c.NoteHeld(account_id=of, qbr_id=qbr, held_on=on, cause="held_corrected")]
        case Qbr.QBRHeldRetracted(account_id=of, originator_id=qbr):
            return [c.NoteHeld(account_id=of, qbr_id=qbr, held_on=None, cause="held_retracted")]
        case Qbr.QBRWaived(account_id=of, originator_id=qbr) if state.series:
            return [c.NoteWaived(account_id=of, qbr_id=qbr, was_due=state.series.due_by)]
    return []


def follow_up(event: Event) -> list[Command]:
    """PM4."""
    match event:
        case Qbr.QBRDecisionRecorded(originator_id=qbr, decision_id=decision, action=action) if action is not None:
            return [c.AgreeAction(qbr_id=qbr, action=action, decision_id=decision)]
        case ActionItem.ActionItemAgreed(originator_id=action_id, side="ours", promote=True):
            return [c.ConvertToInitiative(action_id=action_id, promotion=Promotion(no_opportunity_reason=FROM_QBR))]
    return []
