"""What every row for BI has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract

CHANNEL = "kam.bi.v1"


class BiRow(Contract):
    """One row. A subclass names its `TABLE` and the `KEY` columns that are unique in it; its docstring is the table's
    comment and its field descriptions are the columns' comments."""

    TABLE: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]
    registry: ClassVar[dict[str, type[BiRow]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "TABLE" in cls.__dict__:
            BiRow.registry[cls.TABLE] = cls


class Sourced(BiRow):
    """A row and the events behind it."""

    account_id: UUID = Field(description="Account the row is about")
    event_ids: tuple[str, ...] = Field(description="Events that the row follows from, oldest first")


class Versioned(Sourced):
    """A row of a type-2 history: what held in a period, as it was known in another one. `known_to` null: it is what we
    know today. Ends are exclusive."""

    valid_from: datetime = Field(description="From when it was so in the business (instant, UTC)")
    valid_to: datetime | None = Field(description="Until when; null: open")
    known_from: datetime = Field(description="From when we knew it (instant, UTC)")
    known_to: datetime | None = Field(description="Until when we thought so; null: still")


def tables() -> Mapping[str, type[BiRow]]:
    """Every table's row model, by table name."""
    return dict(sorted(BiRow.registry.items()))
