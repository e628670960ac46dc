"""A foreign server as one child process on one port of 127.0.0.1, that can be killed and started again on that port."""

from __future__ import annotations

import ctypes
import random
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

_PR_SET_PDEATHSIG = 1
_dice = random.SystemRandom()  # no seed of a test leads two processes to the same port
_LAUNCHER = ThreadPoolExecutor(1, "launcher")
"""The thread that forks every server: to Linux it is the parent, and it lives as long as this process."""


class StartFailed(RuntimeError):
    """A part of the embedded stack did not come up; the message says which, why, and where its log is."""


class KilledAtStart(StartFailed):
    """Somebody shot it (SIGKILL) before it answered: nothing is wrong with it, it may be started again."""


class RunAs(TypedDict, total=False):
    """The arguments of subprocess that change the account of a child."""

    user: int
    group: int
    extra_groups: list[int]


def run_as(account: tuple[int, int] | None) -> RunAs:
    """Arguments for subprocess: run the child as this (uid, gid) and in no other group; None: as we are."""
    return RunAs(user=account[0], group=account[1], extra_groups=[]) if account else RunAs()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now. Raises StartFailed if none of a thousand is free.

    Taken by chance from below what kernels give to outgoing connections (32768 on Linux): one of those could become
    somebody's end of a connection while its server is down, and the server could not come back.
    """
    for _ in range(1_000):
        port = _dice.randrange(10_000, 20_000)
        with socket.socket() as s, suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port
    raise StartFailed("No port from 10000 to 19999 is free on 127.0.0.1: end what listens there.")


def listens(port: int) -> bool:
    """True if something accepts connections on this port of 127.0.0.1."""
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0


def die_with_parent(sig: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` that makes the kernel send `sig` to the child when the parent dies, even by SIGKILL (Linux only).

    To Linux the parent is the thread that forked: it must live as long as the child shall.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up here, because nothing may take a lock between fork and exec

    def preexec() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sig))

    return preexec


class Server(ABC):
    """One child process. Subclasses give the command and, where a listening port is not enough, `answers`.

    `stop_signal` asks for a clean end; `kill()` is SIGKILL, as a crash test does it. Times are in seconds.
    """

    name = "server"
    stop_signal = signal.SIGTERM
    start_timeout = 60.0
    stop_timeout = 20.0
    poll = 0.02

    def __init__(self, port: int | None, log: Path) -> None:
        self.port = port or free_port()
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """The argument list of the child."""

    def environment(self) -> Mapping[str, str] | None:
        """The child's environment; None: ours."""
        return None

    def account(self) -> tuple[int, int] | None:
        """(uid, gid) the child runs as; None: ours."""
        return None

    def answers(self) -> bool:
        """True if the server can be used."""
        return listens(self.port)

    def start(self) -> None:
        """Start the child and return when it answers. Raises StartFailed."""
        if not self.alive:
            self.launch()
            self.wait()

    def launch(self) -> None:
        """Start the child; it may not answer yet."""
        self.process = _LAUNCHER.submit(self._spawn).result()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with open(self.log, "ab") as out:
            return subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self.environment(), cwd="/",
                start_new_session=True, preexec_fn=die_with_parent(self.stop_signal),  # noqa: PLW1509
                **run_as(self.account()),
            )  # fmt: skip

    def wait(self) -> None:
        """Return when the child answers. Raises StartFailed if it ends or takes too long; KilledAtStart if shot."""
        deadline = time.monotonic() + self.start_timeout
        while not self.answers():
            if self.process is None or self.process.poll() is not None:
                code = self.process.returncode if self.process else None
                failure = KilledAtStart if code == -signal.SIGKILL else StartFailed
                raise failure(f"{self.name} ended at start with code {code}; see {self.log}")
            if time.monotonic() > deadline:
                self.kill()
                raise StartFailed(f"{self.name} did not answer on port {self.port} in time; see {self.log}")
            time.sleep(self.poll)

    @property
    def alive(self) -> bool:
        """True while the child runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """The child's process id. Raises StartFailed if there is none."""
        if self.process is None:
            raise StartFailed(f"{self.name} was not started")
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL: nothing is saved, nobody is told."""
        if self.process is not None and self.alive:
            self.process.kill()
            self.process.wait()

    def ask_to_stop(self) -> None:
        """Send the stop signal and return at once."""
        if self.process is not None and self.alive:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """End the child cleanly; after `stop_timeout` seconds, by force."""
        self.ask_to_stop()
        if self.process is None:
            return
        try:
            self.process.wait(self.stop_timeout)
        except subprocess.TimeoutExpired:
            self.kill()
