"""Stored events are for ever; what is published names no person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from services.notifications.consumers import CHANNELS
from services.notifications.policy import names
from services.notifications.publish import publish
from shared.contracts.base import channel
from shared.contracts.notifications import CHANNEL
from shared.eventstore.events import Event, Meta, Recorded, known
from shared.testing import golden
from shared.testing import recorded as as_recorded
from tests.contracts.notifications_examples import ACCOUNT, examples

GOLDEN = Path(__file__).parents[2] / "contracts" / "golden" / "notifications"


def recorded(event: Event) -> Recorded:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return as_recorded(event, 1, at, Meta("user:u7", at))


def test_each_stored_event_is_the_golden_one() -> None:
    assert golden(GOLDEN, "notifications", examples()) == []


def test_every_event_has_one_example() -> None:
    shown = [e.TOPIC for e in examples()]
    assert len(shown) == len(set(shown))
    assert set(shown) == {t for t in known() if t.startswith("notifications.")}


def test_every_public_type_has_its_producer_and_names_nobody() -> None:
    found = [m for e in examples() if (m := publish(recorded(e))) is not None]
    assert {type(m[1]) for m in found} == set(channel(CHANNEL))
    for key, public in found:
        values = public.model_dump(mode="json")
        assert "u7" not in str(values), public.TYPE
        assert "person" not in values
        assert ("account_id" not in values) or key == ACCOUNT


def test_the_state_counts_every_consumer() -> None:
    assert {f"notifications.{service}" for service in names.TELLERS} == set(CHANNELS)
