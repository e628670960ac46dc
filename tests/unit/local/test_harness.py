"""What the tests stand on: ports that stay free, directories in memory, and the order of the files."""

from __future__ import annotations

import fcntl
import random
import socket
import tempfile
from pathlib import Path

import pytest

from deploy.local.server import StartFailed, free_port
from tests import conftest, scratch


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
    here = Path(conftest.__file__).parent
    assert [name for name in conftest.SLOWEST if not (here / f"{name}.py").exists()] == []
    order = [i.path.relative_to(here).with_suffix("").as_posix() for i in request.session.items]
    first = [name for name in dict.fromkeys(order) if name in conftest.SLOWEST]
    assert first == [name for name in conftest.SLOWEST if name in first]
    assert [*dict.fromkeys(order)][: len(first)] == first
