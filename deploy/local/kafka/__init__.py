"""A real Apache Kafka (KRaft, combined mode, no container) on 127.0.0.1, for `make test-kafka`.

Needs Java 17 and Maven; the jars that `pom.xml` names are copied once into `build/kafka/`. The data lie in the given
home and survive `kill()` and `stop()`; so do the cluster id and the ports.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from deploy.local.server import Server, StartFailed, free_port

POM = Path(__file__).parent / "pom.xml"
CACHE = Path(__file__).parents[3] / "build" / "kafka"
STARTED = b"Kafka Server started"
# Serial GC and C1 only: a broker of a test starts in half the time and leaves the cores to what is tested.
JAVA_FLAGS = [
    "-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
    "-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
]  # fmt: skip


def _java() -> str:
    """Where Java is. Raises StartFailed with what to do if it is missing or older than 17."""
    java = shutil.which("java")
    if java is None:
        raise StartFailed("Apache Kafka needs Java 17 and there is no `java`: install openjdk-17-jre-headless.")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    major = re.search(r'version "(\d+)', told)
    if major is None or int(major[1]) < 17:
        raise StartFailed(
            f"Apache Kafka needs Java 17; this is {told.splitlines()[0]}: install openjdk-17-jre-headless."
        )
    return java


def jars() -> Path:
    """The folder with Kafka's jars; resolved by Maven when it is missing or `pom.xml` has changed.

    Raises StartFailed with what to do if Maven is missing or fails.
    """
    folder = CACHE / hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    if folder.exists():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise StartFailed("Apache Kafka's jars are resolved by Maven and there is no `mvn`: install maven.")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as staging:
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={staging}/jars"]
        done = subprocess.run([maven, "-B", "-q", "-f", str(POM), *goal], capture_output=True, text=True, check=False)
        if done.returncode:
            raise StartFailed(f"Maven could not resolve Apache Kafka: {(done.stdout + done.stderr).strip()[-500:]}")
        try:
            Path(staging, "jars").rename(folder)
        except OSError:  # another run was faster
            if not folder.exists():
                raise
    return folder


class Node(Server):
    """One broker that is a controller too."""

    start_timeout = 90.0

    def __init__(self, cluster: KafkaCluster, number: int) -> None:
        self.cluster, self.number = cluster, number
        self.name = f"Kafka broker {number}"
        self.home = cluster.home / f"broker-{number}"
        self.home.mkdir(parents=True, exist_ok=True)
        self.controller_port = free_port()
        super().__init__(None, self.home / "broker.log")
        self._seen = 0

    def configure(self) -> None:
        """Write the configuration and, for new data, format the log directory with the cluster id."""
        peers = self.cluster.nodes
        config = {
            "process.roles": "broker,controller",
            "node.id": self.number,
            "controller.quorum.voters": ",".join(f"{n.number}@127.0.0.1:{n.controller_port}" for n in peers),
            "controller.listener.names": "CONTROLLER",
            "listeners": f"{self.cluster.protocol}://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}",
            "listener.security.protocol.map": f"CONTROLLER:PLAINTEXT,{self.cluster.protocol}:{self.cluster.protocol}",
            "inter.broker.listener.name": self.cluster.protocol,
            "log.dirs": self.home / "data",
            "auto.create.topics.enable": "false",
            "default.replication.factor": len(peers),
            "min.insync.replicas": len(peers) // 2 + 1,
            "offsets.topic.num.partitions": 4,
            "offsets.topic.replication.factor": len(peers),
            "transaction.state.log.num.partitions": 4,
            "transaction.state.log.replication.factor": len(peers),
            "transaction.state.log.min.isr": len(peers) // 2 + 1,
            "group.initial.rebalance.delay.ms": 0,
            "controlled.shutdown.max.retries": 1,
            # A killed broker is let in again only when its old session has ended; the defaults make that 9 s.
            "broker.heartbeat.interval.ms": 500,
            "broker.session.timeout.ms": 3000,
            **self.cluster.settings,
        }
        file = self.home / "server.properties"
        file.write_text("".join(f"{key}={value}\n" for key, value in config.items()))
        if not (self.home / "data" / "meta.properties").exists():
            tool = self._run("kafka.tools.StorageTool", "format", "-t", self.cluster.cluster_id, "-c", str(file))
            done = subprocess.run(tool, capture_output=True, text=True, check=False)
            if done.returncode:
                raise StartFailed(f"{self.name} could not be formatted: {(done.stdout + done.stderr).strip()[-500:]}")

    def _run(self, main: str, *arguments: str) -> list[str]:
        return [_java(), *JAVA_FLAGS, "-cp", f"{jars()}/*", main, *arguments]

    def command(self) -> list[str]:
        return self._run("kafka.Kafka", str(self.home / "server.properties"))

    def launch(self) -> None:
        self._seen = self.log.stat().st_size if self.log.exists() else 0
        super().launch()

    def answers(self) -> bool:
        """The port listens long before the broker serves, so its own word is waited for."""
        with open(self.log, "rb") as log:
            log.seek(self._seen)
            return STARTED in log.read()


class KafkaCluster:
    """`brokers` nodes; with three, topics live on all of them and two are enough to write. Clients and brokers speak
    `protocol`; what it needs besides is in `settings`, as in a server.properties."""

    idempotent = True

    def __init__(
        self, home: Path, brokers: int = 1, protocol: str = "PLAINTEXT", settings: Mapping[str, str] | None = None
    ) -> None:
        self.home, self.protocol, self.settings = home, protocol, dict(settings or {})
        self.cluster_id = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self.replication = brokers
        self.nodes = [Node(self, number) for number in range(1, brokers + 1)]

    @property
    def servers(self) -> str:
        """host:port, comma-separated, for STELLWERK_KAFKA."""
        return ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    @property
    def alive(self) -> bool:
        """True while every broker runs."""
        return all(node.alive for node in self.nodes)

    def start(self) -> None:
        """Start every broker that does not run (together: they need a majority), with the data it had."""
        down = [node for node in self.nodes if not node.alive]
        for node in down:
            node.configure()
        for node in down:
            node.launch()
        for node in down:
            node.wait()

    def kill(self, broker: int = 1) -> None:
        """SIGKILL one broker, counted from 1."""
        self.nodes[broker - 1].kill()

    def stop(self) -> None:
        """Stop every broker cleanly; one that cannot hand over in time is killed."""
        for node in self.nodes:
            node.ask_to_stop()
        for node in self.nodes:
            node.stop()
