"""The whole stack from the images: each service in containers of its own, the small capture streamed through them.

`make test-images` builds them first. PostgreSQL and the broker are the embedded ones, on this machine's network.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.images.__main__ import PREFIX, services
from deploy.local.processes import PROCESSES
from tests.e2e.stack import RunningStack
from tests.faults.test_crash import verify
from tests.scratch import scratch

pytestmark = [pytest.mark.images, pytest.mark.timeout(1_500)]

SETTINGS = """[containers]
default_ulimits = ["nofile=8192:8192", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
"""For podman as root without systemd, as in a virtual machine of a CI; a laptop needs none of it."""
STOPPED = 45.0
"""Seconds for all of it: a service may take 20 to drain, and the servers stop after them."""
HOG = "x = []\nwhile True: x.append(bytearray(b'x' * 16_000_000))"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment in which podman works here."""
    file = tmp_path_factory.mktemp("podman") / "containers.conf"
    file.write_text(SETTINGS)
    more = {"CONTAINERS_CONF": str(file)} if os.geteuid() == 0 else {}
    os.environ.update(more)
    yield more
    for name in more:
        os.environ.pop(name)


@pytest.fixture(scope="module")
def stack(engine: dict[str, str]) -> Iterator[RunningStack]:
    """Runs until the last test of this file stops it."""
    tag = os.environ.get("STELLWERK_TAG", "ci")
    more = {**engine, "STELLWERK_IMAGES": f"{PREFIX}:{tag}"}
    with scratch() as home, RunningStack(home / "home", environment=more) as running:
        try:
            running.wait_ready(1_200)
            yield running
        finally:
            print("\n".join(running.output[-60:]))


def podman(*words: str) -> str:
    return subprocess.run(["podman", *words], capture_output=True, text=True, check=True, timeout=120).stdout


def name_of(stack: RunningStack, process: str) -> str:
    return f"stellwerk-{stack.port}-{process}"


def inspect(stack: RunningStack, process: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(podman("inspect", name_of(stack, process)))[0]
    return found


def starts(stack: RunningStack, process: str) -> int:
    """How often its program came as far as answering probes."""
    return (stack.home / "logs" / f"{process}.log").read_text(errors="replace").count("Started server process")


async def test_totals_are_those_of_the_captured_tables(stack: RunningStack) -> None:
    assert await verify(stack, "small") == []


def test_a_container_can_do_little_and_holds_one_service(stack: RunningStack) -> None:
    for process in PROCESSES:
        found = inspect(stack, process.name)
        assert found["State"]["Running"], process.name
        assert found["Config"]["User"] == "10001:10001"
        assert found["HostConfig"]["ReadonlyRootfs"]
        assert not found["EffectiveCaps"]
        assert found["HostConfig"]["Memory"] == 512 * 1024 * 1024
    name = name_of(stack, "risk-worker")
    assert podman("exec", name, "ls", "/app/services").split() == ["__init__.py", "__pycache__", "risk"]
    with pytest.raises(subprocess.CalledProcessError):
        podman("exec", name, "touch", "/app/x")
    bill = json.loads(podman("exec", name, "cat", "/usr/share/doc/stellwerk/sbom.cdx.json"))
    named = {part["name"]: part for part in bill["components"]}
    assert {"aiokafka", "asyncpg", "grpcio"} <= named.keys()
    assert named["asyncpg"]["licenses"]


def test_a_container_that_takes_too_much_memory_is_killed_and_comes_back(stack: RunningStack) -> None:
    before, begun = inspect(stack, "growth-worker"), starts(stack, "growth-worker")
    name = name_of(stack, "growth-worker")
    podman("exec", name, "sh", "-c", "echo 1000 > /proc/1/oom_score_adj")  # the service itself, not the hog
    subprocess.run(["podman", "exec", name, "python", "-c", HOG], capture_output=True, check=False, timeout=120)
    deadline = time.monotonic() + 120
    while True:
        try:
            after = inspect(stack, "growth-worker")
            if after["Id"] != before["Id"] and after["State"]["Running"]:
                break
        except subprocess.CalledProcessError:
            pass  # it is gone and not back yet
        assert time.monotonic() < deadline, "\n".join(stack.output[-20:])
        time.sleep(0.3)
    assert stack.wait_line("growth-worker ended with code 137", 10)
    while starts(stack, "growth-worker") == begun:  # as process 1 it hears no SIGTERM before its program has begun
        assert time.monotonic() < deadline, "\n".join(stack.output[-20:])
        time.sleep(0.3)


async def test_it_drains_within_the_grace_period_and_nothing_is_lost(stack: RunningStack) -> None:
    assert await verify(stack, "small") == []
    began = time.monotonic()
    assert stack.stop() == 0
    took = time.monotonic() - began
    print(f"stopped in {took:.1f} s")
    assert took < STOPPED
    for process in PROCESSES:
        log = (stack.home / "logs" / f"{process.name}.log").read_text(errors="replace")
        assert "did not stop in time" not in log, process.name
        assert "stopped" in log.splitlines()[-1], process.name
    left = podman("ps", "--all", "--format", "{{.Names}}").split()
    assert not [name for name in left if name.startswith(f"stellwerk-{stack.port}-")]


def test_there_is_an_image_of_each_service() -> None:
    tag = os.environ.get("STELLWERK_TAG", "ci")
    for service in services():
        found = json.loads(podman("image", "inspect", f"{PREFIX}/{service}:{tag}"))[0]
        assert found["Config"]["Entrypoint"] == ["python", "-m", f"services.{service}"]
