"""Whatever order, repeats, batches, restarts and formats the change events come in: the same facts, at every instant.

What is compared is not only the final state but what each record was from when on (`timelines`), who is in the people
vault, and what a reader keeps who only looks at revisions. Hypothesis drives the interleavings.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deploy.local.postgres import Postgres
from services.crm import domain
from tests.crm import Crm, Line, about, capture, delivered, linked, newest, parts, timelines, usage

SUNNAMPLEX, DUPLICATE = "f5260455-2d5a-5866-9e96-4a1bf4de4938", "c199abf2-e7a7-52c1-b3ef-6bc55a169e85"
HOTTECHI, LEGACY = "ecfabfa3-eff2-5562-b3e6-34fa73907878", "LEGACY-000417"
FORMATS = {
    "default": "crm_cdc_small",
    "schema": "crm_cdc_small_schema",
    "iso": "crm_cdc_small_iso_string",
    "flattened": "crm_cdc_small_flattened",
}
_numbers = count(1)

Outcome = tuple[Any, Any, Any, Any]


@lru_cache(8)
def lines(form: str, whole: bool = False) -> list[Line]:
    """The stories with merger, restore, relink, prune and an id that is no UUID; or everything."""
    found = [*capture(f"{FORMATS[form]}.jsonl.gz"), *usage()]
    ids = linked(capture("crm_cdc_small.jsonl.gz"), [SUNNAMPLEX, DUPLICATE, HOTTECHI, LEGACY])
    return found if whole else about(found, ids)


async def outcome(crm: Crm) -> Outcome:
    """Everything that must not depend on how the messages came."""
    log = await crm.log()
    persons = [
        tuple(r)
        for r in await crm.fetch(
            "SELECT subject_id, kind, crm_id, words FROM people WHERE words IS NOT NULL ORDER BY 1"
        )
    ]
    aliases = [tuple(r) for r in await crm.fetch("SELECT absorbed, since, survivor FROM aliases ORDER BY 1, 2")]
    present = {k: (r.topic, r.effective_at, _plain(r.event)) for k, r in newest(log).items()}
    assert crm.rejected == []
    return timelines(log), present, persons, aliases


def _plain(event: Any) -> dict[str, Any]:
    return {k: v for k, v in event.__dict__.items() if k != "originator_version"}


def run(postgres: Postgres, batches: Sequence[Sequence[Line]]) -> Outcome:
    name = f"convergence_{next(_numbers)}"

    async def work() -> Outcome:
        crm = await delivered(postgres.create(name), batches)
        try:
            return await outcome(crm)
        finally:
            await crm.engine.dispose()

    try:
        return asyncio.run(work())
    finally:
        postgres.drop(name)


@pytest.fixture(scope="module")
def expected(postgres: Postgres) -> Outcome:
    """In the order of the capture, a hundred at a time."""
    return run(postgres, list(parts(lines("default"), 100)))


@dataclass(frozen=True)
class Delivery:
    """How messages come: in which format and order, all of them twice (the second time perhaps in another format), in
    how many batches. A batch is a transaction, and what a restart begins anew with.
    """

    form: str
    order: str
    again: str | None
    cuts: int
    seed: int

    def batches(self) -> list[Sequence[Line]]:
        dice = random.Random(self.seed)
        found = list(lines(self.form))
        if self.order == "shuffled":
            dice.shuffle(found)
        elif self.order == "reversed":
            found.reverse()
        elif self.order == "by topic":
            names = dice.sample(topics := sorted({x[0] for x in found}), len(topics))
            found.sort(key=lambda x: names.index(x[0]))
        elif self.order == "topics interleaved":
            found = list(self._interleaved(found, dice))
        if self.again is not None:
            found += dice.sample(more := lines(self.again), len(more))
        cuts = sorted(dice.sample(range(1, len(found)), self.cuts))
        return [found[a:b] for a, b in zip([0, *cuts], [*cuts, len(found)], strict=True)]

    @staticmethod
    def _interleaved(found: list[Line], dice: random.Random) -> Iterator[Line]:
        """Each topic in its order, as one consumer of several partitions sees them."""
        queues = {n: deque(x for x in found if x[0] == n) for n in sorted({x[0] for x in found})}
        while queues:
            name = dice.choice([*queues])
            for _ in range(min(len(queues[name]), dice.randint(1, 40))):
                yield queues[name].popleft()
            if not queues[name]:
                del queues[name]


DELIVERIES = st.builds(
    Delivery,
    form=st.sampled_from([*FORMATS]),
    order=st.sampled_from(["capture", "shuffled", "reversed", "by topic", "topics interleaved"]),
    again=st.sampled_from([None, "default", "schema"]),
    cuts=st.integers(0, 25),
    seed=st.integers(0, 2**32),
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[*HealthCheck], phases=[Phase.generate], derandomize=True
)
@given(delivery=DELIVERIES)
def test_any_delivery_leads_to_the_same_facts(postgres: Postgres, expected: Outcome, delivery: Delivery) -> None:
    assert different(expected, run(postgres, delivery.batches())) == []


def different(expected: Outcome, found: Outcome) -> list[str]:
    """What differs, in words; the whole outcomes would fill the screen."""
    timelines = [(r, expected[0].get(r), found[0].get(r)) for r in {*expected[0], *found[0]}]
    present = [(r, expected[1].get(r), found[1].get(r)) for r in {*expected[1], *found[1]}]
    out = [f"{r}: {a}\nnot\n{b}" for r, a, b in timelines + present if a != b]
    return out[:3] + [f"{a} not {b}" for a, b in zip(expected[2:], found[2:], strict=True) if a != b]


@pytest.fixture(scope="module")
def whole(postgres: Postgres) -> Outcome:
    """All of the capture, in its order."""
    return run(postgres, list(parts(lines("default", True), 700)))


@pytest.mark.parametrize("form", FORMATS)
def test_the_whole_small_capture_in_every_format(postgres: Postgres, whole: Outcome, form: str) -> None:
    """Truncates are not in the flattened format; the table that is truncated here is one that we ignore."""
    shuffled = [*lines(form, True), *lines(form, True)]
    random.Random(7).shuffle(shuffled)
    assert different(whole, run(postgres, list(parts(shuffled, 1_500)))) == []


def test_the_stories_are_in_it(expected: Outcome) -> None:
    """Or the tests above would prove little."""
    states, _, persons, aliases = expected
    names = {topic for timeline in states.values() for _, topic, _ in timeline}
    assert {domain.AccountMerged.TOPIC, domain.RecordDeleted.TOPIC, domain.UsageSeen.TOPIC} <= names
    assert aliases == [(f"accounts/{DUPLICATE}", 1771341600000, f"accounts/{SUNNAMPLEX}")]
    assert len(states) > 300
    assert len(persons) > 50
