"""Folding reads events without building them; what reaches the aggregate must be what pydantic would make of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID, uuid4

import asyncpg
import pytest
from eventsourcing.domain import event
from pydantic import BaseModel, Field, field_validator

from shared.clock import instant
from shared.errors import Broken
from shared.eventstore.events import Aggregate, AggregateCreated, AggregateEvent, Meta, decode_event, encode
from shared.eventstore.repository import fold

NOW = datetime(2026, 1, 1, 8, tzinfo=UTC)
ID = uuid4()


class Side(StrEnum):
    LEFT = "left"


class Leaf(BaseModel):
    grams: Decimal
    on: date


class Drawer(Aggregate):
    TOPIC = "things.Drawer"

    class Made(AggregateCreated):
        TOPIC = "things.Drawer.Made"
        label: str

    class Filled(AggregateEvent):
        TOPIC = "things.Drawer.Filled"
        text: str
        maybe: str | None
        number: int | str
        flag: bool
        share: float
        exact: Decimal
        day: date
        at: datetime | None
        who: UUID
        side: Side
        kind: Literal["a", "b"]
        leaf: Leaf | None
        leaves: tuple[Leaf, ...]
        names: frozenset[str]
        more: dict[str, Leaf]
        short: Annotated[str, Field(max_length=9)]
        free: dict[str, Any]

    class Labelled(AggregateEvent):
        TOPIC = "things.Drawer.Labelled"
        class_version: ClassVar[int] = 2
        label: str
        note: str = "none"

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["label"] = state.pop("name")

    class Trimmed(AggregateEvent):
        TOPIC = "things.Drawer.Trimmed"
        label: str

        @field_validator("label")
        @classmethod
        def short(cls, label: str) -> str:
            return label[:3]

    @event(Made)
    def __init__(self, id: UUID, label: str) -> None:
        self.label, self.note, self.inside = label, "", dict[str, Any]()

    @event(Filled)
    def fill(
        self, text: str, maybe: str | None, number: int | str, flag: bool, share: float, exact: Decimal, day: date,
        at: datetime | None, who: UUID, side: Side, kind: str, leaf: Leaf | None, leaves: tuple[Leaf, ...],
        names: frozenset[str], more: dict[str, Leaf], short: str, free: dict[str, Any],
    ) -> None:  # fmt: skip
        self.inside = {k: v for k, v in locals().items() if k != "self"}

    @event(Labelled)
    def name(self, label: str, note: str) -> None:
        self.label, self.note = label, note

    @event(Trimmed)
    def trim(self, label: str) -> None:
        self.label = label


def made() -> tuple[Any, ...]:
    return ID, 1, "things.Drawer.Made", 1, NOW, b'{"originator_topic":"things.Drawer","label":"a"}'


def folded(*events: tuple[str, int, bytes]) -> Drawer:
    found = fold(Drawer, [made(), *((ID, n, t, v, NOW, state) for n, (t, v, state) in enumerate(events, 2))])
    assert found is not None
    return found


@pytest.mark.parametrize("empty", [False, True])
def test_every_kind_of_value_arrives_as_after_validation(empty: bool) -> None:
    leaf, drawer = Leaf(grams=Decimal("0.10"), on=date(2026, 2, 28)), Drawer(id=ID, label="a")
    drawer.fill(
        text="ä\u2028", maybe=None if empty else "x", number="7" if empty else 2**53 + 1, flag=empty, share=1.0,
        exact=Decimal("10.00"), day=date(2026, 1, 2), at=None if empty else NOW, who=ID, side=Side.LEFT, kind="a",
        leaf=None if empty else leaf, leaves=() if empty else (leaf, leaf), names=frozenset("" if empty else "ab"),
        more={} if empty else {"x": leaf}, short="ok", free={"x": [1]},
    )  # fmt: skip
    _, new = encode(drawer.collect_events(), Meta("x"))  # type: ignore[arg-type]
    inside = folded((new.topic, 1, new.state)).inside
    validated = decode_event(ID, 2, new.topic, 1, NOW, new.state)
    assert inside == drawer.inside == {name: getattr(validated, name) for name in inside}
    assert {n: type(v) for n, v in inside.items()} == {n: type(getattr(validated, n)) for n in inside}


def test_other_versions_defaults_and_fields_that_are_no_more() -> None:
    topic = "things.Drawer.Labelled"
    assert folded((topic, 1, b'{"name":"old"}')).label == "old"
    assert folded((topic, 2, b'{"label":"b"}')).note == "none"
    assert folded((topic, 2, b'{"label":"b","note":"n","gone":1}')).note == "n"
    assert folded((topic, 2, b'{"label":"b","note":"n"}')).version == 2
    with pytest.raises(Broken, match="newer program"):
        folded((topic, 3, b'{"label":"b","note":"n"}'))


def test_an_event_with_rules_of_its_own_is_validated() -> None:
    assert folded(("things.Drawer.Trimmed", 1, b'{"label":"abcdef"}')).label == "abc"


async def test_instants_are_the_drivers(dsn: str) -> None:
    conn: Any = await asyncpg.connect(dsn)
    for at in (NOW, datetime(1970, 1, 1, tzinfo=UTC), datetime(1999, 12, 31, 23, 59, 59, 999_999, UTC)):
        raw, back = await conn.fetchrow("SELECT timestamptz_send($1::timestamptz), $1::timestamptz", at)
        assert instant(raw) == back == at
    await conn.close()
