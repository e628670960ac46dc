"""What the tests stand on: ports that stay free, directories in memory, and the order of the files."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

from deploy.local.server import StartFailed, free_port
from tests import conftest, scratch

COUNT = "PYTEST_XDIST_WORKER_COUNT"


def test_a_free_port_is_none_that_the_kernel_gives_away_and_no_seed_leads_to_it() -> None:
    found = set()
    for _ in range(5):
        random.seed(1)
        port = free_port()
        with socket.socket() as s:
            s.bind(("127.0.0.1", port))
        found.add(port)
    assert all(10_000 <= port < 20_000 for port in found)
    assert len(found) > 1


def test_without_a_free_port_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(_: socket.socket, __: object) -> None:
        raise OSError

    monkeypatch.setattr(socket.socket, "bind", taken)
    with pytest.raises(StartFailed, match="No port from 10000 to 19999 is free"):
        free_port()


def test_a_directory_is_in_memory_where_there_is_room_and_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    with scratch.scratch() as home:
        assert home.stat().st_mode & 0o777 == 0o755
        assert scratch.in_memory() in (None, str(home.parent))
        with (home / "lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert not home.exists()
    monkeypatch.setattr(scratch, "NEEDED_BYTES", 2**60)
    assert scratch.in_memory() is None


def test_what_a_killed_run_left_is_deleted_and_what_a_living_one_uses_is_not() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        left, alive, others = place / f"{scratch.PREFIX}left", place / f"{scratch.PREFIX}alive", place / "others"
        for there in (left, alive, others):
            there.mkdir()
            (there / "lock").touch()
        with (alive / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            scratch.sweep(place)
        assert sorted(p.name for p in place.iterdir()) == [others.name, alive.name]


def test_the_slowest_files_are_there_and_come_first(request: pytest.FixtureRequest) -> None:
    here, wanted = Path(conftest.__file__).parent, conftest.first(int(os.environ.get(COUNT, "1")))
    assert [name for name in wanted if not (here / f"{name}.py").exists()] == []
    order = [*dict.fromkeys(i.path.relative_to(here).with_suffix("").as_posix() for i in request.session.items)]
    first = [name for name in order if name in wanted]
    assert order[: len(first)] == first == [name for name in wanted if name in first]


class Node:
    """What xdist's scheduler needs of a worker."""

    shutting_down, gateway = False, SimpleNamespace(id="gw")

    def send_runtest_some(self, _: object) -> None:
        """It gets to know what to do."""

    def shutdown(self) -> None:
        """Nothing is left for it."""


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_second_stack_waits_behind_the_crash_test(workers: int) -> None:
    """As xdist's own scheduler deals the files out."""
    option = SimpleNamespace(loadscopereorder=False, tx=[f"{workers}*popen"])
    config: Any = SimpleNamespace(option=option, getvalue=lambda name: getattr(option, name))
    scheduler = LoadScopeScheduling(config)
    tests = [f"{name}::{n}" for name in conftest.first(workers) for n in range(1 if name == conftest.STACKS[0] else 4)]
    for _ in range(workers):
        node: Any = Node()
        scheduler.add_node(node)
        scheduler.add_node_collection(node, tests)
    scheduler.schedule()
    held = [[*files] for files in scheduler.assigned_work.values()]
    assert held[0] == [*conftest.STACKS]
    assert [len(files) for files in held[1:]] == [1] * (workers - 1)
