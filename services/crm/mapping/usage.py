"""Reads a weekly product usage report (JSON, one report a message)."""

from __future__ import annotations

from datetime import date
from typing import Any
from zlib import crc32

import orjson

from services.crm.mapping.edition import USAGE, Edition
from services.crm.mapping.rows import KEY_LIMIT, Change, Coordinate
from services.crm.mapping.values import Unreadable, integer, milliseconds


def read_usage(edition: Edition, value: bytes | None) -> Change | None:
    """One report, as a row of the mirror: of the same account, product, metric and period the later `reported_at` wins.

    Raises ValueError.
    """
    if value is None:
        return None
    m = orjson.loads(value)
    if not isinstance(m, dict):
        raise ValueError("a usage report is an object")
    try:
        start, end = date.fromisoformat(m["period_start"]), date.fromisoformat(m["period_end"])
        reported_at, used, licensed = milliseconds(m["reported_at"]), integer(m["value"]), integer(m.get("licensed"))
    except (KeyError, TypeError, Unreadable) as e:
        raise ValueError(f"no usage report: {e!r}") from e
    if reported_at is None or used is None or end < start:
        raise ValueError("a usage report needs value, reported_at, and a period that ends after it starts")
    account, product, metric = _id(m, "account_crm_id"), _id(m, "product"), _id(m, "metric")
    cells = {
        "account": account,
        "product": product,
        "metric": metric,
        "value": used,
        "licensed": licensed,
        "period_start": start.isoformat(),
        "period_end": end.isoformat(),
        "reported_at": reported_at,
    }
    at = Coordinate(
        1, reported_at, crc32(orjson.dumps(cells))
    )  # at one instant the contents decide, whatever came first
    return Change(edition.tables[USAGE], f"{account}/{product}/{metric}/{start}", at, "u", reported_at, cells)


def _id(m: dict[str, Any], name: str) -> str:
    found = m.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= KEY_LIMIT or "\x00" in found:
        raise ValueError(f"a usage report needs {name}")
    return found
