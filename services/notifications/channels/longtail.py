"""Everything else that people chat in, through Apprise."""

from __future__ import annotations

import asyncio

from services.notifications.channels.message import Answer, Message


class LongTail:
    """`urls` as Apprise writes them. It says only whether all took it: what failed is tried again."""

    def __init__(self, urls: str, timeout: float) -> None:
        self._urls, self._timeout = urls.split(), timeout

    async def send(self, message: Message) -> Answer:
        """Refused if Apprise knows none of the URLs; unknown if it does not come back in time."""
        import apprise  # here: it is large, and most companies name no URL

        sender = apprise.Apprise()
        if not sender.add(self._urls):
            return Answer("refused", "Apprise does not understand the configured URLs")
        try:
            async with asyncio.timeout(self._timeout):
                taken = await sender.async_notify(body=message.plain(), title=message.subject)
        except TimeoutError:
            return Answer("unknown", "no answer in time")
        return Answer("sent") if taken else Answer("again", "Apprise could not deliver")
