"""Totals of a capture, computed the plain way: replay the rows into dicts, then count. Shares no code with the product.

Default format only. The rules are those of data/crm-demo/README.md ("Oracle rules"); against the small set it is
checked with ORACLE_small.json, which came from SQL on the live database.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

EPOCH = date(1970, 1, 1)
Rows = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """What the page must say of one account."""

    name: str
    parent_crm_id: str | None
    owner_id: str | None
    owner: str | None
    owner_active: bool | None
    arr_minor: int
    active_contracts: int
    live_contacts: int
    last_meaningful_contact_at: datetime | None


def tables(capture: Path) -> dict[str, Rows]:
    """The tables at the end of the capture: table → primary key → row, soft-deleted rows included."""
    state: dict[str, Rows] = defaultdict(dict)
    with gzip.open(capture) as lines:
        for line in lines:
            message = json.loads(line)
            value = message["value"]
            if not message["topic"].startswith("sugar.") or value is None or "op" not in value:
                continue
            table = value["source"]["table"]
            if value["op"] == "t":
                state[table].clear()
            elif value["op"] == "d":
                state[table].pop(next(iter(message["key"].values())), None)
            else:
                state[table][next(iter(message["key"].values()))] = value["after"]
    return state


def money(cell: str | None) -> int:
    """A DECIMAL(26,6) in cents."""
    if cell is None:
        return 0
    return int(Decimal(int.from_bytes(b64decode(cell), "big", signed=True)).scaleb(-4).to_integral_value())


def day(number: int | None) -> date | None:
    return None if number is None else EPOCH + timedelta(days=number)


def instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def portfolio(state: dict[str, Rows], on: date, until: datetime) -> dict[str, Row]:
    """Every live account by CRM id: contracts active on the day `on`, contacts that happened up to `until`."""
    live = {t: {k: r for k, r in rows.items() if not r.get("deleted")} for t, rows in state.items()}
    accounts, contacts = live["accounts"], live["contacts"]
    of_contact = {
        r["contact_id"]: r["account_id"]
        for r in live["accounts_contacts"].values()
        if r["account_id"] in accounts and r["contact_id"] in contacts
    }
    of_deal = {r["opportunity_id"]: r["account_id"] for r in live["accounts_opportunities"].values()}
    count: dict[str, int] = defaultdict(int)
    for account in of_contact.values():
        count[account] += 1
    arr: dict[str, list[int]] = defaultdict(list)
    for key, c in live["aos_contracts"].items():
        start, end = day(c["start_date"]), day(c["end_date"])
        if c["status"] == "Signed" and start and end and start <= on <= end:
            arr[c["contract_account_id"]].append(money(state["aos_contracts_cstm"].get(key, {}).get("arr_c")))
    spoken: dict[str, list[datetime]] = defaultdict(list)
    for table, column in (("meetings", "date_start"), ("calls", "date_start"), ("emails", "date_sent_received")):
        for r in live[table].values():
            happened = r["status"] == "Held" if table != "emails" else r["type"] == "inbound"
            if not happened or r[column] is None or instant(r[column]) > until:
                continue
            parent = r["parent_id"]
            account = {
                "Accounts": parent,
                "Contacts": of_contact.get(parent),
                "Opportunities": of_deal.get(parent),
            }.get(r["parent_type"])
            if account is not None:
                spoken[account].append(instant(r[column]))
    result = {}
    for key, a in accounts.items():
        user = state["users"].get(a["assigned_user_id"])
        result[key] = Row(
            a["name"],
            a["parent_id"] if a["parent_id"] in accounts else None,
            a["assigned_user_id"],
            f"{user['first_name']} {user['last_name']}" if user else None,
            user["status"] == "Active" if user else None,
            sum(arr[key]),
            len(arr[key]),
            count[key],
            max(spoken[key], default=None),
        )
    return result
