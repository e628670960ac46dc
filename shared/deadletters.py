"""Messages that no retry can cure: kept byte for byte with the reason, listed and replayed by hand."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

import orjson

from shared import positions
from shared.errors import Broken, Conflict, Invalid, NotFound
from shared.eventstore.store import Connection, append_in
from shared.faults import transient

if TYPE_CHECKING:
    from shared.consumer import Consumer, Message

_BURY = """INSERT INTO dead_letters (consumer, cluster, topic, partition, kafka_offset, position, key, value, sent_at,
    headers, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING"""
_PENDING = """SELECT id, topic, partition, kafka_offset, position, reason, sent_at, buried_at, length(value) AS bytes
FROM dead_letters WHERE consumer = $1 AND replayed_at IS NULL ORDER BY id"""
_ONE = "SELECT * FROM dead_letters WHERE consumer = $1 AND id = $2 AND replayed_at IS NULL"


async def bury(raw: Connection, consumer: str, cluster: str, dead: Sequence[Message]) -> None:
    """Keep them, in the transaction that moves the position past them."""
    if dead:
        await raw.executemany(_BURY, [(consumer, cluster, *_cells(m)) for m in dead])


async def pending(consumer: Consumer) -> list[dict[str, Any]]:
    """What waits to be replayed, oldest first; the bytes themselves stay in the table."""
    async with consumer.engine.connect() as conn:
        return [dict(row) for row in await positions.driver(conn).fetch(_PENDING, consumer.name)]


async def replay(consumer: Consumer, letter: int) -> None:
    """Run today's decode and handler on the stored bytes, in one transaction with the mark that it is done.

    Raises NotFound for a letter that does not wait, Invalid (with the reason) when it fails again: then it stays.
    """
    try:
        async with consumer.engine.begin() as conn:
            await positions.fence(conn, consumer.name, [("dead letter", letter)])
            raw = positions.driver(conn)
            if (row := await raw.fetchrow(_ONE, consumer.name, letter)) is None:
                raise NotFound(f"no dead letter {letter} of {consumer.name} waits: see `dead-letters list`")
            message = consumer.message(row, _bytes(row["headers"]))
            await positions.fence(conn, consumer.name, [message.place])  # not while the live consumer works there
            if message.reason is not None:
                raise Invalid(f"dead letter {letter} cannot be read: {message.reason}")
            events = await consumer.handle(conn, [message]) if message.body is not None else ()
            await raw.execute("UPDATE dead_letters SET replayed_at = clock_timestamp() WHERE id = $1", letter)
            await append_in(raw, events)
    except Exception as e:
        if transient(e) or isinstance(e, (Broken, Conflict, Invalid, NotFound)):
            raise
        raise Invalid(f"dead letter {letter} fails again: {readable(f'{type(e).__name__}: {e}')}") from e


async def command(consumers: Sequence[Consumer], arguments: Sequence[str]) -> None:
    """The role `dead-letters list | replay [--id N]`. Raises NotFound, and Invalid when a letter failed again."""
    parser = argparse.ArgumentParser(prog="dead-letters", description=__doc__)
    parser.add_argument("action", choices=("list", "replay"))
    parser.add_argument("--id", type=int, help="this one only; otherwise all that wait, oldest first")
    asked = parser.parse_args(arguments)
    letters = [(c, x) for c in consumers for x in await pending(c) if asked.id in (None, x["id"])]
    if asked.id is not None and not letters:
        raise NotFound(f"no dead letter {asked.id} waits")
    failed = 0
    for consumer, x in letters:
        outcome = f"{x['buried_at']:%Y-%m-%d %H:%M:%S}\t{x['reason']}"
        if asked.action == "replay":
            try:
                await replay(consumer, x["id"])
                outcome = "applied"
            except Invalid as e:
                outcome, failed = str(e), failed + 1
        print(f"{x['id']}\t{x['topic']}/{x['partition']}@{x['kafka_offset']}\t{x['bytes']} B\t{outcome}")
    if failed:
        raise Invalid(f"{failed} of {len(letters)} dead letters failed again and stay")


def readable(reason: str | None) -> str:
    """Text that PostgreSQL takes: reasons quote foreign bytes, NUL and lone surrogates among them."""
    return (reason or "")[:500].replace("\0", "\\0").encode("utf8", "backslashreplace").decode()


def _cells(m: Message) -> tuple[object, ...]:
    headers = orjson.dumps([(k, None if v is None else quote_from_bytes(v)) for k, v in m.headers]).decode()
    return m.topic, m.partition, m.offset, m.position, m.key, m.raw, m.sent_at, headers, readable(m.reason)


def _bytes(headers: str) -> list[tuple[str, bytes | None]]:
    return [(k, None if v is None else unquote_to_bytes(v)) for k, v in orjson.loads(headers)]
