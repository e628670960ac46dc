"""What leaves the service: meaning that the private event does not spell out, and the key it travels under."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.accounts.app import shipped
from services.accounts.domain import Account, Contract, Interaction, TierPolicy
from services.accounts.domain.values import Details, Terms
from services.accounts.publish import publish
from shared.contracts.accounts import account, commerce, tiers
from shared.eventstore.events import Event, Meta, Recorded, decode_event, encode
from shared.testing import recorded as as_recorded

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
A, B = UUID(int=10), UUID(int=11)
HELD = Details(kind="meeting", status="Held", done=True, at=AT)


def sent(event: Any) -> tuple[UUID, Any]:
    """What is published of an event that was stored and read back."""
    new = encode([event], Meta("test", AT))[0]
    read = decode_event(new.stream_id, new.version, new.topic, 1, AT, new.state)
    message = publish(_recorded(read))
    assert message is not None
    return message


def _recorded(event: Event) -> Recorded:
    return as_recorded(event, 1, AT, Meta("crm:sugar", AT))


@pytest.mark.parametrize(
    ("changes", "meaningful"),
    [({}, True), ({"done": False}, False), ({"kind": "mail", "direction": "outbound"}, False)],
)
def test_a_contact_says_whether_it_is_meaningful(changes: dict[str, Any], meaningful: bool) -> None:
    contact = Interaction.record("sugar", "m1", A, 1, HELD.model_copy(update=changes))
    key, public = sent(contact.collect_events()[0])
    assert isinstance(public, commerce.InteractionRecorded)
    assert (key, public.meaningful, public.crm_id) == (A, meaningful, "m1")


def test_a_retracted_contact_is_never_meaningful() -> None:
    contact = Interaction.record("sugar", "m1", A, 1, HELD)
    contact.move(None, 2)
    _, public = sent(contact.collect_events()[-1])
    assert isinstance(public, commerce.InteractionRetracted)
    assert (public.done, public.meaningful) == (True, False)


def test_a_contract_travels_under_the_key_of_the_account_it_belongs_to_now() -> None:
    contract = Contract.record("sugar", "k1", A, 1, Terms(name="GTX", arr=5))
    contract.move(B, 2)
    key, public = sent(contract.collect_events()[-1])
    assert isinstance(public, commerce.ContractReassigned)
    assert (key, public.account_id, public.from_account_id, public.arr) == (B, B, A, 5)


def test_an_accounts_own_events_carry_its_id() -> None:
    registered = Account.register(A, "Acme", "Europe/Berlin", "sugar", "acme").collect_events()[0]
    key, public = sent(registered)
    assert isinstance(public, account.AccountRegistered)
    assert (key, public.account_id, public.name) == (A, A, "Acme")


def test_company_wide_policies_travel_under_their_stream() -> None:
    policy = TierPolicy.open()
    policy.adopt_default(shipped("tier_policy.v1"), "system:accounts", AT)
    key, public = sent(policy.collect_events()[-1])
    assert isinstance(public, tiers.TierPolicyActivated)
    assert (key, public.policy_version, public.signed_off) == (TierPolicy.create_id(), 1, False)
