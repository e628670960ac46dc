"""Given-when-then must be able to say no."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.domain import event

from shared.errors import NotFound, Rejected
from shared.eventstore.events import Aggregate, AggregateCreated, Event
from shared.testing import Spec, golden
from tests.unit.shared.garden import Spot, Tree

SPOT = Spot(row=1, sun=Decimal("0.25"))
planted = (Tree.Planted, {"species": "oak", "spot": SPOT, "on": date(2026, 3, 1)})


class Moody(Aggregate):
    """Its event method looks at more than the event."""

    TOPIC = "moods.Moody"
    mood = 0

    class Born(AggregateCreated):
        TOPIC = "moods.Moody.Born"

    @event(Born)
    def __init__(self, id: UUID) -> None:
        Moody.mood += 1
        self.mood = Moody.mood


def test_what_follows() -> None:
    spec = Spec(Tree, planted).when(lambda t: t.grow(3))
    spec.then(Tree.Grown, cm=3)
    spec.then_each((Tree.Grown, {"cm": 3, "seen_by": ()}))
    assert spec.aggregate is not None
    assert spec.aggregate.cm == 3
    Spec(Tree, planted, (Tree.Grown, {"cm": 2})).when(lambda t: t.grow(0)).then_nothing()
    Spec(Tree, planted).when(lambda t: t.grow(-1)).then_raises(Rejected, "trees-do-not-shrink")
    new = UUID(int=5)
    Spec(Tree).when(lambda _: Tree(id=new, species="elm", spot=SPOT, on=date(2026, 1, 2))).then(
        Tree.Planted, originator_id=new, spot=SPOT, on=date(2026, 1, 2)
    )


def test_it_says_no() -> None:
    grown = Spec(Tree, planted).when(lambda t: t.grow(3))
    with pytest.raises(AssertionError):
        grown.then(Tree.Grown, cm=4)
    with pytest.raises(AssertionError):
        grown.then_nothing()
    with pytest.raises(AssertionError):
        grown.then_raises(Rejected)
    with pytest.raises(AssertionError):
        grown.then_each((Tree.Grown, {}), (Tree.Grown, {}))
    refused = Spec(Tree, planted).when(lambda t: t.grow(-1))
    with pytest.raises(Rejected):
        refused.then_nothing()
    with pytest.raises(AssertionError):
        refused.then_raises(NotFound)
    with pytest.raises(AssertionError):
        refused.then_raises(Rejected, "another-rule")


def test_an_event_method_that_looks_at_more_than_the_event() -> None:
    with pytest.raises(AssertionError, match="another one"):
        Spec(Moody).when(lambda _: Moody(id=UUID(int=2)))


def example(cls: type[Event], **fields: object) -> Event:
    return cls.model_validate(
        {"originator_id": UUID(int=1), "originator_version": 1, "timestamp": "2026-01-01T00:00:00Z", **fields}
    )


def test_golden_events(tmp_path: Path) -> None:
    examples = [
        example(Tree.Planted, originator_topic="garden.Tree", species="oak", spot=SPOT, on=date(2026, 3, 1)),
        example(Tree.Grown, cm=3),
    ]
    assert [w.split(" ")[1:3] for w in golden(tmp_path, "garden", examples)] == [["was", "missing;"]] * 2
    assert golden(tmp_path, "garden", examples) == []
    old = tmp_path / "garden.Tree.Sown.v1.json"  # its former name, its first version
    old.write_text('{"originator_topic": "garden.Bush", "kind": "oak", "row": 3, "on": "2025-01-01"}')
    assert golden(tmp_path, "garden", examples) == []
    old.write_text('{"originator_topic": "garden.Bush", "row": 3, "on": "2025-01-01"}')
    assert ["Sown.v1" in w for w in golden(tmp_path, "garden", examples)] == [True]
    old.unlink()
    changed = [examples[0], example(Tree.Grown, cm=4)]
    assert golden(tmp_path, "garden", changed) == [
        "garden.Tree.Grown is stored differently now: raise its class_version and add an upcaster"
    ]
    assert golden(tmp_path, "garden", examples[:1]) == ["garden.Tree.Grown has no example"]
