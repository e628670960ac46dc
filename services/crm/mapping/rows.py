"""What the readers of the foreign topics hand on: one version of one row, or a schema."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from services.crm.mapping.edition import Table
from services.crm.mapping.values import moment

Cells = Mapping[str, Any]

RANKS = {"r": 0, "s": 0, "d": 1, "c": 2, "u": 2, "t": 3}
"""At one place of the log a snapshot read gives way to a change, and the delete of a key change to its create."""
STEP = 4
"""Room for the ranks between two rows of a statement."""


KEY_LIMIT = 255
"""A longer key is no key: CRM ids have 36 characters."""


class Coordinate(NamedTuple):
    """A place in the source's log: binlog file, position, and row × 4 + rank. Compared as a tuple; equal means: a
    repeat.

    Without coordinates in the message (a flattened stream without `add.fields`) it is (-1, date_modified, Kafka offset)
    for a row and (0, 0, Kafka offset) for a tombstone: a tombstone ends all rows without coordinates and gives way to
    all with them.
    """

    file: int
    pos: int
    step: int


class Change(NamedTuple):
    """One change event of one row. `op` is Debezium's, or `s`: a snapshot read that does not say since when the row is
    so.
    """

    table: Table
    key: str
    """Empty for a truncate, which ends every row of the table."""
    at: Coordinate | None
    """None: the Kafka offset decides; see `placed`."""
    op: str
    ts: int | None
    """Milliseconds: when it happened in the business; None: not known."""
    cells: Cells | None
    """Kept columns; None: the row does not exist (any more)."""
    words: Cells | None = None
    """Columns that may name a person."""
    strange: tuple[str, ...] = ()
    """Columns that the mapping does not know."""
    last: bool = False
    """The last row of the snapshot."""

    @property
    def row(self) -> str:
        """The row's id in the mirror: `<table>/<key>`."""
        return f"{self.table.name}/{self.key}"

    @property
    def effective_at(self) -> datetime | None:
        """For the consumer's watermark."""
        return None if self.ts is None else moment(self.ts)

    def placed(self, offset: int, sent_at: datetime) -> Change:
        """The same with a coordinate, made of the Kafka offset where the source gave none."""
        if self.at is not None:
            return self
        ts = self.ts
        if self.cells is None:
            return self._replace(
                at=Coordinate(0, 0, offset), ts=ts if ts is not None else int(sent_at.timestamp() * 1000)
            )
        if ts is None:  # an extension row has no dates: the first is so since ever, a later one since it was sent
            return self._replace(at=Coordinate(-1, 0, offset), op="s", ts=int(sent_at.timestamp() * 1000))
        return self._replace(at=Coordinate(-1, ts, offset))


class Columns(NamedTuple):
    """The columns of one table from a place in the log on."""

    table: Table
    at: Coordinate
    types: Mapping[str, tuple[str, int | None]]
    """Column → (type name, scale)."""
    dropped: bool = False
