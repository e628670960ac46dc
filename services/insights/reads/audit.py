"""What the audit trail tells of an event beside what the folds need: its command, and the policies that judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.positions import driver

_META = """
SELECT f.topic, f.position, f.command_id, f.policies::text AS policies FROM facts f
JOIN unnest($1::text[], $2::bigint[]) AS asked(topic, position) USING (topic, position)"""


class Meta(NamedTuple):
    """`policies`: JSON, pairs of name and version. None: there is none, or it was not kept yet."""

    command: UUID | None
    policies: str | None


async def meta(conn: AsyncConnection, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Meta]:
    """(topic, position) → the rest of what its message said."""
    rows = await driver(conn).fetch(_META, [topic for topic, _ in keys], [position for _, position in keys])
    return {(r["topic"], r["position"]): Meta(r["command_id"], r["policies"]) for r in rows}
