"""Which of the four views that readiness asks for (Q9) are opened: told to insights, which counts by a weekly hash.

Nobody waits for it and nobody is remembered by name for longer than the week in which it was told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import date

from services.portal.clients import InsightsClient
from shared.errors import StellwerkError

log = logging.getLogger(__name__)
VIEWS: Mapping[str, str] = {
    "/plans": "pipeline",
    "/accounts/{crm_id}/plan": "pipeline",
    "/risks": "risks",
    "/accounts/{crm_id}/risk": "risks",
    "/portfolio": "renewals",
    "/accounts/{crm_id}": "activities",
}
"""Route → the view it is: plans with their deals, colours, accounts with deadlines and renewals, the timeline."""


class Usage:
    """Tells each view of a person once a week from this process; the service drops what it knows already."""

    def __init__(self, insights: InsightsClient) -> None:
        self._insights = insights
        self._week = date.min
        self._told: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def opened(self, route: str, user: str, day: date) -> None:
        """A page was opened; `route` as it is declared, `day` in the company's zone."""
        view, week = VIEWS.get(route), date.fromordinal(day.toordinal() - day.weekday())
        if week != self._week:
            self._week, self._told = week, set()
        if view is None or (user, view) in self._told:
            return
        self._told.add((user, view))
        task = asyncio.create_task(self._tell(user, view), name="note-view")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Waits until all that was opened is told, or could not be."""
        await asyncio.gather(*self._tasks)

    async def _tell(self, user: str, view: str) -> None:
        try:
            await self._insights.note_view(user, view)
        except StellwerkError as e:
            log.warning("an opened view is not counted: %s", e)
            self._told.discard((user, view))
