"""Sensitive topics, for those whom they concern and for nobody else.

Read from the log itself, not from a table of the read model: there is no second place where somebody could find them.
Every function asks for whom, so that none can be called without an answer to that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.accounts import vault
from services.accounts.domain import SensitiveTopic
from services.accounts.reads import states
from services.accounts.reads.asof import AsOf
from shared.eventstore.events import Recorded, decode_event
from shared.eventstore.store import COLUMNS, LogRow
from shared.positions import driver

TOPICS = frozenset((SensitiveTopic.SensitiveTopicFlagged.TOPIC, SensitiveTopic.SensitiveTopicLifted.TOPIC))
"""Types of events that only the topic's audience may see."""
_EVENTS = f"SELECT {COLUMNS} FROM events WHERE stream_id = ANY($1::uuid[]) ORDER BY position"
_FIRST = """SELECT stream_id, version, topic, class_version, effective_at, state
FROM events WHERE stream_id = $1 AND version = 1"""


@dataclass(frozen=True, slots=True)
class Topic:
    """`text` None: its key is shredded. `flagged_by`, `lifted_by`: actors, such as `user:u7`."""

    topic_id: UUID
    text: str | None
    audience: tuple[str, ...]
    flagged_by: str
    flagged_at: datetime
    event_id: str
    lifted_by: str = ""
    lifted_at: datetime | None = None
    lifted_event_id: str = ""


async def topics_of(conn: AsyncConnection, asof: AsOf, account_id: UUID, user_id: str) -> list[Topic]:
    """The topics of an account, and of those it absorbed, that concern somebody: open ones first, the newest first.

    One that was lifted tells when and by whom; on a day before it was lifted it is shown as open, without its text.
    """
    keys = await vault.keys_of(conn, await one_account(conn, account_id))
    found: dict[UUID, Topic] = {}
    for r in await driver(conn).fetch(_EVENTS, list(keys), record_class=LogRow):
        if r.stream_id in found:
            found[r.stream_id] = _then(found[r.stream_id], r, asof)
        elif (topic := _flagged(r, keys[r.stream_id], user_id)) is not None and topic.flagged_at < asof.before:
            found[r.stream_id] = topic
    newest = sorted(found.values(), key=lambda t: t.flagged_at, reverse=True)
    return sorted(newest, key=lambda t: t.lifted_at is not None)


async def one_account(conn: AsyncConnection, account_id: UUID) -> list[UUID]:
    """The ids of an account: of the one that is left after mergers, and of those that it absorbed."""
    merged = await states.merges(conn)
    return merged.with_absorbed([merged.final(account_id)])


async def open_topics(conn: AsyncConnection, account_id: UUID, user_id: str) -> list[UUID]:
    """The topics of an account that are not lifted and that somebody (CRM user id) may know of, the newest first.

    Their number alone tells that there is something: show it to `user_id` only, and write it into no event, list or
    count that others see.
    """
    return [t.topic_id for t in await topics_of(conn, AsOf.everything(), account_id, user_id) if t.lifted_at is None]


async def concerns(conn: AsyncConnection, topic_id: UUID, user_id: str) -> bool:
    """Whether somebody may know of a topic."""
    row = await driver(conn).fetchrow(_FIRST, topic_id)
    event = decode_event(*row) if row else None
    return isinstance(event, SensitiveTopic.SensitiveTopicFlagged) and event.concerns(user_id)


def _flagged(r: Recorded, key: str | None, user_id: str) -> Topic | None:
    e = r.event
    if not isinstance(e, SensitiveTopic.SensitiveTopicFlagged) or not e.concerns(user_id):
        return None
    return Topic(r.stream_id, vault.unseal(key, e.sealed), e.audience, e.flagged_by, e.at, r.event_id)


def _then(topic: Topic, r: Recorded, asof: AsOf) -> Topic:
    e = r.event
    if not isinstance(e, SensitiveTopic.SensitiveTopicLifted):
        return topic
    if e.at >= asof.before:
        return replace(topic, text=None)
    return replace(topic, text=None, lifted_by=e.lifted_by, lifted_at=e.at, lifted_event_id=r.event_id)
