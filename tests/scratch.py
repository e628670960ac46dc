"""Directories for databases of tests: in memory where there is some, as a test waits for the disk, not for its file.

PostgreSQL runs there as ever, fsync and all: what it has written survives `kill -9`, which is what tests do to it. The
loss of a whole machine is not tested anywhere.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")
NEEDED_BYTES = 4_000_000_000
"""A run of all tests holds less than a tenth of it at once."""


def in_memory() -> str | None:
    """A file system in memory that has room for a test run; None where there is none (then: the disk)."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < NEEDED_BYTES:
        return None
    return str(MEMORY)


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory that any account may pass through, as PostgreSQL cannot run as root; deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="stellwerk-test-", dir=in_memory()) as home:
        Path(home).chmod(0o755)
        yield Path(home)
