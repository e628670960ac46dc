"""The oracle itself: against the totals that came from SQL on the live database, and able to see a wrong row."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from deploy.local.capture import DEMO, capture_file
from tests.e2e import oracle

NOW, BEFORE = date(2026, 11, 15), date(2025, 11, 15)


def until(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 18, tzinfo=UTC)


def given() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DEMO / "ORACLE_small.json").read_text())["accounts"]
    return found


def test_small_capture_equals_the_totals_from_sql() -> None:
    state = oracle.tables(capture_file("small"))
    now, before = (oracle.portfolio(state, d, until(d)) for d in (NOW, BEFORE))
    accounts = given()
    assert len(accounts) == len(now) == 12
    for a in accounts:
        spoken = datetime.fromisoformat(a["last_meaningful_contact"]["at"])
        assert now[a["id"]] == oracle.Row(
            a["name"], a["parent_id"], a["owner_id"], a["owner"], a["owner_status"] == "Active",
            round(a["arr"] * 100), a["contracts_active"], a["contacts_live"], spoken,
        )  # fmt: skip
        assert before[a["id"]].arr_minor == round(a["arr_previous"] * 100)


def test_it_sees_a_contract_that_is_missing() -> None:
    state = oracle.tables(capture_file("small"))
    whole = oracle.portfolio(state, NOW, until(NOW))
    state["aos_contracts"] = {k: r for k, r in state["aos_contracts"].items() if "Hottechi" not in r["name"]}
    short = oracle.portfolio(state, NOW, until(NOW))
    assert {r.name for k, r in whole.items() if short[k] != r} == {"Hottechi"}
