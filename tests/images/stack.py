"""deploy/compose/compose.yaml as its head and docs/deploy.md tell people to start it, by podman-compose, in a project
and a directory of the test's own. `stand_ins/over.yaml` is laid over it for what only a registry has.

with ComposeStack(folder) as stack:
    stack.wait_healthy()
    httpx.get(stack.url + "/api/v1/portfolio", headers=stack.headers)
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml
from joserfc import jwt
from joserfc.jwk import ECKey

from deploy.images import __main__ as images
from deploy.local.kafka import jars
from deploy.local.server import free_port

HERE = Path(__file__).parent
PROJECT = "stellwerk-test"
ISSUER, CLIENT = "http://127.0.0.1:8401", "stellwerk"
TAKEN = {8400: "the portal", 9094: "Kafka"}
"""Ports of this machine that compose.yaml publishes."""
KAFKA = "127.0.0.1:9094"


def environment() -> dict[str, str]:
    """Of podman and podman-compose: nothing of ours but .env, and as root settings that work everywhere."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("STELLWERK_") or k == "STELLWERK_TAG"}
    return kept | ({"CONTAINERS_CONF": str(HERE / "containers.conf")} if os.geteuid() == 0 else {})


def podman(*words: str, check: bool = True, seconds: float = 120) -> subprocess.CompletedProcess[str]:
    """A command of podman. Raises CalledProcessError if it fails and `check` is set."""
    return subprocess.run(
        ["podman", *words], capture_output=True, text=True, check=check, timeout=seconds, env=environment()
    )


def build_stand_ins() -> None:
    """The images that over.yaml names; nothing is done twice, as their layers are kept."""
    tool = images.engine()
    base = images.base(tool)
    for target in ("postgres", "kafka"):
        what = ["--build-arg", f"BASE={base}", "--build-context", f"jars={jars()}", "--target", target]
        name = f"localhost/stellwerk-test/{target}:ci"
        command = [tool, *images.build_command(tool), "-q", *what, "-t", name, str(HERE / "stand_ins")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name} could not be built:\n{done.stderr[-2000:]}"


class ComposeStack:
    """Entering starts it, leaving deletes it with its data. Raises AssertionError if a port it needs is taken."""

    url = "http://127.0.0.1:8400"

    def __init__(self, folder: Path, groups: Mapping[str, list[str]]) -> None:
        """`groups`: of the identity provider, with the roles they give."""
        self.folder = folder
        self._password, self._postgres = os.urandom(24).hex(), free_port()
        self._key = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
        shutil.copytree(images.ROOT / "deploy/compose", folder, ignore=shutil.ignore_patterns(".env", "identity*"))
        shutil.copy(HERE / "stand_ins/over.yaml", folder)
        (folder / ".env").write_text(
            f"STELLWERK_PASSWORD={self._password}\nSTELLWERK_OIDC_ISSUER={ISSUER}\n"
            f"STELLWERK_OIDC_GROUP_ROLES={json.dumps(groups)}\nTEST_POSTGRES_PORT={self._postgres}\n"
        )
        keys = [folder / "identity.json", folder / "identity-public.json"]
        command = [sys.executable, "-m", "services.portal", "keys", *map(str, keys)]
        subprocess.run(command, check=True, capture_output=True, cwd=images.ROOT)
        for file in keys:
            file.chmod(0o644)
        self._publish_issuer()
        self.services: dict[str, dict[str, Any]] = yaml.safe_load((folder / "compose.yaml").read_text())["services"]

    def _publish_issuer(self) -> None:
        """What an identity provider publishes, as files."""
        place = self.folder / "issuer"
        (place / ".well-known").mkdir(parents=True)
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        said = {"issuer": ISSUER, **{name: ISSUER + path for name, path in ends.items()}}
        (place / ".well-known/openid-configuration").write_text(json.dumps(said))
        (place / "keys").write_text(json.dumps({"keys": [self._key.as_dict(private=False)]}))

    def token(self, *groups: str) -> str:
        """A bearer token of the provider for a program in these groups."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": CLIENT, "sub": "program", "groups": groups, "iat": now, "exp": now + 3600}
        return jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, self._key, algorithms=["ES256"])

    @property
    def headers(self) -> dict[str, str]:
        """Of a request by somebody who sees all accounts."""
        return {"Authorization": f"Bearer {self.token('kam-heads')}"}

    @property
    def processes(self) -> list[str]:
        """Ours that keep running, as compose.yaml names them."""
        return [n for n in self.services if n not in ("postgres", "kafka") and not n.endswith("-migrate")]

    def dsn(self, service: str) -> str:
        """The URL of a service's database, as its owner."""
        return f"postgresql://{service}:{self._password}@127.0.0.1:{self._postgres}/{service}"

    def compose(self, *words: str, seconds: float = 300) -> str:
        """A command of podman-compose; returns what it says. Raises AssertionError if it fails."""
        command = [sys.executable, "-m", "podman_compose", "-p", PROJECT, "-f", "compose.yaml", "-f", "over.yaml"]
        done = subprocess.run(
            [*command, *words], cwd=self.folder, env=environment(), timeout=seconds, check=False,
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == 0, f"podman-compose {' '.join(words)} failed:\n{done.stdout[-4000:]}"
        return done.stdout

    @staticmethod
    def container(name: str) -> str:
        """The container of a service of compose.yaml."""
        return f"{PROJECT}_{name}_1"

    def inspect(self, name: str) -> dict[str, Any]:
        """What podman knows of a container."""
        found: dict[str, Any] = json.loads(podman("inspect", self.container(name)).stdout)[0]
        return found

    def log(self, name: str) -> list[str]:
        """All lines that a container wrote."""
        done = podman("logs", self.container(name))
        return (done.stdout + done.stderr).splitlines()

    def healthy(self, name: str) -> bool:
        """Runs a container's own health check, as a timer of systemd would."""
        return podman("healthcheck", "run", self.container(name), check=False).returncode == 0

    def wait_healthy(self, seconds: float = 240) -> None:
        """Return when all that has a health check passed it and the migrations are through."""
        deadline = time.monotonic() + seconds
        waiting = list(self.services)
        while waiting := [name for name in waiting if not self._done(name)]:
            tails = (f"{name}: {line}" for name in waiting for line in self.log(name)[-3:])
            assert time.monotonic() < deadline, "not healthy:\n" + "\n".join(tails)
            time.sleep(0.5)

    def _done(self, name: str) -> bool:
        if not name.endswith("-migrate"):
            return self.healthy(name)
        state = self.inspect(name)["State"]
        return state["Status"] == "exited" and state["ExitCode"] == 0

    def left(self) -> list[str]:
        """Containers, networks, volumes and pods of this project."""
        return list(_left())

    def __enter__(self) -> Self:
        _clear()
        for port, whose in TAKEN.items():
            with socket.socket() as s:
                assert s.connect_ex(("127.0.0.1", port)), f"port {port} ({whose}) is taken: stop what listens there"
        try:
            self.compose("up", "-d", "--no-deps")
        except BaseException:
            _clear()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        _clear()


def _left() -> Iterator[str]:
    for kind in (("ps", "--all"), ("network", "ls"), ("volume", "ls"), ("pod", "ls")):
        shown = "{{.Names}}" if kind[0] == "ps" else "{{.Name}}"
        for name in podman(*kind, "--format", shown).stdout.split():
            if name.removeprefix("pod_").startswith(PROJECT):
                yield f"{kind[0]} {name}"


def _clear() -> None:
    """Deletes all of this project, whatever state it is in."""
    for kind, name in (part.split() for part in _left()):
        if kind == "ps":
            podman("rm", "--force", "--depend", "--time", "0", name, check=False)
    for kind, name in (part.split() for part in _left()):
        podman(kind, "rm", "--force", name, check=False)
