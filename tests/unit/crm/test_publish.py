"""Stored events of the crm service are for ever, and each has its public form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.crm import domain
from services.crm.publish import FACTS, HEALTH, publish
from shared.contracts import crm
from shared.contracts.base import PublicEvent, channel
from shared.eventstore.events import Event, Meta, Recorded
from shared.ids import account_id
from shared.testing import golden
from shared.testing import recorded as as_recorded
from tests.unit.crm.examples import ACCOUNT, AT, OTHER, events

GOLDEN = Path(__file__).parent / "golden"
EXAMPLES = Path(__file__).parents[3] / "shared/contracts/examples" / crm.CHANNEL
EVENTS = events()


def recorded(event: Event) -> Recorded:
    return as_recorded(event, 41, AT, Meta("crm:sugar"))


def published(event: Event) -> tuple[object, PublicEvent]:
    found = publish(recorded(event))
    assert found is not None
    return found


def test_each_stored_event_is_the_golden_one() -> None:
    assert golden(GOLDEN, "crm", EVENTS) == []


def test_every_public_type_has_its_producer() -> None:
    assert {type(published(e)[1]) for e in EVENTS} == {m for m in channel(crm.CHANNEL) if m.__module__ == crm.__name__}
    assert {e.TOPIC for e in EVENTS} == {*FACTS, *HEALTH}
    assert {*domain.TOPICS.values()} <= {*FACTS}


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_a_fact_carries_what_was_stored(event: Event) -> None:
    key, public = published(event)
    told = public.model_dump(mode="json")
    stored = event.model_dump(mode="json", exclude={"originator_id", "originator_version", "timestamp"})
    assert {k: told[k] for k in stored} == stored
    if isinstance(event, domain.SourceEvent):
        assert key == "sugar"
    else:
        assert told["revision"] == event.originator_version
        account = getattr(event, "account_crm_id", None)
        assert key == (account_id("sugar", account) if account else event.originator_id)
        assert told["account_id"] == (str(key) if account else None)


def test_related_accounts_come_with_both_ids() -> None:
    facts = {type(e): published(e)[1].model_dump() for e in EVENTS}
    assert facts[domain.AccountSeen]["parent_account_id"] == account_id("sugar", OTHER)
    assert facts[domain.RecordMoved]["to_account_id"] == account_id("sugar", OTHER)
    merged = facts[domain.AccountMerged]
    assert (merged["survivor_account_id"], merged["absorbed_account_id"]) == (
        account_id("sugar", ACCOUNT),
        account_id("sugar", OTHER),
    )


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_the_example_on_the_topic_is_what_we_publish(event: Event) -> None:
    _, public = published(event)
    example = json.loads((EXAMPLES / f"{public.TYPE}.v{public.SCHEMA}.json").read_text("utf-8"))
    assert example["data"] == public.model_dump(mode="json", by_alias=True)


def test_no_event_names_a_person() -> None:
    for event in EVENTS:
        assert not {"first_name", "last_name", "mail", "title_of_person", "phone"} & set(type(event).model_fields)
