"""The stored form of events: topics, values, versions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from asyncpg.pgproto.pgproto import UUID as DriverUUID  # type: ignore[import-untyped]
from pydantic import BaseModel, ValidationError

from shared.contracts.base import Envelope
from shared.errors import Broken
from shared.eventstore.events import Aggregate, AggregateEvent, Event, Meta, alias, decode_event, encode, known
from shared.eventstore.repository import fold
from shared.testing import Logged
from tests.unit.shared.garden import Spot, Tree

NOW = datetime(2026, 1, 1, 8, tzinfo=UTC)
ID = uuid4()


class Colour(StrEnum):
    RED = "red"


class Leaf(BaseModel):
    grams: Decimal
    on: date


class Everything(Event):
    TOPIC = "things.Everything"
    text: str
    number: int
    exact: Decimal
    share: float
    day: date
    at: datetime
    who: UUID
    colour: Colour
    leaf: Leaf
    leaves: tuple[Leaf, ...]
    names: frozenset[str]
    more: dict[str, Leaf]
    none: str | None


def row(new: Any) -> tuple[Any, ...]:
    return new.stream_id, new.version, new.topic, new.class_version or 1, new.effective_at, new.state


def test_every_kind_of_value_comes_back() -> None:
    leaf = Leaf(grams=Decimal("0.10"), on=date(2026, 2, 28))
    e = Everything(
        originator_id=ID,
        originator_version=7,
        timestamp=NOW,
        text="ä\u2028",
        number=2**53 + 1,
        exact=Decimal("10.00"),
        share=0.1,
        day=date(2026, 1, 2),
        at=NOW,
        who=DriverUUID(str(ID)),
        colour=Colour.RED,
        leaf=leaf,
        leaves=(leaf, leaf),
        names=frozenset({"b", "a"}),
        more={"x": leaf},
        none=None,
    )
    (new,) = encode([e], Meta("user:u1"))
    assert decode_event(*row(new)) == e
    state = orjson.loads(new.state)
    assert not {"originator_id", "originator_version", "timestamp"} & state.keys()  # columns of their own
    assert (state["exact"], state["names"], state["who"]) == ("10.00", ["a", "b"], str(ID))
    assert b"test_events" not in new.state


def test_what_json_cannot_hold_is_refused() -> None:
    class Raw(Event):
        TOPIC = "things.Raw"
        data: Any

    with pytest.raises(TypeError, match="cannot be stored: complex"):
        encode([Raw(originator_id=ID, originator_version=1, timestamp=NOW, data=1j)], Meta("x"))


def test_meta_reaches_the_columns() -> None:
    grown = Tree.Grown(originator_id=ID, originator_version=2, timestamp=NOW, cm=1, seen_by=(ID,))
    later = datetime(2026, 5, 1, tzinfo=UTC)
    meta = Meta("policy:tier", later, ID, ID, "crm:9", (("tier", 3),), {"system": "sugar", "id": ID})
    (new,) = encode([grown], meta)
    assert (new.actor, new.effective_at, new.command_id, new.correlation_id, new.causation_id) == (
        "policy:tier", later, ID, ID, "crm:9",
    )  # fmt: skip
    assert (new.policy_refs, new.subjects) == ('[["tier",3]]', f"{{{ID}}}")
    assert new.source is not None
    assert orjson.loads(new.source) == {"system": "sugar", "id": str(ID)}
    (plain,) = encode([grown], Meta("user:u1"))
    assert plain.effective_at == NOW
    assert plain[6:12] == (None,) * 6


def test_follow_sets_cause_and_correlation() -> None:
    first = Envelope(
        id="crm:5",
        type="T",
        position=5,
        stream=ID,
        version=1,
        effective_at=NOW,
        recorded_at=NOW,
        actor="crm:sugar",
        data={},
    )
    a = Meta.follow(first, "system:accounts", command_id=ID)
    assert (a.causation_id, a.effective_at, a.command_id) == ("crm:5", NOW, ID)
    assert a.correlation_id is not None
    assert a.correlation_id == Meta.follow(first, "x").correlation_id
    recorded = Logged(
        (
            8,
            ID,
            2,
            "garden.Tree.Grown",
            1,
            NOW,
            NOW,
            "a",
            None,
            a.correlation_id,
            "crm:5",
            None,
            None,
            None,
            b'{"cm":1}',
        )
    )
    b = Meta.follow(recorded, "system:qbr", effective_at=None)
    assert (b.causation_id, b.correlation_id, b.effective_at) == ("garden:8", a.correlation_id, None)


GOLDEN = {  # one literal for each version ever stored: only appended to, never edited
    1: ("garden.Tree.Sown", b'{"originator_topic":"garden.Bush","kind":"oak","row":3,"on":"2026-01-01"}'),
    2: ("garden.Tree.Planted", b'{"originator_topic":"garden.Tree","species":"oak","row":3,"on":"2026-01-01"}'),
    3: ("garden.Tree.Planted", b'{"originator_topic":"garden.Tree","species":"oak","on":"2026-01-01",'
        b'"spot":{"row":3,"sun":"0.5"}}'),
}  # fmt: skip


@pytest.mark.parametrize("version", GOLDEN)
def test_every_version_ever_stored_still_loads(version: int) -> None:
    topic, state = GOLDEN[version]
    event = decode_event(ID, 1, topic, version, NOW, state)
    tree = fold(Tree, [(ID, 1, topic, version, NOW, state)])
    assert tree is not None
    assert (type(event), tree.species, tree.spot) == (Tree.Planted, "oak", Spot(row=3, sun=Decimal("0.5")))
    (again,) = encode([event], Meta("x"))
    assert (again.topic, again.class_version) == ("garden.Tree.Planted", 3)


@pytest.mark.parametrize(
    ("topic", "version", "state", "why"),
    [
        ("garden.Tree.Felled", 1, b"{}", "import the module"),
        ("os.path", 1, b"{}", "import the module"),
        ("garden.Tree.Grown", 1, b'{"cm":"many"}', "cannot be read"),
        ("garden.Tree.Grown", 1, b"not json", "cannot be read"),
        ("garden.Tree.Grown", 2, b'{"cm":1}', "newer program"),
        ("garden.Tree.Planted", 1, b"[]", "cannot be read"),
        ("garden.Tree.Planted", 1, b'{"row":1}', "'kind'"),
    ],
)
def test_what_cannot_be_read_is_said(topic: str, version: int, state: bytes, why: str) -> None:
    with pytest.raises(Broken, match=why):
        decode_event(ID, 4, topic, version, NOW, state)


def test_topics_are_unique_and_well_formed() -> None:
    class Pruned(Event):
        TOPIC = "things.Pruned"

    with pytest.raises(TypeError, match="taken by"):

        class Cut(Event):
            TOPIC = "things.Pruned"

    with pytest.raises(TypeError, match="taken by"):

        class PrunedAgain(Pruned): ...

    with pytest.raises(TypeError, match="no topic"):

        class Path(Event):
            TOPIC = "tests.unit.shared"

    with pytest.raises(TypeError, match="TOPIC of its own"):

        class Shrub(Aggregate): ...

    alias("things.Trimmed", Pruned)
    assert known()["things.Trimmed"] is Pruned
    assert known()["garden.Tree.Grown"] is Tree.Grown


def test_events_are_frozen_and_tolerant() -> None:
    grown = Tree.Grown.model_validate({"cm": 1, "colour": "field of a later version"})
    assert not hasattr(grown, "colour")
    with pytest.raises(ValidationError, match="frozen"):
        grown.cm = 2  # type: ignore[misc]


def test_streams_that_do_not_fit_are_refused() -> None:
    tree = Tree(id=ID, species="oak", spot=Spot(row=1, sun=Decimal(1)), on=date(2026, 1, 1))
    for _ in range(3):
        tree.grow(1)
    rows = [row(n) for n in encode(tree.collect_events(), Meta("x"))]  # type: ignore[arg-type]
    assert fold(Tree, rows) == tree
    assert fold(Tree, []) is None
    with pytest.raises(Broken, match="no version 3"):
        fold(Tree, [*rows[:2], rows[3]])

    class Rock(Aggregate):
        TOPIC = "things.Rock"

    with pytest.raises(Broken, match="holds a Tree, not a Rock"):
        fold(Rock, rows)

    class Weathered(Event):
        TOPIC = "things.Weathered"

    with pytest.raises(Broken, match="no event of an aggregate"):
        fold(Rock, [(ID, 1, "things.Weathered", 1, NOW, b"{}")])

    class Sloppy(AggregateEvent):
        TOPIC = "things.Sloppy"

        def apply(self, aggregate: Any) -> None: ...

    with pytest.raises(Broken, match="apply"):
        fold(Tree, [rows[0], (ID, 2, "things.Sloppy", 1, NOW, b"{}")])
