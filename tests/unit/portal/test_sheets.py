"""CSV: every page with a table has one, with the same filters, and no spreadsheet runs what stands in it."""

from __future__ import annotations

import csv
import io
import re

import httpx
import pytest

from services.portal import sheets
from services.portal.models import KpiPart, LedgerRow, RiskRow
from tests.unit.portal import demo_pack

PROMISED = demo_pack.ledger("", "").rows[0].account_crm_id
PAGES = (
    "/portfolio?tier=A",
    "/risks?colour=RED",
    "/risks/forecast",
    "/escalations",
    "/qbrs?state=over",
    "/plans?tier=A",
    "/promises?kept=open",
    f"/accounts/{PROMISED}/promises",
    "/alerts?all=1",
    "/alerts/ledger?kind=told",
    "/kpis?scope=tier:A&known_at=2026-11-01",
    "/kpis/K1?scope=tier:B",
    "/kpis/K4.churn",
    "/readiness?as_of=2026-11-01",
    "/findings?rule=stakeholder_stale",
)


@pytest.mark.parametrize("path", PAGES)
async def test_every_table_leads_to_its_sheet_with_its_filters(web: httpx.AsyncClient, path: str) -> None:
    page = (await web.get(path)).text
    address = re.search(r'href="([^"]+\.csv[^"]*)" download', page)
    assert address is not None
    query = path.partition("?")[2].replace(":", "%3A")
    assert address[1].replace("&amp;", "&").endswith(f".csv?{query}" if query else ".csv")
    response = await web.get(address[1].replace("&amp;", "&"))
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="[\w-]+\.csv"', response.headers["content-disposition"])
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows[0]) > 3
    assert {len(r) for r in rows} == {len(rows[0])}


def test_a_filter_hides_the_same_rows() -> None:
    assert sheets.columns(RiskRow)[0] == ("account_id",)
    assert ("group", "child_count") not in sheets.columns(KpiPart)


def test_parts_become_columns_and_lists_of_parts_none() -> None:
    names = [".".join(path) for path in sheets.columns(LedgerRow)]
    assert "action.title" in names
    assert "event_ids" in names
    assert "action" not in names


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_text_is_a_formula_and_a_negative_number_stays_one(text: str) -> None:
    part = KpiPart(
        account_id="a", crm_id=None, name=text, tier=None, numerator=-5, denominator=0, values=[-1], running=[],
        apart=None, event_ids=[text, "accounts:1"],
    )  # fmt: skip
    (row,) = csv.DictReader(io.StringIO(sheets.text(KpiPart, [part])))
    assert row["name"] == f"'{text}"
    assert row["event_ids"].startswith("'")
    assert row["numerator"] == "-5"
    assert row["crm_id"] == ""


async def test_a_scope_cannot_break_the_file_name(web: httpx.AsyncClient) -> None:
    response = await web.get('/api/v1/kpis.csv?scope=a"%0d%0aset-cookie:x=1')
    assert response.status_code == 400
    assert "set-cookie" not in response.headers
    account = await web.get("/api/v1/kpis/K1.csv?scope=account:x%22%0d%0ay")
    assert account.headers["content-disposition"].startswith('attachment; filename="K1-account-x---y-')
