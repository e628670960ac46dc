"""Stored events of the qbr service are for ever, and each is published or private by decision."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.qbr.domain import AccountEvent
from services.qbr.publish import PRIVATE, publish
from shared.contracts.base import channel
from shared.contracts.qbr import CHANNEL
from shared.eventstore.events import Event, Recorded, known
from shared.testing import golden
from shared.testing import recorded as as_recorded
from tests.contracts.qbr_examples import ACCOUNT, BUYER, SECOND, USER, examples

GOLDEN = Path(__file__).parent / "golden" / "qbr"
EVENTS = examples()
THEN = datetime(2026, 4, 14, 9, tzinfo=UTC)


def recorded(event: Event, position: int = 1) -> Recorded:
    return as_recorded(event, position, THEN)


def test_each_stored_event_is_the_golden_one() -> None:
    assert golden(GOLDEN, "qbr", EVENTS) == []


def test_every_event_has_one_example() -> None:
    shown = Counter(e.TOPIC for e in EVENTS)
    assert set(shown.values()) == {1}
    assert set(shown) == {t for t in known() if t.startswith("qbr.")}


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_an_event_is_published_or_private_by_decision(event: Event) -> None:
    message = publish(recorded(event))
    if type(event) in PRIVATE:
        assert message is None
        return
    assert message is not None
    key, public = message
    assert type(event).__name__ == public.TYPE
    assert key == (ACCOUNT if isinstance(event, AccountEvent) else event.originator_id)
    own = event.model_dump(mode="json")
    for name, value in public.model_dump(mode="json").items():
        assert name not in own or value == own[name], f"{name}: {value!r} is not {own[name]!r}"


def test_every_public_type_has_its_producer() -> None:
    ours = {type(e).__name__ for e in EVENTS if type(e) not in PRIVATE}
    assert ours == {model.TYPE for model in channel(CHANNEL)}


def test_persons_are_in_the_index_of_subjects() -> None:
    for event in EVENTS:
        text = event.model_dump_json(exclude={"agreed_by", "owner_id"})
        named = {p for p in (BUYER, SECOND, USER) if str(p) in text}
        assert named <= set(event.subjects()), type(event).__name__
