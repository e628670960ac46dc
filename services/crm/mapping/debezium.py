"""Reads a message of a Debezium topic, in every form: enveloped or flattened, with or without schemas, tombstone,
truncate.

Raises ValueError for what is none of these: the message becomes a dead letter. A single cell that cannot be read is no
reason to lose a row; `values` decides that later, cell by cell.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from services.crm.mapping.edition import Edition, Table
from services.crm.mapping.rows import KEY_LIMIT, RANKS, STEP, Change, Columns, Coordinate
from services.crm.mapping.values import Unreadable, milliseconds

_LARGEST = 2**62
_DECIMAL = "org.apache.kafka.connect.data.Decimal"


def read_row(edition: Edition, table: Table, key: bytes | None, value: bytes | None) -> Change | None:
    """One message of a table's topic. None: nothing in it for us."""
    if table.ignored:
        return None
    if value is None:
        return Change(table, _key(table, key, None), None, "d", None, None)
    message = orjson.loads(value)
    if not isinstance(message, dict):
        raise ValueError("the value is no object")
    schema = None
    if len(message) == 2 and "payload" in message and "schema" in message:
        schema, message = message["schema"], message["payload"]
        if message is None:
            return Change(table, _key(table, key, None), None, "d", None, None)
        if not isinstance(message, dict):
            raise ValueError("the payload is no object")
    if "op" in message and ("after" in message or "before" in message):
        return _envelope(table, key, message, schema)
    return _flat(table, key, message, schema)


def _envelope(table: Table, key: bytes | None, message: dict[str, Any], schema: Any) -> Change | None:
    op, source = message["op"], message.get("source")
    if op == "m":  # a message that somebody logged in the database, no row
        return None
    if op not in RANKS or op == "s" or not isinstance(source, dict):
        raise ValueError(f"op {op!r} is none of c, u, d, r, t, or there is no source")
    ts = _time(source.get("ts_ms"))
    at = _coordinate(source.get("file"), source.get("pos"), source.get("row", 0), op)
    if op == "t":
        if at is None:
            raise ValueError("a truncate without file and pos cannot be placed")
        return Change(table, "", at, op, ts, None)
    row = message.get("before" if op == "d" else "after")
    if row is None and op == "d":
        row = {}
    if not isinstance(row, dict):
        raise ValueError(f"op {op} without a row")
    key_text = _key(table, key, row)
    if op == "d":
        return Change(table, key_text, at, op, ts, None, strange=_strange(table, row))
    last = source.get("snapshot") == "last"
    return _change(table, key_text, at, op, ts, row, _scales(schema, table, "after"), last)


def _flat(table: Table, key: bytes | None, row: dict[str, Any], schema: Any) -> Change:
    op, ts = row.get("__op"), _time(row.get("__source_ts_ms"))
    if op is not None and (op not in RANKS or op in "st"):
        raise ValueError(f"__op {op!r} is none of c, u, d, r")
    gone = row.get("__deleted") in ("true", True) or op == "d"
    if not gone and table.key not in row:
        raise ValueError(f"neither an envelope nor a flattened row: no {table.key}")
    at = _coordinate(row.get("__source_file"), row.get("__source_pos"), row.get("__source_row", 0), op or "u")
    key_text = _key(table, key, row)
    if gone:
        return Change(table, key_text, at, "d", ts, None, strange=_strange(table, row))
    return _change(table, key_text, at, op or "u", ts, row, _scales(schema, table, None), False)


def _change(
    table: Table,
    key: str,
    at: Coordinate | None,
    op: str,
    ts: int | None,
    row: dict[str, Any],
    scales: Mapping[str, int],
    last: bool,
) -> Change:
    if op == "r" or ts is None:  # a snapshot's own time says nothing about the row
        dated = _stamp(row, table.changed) or _stamp(row, table.entered)
        if dated is not None:
            ts = dated
        elif op == "r":
            op = "s"
    cells = {c: row[c] for c in table.columns if c in row}
    if scales:
        for column, scale in scales.items():
            if isinstance(cells.get(column), str):
                cells[column] = _exact(cells[column], scale)
    for column, code in table.coded:
        if column in cells:
            cells[column] = code(cells[column])
    words = {c: row[c] for c in table.word_columns if c in row} if table.word_columns else None
    return Change(
        table, key, at, op, ts, cells, words, () if table.known.issuperset(row) else _strange(table, row), last
    )


def _strange(table: Table, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(c[:KEY_LIMIT] for c in row if c not in table.known and not c.startswith("__"))


def _key(table: Table, key: bytes | None, row: Mapping[str, Any] | None) -> str:
    """The row's key: what the Kafka key says, which must not contradict the row. Either may be absent."""
    said: Any = None
    if key is not None:
        said = orjson.loads(key)
        if isinstance(said, dict) and len(said) == 2 and "payload" in said and "schema" in said:
            said = said["payload"]
        if isinstance(said, dict):
            said = said.get(table.key)
    own = row.get(table.key) if row else None
    if own is not None and said is not None and own != said:
        raise ValueError(f"the Kafka key contradicts {table.key} of the row")
    found = own if own is not None else said
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str) or not 0 < len(found) <= KEY_LIMIT or "\x00" in found:
        raise ValueError(f"no usable {table.key} in key or row")
    return found


def _coordinate(file: Any, pos: Any, row: Any, op: str) -> Coordinate | None:
    if file is None or pos is None:
        return None
    number = file.rpartition(".")[2] if isinstance(file, str) else ""
    if row is None:
        row = 0
    if not number.isascii() or not number.isdigit() or len(number) > 18 or type(pos) is not int or type(row) is not int:
        raise ValueError("source file, pos, row are not those of a binlog")
    if not (0 <= pos < _LARGEST and 0 <= row < _LARGEST // STEP):
        raise ValueError("source pos or row out of range")
    return Coordinate(int(number), pos, row * STEP + RANKS[op])


def _time(raw: Any) -> int | None:
    if raw is None:
        return None
    try:
        return milliseconds(raw)
    except Unreadable:
        raise ValueError("source ts_ms is no time") from None


def _stamp(row: Mapping[str, Any], column: str | None) -> int | None:
    try:
        return milliseconds(row.get(column)) if column else None
    except Unreadable:
        return None


def _scales(schema: Any, table: Table, part: str | None) -> dict[str, int]:
    """Scales of the DECIMAL columns that we keep, from the schema inside the message."""
    if schema is None or not table.scales:
        return {}
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if part is not None:
        fields = next((f.get("fields") for f in fields or () if isinstance(f, dict) and f.get("field") == part), None)
    out = {}
    for f in fields or ():
        if isinstance(f, dict) and f.get("name") == _DECIMAL and f.get("field") in table.scales:
            out[f["field"]] = int((f.get("parameters") or {}).get("scale", 0))
    return out


def _exact(raw: str, scale: int) -> str:
    """Text that needs no schema any more; with a point, so that it cannot be taken for base64."""
    unscaled = int.from_bytes(b64decode(raw, validate=True)[:64], "big", signed=True)
    said = format(Decimal(unscaled).scaleb(-scale), "f")
    return said if "." in said else said + ".0"


def read_schema(edition: Edition, value: bytes | None) -> list[Columns] | None:
    """One message of the topic of schema changes: the tables that we map, with their columns."""
    message = orjson.loads(value) if value is not None else None
    if isinstance(message, dict) and len(message) == 2 and "payload" in message:
        message = message["payload"]
    if message is None:
        return None
    if not isinstance(message, dict) or not isinstance(message.get("tableChanges"), list):
        raise ValueError("no schema change: tableChanges is missing")
    source = message.get("source") or {}
    at = _coordinate(source.get("file"), source.get("pos"), 0, "r") or Coordinate(0, 0, 0)
    out = []
    for change in message["tableChanges"]:
        name = str(change["id"]).rpartition(".")[2].strip('"`')
        table = edition.tables.get(name)
        if table is None or table.ignored:
            continue
        if change["type"] == "DROP":
            if source.get("snapshot") in (None, False, "false"):  # a snapshot drops each table before it creates it
                out.append(Columns(table, at, {}, dropped=True))
            continue
        columns = {str(c["name"]): (str(c["typeName"]).upper(), c.get("scale")) for c in change["table"]["columns"]}
        out.append(Columns(table, at, columns))
    return out or None
