"""The base of every view model, and the one way from a protobuf answer to a model."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from pydantic import BaseModel, BeforeValidator, ConfigDict

Tier = Literal["A", "B", "C", "N"]


def _day_or_instant(value: object) -> object:
    """A ten-character text is a day; pydantic alone would make a midnight without a zone of it."""
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value


Moment = Annotated[datetime | date, BeforeValidator(_day_or_instant)]


def _absent(value: object) -> object:
    """A message that was not sent arrives with nothing in it."""
    return None if isinstance(value, dict) and not any(value.values()) else value


Absent = BeforeValidator(_absent)
"""Marks a part of an answer that may be missing: `Annotated[Part | None, Absent]`."""


class View(BaseModel):
    """Base: frozen; fields that the service adds later are ignored until the portal knows them."""

    model_config = ConfigDict(frozen=True, extra="ignore")


V = TypeVar("V", bound=View)


def _plain(message: Message) -> dict[str, Any]:
    """Protobuf → dict with every field; an empty string, an absent optional and an unset message become None."""
    out: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            out[field.name] = dict(value)
        elif field.is_repeated:
            out[field.name] = [_plain(v) if isinstance(v, Message) else v for v in value]
        elif field.type == FieldDescriptor.TYPE_MESSAGE:
            out[field.name] = _plain(value)
        elif field.has_presence and not message.HasField(field.name):
            out[field.name] = None
        else:
            out[field.name] = None if value == "" else value
    return out


def view(model: type[V], message: Message) -> V:
    """The protobuf answer as a model; raises pydantic's ValidationError if the service broke its contract."""
    return model.model_validate(_plain(message))
