"""Request fields: every fault is named, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest

from shared.edge.fields import Fields
from shared.errors import Invalid
from shared.testing import ManualClock

NOW = datetime(2026, 11, 15, 18, tzinfo=UTC)
COMMAND = "0190163d-8694-739b-aea5-966c26f8ad91"


def asked(**given: str) -> SimpleNamespace:
    return SimpleNamespace(**{"command_id": COMMAND, "user_id": "u1", "effective_at": "", "correlation_id": ""} | given)


def test_all_that_is_wrong_is_said_at_once() -> None:
    fields = Fields()
    fields.uuid("account_id", "x")
    fields.day("due", "")
    fields.instant("at", "2026-11-15T12:00:00")
    fields.text("reason", "  ")
    with pytest.raises(Invalid) as e:
        fields.done()
    assert e.value.fields == {
        "account_id": "'x' is not a UUID",
        "due": "is missing; give a day such as 2026-11-15",
        "at": "'2026-11-15T12:00:00' is not an instant such as 2026-11-15T12:00:00Z",
        "reason": "is missing",
    }


def test_good_fields_become_values() -> None:
    fields = Fields()
    assert fields.uuids("ids", [COMMAND]) == (UUID(COMMAND),)
    assert fields.day("due", "2026-11-15") == date(2026, 11, 15)
    assert fields.day_or_none("until", "") is None
    assert fields.instant("at", "2026-11-15T19:00:00+01:00") == NOW
    assert fields.text("reason", " as agreed ") == "as agreed"
    assert fields.document("policy", '{"a": 1}') == {"a": 1}
    fields.done()


@pytest.mark.parametrize(
    ("read", "why"),
    [
        (lambda f: f.day("x", "1026-11-15"), "1026-11-15 lies outside of 2000-01-01…2199-12-31"),
        (lambda f: f.text("x", "a" * 4_001), "has 4001 characters; at most 4000 are kept"),
        (lambda f: f.one_of("x", "D", ("A", "B", "C")), "'D' is none of A, B, C"),
        (lambda f: f.version("x", 0), "0 is no version; versions begin at 1"),
        (lambda f: f.document("x", "[1]"), "is JSON, but no object"),
        (lambda f: f.uuids("x", [COMMAND, ""]), None),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(read: Callable[[Fields], object], why: str | None) -> None:
    fields = Fields()
    read(fields)
    with pytest.raises(Invalid) as e:
        fields.done()
    assert e.value.fields == ({"x": why} if why else {"x[1]": "is missing; give a UUID"})


def test_who_asks_and_from_when_it_counts() -> None:
    fields = Fields()
    meta = fields.meta(asked(), ManualClock(NOW))
    fields.done()
    assert (meta.actor, meta.command_id, meta.effective_at) == ("user:u1", UUID(COMMAND), NOW)


def test_nothing_counts_from_the_future() -> None:
    fields = Fields()
    fields.meta(asked(effective_at="2026-11-15T18:00:01Z"), ManualClock(NOW))
    with pytest.raises(Invalid) as e:
        fields.done()
    assert e.value.fields == {"meta.effective_at": "2026-11-15T18:00:01Z lies in the future"}
