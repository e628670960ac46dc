"""Keeps the services' processes running, on honcho's processes and printer.

A process that ends by itself is started again with back-off, as a pod would be: after 0.5 s, then twice as long each
time up to 10 s, and from 0.5 s again once it ran for 30 s. One that ends HOPELESS times in a row ends the whole run,
because then something is wrong that a person must look at.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from honcho.colour import get_colours
from honcho.printer import Message
from honcho.process import Process

from deploy.local.plan import REPOSITORY
from deploy.local.server import die_with_parent
from shared.clock import SystemClock

HOPELESS = 8
STEADY = 30.0  # seconds
GRACE = 20.0  # what a service may take to drain, in seconds

Show = Callable[[Message], None]


def _spawn(command: Sequence[str], env: Mapping[str, str], cwd: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509
    )  # fmt: skip


@dataclass(slots=True)
class Child:
    """One process of a service, through its lives."""

    name: str
    process: Process
    log: IO[bytes]
    pid: int | None = None
    started: float = 0.0
    failures: int = 0
    running: bool = False


class Supervisor:
    """Starts, prints, restarts and stops children. Lives in one event loop; `changed` is called when a pid changes."""

    def __init__(self, logs: Path, show: Show, changed: Callable[[], None]) -> None:
        self.logs, self.show, self.changed = logs, show, changed
        self.children: dict[str, Child] = {}
        self.hopeless: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Gets a sentence when a child cannot be kept running."""
        self._loop = asyncio.get_running_loop()
        self._stopping = False
        self._idle = asyncio.Event()
        self._colours = get_colours()

    def add(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start this command in the repository, under this name, with only this environment."""
        process = Process(list(command), name=name, colour=next(self._colours), env=environment, cwd=str(REPOSITORY))

        process._child_ctor = _spawn  # honcho's own goes through a shell
        self.children[name] = Child(name, process, open(self.logs / f"{name}.log", "ab"))  # noqa: SIM115
        self._start(self.children[name])

    @property
    def pids(self) -> dict[str, int]:
        """The process ids of the children that run."""
        return {name: child.pid for name, child in self.children.items() if child.pid is not None}

    def put(self, message: Message) -> None:
        """Honcho's threads report here."""
        self._loop.call_soon_threadsafe(self._on, message)

    def _start(self, child: Child) -> None:
        child.started, child.running = time.monotonic(), True
        threading.Thread(target=child.process.run, args=(self,), name=child.name).start()

    def _on(self, message: Message) -> None:
        child = self.children[message.name]
        if message.type == "line":
            child.log.write(message.data)
            child.log.flush()
            self.show(message)
        elif message.type == "start":
            child.pid = message.data["pid"]
            self.changed()
            if self._stopping:
                self._signal(child, signal.SIGTERM)
        else:
            child.pid, child.running = None, False
            self.changed()
            if not any(c.running for c in self.children.values()):
                self._idle.set()
            self._ended(child, message.data["returncode"])

    def _ended(self, child: Child, code: int) -> None:
        if self._stopping:
            return
        if time.monotonic() - child.started > STEADY:
            child.failures = 0
        if code != -signal.SIGKILL:  # whoever was shot did not fail
            child.failures += 1
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        if child.failures >= HOPELESS and not self.hopeless.done():
            self.hopeless.set_result(f"{child.name} {how} {HOPELESS} times in a row; see {child.log.name}")
            return
        pause = min(0.5 * 2 ** max(child.failures - 1, 0), 10.0)
        self.say(child, f"{how}; starting it again in {pause:.1f} s")
        self._loop.call_later(pause, lambda: None if self._stopping else self._start(child))

    def say(self, child: Child, text: str) -> None:
        """A line of the supervisor about a child, on the screen and in its log."""
        line = f"{child.name} {text}\n".encode()
        child.log.write(line)
        self.show(Message("line", line, SystemClock().now().astimezone(), "supervisor", None))

    async def stop(self) -> None:
        """Ask all children to end, together; what still runs after GRACE seconds is killed."""
        self._stopping = True
        self._idle.clear()
        for sig, wait in ((signal.SIGTERM, GRACE), (signal.SIGKILL, 5.0)):
            if not any(child.running for child in self.children.values()):
                break
            for child in self.children.values():
                self._signal(child, sig)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), wait)
        for child in self.children.values():
            child.log.close()

    @staticmethod
    def _signal(child: Child, sig: signal.Signals) -> None:
        if child.pid is not None:
            with suppress(ProcessLookupError):  # it ended by itself a moment ago
                os.killpg(child.pid, sig)
