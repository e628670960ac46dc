"""Budgets: a file that no longer fits on a few screens becomes a package of the same name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.conftest import Plant
from tests.architecture.source import ROOT, code_lines, files, lines, name_of, python

SOFT, HARD, KERNEL_FILE = 250, 400, 250
KERNEL = 1_800
"""Lines of code of the kernel, as `kernel` counts them; this number may only fall."""
EDGE = 720
"""Lines of code of `shared/edge`: the gRPC server, which service may call it, errors, request fields: 310 of
them; the rest is who acts and what they may: the table of roles, passports, and the guard of every method."""
TRACING = 200
"""Lines of code of `shared/tracing`: which trace an event belongs to, and its spans; nothing needs it to work."""
WRITTEN = (".py", ".sql", ".html", ".css", ".js", ".proto")


def longer(root: Path, limit: int) -> list[str]:
    """Written source files (tests too) of more than `limit` lines, the longest first."""
    found = [(lines(p), p) for p in files(root, *WRITTEN) if "_pb2" not in p.name and ".min." not in p.name]
    return [f"{name_of(path, root)}: {n} lines" for n, path in sorted(found, reverse=True) if n > limit]


def kernel(root: Path) -> dict[str, int]:
    """Lines of code of each file of the kernel: `shared/` without contracts, protos, edge, tracing and what only tests
    import.

    Counted is every line of a Python file with code on it, imports and lone brackets included, and every line of a
    statement in SQL that stands in the Python. Not counted: blank lines, comments and docstrings (nobody shall save
    words to fit), the tables in `.sql` files, and `testing.py`.
    """
    outside = [root / "shared" / name for name in ("contracts", "protos", "edge", "tracing", "testing.py")]
    found = files(root, ".py", under=("shared",))
    return {name_of(p, root): code_lines(p) for p in found if not any(p.is_relative_to(o) for o in outside)}


def test_no_file_is_longer_than_the_hard_limit() -> None:
    for line in longer(ROOT, SOFT):
        print(f"over the budget of {SOFT}: {line}")
    assert longer(ROOT, HARD) == [], "split it: a package of the same name, imports stay"


def test_the_kernel_is_small() -> None:
    sizes = kernel(ROOT)
    print(f"kernel: {sum(sizes.values())} of {KERNEL} lines")
    assert sum(sizes.values()) <= KERNEL, sizes
    assert [line for line in longer(ROOT, KERNEL_FILE) if line.partition(":")[0] in sizes] == []


@pytest.mark.parametrize(("folder", "budget"), [("shared/edge", EDGE), ("shared/tracing", TRACING)])
def test_what_stands_beside_the_kernel_is_small(folder: str, budget: int) -> None:
    assert sum(code_lines(p) for p in files(ROOT, ".py", under=(folder,))) <= budget


def test_planted_long_files_are_seen(plant: Plant) -> None:
    long = "a = 1\n" * 251 + '# why\n\n"""What."""\n'
    root = plant({"services/x/a.py": "\n" * 401, "shared/b.py": long, "shared/contracts/c.py": "\n" * 300})
    assert longer(root, HARD) == ["services/x/a.py: 401 lines"]
    assert longer(root, SOFT) == [
        "services/x/a.py: 401 lines",
        "shared/contracts/c.py: 300 lines",
        "shared/b.py: 254 lines",
    ]
    assert kernel(root) == {"shared/b.py": 251}


def test_production_code_is_looked_at() -> None:
    assert len(python(ROOT)) > 20
