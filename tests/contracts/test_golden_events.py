"""Stored events are for ever: what was written once must be readable, and what we write must not change unnoticed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.accounts.domain import Account
from services.accounts.publish import PRIVATE, account_of, publish
from shared.contracts.accounts import CHANNEL
from shared.contracts.base import channel
from shared.eventstore.events import Event, Meta, Recorded, encode, known
from shared.testing import golden
from shared.testing import recorded as as_recorded
from tests.contracts.accounts_examples import ACCOUNT, examples

GOLDEN = Path(__file__).parent / "golden" / "accounts"
EVENTS = examples()
THEN = datetime(2026, 3, 2, 9, 31, tzinfo=UTC)


def recorded(event: Event, position: int = 1) -> Recorded:
    return as_recorded(event, position, THEN)


def test_each_stored_event_is_the_golden_one() -> None:
    assert golden(GOLDEN, "accounts", EVENTS) == []


def test_every_event_has_one_example() -> None:
    shown = Counter(e.TOPIC for e in EVENTS)
    assert set(shown.values()) == {1}
    assert set(shown) == {t for t in known() if t.startswith("accounts.")}


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_an_event_is_published_or_private_by_decision(event: Event) -> None:
    message = publish(recorded(event))
    if type(event) in PRIVATE:
        assert message is None
        return
    assert message is not None
    key, public = message
    assert type(event).__name__ == public.TYPE
    assert key == (account_of(event) or event.originator_id)
    if account_of(event):
        assert key == ACCOUNT
        assert public.model_dump()["account_id"] == ACCOUNT


def test_every_public_type_has_its_producer() -> None:
    ours = {type(e).__name__ for e in EVENTS if type(e) not in PRIVATE}
    contracts = [m for m in channel(CHANNEL) if m.__module__.startswith("shared.contracts.")]  # tests make some
    assert ours == {model.TYPE for model in contracts}


def test_no_value_is_lost_on_the_way_out() -> None:
    """Every field of a public event that the private one has under that name, or nested, arrives with its value."""
    for event in EVENTS:
        if (message := publish(recorded(event))) is None:
            continue
        for name, value in message[1].model_dump(mode="json").items():
            nested = (getattr(event, part, None) for part in ("terms", "details"))
            own = event.model_dump(mode="json")
            private = [own] + [n.model_dump(mode="json") for n in nested if n is not None]
            found = [p[name] for p in private if name in p]
            assert not found or value in found, f"{type(event).__name__}.{name}: {value!r} is not {found!r}"


def test_persons_are_named_by_pseudonym_in_the_index_of_subjects() -> None:
    for event in EVENTS:
        values = event.model_dump()
        named = {values[n] for n in ("subject_id", "owner_subject", "successor_id", "manager_id") if n in values}
        if "successor_id" in values and "subject_id" not in values:
            named.discard(values["successor_id"])  # a contract's successor is a contract
        assert named <= set(event.subjects()), type(event).__name__


def test_an_account_event_without_account_field_is_about_its_own_stream() -> None:
    registered = next(e for e in EVENTS if isinstance(e, Account.AccountRegistered))
    assert account_of(registered) == registered.originator_id == ACCOUNT


def test_stored_state_is_what_encode_writes() -> None:
    assert all(e.state for e in encode(EVENTS, Meta("test")))
