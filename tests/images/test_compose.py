"""deploy/compose for real: PostgreSQL, Apache Kafka and every service in containers of their own, the small capture
streamed through them from outside, and all of it stopped again. `make test-images` builds the images first."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.images.__main__ import PREFIX, services
from deploy.local.capture import demo, survey
from deploy.local.feeder import Feeder
from deploy.local.processes import DATABASES, PROCESSES
from deploy.local.progress import Stores
from shared.kafka import Kafka
from tests.faults.test_crash import verify
from tests.images.stack import KAFKA, ComposeStack, build_stand_ins, podman
from tests.scratch import scratch

pytestmark = [pytest.mark.images, pytest.mark.timeout(900)]

STOPPED = 60.0
"""Seconds for all of it: compose.yaml gives a service 30 and a server 60, and all are told at once."""
HOG = "x = [bytearray(b'x' * 16_000_000) for _ in range(100)]"
"""1.6 GB, three times of what a container may have."""


@pytest.fixture(scope="module")
def stack() -> Iterator[ComposeStack]:
    """Runs until the last test of this file stops it."""
    build_stand_ins()
    began = time.monotonic()
    with scratch() as home, ComposeStack(home / "compose", {"kam-heads": ["head_of_kam"]}) as running:
        print(f"up after {time.monotonic() - began:.1f} s")
        running.wait_healthy()
        print(f"healthy after {time.monotonic() - began:.1f} s")
        yield running


async def play(stack: ComposeStack, bookmark: Path) -> None:
    """The small capture as a connector outside would send it; returns when the page shows all of it."""
    stores = Stores({name: stack.dsn(name) for name in DATABASES})
    total = survey(demo("small", 0)).lines
    await Feeder(lambda: demo("small", 0), total, Kafka(KAFKA, True, 1), bookmark, stores.taken).run()
    quiet = 0
    while quiet < 2:  # the stores are not asked at one instant
        quiet = 0 if (await stores.lag()).steps else quiet + 1
        await asyncio.sleep(0.3)


async def test_totals_are_those_of_the_captured_tables(stack: ComposeStack, tmp_path: Path) -> None:
    began = time.monotonic()
    async with asyncio.timeout(240):
        await play(stack, tmp_path / "bookmark.json")
    print(f"through after {time.monotonic() - began:.1f} s")
    assert await verify(stack, "small") == []


def test_the_portal_serves_only_who_is_known(stack: ComposeStack) -> None:
    path = f"{stack.url}/api/v1/portfolio"
    assert httpx.get(path).status_code == 401
    stranger = {"Authorization": f"Bearer {stack.token('strangers')}"}
    assert httpx.get(path, headers=stranger).status_code == 403
    for name, keys in (("risk-api", "identity-public"), ("portal-api", "identity")):
        assert podman("exec", stack.container(name), "ls", "/run/secrets").stdout.split() == [keys]


def test_a_container_can_do_little_and_holds_one_service(stack: ComposeStack) -> None:
    assert sorted(stack.processes) == sorted(process.name for process in PROCESSES)
    for name in stack.processes:
        found = stack.inspect(name)
        assert found["State"]["Running"], name
        assert found["Config"]["User"] == "10001:10001"
        assert found["HostConfig"]["ReadonlyRootfs"]
        assert not found["EffectiveCaps"]
        assert found["HostConfig"]["Memory"] == 512 * 1024 * 1024
    worker = stack.container("risk-worker")
    assert podman("exec", worker, "ls", "/app/services").stdout.split() == ["__init__.py", "__pycache__", "risk"]
    assert "NoNewPrivs:\t1" in podman("exec", worker, "cat", "/proc/1/status").stdout
    with pytest.raises(subprocess.CalledProcessError):
        podman("exec", worker, "touch", "/app/x")
    bill = json.loads(podman("exec", worker, "cat", "/usr/share/doc/stellwerk/sbom.cdx.json").stdout)
    named = {part["name"]: part for part in bill["components"]}
    assert {"aiokafka", "asyncpg", "grpcio"} <= named.keys()
    assert named["asyncpg"]["licenses"]


def test_a_container_that_takes_too_much_memory_is_killed_and_comes_back(stack: ComposeStack) -> None:
    before, name = stack.inspect("growth-worker"), stack.container("growth-worker")
    podman("exec", name, "sh", "-c", "echo 1000 > /proc/1/oom_score_adj")  # the service itself, not the hog
    assert podman("exec", name, "python", "-c", HOG, check=False).returncode != 0
    deadline = time.monotonic() + 120
    while True:
        after = stack.inspect("growth-worker")
        if after["RestartCount"] == before["RestartCount"] + 1 and stack.healthy("growth-worker"):
            break
        assert time.monotonic() < deadline, after["State"]
        time.sleep(0.3)
    assert after["State"]["StartedAt"] != before["State"]["StartedAt"]
    assert not any('"stopped"' in line for line in stack.log("growth-worker")), "it was killed, not stopped"


async def test_it_drains_within_the_grace_period_and_nothing_is_lost(stack: ComposeStack) -> None:
    assert await verify(stack, "small") == []
    began = time.monotonic()
    stack.compose("stop")
    took = time.monotonic() - began
    print(f"stopped in {took:.1f} s")
    assert took < STOPPED
    for name in stack.processes:
        assert stack.inspect(name)["State"]["ExitCode"] == 0, name
        log = stack.log(name)
        assert not any("did not stop in time" in line for line in log), name
        assert '"message": "stopped"' in log[-1], name
    assert stack.inspect("postgres")["State"]["ExitCode"] == 0
    assert stack.inspect("kafka")["State"]["ExitCode"] == 143  # as Java says that it heard SIGTERM
    stack.compose("down", "--volumes")
    assert stack.left() == []


def test_there_is_an_image_of_each_service() -> None:
    tag = os.environ.get("STELLWERK_TAG", "ci")
    for service in services():
        found = json.loads(podman("image", "inspect", f"{PREFIX}/{service}:{tag}").stdout)[0]
        assert found["Config"]["Entrypoint"] == ["python", "-m", f"services.{service}"]
