"""`make run` as a user has it: it comes up, stops cleanly, resumes without replaying, survives what dies under it."""

from __future__ import annotations

import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.processes import PROCESSES
from tests.e2e.stack import RunningStack
from tests.scratch import scratch

pytestmark = pytest.mark.timeout(900)
STOPPED = 40
"""Seconds for all of it: a service may take 20 to drain, and the servers stop after them."""


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    """One home for the tests of this file, in their order; the first one fills it."""
    with scratch() as home:
        running = RunningStack(home / "home")
        yield running
        running.stop()
        running.reset()


def gone(pids: list[int], seconds: float) -> bool:
    """True when none of the processes is there any more."""
    deadline = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def page(stack: RunningStack) -> int:
    """The status of the first page."""
    with urllib.request.urlopen(stack.url, timeout=10) as reply:
        return int(reply.status)


def test_it_says_ready_on_a_line_of_its_own_when_the_page_shows_the_capture(stack: RunningStack) -> None:
    stack.start()
    assert stack.wait_ready() == stack.url
    assert stack.output[-1] == f"ready {stack.url}"
    assert any(line.startswith("progress 5,136 of 5,136 (100%)") for line in stack.output)
    assert page(stack) == 200


def test_a_second_run_on_the_same_home_gets_a_sentence(stack: RunningStack) -> None:
    second = RunningStack(stack.home)
    second.start()
    assert second.wait_line("is in use by another `make run`", 180)
    assert second.wait() == 1


def test_a_second_run_on_the_same_port_gets_a_sentence(stack: RunningStack, tmp_path: Path) -> None:
    second = RunningStack(tmp_path, port=stack.port)
    second.start()
    assert second.wait_line(f"Port {stack.port} (portal) is taken", 180)
    assert second.wait() == 1


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_within_seconds_and_resumes_without_replaying(stack: RunningStack, sig: signal.Signals) -> None:
    pids = [*stack.pids.values()]
    assert len(pids) == len(PROCESSES) + len(("mailbox", "postgres", "broker"))
    began = time.monotonic()
    assert stack.stop(sig) == 0
    assert time.monotonic() - began < STOPPED
    assert gone(pids, 1)
    stack.start()
    assert "are not sent again" in stack.wait_line("resuming: 5,136 of 5,136", 300)
    stack.wait_ready()
    assert page(stack) == 200


def test_what_is_killed_comes_back(stack: RunningStack) -> None:
    for name in ("portal-api", "accounts-worker", "broker", "postgres"):
        dead = stack.kill(name)
        deadline = time.monotonic() + 240
        while stack.pids.get(name) in (None, dead):
            assert time.monotonic() < deadline, "\n".join(stack.output[-40:])
            time.sleep(0.1)
    deadline = time.monotonic() + 240
    while not _serves(stack):
        assert time.monotonic() < deadline, "\n".join(stack.output[-40:])
        time.sleep(0.2)


def _serves(stack: RunningStack) -> bool:
    try:
        return page(stack) == 200
    except OSError:
        return False


def test_nobody_is_left_when_the_supervisor_itself_is_killed(stack: RunningStack) -> None:
    pids = [*stack.pids.values()]
    assert stack.process is not None
    os.kill(stack.process.pid, signal.SIGKILL)
    assert gone(pids, 30)
