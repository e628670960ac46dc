"""A server that is shot while it starts: the stack starts it again, as it would had it been shot later."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from deploy.local.server import KilledAtStart, Server, StartFailed
from deploy.local.stack import Stack


class Sleeper(Server):
    """Never answers."""

    def __init__(self, log: Path, program: str = "import time; time.sleep(60)") -> None:
        super().__init__(1, log)
        self.program = program

    def command(self) -> list[str]:
        return [sys.executable, "-c", self.program]

    def answers(self) -> bool:
        return False


def shoot(server: Server) -> None:
    while server.process is None:
        time.sleep(0.01)
    os.kill(server.pid, signal.SIGKILL)


def test_who_is_shot_while_it_starts_is_told_from_who_fails(tmp_path: Path) -> None:
    server = Sleeper(tmp_path / "log")
    Thread(target=shoot, args=(server,)).start()
    with pytest.raises(KilledAtStart, match="code -9"):
        server.start()
    with pytest.raises(StartFailed, match="code 3") as failed:
        Sleeper(tmp_path / "log", "raise SystemExit(3)").start()
    assert failed.type is StartFailed


class Shot:
    """Stands in for a server: the first starts end in an error."""

    name = "PostgreSQL"

    def __init__(self, *errors: StartFailed) -> None:
        self.errors, self.alive = [*errors], False

    def start(self) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.alive = True


async def kept(server: Shot) -> list[str]:
    """What the stack says while it keeps the server for a while."""
    said: list[str] = []
    stack: Any = SimpleNamespace(postgres=server, broker=None, screen=SimpleNamespace(say=said.append))
    stack._write_run = lambda: said.append("written")
    keeping = asyncio.ensure_future(Stack._keep_servers(stack, SimpleNamespace()))  # type: ignore[arg-type]
    while not keeping.done() and not server.alive:  # noqa: ASYNC110  it has no event
        await asyncio.sleep(0.01)
    if not keeping.done():
        await asyncio.sleep(0.05)
        keeping.cancel()
    await asyncio.wait([keeping])
    if not keeping.cancelled():
        keeping.result()
    return said


async def test_the_stack_starts_it_again_and_gives_up_on_one_that_fails() -> None:
    again = "PostgreSQL died; starting it again"
    assert await kept(Shot(KilledAtStart("shot"), KilledAtStart("shot"))) == [again, again, again, "written"]
    with pytest.raises(StartFailed, match="no disk"):
        await kept(Shot(KilledAtStart("shot"), StartFailed("no disk")))
