"""Debezium messages made by hand, in each of its forms."""

from __future__ import annotations

from typing import Any

import orjson

from tests.crm import Line, line

PREFIX = "sugar.suitecrm."
COLUMNS: dict[str, list[dict[str, Any]]] = {
    "aos_contracts_cstm": [
        {"field": "id_c", "type": "string"},
        {
            "field": "arr_c",
            "type": "bytes",
            "name": "org.apache.kafka.connect.data.Decimal",
            "parameters": {"scale": "3", "connect.decimal.precision": "20"},
        },
    ]
}


def source(
    table: str, pos: int, ts: int = 0, *, row: int = 0, snapshot: object = "false", file: int = 1
) -> dict[str, Any]:
    place = {"file": f"bin.{file:06}", "pos": pos, "row": row}
    return {"name": "sugar", "db": "suitecrm", "table": table, "ts_ms": ts, "snapshot": snapshot, "gtid": None, **place}


def change(
    table: str,
    op: str,
    cells: dict[str, Any],
    pos: int,
    ts: int = 0,
    *,
    key: str = "id",
    before: dict[str, Any] | None = None,
    **more: Any,
) -> Line:
    """An enveloped change; `cells` are `before` of a delete."""
    gone = op == "d"
    value = {
        "before": cells if gone else before,
        "after": None if gone else cells,
        "source": source(table, pos, ts, **more),
        "transaction": None,
        "op": op,
        "ts_ms": 1,
    }
    return line(PREFIX + table, {key: cells[key]}, value)


def tombstone(table: str, key: str, column: str = "id") -> Line:
    return line(PREFIX + table, {column: key}, None)


def truncate(table: str, pos: int, ts: int) -> Line:
    return line(
        PREFIX + table, None, {"before": None, "after": None, "source": source(table, pos, ts), "op": "t", "ts_ms": 1}
    )


def flat(table: str, row: dict[str, Any], /, key: str = "id", **meta: Any) -> Line:
    """ExtractNewRecordState; `meta` without the two underscores."""
    return line(PREFIX + table, {key: row[key]}, row | {f"__{k}": v for k, v in meta.items()})


def schema(table: str, pos: int, columns: dict[str, tuple[str, int | None]], kind: str = "ALTER") -> Line:
    """A message of the topic of schema changes; columns: name → (type, scale)."""
    described = [
        {"name": n, "typeName": t, "scale": s, "position": i} for i, (n, (t, s)) in enumerate(columns.items(), 1)
    ]
    changes = [
        {"type": kind, "id": f'"suitecrm"."{table}"', "table": None if kind == "DROP" else {"columns": described}}
    ]
    value = {"source": source(table, pos), "databaseName": "suitecrm", "ddl": "…", "tableChanges": changes}
    return line("sugar", {"databaseName": "suitecrm"}, value)


def wrapped(message: Line) -> Line:
    """The same with schemas.enable=true."""
    topic, key, value = message
    table = topic.removeprefix(PREFIX)
    fields = COLUMNS.get(table, [])
    struct = {
        "type": "struct",
        "fields": [{"field": part, "type": "struct", "fields": fields} for part in ("before", "after")],
    }
    return (
        topic,
        orjson.dumps({"schema": {"type": "struct"}, "payload": orjson.loads(key)}) if key else None,
        orjson.dumps({"schema": struct, "payload": orjson.loads(value)}) if value else None,
    )
