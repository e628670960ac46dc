"""A small domain for the kernel's own tests: trees in a garden."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import event
from pydantic import BaseModel

from shared.errors import Rejected
from shared.eventstore.events import Aggregate, AggregateCreated, AggregateEvent, alias


class Spot(BaseModel):
    row: int
    sun: Decimal


class Tree(Aggregate):
    TOPIC = "garden.Tree"

    class Planted(AggregateCreated):
        TOPIC = "garden.Tree.Planted"
        class_version: ClassVar[int] = 3
        species: str
        spot: Spot
        on: date

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["species"] = state.pop("kind")

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            state["spot"] = {"row": state.pop("row"), "sun": "0.5"}

    class Grown(AggregateEvent):
        TOPIC = "garden.Tree.Grown"
        cm: int
        seen_by: tuple[UUID, ...] = ()

        def subjects(self) -> tuple[UUID, ...]:
            return self.seen_by

    @event(Planted)
    def __init__(self, id: UUID, species: str, spot: Spot, on: date) -> None:
        self.species, self.spot, self.on, self.cm = species, spot, on, 0

    def grow(self, cm: int, seen_by: tuple[UUID, ...] = ()) -> None:
        if cm < 0:
            raise Rejected("trees-do-not-shrink", f"{cm} cm is less than nothing")
        if cm:
            self._grown(cm=cm, seen_by=seen_by)

    @event(Grown)
    def _grown(self, cm: int, seen_by: tuple[UUID, ...]) -> None:
        self.cm += cm


alias("garden.Tree.Sown", Tree.Planted)  # what Planted was called in version 1
alias("garden.Bush", Tree)
