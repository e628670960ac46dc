"""What packs must show, by SQL over the tables that the capture leaves behind. Shares no code with the product.

Every row of the captured tables lies in one table of JSON documents; money was decoded from the capture's decimals.
"""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from tests.e2e.oracle import money, tables

LOAD = """
CREATE TABLE captured (tbl text, id text, r jsonb);
CREATE TABLE reported (account text, product text, value int, licensed int, week date, week_to date, at timestamptz);
"""
DEALS = """
SELECT a.r->>'name', o.r->>'sales_stage', count(*)::int, sum(round((o.r->>'amount')::numeric * 100))::bigint
FROM captured a
JOIN captured l ON l.tbl = 'accounts_opportunities' AND l.r->>'account_id' = a.id AND (l.r->>'deleted')::int = 0
JOIN captured o ON o.tbl = 'opportunities' AND o.id = l.r->>'opportunity_id' AND (o.r->>'deleted')::int = 0
WHERE a.tbl = 'accounts' AND (a.r->>'deleted')::int = 0 AND o.r->>'sales_stage' NOT IN ('Closed Won', 'Closed Lost')
GROUP BY 1, 2"""
CASES = """
SELECT a.r->>'name', c.r->>'priority', count(*)::int,
       (count(*) FILTER (WHERE to_timestamp((c.r->>'date_entered')::bigint / 1000.0)
           < $1::timestamptz - CASE c.r->>'priority' WHEN 'P1' THEN interval '72 hours' WHEN 'P2' THEN interval '7 days'
                  WHEN 'P3' THEN interval '21 days' END))::int
FROM captured a
JOIN captured c ON c.tbl = 'cases' AND c.r->>'account_id' = a.id AND (c.r->>'deleted')::int = 0
WHERE a.tbl = 'accounts' AND (a.r->>'deleted')::int = 0 AND c.r->>'state' = 'Open'
GROUP BY 1, 2"""
CONTRACTS = """
SELECT a.r->>'name', k.r->>'name', (x.r->>'arr_minor')::bigint,
       date '1970-01-01' + (k.r->>'end_date')::int,
       date '1970-01-01' + (k.r->>'end_date')::int - (x.r->>'notice_period_days_c')::int
FROM captured a
JOIN captured k ON k.tbl = 'aos_contracts' AND k.r->>'contract_account_id' = a.id AND (k.r->>'deleted')::int = 0
JOIN captured x ON x.tbl = 'aos_contracts_cstm' AND x.id = k.id
WHERE a.tbl = 'accounts' AND (a.r->>'deleted')::int = 0 AND k.r->>'status' = 'Signed'
  AND date '1970-01-01' + (k.r->>'start_date')::int <= $1::date
  AND date '1970-01-01' + (k.r->>'end_date')::int >= $1::date"""
USAGE = """
WITH newest AS (
    SELECT DISTINCT ON (account, product, week) * FROM reported WHERE at <= $1 ORDER BY account, product, week, at DESC)
SELECT DISTINCT ON (1, 2) a.r->>'name', n.product, n.value, n.licensed, n.week_to
FROM newest n JOIN captured a ON a.tbl = 'accounts' AND a.id = n.account AND (a.r->>'deleted')::int = 0
ORDER BY 1, 2, n.week DESC"""
TREND = """
WITH newest AS (
    SELECT DISTINCT ON (account, product, week) *
    FROM reported WHERE at <= $1 ORDER BY account, product, week, at DESC),
last AS (SELECT account, product, max(week) AS week FROM newest GROUP BY 1, 2)
SELECT a.r->>'name', n.product, array_agg(n.value ORDER BY n.week)
FROM newest n JOIN last USING (account, product)
JOIN captured a ON a.tbl = 'accounts' AND a.id = n.account AND (a.r->>'deleted')::int = 0
WHERE n.week > last.week - 91 GROUP BY 1, 2"""


async def load(dsn: str, capture: Path, usage: Path) -> None:
    """Fill an empty database with the captured tables."""
    rows: list[tuple[str, str, str]] = []
    for table, found in tables(capture).items():
        for key, row in found.items():
            more = {"arr_minor": money(row.get("arr_c"))} if table == "aos_contracts_cstm" else {}
            rows.append((table, str(key), json.dumps(row | more)))
    with gzip.open(usage, "rt", encoding="utf-8") as lines:
        reports = [json.loads(line) for line in lines]
    conn: Any = await asyncpg.connect(dsn)
    await conn.execute(LOAD)
    await conn.copy_records_to_table("captured", records=rows)
    await conn.copy_records_to_table("reported", records=[
        (u["account_crm_id"], u["product"], u["value"], u["licensed"], _day(u["period_start"]), _day(u["period_end"]),
         datetime.fromisoformat(u["reported_at"]))
        for u in reports
    ])  # fmt: skip
    await conn.close()


async def ask(dsn: str, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """The rows of one of the queries above."""
    conn: Any = await asyncpg.connect(dsn)
    try:
        return [tuple(r) for r in await conn.fetch(query, *arguments)]
    finally:
        await conn.close()


def _day(text: str) -> Any:
    return datetime.fromisoformat(text).date()
