"""What the parts of `NotificationsQueries` share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.notifications.api.parse import Fields
from services.notifications.policy.documents import RuleBook
from services.notifications.settings import Settings
from shared import ids
from shared.clock import Clock

MOST, USUAL = 2_000, 200
"""Rows of an answer: at most, and if the request does not say."""


class Base:
    """The database, the settings and the rule book behind every query."""

    _engine: AsyncEngine
    _settings: Settings
    _clock: Clock
    _book: RuleBook
    _zone: ZoneInfo

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A transaction in which all queries see the same state."""
        async with self._engine.begin() as conn:
            await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield conn

    def account(self, f: Fields, r: Any) -> UUID:
        """The account of a request, by its id or the CRM's."""
        if r.account_crm_id:
            return ids.account_id(self._settings.crm_system, r.account_crm_id)
        return f.uuid("account_id", r.account_id)

    def account_or(self, f: Fields, r: Any) -> UUID | None:
        """The same of a request that may name none."""
        return self.account(f, r) if r.account_id or r.account_crm_id else None

    def at(self, f: Fields, as_of: str) -> datetime:
        """The end of a day in the company's zone; empty: now."""
        if not as_of:
            return self._clock.now()
        return self.midnight(f.day("as_of", as_of) + timedelta(days=1)) - timedelta(microseconds=1)

    def midnight(self, day: date) -> datetime:
        """When a day begins in the company's zone."""
        return datetime.combine(day, datetime.min.time(), self._zone)
