"""The vault of sensitive topics: a key for each, beside the log, so that a text can be forgotten and its events stay.

Events are never changed; a text that must be gone some day is therefore stored sealed, and its key here. To shred the
key is to forget the text. A row without a key is a topic that was lifted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.accounts.domain import Account, SensitiveTopic
from shared import ids, positions
from shared.clock import Clock
from shared.errors import NotFound, Rejected
from shared.eventstore.events import Meta
from shared.eventstore.repository import Repository, Result

PAUSE = 600.0
"""Seconds between two looks for keys that should not be there, at most."""

# Never for a stream that is there: a repeated command must not bring a shredded key back.
_MAKE = text("""
INSERT INTO topic_keys (topic_id, account_id, key)
SELECT CAST(:topic AS uuid), CAST(:account AS uuid), CAST(:key AS text)
WHERE NOT EXISTS (SELECT FROM events WHERE stream_id = CAST(:topic AS uuid)) ON CONFLICT DO NOTHING""")
_KEY = text("SELECT key FROM topic_keys WHERE topic_id = :topic")
_OF = text("SELECT topic_id, key FROM topic_keys WHERE account_id = ANY(:accounts)")
_SHRED = text("UPDATE topic_keys SET key = NULL WHERE topic_id = :topic")
_SHRED_LIFTED = text("""
UPDATE topic_keys k SET key = NULL FROM events e
WHERE k.key IS NOT NULL AND e.stream_id = k.topic_id AND e.topic = :lifted""")
_DROP_UNUSED = text("""
DELETE FROM topic_keys k WHERE made_at < now() - interval '1 hour'
AND NOT EXISTS (SELECT FROM events e WHERE e.stream_id = k.topic_id)""")


def seal(key: str, words: str) -> str:
    """What a stored event may hold of a text."""
    from cryptography.fernet import Fernet  # here, and below: the worker only sweeps and does without

    return Fernet(key).encrypt(words.encode()).decode()


def unseal(key: str | None, sealed: str) -> str | None:
    """The text; None if its key is shredded."""
    from cryptography.fernet import Fernet

    return Fernet(key).decrypt(sealed).decode() if key else None


async def keys_of(conn: AsyncConnection, accounts: Iterable[UUID]) -> Mapping[UUID, str | None]:
    """topic → key (None: shredded) of all topics of these accounts, whoever asks: what comes of it must be filtered."""
    return {r.topic_id: r.key for r in await conn.execute(_OF, {"accounts": list(accounts)})}


async def key_for(conn: AsyncConnection, account_id: UUID, topic_id: UUID) -> str | None:
    """The key to seal a topic's text with: a new one, or that of a repeat that is under way. None if the topic is there
    and was lifted: no key comes back."""
    from cryptography.fernet import Fernet

    new = {"topic": topic_id, "account": account_id, "key": Fernet.generate_key().decode()}
    await conn.execute(_MAKE, new)
    found: str | None = (await conn.execute(_KEY, {"topic": topic_id})).scalar()
    return found


async def sweep(engine: AsyncEngine) -> int:
    """Shreds what a process that died between lifting and shredding left, and drops keys that sealed nothing; returns
    how many."""
    async with engine.begin() as conn:
        shredded = await conn.execute(_SHRED_LIFTED, {"lifted": SensitiveTopic.SensitiveTopicLifted.TOPIC})
        dropped = await conn.execute(_DROP_UNUSED)
        return shredded.rowcount + dropped.rowcount


async def sweeping(engine: AsyncEngine, stop: asyncio.Event) -> None:
    """Sweeps now and from time to time, until `stop`."""
    await positions.repeat("topic keys", lambda: sweep(engine), stop, idle=PAUSE)


class SensitiveTopics:
    """The use cases of sensitive topics. `meta` as in `app.py`; who acts is its actor."""

    def __init__(self, repository: Repository, engine: AsyncEngine, clock: Clock) -> None:
        self._repository, self._engine, self._clock = repository, engine, clock

    @staticmethod
    def topic_of(account_id: UUID, meta: Meta) -> UUID:
        """The topic that a command makes: the same for a repeat, so that no second key is made for it."""
        return ids.derived("sensitive-topic", str(account_id), str(meta.command_id or ids.new_id()))

    async def flag(
        self, account_id: UUID, topic_id: UUID, words: str, audience: Collection[str], employees: Collection[str],
        meta: Meta,
    ) -> Result[SensitiveTopic]:  # fmt: skip
        """A topic that only the audience, and who flags it, shall know of. `employees`: CRM user ids of who works here.

        The key is stored first: a key without a text is harmless, a text without a key is lost.
        """
        account, at = await self._repository.get(Account, account_id), meta.effective_at or self._clock.now()

        def flagged(sealed: str) -> SensitiveTopic:
            if account.lifecycle not in ("Registered", "Active"):
                raise Rejected(
                    "account-not-live", f"The account is {account.lifecycle}: reopen it, or use the survivor."
                )
            return SensitiveTopic.flag(
                account_id, topic_id, account.system, sealed, audience, employees, meta.actor, at
            )

        key = None
        if not await self._known(topic_id):
            flagged("")  # what is refused leaves no key
            async with self._engine.begin() as conn:
                key = await key_for(conn, account_id, topic_id)
        return await self._repository.execute(
            SensitiveTopic, topic_id, lambda found: found or flagged(seal(key or "", words)), meta
        )

    async def lift(self, topic_id: UUID, accounts: Collection[UUID], meta: Meta) -> Result[SensitiveTopic]:
        """Ends a topic of one of these accounts: its text is gone. Raises NotFound for whom it does not concern."""
        at = meta.effective_at or self._clock.now()

        def lifted(found: SensitiveTopic | None) -> SensitiveTopic:
            user_id = meta.actor.removeprefix("user:")
            if found is None or found.account_id not in accounts or not found.concerns(user_id):
                raise NotFound("there is no such thing", slug="unknown")  # in the words of the guard
            found.lift(meta.actor, at)
            return found

        done = await self._repository.execute(SensitiveTopic, topic_id, lifted, meta)
        if done.aggregate is not None and done.aggregate.lifted_at is not None:  # a repeated id decides nothing
            async with self._engine.begin() as conn:
                await conn.execute(_SHRED, {"topic": topic_id})
        return done

    async def _known(self, topic_id: UUID) -> bool:
        try:
            await self._repository.get(SensitiveTopic, topic_id)
        except NotFound:
            return False
        return True
