"""Images and compose file: a target for each service with that service alone, what is pinned, and a file that says the
same as the code. `tests/images` runs the images; this needs no engine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.images import __main__ as images
from deploy.images import alone
from deploy.k8s.checks.code import ROOT, Service, services
from tests.architecture.test_requirements import faults

CONTAINERFILE = (ROOT / "deploy/images/Containerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose/compose.yaml").read_text(encoding="utf-8"))
FOREIGN = ("postgres", "kafka")
LASTING = ("migrate", "worker", "relay", "api")
"""Roles that run; the others are commands of people."""


def stages() -> dict[str, list[str]]:
    """Name of each stage → its instructions."""
    found: dict[str, list[str]] = {}
    for line in CONTAINERFILE.replace("\\\n", " ").splitlines():
        if line.startswith("FROM "):
            found[line.split()[-1]] = []
        elif found and line and not line.startswith("#"):
            found[list(found)[-1]].append(line)
    return found


@pytest.mark.parametrize("service", services(), ids=lambda s: s.name)
def test_an_image_holds_its_service_and_no_other(service: Service) -> None:
    stage = stages()[service.name]
    copied = [line.split()[1] for line in stage if line.startswith("COPY")]
    assert copied == [f"services/{service.name}"]
    assert any(line.endswith(f"/alone.py {service.name}") for line in stage)
    assert stage[-2:] == ["USER 10001:10001", f'ENTRYPOINT ["python", "-m", "services.{service.name}"]']


def test_nothing_is_built_on_a_tag() -> None:
    bases = {line.split()[1] for line in CONTAINERFILE.splitlines() if line.startswith("FROM ")}
    assert bases == {"${BASE}", "packages", "runtime"}
    assert re.search(r"(?m)^ARG BASE$", CONTAINERFILE), "a default would be a tag"
    installs = re.findall(r"pip install [^&]*", CONTAINERFILE)
    assert len(installs) == 2
    assert all("--require-hashes" in line and "-r /tmp/" in line for line in installs)
    assert faults((ROOT / "deploy/images/sbom.lock").read_text(encoding="utf-8")) == []


def test_only_what_is_needed_reaches_the_builder() -> None:
    ignored = [(ROOT / f"deploy/images/Containerfile.{kind}ignore").read_text() for kind in ("container", "docker")]
    assert ignored[0] == ignored[1]
    assert ignored[0].startswith("*\n")
    assert not any(f"!{name}" in ignored[0] for name in (".git", "tests", "data", ".venv", "build"))


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("app.py", "from services.qbr import domain\n", "services.risk.app imports services.qbr"),
        ("app.py", "def f():\n    import services.qbr.app\n", "services.risk.app imports services.qbr.app"),
        ("app.py", "from services import qbr\n", "services.risk.app imports services.qbr"),
        ("app.py", "import deploy.local\n", "services.risk.app does not import: ModuleNotFoundError"),
        ("migrations/env.py", "from services.qbr import x\n", "services.risk.migrations.env imports services.qbr"),
    ],
)
def test_a_service_that_needs_another_fails_the_build(tmp_path: Path, file: str, text: str, said: str) -> None:
    folder = tmp_path / "services" / "risk"
    (folder / "migrations").mkdir(parents=True)
    for name in ("services/__init__.py", "services/risk/__init__.py", "services/risk/fine.py"):
        (tmp_path / name).touch()
    (folder / file).write_text(text)
    command = [sys.executable, "-I", str(Path(alone.__file__)), "risk", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert said in done.stdout
    (folder / file).write_text("")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert list(folder.rglob("fine.*.pyc")), "what stands alone is compiled"


def test_a_service_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert alone.faults("risk", tmp_path) == [f"there is no service risk in {tmp_path}"]


def test_a_base_without_a_digest_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STELLWERK_ENGINE", "true")
    monkeypatch.setenv("STELLWERK_BASE", "python:3.11")
    assert images.main([]) == 1
    assert "has no digest" in capsys.readouterr().out
    monkeypatch.setenv("STELLWERK_ENGINE", "no-such-engine")
    assert images.main([]) == 1
    assert "no-such-engine is needed and not here" in capsys.readouterr().out
    assert images.main(["sales"]) == 2


def ours() -> dict[str, dict[str, Any]]:
    """What compose runs of ours, by name."""
    return {name: spec for name, spec in COMPOSE["services"].items() if name not in FOREIGN}


def test_compose_runs_every_role_from_its_image() -> None:
    wanted = {f"{s.name}-{role}" for s in services() for role in LASTING if role in s.roles}
    assert set(ours()) == wanted
    for name, spec in ours().items():
        service, _, role = name.rpartition("-")
        assert spec["command"] == [role]
        assert f"/{service}:" in spec["image"]


def test_compose_says_what_the_settings_know() -> None:
    known = {s.name: s.settings for s in services()}
    everyones = set(COMPOSE["x-settings"])
    assert everyones <= set().union(*known.values())
    for name, spec in ours().items():
        service = name.rpartition("-")[0]
        assert set(spec["environment"]) - everyones <= known[service], name
        if dsn := spec["environment"].get("STELLWERK_DATABASE"):
            assert dsn == f"postgresql://{service}:${{STELLWERK_PASSWORD}}@postgres:5432/{service}"
    asked = {v for v in known["portal"] if f"{v.removeprefix('STELLWERK_').lower()}-api" in ours()}
    for variable in asked:
        wanted = f"dns:///{variable.removeprefix('STELLWERK_').lower()}-api:50051"
        assert ours()["portal-api"]["environment"][variable] == wanted


def test_compose_starts_things_in_their_order_and_with_few_rights() -> None:
    for name, spec in ours().items():
        assert spec["read_only"]
        assert spec["user"] == "10001:10001"
        assert spec["cap_drop"] == ["ALL"]
        service, _, role = name.rpartition("-")
        after = {other: needs["condition"] for other, needs in spec["depends_on"].items()}
        assert set(after) <= set(COMPOSE["services"])
        for other, condition in after.items():
            ends = other.endswith("-migrate")
            assert condition == ("service_completed_successfully" if ends else "service_healthy")
            assert ends or not COMPOSE["services"][other]["healthcheck"].get("disable")
        if service != "portal" and role != "migrate":
            assert {f"{service}-migrate", "kafka"} <= set(after)
    for server in FOREIGN:
        assert COMPOSE["services"][server]["stop_grace_period"] == "60s", "10 seconds are too few for a checkpoint"
    published = [port for spec in COMPOSE["services"].values() for port in spec.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert {
        v.partition(":")[0] for s in COMPOSE["services"].values() for v in s.get("volumes", []) if v[0] != "."
    } == set(COMPOSE["volumes"])


def test_the_portal_signs_and_the_apis_know_its_key() -> None:
    assert set(COMPOSE["secrets"]) == {"identity", "identity-public"}
    for name, spec in ours().items():
        wanted = {"portal-api": ["identity"]}.get(name, ["identity-public"] if name.endswith("-api") else [])
        assert spec.get("secrets", []) == wanted, name
        variable = "STELLWERK_IDENTITY_KEY" + ("" if name == "portal-api" else "S")
        assert spec["environment"].get(variable) == (f"/run/secrets/{wanted[0]}" if wanted else None), name


def test_every_service_with_a_log_gets_its_database() -> None:
    text = (ROOT / "deploy/compose/databases.sh").read_text(encoding="utf-8")
    made = re.search(r"for name in ([a-z ]+);", text)
    assert made is not None
    assert made[1].split() == [s.name for s in services() if s.has_log]
