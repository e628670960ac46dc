"""A sender of mail in a process of its own, killed when the message is out and before it is written down.

python -m tests.integration.dying_sender DSN NOW FILE: what the mail server would have got is a line of FILE.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from services.notifications.channels.message import Answer, Message
from services.notifications.channels.sender import Sender
from services.notifications.settings import Settings
from shared.testing import ManualClock
from tests.integration.accounts_chain import engine_of


class Killed:
    """Takes the message; its process does not live to hear so."""

    def __init__(self, taken: Path) -> None:
        self.taken = taken

    async def send(self, message: Message) -> Answer:
        self.taken.write_text(message.key)
        os.kill(os.getpid(), signal.SIGKILL)
        return Answer("sent")


async def main(dsn: str, now: str, taken: str) -> None:
    settings = Settings(database=dsn, smtp_host="127.0.0.1", smtp_port=9, smtp_security="none")
    async with engine_of(dsn) as engine:
        clock = ManualClock(datetime.fromisoformat(now))
        await Sender(engine, settings, clock, {"email": Killed(Path(taken))}).step("email")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
