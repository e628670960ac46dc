"""Rows about people, contracts, standards and policies (see `rows.py`, which has the account itself)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.accounts.domain import AccountStandards, Contract, Stakeholder, StandardsPolicy, TierPolicy
from services.accounts.projections.rows import Row, on
from services.accounts.reads import tables as t
from shared.eventstore.events import Recorded

# -- people of the customer


def _said(e: Any, kind: str, at: datetime | None = None, **values: Any) -> Row:
    row = {"account_id": e.account_id, "subject_id": e.subject_id, "kind": kind, **values}
    return Row(t.stakeholder_steps.name, row, at)


def _by_crm(e: Any, kind: str, at: datetime | None = None, **values: Any) -> Row:
    s = e.suggestion
    return _said(e, kind, at, roles=list(s.roles), influence=s.power, attitude=s.attitude, **values)


@on(Stakeholder.StakeholderSuggested)
def _suggested(_: Recorded, e: Stakeholder.StakeholderSuggested) -> Iterable[Row]:
    yield _by_crm(e, "suggested", live=True, crm_id=e.crm_id)


@on(Stakeholder.StakeholderSuggestionRevised)
def _revised(_: Recorded, e: Stakeholder.StakeholderSuggestionRevised) -> Iterable[Row]:
    yield _by_crm(e, "revised", live=True)


@on(Stakeholder.StakeholderReturned)
def _returned(_: Recorded, e: Stakeholder.StakeholderReturned) -> Iterable[Row]:
    yield _by_crm(e, "returned", e.at, live=True)


@on(Stakeholder.StakeholderDeparted)
def _departed(_: Recorded, e: Stakeholder.StakeholderDeparted) -> Iterable[Row]:
    yield _said(e, "departed", e.at, live=False)


@on(Stakeholder.StakeholderMapped)
def _mapped(_: Recorded, e: Stakeholder.StakeholderMapped) -> Iterable[Row]:
    yield _said(e, "mapped", e.at)


@on(Stakeholder.StakeholderSuggestionDismissed)
def _dismissed(_: Recorded, e: Stakeholder.StakeholderSuggestionDismissed) -> Iterable[Row]:
    yield _said(e, "dismissed", e.at)


@on(Stakeholder.StakeholderRolesAssigned)
def _roles(_: Recorded, e: Stakeholder.StakeholderRolesAssigned) -> Iterable[Row]:
    yield _said(e, "roles", e.at, roles=list(e.roles))


@on(Stakeholder.StakeholderInfluenceAssessed)
def _influence(_: Recorded, e: Stakeholder.StakeholderInfluenceAssessed) -> Iterable[Row]:
    yield _said(e, "influence", e.at, influence=e.power, interest=e.interest)


@on(Stakeholder.StakeholderAttitudeAssessed)
def _attitude(_: Recorded, e: Stakeholder.StakeholderAttitudeAssessed) -> Iterable[Row]:
    yield _said(e, "attitude", e.at, attitude=e.value)


@on(Stakeholder.StakeholderConfirmed)
def _confirmed(_: Recorded, e: Stakeholder.StakeholderConfirmed) -> Iterable[Row]:
    yield _said(e, "confirmed", e.at)


@on(Stakeholder.StakeholderAssessmentWentStale)
def _stale(_: Recorded, e: Stakeholder.StakeholderAssessmentWentStale) -> Iterable[Row]:
    yield _said(e, "stale", e.at)


@on(Stakeholder.StakeholderSucceeded)
def _succeeded(_: Recorded, e: Stakeholder.StakeholderSucceeded) -> Iterable[Row]:
    yield _said(e, "succeeded", e.at)


# -- contracts


@on(
    Contract.ContractAmended,
    Contract.ContractReassigned,
    Contract.ContractWithdrawn,
    Contract.ContractRestored,
)
def _terms(r: Recorded, e: Any) -> Iterable[Row]:
    yield _contract(r, e, None)


@on(Contract.ContractRecorded)
def _recorded(r: Recorded, e: Contract.ContractRecorded) -> Iterable[Row]:
    yield _contract(r, e, e.crm_id)


def _contract(r: Recorded, e: Any, crm_id: str | None) -> Row:
    columns = t.contract_states.c.keys()
    values = {k: v for k, v in e.terms.__dict__.items() if k in columns}
    withdrawn = isinstance(e, Contract.ContractWithdrawn)
    place = {"contract_id": r.stream_id, "account_id": e.account_id, "crm_id": crm_id, "withdrawn": withdrawn}
    return Row(t.contract_states.name, {**values, **place})


def _way(contract: UUID, state: str, reason: str | None = None) -> Row:
    return Row(t.contract_steps.name, {"contract_id": contract, "state": state, "reason": reason})


@on(Contract.NoticeReceived)
def _notice(r: Recorded, _: Contract.NoticeReceived) -> Iterable[Row]:
    yield _way(r.stream_id, "NoticeReceived")


@on(Contract.RenewalWindowOpened)
def _window(r: Recorded, e: Contract.RenewalWindowOpened) -> Iterable[Row]:
    yield _way(r.stream_id, "InRenewalWindow", f"{e.lead_days} d before {e.notice_deadline}")


@on(Contract.ContractRenewed)
def _renewed(r: Recorded, e: Contract.ContractRenewed) -> Iterable[Row]:
    yield _way(r.stream_id, "Renewed", e.kind)


@on(Contract.ContractLapsed)
def _lapsed(r: Recorded, _: Contract.ContractLapsed) -> Iterable[Row]:
    yield _way(r.stream_id, "Lapsed")


@on(Contract.ContractRenewedLate)
def _late(r: Recorded, e: Contract.ContractRenewedLate) -> Iterable[Row]:
    yield _way(r.stream_id, "RenewedLate", e.kind)


@on(Contract.ContractTerminated)
def _terminated(r: Recorded, _: Contract.ContractTerminated) -> Iterable[Row]:
    yield _way(r.stream_id, "Terminated")


# -- standards and policies


@on(AccountStandards.StandardBreached)
def _breached(_: Recorded, e: AccountStandards.StandardBreached) -> Iterable[Row]:
    yield _standard(e, False, e.at)


@on(AccountStandards.StandardRestored)
def _restored(_: Recorded, e: AccountStandards.StandardRestored) -> Iterable[Row]:
    yield _standard(e, True, e.at)


def _standard(e: Any, kept: bool, at: datetime) -> Row:
    values = {"standard": e.standard, "kept": kept, "required": e.required, "actual": e.actual, "since": at}
    return Row(t.standard_steps.name, {"account_id": e.account_id, **values}, at)


def _policy(policy: str, version: int, kind: str, by: str, at: datetime, **more: Any) -> Row:
    return Row(t.policy_steps.name, {"policy": policy, "version": version, "kind": kind, "by": by, **more}, at)


@on(TierPolicy.TierPolicyDrafted)
def _drafted(_: Recorded, e: TierPolicy.TierPolicyDrafted) -> Iterable[Row]:
    yield _policy("tier", e.version, "drafted", e.author, e.at, document=e.document)


@on(TierPolicy.TierPolicySubmitted)
def _submitted(_: Recorded, e: TierPolicy.TierPolicySubmitted) -> Iterable[Row]:
    yield _policy("tier", e.version, "submitted", e.by, e.at)


@on(TierPolicy.TierPolicySignedOff)
def _signed(_: Recorded, e: TierPolicy.TierPolicySignedOff) -> Iterable[Row]:
    yield _policy("tier", e.version, "signed_off", e.signer, e.at, function=e.function)


@on(TierPolicy.TierPolicyRejected)
def _rejected(_: Recorded, e: TierPolicy.TierPolicyRejected) -> Iterable[Row]:
    yield _policy("tier", e.version, "rejected", e.by, e.at)


@on(TierPolicy.TierPolicyScheduled)
def _scheduled(r: Recorded, e: TierPolicy.TierPolicyScheduled) -> Iterable[Row]:
    yield _policy("tier", e.version, "scheduled", e.by, r.effective_at)


@on(TierPolicy.TierPolicyActivated)
def _activated(_: Recorded, e: TierPolicy.TierPolicyActivated) -> Iterable[Row]:
    yield _policy("tier", e.version, "activated", e.by, e.effective_from, signed_off=e.signed_off)


@on(TierPolicy.TierPolicySuperseded)
def _superseded(_: Recorded, e: TierPolicy.TierPolicySuperseded) -> Iterable[Row]:
    yield _policy("tier", e.version, "superseded", f"tier:{e.by_version}", e.at)


@on(StandardsPolicy.StandardsActivated)
def _standards(_: Recorded, e: StandardsPolicy.StandardsActivated) -> Iterable[Row]:
    yield _policy(
        "standards", e.version, "activated", e.by, e.effective_from, document=e.document, signed_off=e.signed_off
    )
