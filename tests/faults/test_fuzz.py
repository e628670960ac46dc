"""20,000 mutated change events: no crash, nothing stuck, and each is either applied or a dead letter with its bytes and
a reason.
"""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.crm.consumers import Ingest
from services.crm.publish import publish
from shared.consumer import Consumer
from shared.contracts.base import Envelope
from shared.eventstore.store import read_in
from shared.positions import driver
from shared.relay import public_events
from tests.crm import Line, capture, edition, install, usage

MESSAGES = 20_000
HUGE = [2**31, 2**63, -(2**63), 2**64, 10**40, 1e308, -1e308, 1e-320, "9" * 400, "x" * 200_000, "A" * 40_000 + "="]
WRONG: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    3.7,
    "",
    "null",
    "0000-00-00",
    "\x00",
    "\ud7ff",
    "\u202e",
    [],
    {},
    [[]],
    {"a": {"b": [1]}},
]
HEADERS = [
    ("ce_id", b"\xff\xfe\x00"),
    ("x", None),
    ("", b""),
    ("position", b"\xc3\x28"),
    ("prev", b"99999999999999999999"),
]


class Record:
    """What aiokafka hands out."""

    def __init__(
        self, topic: str, offset: int, key: bytes | None, value: bytes | None, headers: tuple[Any, ...] = ()
    ) -> None:
        self.topic, self.partition, self.offset, self.key, self.value, self.headers = (
            topic,
            0,
            offset,
            key,
            value,
            headers,
        )
        self.timestamp = 1_795_000_000_000


def mutated(dice: random.Random, line: Line) -> Line:
    topic, key, value = line
    kind = dice.randrange(9)
    if kind == 0:
        return topic, _bits(dice, key), value
    if kind == 1:
        return topic, key, _bits(dice, value)
    if kind == 2:
        return topic, key, value[: dice.randrange(len(value))] if value else b""
    if kind == 3:
        return topic, key, b"[" * dice.choice([10, 2_000]) + (value or b"")
    if kind == 4:
        return (
            topic,
            dice.choice([None, b"", b"null", b"{}", b"\xff", b'"x"', b'{"id":[1]}', b'{"id":"%b"}' % (b"k" * 300)]),
            value,
        )
    if value is None:
        return topic, key, dice.choice([b"", b"null", b"{}", b"7"])
    return topic, key, orjson.dumps(_replaced(dice, orjson.loads(value)), option=orjson.OPT_PASSTHROUGH_DATACLASS)


def _bits(dice: random.Random, raw: bytes | None) -> bytes | None:
    if not raw:
        return raw
    out = bytearray(raw)
    for _ in range(dice.choice([1, 1, 2, 8])):
        out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)
    return bytes(out)


def _replaced(dice: random.Random, value: Any) -> Any:
    """One to three places of the message hold something else, are gone, or lie deeper."""
    for _ in range(dice.choice([1, 1, 2, 3])):
        places = list(_places(value))
        holder, name = dice.choice(places)
        choice = dice.randrange(5)
        if choice == 0 and isinstance(holder, dict):
            del holder[name]
        elif choice == 1:
            holder[name] = _storable(dice.choice(HUGE))
        elif choice == 2:
            deep: Any = 1
            for _ in range(dice.choice([3, 100])):
                deep = {"a": deep}
            holder[name] = deep
        else:
            holder[name] = dice.choice(WRONG)
        if not isinstance(value, dict) or not value:
            break
    return value


def _storable(number: Any) -> Any:
    """orjson writes no integer above 64 bits; the text form of one is a mutation as good."""
    return number if not isinstance(number, int) or -(2**63) <= number < 2**64 else orjson.Fragment(str(number))


def _places(value: Any) -> Any:
    if isinstance(value, dict):
        for name, inner in list(value.items()):
            yield value, name
            yield from _places(inner)


@pytest.mark.faults
async def test_mutated_change_events_never_stop_the_consumer(engine: AsyncEngine) -> None:
    await install(engine)
    dice = random.Random(20_261_123)
    good = [*capture("crm_cdc_small.jsonl.gz"), *usage()[:200], *capture("crm_cdc_small_flattened.jsonl.gz")[:600]]
    mapping = edition()
    ingest = Ingest(mapping)
    consumer = Consumer(
        "fuzz", mapping.topics(), engine, ingest.decode, ingest.handle, chained=False, brake=MESSAGES, ratio=1.0
    )
    consumer.cluster = "c"
    offsets: dict[str, int] = {}

    def record(line: Line) -> Record:
        topic, key, value = line
        offsets[topic] = offsets.get(topic, -1) + 1
        return Record(topic, offsets[topic], key, value, tuple(dice.sample(HEADERS, dice.randrange(3))))

    sent = [record(mutated(dice, dice.choice(good))) for _ in range(MESSAGES)]
    for at in range(0, MESSAGES, 1_000):
        assert await consumer.apply(sent[at : at + 1_000]) == {}
    await consumer.apply([record(x) for x in good])  # afterwards it works as ever

    async with engine.begin() as conn:
        await conn.execute(text("SELECT 1"))
        raw = driver(conn)
        positions = {
            r["source"]: r["position"] for r in await raw.fetch("SELECT * FROM positions WHERE consumer = 'fuzz'")
        }
        dead = {(r["topic"], r["kafka_offset"]): r for r in await raw.fetch("SELECT * FROM dead_letters")}
        log = await read_in(raw, 0, 1_000_000)
        page = await public_events("crm", publish)(raw, 0, 1_000_000)
    assert positions == {f"{topic}@c": last + 1 for topic, last in offsets.items()}, "every message was passed"
    for r in sent:
        if (letter := dead.get((r.topic, r.offset))) is not None:
            assert (letter["key"], letter["value"]) == (r.key, r.value)
            assert letter["reason"]
        else:
            ingest.decode(r.key, r.value, r.topic)  # was applied: reads without an error
    assert 2_000 < len(dead) < MESSAGES
    assert len(log) > 1_000
    for message in page.messages:
        envelope = Envelope.model_validate_json(message.value or b"")
        assert envelope.event() is not None
        assert len(message.value or b"") < 100_000, "a broker refuses messages of a megabyte"
