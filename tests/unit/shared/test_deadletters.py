"""Dead letters: nothing of the message is lost, a replay is one transaction, a second one finds nothing to do."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared import deadletters
from shared.consumer import Consumer, Message
from shared.errors import Invalid, NotFound
from shared.eventstore.events import NewEvent
from tests.kernel import COUNTS, count, count_message, decode_count, record, sql, tick

STREAM = uuid4()


class Mended:
    """A handler with a bug that somebody mends."""

    def __init__(self) -> None:
        self.bug = True
        self.headers: list[object] = []

    async def __call__(self, conn: AsyncConnection, messages: Sequence[Message]) -> Sequence[NewEvent]:
        await count(conn, messages)
        if self.bug:
            raise LookupError("a column that is missing \0 \ud800")
        self.headers += [(m.offset, m.key, tuple(m.headers), m.position, m.place) for m in messages]
        return [tick(m.body.stream, m.body.n) for m in messages]


@pytest.fixture
async def consumer(engine: AsyncEngine, dsn: str) -> Consumer:
    await sql(dsn, COUNTS)
    made = Consumer("counter", ["kam.crm.v1"], engine, decode_count, Mended(), chained=True)
    odd = [("position", b"1"), ("prev", b"0"), ("odd", b"\xff\x00%41"), ("none", None)]
    await made.apply(
        [record(count_message(STREAM, 1), 7, key=b"\xfe", headers=odd), record(b"?", 8, position=2, prev=1)]
    )
    return made


def mend(consumer: Consumer) -> Mended:
    assert isinstance(consumer.handle, Mended)
    consumer.handle.bug = False
    return consumer.handle


async def test_they_are_listed_with_their_reason(consumer: Consumer) -> None:
    first, second = await deadletters.pending(consumer)
    assert (first["kafka_offset"], first["position"], first["bytes"]) == (7, 1, len(count_message(STREAM, 1)))
    assert first["reason"].startswith("LookupError: a column that is missing \\0 \\ud800")
    assert second["reason"].startswith("JSONDecodeError")


async def test_a_replay_gives_the_handler_the_very_same_message(consumer: Consumer, dsn: str) -> None:
    handler, letter = mend(consumer), (await deadletters.pending(consumer))[0]["id"]
    await deadletters.replay(consumer, letter)
    headers = (("position", b"1"), ("prev", b"0"), ("odd", b"\xff\x00%41"), ("none", None))
    assert handler.headers == [(7, b"\xfe", headers, 1, ("kam.crm.v1", 0))]
    assert await sql(dsn, "SELECT n FROM counts WHERE stream = $1", STREAM) == 1
    assert await sql(dsn, "SELECT count(*) FROM events") == 1
    with pytest.raises(NotFound, match="waits"):
        await deadletters.replay(consumer, letter)
    assert await sql(dsn, "SELECT position FROM positions") == 2, "a replay does not move the position"


async def test_a_replay_that_fails_again_changes_nothing(consumer: Consumer, dsn: str) -> None:
    for letter in await deadletters.pending(consumer):
        with pytest.raises(Invalid, match=r"LookupError|JSONDecodeError"):
            await deadletters.replay(consumer, letter["id"])
    assert len(await deadletters.pending(consumer)) == 2
    assert await sql(dsn, "SELECT (SELECT count(*) FROM counts) + (SELECT count(*) FROM events)") == 0


async def test_the_command_lists_and_replays(consumer: Consumer, capsys: pytest.CaptureFixture[str]) -> None:
    await deadletters.command([consumer], ["list"])
    assert capsys.readouterr().out.count("\n") == 2
    mend(consumer)
    with pytest.raises(Invalid, match="1 of 2"):
        await deadletters.command([consumer], ["replay"])
    out = capsys.readouterr().out
    assert "applied" in out
    assert "JSONDecodeError" in out
    with pytest.raises(NotFound):
        await deadletters.command([consumer], ["replay", "--id", "1"])
    with pytest.raises(SystemExit):
        await deadletters.command([consumer], ["bury"])
