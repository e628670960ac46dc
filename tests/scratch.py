"""Directories for databases of tests: in memory where there is some, as a test waits for the disk, not for its file.

PostgreSQL runs there as ever, fsync and all: what it has written survives `kill -9`, which is what tests do to it. The
loss of a whole machine is not tested anywhere.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MEMORY = Path("/dev/shm")
PREFIX = "stellwerk-test-"
NEEDED_BYTES = 4_000_000_000
"""A run of all tests holds less than a tenth of it at once."""


def in_memory() -> str | None:
    """A file system in memory that has room for a test run; None where there is none (then: the disk)."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < NEEDED_BYTES:
        return None
    return str(MEMORY)


def sweep(place: Path) -> None:
    """Delete what test runs left there that were killed: memory is dearer than disk. Who lives holds its lock."""
    for lock in place.glob(f"{PREFIX}*/lock"):
        with suppress(OSError), lock.open() as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory that any account may pass through, as PostgreSQL cannot run as root; deleted afterwards."""
    memory = in_memory()
    if memory is not None:
        sweep(Path(memory))
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=memory) as made:
        home = Path(made)
        home.chmod(0o755)
        with (home / "lock.new").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (home / "lock.new").rename(home / "lock")
            yield home
