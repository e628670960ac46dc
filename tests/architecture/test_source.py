"""Rules about the code itself: where the environment and the clock are read, what a service is made of."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.conftest import Plant
from tests.architecture.source import ROOT, files, imports, name_of, python, services, tree

CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
}
MACHINE = re.compile(r"(?<![\w.~:/-])/(?:work|home|root|tmp|Users|mnt)/[\w.]|[A-Z]:\\\\Users")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME)\b")
TEXT = (
    ".py",
    ".sql",
    ".md",
    ".toml",
    ".ini",
    ".yaml",
    ".yml",
    ".json",
    ".lock",
    ".html",
    ".css",
    ".js",
    ".proto",
    ".po",
)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := dotted(node.value)):
        return f"{base}.{node.attr}"
    return ""


def environment_readers(root: Path) -> list[str]:
    """Files of services and kernel, other than a `settings.py`, that touch the environment.

    The local stack is not looked at: it hands the environment on to the processes it starts.
    """
    found = []
    for path in python(root, "services", "shared"):
        reads = any(name in {"os.environ", "os.getenv", "os.environb"} for name, _ in imports(path))
        reads |= any(dotted(n) in {"os.environ", "os.getenv"} for n in ast.walk(tree(path)) if isinstance(n, ast.expr))
        declares = any(name.endswith(".BaseSettings") for name, _ in imports(path))
        if (reads or declares) and path.name != "settings.py":
            found.append(name_of(path, root))
    return found


def clock_readers(root: Path) -> list[str]:
    """Calls of the machine's clock outside `shared/clock.py`; monotonic clocks (durations) are free."""
    return [
        f"{name_of(path, root)}:{node.lineno}"
        for path in python(root)
        if path != root / "shared/clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ".".join(dotted(node.func).split(".")[-2:]) in CLOCKS
    ]


def foreign_imports(root: Path) -> list[str]:
    """Imports of another service, of the local stack by production code, or of a service by the kernel."""
    found = []
    for path in python(root, "services", "shared"):
        parts = path.relative_to(root).parts
        own = f"services.{parts[1]}" if parts[0] == "services" else "shared"
        for module, line in imports(path):
            if module.startswith("deploy") or (
                module.startswith("services.") and not f"{module}.".startswith(f"{own}.")
            ):
                found.append(f"{name_of(path, root)}:{line} imports {module}")
    return found


def matches(root: Path, pattern: re.Pattern[str], *suffixes: str) -> list[str]:
    """Lines of text files that match."""
    return [
        f"{name_of(path, root)}:{n}"
        for path in files(root, *suffixes)
        if "_pb2" not in path.name and path.name != Path(__file__).name
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_only_settings_read_the_environment() -> None:
    assert environment_readers(ROOT) == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    assert clock_readers(ROOT) == [], "take a shared.clock.Clock"


def test_no_service_imports_another() -> None:
    assert foreign_imports(ROOT) == []


def test_no_path_of_a_machine() -> None:
    assert matches(ROOT, MACHINE, *TEXT) == []


def test_nothing_is_left_unfinished() -> None:
    assert matches(ROOT, UNFINISHED, ".py", ".sql", ".html", ".js", ".css") == []


@pytest.mark.parametrize("service", services(ROOT), ids=lambda p: p.name)
def test_every_module_begins_with_what_it_is(service: Path) -> None:
    modules = [p for p in python(ROOT, f"services/{service.name}") if p.read_text(encoding="utf-8").strip()]
    assert [name_of(p, ROOT) for p in modules if "migrations" not in p.parts and not ast.get_docstring(tree(p))] == []


def test_every_kernel_module_begins_with_what_it_is() -> None:
    modules = [p for p in python(ROOT, "shared", "deploy") if p.read_text(encoding="utf-8").strip()]
    assert [name_of(p, ROOT) for p in modules if not ast.get_docstring(tree(p))] == []


def test_planted_violations_are_seen(plant: Plant) -> None:
    root = plant(
        {
            "services/a/app.py": "import os\nHOME = os.environ['HOME']\n",
            "services/a/main.py": "from os import getenv\n",
            "services/a/config.py": "from pydantic_settings import BaseSettings\n",
            "services/a/settings.py": "import os\nHOME = os.environ['HOME']\n",
            "services/b/app.py": (
                "import time, datetime\nfrom services.a import app\nT = time.time()\nN = datetime.datetime.now()\n"
            ),
            "services/b/main.py": "import deploy.local\nimport time\nT = time.monotonic()\n",
            "shared/clock.py": "from datetime import datetime\nN = datetime.now()\n",
            "shared/runtime.py": "from services.a import app\nfrom datetime import date\nD = date.today()\n# TO"
            + "DO\n",
            "docs/a.md": "see /ho" + "me/someone/file, not example.com/home/x or /metrics\n",
        }
    )
    assert environment_readers(root) == ["services/a/app.py", "services/a/config.py", "services/a/main.py"]
    assert clock_readers(root) == ["services/b/app.py:3", "services/b/app.py:4", "shared/runtime.py:3"]
    assert foreign_imports(root) == [
        "services/b/app.py:2 imports services.a.app",
        "services/b/main.py:1 imports deploy.local",
        "shared/runtime.py:1 imports services.a.app",
    ]
    assert matches(root, MACHINE, ".md") == ["docs/a.md:1"]
    assert matches(root, UNFINISHED, ".py") == ["shared/runtime.py:4"]
