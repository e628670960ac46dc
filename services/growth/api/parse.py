"""Request fields → values: what this service asks for beside what all do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from services.growth.domain.values import Checkpoint
from shared import ids
from shared.edge import fields


class Fields(fields.Fields):
    """Reads fields one by one and remembers what is wrong; `done` says it all at once."""

    def new_id(self, field: str, value: str, kind: str, meta: Any) -> UUID:
        """The id of a new thing; without one it follows from the command id, so that a repeat means the same."""
        return self.uuid(field, value) if value else ids.derived(kind, str(meta.command_id))

    def checkpoints(self, field: str, values: Iterable[Any]) -> tuple[Checkpoint, ...]:
        """What a goal should have reached on days between."""
        return tuple(Checkpoint(on=self.day(field, v.on), value=v.value) for v in values)
