"""An account: what the CRM says by revision, its group, and what people decide."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.domain import Account
from services.accounts.domain.values import Profile
from shared.errors import Rejected
from shared.testing import Spec

AT = datetime(2026, 3, 2, tzinfo=UTC)
ID, OTHER, THIRD = UUID(int=1), UUID(int=2), UUID(int=3)
CUSTOMER, PROSPECT = Profile(account_type="Customer"), Profile(account_type="Prospect")

registered = (Account.AccountRegistered, {"name": "Acme", "time_zone": "Europe/Berlin"})
linked = (Account.AccountLinkedToCrm, {"system": "sugar", "crm_id": "a1"})
observed = (Account.AccountProfileObserved, {"revision": 1, "profile": CUSTOMER})
active = (Account.AccountActivated, {})
archived = (Account.AccountArchived, {"revision": 4})
merged = (
    Account.AccountsMerged,
    {"survivor_id": OTHER, "absorbed_id": ID, "absorbed_crm_id": "a1", "survivor_crm_id": "a2", "revision": 4},
)
ended = (Account.AccountEnded, {"reason": "churned", "value_at_end": 1, "currency": "USD", "at": AT})
KNOWN = (registered, linked, observed, active)


def test_a_new_account_is_linked_to_its_crm_record() -> None:
    Spec(Account).when(lambda _: Account.register(ID, "Acme", "Europe/Berlin", "sugar", "a1")).then_each(
        registered, linked
    )


def test_a_customer_becomes_active_once() -> None:
    Spec(Account, registered, linked).when(lambda a: a.observe(1, "Acme", CUSTOMER)).then_each(observed, active)
    Spec(Account, *KNOWN).when(lambda a: a.observe(2, "Acme", PROSPECT)).then(
        Account.AccountProfileObserved, revision=2
    )


def test_a_prospect_stays_registered() -> None:
    spec = Spec(Account, registered, linked).when(lambda a: a.observe(1, "Acme", PROSPECT))
    spec.then(Account.AccountProfileObserved)
    assert spec.aggregate
    assert spec.aggregate.lifecycle == "Registered"


def test_another_name_is_a_renaming() -> None:
    Spec(Account, *KNOWN).when(lambda a: a.observe(2, "Acme SE", CUSTOMER)).then_each(
        (Account.AccountRenamed, {"name": "Acme SE", "was": "Acme"}), (Account.AccountProfileObserved, {"revision": 2})
    )


@pytest.mark.parametrize("revision", [0, 1])
def test_an_older_or_repeated_revision_does_nothing(revision: int) -> None:
    Spec(Account, *KNOWN).when(lambda a: a.observe(revision, "Old", PROSPECT)).then_nothing()
    Spec(Account, *KNOWN).when(lambda a: a.archive(revision)).then_nothing()
    Spec(Account, *KNOWN).when(lambda a: a.merge_into(OTHER, "a2", revision)).then_nothing()


def test_a_deleted_record_is_archived_and_a_later_sight_restores_it() -> None:
    Spec(Account, *KNOWN).when(lambda a: a.archive(4)).then(Account.AccountArchived, revision=4)
    Spec(Account, *KNOWN, archived).when(lambda a: a.observe(5, "Acme", CUSTOMER)).then_each(
        (Account.AccountRestored, {"revision": 5}), (Account.AccountProfileObserved, {"revision": 5})
    )
    Spec(Account, *KNOWN, archived).when(lambda a: a.observe(3, "Acme", CUSTOMER)).then(Account.AccountProfileObserved)


def test_a_merge_is_told_to_both_and_undone_by_a_later_sight() -> None:
    Spec(Account, *KNOWN).when(lambda a: a.merge_into(OTHER, "a2", 4)).then(*merged[:1], **merged[1])
    Spec(Account, *KNOWN, merged).when(lambda a: a.observe(5, "Acme", CUSTOMER)).then_each(
        (Account.AccountMergeReverted, {"survivor_id": OTHER, "absorbed_id": ID, "revision": 5}),
        (Account.AccountProfileObserved, {"revision": 5}),
    )
    survivor = Spec(Account, *KNOWN).when(lambda a: a.absorb(OTHER, "a2", 4))
    survivor.then(Account.AccountsMerged, survivor_id=ID, absorbed_id=OTHER)
    assert survivor.aggregate
    assert survivor.aggregate.lifecycle == "Active"


def test_the_survivor_hears_of_each_merge_once() -> None:
    absorbed = (Account.AccountsMerged, {**merged[1], "survivor_id": ID, "absorbed_id": OTHER})
    Spec(Account, *KNOWN, absorbed).when(lambda a: a.absorb(OTHER, "a2", 4)).then_nothing()
    Spec(Account, *KNOWN, absorbed).when(lambda a: a.release(OTHER, "a2", 5)).then(Account.AccountMergeReverted)
    Spec(Account, *KNOWN).when(lambda a: a.release(OTHER, "a2", 5)).then_nothing()


def test_nobody_merges_into_themself() -> None:
    Spec(Account, *KNOWN).when(lambda a: a.merge_into(ID, "a1", 9)).then_raises(Rejected, "merge-into-itself")
    Spec(Account, *KNOWN).when(lambda a: a.absorb(ID, "a1", 9)).then_raises(Rejected, "merge-into-itself")


FACTS: list[tuple[str, tuple[Any, ...]]] = [
    ("observe", (1, "Acme", CUSTOMER)),
    ("observe", (2, "Acme SE", PROSPECT)),
    ("archive", (3,)),
    ("observe", (4, "Acme AG", CUSTOMER)),
    ("merge_into", (OTHER, "a2", 5)),
]


def outcome(order: tuple[int, ...]) -> tuple[Any, ...]:
    account = Account.register(ID, "", "Europe/Berlin", "sugar", "a1")
    for n in order:
        name, args = FACTS[n]
        getattr(account, name)(*args)
        getattr(account, name)(*args)
    return account.name, account.profile, account.lifecycle, account.standing, account.survivor_id


@pytest.mark.parametrize("order", list(permutations(range(5))), ids=lambda o: "".join(map(str, o)))
def test_any_order_of_the_crms_facts_ends_in_the_same_state(order: tuple[int, ...]) -> None:
    assert outcome(order) == ("Acme AG", CUSTOMER, "Merged", "Active", OTHER)


def test_parents_are_set_cleared_and_refused_once() -> None:
    has = (Account.AccountParentSet, {"parent_id": OTHER})
    refused = (Account.AccountParentRejected, {"parent_id": OTHER, "why": "cycle"})
    Spec(Account, *KNOWN).when(lambda a: a.set_parent(OTHER)).then(Account.AccountParentSet, parent_id=OTHER)
    Spec(Account, *KNOWN, has).when(lambda a: a.set_parent(OTHER)).then_nothing()
    Spec(Account, *KNOWN, has).when(lambda a: a.clear_parent()).then(Account.AccountParentCleared, was=OTHER)
    Spec(Account, *KNOWN).when(lambda a: a.clear_parent()).then_nothing()
    Spec(Account, *KNOWN, has).when(lambda a: a.reject_parent(OTHER, "cycle")).then(Account.AccountParentRejected)
    Spec(Account, *KNOWN, refused).when(lambda a: a.reject_parent(OTHER, "cycle")).then_nothing()
    Spec(Account, *KNOWN, refused).when(lambda a: a.clear_parent()).then(Account.AccountParentCleared, was=OTHER)
    Spec(Account, *KNOWN, refused).when(lambda a: a.set_parent(OTHER)).then(Account.AccountParentSet)
    Spec(Account, *KNOWN).when(lambda a: a.set_parent(ID)).then_raises(Rejected, "parent-is-itself")


def test_time_zones_are_iana_names() -> None:
    Spec(Account, *KNOWN).when(lambda a: a.change_time_zone("Asia/Tokyo")).then(
        Account.AccountTimeZoneChanged, time_zone="Asia/Tokyo", was="Europe/Berlin"
    )
    Spec(Account, *KNOWN).when(lambda a: a.change_time_zone("Europe/Berlin")).then_nothing()
    Spec(Account, *KNOWN).when(lambda a: a.change_time_zone("CEST+2")).then_raises(Rejected, "unknown-time-zone")


def test_a_relation_ends_with_its_value_and_can_go_on() -> None:
    Spec(Account, *KNOWN).when(lambda a: a.end("churned", 1, "USD", AT)).then(*ended[:1], **ended[1])
    Spec(Account, *KNOWN, ended).when(lambda a: a.reopen("came back", AT)).then(Account.AccountReopened)
    Spec(Account, *KNOWN, ended).when(lambda a: a.end("churned", 1, "USD", AT)).then_raises(Rejected, "not-active")
    Spec(Account, *KNOWN, archived).when(lambda a: a.end("other", 1, "USD", AT)).then_raises(Rejected, "not-active")
    Spec(Account, *KNOWN).when(lambda a: a.reopen("x", AT)).then_raises(Rejected, "not-ended")
    Spec(Account, *KNOWN, ended).when(lambda a: a.reopen(" ", AT)).then_raises(Rejected, "reason-missing")


@given(st.lists(st.tuples(st.sampled_from(["observe", "archive", "merge"]), st.integers(1, 9)), max_size=12))
def test_the_highest_revision_decides_whether_the_record_lives(facts: list[tuple[str, int]]) -> None:
    account = Account.register(ID, "", "Europe/Berlin", "sugar", "a1")
    first: dict[int, str] = {}
    for kind, revision in facts:
        kind = first.setdefault(revision, kind)  # one revision is one fact
        if kind == "observe":
            account.observe(revision, "Acme", CUSTOMER)
        elif kind == "archive":
            account.archive(revision)
        else:
            account.merge_into(OTHER, "a2", revision)
    newest = first[max(first)] if first else "observe"
    assert account.presence == {"observe": "live", "archive": "archived", "merge": "merged"}[newest]
    seen = [r for r, kind in first.items() if kind == "observe"]
    assert account.profile_revision == max(seen, default=0)
