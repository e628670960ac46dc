"""The colour of the last contact changes exactly where the standard says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import services.accounts
from services.accounts.policy.standards import contact_colour, standards

DOCUMENT = standards(json.loads((Path(services.accounts.__file__).parent / "policies/standards.v1.json").read_text()))
NOW = datetime(2026, 11, 15, 18, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("tier", "silence", "colour"),
    [
        ("A", timedelta(days=21), "green"),
        ("A", timedelta(days=21) + TICK, "amber"),
        ("A", timedelta(days=35), "amber"),
        ("A", timedelta(days=35) + TICK, "red"),
        ("C", timedelta(days=65), "green"),
        ("C", timedelta(days=91), "red"),
        ("N", timedelta(days=1), None),
        (None, timedelta(days=1), None),
    ],
)
def test_colour(tier: str | None, silence: timedelta, colour: str | None) -> None:
    assert contact_colour(DOCUMENT, tier, NOW - silence, NOW) == colour  # type: ignore[arg-type]


def test_no_contact_known_is_no_colour() -> None:
    assert contact_colour(DOCUMENT, "A", None, NOW) is None
