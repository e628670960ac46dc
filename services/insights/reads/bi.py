"""The schema `bi` in SQL, made from the row models of `shared/contracts/bi`: tables, comments, grants."""

from __future__ import annotations

import hashlib
import inspect
import types
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Date, DateTime, MetaData, Table, Text, Uuid
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import TypeEngine

from shared.contracts import bi
from shared.contracts.bi import BiRow

SCHEMA = "bi"
TYPES: dict[Any, Any] = {
    str: Text, int: BigInteger, bool: Boolean, date: Date, UUID: Uuid, datetime: DateTime(timezone=True),
}  # fmt: skip
FRESHNESS = "freshness"
_FRESHNESS = """
CREATE TABLE {schema}.freshness (
    topic text NOT NULL, partition integer NOT NULL, position bigint NOT NULL, newest timestamptz,
    PRIMARY KEY (topic, partition))"""
_ABOUT_FRESHNESS = {
    "": "How far each topic was read when the tables were written last.",
    "topic": "Kafka topic", "partition": "Partition of the topic", "position": "Position in the producer's log",
    "newest": "Newest business time that was read (instant, UTC)",
}  # fmt: skip


def column_type(annotation: Any) -> tuple[TypeEngine[Any], bool]:
    """(SQL type, nullable) of a field of a row model."""
    nullable = False
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(a for a in get_args(annotation) if a is not type(None))
        nullable = True
    if get_origin(annotation) is tuple:
        return ARRAY(column_type(get_args(annotation)[0])[0]), nullable
    kind = TYPES[annotation]
    return (kind() if isinstance(kind, type) else kind), nullable


@cache
def table(name: str, schema: str = SCHEMA) -> Table:
    """A BI table, its columns in the order of the model's fields."""
    model = bi.tables()[name]
    made = []
    for field, info in model.model_fields.items():
        kind, nullable = column_type(info.annotation)
        made.append(Column(field, kind, nullable=nullable, primary_key=field in model.KEY))
    return Table(name, MetaData(), *made, schema=schema)


def statements(schema: str, reader: str | None) -> Iterator[str]:
    """The DDL of a whole schema. `reader`: an existing role that may read it and nothing else; None: nobody is let
    in."""
    yield f"CREATE SCHEMA {schema}"
    for name, model in bi.tables().items():
        yield str(CreateTable(table(name, schema)).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
        yield _comment(f"TABLE {schema}.{name}", inspect.cleandoc(model.__doc__ or ""))
        for field, info in model.model_fields.items():
            yield _comment(f"COLUMN {schema}.{name}.{field}", info.description or "")
    yield _FRESHNESS.format(schema=schema)
    for field, text in _ABOUT_FRESHNESS.items():
        yield _comment(f"COLUMN {schema}.freshness.{field}" if field else f"TABLE {schema}.freshness", text)
    yield from grants(schema, reader)


def grants(schema: str, reader: str | None) -> Iterator[str]:
    """What lets the reader in."""
    if reader is not None:
        yield f"DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO {reader}', current_database()); END $$"
        yield f'GRANT USAGE ON SCHEMA {schema} TO "{reader}"'
        yield f'GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO "{reader}"'


def _comment(on: str, text: str) -> str:
    return f"COMMENT ON {on} IS '{' '.join(text.split()).replace(chr(39), chr(39) * 2)}'"


def digest() -> str:
    """Changes whenever the shape or the meaning of a table changes."""
    return hashlib.sha256("\n".join(statements("x", None)).encode()).hexdigest()


def key_of(name: str, row: Mapping[str, Any]) -> str:
    """The key of a row on `kam.bi.v1`."""
    return "/".join((name, *(_text(row[k]) for k in bi.tables()[name].KEY)))


def _text(value: Any) -> str:
    value = _utc(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def ordered(name: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """The row's values in the order of the columns. Raises KeyError for a column without a value."""
    return tuple(row[field] for field in bi.tables()[name].model_fields)


def encoded(name: str, row: Mapping[str, Any]) -> str:
    """The row as JSON, its fields in the model's order."""
    values = {field: _utc(row[field]) for field in bi.tables()[name].model_fields}
    return orjson.dumps(values, default=str, option=orjson.OPT_UTC_Z).decode()


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def decoded(name: str, value: str) -> BiRow:
    """The row back from JSON."""
    return bi.tables()[name].model_validate_json(value)
