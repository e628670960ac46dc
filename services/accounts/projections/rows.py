"""Own event → rows of the read model. One small function an event type; what is not listed here leaves no row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.accounts.domain import Account, AccountTier
from services.accounts.reads import tables as t
from shared.eventstore.events import Event, Recorded

Values = dict[str, Any]


class Row(NamedTuple):
    """A row for the table of that name; `at` replaces the event's own business time."""

    table: str
    values: Values
    at: datetime | None = None


Make = Callable[[Recorded, Any], Iterable[Row]]
MAKERS: dict[str, Make] = {}


def on(*events: type[Event]) -> Callable[[Make], Make]:
    """Registers a function for event types, by TOPIC: classes are re-declared by the library, topics are for ever."""

    def register(make: Make) -> Make:
        for e in events:
            if e.TOPIC in MAKERS:
                raise TypeError(f"two functions make rows of {e.TOPIC}")
            MAKERS[e.TOPIC] = make
        return make

    return register


def aspect(account: UUID, name: str, value: str | None, reason: str | None = None, at: datetime | None = None) -> Row:
    """One aspect of an account has another value from now on."""
    values = {"account_id": account, "aspect": name, "value": value, "reason": reason}
    return Row(t.account_aspects.name, values, at)


# -- account


@on(Account.AccountRegistered)
def _registered(r: Recorded, e: Account.AccountRegistered) -> Iterable[Row]:
    if e.name:
        yield aspect(r.stream_id, "name", e.name)


@on(Account.AccountLinkedToCrm)
def _linked(r: Recorded, e: Account.AccountLinkedToCrm) -> Iterable[Row]:
    yield Row(t.account_links.name, {"account_id": r.stream_id, "system": e.system, "crm_id": e.crm_id})


@on(Account.AccountProfileObserved)
def _profile(r: Recorded, e: Account.AccountProfileObserved) -> Iterable[Row]:
    columns = t.account_profiles.c.keys()
    values = {k: v for k, v in e.profile.__dict__.items() if k in columns}
    yield Row(t.account_profiles.name, {"account_id": r.stream_id, **values})


@on(Account.AccountRenamed)
def _renamed(r: Recorded, e: Account.AccountRenamed) -> Iterable[Row]:
    yield aspect(r.stream_id, "name", e.name)


@on(Account.AccountTimeZoneChanged)
def _zone(r: Recorded, e: Account.AccountTimeZoneChanged) -> Iterable[Row]:
    yield aspect(r.stream_id, "time_zone", e.time_zone)


@on(Account.AccountParentSet)
def _parent(r: Recorded, e: Account.AccountParentSet) -> Iterable[Row]:
    yield aspect(r.stream_id, "parent", str(e.parent_id))


@on(Account.AccountParentCleared)
def _no_parent(r: Recorded, _: Account.AccountParentCleared) -> Iterable[Row]:
    yield aspect(r.stream_id, "parent", None)


@on(Account.AccountParentRejected)
def _rejected_parent(r: Recorded, e: Account.AccountParentRejected) -> Iterable[Row]:
    yield aspect(r.stream_id, "parent", None, f"{e.why}: {e.parent_id}")


@on(Account.AccountsMerged)
def _merged(r: Recorded, e: Account.AccountsMerged) -> Iterable[Row]:
    if r.stream_id == e.absorbed_id:
        yield aspect(r.stream_id, "presence", "merged")
        yield aspect(r.stream_id, "survivor", str(e.survivor_id))


@on(Account.AccountMergeReverted)
def _parted(r: Recorded, e: Account.AccountMergeReverted) -> Iterable[Row]:
    if r.stream_id == e.absorbed_id:
        yield aspect(r.stream_id, "presence", "live")
        yield aspect(r.stream_id, "survivor", None)


@on(Account.AccountArchived)
def _archived(r: Recorded, _: Account.AccountArchived) -> Iterable[Row]:
    yield aspect(r.stream_id, "presence", "archived")


@on(Account.AccountRestored)
def _restored(r: Recorded, _: Account.AccountRestored) -> Iterable[Row]:
    yield aspect(r.stream_id, "presence", "live")


@on(Account.AccountActivated)
def _activated(r: Recorded, _: Account.AccountActivated) -> Iterable[Row]:
    yield aspect(r.stream_id, "standing", "Active")


@on(Account.AccountEnded)
def _ended(r: Recorded, e: Account.AccountEnded) -> Iterable[Row]:
    yield aspect(r.stream_id, "standing", "Ended", e.reason, e.at)


@on(Account.AccountReopened)
def _reopened(r: Recorded, e: Account.AccountReopened) -> Iterable[Row]:
    yield aspect(r.stream_id, "standing", "Active", e.reason, e.at)


# -- tier


@on(AccountTier.TierAssessed, AccountTier.TierAssessmentIncomplete)
def _assessed(_: Recorded, e: AccountTier.TierAssessed | AccountTier.TierAssessmentIncomplete) -> Iterable[Row]:
    a = e.assessment
    values = {
        "account_id": e.account_id,
        "score_bp": a.score_bp,
        "completeness_bp": a.completeness_bp,
        "raw_tier": a.raw_tier,
        "outcome": a.reason,
        "gates": [g.model_dump(mode="json") for g in a.gates],
        "criteria": [c.model_dump(mode="json") for c in a.criteria],
        "policy_version": a.policy_version,
    }
    yield Row(t.tier_assessments.name, values, e.at)


@on(AccountTier.TierCriterionRated)
def _rated(_: Recorded, e: AccountTier.TierCriterionRated) -> Iterable[Row]:
    values = {"account_id": e.account_id, "criterion": e.criterion, "value_bp": e.value_bp, "rater": e.rater}
    yield Row(t.criterion_ratings.name, values, e.at)


def _step(
    account: UUID, kind: str, at: datetime, from_: str | None, to: str | None, reason: str | None, by: str,
    provisional: bool = False, until: datetime | None = None, score_bp: int | None = None,
) -> Row:  # fmt: skip
    values = {
        "account_id": account, "kind": kind, "from_tier": from_, "to_tier": to, "reason": reason, "decided_by": by,
        "provisional": provisional, "until": until, "score_bp": score_bp,
    }  # fmt: skip
    return Row(t.tier_steps.name, values, at)


@on(AccountTier.TierChanged)
def _changed(_: Recorded, e: AccountTier.TierChanged) -> Iterable[Row]:
    yield _step(
        e.account_id, "changed", e.effective_at, e.from_tier, e.to_tier, e.why, e.decided_by, e.provisional,
        score_bp=e.score_bp,
    )  # fmt: skip


@on(AccountTier.TierChangeProposed)
def _proposed(_: Recorded, e: AccountTier.TierChangeProposed) -> Iterable[Row]:
    yield _step(e.account_id, "proposed", e.at, e.from_tier, e.to_tier, e.why, e.proposer, score_bp=e.score_bp)


@on(AccountTier.TierChangeRejected)
def _refused(_: Recorded, e: AccountTier.TierChangeRejected) -> Iterable[Row]:
    yield _step(e.account_id, "rejected", e.at, e.from_tier, e.to_tier, e.reason, e.rejected_by)


@on(AccountTier.TierReaffirmed)
def _reaffirmed(_: Recorded, e: AccountTier.TierReaffirmed) -> Iterable[Row]:
    yield _step(e.account_id, "reaffirmed", e.at, e.tier, e.tier, None, e.reaffirmed_by)


@on(AccountTier.TierOverridden)
def _overridden(_: Recorded, e: AccountTier.TierOverridden) -> Iterable[Row]:
    yield _step(e.account_id, "overridden", e.at, e.from_tier, e.to_tier, e.reason, e.overridden_by, until=e.until)


@on(AccountTier.TierOverrideExpired)
def _expired(r: Recorded, e: AccountTier.TierOverrideExpired) -> Iterable[Row]:
    yield _step(e.account_id, "override_ended", e.at, e.was, e.back_to, "expired", r.actor)


@on(AccountTier.TierOverrideLifted)
def _lifted(_: Recorded, e: AccountTier.TierOverrideLifted) -> Iterable[Row]:
    yield _step(e.account_id, "override_ended", e.at, e.was, e.back_to, "lifted", e.lifted_by)


@on(AccountTier.KeyAccountNominated)
def _nominated(_: Recorded, e: AccountTier.KeyAccountNominated) -> Iterable[Row]:
    yield aspect(e.account_id, "key_status", "Nominated", e.reason, e.at)


@on(AccountTier.KeyAccountNominationRejected)
def _not_nominated(_: Recorded, e: AccountTier.KeyAccountNominationRejected) -> Iterable[Row]:
    yield aspect(e.account_id, "key_status", "NotKey", e.reason, e.at)


@on(AccountTier.KeyAccountConfirmed)
def _confirmed(_: Recorded, e: AccountTier.KeyAccountConfirmed) -> Iterable[Row]:
    yield aspect(e.account_id, "key_status", "Key", None, e.at)


@on(AccountTier.KeyAccountDeclassified)
def _declassified(_: Recorded, e: AccountTier.KeyAccountDeclassified) -> Iterable[Row]:
    yield aspect(e.account_id, "key_status", "Declassified", e.reason, e.at)
