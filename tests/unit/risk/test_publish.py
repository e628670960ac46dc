"""Every stored event is public or private by decision, and no value is lost on the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.risk.policy.business import WEEKDAYS
from services.risk.policy.model import FACTORS
from services.risk.publish import PRIVATE, publish
from services.risk.shipped import handling
from shared.contracts.base import channel
from shared.contracts.risk import CHANNEL
from shared.eventstore.events import Event
from shared.testing import golden
from tests.contracts.risk_examples import ACCOUNT, examples, recorded

GOLDEN = Path(__file__).parents[2] / "contracts" / "golden" / "risk"
EVENTS = examples()


def test_each_stored_event_is_the_golden_one() -> None:
    assert golden(GOLDEN, "risk", EVENTS) == []


def test_every_public_type_has_a_private_one() -> None:
    assert {type(e).__name__ for e in EVENTS if type(e) not in PRIVATE} == {m.TYPE for m in channel(CHANNEL)}


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_no_value_is_lost(event: Event) -> None:
    message = publish(recorded(event, 1))
    assert (message is None) == (type(event) in PRIVATE)
    if message is None:
        return
    assert message[0] == (ACCOUNT if "account_id" in type(event).model_fields else event.originator_id)
    own = event.model_dump(mode="json")
    for name, value in message[1].model_dump(mode="json").items():
        assert value == own[name], name


def test_the_colour_before_travels_as_from() -> None:
    red = next(e for e in EVENTS if type(e).__name__ == "RiskTurnedRed")
    message = publish(recorded(red, 1))
    assert message is not None
    assert message[1].model_dump(by_alias=True)["from"] == "AMBER"


def test_every_suggested_play_is_a_play_book_that_growth_ships() -> None:
    shipped = {p.stem for p in (Path(__file__).parents[3] / "services" / "growth" / "playbooks").glob("*.json")}
    assert set(handling(WEEKDAYS).plays) == set(FACTORS)
    assert set(handling(WEEKDAYS).plays.values()) <= shipped
