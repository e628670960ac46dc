"""A whole stack as the user starts it, in a home and on ports of a test's own.

with RunningStack(tmp_path, data="small", shift="none") as stack:
    stack.wait_ready()
    httpx.get(stack.url + "/api/v1/portfolio")
    stack.kill("crm-worker")          # its supervisor starts it again
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from deploy.local.plan import PORTS, REPOSITORY
from deploy.local.postgres import Postgres


def free_ports() -> int:
    """A port that is free together with those the stack takes after it."""
    while True:
        base = random.SystemRandom().randrange(20_000, 30_000, len(PORTS))
        try:
            for port in range(base, base + len(PORTS)):
                with socket.socket() as s:
                    s.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base


class RunningStack:
    """`python -m deploy.local run` in `home`; it may be stopped and started again.

    Entering starts it; leaving stops it and, unless the test failed, deletes the home.
    """

    headers: Mapping[str, str] = {}
    """Of a request to its portal: nobody has to prove who they are."""

    def __init__(
        self,
        home: Path,
        *,
        data: str = "small",
        shift: str = "none",
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.home, self.port = home, port or free_ports()
        self.environment = {
            **os.environ,
            **(environment or {}),
            "STELLWERK_HOME": str(home),
            "STELLWERK_PORT": str(self.port),
            "DATA": data,
            "SHIFT": shift,
        }
        self.process: subprocess.Popen[str] | None = None
        self.output: list[str] = []
        """Every line of its terminal since the last start."""

    def start(self) -> None:
        """Start it; use `wait_ready` or `wait_line` to go on."""
        self.output = output = []
        self.process = process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "run"],
            env=self.environment, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

        def read() -> None:
            assert process.stdout is not None
            output.extend(line.rstrip("\n") for line in process.stdout)

        threading.Thread(target=read, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the portal is."""
        return f"http://127.0.0.1:{self.port}"

    def wait_ready(self, seconds: float = 500) -> str:
        """Return the portal's URL when the capture is through. Raises AssertionError with the output if it is not."""
        self.wait_line(f"ready {self.url}", seconds)
        return self.url

    def wait_line(self, text: str, seconds: float) -> str:
        """Return the first line that contains `text`."""
        deadline = time.monotonic() + seconds
        while True:
            ended = self.process is None or self.process.poll() is not None
            found = next((line for line in self.output if text in line), None)
            if found is not None:
                return found
            if ended or time.monotonic() > deadline:
                why = "the stack ended" if ended else f"not within {seconds} s"
                raise AssertionError(f"no line {text!r}: {why}\n" + "\n".join(self.output[-60:]))
            time.sleep(0.05)

    @property
    def pids(self) -> dict[str, int]:
        """Process id by name: crm-worker, crm-relay, accounts-worker, accounts-relay, accounts-api, portal-api,
        postgres, broker. One that just died is missing."""
        file = self.home / "run.json"
        return dict(orjson.loads(file.read_bytes())["pids"]) if file.exists() else {}

    def kill(self, name: str, sig: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to a process of the stack, waiting up to 90 s for it to be there; returns its process id.

        One that died while PostgreSQL recovers comes back only when that is done.
        """
        deadline = time.monotonic() + 90
        while True:
            with suppress(ProcessLookupError):  # it died by itself, and the stack has not noticed yet
                if (pid := self.pids.get(name)) is not None:
                    os.kill(pid, sig)
                    return pid
            last = "\n".join(self.output[-20:])
            assert self.process is not None, "the stack was not started"
            assert self.process.poll() is None, f"the stack ended:\n{last}"
            assert time.monotonic() < deadline, f"there is no process {name}:\n{last}"
            time.sleep(0.05)

    def dsn(self, service: str) -> str:
        """The URL of a service's database, as its owner."""
        return Postgres(self.home / "postgres", self.port + PORTS.index("postgres")).dsn(service, service)

    def wait(self, seconds: float = 90) -> int:
        """Return the exit status of a run that ends by itself."""
        assert self.process is not None
        return self.process.wait(seconds)

    def stop(self, sig: signal.Signals = signal.SIGINT, seconds: float = 90) -> int:
        """Stop it and return its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(sig)
        return self.process.wait(seconds)

    def reset(self) -> None:
        """`make reset`: delete what it wrote."""
        subprocess.run(
            [sys.executable, "-m", "deploy.local", "reset"],
            env=self.environment, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self) -> Self:

        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            self.stop()
        finally:
            if self.process is not None and self.process.poll() is None:
                self.process.kill()
        if error is None:
            self.reset()
