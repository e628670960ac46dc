"""Every kind of message on a public topic, and its JSON Schema."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from shared import contracts
from shared.contracts import bi, people
from shared.contracts.base import PublicEvent

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TOOLS = {"catalogue", "compatible", "messages", "schemas", "topics", "vocabulary"}
"""Modules of this package that declare no message types."""


@dataclass(frozen=True, slots=True)
class MessageType:
    """One kind of message: a version of an event type, or the state on a compacted topic."""

    channel: str
    name: str
    schema: int
    model: type[BaseModel]
    is_event: bool
    """True: the value is an envelope with this model as `data`. False: the value is the model itself."""

    @property
    def key(self) -> str:
        """`<Type>.v<schema>`: its file name and its name in the AsyncAPI document."""
        return f"{self.name}.v{self.schema}"

    @property
    def file(self) -> str:
        """Where its schema lies below `schemas/`."""
        return f"{self.channel}/{self.key}.json"


def message_types() -> list[MessageType]:
    """Every public message type, by channel and then as the modules declare them."""
    for module in pkgutil.iter_modules(contracts.__path__):
        if module.name not in TOOLS:
            importlib.import_module(f"{contracts.__name__}.{module.name}")
    found = [
        MessageType(model.CHANNEL, name, schema, model, is_event=True)
        for (name, schema), model in PublicEvent.registry.items()
        if model.__module__.startswith(f"{contracts.__name__}.")
    ]
    found.append(MessageType(people.CHANNEL, people.Person.__name__, 1, people.Person, is_event=False))
    found += [MessageType(bi.CHANNEL, row.__name__, 1, row, is_event=False) for row in bi.tables().values()]
    return sorted(found, key=lambda message: message.channel)


def schema_of(model: type[BaseModel], identity: str, words: Mapping[str, str]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of what a reader accepts: unknown fields pass.

    A field that the model does not describe gets its description from `words`, by its name.
    """
    raw = model.model_json_schema(by_alias=True, mode="validation")
    describe((raw, *raw.get("$defs", {}).values()), words)
    return {"$schema": DIALECT, "$id": identity, **raw}


def describe(schemas: Iterable[dict[str, Any]], words: Mapping[str, str]) -> None:
    """Put descriptions on the fields of these schemas, in place."""
    for schema in schemas:
        for name, field in schema.get("properties", {}).items():
            field.pop("title", None)
            if "description" not in field and name in words:
                field["description"] = words[name]
