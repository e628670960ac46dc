"""Stored events are for ever; what leaves the service is decided for each; persons are indexed."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from services.growth.publish import PRIVATE, publish
from shared.contracts.base import channel
from shared.contracts.growth import CHANNEL
from shared.eventstore.events import Event, known
from shared.testing import golden
from tests.contracts.growth_examples import examples, recorded

GOLDEN = Path(__file__).parents[2] / "contracts" / "golden" / "growth"
EVENTS = examples()


def test_each_stored_event_is_the_golden_one() -> None:
    assert golden(GOLDEN, "growth", EVENTS) == []


def test_every_event_has_one_example() -> None:
    assert sorted(e.TOPIC for e in EVENTS) == sorted(t for t in known() if t.startswith("growth."))


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_an_event_is_published_or_private_by_decision(event: Event) -> None:
    message = publish(recorded(event, 1))
    if event.TOPIC in PRIVATE:
        assert message is None
        return
    assert message is not None
    key, public = message
    assert type(event).__name__ == public.TYPE
    assert key == getattr(event, "account_id", event.originator_id)
    sent, own = public.model_dump(mode="json"), event.model_dump(mode="json")
    assert {n: sent[n] for n in sent if n in own} == {n: own[n] for n in sent if n in own}
    assert sent.keys() - own.keys() <= {"plan_id", "run_id"}
    assert own.keys() - sent.keys() <= {"originator_id", "originator_version", "timestamp", "originator_topic"}
    for stream in ("plan_id", "run_id"):
        if stream in sent and stream not in own:
            assert UUID(sent[stream]) == event.originator_id


def test_every_public_type_has_its_producer() -> None:
    assert {type(e).__name__ for e in EVENTS if e.TOPIC not in PRIVATE} == {m.TYPE for m in channel(CHANNEL)}


def test_persons_are_named_in_the_index_of_subjects() -> None:
    for event in EVENTS:
        values = event.model_dump()
        named = {values["by_subject"]} if "by_subject" in values else set(values.get("stakeholders", ()))
        assert named == set(event.subjects()), type(event).__name__


def test_no_free_text_and_no_name_enters_the_log() -> None:
    words = {"reason", "summary", "words", "note", "comment", "description", "name"}
    for event in EVENTS:
        found = words & event.model_dump().keys()
        assert found <= {"reason"}, type(event).__name__  # a code
