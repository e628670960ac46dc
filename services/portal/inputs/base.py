"""What a person or a program says with a command: one model for the form, for JSON and for the request to the service.

A field's type says how it is checked; its `Widget` says how a form asks for it. Names are the names of the request's
fields, so that nothing has to be mapped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationInfo
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError


@dataclass(frozen=True, slots=True)
class Widget:
    """How a form asks. `options`: the page's list of things to choose from, or the context of fixed codes."""

    kind: str
    options: str = ""
    codes: tuple[str, ...] = ()


class Input(BaseModel):
    """Base: frozen, and what is not asked for is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _instant(value: object, info: ValidationInfo) -> object:
    """`2026-12-01T10:00` is meant in the zone of the form (context `zone`); programs must write the offset."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("datetime_parsing", "write a day and a time: 2026-12-01T10:00:00Z") from None
    if isinstance(value, datetime) and value.tzinfo is None:
        zone: ZoneInfo | None = (info.context or {}).get("zone")
        if zone is None:
            raise PydanticCustomError("timezone_aware", "write the offset from UTC, for example 2026-12-01T10:00:00Z")
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _lines(value: object) -> object:
    """A text area as a list of its lines."""
    return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


Line = Annotated[str, StringConstraints(min_length=1, max_length=120), Widget("line")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4_000), Widget("words")]
Day = Annotated[date, Widget("day")]
Instant = Annotated[datetime, BeforeValidator(_instant), Widget("instant")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=120), Widget("hidden")]
Employee = Annotated[str, StringConstraints(min_length=1, max_length=80), Widget("choice", "employees")]
Employees = Annotated[tuple[str, ...], Widget("several", "employees")]
Customer = Annotated[str, StringConstraints(min_length=1, max_length=80), Widget("choice", "customers")]
Customers = Annotated[tuple[str, ...], Widget("several", "customers")]
Tick = Annotated[bool, Widget("tick")]


def lines(*more: Any) -> Any:
    """Metadata of a list that a form asks for line by line."""
    return (BeforeValidator(_lines), Widget("lines"), *more)


def widget(field: FieldInfo) -> Widget:
    """How a form asks for a field; the widget may sit on the field or inside of `X | None`."""
    for part in (*field.metadata, *(m for arg in get_args(field.annotation) for m in getattr(arg, "__metadata__", ()))):
        if isinstance(part, Widget):
            return part
    raise TypeError(f"a field without a widget: {field!r}")


def said(data: Input) -> dict[str, Any]:
    """The fields that were said, as the services write them: days ISO, instants in UTC with Z."""
    return {name: _plain(value) for name, value in data if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return {k: _plain(v) for k, v in value if v is not None}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, UUID):
        return str(value)
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value
