"""The small capture's totals, from published facts alone, are those that SQL found in the CRM's own database."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import date
from typing import Any

import pytest

from deploy.local.postgres import Postgres
from shared.contracts import crm
from tests.crm import DATA, Line, capture, delivered, parts, usage
from tests.crm_oracle import Records, active

ORACLE = json.loads((DATA / "ORACLE_small.json").read_text())
DAY, BEFORE = date.fromisoformat(ORACLE["as_of"]), date.fromisoformat(ORACLE["previous"])
FORMATS = ("crm_cdc_small", "crm_cdc_small_schema", "crm_cdc_small_iso_string", "crm_cdc_small_flattened")


@pytest.fixture(scope="module", params=FORMATS)
def records(request: pytest.FixtureRequest, postgres: Postgres) -> Records:
    """What was published of a capture; the tests only read it."""
    name = f"oracle_{request.param}"
    try:
        return asyncio.run(published(postgres.create(name), [*capture(f"{request.param}.jsonl.gz"), *usage()]))
    finally:
        postgres.drop(name)


async def published(dsn: str, lines: list[Line]) -> Records:
    service = await delivered(dsn, parts(lines, 1_000))
    try:
        assert service.rejected == []
        return Records([fact for _, fact in await service.public()])
    finally:
        await service.engine.dispose()


def test_every_account_is_as_the_oracle_says(records: Records) -> None:
    found = records.accounts(DAY, BEFORE)
    for expected in ORACLE["accounts"]:
        row = found.pop(expected["id"])
        told: dict[str, Any] = {k: v for k, v in expected.items() if k in row}
        last = told["last_meaningful_contact"]
        told["last_meaningful_contact"] = last and {k: last[k] for k in ("at", "kind")}
        assert row == told, expected["name"]
    assert found == {}


def test_the_tables_hold_as_many_live_records(records: Records) -> None:
    tables = {n: t["live"] for n, t in ORACLE["tables"].items() if "live" in t}
    assert len(records.live(crm.CrmAccountSeen)) == tables["accounts"]
    assert len(records.live(crm.CrmContactSeen)) == tables["contacts"]
    assert len(records.live(crm.CrmOpportunitySeen)) == tables["opportunities"]
    assert len(records.live(crm.CrmCaseSeen)) == tables["cases"]
    assert len(records.live(crm.CrmContractSeen)) == tables["aos_contracts"]
    assert len(records.live(crm.CrmUserSeen)) == tables["users"]
    kinds = Counter(a.kind for a in records.live(crm.CrmActivityLogged))
    assert kinds == {
        "meeting": tables["meetings"],
        "call": tables["calls"],
        "mail": tables["emails"],
        "task": tables["tasks"],
        "note": tables["notes"],
    }


def test_deals_without_account_and_active_contracts(records: Records) -> None:
    homeless = [d for d in records.live(crm.CrmOpportunitySeen) if d.account_crm_id is None]
    expected = ORACLE["deals_without_account"]["open"]
    assert (len(homeless), sum(d.amount or 0 for d in homeless) / 100) == (expected["n"], expected["sum"])
    found = {
        (
            c.name,
            c.account_crm_id,
            c.product,
            c.starts_on,
            c.ends_on,
            c.arr,
            c.seats,
            c.notice_period_days,
            c.auto_renew,
        )
        for c in active(records.live(crm.CrmContractSeen), DAY)
    }
    assert found == {
        (
            *(
                c["contract"],
                c["account_id"],
                c["product"],
                date.fromisoformat(c["start"]),
                date.fromisoformat(c["end"]),
            ),
            *(round(c["arr"] * 100), c["seats"], c["notice_days"], c["auto_renew"]),
        )
        for c in ORACLE["active_contracts"]
    }


def test_retention_can_be_computed(records: Records) -> None:
    found = records.accounts(DAY, BEFORE)
    r = ORACLE["retention"]
    had = {i: a for i, a in found.items() if a["arr_previous"]}
    assert sum(a["arr_previous"] for a in had.values()) == r["arr_previous"]
    assert sum(a["arr"] for a in had.values()) == r["arr_now_of_same_accounts"]
    assert [a["name"] for a in had.values() if not a["arr"]] == r["churned"]
    kept = sum(min(a["arr"], a["arr_previous"]) for a in had.values())
    assert round(100 * kept / r["arr_previous"], 4) == r["grr_pct"]


def test_open_escalations(records: Records) -> None:
    p1 = {c.number: c for c in records.live(crm.CrmCaseSeen) if c.is_open and c.priority == "P1"}
    expected = {c["case_number"]: c["opened"] for c in ORACLE["open_p1_over_72h"]}
    assert {n: c.opened_at.strftime("%Y-%m-%d %H:%M:%SZ") for n, c in p1.items()} == expected
