"""A command as a page offers it and a program sends it: its name, its method, and what must be said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import Message

from services.portal.inputs.base import Input, said
from shared.errors import Invalid
from shared.protos import accounts_pb2 as common


@dataclass(frozen=True, slots=True)
class Actor:
    """Who decides."""

    user_id: str
    roles: tuple[str, ...] = ()
    name: str = ""

    @property
    def shown(self) -> str:
        """The name, or the id of somebody without one."""
        return self.name or self.user_id


@dataclass(frozen=True, slots=True)
class Step:
    """`name` stands in addresses and catalogs, `method` is the service's; `subject` is the field the address fills."""

    name: str
    method: str
    request: type[Message]
    input: type[Input]
    subject: str = ""
    build: Callable[[Any], dict[str, Any]] = said

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields, in the order they are asked for."""
        return tuple(self.input.model_fields)

    def message(self, data: Input, subject: str, command_id: UUID, actor: Actor) -> Message:
        """The request. `effective_at` among the data is part of the command's meta: when it was true."""
        values: dict[str, Any] = self.build(data)
        meta = common.CommandMeta(
            command_id=str(command_id),
            user_id=actor.user_id,
            roles=actor.roles,
            effective_at=values.pop("effective_at", ""),
        )
        if self.subject:
            values[self.subject] = subject
        request = self.request()
        try:
            ParseDict(values, request)
        except ParseError as e:  # the address names what can be none: a version that is no number
            raise Invalid(f"{subject[:40]!r} cannot be what this is about: {e}", slug="fields-invalid") from e
        request.meta.CopyFrom(meta)  # type: ignore[attr-defined]
        return request


def table(*steps: Step) -> Mapping[str, Step]:
    """Steps by name."""
    by_name = {step.name: step for step in steps}
    assert len(by_name) == len(steps), "two steps share a name"
    return by_name
