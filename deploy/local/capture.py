"""The demo data: a real Debezium capture of a CRM and its product usage, read and shifted in time.

A capture is a file of lines `{"topic","key","value"}` in the order Debezium gave them; `data/crm-demo/README.md` tells
its four formats. Which columns are times (DATE, DATETIME) is read in its own schema changes (topic `sugar`).
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson

DEMO = Path(__file__).parents[2] / "data" / "crm-demo"
USAGE = "crm.usage.v1"
SCHEMA_CHANGES = "sugar"
ROWS = "sugar.suitecrm."
HEARTBEAT = "__debezium-heartbeat.sugar"

Size = Literal["small", "full"]
Format = Literal["default", "schema", "iso_string", "flattened"]
Types = dict[str, dict[str, str]]
"""table → column → DATE, DATETIME or TIMESTAMP; other columns are absent."""

_DAY_MS = 86_400_000
_TIMES = ("DATE", "DATETIME", "TIMESTAMP")
_CLOCKS = {"ts_ms": _DAY_MS, "ts_us": _DAY_MS * 1000, "ts_ns": _DAY_MS * 1_000_000}


class Line(NamedTuple):
    """One message: JSON values as parsed; None is null (a tombstone's value, a truncate's key)."""

    topic: str
    key: Any
    value: Any

    @property
    def key_bytes(self) -> bytes | None:
        """The key on the wire: Debezium's JSON, or plain text (usage)."""
        if self.key is None:
            return None
        return self.key.encode() if isinstance(self.key, str) else orjson.dumps(self.key)

    @property
    def value_bytes(self) -> bytes | None:
        """The value as Debezium's JSON converter writes it; None is a tombstone."""
        return None if self.value is None else orjson.dumps(self.value)


def capture_file(size: Size, form: Format = "default") -> Path:
    """Where a capture lies. The full one exists in the default format only."""
    return DEMO / f"crm_cdc_{size}{'' if form == 'default' else '_' + form}.jsonl.gz"


def usage_file(size: Size) -> Path:
    """Where the usage that belongs to a capture lies."""
    return DEMO / f"usage{'_small' if size == 'small' else ''}.jsonl.gz"


def read_capture(path: Path) -> Iterator[Line]:
    """The lines of a capture, in its order."""
    with gzip.open(path, "rb") as lines:
        for line in lines:
            yield Line(**orjson.loads(line))


def read_usage(path: Path) -> Iterator[Line]:
    """Weekly usage as messages of `crm.usage.v1`: the key is the account's id in the CRM, as plain text."""
    with gzip.open(path, "rb") as lines:
        for line in lines:
            value = orjson.loads(line)
            yield Line(USAGE, value["account_crm_id"], value)


def payload(part: Any) -> Any:
    """A key or value without the schema wrapper of `schemas.enable=true`."""
    return part["payload"] if isinstance(part, dict) and part.keys() == {"schema", "payload"} else part


def happened(line: Line) -> datetime | None:
    """Business time: a row change's `source.ts_ms`, usage's `reported_at`; None for tombstones and the like."""
    if line.topic == USAGE:
        return datetime.fromisoformat(line.value["reported_at"])
    value = payload(line.value)
    if value is None or not line.topic.startswith(ROWS):
        return None
    ms = value["__source_ts_ms"] if "__source_ts_ms" in value else value["source"]["ts_ms"]
    return datetime.fromtimestamp(ms / 1000, UTC)


def merge(rows: Iterable[Line], usage: Iterable[Line]) -> Iterator[Line]:
    """Both in time order. The capture keeps its own order; what has no business time stays where it is."""
    waiting = iter(usage)
    report = next(waiting, None)
    for line in rows:
        at = happened(line)
        while report is not None and at is not None and (reported := happened(report)) is not None and reported <= at:
            yield report
            report = next(waiting, None)
        yield line
    if report is not None:
        yield report
        yield from waiting


def learn(types: Types, line: Line) -> None:
    """Take the time columns of a schema change (a line of topic `sugar`) into `types`."""
    for change in payload(line.value).get("tableChanges") or ():
        table = change["id"].rpartition(".")[2].strip('"')
        if change["type"] == "DROP":
            types.pop(table, None)
            continue
        types[table] = {c["name"]: c["typeName"] for c in change["table"]["columns"] if c["typeName"] in _TIMES}


def column_types() -> Types:
    """The time columns of every table of the demo's CRM, for captures without schema changes (flattened)."""
    types: Types = {}
    for line in read_capture(DEMO / "schema_changes.jsonl.gz"):
        learn(types, line)
    return types


def shift(lines: Iterable[Line], days: int) -> Iterator[Line]:
    """The same lines, `days` later (earlier if negative): every business time, in the rows and in their `source`.


    Usage moves by whole weeks, so that periods still run from Monday to Sunday; it is never ahead of the rows.
    Times of day and free text stay, and so does the wall clock of the capture (the outer `ts_ms`, heartbeats), which
    is days after the newest change: moved along it would be in the future.
    """
    types = column_types() if days else {}
    for line in lines:
        if not days or line.value is None:
            yield line
        elif line.topic == USAGE:
            yield line._replace(value=_shift_usage(line.value, days - days % 7))
        else:
            if line.topic == SCHEMA_CHANGES:
                learn(types, line)
            _shift_change(payload(line.value), types.get(line.topic.removeprefix(ROWS), {}), days)
            yield line


def _shift_usage(value: Mapping[str, Any], days: int) -> dict[str, Any]:
    return {
        **value,
        **{name: _moved(value[name], "DATE", days) for name in ("period_start", "period_end", "reported_at")},
    }


def _shift_change(value: dict[str, Any], types: Mapping[str, str], days: int) -> None:
    """In place: the line was parsed for us alone."""
    source = value.get("source")
    if source is not None and ("ddl" not in value or source["snapshot"] == "false"):
        for name, day in _CLOCKS.items():  # the snapshot of a schema has the capture's wall clock
            source[name] += days * day
    if "__source_ts_ms" in value:
        value["__source_ts_ms"] += days * _DAY_MS
    for row in (value.get("before"), value.get("after"), value):
        if row is not None:
            for column, kind in types.items():
                if row.get(column) is not None:
                    row[column] = _moved(row[column], kind, days)


def _moved(value: int | str, kind: str, days: int) -> int | str:
    """A number counts days (DATE) or milliseconds; a text begins with its date, whatever follows."""
    if isinstance(value, str):
        return f"{date.fromisoformat(value[:10]) + timedelta(days)}{value[10:]}"
    return value + (days if kind == "DATE" else days * _DAY_MS)


@dataclass(slots=True)
class Survey:
    """What a stream of lines holds."""

    lines: Counter[str] = field(default_factory=Counter)
    """Number of messages by topic."""
    last: datetime = datetime(1, 1, 1, tzinfo=UTC)
    """The newest change of a row."""

    @property
    def total(self) -> int:
        """Number of messages."""
        return self.lines.total()


def survey(lines: Iterable[Line]) -> Survey:
    """Count the messages by topic and find the newest change."""
    found = Survey()
    for line in lines:
        found.lines[line.topic] += 1
        if line.topic != USAGE and (at := happened(line)) is not None:
            found.last = max(found.last, at)
    return found


def days_to(wish: str, last: datetime, now: datetime) -> int:
    """Days to shift a capture whose newest change is `last`. `wish` is SHIFT: `none`; the DATE it shall end on;
    or `now`: it ends today (UTC), or yesterday while that would still be in the future.


    Raises ValueError for anything else.
    """
    if wish == "none":
        return 0
    if wish == "now":
        return (now - last).days
    try:
        return (date.fromisoformat(wish) - last.date()).days
    except ValueError as error:
        raise ValueError(f"SHIFT={wish} is neither now, none nor a date like 2026-11-15") from error


def demo(size: Size, days: int, form: Format = "default") -> Iterator[Line]:
    """Capture and usage of the demo in time order, shifted."""
    return shift(merge(read_capture(capture_file(size, form)), read_usage(usage_file(size))), days)
