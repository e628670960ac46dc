"""Feeds the capture and waits until the page shows all of it, telling the user how far it is."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request

from deploy.local import home
from deploy.local.capture import demo, survey
from deploy.local.feeder import Feeder
from deploy.local.plan import Plan
from deploy.local.progress import Stores
from deploy.local.screen import Screen
from shared.clock import SystemClock
from shared.kafka import Kafka

LOOK = 0.3  # seconds between two looks at the stores
QUIET = 2  # so many looks in a row must find nothing on its way: the stores are not asked at one instant


class Playback:
    """The capture of one home. Raises Refused if the home holds another one."""

    def __init__(self, plan: Plan, screen: Screen) -> None:
        self.plan, self.screen = plan, screen
        self.days = home.days(plan, SystemClock().now())

    async def run(self, kafka: Kafka, stores: Stores) -> None:
        """Return when the portal serves and shows the whole capture."""
        total = survey(demo(self.plan.data, self.days)).lines
        bookmark = self.plan.home / "bookmark.json"
        feeder = Feeder(lambda: demo(self.plan.data, self.days), total, kafka, bookmark, stores.taken)
        lines, taken = total.total(), await feeder.taken()
        if taken:
            self.screen.say(f"resuming: {taken:,} of {lines:,} CRM changes were taken in before and are not sent again")
        feeding = asyncio.ensure_future(feeder.run())
        try:
            while not feeding.done():
                self.screen.progress(await feeder.taken(), lines, "CRM changes taken in")
                await asyncio.wait([feeding], timeout=LOOK)
            feeding.result()
        finally:
            feeding.cancel()
        await self._shown(stores, lines)

    async def _shown(self, stores: Stores, lines: int) -> None:
        quiet = 0
        while quiet < QUIET:
            lag = await stores.lag()
            quiet = 0 if lag.steps else quiet + 1
            self.screen.progress(lines, lines, f"{lag.steps:,} steps to the page")
            await asyncio.sleep(LOOK)
        while not await asyncio.to_thread(answers, self.plan.url):
            self.screen.progress(lines, lines, "waiting for the page")
            await asyncio.sleep(LOOK)


def answers(url: str) -> bool:
    """True if a page is served there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False
