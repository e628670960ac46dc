"""Two weeks of the small capture, day by day through risk and notifications: calm, and nothing of history is told."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from deploy.local.postgres import Postgres
from shared import ids
from tests.calm.replay import replay, told_of
from tests.calm.report import Calm

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
KAN_CODE = ids.account_id("sugar", "b21e4a44-02f7-5191-978c-bdeba2e27c0a")
pytestmark = pytest.mark.timeout(600)


async def test_two_weeks_of_the_demo_are_calm(postgres: Postgres) -> None:
    found: Calm = await replay(postgres, await told_of(postgres, "small"), SINCE, many=2)
    assert {a: n for a, n in found.changes.items() if n} == {
        KAN_CODE: 1,  # S02: the P1
        ids.account_id("sugar", "156c0f2c-32e3-5871-8376-99b145f278c9"): 1,  # S03: silence
        ids.account_id("sugar", "df74cf23-6470-5244-95fb-30c63bf0792e"): 1,  # S07: churned
    }
    assert found.first["R14", KAN_CODE] >= datetime(2026, 11, 13, 8, 12, tzinfo=UTC)
    assert 0 < found.busiest <= found.budget
    assert (
        min(day for _, day in (*found.per_day, *found.critical)) >= SINCE.astimezone(ZoneInfo("Europe/Berlin")).date()
    )
    assert found.silenced["held back", "quiet_hours"] > 0
    [(at, accounts, _, most)] = found.mass
    assert (at, accounts) == (datetime(2026, 11, 2, 9, tzinfo=UTC), 2)  # S10: one user's accounts
    assert most <= 4, "a mass change is no storm"
    text = "\n".join(found.lines())
    assert "quiet_hours" in text
    assert "mass change 2026-11-02" in text
